// Struct <-> Value by the tables.
#include <cmath>

#include "shape/shape.h"

namespace drydock {
namespace {

// AWS's instants have milliseconds; a Value carries seconds.
Timestamp timestamp_of(const Value& seconds) {
  if (seconds.is_int()) return {seconds.as_int() * 1000};
  return {static_cast<int64_t>(std::llround(seconds.as_double() * 1000.0))};
}

// Requests mostly name members in the model's order, so the search goes on behind the last hit.
const Member* find_member(std::span<const Member> members, std::string_view name, size_t& next) {
  for (size_t step = 0; step < members.size(); ++step) {
    size_t at = next + step;
    if (at >= members.size()) at -= members.size();
    if (members[at].name == name) {
      next = at + 1 == members.size() ? 0 : at + 1;
      return &members[at];
    }
  }
  return nullptr;
}

void* field_for_writing(const Member& member, void* structure) {
  void* field = static_cast<char*>(structure) + member.offset;
  return member.optional ? member.optional->emplace(field) : field;
}

bool fits(ShapeKind kind, const Value& value) {
  switch (kind) {
    case ShapeKind::kString:
    case ShapeKind::kBlob: return value.is_string();
    case ShapeKind::kBoolean: return value.is_bool();
    case ShapeKind::kInteger:
    case ShapeKind::kDouble:
    case ShapeKind::kTimestamp: return value.is_number();
    case ShapeKind::kDocument: return true;
    case ShapeKind::kStream: return false;
    case ShapeKind::kList: return value.is_list();
    case ShapeKind::kMap:
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: return value.is_object();
  }
  return false;
}

void structure_from(const Shape& shape, Value&& value, void* into) {
  size_t next = 0;
  for (auto& [name, item] : value.as_object()) {
    const Member* member = find_member(shape.members, name, next);
    if (!member) continue;
    const Shape& target = member->shape();
    // An optional document that is null is absent, as every other member.
    if (item.is_null() || !fits(target.kind, item)) continue;
    from_value(target, std::move(item), field_for_writing(*member, into));
  }
}

}  // namespace

void from_value(const Shape& shape, Value&& value, void* into) {
  if (!fits(shape.kind, value)) return;
  switch (shape.kind) {
    case ShapeKind::kString:
    case ShapeKind::kBlob: *static_cast<std::string*>(into) = std::move(value.as_string()); return;
    case ShapeKind::kBoolean: *static_cast<bool*>(into) = value.as_bool(); return;
    case ShapeKind::kInteger: *static_cast<int64_t*>(into) = value.as_int(); return;
    case ShapeKind::kDouble: *static_cast<double*>(into) = value.as_double(); return;
    case ShapeKind::kTimestamp: *static_cast<Timestamp*>(into) = timestamp_of(value); return;
    case ShapeKind::kDocument: *static_cast<Value*>(into) = std::move(value); return;
    case ShapeKind::kStream: return;
    case ShapeKind::kList: {
      const Shape& item = shape.item();
      shape.sequence->reserve(into, value.size());
      for (Value& one : value.as_list()) {
        if (fits(item.kind, one)) from_value(item, std::move(one), shape.sequence->add(into));
      }
      return;
    }
    case ShapeKind::kMap: {
      const Shape& item = shape.item();
      shape.sequence->reserve(into, value.size());
      for (auto& [key, one] : value.as_object()) {
        if (!fits(item.kind, one)) continue;
        from_value(item, std::move(one), shape.sequence->add(into));
        *shape.sequence->key(into, shape.sequence->size(into) - 1) = std::move(key);
      }
      return;
    }
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: structure_from(shape, std::move(value), into); return;
  }
}

Value to_value(const Shape& shape, const void* from) {
  switch (shape.kind) {
    case ShapeKind::kString:
    case ShapeKind::kBlob: return Value(*static_cast<const std::string*>(from));
    case ShapeKind::kBoolean: return Value(*static_cast<const bool*>(from));
    case ShapeKind::kInteger: return Value(*static_cast<const int64_t*>(from));
    case ShapeKind::kDouble: return Value(*static_cast<const double*>(from));
    case ShapeKind::kTimestamp:
      return Value(static_cast<double>(static_cast<const Timestamp*>(from)->ms) / 1000.0);
    case ShapeKind::kDocument: return *static_cast<const Value*>(from);
    case ShapeKind::kStream: return {};
    case ShapeKind::kList: {
      const Shape& item = shape.item();
      Value::List list;
      size_t count = shape.sequence->size(from);
      list.reserve(count);
      for (size_t i = 0; i < count; ++i)
        list.push_back(to_value(item, shape.sequence->at(from, i)));
      return Value(std::move(list));
    }
    case ShapeKind::kMap: {
      const Shape& item = shape.item();
      Value::Object object;
      size_t count = shape.sequence->size(from);
      object.reserve(count);
      for (size_t i = 0; i < count; ++i) {
        object.push_back({map_key(shape, from, i), to_value(item, shape.sequence->at(from, i))});
      }
      return Value(std::move(object));
    }
    case ShapeKind::kStructure:
    case ShapeKind::kUnion: {
      Value::Object object;
      for (const Member& member : shape.members) {
        const Shape& target = member.shape();
        if (target.kind == ShapeKind::kStream) continue;
        if (const void* field = field_of(member, from)) {
          object.push_back({std::string(member.name), to_value(target, field)});
        }
      }
      return Value(std::move(object));
    }
  }
  return {};
}

}  // namespace drydock
