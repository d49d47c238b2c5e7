#include "services/dynamodb/expressions/projection.h"

namespace drydock::dynamodb {

void Projection::add(const Path& path, const Bindings& bindings) {
  Projection* at = this;
  for (const PathStep& step : path)
    at = step.kind == PathStep::Kind::kIndex ? &at->elements_[step.number]
                                             : &at->members_[std::string(name_of(step, bindings))];
  at->whole_ = true;
}

void Projection::add_name(std::string name) { members_[std::move(name)].whole_ = true; }

std::vector<std::string> Projection::names() const {
  std::vector<std::string> out;
  for (const auto& [name, inner] : members_) out.push_back(name);
  return out;
}

// `any` is false when nothing that is wanted is there.
Attribute Projection::cut(const Attribute& value, bool& any) const {
  any = true;
  if (whole_) return value;
  if (const auto* map = value.get<Item>(); map && !members_.empty()) {
    Item out = apply(*map);
    any = !out.empty();
    return Attribute(std::move(out));
  }
  if (const auto* list = value.get<Attribute::List>(); list && !elements_.empty()) {
    Attribute::List out;
    for (const auto& [index, inner] : elements_) {
      if (index >= list->size()) break;
      bool inner_any = false;
      Attribute element = inner.cut((*list)[index], inner_any);
      if (inner_any) out.push_back(std::move(element));
    }
    any = !out.empty();
    return Attribute(std::move(out));
  }
  any = false;
  return {};
}

Item Projection::apply(const Item& item) const {
  Item out;
  for (const auto& [name, inner] : members_) {
    const auto* value = item.find(name);
    if (!value) continue;
    bool any = false;
    Attribute kept = inner.cut(*value, any);
    if (any) out.append(name, std::move(kept));
  }
  return out;
}

}  // namespace drydock::dynamodb
