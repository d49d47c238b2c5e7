// What an update must take away: items of the last applied list that the wanted one lacks. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/value.h"

namespace drydock::cloudformation {

inline std::vector<std::string> strings_of(const Value& list) {
  std::vector<std::string> out;
  if (list.is_list())
    for (const Value& item : list.as_list()) out.push_back(item.scalar_text());
  return out;
}

inline std::vector<std::string> gone(const Value& before, const Value& wanted) {
  std::vector<std::string> out, keep = strings_of(wanted);
  for (std::string& item : strings_of(before))
    if (std::ranges::find(keep, item) == keep.end()) out.push_back(std::move(item));
  return out;
}

// The `key` member of each object of a list.
inline Value keys_of(const Value& list, std::string_view key) {
  Value out = Value::list();
  if (list.is_list())
    for (const Value& item : list.as_list()) out.push_back(item[key]);
  return out;
}

}  // namespace drydock::cloudformation
