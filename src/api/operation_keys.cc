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

// Texts of a scalar or of a list of scalars. A structure is either there, "true", or it is not:
// keys of CodeBuild such as codebuild:vpcConfig tell no more.
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
    case ShapeKind::kStructure:
      if (out.empty()) out.emplace_back("true");
      return;
    default: return;
  }
}

// The texts at a path of members. A list on the way stands for all its items.
void add_texts_at(const Shape& shape, const void* field, std::string_view path,
                  std::vector<std::string>& out) {
  if (path.empty()) return add_texts(shape, field, out);
  if (shape.kind == ShapeKind::kList) {
    for (size_t i = 0; i < shape.sequence->size(field); ++i)
      add_texts_at(shape.item(), shape.sequence->at(field, i), path, out);
    return;
  }
  const auto dot = path.find('.');
  const Member* member = nullptr;
  const void* found = field_named(shape, field, path.substr(0, dot), member);
  if (found)
    add_texts_at(member->shape(), found,
                 dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1), out);
}

// "x:sources/{id}.location" from "{sources.location}": a key of its own for each of the sources,
// named by its id.
void add_keys_of_items(std::string_view name, const Shape& shape, const void* field,
                       std::string_view path, Context& context) {
  if (shape.kind == ShapeKind::kList) {
    const auto open = name.find('{'), close = name.find('}');
    const std::string_view id = name.substr(open + 1, close - open - 1);
    for (size_t i = 0; i < shape.sequence->size(field); ++i) {
      const void* item = shape.sequence->at(field, i);
      std::vector<std::string> ids, values;
      add_texts_at(shape.item(), item, id, ids);
      add_texts_at(shape.item(), item, path, values);
      if (ids.empty() || values.empty()) continue;
      std::string key(name.substr(0, open));
      key.append(ids.front()).append(name.substr(close + 1));
      if (!context.find(key)) context.add(std::move(key), std::move(values));
    }
    return;
  }
  const auto dot = path.find('.');
  const Member* member = nullptr;
  const void* found = field_named(shape, field, path.substr(0, dot), member);
  if (found && dot != std::string_view::npos)
    add_keys_of_items(name, member->shape(), found, path.substr(dot + 1), context);
}

// "{Member}" or "{Member.Inner}"; anything else is the text itself.
void add_key(const ConditionKey& key, const Shape& shape, const void* input, Context& context) {
  if (!key.from.starts_with('{')) {
    context.add(std::string(key.name), std::string(key.from));
    return;
  }
  const auto path = key.from.substr(1, key.from.size() - 2);
  if (key.name.find('{') != std::string_view::npos)
    return add_keys_of_items(key.name, shape, input, path, context);
  std::vector<std::string> values;
  add_texts_at(shape, input, path, values);
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
