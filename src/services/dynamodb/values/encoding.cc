// One byte of form, then attributes as name, type byte, payload; lengths are base-128 numbers.
#include "services/dynamodb/values/encoding.h"

#include <cassert>
#include <cstdlib>

namespace drydock::dynamodb {
namespace {

constexpr char kForm = 1;

void append_length(std::string& out, size_t length) {
  while (length >= 0x80) {
    out += static_cast<char>(length | 0x80);
    length >>= 7;
  }
  out += static_cast<char>(length);
}

void append_text(std::string& out, std::string_view text) {
  append_length(out, text.size());
  out += text;
}

void append_item(std::string& out, const Item& item);

void append_value(std::string& out, const Attribute& value) {
  out += static_cast<char>(value.type());
  switch (value.type()) {
    case AttributeType::kNull: break;
    case AttributeType::kBoolean: out += static_cast<char>(*value.get<bool>() ? 1 : 0); break;
    case AttributeType::kString: append_text(out, *value.get<std::string>()); break;
    case AttributeType::kBinary: append_text(out, value.get<Binary>()->bytes); break;
    case AttributeType::kNumber: value.get<Number>()->append_packed(out); break;
    case AttributeType::kStringSet:
      append_length(out, value.get<StringSet>()->members.size());
      for (const auto& member : value.get<StringSet>()->members) append_text(out, member);
      break;
    case AttributeType::kNumberSet:
      append_length(out, value.get<NumberSet>()->members.size());
      for (const auto& member : value.get<NumberSet>()->members) member.append_packed(out);
      break;
    case AttributeType::kBinarySet:
      append_length(out, value.get<BinarySet>()->members.size());
      for (const auto& member : value.get<BinarySet>()->members) append_text(out, member);
      break;
    case AttributeType::kList:
      append_length(out, value.get<Attribute::List>()->size());
      for (const auto& element : *value.get<Attribute::List>()) append_value(out, element);
      break;
    case AttributeType::kMap: append_item(out, *value.get<Item>()); break;
  }
}

void append_item(std::string& out, const Item& item) {
  append_length(out, item.size());
  for (const auto& [name, value] : item) {
    append_text(out, name);
    append_value(out, value);
  }
}

// A stored row that cannot be read is a bug of ours or a broken disk; going on would lose data.
struct Reader {
  std::string_view in;

  void require(bool condition) {
    if (!condition) std::abort();
  }
  char byte() {
    require(!in.empty());
    char c = in.front();
    in.remove_prefix(1);
    return c;
  }
  size_t length() {
    size_t out = 0;
    for (int shift = 0;; shift += 7) {
      auto c = static_cast<unsigned char>(byte());
      out |= static_cast<size_t>(c & 0x7f) << shift;
      if (!(c & 0x80)) return out;
    }
  }
  std::string text() {
    size_t size = length();
    require(size <= in.size());
    std::string out(in.substr(0, size));
    in.remove_prefix(size);
    return out;
  }
  Number number() {
    Number out;
    require(Number::read_packed(in, out));
    return out;
  }
  template <class T, class F>
  std::vector<T> many(F&& one) {
    std::vector<T> out;
    size_t count = length();
    require(count <= in.size());
    out.reserve(count);
    for (size_t i = 0; i < count; ++i) out.push_back(one());
    return out;
  }
  Attribute value() {
    switch (static_cast<AttributeType>(byte())) {
      case AttributeType::kNull: return {};
      case AttributeType::kBoolean: return Attribute(byte() != 0);
      case AttributeType::kString: return Attribute(text());
      case AttributeType::kBinary: return Attribute(Binary{text()});
      case AttributeType::kNumber: return Attribute(number());
      case AttributeType::kStringSet:
        return Attribute(StringSet{many<std::string>([&] { return text(); })});
      case AttributeType::kNumberSet:
        return Attribute(NumberSet{many<Number>([&] { return number(); })});
      case AttributeType::kBinarySet:
        return Attribute(BinarySet{many<std::string>([&] { return text(); })});
      case AttributeType::kList: return Attribute(many<Attribute>([&] { return value(); }));
      case AttributeType::kMap: return Attribute(item());
    }
    std::abort();
  }
  Item item() {
    Item out;
    size_t count = length();
    require(count <= in.size());
    out.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      std::string name = text();
      out.append(std::move(name), value());
    }
    return out;
  }
};

}  // namespace

std::string encode_item(const Item& item) {
  std::string out;
  out.reserve(128);
  out += kForm;
  append_item(out, item);
  return out;
}

Item decode_item(std::string_view bytes) {
  Reader reader{bytes};
  reader.require(reader.byte() == kForm);
  return reader.item();
}

std::string key_bytes(const Attribute& key) {
  if (const auto* text = key.get<std::string>()) return *text;
  if (const auto* binary = key.get<Binary>()) return binary->bytes;
  std::string out;
  assert(key.get<Number>());
  key.get<Number>()->append_ordered(out);
  return out;
}

uint32_t partition_hash(std::string_view bytes) {
  // FNV-1a with a final mix, so that short keys spread over the whole range.
  uint64_t hash = 0xcbf29ce484222325ull;
  for (unsigned char c : bytes) hash = (hash ^ c) * 0x100000001b3ull;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdull;
  hash ^= hash >> 33;
  return static_cast<uint32_t>(hash >> 32);
}

}  // namespace drydock::dynamodb
