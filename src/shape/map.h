// Looking into the maps of AWS's shapes, which are lists of pairs in the order they came.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "shape/shape.h"

namespace drydock {

// The value of `key`, or null. Refers into the map.
template <class T>
const T* find_in(const Map<T>& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    if (name == key) return &value;
  }
  return nullptr;
}

// Replaces the value of `key` where it stands, or adds it at the end.
template <class T>
void set_in(Map<T>& map, const std::string& key, std::type_identity_t<T> value) {
  for (auto& [name, held] : map) {
    if (name != key) continue;
    held = std::move(value);
    return;
  }
  map.emplace_back(key, std::move(value));
}

}  // namespace drydock
