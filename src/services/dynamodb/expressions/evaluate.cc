#include "services/dynamodb/expressions/evaluate.h"

namespace drydock::dynamodb {
namespace {

// The value of an operand; `scratch` holds it when it is computed. nullptr: there is none.
const Attribute* value_of(const Operand& operand, const Bindings& bindings, const Item& item,
                          Attribute& scratch) {
  switch (operand.kind) {
    case Operand::Kind::kPath: return follow(operand.path, bindings, item);
    case Operand::Kind::kValue: return bindings.values[operand.value];
    case Operand::Kind::kSize: {
      Attribute inner;
      const auto* measured = value_of(operand.operands[0], bindings, item, inner);
      auto length = measured ? length_of(*measured) : std::nullopt;
      if (!length) return nullptr;
      scratch = Attribute(Number(*length));
      return &scratch;
    }
    default: return nullptr;  // of updates alone
  }
}

bool begins_with(const Attribute& value, const Attribute& prefix) {
  if (const auto* text = value.get<std::string>()) {
    const auto* wanted = prefix.get<std::string>();
    return wanted && text->starts_with(*wanted);
  }
  if (const auto* binary = value.get<Binary>()) {
    const auto* wanted = prefix.get<Binary>();
    return wanted && binary->bytes.starts_with(wanted->bytes);
  }
  return false;
}

bool between(const Attribute& value, const Attribute& low, const Attribute& high) {
  auto from = compare(low, value), to = compare(value, high);
  return from && to && *from <= 0 && *to <= 0;
}

bool compares(Condition::Kind kind, const Attribute* left, const Attribute* right) {
  // AWS does hold <> for an attribute that is not there, and no other comparison.
  if (kind == Condition::Kind::kNotEqual) return !left || !right || !(*left == *right);
  if (!left || !right) return false;
  if (kind == Condition::Kind::kEqual) return *left == *right;
  auto order = compare(*left, *right);
  if (!order) return false;
  switch (kind) {
    case Condition::Kind::kLess: return *order < 0;
    case Condition::Kind::kLessOrEqual: return *order <= 0;
    case Condition::Kind::kGreater: return *order > 0;
    default: return *order >= 0;
  }
}

}  // namespace

const Attribute* follow(const Path& path, const Bindings& bindings, const Item& item) {
  const Attribute* at = item.find(name_of(path[0], bindings));
  for (size_t i = 1; at && i < path.size(); ++i) {
    if (path[i].kind == PathStep::Kind::kIndex) {
      const auto* list = at->get<Attribute::List>();
      at = list && path[i].number < list->size() ? &(*list)[path[i].number] : nullptr;
    } else {
      const auto* map = at->get<Item>();
      at = map ? map->find(name_of(path[i], bindings)) : nullptr;
    }
  }
  return at;
}

bool holds(const Condition& condition, const Bindings& bindings, const Item& item) {
  Attribute scratch[3];
  auto operand = [&](size_t i) {
    return value_of(condition.operands[i], bindings, item, scratch[i < 3 ? i : 2]);
  };
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      for (const Condition& inner : condition.conditions)
        if (!holds(inner, bindings, item)) return false;
      return true;
    case Condition::Kind::kOr:
      for (const Condition& inner : condition.conditions)
        if (holds(inner, bindings, item)) return true;
      return false;
    case Condition::Kind::kNot: return !holds(condition.conditions[0], bindings, item);
    case Condition::Kind::kExists: return operand(0) != nullptr;
    case Condition::Kind::kNotExists: return operand(0) == nullptr;
    case Condition::Kind::kType: {
      const auto *value = operand(0), *name = operand(1);
      return value && type_name(value->type()) == *name->get<std::string>();
    }
    case Condition::Kind::kBeginsWith: {
      const auto *value = operand(0), *prefix = operand(1);
      return value && prefix && begins_with(*value, *prefix);
    }
    case Condition::Kind::kContains: {
      const auto *holder = operand(0), *wanted = operand(1);
      return holder && wanted && contains(*holder, *wanted);
    }
    case Condition::Kind::kNotContains: {
      const auto *holder = operand(0), *wanted = operand(1);
      return !holder || !wanted || !contains(*holder, *wanted);
    }
    case Condition::Kind::kBetween: {
      const auto *value = operand(0), *low = operand(1), *high = operand(2);
      return value && low && high && between(*value, *low, *high);
    }
    case Condition::Kind::kIn: {
      const auto* value = operand(0);
      for (size_t i = 1; value && i < condition.operands.size(); ++i) {
        const auto* wanted = value_of(condition.operands[i], bindings, item, scratch[1]);
        if (wanted && *wanted == *value) return true;
      }
      return false;
    }
    default: return compares(condition.kind, operand(0), operand(1));
  }
}

}  // namespace drydock::dynamodb
