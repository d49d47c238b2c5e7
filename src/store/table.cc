// Keys of stored rows: order-preserving and self-delimiting, so that a prefix of parts is a range
// of keys.
//
// A text part is 0x02, its bytes with 0x00 written as 00 FF, and 00 01. A number is 0x01 and eight
// bytes, big-endian, sign bit flipped. A stored key is the parts table, account, region, and the
// row's own.
#include "store/table.h"

#include <cassert>
#include <cstdlib>

#include "base/log.h"

namespace drydock {
namespace {

constexpr char kNumberTag = 0x01;
constexpr char kTextTag = 0x02;
constexpr uint64_t kSignBit = uint64_t{1} << 63;

std::string stored_prefix(std::string_view table, const Space& space, const Key& key) {
  std::string out = KeyPart(table).bytes;
  out += KeyPart(space.account).bytes;
  out += KeyPart(space.region).bytes;
  for (const KeyPart& part : key) out += part.bytes;
  return out;
}

// A row that cannot be read back is our bug or a broken disk; to go on would lose data silently.
[[noreturn]] void die_of_bad_row(const Shape* shape, const std::string& what) {
  log::error("store: a row of " + std::string(shape ? shape->name : "?") +
             " cannot be read: " + what);
  std::abort();
}

}  // namespace

KeyPart::KeyPart(std::string_view text) {
  bytes.reserve(text.size() + 3);
  bytes.push_back(kTextTag);
  for (char c : text) {
    bytes.push_back(c);
    if (c == '\0') bytes.push_back('\xff');
  }
  bytes.push_back('\0');
  bytes.push_back('\x01');
}

KeyPart::KeyPart(int64_t number) {
  uint64_t bits = static_cast<uint64_t>(number) ^ kSignBit;
  bytes.push_back(kNumberTag);
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(bits >> shift));
}

std::vector<std::string> key_parts(std::string_view stored_key) {
  std::vector<std::string> parts;
  size_t at = 0;
  while (at < stored_key.size()) {
    if (stored_key[at++] == kNumberTag) {
      uint64_t bits = 0;
      for (int i = 0; i < 8 && at < stored_key.size(); ++i)
        bits = bits << 8 | static_cast<uint8_t>(stored_key[at++]);
      parts.push_back(std::to_string(static_cast<int64_t>(bits ^ kSignBit)));
      continue;
    }
    std::string text;
    for (; at < stored_key.size(); ++at) {
      if (stored_key[at] != '\0') {
        text.push_back(stored_key[at]);
      } else if (at + 1 < stored_key.size() && stored_key[at + 1] == '\xff') {
        text.push_back('\0');
        ++at;
      } else {
        at += 2;
        break;
      }
    }
    parts.push_back(std::move(text));
  }
  constexpr size_t kHeaderParts = 3;  // table, account, region
  assert(parts.size() >= kHeaderParts);
  parts.erase(parts.begin(), parts.begin() + kHeaderParts);
  return parts;
}

std::optional<std::string> RawTable::get(Txn& txn, const Space& space, const Key& key) const {
  return txn.get(stored_prefix(name_, space, key));
}

std::string RawTable::stored_key(const Space& space, const Key& key) const {
  return stored_prefix(name_, space, key);
}

void RawTable::put(Txn& txn, const Space& space, const Key& key, std::string_view bytes) const {
  txn.put(stored_prefix(name_, space, key), bytes);
}

void RawTable::erase(Txn& txn, const Space& space, const Key& key) const {
  txn.erase(stored_prefix(name_, space, key));
}

void RawTable::scan(Txn& txn, const Space& space, const ScanOptions& options,
                    const std::function<bool(const std::vector<std::string>& key,
                                             std::string_view bytes)>& visit) const {
  if (options.limit == 0) return;
  std::string begin = stored_prefix(name_, space, options.prefix);
  std::string end = begin + '\xff';  // behind every further part: tags are small
  if (!options.after.empty()) {
    std::string after = stored_prefix(name_, space, options.after);
    if (options.order == Txn::Order::kForward) {
      after.push_back('\0');
      begin = std::max(begin, after);
    } else {
      end = std::min(end, after);
    }
  }
  if (begin >= end) return;
  size_t seen = 0;
  txn.scan(begin, end, options.order, [&](std::string_view key, std::string_view bytes) {
    return visit(key_parts(key), bytes) && ++seen < options.limit;
  });
}

std::string encode_row(const Shape& shape, const void* row) {
  return to_json(to_value(shape, row));
}

void decode_row(const Shape& shape, std::string_view bytes, void* row) {
  auto value = parse_json(bytes);
  if (!value) die_of_bad_row(&shape, value.error().what);
  from_value(shape, std::move(*value), row);
}

}  // namespace drydock
