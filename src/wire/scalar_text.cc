#include "wire/scalar_text.h"

#include "base/encoding.h"
#include "base/text.h"
#include "shape/wrong_kind.h"

namespace drydock::wire {

bool is_scalar(ShapeKind kind) {
  return kind != ShapeKind::kList && kind != ShapeKind::kMap && kind != ShapeKind::kStructure &&
         kind != ShapeKind::kUnion && kind != ShapeKind::kStream && kind != ShapeKind::kDocument;
}

Value timestamp_from_text(std::string_view text) {
  if (auto number = parse_double(text)) return Value(*number);
  auto time = parse_iso8601(text);
  if (!time) time = parse_http_date(text);
  if (!time) return {};
  return Value(static_cast<double>(time->ms) / 1000.0);
}

Result<Value> scalar_from_text(const Shape& shape, std::string_view text, Protocol protocol) {
  Value value;
  switch (shape.kind) {
    case ShapeKind::kString: return Value(text);
    case ShapeKind::kBoolean:
      if (equals_ignore_case(text, "true")) return Value(true);
      if (equals_ignore_case(text, "false")) return Value(false);
      break;
    case ShapeKind::kInteger:
      if (auto number = parse_int(text)) return Value(*number);
      break;
    case ShapeKind::kDouble:
      if (auto number = parse_double(text)) return Value(*number);
      break;
    case ShapeKind::kTimestamp:
      value = timestamp_from_text(text);
      if (!value.is_null()) return value;
      break;
    case ShapeKind::kBlob:
      if (auto bytes = from_base64(text)) return Value(std::move(*bytes));
      break;
    default: break;
  }
  return Unexpected(wrong_kind(shape, Value(text), protocol));
}

std::string timestamp_text(Timestamp time, TimestampFormat format) {
  switch (format) {
    case TimestampFormat::kHttpDate: return to_http_date(time);
    case TimestampFormat::kEpochSeconds: {
      std::string text = std::to_string(time.ms / 1000);
      if (int64_t rest = time.ms % 1000; rest > 0) {
        std::string digits = std::to_string(1000 + rest).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += '.' + digits;
      }
      return text;
    }
    default: return to_iso8601(time);
  }
}

std::string scalar_to_text(const Shape& shape, const void* field, TimestampFormat format) {
  switch (shape.kind) {
    case ShapeKind::kString: return *static_cast<const std::string*>(field);
    case ShapeKind::kBoolean: return *static_cast<const bool*>(field) ? "true" : "false";
    case ShapeKind::kInteger: return std::to_string(*static_cast<const int64_t*>(field));
    case ShapeKind::kDouble: return to_json(Value(*static_cast<const double*>(field)));
    case ShapeKind::kTimestamp:
      return timestamp_text(*static_cast<const Timestamp*>(field), format);
    case ShapeKind::kBlob: return to_base64(*static_cast<const std::string*>(field));
    default: return {};
  }
}

}  // namespace drydock::wire
