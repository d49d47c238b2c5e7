#include "wire/query_in.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "base/text.h"
#include "wire/scalar_text.h"

namespace drydock::wire {
namespace {

constexpr size_t kMaxParts = 32;  // of a parameter's name

// The names taken apart at their dots.
struct Node {
  std::optional<std::string_view> value;
  std::map<std::string_view, std::unique_ptr<Node>> children;

  const Node* child(std::string_view name) const {
    auto found = children.find(name);
    return found == children.end() ? nullptr : found->second.get();
  }
  bool is_empty_value() const { return children.empty() && (!value || value->empty()); }
};

// The children named by numbers, in the order of the numbers, whatever gaps there are.
std::vector<const Node*> numbered(const Node& node) {
  std::vector<std::pair<int64_t, const Node*>> found;
  for (const auto& [name, child] : node.children) {
    if (auto number = parse_int(name)) found.emplace_back(*number, child.get());
  }
  std::sort(found.begin(), found.end());
  std::vector<const Node*> nodes;
  for (auto& [number, child] : found) nodes.push_back(child);
  return nodes;
}

enum class Wrapping { kWrapped, kFlattened };

Result<Value> read(const Shape& shape, const Node& node, Wrapping wrapping);

Result<Value> read_structure(const Shape& shape, const Node& node) {
  Value value = Value::object();
  for (const Member& member : shape.members) {
    const Node* child = node.child(member.wire_name);
    if (!child) continue;
    const Shape& target = member.shape();
    // AWS does read "Parameters=" as an empty list, and an empty number or structure as none.
    bool keeps_empty = target.kind == ShapeKind::kString || target.kind == ShapeKind::kBlob ||
                       target.kind == ShapeKind::kList || target.kind == ShapeKind::kMap;
    if (child->is_empty_value() && !keeps_empty) continue;
    value.set(member.name, TRY(read(target, *child,
                                    member.flattened ? Wrapping::kFlattened : Wrapping::kWrapped)));
  }
  return value;
}

Result<Value> read_list(const Shape& shape, const Node& node, Wrapping wrapping) {
  Value value = Value::list();
  const Node* items = &node;
  if (wrapping == Wrapping::kWrapped) {
    items = node.child(shape.item_wire_name.empty() ? "member" : shape.item_wire_name);
    // Some clients leave the list's own level out; AWS reads both.
    if (!items) items = &node;
  }
  for (const Node* item : numbered(*items))
    value.push_back(TRY(read(shape.item(), *item, Wrapping::kWrapped)));
  return value;
}

Result<Value> read_map(const Shape& shape, const Node& node, Wrapping wrapping) {
  Value value = Value::object();
  const Node* entries = &node;
  if (wrapping == Wrapping::kWrapped && node.child("entry")) entries = node.child("entry");
  for (const Node* entry : numbered(*entries)) {
    const Node* key = entry->child(shape.key_wire_name.empty() ? "key" : shape.key_wire_name);
    const Node* item = entry->child(shape.item_wire_name.empty() ? "value" : shape.item_wire_name);
    if (!key || !key->value || !item) continue;
    value.set(*key->value, TRY(read(shape.item(), *item, Wrapping::kWrapped)));
  }
  return value;
}

Result<Value> read(const Shape& shape, const Node& node, Wrapping wrapping) {
  switch (shape.kind) {
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: return read_structure(shape, node);
    case ShapeKind::kList: return read_list(shape, node, wrapping);
    case ShapeKind::kMap: return read_map(shape, node, wrapping);
    default: return scalar_from_text(shape, node.value.value_or(""), Protocol::kQuery);
  }
}

}  // namespace

Result<Value> from_query(const Shape& shape,
                         const std::vector<std::pair<std::string, std::string>>& params) {
  Node root;
  for (const auto& [name, value] : params) {
    Node* node = &root;
    std::vector<std::string_view> parts = split(name, '.');
    if (parts.size() > kMaxParts)
      return fault("MalformedInput",
                   "The parameter name " + name.substr(0, 64) + "... is nested too deeply.");
    for (std::string_view part : parts) {
      auto& child = node->children[part];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
    node->value = value;
  }
  return read_structure(shape, root);
}

}  // namespace drydock::wire
