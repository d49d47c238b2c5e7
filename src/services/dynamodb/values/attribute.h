// Attribute and Item: DynamoDB's values as C++ holds them, with AWS's rules of equality, order and
// size.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "services/dynamodb/values/number.h"

namespace drydock::dynamodb {

class Attribute;

// Attributes by name, in order of names.
class Item {
 public:
  using Entry = std::pair<std::string, Attribute>;
  Item();
  Item(const Item&);
  Item(Item&&) noexcept;
  Item& operator=(const Item&);
  Item& operator=(Item&&) noexcept;
  ~Item();
  const Attribute* find(std::string_view name) const;
  Attribute* find(std::string_view name);
  void set(std::string_view name, Attribute value);
  bool erase(std::string_view name);
  size_t size() const;
  bool empty() const { return size() == 0; }
  void reserve(size_t count);
  // For builders: entries in any order, then sort(); a later entry of the same name wins.
  void append(std::string name, Attribute value);
  void sort();
  const Entry* begin() const;
  const Entry* end() const;
  Entry* begin();
  Entry* end();
  bool operator==(const Item& other) const;

 private:
  std::vector<Entry> entries_;
};

enum class AttributeType : uint8_t {
  kNull,
  kBoolean,
  kString,
  kBinary,
  kNumber,
  kStringSet,
  kNumberSet,
  kBinarySet,
  kList,
  kMap
};

std::string_view type_name(AttributeType type);  // "S", "NULL"
std::optional<AttributeType> type_by_name(std::string_view name);

struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};
// Sets are sorted and without duplicates.
struct StringSet {
  std::vector<std::string> members;
  bool operator==(const StringSet&) const = default;
};
struct NumberSet {
  std::vector<Number> members;
  bool operator==(const NumberSet&) const = default;
};
struct BinarySet {
  std::vector<std::string> members;
  bool operator==(const BinarySet&) const = default;
};

class Attribute {
 public:
  using List = std::vector<Attribute>;
  // In the order of AttributeType.
  using Data = std::variant<std::monostate, bool, std::string, Binary, Number, StringSet, NumberSet,
                            BinarySet, List, Item>;

  Attribute() = default;
  Attribute(bool value) : data_(value) {}
  Attribute(std::string text) : data_(std::move(text)) {}
  Attribute(const char* text) : data_(std::string(text)) {}
  Attribute(Binary value) : data_(std::move(value)) {}
  Attribute(Number value) : data_(value) {}
  Attribute(StringSet value) : data_(std::move(value)) {}
  Attribute(NumberSet value) : data_(std::move(value)) {}
  Attribute(BinarySet value) : data_(std::move(value)) {}
  Attribute(List value) : data_(std::move(value)) {}
  Attribute(Item value) : data_(std::move(value)) {}

  AttributeType type() const { return static_cast<AttributeType>(data_.index()); }
  template <class T>
  const T* get() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* get() {
    return std::get_if<T>(&data_);
  }
  bool operator==(const Attribute&) const = default;

 private:
  Data data_;
};

bool is_set(AttributeType type);
// Types with an order: S, N, B.
bool is_ordered(AttributeType type);
// Empty when the types differ or have no order.
std::optional<std::strong_ordering> compare(const Attribute& a, const Attribute& b);
// `contains` of condition expressions: substring, element of a list, member of a set.
bool contains(const Attribute& holder, const Attribute& wanted);

// Bytes as AWS counts them for the 400 KB limit and for capacity units.
size_t size_of(const Attribute& value);
size_t size_of(const Item& item);
// What the function size() gives; empty for types that have none.
std::optional<int64_t> length_of(const Attribute& value);

// "{S:abc}" as AWS's messages show a value.
std::string describe(const Attribute& value);

inline constexpr size_t kMaxItemBytes = 400 * 1024;

}  // namespace drydock::dynamodb
