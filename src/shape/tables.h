// The small templates that generated tables are made of. Included by generated .cc files and tests
// alone.
#pragma once

#include <cstddef>

#include "shape/service.h"

namespace drydock {

// Shapes of Smithy's own types.
namespace prelude {
const Shape& string();
const Shape& boolean();
const Shape& integer();
const Shape& long_();
const Shape& double_();
const Shape& timestamp();
const Shape& blob();
const Shape& document();
}  // namespace prelude

template <class T>
constexpr OptionalOps kOptionalOps = {
    [](const void* field) -> const void* {
      auto& optional = *static_cast<const std::optional<T>*>(field);
      return optional ? &*optional : nullptr;
    },
    [](void* field) -> void* { return &static_cast<std::optional<T>*>(field)->emplace(); }};

template <class T>
constexpr OptionalOps kOptionalBoxOps = {
    [](const void* field) -> const void* {
      auto& optional = *static_cast<const std::optional<Box<T>>*>(field);
      return optional ? &**optional : nullptr;
    },
    [](void* field) -> void* { return &*static_cast<std::optional<Box<T>>*>(field)->emplace(); }};

template <class T>
constexpr OptionalOps kBoxOps = {
    [](const void* field) -> const void* { return &**static_cast<const Box<T>*>(field); },
    [](void* field) -> void* { return &**static_cast<Box<T>*>(field); }};

template <class T>
constexpr SequenceOps kSequence = {
    [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    [](const void* list, size_t index) -> const void* {
      return &(*static_cast<const std::vector<T>*>(list))[index];
    },
    [](void* list) -> void* { return &static_cast<std::vector<T>*>(list)->emplace_back(); },
    nullptr, [](void* list, size_t count) { static_cast<std::vector<T>*>(list)->reserve(count); }};

template <class T>
constexpr SequenceOps kMapSequence = {
    [](const void* map) { return static_cast<const Map<T>*>(map)->size(); },
    [](const void* map, size_t index) -> const void* {
      return &(*static_cast<const Map<T>*>(map))[index].second;
    },
    [](void* map) -> void* { return &static_cast<Map<T>*>(map)->emplace_back().second; },
    [](void* map, size_t index) { return &(*static_cast<Map<T>*>(map))[index].first; },
    [](void* map, size_t count) { static_cast<Map<T>*>(map)->reserve(count); }};

template <class Input, class Output, Result<Output> (*handler)(Call&, const Input&)>
Result<void> run_handler(Call& call, const void* in, void* out) {
  Result<Output> result = handler(call, *static_cast<const Input*>(in));
  if (!result) return Unexpected(std::move(result).error());
  *static_cast<Output*>(out) = std::move(*result);
  return {};
}
template <class T>
void* make_struct() {
  return new T{};
}
template <class T>
void free_struct(void* made) {
  delete static_cast<T*>(made);
}

}  // namespace drydock
