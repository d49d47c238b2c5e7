#include "wire/json_in.h"

#include "base/encoding.h"
#include "wire/scalar_text.h"

namespace drydock::wire {
namespace {

Result<void> blob_from_json(Value& value, Protocol protocol) {
  if (!value.is_string()) return {};  // validate names the wrong kind
  auto bytes = from_base64(value.as_string());
  if (bytes) {
    value.as_string() = std::move(*bytes);
    return {};
  }
  if (protocol != Protocol::kJson10)
    return fault("SerializationException", "Invalid Base64 in request body", 400);
  // AWS does write "dectected".
  if (size_t length = value.as_string().size(); length % 4 != 0) {
    return fault("SerializationException",
                 "Base64 encoded length is expected a multiple of 4 bytes but found: " +
                     std::to_string(length));
  }
  return fault("SerializationException", "Invalid last non-pad Base64 character dectected");
}

// JSON RPC knows no other names than the model's; REST JSON has jsonName.
std::string_view name_in(const Member& member, Protocol protocol) {
  return protocol == Protocol::kRestJson ? member.wire_name : member.name;
}

const Member* body_member(const Shape& shape, std::string_view name, Protocol protocol,
                          size_t& next) {
  for (size_t step = 0; step < shape.members.size(); ++step) {
    size_t at = next + step;
    if (at >= shape.members.size()) at -= shape.members.size();
    if (name_in(shape.members[at], protocol) == name &&
        shape.members[at].binding == HttpBinding::kBody) {
      next = at + 1;
      return &shape.members[at];
    }
  }
  return nullptr;
}

Result<void> structure_from_json(const Shape& shape, Value& value, Protocol protocol) {
  if (!value.is_object()) return {};
  size_t next = 0;
  for (auto& [name, item] : value.as_object()) {
    const Member* member = body_member(shape, name, protocol, next);
    if (!member) continue;
    TRY(from_json(member->shape(), item, protocol));
    if (member->name != name) name = member->name;
  }
  return {};
}

}  // namespace

Result<void> from_json(const Shape& shape, Value& value, Protocol protocol) {
  switch (shape.kind) {
    case ShapeKind::kBlob: return blob_from_json(value, protocol);
    case ShapeKind::kTimestamp:
      if (value.is_string()) {
        if (Value seconds = timestamp_from_text(value.as_string()); !seconds.is_null())
          value = std::move(seconds);
      }
      return {};
    case ShapeKind::kList:
      if (value.is_list()) {
        const Shape& item = shape.item();
        if (item.kind == ShapeKind::kString || item.kind == ShapeKind::kInteger) return {};
        for (Value& one : value.as_list()) TRY(from_json(item, one, protocol));
      }
      return {};
    case ShapeKind::kMap:
      if (value.is_object()) {
        const Shape& item = shape.item();
        if (item.kind == ShapeKind::kString || item.kind == ShapeKind::kInteger) return {};
        for (auto& [key, one] : value.as_object()) TRY(from_json(item, one, protocol));
      }
      return {};
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: return structure_from_json(shape, value, protocol);
    default: return {};
  }
}

Result<Value> parse_json_body(const Shape& shape, std::string_view text, size_t max_bytes,
                              Protocol protocol) {
  Value value = Value::object();
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return value;
  auto parsed = parse_json(text, {.max_bytes = max_bytes});
  if (!parsed) {
    // AWS does give DynamoDB's clients no text.
    if (protocol == Protocol::kJson10) return fault("SerializationException", "", 400);
    return fault("SerializationException",
                 "Could not parse request body into json: " + parsed.error().what + " at line " +
                     std::to_string(parsed.error().line) + ", column " +
                     std::to_string(parsed.error().column),
                 400);
  }
  value = std::move(*parsed);
  if (value.is_null()) value = Value::object();
  TRY(from_json(shape, value, protocol));
  return value;
}

}  // namespace drydock::wire
