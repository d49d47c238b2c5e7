#include "auth/document.h"

namespace drydock {

std::span<const Value> one_or_more(const Value& value) {
  if (value.is_null()) return {};
  if (value.is_list()) return value.as_list();
  return {&value, 1};
}

std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> out;
  for (const Value& item : one_or_more(value))
    if (item.is_string()) out.push_back(item.as_string());
  return out;
}

}  // namespace drydock
