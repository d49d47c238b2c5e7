#include "base/value.h"

#include <cmath>

#include "base/text.h"

namespace drydock {

Value::Value(List items) : data_(std::move(items)) {}
Value::Value(Object members) : data_(std::move(members)) {}

Value Value::list(std::initializer_list<Value> items) { return Value(List(items)); }

Value Value::object(std::initializer_list<std::pair<std::string, Value>> members) {
  Object object;
  object.reserve(members.size());
  for (const auto& [name, value] : members) object.push_back({name, value});
  return Value(std::move(object));
}

const Value* Value::find(std::string_view name) const {
  if (!is_object()) return nullptr;
  for (const Member& member : as_object())
    if (member.name == name) return &member.value;
  return nullptr;
}

Value* Value::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

const Value& Value::operator[](std::string_view name) const {
  static const Value null;
  const Value* found = find(name);
  return found ? *found : null;
}

Value& Value::set(std::string_view name) {
  if (is_null()) data_ = Object{};
  if (Value* found = find(name)) return *found;
  as_object().push_back({std::string(name), {}});
  return as_object().back().value;
}

bool Value::erase(std::string_view name) {
  if (!is_object()) return false;
  Object& members = as_object();
  for (size_t i = 0; i < members.size(); ++i)
    if (members[i].name == name) {
      members.erase(members.begin() + static_cast<ptrdiff_t>(i));
      return true;
    }
  return false;
}

void Value::push_back(Value item) {
  if (is_null()) data_ = List{};
  as_list().push_back(std::move(item));
}

size_t Value::size() const {
  return is_list() ? as_list().size() : is_object() ? as_object().size() : 0;
}

std::string Value::string_or(std::string_view otherwise) const {
  return is_string() ? as_string() : std::string(otherwise);
}

std::string Value::scalar_text() const {
  if (is_string()) return as_string();
  if (is_bool()) return as_bool() ? "true" : "false";
  if (is_number()) return to_json(*this);
  return {};
}

bool Value::operator==(const Value& other) const {
  if (is_number() && other.is_number()) return as_double() == other.as_double();
  if (data_.index() != other.data_.index()) return false;
  if (!is_object()) return data_ == other.data_;
  if (size() != other.size()) return false;
  for (const Member& member : as_object()) {
    const Value* twin = other.find(member.name);
    if (!twin || !(*twin == member.value)) return false;
  }
  return true;
}

}  // namespace drydock
