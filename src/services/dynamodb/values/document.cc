#include "services/dynamodb/values/document.h"

#include <algorithm>

#include "base/encoding.h"

namespace drydock::dynamodb {
namespace {

Unexpected serialization(std::string message) {
  return fault("SerializationException", std::move(message));
}

Unexpected wrong_kind(const Value& value, std::string_view wanted) {
  if (value.is_object()) return serialization("Start of structure or map found where not expected");
  if (value.is_list())
    return serialization("Unrecognized collection type class java.lang." + std::string(wanted));
  std::string_view token = value.is_string()                    ? "STRING_VALUE"
                           : value.is_int()                     ? "NUMBER_VALUE"
                           : value.is_double()                  ? "DECIMAL_VALUE"
                           : value.is_bool() && value.as_bool() ? "TRUE_VALUE"
                                                                : "FALSE_VALUE";
  return serialization(std::string(token) + " cannot be converted to " + std::string(wanted));
}

Result<const std::string*> text_of(const Value& value) {
  if (!value.is_string()) return wrong_kind(value, "String");
  return &value.as_string();
}

Result<std::string> bytes_of(const Value& value) {
  const auto* text = TRY(text_of(value));
  auto bytes = from_base64(*text);
  if (!bytes)
    return serialization("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                         std::to_string(text->size()));
  return std::move(*bytes);
}

Result<Number> number_of(const Value& value) {
  auto number = Number::parse(*TRY(text_of(value)));
  if (!number) return validation(std::move(number.error()));
  return *number;
}

Result<const Value::List*> list_of(const Value& value) {
  if (!value.is_list()) {
    if (value.is_object())
      return serialization("Start of structure or map found where not expected");
    return serialization("Unexpected field type");
  }
  return &value.as_list();
}

// Sorts; false when two members are equal.
template <class T>
bool make_set(std::vector<T>& members) {
  std::sort(members.begin(), members.end());
  return std::adjacent_find(members.begin(), members.end()) == members.end();
}

std::string joined(const Value::List& members) {
  std::string out = "[";
  for (size_t i = 0; i < members.size(); ++i) out += (i ? ", " : "") + members[i].string_or("");
  return out + "]";
}

Result<Attribute> read_set(AttributeType type, const Value& value) {
  const auto& members = *TRY(list_of(value));
  if (type == AttributeType::kStringSet) {
    if (members.empty()) return invalid_parameter("An string set  may not be empty");
    StringSet set;
    for (const Value& member : members) set.members.push_back(*TRY(text_of(member)));
    if (!make_set(set.members))
      return invalid_parameter("Input collection " + joined(members) + " contains duplicates.");
    return Attribute(std::move(set));
  }
  if (type == AttributeType::kNumberSet) {
    if (members.empty()) return invalid_parameter("An number set  may not be empty");
    NumberSet set;
    for (const Value& member : members) set.members.push_back(TRY(number_of(member)));
    if (!make_set(set.members)) return validation("Input collection contains duplicates");
    return Attribute(std::move(set));
  }
  if (members.empty()) return invalid_parameter("Binary sets should not be empty");
  BinarySet set;
  for (const Value& member : members) set.members.push_back(TRY(bytes_of(member)));
  if (!make_set(set.members))
    return invalid_parameter("Input collection " + joined(members) +
                             "of type BS contains duplicates.");
  return Attribute(std::move(set));
}

Result<Item> read_map(const Value& document, int depth);

Result<Attribute> read(const Value& document, int depth) {
  if (depth > kMaxNesting) return validation("Nesting Levels have exceeded supported limits");
  if (!document.is_object()) return serialization("Unexpected value type in payload");
  const Value::Member* only = nullptr;
  for (const auto& member : document.as_object()) {
    if (member.value.is_null() || !type_by_name(member.name)) continue;
    if (only)
      return validation(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
    only = &member;
  }
  if (!only)
    return validation(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  const Value& value = only->value;
  AttributeType type = *type_by_name(only->name);
  switch (type) {
    case AttributeType::kNull:
      if (!value.is_bool()) return serialization("Unexpected token received from parser");
      if (!value.as_bool())
        return invalid_parameter("Null attribute value types must have the value of true");
      return Attribute();
    case AttributeType::kBoolean:
      if (!value.is_bool()) return serialization("Unexpected token received from parser");
      return Attribute(value.as_bool());
    case AttributeType::kString: return Attribute(*TRY(text_of(value)));
    case AttributeType::kBinary: return Attribute(Binary{TRY(bytes_of(value))});
    case AttributeType::kNumber: return Attribute(TRY(number_of(value)));
    case AttributeType::kStringSet:
    case AttributeType::kNumberSet:
    case AttributeType::kBinarySet: return read_set(type, value);
    case AttributeType::kList: {
      Attribute::List list;
      const auto* elements = TRY(list_of(value));
      for (const Value& element : *elements) list.push_back(TRY(read(element, depth + 1)));
      return Attribute(std::move(list));
    }
    case AttributeType::kMap: return Attribute(TRY(read_map(value, depth + 1)));
  }
  return Attribute();
}

Result<Item> read_map(const Value& document, int depth) {
  if (document.is_list())
    return serialization(
        "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>");
  if (!document.is_object()) return serialization("Unexpected field type");
  Item item;
  item.reserve(document.size());
  for (const auto& member : document.as_object())
    item.append(member.name, TRY(read(member.value, depth)));
  item.sort();
  return item;
}

}  // namespace

Unexpected invalid_parameter(std::string_view what) {
  return validation("One or more parameter values were invalid: " + std::string(what));
}

Result<Attribute> read_attribute(const Value& document) { return read(document, 1); }
Result<Item> read_item(const Value& document) { return read_map(document, 1); }

Value write_attribute(const Attribute& attribute) {
  Value::List list;
  Value out;
  switch (attribute.type()) {
    case AttributeType::kNull: out = true; break;
    case AttributeType::kBoolean: out = *attribute.get<bool>(); break;
    case AttributeType::kString: out = *attribute.get<std::string>(); break;
    case AttributeType::kBinary: out = to_base64(attribute.get<Binary>()->bytes); break;
    case AttributeType::kNumber: out = attribute.get<Number>()->text(); break;
    case AttributeType::kStringSet:
      for (const auto& member : attribute.get<StringSet>()->members) list.emplace_back(member);
      out = std::move(list);
      break;
    case AttributeType::kNumberSet:
      for (const auto& member : attribute.get<NumberSet>()->members)
        list.emplace_back(member.text());
      out = std::move(list);
      break;
    case AttributeType::kBinarySet:
      for (const auto& member : attribute.get<BinarySet>()->members)
        list.emplace_back(to_base64(member));
      out = std::move(list);
      break;
    case AttributeType::kList:
      for (const auto& element : *attribute.get<Attribute::List>())
        list.push_back(write_attribute(element));
      out = std::move(list);
      break;
    case AttributeType::kMap: out = write_item(*attribute.get<Item>()); break;
  }
  Value::Object wrapped;
  wrapped.push_back({std::string(type_name(attribute.type())), std::move(out)});
  return Value(std::move(wrapped));
}

Value write_item(const Item& item) {
  Value::Object members;
  members.reserve(item.size());
  for (const auto& [name, value] : item) members.push_back({name, write_attribute(value)});
  return Value(std::move(members));
}

}  // namespace drydock::dynamodb
