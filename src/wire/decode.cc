// The input of a routed request: body, and for REST protocols also labels, query and headers.
#include "base/encoding.h"
#include "base/text.h"
#include "shape/wrong_kind.h"
#include "wire/json_in.h"
#include "wire/query_in.h"
#include "wire/query_params.h"
#include "wire/scalar_text.h"
#include "wire/wire.h"
#include "wire/xml_in.h"

namespace drydock::wire {
namespace {

constexpr size_t kMaxBody = 16u << 20;
// Operations that carry bytes in their body (a function's code, 50 MB before base64).
constexpr size_t kMaxBlobBody = 72u << 20;
constexpr int kBlobSearchDepth = 4;

bool holds_blob(const Shape& shape, int depth) {
  if (shape.kind == ShapeKind::kBlob) return true;
  if (depth == 0) return false;
  if (shape.item && holds_blob(shape.item(), depth - 1)) return true;
  for (const Member& member : shape.members) {
    if (holds_blob(member.shape(), depth - 1)) return true;
  }
  return false;
}

size_t body_limit(const Operation& operation) {
  return holds_blob(operation.input(), kBlobSearchDepth) ? kMaxBlobBody : kMaxBody;
}

const Member* payload_member(const Shape& shape) {
  for (const Member& member : shape.members) {
    if (member.binding == HttpBinding::kPayload) return &member;
  }
  return nullptr;
}

// AWS does name the argument when S3 gets a number that is none.
Result<Value> bound_scalar(const Shape& shape, std::string_view text, std::string_view name,
                           Protocol protocol) {
  auto value = scalar_from_text(shape, text, protocol);
  if (value || protocol != Protocol::kRestXml) return value;
  std::string message =
      shape.kind == ShapeKind::kInteger
          ? "Provided " + std::string(name) + " not an integer or within integer range"
          : "Invalid value for " + std::string(name);
  return fault(
      Fault{"InvalidArgument", message, 400,
            Value::object({{"ArgumentName", Value(name)}, {"ArgumentValue", Value(text)}})});
}

// A list in one header: items are separated by commas, quotes keep commas together.
std::vector<std::string> header_items(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  bool quoted = false;
  for (char c : text) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted) {
      items.emplace_back(trim(item));
      item.clear();
    } else
      item += c;
  }
  items.emplace_back(trim(item));
  return items;
}

Result<Value> from_header(const Member& member, std::string_view text, Protocol protocol) {
  const Shape& shape = member.shape();
  if (shape.kind == ShapeKind::kList) {
    Value list = Value::list();
    for (const std::string& item : header_items(text))
      list.push_back(TRY(bound_scalar(shape.item(), item, member.wire_name, protocol)));
    return list;
  }
  return bound_scalar(shape, trim(text), member.wire_name, protocol);
}

using Query = std::vector<std::pair<std::string, std::string>>;

Result<Value> from_query_key(const Member& member, const Query& query, Protocol protocol) {
  const Shape& shape = member.shape();
  Value list;
  for (const auto& [key, text] : query) {
    if (key != member.wire_name) continue;
    if (shape.kind != ShapeKind::kList) {
      // "?max-keys=" is none; "?prefix=" is an empty text.
      if (text.empty() && shape.kind != ShapeKind::kString) return Value();
      return bound_scalar(shape, text, member.wire_name, protocol);
    }
    list.push_back(TRY(bound_scalar(shape.item(), text, member.wire_name, protocol)));
  }
  return list;
}

// What the query has beyond the keys that members name.
Value other_query_keys(const Shape& shape, const Shape& map, const Query& query) {
  Value value = Value::object();
  for (const auto& [key, text] : query) {
    bool named = key.starts_with("X-Amz-") || key == "x-id";
    for (const Member& member : shape.members)
      named = named || (member.binding == HttpBinding::kQuery && member.wire_name == key);
    if (named) continue;
    if (map.item().kind == ShapeKind::kList) {
      Value& list = value.set(key);
      list.push_back(Value(text));
    } else {
      value.set(key, Value(text));
    }
  }
  return value;
}

Value prefixed_headers(const Member& member, const Headers& headers) {
  Value value;
  for (const auto& [name, text] : headers) {
    std::string lower = to_lower(name);
    if (!lower.starts_with(to_lower(member.wire_name))) continue;
    value.set(lower.substr(member.wire_name.size()), Value(trim(text)));
  }
  return value;
}

Result<void> read_bindings(const Routed& routed, const HttpRequest& request, Value& input) {
  const Shape& shape = routed.operation->input();
  const Query query = request.query();
  Protocol protocol = routed.service->protocol;
  for (const Member& member : shape.members) {
    Value value;
    switch (member.binding) {
      case HttpBinding::kLabel:
        for (const auto& [name, text] : routed.labels) {
          if (name == member.name) value = TRY(bound_scalar(member.shape(), text, name, protocol));
        }
        break;
      case HttpBinding::kQuery: value = TRY(from_query_key(member, query, protocol)); break;
      case HttpBinding::kQueryMap: value = other_query_keys(shape, member.shape(), query); break;
      case HttpBinding::kHeader:
        if (const std::string* text = find_header(request.headers, member.wire_name))
          value = TRY(from_header(member, *text, protocol));
        break;
      case HttpBinding::kPrefixHeaders: value = prefixed_headers(member, request.headers); break;
      default: continue;
    }
    if (value.is_null()) {
      input.erase(member.name);  // a body cannot speak for a bound member
    } else {
      input.set(member.name, std::move(value));
    }
  }
  return {};
}

Result<Value> read_document(const Shape& shape, std::string_view text, size_t limit,
                            Protocol protocol) {
  if (protocol != Protocol::kRestXml) return parse_json_body(shape, text, limit, protocol);
  if (trim(text).empty()) return Value::object();
  return parse_xml_body(shape, text);
}

Result<Value> read_payload(const Shape& shape, std::string text, size_t limit, Protocol protocol) {
  if (text.empty()) return Value();
  switch (shape.kind) {
    case ShapeKind::kBlob:
    case ShapeKind::kString: return Value(std::move(text));
    case ShapeKind::kDocument: {
      auto parsed = parse_json(text, {.max_bytes = limit});
      if (!parsed)
        return fault("SerializationException",
                     "Could not parse request body into json: " + parsed.error().what, 400);
      return std::move(*parsed);
    }
    default: return read_document(shape, text, limit, protocol);
  }
}

bool is_rest(Protocol protocol) {
  return protocol == Protocol::kRestJson || protocol == Protocol::kRestXml;
}

Unexpected too_large(size_t limit) {
  return fault(
      "RequestEntityTooLargeException",
      "Request must be smaller than " + std::to_string(limit) + " bytes for this operation", 413);
}

}  // namespace

Result<Decoded> decode(const Routed& routed, const HttpRequest& request, const Payload& body) {
  const Shape& shape = routed.operation->input();
  Protocol protocol = routed.service->protocol;
  const Member* payload = is_rest(protocol) ? payload_member(shape) : nullptr;
  Decoded decoded;
  decoded.input = Value::object();
  if (payload && payload->shape().kind == ShapeKind::kStream) {
    decoded.stream = body;
    TRY(read_bindings(routed, request, decoded.input));
    return decoded;
  }
  size_t limit = body_limit(*routed.operation);
  if (body.size() > limit) return too_large(limit);
  if (protocol == Protocol::kQuery) {
    decoded.input = TRY(from_query(shape, TRY(query_params(request, body))));
    return decoded;
  }
  std::string copy;
  std::string_view text = body.view();
  if (!body.in_memory()) text = copy = body.read_all();
  if (payload) {
    Value value = TRY(read_payload(payload->shape(), std::string(text), limit, protocol));
    if (!value.is_null()) decoded.input.set(payload->name, std::move(value));
  } else {
    decoded.input = TRY(read_document(shape, text, limit, protocol));
  }
  if (!is_rest(protocol)) return decoded;
  // A body that is no object is the validator's to refuse.
  if (decoded.input.is_object()) TRY(read_bindings(routed, request, decoded.input));
  return decoded;
}

void set_stream(const Shape& shape, void* input, Payload stream) {
  for (const Member& member : shape.members) {
    if (member.shape().kind != ShapeKind::kStream) continue;
    *reinterpret_cast<Payload*>(static_cast<char*>(input) + member.offset) = std::move(stream);
    return;
  }
}

}  // namespace drydock::wire
