#include "services/dynamodb/values/attribute.h"

#include <algorithm>

#include "base/encoding.h"

namespace drydock::dynamodb {
namespace {

constexpr std::string_view kTypeNames[] = {"NULL", "BOOL", "S",  "B", "N",
                                           "SS",   "NS",   "BS", "L", "M"};

size_t size_of(const Number& number) {
  // AWS stores two digits a byte, aligned at the decimal point, one byte for the exponent, one for
  // a minus.
  if (number.is_zero()) return 1;
  auto pairs = [](int exponent) { return exponent >= 0 ? exponent / 2 : (exponent - 1) / 2; };
  int bytes = pairs(number.magnitude()) - pairs(number.exponent()) + 1;
  return static_cast<size_t>(bytes + 1 + (number.is_negative() ? 1 : 0));
}

}  // namespace

Item::Item() = default;
Item::Item(const Item&) = default;
Item::Item(Item&&) noexcept = default;
Item& Item::operator=(const Item&) = default;
Item& Item::operator=(Item&&) noexcept = default;
Item::~Item() = default;

const Attribute* Item::find(std::string_view name) const {
  return const_cast<Item*>(this)->find(name);
}

Attribute* Item::find(std::string_view name) {
  auto at = std::lower_bound(
      entries_.begin(), entries_.end(), name,
      [](const Entry& entry, std::string_view wanted) { return entry.first < wanted; });
  return at != entries_.end() && at->first == name ? &at->second : nullptr;
}

void Item::set(std::string_view name, Attribute value) {
  auto at = std::lower_bound(
      entries_.begin(), entries_.end(), name,
      [](const Entry& entry, std::string_view wanted) { return entry.first < wanted; });
  if (at != entries_.end() && at->first == name)
    at->second = std::move(value);
  else
    entries_.emplace(at, std::string(name), std::move(value));
}

bool Item::erase(std::string_view name) {
  auto* found = find(name);
  if (!found) return false;
  auto at = std::find_if(entries_.begin(), entries_.end(),
                         [&](const Entry& entry) { return &entry.second == found; });
  entries_.erase(at);
  return true;
}

size_t Item::size() const { return entries_.size(); }
void Item::reserve(size_t count) { entries_.reserve(count); }
void Item::append(std::string name, Attribute value) {
  entries_.emplace_back(std::move(name), std::move(value));
}

void Item::sort() {
  auto less = [](const Entry& a, const Entry& b) { return a.first < b.first; };
  if (!std::is_sorted(entries_.begin(), entries_.end(), less))
    std::stable_sort(entries_.begin(), entries_.end(), less);
  auto same = [](const Entry& a, const Entry& b) { return a.first == b.first; };
  if (std::adjacent_find(entries_.begin(), entries_.end(), same) == entries_.end()) return;
  std::vector<Entry> unique;
  for (Entry& entry : entries_) {
    if (!unique.empty() && unique.back().first == entry.first)
      unique.back().second = std::move(entry.second);
    else
      unique.push_back(std::move(entry));
  }
  entries_ = std::move(unique);
}

const Item::Entry* Item::begin() const { return entries_.data(); }
const Item::Entry* Item::end() const { return entries_.data() + entries_.size(); }
Item::Entry* Item::begin() { return entries_.data(); }
Item::Entry* Item::end() { return entries_.data() + entries_.size(); }
bool Item::operator==(const Item& other) const { return entries_ == other.entries_; }

std::string_view type_name(AttributeType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<AttributeType> type_by_name(std::string_view name) {
  for (size_t i = 0; i < std::size(kTypeNames); ++i)
    if (kTypeNames[i] == name) return static_cast<AttributeType>(i);
  return std::nullopt;
}

bool is_set(AttributeType type) {
  return type == AttributeType::kStringSet || type == AttributeType::kNumberSet ||
         type == AttributeType::kBinarySet;
}

bool is_ordered(AttributeType type) {
  return type == AttributeType::kString || type == AttributeType::kNumber ||
         type == AttributeType::kBinary;
}

std::optional<std::strong_ordering> compare(const Attribute& a, const Attribute& b) {
  if (a.type() != b.type()) return std::nullopt;
  switch (a.type()) {
    case AttributeType::kString: return a.get<std::string>()->compare(*b.get<std::string>()) <=> 0;
    case AttributeType::kBinary:
      return a.get<Binary>()->bytes.compare(b.get<Binary>()->bytes) <=> 0;
    case AttributeType::kNumber: return *a.get<Number>() <=> *b.get<Number>();
    default: return std::nullopt;
  }
}

bool contains(const Attribute& holder, const Attribute& wanted) {
  auto among = [](const auto& members, const auto& one) {
    return std::binary_search(members.begin(), members.end(), one);
  };
  switch (holder.type()) {
    case AttributeType::kString: {
      const auto* text = wanted.get<std::string>();
      return text && holder.get<std::string>()->find(*text) != std::string::npos;
    }
    case AttributeType::kBinary: {
      const auto* binary = wanted.get<Binary>();
      return binary && holder.get<Binary>()->bytes.find(binary->bytes) != std::string::npos;
    }
    case AttributeType::kStringSet: {
      const auto* text = wanted.get<std::string>();
      return text && among(holder.get<StringSet>()->members, *text);
    }
    case AttributeType::kNumberSet: {
      const auto* number = wanted.get<Number>();
      return number && among(holder.get<NumberSet>()->members, *number);
    }
    case AttributeType::kBinarySet: {
      const auto* binary = wanted.get<Binary>();
      return binary && among(holder.get<BinarySet>()->members, binary->bytes);
    }
    case AttributeType::kList: {
      const auto& list = *holder.get<Attribute::List>();
      return std::find(list.begin(), list.end(), wanted) != list.end();
    }
    default: return false;
  }
}

size_t size_of(const Attribute& value) {
  size_t bytes = 0;
  switch (value.type()) {
    case AttributeType::kNull:
    case AttributeType::kBoolean: return 1;
    case AttributeType::kString: return value.get<std::string>()->size();
    case AttributeType::kBinary: return value.get<Binary>()->bytes.size();
    case AttributeType::kNumber: return size_of(*value.get<Number>());
    case AttributeType::kStringSet:
      for (const auto& member : value.get<StringSet>()->members) bytes += member.size();
      return bytes;
    case AttributeType::kNumberSet:
      for (const auto& member : value.get<NumberSet>()->members) bytes += size_of(member);
      return bytes;
    case AttributeType::kBinarySet:
      for (const auto& member : value.get<BinarySet>()->members) bytes += member.size();
      return bytes;
    case AttributeType::kList:
      for (const auto& element : *value.get<Attribute::List>()) bytes += size_of(element) + 1;
      return bytes + 3;
    case AttributeType::kMap: return size_of(*value.get<Item>()) + 3 + value.get<Item>()->size();
  }
  return 0;
}

size_t size_of(const Item& item) {
  size_t bytes = 0;
  for (const auto& [name, value] : item) bytes += name.size() + size_of(value);
  return bytes;
}

std::optional<int64_t> length_of(const Attribute& value) {
  auto count = [](const auto& members) { return static_cast<int64_t>(members.size()); };
  switch (value.type()) {
    case AttributeType::kString: {
      // AWS does count UTF-16 units here, not bytes.
      int64_t units = 0;
      for (unsigned char c : *value.get<std::string>())
        units += (c & 0xc0) == 0x80 ? 0 : c >= 0xf0 ? 2 : 1;
      return units;
    }
    case AttributeType::kBinary: return count(value.get<Binary>()->bytes);
    case AttributeType::kStringSet: return count(value.get<StringSet>()->members);
    case AttributeType::kNumberSet: return count(value.get<NumberSet>()->members);
    case AttributeType::kBinarySet: return count(value.get<BinarySet>()->members);
    case AttributeType::kList: return count(*value.get<Attribute::List>());
    case AttributeType::kMap: return count(*value.get<Item>());
    default: return std::nullopt;
  }
}

std::string describe(const Attribute& value) {
  std::string out = "{" + std::string(type_name(value.type())) + ":";
  auto list = [&](const auto& members, auto&& text) {
    out += '[';
    for (size_t i = 0; i < members.size(); ++i) out += (i ? ", " : "") + text(members[i]);
    out += ']';
  };
  auto same = [](const std::string& text) { return text; };
  switch (value.type()) {
    case AttributeType::kNull: out += "true"; break;
    case AttributeType::kBoolean: out += *value.get<bool>() ? "true" : "false"; break;
    case AttributeType::kString: out += *value.get<std::string>(); break;
    case AttributeType::kBinary: out += to_base64(value.get<Binary>()->bytes); break;
    case AttributeType::kNumber: out += value.get<Number>()->text(); break;
    case AttributeType::kStringSet: list(value.get<StringSet>()->members, same); break;
    case AttributeType::kNumberSet:
      list(value.get<NumberSet>()->members, [](const Number& n) { return n.text(); });
      break;
    case AttributeType::kBinarySet:
      list(value.get<BinarySet>()->members, [](const std::string& b) { return to_base64(b); });
      break;
    case AttributeType::kList:
      list(*value.get<Attribute::List>(), [](const Attribute& a) { return describe(a); });
      break;
    case AttributeType::kMap: {
      out += '{';
      bool first = true;
      for (const auto& [name, member] : *value.get<Item>()) {
        out += (first ? "" : ", ") + name + "=" + describe(member);
        first = false;
      }
      out += '}';
      break;
    }
  }
  return out + "}";
}

}  // namespace drydock::dynamodb
