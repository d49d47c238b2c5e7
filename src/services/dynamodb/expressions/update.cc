#include "services/dynamodb/expressions/update.h"

#include <algorithm>

#include "services/dynamodb/expressions/evaluate.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

constexpr const char* kMissing =
    "The provided expression refers to an attribute that does not exist in the item";
constexpr const char* kWrongType = "An operand in the update expression has an incorrect data type";
constexpr const char* kWrongPath =
    "The document path provided in the update expression is invalid for update";

Result<Attribute> compute(const Operand& operand, const Bindings& bindings, const Item& item) {
  auto found = [](const Attribute* value) -> Result<Attribute> {
    if (!value) return validation(kMissing);
    return *value;
  };
  switch (operand.kind) {
    case Operand::Kind::kPath: return found(follow(operand.path, bindings, item));
    case Operand::Kind::kValue: return *bindings.values[operand.value];
    case Operand::Kind::kIfNotExists: {
      const auto* present = follow(operand.path, bindings, item);
      if (present) return *present;
      return compute(operand.operands[0], bindings, item);
    }
    case Operand::Kind::kListAppend: {
      Attribute first = TRY(compute(operand.operands[0], bindings, item));
      Attribute second = TRY(compute(operand.operands[1], bindings, item));
      auto *head = first.get<Attribute::List>(), *tail = second.get<Attribute::List>();
      if (!head || !tail) return validation(kWrongType);
      head->insert(head->end(), std::make_move_iterator(tail->begin()),
                   std::make_move_iterator(tail->end()));
      return first;
    }
    case Operand::Kind::kAdd:
    case Operand::Kind::kSubtract: {
      Attribute first = TRY(compute(operand.operands[0], bindings, item));
      Attribute second = TRY(compute(operand.operands[1], bindings, item));
      const auto *a = first.get<Number>(), *b = second.get<Number>();
      if (!a || !b) return validation(kWrongType);
      auto sum =
          operand.kind == Operand::Kind::kAdd ? Number::add(*a, *b) : Number::subtract(*a, *b);
      if (!sum) return validation(std::move(sum.error()));
      return Attribute(*sum);
    }
    default: return validation(kWrongType);
  }
}

// The holder of the last step of a path: a map or list in `item`, or nullptr when the way is not
// there.
struct Place {
  Item* map = nullptr;
  Attribute::List* list = nullptr;
};
Place find_place(const Path& path, const Bindings& bindings, Item& item) {
  Place place{&item, nullptr};
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    Attribute* next = nullptr;
    if (path[i].kind == PathStep::Kind::kIndex) {
      if (place.list && path[i].number < place.list->size()) next = &(*place.list)[path[i].number];
    } else if (place.map) {
      next = place.map->find(name_of(path[i], bindings));
    }
    if (!next) return {};
    place = {next->get<Item>(), next->get<Attribute::List>()};
  }
  bool wants_list = path.back().kind == PathStep::Kind::kIndex;
  if (wants_list)
    place.map = nullptr;
  else
    place.list = nullptr;
  return place;
}

Result<void> set_at(const Path& path, const Bindings& bindings, Item& item, Attribute value) {
  Place place = find_place(path, bindings, item);
  if (place.map) {
    place.map->set(name_of(path.back(), bindings), std::move(value));
  } else if (place.list) {
    // AWS does append when the index lies behind the end.
    if (path.back().number < place.list->size())
      (*place.list)[path.back().number] = std::move(value);
    else
      place.list->push_back(std::move(value));
  } else {
    return validation(kWrongPath);
  }
  return {};
}

void remove_at(const Path& path, const Bindings& bindings, Item& item) {
  Place place = find_place(path, bindings, item);
  if (place.map)
    place.map->erase(name_of(path.back(), bindings));
  else if (place.list && path.back().number < place.list->size())
    place.list->erase(place.list->begin() + path.back().number);
}

template <class Set>
bool merge(const Attribute& present, const Attribute& more, Attribute& out) {
  const Set *a = present.get<Set>(), *b = more.get<Set>();
  if (!a || !b) return false;
  Set merged;
  std::set_union(a->members.begin(), a->members.end(), b->members.begin(), b->members.end(),
                 std::back_inserter(merged.members));
  out = Attribute(std::move(merged));
  return true;
}

// True when the types fit; an emptied set is reported by `emptied`.
template <class Set>
bool subtract(const Attribute& present, const Attribute& less, Attribute& out, bool& emptied) {
  const Set *a = present.get<Set>(), *b = less.get<Set>();
  if (!a || !b) return false;
  Set rest;
  std::set_difference(a->members.begin(), a->members.end(), b->members.begin(), b->members.end(),
                      std::back_inserter(rest.members));
  emptied = rest.members.empty();
  out = Attribute(std::move(rest));
  return true;
}

Unexpected wrong_type(UpdateDialect dialect) {
  return validation(dialect == UpdateDialect::kLegacy ? "Type mismatch for attribute to update"
                                                      : kWrongType);
}

Result<void> add_to(const Update::Action& action, const Bindings& bindings, const Item& previous,
                    Item& next, UpdateDialect dialect) {
  const Attribute& more = *bindings.values[action.operand.value];
  const Attribute* present = follow(action.path, bindings, previous);
  Attribute out;
  if (!present) {
    out = more;
  } else if (const auto* number = present->get<Number>(); number && more.get<Number>()) {
    auto sum = Number::add(*number, *more.get<Number>());
    if (!sum) return validation(std::move(sum.error()));
    out = Attribute(*sum);
  } else if (const auto* list = present->get<Attribute::List>();
             list && more.get<Attribute::List>() && dialect == UpdateDialect::kLegacy) {
    Attribute::List longer = *list;
    longer.insert(longer.end(), more.get<Attribute::List>()->begin(),
                  more.get<Attribute::List>()->end());
    out = Attribute(std::move(longer));
  } else if (!merge<StringSet>(*present, more, out) && !merge<NumberSet>(*present, more, out) &&
             !merge<BinarySet>(*present, more, out)) {
    return wrong_type(dialect);
  }
  return set_at(action.path, bindings, next, std::move(out));
}

Result<void> delete_from(const Update::Action& action, const Bindings& bindings,
                         const Item& previous, Item& next, UpdateDialect dialect) {
  const Attribute& less = *bindings.values[action.operand.value];
  const Attribute* present = follow(action.path, bindings, previous);
  if (!present) {
    if (action.path.size() > 1 && !find_place(action.path, bindings, next).map)
      return validation(kWrongPath);
    return {};
  }
  Attribute out;
  bool emptied = false;
  if (!subtract<StringSet>(*present, less, out, emptied) &&
      !subtract<NumberSet>(*present, less, out, emptied) &&
      !subtract<BinarySet>(*present, less, out, emptied))
    return wrong_type(dialect);
  if (emptied) {
    remove_at(action.path, bindings, next);
    return {};
  }
  return set_at(action.path, bindings, next, std::move(out));
}

// Longer indexes first, so that removing one does not move another.
bool later(const Path& a, const Path& b, const Bindings& bindings) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    bool a_index = a[i].kind == PathStep::Kind::kIndex,
         b_index = b[i].kind == PathStep::Kind::kIndex;
    if (a_index != b_index) return a_index;
    if (a_index) {
      if (a[i].number != b[i].number) return a[i].number > b[i].number;
    } else if (auto order = name_of(a[i], bindings).compare(name_of(b[i], bindings)); order != 0) {
      return order > 0;
    }
  }
  return a.size() > b.size();
}

}  // namespace

Result<Item> apply_update(const Update& update, const Bindings& bindings, const Item& previous,
                          UpdateDialect dialect) {
  Item next = previous;
  std::vector<std::pair<const Path*, Attribute>> sets;
  std::vector<const Path*> removals;
  for (const auto& action : update.actions) {
    if (action.kind == Update::Kind::kSet)
      sets.push_back({&action.path, TRY(compute(action.operand, bindings, previous))});
    else if (action.kind == Update::Kind::kRemove)
      removals.push_back(&action.path);
  }
  // Ascending, so that several new elements of a list are appended in the order of their indexes.
  std::stable_sort(sets.begin(), sets.end(), [&](const auto& a, const auto& b) {
    return later(*b.first, *a.first, bindings);
  });
  for (auto& [path, value] : sets) TRY(set_at(*path, bindings, next, std::move(value)));
  for (const auto& action : update.actions) {
    if (action.kind == Update::Kind::kAdd) TRY(add_to(action, bindings, previous, next, dialect));
    if (action.kind == Update::Kind::kDelete)
      TRY(delete_from(action, bindings, previous, next, dialect));
  }
  for (const Path* path : removals)
    if (path->size() > 1) {
      Place place = find_place(*path, bindings, next);
      if (!place.map && !place.list) return validation(kWrongPath);
    }
  std::sort(removals.begin(), removals.end(),
            [&](const Path* a, const Path* b) { return later(*a, *b, bindings); });
  for (const Path* path : removals) remove_at(*path, bindings, next);
  return next;
}

}  // namespace drydock::dynamodb
