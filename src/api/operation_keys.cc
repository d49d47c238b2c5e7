#include "api/operation_keys.h"

#include "base/text.h"

namespace drydock {
namespace {

const Member* find_member(const Shape& shape, std::string_view name) {
  for (const Member& member : shape.members)
    if (member.name == name) return &member;
  return nullptr;
}

// The member's T, or null when it is absent. `member` is set when the shape has it.
const void* field_named(const Shape& shape, const void* structure, std::string_view name,
                        const Member*& member) {
  member = find_member(shape, name);
  return member ? field_of(*member, structure) : nullptr;
}

// Texts of a scalar or of a list of scalars; others have none.
void add_texts(const Shape& shape, const void* field, std::vector<std::string>& out) {
  switch (shape.kind) {
    case ShapeKind::kString: out.push_back(*static_cast<const std::string*>(field)); return;
    case ShapeKind::kBoolean:
      out.emplace_back(*static_cast<const bool*>(field) ? "true" : "false");
      return;
    case ShapeKind::kInteger:
      out.push_back(std::to_string(*static_cast<const int64_t*>(field)));
      return;
    case ShapeKind::kList:
      for (size_t i = 0; i < shape.sequence->size(field); ++i)
        add_texts(shape.item(), shape.sequence->at(field, i), out);
      return;
    default: return;
  }
}

// "{Member}" or "{Member.Inner}"; anything else is the text itself.
void add_key(const ConditionKey& key, const Shape& shape, const void* input, Context& context) {
  if (!key.from.starts_with('{')) {
    context.add(std::string(key.name), std::string(key.from));
    return;
  }
  auto path = key.from.substr(1, key.from.size() - 2);
  const Shape* at = &shape;
  const void* field = input;
  while (field && !path.empty()) {
    const auto dot = path.find('.');
    const Member* member = nullptr;
    field = field_named(*at, field, path.substr(0, dot), member);
    if (!member) return;
    at = &member->shape();
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  if (!field) return;
  std::vector<std::string> values;
  add_texts(*at, field, values);
  if (!values.empty()) context.add(std::string(key.name), std::move(values));
}

using TagPairs = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const Shape& shape, const void* structure, std::string_view suffix) {
  for (const Member& member : shape.members) {
    const bool named =
        member.name.size() >= suffix.size() &&
        equals_ignore_case(member.name.substr(member.name.size() - suffix.size()), suffix);
    if (!named || member.shape().kind != ShapeKind::kString) continue;
    const void* field = field_of(member, structure);
    return field ? *static_cast<const std::string*>(field) : std::string();
  }
  return {};
}

// Tags as AWS's services write them: a map, or a list of {Key, Value} or {TagKey, TagValue}.
TagPairs tags_of(const Operation& operation, const void* input) {
  TagPairs out;
  const Member* member = nullptr;
  const void* field = field_named(operation.input(), input, operation.tags, member);
  if (!field) return out;
  const Shape& shape = member->shape();
  if (!shape.sequence) return out;
  const Shape& item = shape.item();
  for (size_t i = 0; i < shape.sequence->size(field); ++i) {
    const void* at = shape.sequence->at(field, i);
    if (shape.kind == ShapeKind::kMap) {
      if (item.kind == ShapeKind::kString)
        out.emplace_back(map_key(shape, field, i), *static_cast<const std::string*>(at));
    } else if (item.kind == ShapeKind::kStructure) {
      out.emplace_back(text_of(item, at, "Key"), text_of(item, at, "Value"));
    }
  }
  return out;
}

}  // namespace

bool is_of_service(const Operation& operation, std::string_view action) {
  const auto prefix = operation.action.substr(0, operation.action.find(':') + 1);
  return !prefix.empty() && action.starts_with(prefix);
}

void add_operation_keys(const Operation& operation, const void* input, Context& context) {
  const Shape& shape = operation.input();
  for (const ConditionKey& key : operation.keys)
    if (!context.find(key.name)) add_key(key, shape, input, context);
  if (operation.tags.empty() && operation.tag_keys.empty()) return;
  if (context.find("aws:TagKeys")) return;
  std::vector<std::string> names;
  for (auto& [key, value] : tags_of(operation, input)) {
    const std::string name = "aws:RequestTag/" + key;
    if (!context.find(name)) context.add(name, std::move(value));
    names.push_back(std::move(key));
  }
  if (!operation.tag_keys.empty()) {
    const Member* member = nullptr;
    if (const void* field = field_named(shape, input, operation.tag_keys, member))
      add_texts(member->shape(), field, names);
  }
  if (!names.empty()) context.add("aws:TagKeys", std::move(names));
}

bool has_tags(const Operation& operation, const void* input) {
  return !operation.tags.empty() && !tags_of(operation, input).empty();
}

}  // namespace drydock
