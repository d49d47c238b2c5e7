#include "shape/wrong_kind.h"

namespace drydock {
namespace {

std::string_view token_name(const Value& value) {
  if (value.is_bool()) return value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
  if (value.is_int()) return "NUMBER_VALUE";
  if (value.is_double()) return "DECIMAL_VALUE";
  return "STRING_VALUE";
}

std::string_view type_name(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kString: return "String";
    case ShapeKind::kBoolean: return "Boolean";
    case ShapeKind::kInteger: return shape.name == "Long" ? "Long" : "Integer";
    case ShapeKind::kDouble: return "Double";
    case ShapeKind::kTimestamp: return "Timestamp";
    case ShapeKind::kBlob: return "Blob";
    default: return shape.name;
  }
}

bool is_collection(ShapeKind kind) {
  return kind == ShapeKind::kList || kind == ShapeKind::kMap || kind == ShapeKind::kStructure ||
         kind == ShapeKind::kUnion;
}

// AWS does word these differently for JSON 1.0 (DynamoDB) and for the newer JSON services.
std::string json10_text(const Shape& wanted, const Value& value) {
  if (value.is_object()) return "Start of structure or map found where not expected";
  if (value.is_list())
    return "Unrecognized collection type class java.lang." + std::string(type_name(wanted));
  if (wanted.kind == ShapeKind::kStructure || wanted.kind == ShapeKind::kUnion)
    return "Unexpected value type in payload";
  if (is_collection(wanted.kind)) return "Unexpected field type";
  if (wanted.kind == ShapeKind::kBlob) return "Unexpected token received from parser";
  return std::string(token_name(value)) + " cannot be converted to " +
         std::string(type_name(wanted));
}

std::string json_text(const Shape& wanted, const Value& value) {
  if (wanted.kind == ShapeKind::kList) return "Expected list or null";
  if (is_collection(wanted.kind))
    return value.is_list() ? "Start of list found where not expected" : "Expected null";
  if (value.is_object()) return "Start of structure or map found where not expected.";
  if (value.is_list()) return "Start of list found where not expected";
  std::string token(token_name(value));
  if (wanted.kind == ShapeKind::kTimestamp)
    return token + " can not be converted to milliseconds since epoch";
  std::string_view type = type_name(wanted);
  return token + " can not be converted to " + (type == "Integer" ? "an " : "a ") +
         std::string(type);
}

}  // namespace

Fault wrong_kind(const Shape& wanted, const Value& value, Protocol protocol) {
  switch (protocol) {
    case Protocol::kQuery: return {"MalformedInput", json_text(wanted, value), 400};
    case Protocol::kRestXml:
      return {
          "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published schema",
          400};
    case Protocol::kJson10: return {"SerializationException", json10_text(wanted, value), 400};
    default: return {"SerializationException", json_text(wanted, value), 400};
  }
}

}  // namespace drydock
