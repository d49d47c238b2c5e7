#include "wire/xml_out.h"

#include "wire/scalar_text.h"

namespace drydock::wire {
namespace {

void open(std::string_view name, std::string& out) { out.append("<").append(name).append(">"); }
void close(std::string_view name, std::string& out) { out.append("</").append(name).append(">"); }

void append_content(const Shape& shape, const void* from, TimestampFormat format, Protocol protocol,
                    std::string& out);

void append_scalar(const Shape& shape, const void* from, TimestampFormat format, Protocol protocol,
                   std::string& out) {
  // AWS does write S3's instants always with milliseconds.
  if (shape.kind == ShapeKind::kTimestamp && format == TimestampFormat::kDefault &&
      protocol == Protocol::kRestXml) {
    out += to_iso8601_ms(*static_cast<const Timestamp*>(from));
    return;
  }
  append_xml_text(scalar_to_text(shape, from, format), out);
}

void append_map_entry(const Shape& shape, const void* from, size_t index, Protocol protocol,
                      std::string& out) {
  std::string_view key = shape.key_wire_name.empty() ? "key" : shape.key_wire_name;
  open(key, out);
  append_xml_text(map_key(shape, from, index), out);
  close(key, out);
  append_xml_element(shape.item_wire_name.empty() ? "value" : shape.item_wire_name, {},
                     shape.item(), shape.sequence->at(from, index), protocol, out);
}

void append_member(const Member& member, const void* field, Protocol protocol, std::string& out) {
  const Shape& target = member.shape();
  bool sequence = target.kind == ShapeKind::kList || target.kind == ShapeKind::kMap;
  if (!sequence || !member.flattened) {
    if (is_scalar(target.kind)) {
      open(member.wire_name, out);
      append_scalar(target, field, member.timestamp_format, protocol, out);
      close(member.wire_name, out);
    } else {
      append_xml_element(member.wire_name, {}, target, field, protocol, out);
    }
    return;
  }
  size_t count = target.sequence->size(field);
  for (size_t i = 0; i < count; ++i) {
    if (target.kind == ShapeKind::kList) {
      append_xml_element(member.wire_name, {}, target.item(), target.sequence->at(field, i),
                         protocol, out);
    } else {
      open(member.wire_name, out);
      append_map_entry(target, field, i, protocol, out);
      close(member.wire_name, out);
    }
  }
}

void append_content(const Shape& shape, const void* from, TimestampFormat format, Protocol protocol,
                    std::string& out) {
  switch (shape.kind) {
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: append_xml_members(shape, from, protocol, out); return;
    case ShapeKind::kList: {
      std::string_view item = shape.item_wire_name.empty() ? "member" : shape.item_wire_name;
      for (size_t i = 0; i < shape.sequence->size(from); ++i) {
        append_xml_element(item, {}, shape.item(), shape.sequence->at(from, i), protocol, out);
      }
      return;
    }
    case ShapeKind::kMap:
      for (size_t i = 0; i < shape.sequence->size(from); ++i) {
        open("entry", out);
        append_map_entry(shape, from, i, protocol, out);
        close("entry", out);
      }
      return;
    case ShapeKind::kDocument:
      append_xml_text(to_json(*static_cast<const Value*>(from)), out);
      return;
    default: append_scalar(shape, from, format, protocol, out);
  }
}

void append_attributes(const Shape& shape, const void* from, std::string& out) {
  for (const Member& member : shape.members) {
    if (!member.attribute) continue;
    const void* field = field_of(member, from);
    if (!field) continue;
    if (member.wire_name.starts_with("xsi:"))
      out += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    out.append(" ").append(member.wire_name).append("=\"");
    append_xml_text(scalar_to_text(member.shape(), field, member.timestamp_format), out);
    out += '"';
  }
}

}  // namespace

void append_xml_text(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (unsigned char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n':
      case '\t': out += static_cast<char>(c); break;
      default:
        if (c >= 0x20 && c != 0x7F) {
          out += static_cast<char>(c);
        } else {
          // A carriage return would not survive as it is; other controls are what S3 writes too.
          out.append("&#x");
          if (c >= 16) out += kHex[c >> 4];
          out += kHex[c & 15];
          out += ';';
        }
    }
  }
}

void append_xml_members(const Shape& shape, const void* from, Protocol protocol, std::string& out) {
  for (const Member& member : shape.members) {
    if (member.binding != HttpBinding::kBody || member.attribute) continue;
    if (member.shape().kind == ShapeKind::kStream) continue;
    if (const void* field = field_of(member, from)) append_member(member, field, protocol, out);
  }
}

void append_xml_element(std::string_view name, std::string_view xml_namespace, const Shape& shape,
                        const void* from, Protocol protocol, std::string& out) {
  out.append("<").append(name);
  if (!xml_namespace.empty()) out.append(" xmlns=\"").append(xml_namespace).append("\"");
  if (shape.kind == ShapeKind::kStructure) append_attributes(shape, from, out);
  size_t before = out.size();
  out += '>';
  append_content(shape, from, TimestampFormat::kDefault, protocol, out);
  if (out.size() == before + 1) {
    out.resize(before);
    out += "/>";
  } else {
    close(name, out);
  }
}

void append_xml_value(std::string_view name, const Value& value, std::string& out) {
  if (value.is_list()) {
    for (const Value& item : value.as_list()) append_xml_value(name, item, out);
    return;
  }
  open(name, out);
  if (value.is_object()) {
    for (const auto& [key, item] : value.as_object()) append_xml_value(key, item, out);
  } else {
    append_xml_text(value.scalar_text(), out);
  }
  close(name, out);
}

}  // namespace drydock::wire
