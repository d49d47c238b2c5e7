#include "wire/json_out.h"

#include <charconv>
#include <cmath>

#include "base/encoding.h"
#include "wire/scalar_text.h"

namespace drydock::wire {
namespace {

void append_integer(int64_t number, std::string& out) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_double(double number, std::string& out) {
  // JSON has no such numbers; AWS writes them as texts.
  if (std::isnan(number))
    out += "\"NaN\"";
  else if (std::isinf(number))
    out += number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  else
    to_json(Value(number), out);
}

void append_timestamp(Timestamp time, TimestampFormat format, std::string& out) {
  if (format == TimestampFormat::kDefault || format == TimestampFormat::kEpochSeconds) {
    out += timestamp_text(time, TimestampFormat::kEpochSeconds);
  } else {
    append_json_string(timestamp_text(time, format), out);
  }
}

void append(const Shape& shape, const void* from, TimestampFormat format, JsonNames names,
            std::string& out) {
  switch (shape.kind) {
    case ShapeKind::kString:
      append_json_string(*static_cast<const std::string*>(from), out);
      return;
    case ShapeKind::kBoolean: out += *static_cast<const bool*>(from) ? "true" : "false"; return;
    case ShapeKind::kInteger: append_integer(*static_cast<const int64_t*>(from), out); return;
    case ShapeKind::kDouble: append_double(*static_cast<const double*>(from), out); return;
    case ShapeKind::kTimestamp:
      append_timestamp(*static_cast<const Timestamp*>(from), format, out);
      return;
    case ShapeKind::kBlob:
      out += '"';
      out += to_base64(*static_cast<const std::string*>(from));
      out += '"';
      return;
    case ShapeKind::kDocument: to_json(*static_cast<const Value*>(from), out); return;
    case ShapeKind::kStream: out += "null"; return;
    case ShapeKind::kList: {
      const Shape& item = shape.item();
      size_t count = shape.sequence->size(from);
      out += '[';
      for (size_t i = 0; i < count; ++i) {
        if (i) out += ',';
        append(item, shape.sequence->at(from, i), format, names, out);
      }
      out += ']';
      return;
    }
    case ShapeKind::kMap: {
      const Shape& item = shape.item();
      size_t count = shape.sequence->size(from);
      out += '{';
      for (size_t i = 0; i < count; ++i) {
        if (i) out += ',';
        append_json_string(map_key(shape, from, i), out);
        out += ':';
        append(item, shape.sequence->at(from, i), format, names, out);
      }
      out += '}';
      return;
    }
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: {
      out += '{';
      bool first = true;
      for (const Member& member : shape.members) {
        if (member.binding != HttpBinding::kBody) continue;
        const void* field = field_of(member, from);
        const Shape& target = member.shape();
        if (!field || target.kind == ShapeKind::kStream) continue;
        if (!first) out += ',';
        first = false;
        out += '"';
        out += names == JsonNames::kWire ? member.wire_name : member.name;  // need no escapes
        out += "\":";
        append(target, field, member.timestamp_format, names, out);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

void to_json_text(const Shape& shape, const void* from, JsonNames names, std::string& out) {
  append(shape, from, TimestampFormat::kDefault, names, out);
}

}  // namespace drydock::wire
