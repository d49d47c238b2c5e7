#include "services/cloudformation/types/conform.h"

#include <cmath>

#include "base/text.h"
#include "base/time.h"

namespace drydock::cloudformation {

namespace {

std::string_view kind_name(const Value& value) {
  if (value.is_null()) return "Null";
  if (value.is_bool()) return "Boolean";
  if (value.is_int()) return "Integer";
  if (value.is_double()) return "Number";
  if (value.is_string()) return "String";
  return value.is_list() ? "JSONArray" : "JSONObject";
}

Unexpected expected(const std::string& path, std::string_view type, const Value& found) {
  return fault(kPropertyFault, path + ": expected type: " + std::string(type) +
                                   ", found: " + std::string(kind_name(found)));
}

const Member* find_member(const Shape& shape, std::string_view name) {
  const Member* folded = nullptr;
  for (const Member& member : shape.members) {
    if (member.name == name) return &member;
    if (equals_ignore_case(member.name, name)) folded = &member;
  }
  return folded;
}

Result<Value> conform_structure(const Shape& shape, const Value& value, const std::string& path) {
  if (!value.is_object()) return expected(path, "JSONObject", value);
  Value::Object out;
  for (const auto& [name, inner] : value.as_object()) {
    const Member* member = find_member(shape, name);
    if (!member)
      return fault(kPropertyFault, path + ": extraneous key [" + name + "] is not permitted");
    if (inner.is_null()) continue;
    out.push_back(
        {std::string(member->name), TRY(conform(member->shape(), inner, path + "/" + name))});
  }
  return Value(std::move(out));
}

}  // namespace

Result<Value> conform(const Shape& shape, const Value& value, const std::string& path) {
  switch (shape.kind) {
    case ShapeKind::kString:
      if (value.is_string()) return value;
      if (value.is_list() || value.is_object()) return Value(to_json(value));
      return Value(value.scalar_text());
    case ShapeKind::kBoolean:
      if (value.is_bool()) return value;
      if (value.is_string() && equals_ignore_case(value.as_string(), "true")) return Value(true);
      if (value.is_string() && equals_ignore_case(value.as_string(), "false")) return Value(false);
      return expected(path, "Boolean", value);
    case ShapeKind::kInteger:
      if (value.is_int()) return value;
      if (value.is_double() && std::floor(value.as_double()) == value.as_double())
        return Value(value.as_int());
      if (value.is_string())
        if (auto number = parse_int(value.as_string())) return Value(*number);
      return expected(path, "Integer", value);
    case ShapeKind::kDouble:
      if (value.is_number()) return value;
      if (value.is_string())
        if (auto number = parse_double(value.as_string())) return Value(*number);
      return expected(path, "Number", value);
    case ShapeKind::kTimestamp:
      if (value.is_number()) return value;
      if (value.is_string())
        if (auto time = parse_iso8601(value.as_string()))
          return Value(static_cast<double>(time->ms) / 1000.0);
      return expected(path, "Timestamp", value);
    case ShapeKind::kBlob:
    case ShapeKind::kDocument:
    case ShapeKind::kStream: return value;
    case ShapeKind::kList: {
      if (!value.is_list()) return expected(path, "JSONArray", value);
      Value::List out;
      for (size_t i = 0; i < value.as_list().size(); ++i)
        out.push_back(
            TRY(conform(shape.item(), value.as_list()[i], path + "/" + std::to_string(i))));
      return Value(std::move(out));
    }
    case ShapeKind::kMap: {
      if (!value.is_object()) return expected(path, "JSONObject", value);
      Value::Object out;
      for (const auto& [name, inner] : value.as_object())
        out.push_back({name, TRY(conform(shape.item(), inner, path + "/" + name))});
      return Value(std::move(out));
    }
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: return conform_structure(shape, value, path);
  }
  return value;
}

}  // namespace drydock::cloudformation
