#include "services/dynamodb/expressions/key_condition.h"

#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

struct Part {
  std::string_view name;
  Condition::Kind kind;
  std::vector<const Attribute*> values;
};

Unexpected invalid(std::string what) {
  return validation("Invalid KeyConditionExpression: " + std::move(what));
}

std::string_view illegal_name(Condition::Kind kind) {
  switch (kind) {
    case Condition::Kind::kOr: return "OR";
    case Condition::Kind::kNot: return "NOT";
    case Condition::Kind::kIn: return "IN";
    case Condition::Kind::kNotEqual: return "<>";
    case Condition::Kind::kExists: return "attribute_exists";
    case Condition::Kind::kNotExists: return "attribute_not_exists";
    case Condition::Kind::kType: return "attribute_type";
    case Condition::Kind::kContains:
    case Condition::Kind::kNotContains: return "contains";
    default: return "";
  }
}

// ":v < a" means "a > :v".
Condition::Kind mirrored(Condition::Kind kind) {
  switch (kind) {
    case Condition::Kind::kLess: return Condition::Kind::kGreater;
    case Condition::Kind::kLessOrEqual: return Condition::Kind::kGreaterOrEqual;
    case Condition::Kind::kGreater: return Condition::Kind::kLess;
    case Condition::Kind::kGreaterOrEqual: return Condition::Kind::kLessOrEqual;
    default: return kind;
  }
}

Result<void> collect(const Condition& condition, const Bindings& bindings,
                     std::vector<Part>& parts) {
  if (condition.kind == Condition::Kind::kAnd) {
    for (const Condition& inner : condition.conditions) TRY(collect(inner, bindings, parts));
    return {};
  }
  if (auto name = illegal_name(condition.kind); !name.empty())
    return validation("Invalid operator used in KeyConditionExpression: " + std::string(name));
  Part part{{}, condition.kind, {}};
  size_t paths = 0;
  for (size_t i = 0; i < condition.operands.size(); ++i) {
    const Operand& operand = condition.operands[i];
    if (operand.kind == Operand::Kind::kSize)
      return validation("KeyConditionExpressions cannot contain nested operations");
    if (operand.kind == Operand::Kind::kValue) {
      part.values.push_back(bindings.values[operand.value]);
      continue;
    }
    if (operand.path.size() > 1)
      return validation("KeyConditionExpressions cannot have conditions on nested attributes");
    part.name = name_of(operand.path[0], bindings);
    ++paths;
    if (i == 1 && condition.operands.size() == 2) {
      if (part.kind == Condition::Kind::kBeginsWith)
        return validation(
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand");
      part.kind = mirrored(part.kind);
    } else if (i > 0 && paths == 1) {
      return validation(
          "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand");
    }
  }
  if (paths > 1)
    return validation(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
  if (paths == 0)
    return validation("Invalid condition in KeyConditionExpression: No key attribute specified");
  parts.push_back(std::move(part));
  return {};
}

Result<void> check_value(const Attribute& value, const KeyAttribute& key) {
  if (value.type() != key.type)
    return invalid_parameter("Condition parameter type does not match schema type");
  bool empty = (value.get<std::string>() && value.get<std::string>()->empty()) ||
               (value.get<Binary>() && value.get<Binary>()->bytes.empty());
  if (empty)
    return validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        std::string(value.get<Binary>() ? "binary" : "string") + " value. Key: " + key.name);
  return {};
}

}  // namespace

Result<KeyCondition> read_key_condition(const Condition& condition, const Bindings& bindings,
                                        const KeySchema& schema) {
  std::vector<Part> parts;
  TRY(collect(condition, bindings, parts));
  const Part *hash = nullptr, *range = nullptr;
  for (size_t i = 1; i < parts.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (parts[i].name == parts[j].name)
        return validation("KeyConditionExpressions must only contain one condition per key");
  if (parts.size() > 2) return validation("Conditions can be of length 1 or 2 only");
  for (const Part& part : parts) {
    const Part*& place = part.name == schema.hash.name ? hash : range;
    if (place) return validation("Query condition missed key schema element: " + schema.hash.name);
    place = &part;
  }
  if (!hash) return validation("Query condition missed key schema element: " + schema.hash.name);
  if (hash->kind != Condition::Kind::kEqual) return validation("Query key condition not supported");
  if (range && !schema.range) return validation("Query key condition not supported");
  if (range && range->name != schema.range->name)
    return validation("Query condition missed key schema element: " + schema.range->name);
  TRY(check_value(*hash->values[0], schema.hash));
  KeyCondition out;
  out.hash = *hash->values[0];
  if (!range) return out;
  for (const auto* value : range->values) TRY(check_value(*value, *schema.range));
  if (range->kind == Condition::Kind::kBeginsWith && schema.range->type == AttributeType::kNumber)
    return invalid(
        "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  out.range = range->kind;
  out.low = *range->values[0];
  if (range->values.size() > 1) out.high = *range->values[1];
  return out;
}

}  // namespace drydock::dynamodb
