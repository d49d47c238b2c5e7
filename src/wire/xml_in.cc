#include "wire/xml_in.h"

#include <pugixml.hpp>

#include "base/text.h"
#include "wire/scalar_text.h"

namespace drydock::wire {
namespace {

constexpr int kMaxDepth = 32;

Unexpected malformed() {
  return fault(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
      400);
}

std::string_view local_name(const char* name) {
  std::string_view text(name);
  size_t colon = text.find(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element && local_name(child.name()) == name)
      found.push_back(child);
  }
  return found;
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
  return text;
}

Result<Value> read(const Shape& shape, const pugi::xml_node& node, int depth);

Result<Value> read_items(const Shape& shape, const std::vector<pugi::xml_node>& nodes, int depth) {
  Value value = Value::list();
  for (const pugi::xml_node& node : nodes)
    value.push_back(TRY(read(shape.item(), node, depth + 1)));
  return value;
}

Result<Value> read_entries(const Shape& shape, const std::vector<pugi::xml_node>& nodes,
                           int depth) {
  Value value = Value::object();
  for (const pugi::xml_node& node : nodes) {
    auto keys = children(node, shape.key_wire_name.empty() ? "key" : shape.key_wire_name);
    auto items = children(node, shape.item_wire_name.empty() ? "value" : shape.item_wire_name);
    if (keys.empty() || items.empty()) return malformed();
    value.set(text_of(keys.front()), TRY(read(shape.item(), items.front(), depth + 1)));
  }
  return value;
}

Result<Value> read_structure(const Shape& shape, const pugi::xml_node& node, int depth) {
  Value value = Value::object();
  for (const Member& member : shape.members) {
    if (member.binding != HttpBinding::kBody) continue;
    const Shape& target = member.shape();
    if (member.attribute) {
      for (const pugi::xml_attribute& attribute : node.attributes()) {
        if (local_name(attribute.name()) == local_name(std::string(member.wire_name).c_str())) {
          value.set(member.name,
                    TRY(scalar_from_text(target, attribute.value(), Protocol::kRestXml)));
        }
      }
      continue;
    }
    std::vector<pugi::xml_node> found = children(node, member.wire_name);
    if (found.empty()) continue;
    if (target.kind == ShapeKind::kList && member.flattened) {
      value.set(member.name, TRY(read_items(target, found, depth)));
    } else if (target.kind == ShapeKind::kMap && member.flattened) {
      value.set(member.name, TRY(read_entries(target, found, depth)));
    } else {
      value.set(member.name, TRY(read(target, found.front(), depth + 1)));
    }
  }
  return value;
}

Result<Value> read(const Shape& shape, const pugi::xml_node& node, int depth) {
  if (depth > kMaxDepth) return malformed();
  switch (shape.kind) {
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: return read_structure(shape, node, depth);
    case ShapeKind::kList:
      return read_items(
          shape, children(node, shape.item_wire_name.empty() ? "member" : shape.item_wire_name),
          depth);
    case ShapeKind::kMap: return read_entries(shape, children(node, "entry"), depth);
    case ShapeKind::kString: return Value(text_of(node));
    default: {
      std::string text = text_of(node);
      return scalar_from_text(shape, trim(text), Protocol::kRestXml);
    }
  }
}

}  // namespace

Result<Value> parse_xml_body(const Shape& shape, std::string_view text) {
  pugi::xml_document document;
  // No document type is read, so no entity but XML's five is ever expanded.
  auto parsed = document.load_buffer(
      text.data(), text.size(),
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_ws_pcdata_single,
      pugi::encoding_utf8);
  if (!parsed || !document.document_element()) return malformed();
  return read(shape, document.document_element(), 0);
}

}  // namespace drydock::wire
