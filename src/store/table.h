// Table<Row>: typed rows of one kind in one account (and region), ordered by a key of parts.
//
// Keys are made here alone, from the Space the call gives, so one account's code cannot touch
// another's rows by mistake. Rows are structs that models/ declares with @record (stored by member
// name: members may be added, never renamed), std::string, or Value.
//
//   inline const Table<RoleRow> kRoles{"iam.role"};               // one line in the service's
//   tables.h kRoles.put(call.txn(), call.space(), {name}, row);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "shape/shape.h"
#include "store/engine.h"

namespace drydock {

// Whose rows. Global services leave `region` empty; both empty: the installation's own rows.
struct Space {
  std::string account;
  std::string region;
};
inline const Space kInstallation{};

// One part of a key. Order of keys is the order of parts: text by bytes, numbers by value.
struct KeyPart {
  std::string bytes;  // encoded, self-delimiting
  KeyPart(std::string_view text);
  KeyPart(const std::string& text) : KeyPart(std::string_view(text)) {}
  KeyPart(const char* text) : KeyPart(std::string_view(text)) {}
  KeyPart(int64_t number);
};
using Key = std::vector<KeyPart>;

// The parts of a stored key behind table and space, as text (numbers in decimal).
std::vector<std::string> key_parts(std::string_view stored_key);

struct ScanOptions {
  Key prefix = {};  // only rows whose key begins so
  Key after = {};   // only rows behind this full key (a page's start)
  size_t limit = SIZE_MAX;
  Txn::Order order = Txn::Order::kForward;
};

// The untyped half of Table.
class RawTable {
 public:
  constexpr explicit RawTable(std::string_view name) : name_(name) {}
  std::string_view name() const { return name_; }
  std::optional<std::string> get(Txn& txn, const Space& space, const Key& key) const;
  void put(Txn& txn, const Space& space, const Key& key, std::string_view bytes) const;
  void erase(Txn& txn, const Space& space, const Key& key) const;
  // `visit` gets the key's parts as text and the row; false stops.
  void scan(Txn& txn, const Space& space, const ScanOptions& options,
            const std::function<bool(const std::vector<std::string>& key, std::string_view bytes)>&
                visit) const;
  // The stored bytes of a key or of a prefix of keys. For hot paths and ranges inside a prefix,
  // with Txn itself: further parts are appended by their `bytes`; a prefix followed by 0xFF is
  // behind all its keys.
  std::string stored_key(const Space& space, const Key& key) const;

 private:
  std::string_view name_;
};

std::string encode_row(const Shape& shape, const void* row);
void decode_row(const Shape& shape, std::string_view bytes, void* row);

template <class Row>
class Table {
 public:
  constexpr explicit Table(std::string_view name) : raw_(name) {}

  std::optional<Row> get(Txn& txn, const Space& space, const Key& key) const {
    auto bytes = raw_.get(txn, space, key);
    if (!bytes) return std::nullopt;
    return decode(*bytes);
  }
  bool contains(Txn& txn, const Space& space, const Key& key) const {
    return raw_.get(txn, space, key).has_value();
  }
  void put(Txn& txn, const Space& space, const Key& key, const Row& row) const {
    raw_.put(txn, space, key, encode(row));
  }
  void erase(Txn& txn, const Space& space, const Key& key) const { raw_.erase(txn, space, key); }
  std::vector<Row> scan(Txn& txn, const Space& space, const ScanOptions& options = {}) const {
    std::vector<Row> rows;
    raw_.scan(txn, space, options, [&](const auto&, std::string_view bytes) {
      rows.push_back(decode(bytes));
      return true;
    });
    return rows;
  }
  // `visit(key parts, row)` returns false to stop.
  template <class F>
  void each(Txn& txn, const Space& space, const ScanOptions& options, F&& visit) const {
    raw_.scan(txn, space, options,
              [&](const auto& key, std::string_view bytes) { return visit(key, decode(bytes)); });
  }
  const RawTable& raw() const { return raw_; }

 private:
  static Row decode(std::string_view bytes);
  static std::string encode(const Row& row);
  RawTable raw_;
};

template <class Row>
Row Table<Row>::decode(std::string_view bytes) {
  Row row{};
  if constexpr (std::is_same_v<Row, std::string>)
    row.assign(bytes);
  else if constexpr (std::is_same_v<Row, Value>)
    row = *parse_json(bytes);
  else
    decode_row(shape_of<Row>(), bytes, &row);
  return row;
}
template <class Row>
std::string Table<Row>::encode(const Row& row) {
  if constexpr (std::is_same_v<Row, std::string>)
    return row;
  else if constexpr (std::is_same_v<Row, Value>)
    return to_json(row);
  else
    return encode_row(shape_of<Row>(), &row);
}

}  // namespace drydock
