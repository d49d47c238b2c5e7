// Cuts the wanted paths out of an item. Pure.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "services/dynamodb/expressions/bind.h"
#include "services/dynamodb/expressions/syntax.h"

namespace drydock::dynamodb {

// A tree of what is wanted; built once, applied to many items.
class Projection {
 public:
  void add(const Path& path, const Bindings& bindings);
  void add_name(std::string name);
  Item apply(const Item& item) const;
  bool wants(std::string_view top_level_name) const { return members_.contains(top_level_name); }
  std::vector<std::string> names() const;  // top-level names

 private:
  const Projection* member(std::string_view name) const;
  Attribute cut(const Attribute& value, bool& any) const;
  bool whole_ = false;
  std::map<std::string, Projection, std::less<>> members_;
  std::map<uint32_t, Projection> elements_;
};

}  // namespace drydock::dynamodb
