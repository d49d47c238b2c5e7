// The legacy parameters (Expected, AttributeUpdates, QueryFilter, ScanFilter, KeyConditions,
// AttributesToGet) as the same syntax trees that expressions have.
#include <algorithm>

#include "services/dynamodb/bound.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

struct Comparison {
  std::string_view name;
  Condition::Kind kind;
  size_t min_arguments, max_arguments;
};
constexpr size_t kAnyNumber = SIZE_MAX;
constexpr Comparison kComparisons[] = {
    {"EQ", Condition::Kind::kEqual, 1, 1},
    {"NE", Condition::Kind::kNotEqual, 1, 1},
    {"LE", Condition::Kind::kLessOrEqual, 1, 1},
    {"LT", Condition::Kind::kLess, 1, 1},
    {"GE", Condition::Kind::kGreaterOrEqual, 1, 1},
    {"GT", Condition::Kind::kGreater, 1, 1},
    {"NOT_NULL", Condition::Kind::kExists, 0, 0},
    {"NULL", Condition::Kind::kNotExists, 0, 0},
    {"CONTAINS", Condition::Kind::kContains, 1, 1},
    {"NOT_CONTAINS", Condition::Kind::kNotContains, 1, 1},
    {"BEGINS_WITH", Condition::Kind::kBeginsWith, 1, 1},
    {"IN", Condition::Kind::kIn, 1, kAnyNumber},
    {"BETWEEN", Condition::Kind::kBetween, 2, 2},
};

// Makes an expression whose slots are literal values.
struct Builder {
  BoundCondition out;
  Literals literals = std::make_shared<std::deque<Attribute>>();

  static Operand path(const std::string& name) {
    Operand operand;
    operand.path.push_back({PathStep::Kind::kName, name, 0});
    return operand;
  }
  Operand literal(Attribute value) {
    Operand operand;
    operand.kind = Operand::Kind::kValue;
    operand.value = static_cast<uint32_t>(out.bindings.values.size());
    literals->push_back(std::move(value));
    out.bindings.values.push_back(&literals->back());
    return operand;
  }
};

bool wants_scalar(Condition::Kind kind) {
  switch (kind) {
    case Condition::Kind::kLess:
    case Condition::Kind::kLessOrEqual:
    case Condition::Kind::kGreater:
    case Condition::Kind::kGreaterOrEqual:
    case Condition::Kind::kBetween:
    case Condition::Kind::kBeginsWith: return true;
    default: return false;
  }
}

Result<Condition> one_comparison(Builder& builder, const std::string& name,
                                 const std::string& where, std::string_view operator_name,
                                 const Value& arguments) {
  const auto* comparison =
      std::find_if(std::begin(kComparisons), std::end(kComparisons),
                   [&](const Comparison& one) { return one.name == operator_name; });
  if (comparison == std::end(kComparisons))
    return validation(
        "1 validation error detected: Value '" + std::string(operator_name) + "' at '" + where +
        "' failed to satisfy constraint: Member must satisfy enum value set: "
        "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]");
  size_t count = arguments.size();
  if (count < comparison->min_arguments || count > comparison->max_arguments)
    return invalid_parameter("Invalid number of argument(s) for the " + std::string(operator_name) +
                             " ComparisonOperator");
  Condition condition{comparison->kind, {}, {}};
  condition.operands.push_back(Builder::path(name));
  std::vector<Attribute> values;
  if (arguments.is_list())
    for (const Value& argument : arguments.as_list())
      values.push_back(TRY(read_attribute(argument)));
  for (const Attribute& value : values) {
    bool scalar = is_ordered(value.type());
    bool fits =
        !wants_scalar(comparison->kind) ||
        (scalar && !(comparison->kind == Condition::Kind::kBeginsWith && value.get<Number>()));
    if (comparison->kind == Condition::Kind::kContains ||
        comparison->kind == Condition::Kind::kNotContains)
      fits =
          scalar || value.type() == AttributeType::kBoolean || value.type() == AttributeType::kNull;
    if (!fits)
      return invalid_parameter("ComparisonOperator " + std::string(operator_name) +
                               " is not valid for " + std::string(type_name(value.type())) +
                               " AttributeValue type");
  }
  for (size_t i = 1; i < values.size(); ++i)
    if (values[i].type() != values[0].type())
      return invalid_parameter("AttributeValues inside AttributeValueList must be of same type");
  if (comparison->kind == Condition::Kind::kBetween && *compare(values[0], values[1]) > 0)
    return validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  for (Attribute& value : values) condition.operands.push_back(builder.literal(std::move(value)));
  return condition;
}

// {"Value": …, "Exists": …} of Expected, the oldest form.
Result<Condition> exists_or_equals(Builder& builder, const std::string& name,
                                   const Value& expected) {
  const Value &value = expected["Value"], &exists = expected["Exists"];
  bool must_exist = exists.bool_or(true);
  if (must_exist && value.is_null())
    return invalid_parameter("Value must be provided when Exists is " +
                             std::string(exists.is_null() ? "null" : "true") +
                             " for Attribute: " + name);
  if (!must_exist && !value.is_null())
    return invalid_parameter("Value cannot be used when Exists is false for Attribute: " + name);
  Condition condition{must_exist ? Condition::Kind::kEqual : Condition::Kind::kNotExists, {}, {}};
  condition.operands.push_back(Builder::path(name));
  if (must_exist) condition.operands.push_back(builder.literal(TRY(read_attribute(value))));
  return condition;
}

Result<Condition> one_condition(Builder& builder, const std::string& name, const Value& given,
                                std::string_view parameter) {
  bool is_expected = parameter == "Expected";
  // "scanFilter.a.member.comparisonOperator"
  std::string where(parameter);
  where[0] = static_cast<char>(where[0] - 'A' + 'a');
  where += "." + name + ".member.comparisonOperator";
  const Value &operator_name = given["ComparisonOperator"], &list = given["AttributeValueList"];
  if (!is_expected) {
    if (!operator_name.is_string())
      return validation("1 validation error detected: Value null at '" + where +
                        "' failed to satisfy constraint: Member must not be null");
    return one_comparison(builder, name, where, operator_name.string_or(""), list);
  }
  bool has_value = !given["Value"].is_null(), has_exists = !given["Exists"].is_null();
  if (!list.is_null() && operator_name.is_null())
    return invalid_parameter(
        "AttributeValueList can only be used with a ComparisonOperator for Attribute: " + name);
  if (operator_name.is_null()) return exists_or_equals(builder, name, given);
  if (has_exists)
    return invalid_parameter(
        "Exists and ComparisonOperator cannot be used together for Attribute: " + name);
  if (has_value && !list.is_null())
    return invalid_parameter(
        "Value and AttributeValueList cannot be used together for Attribute: " + name);
  std::string text = operator_name.string_or("");
  if (!has_value && list.is_null() && text != "NULL" && text != "NOT_NULL")
    return invalid_parameter("Value or AttributeValueList must be used with ComparisonOperator: " +
                             text + " for Attribute: " + name);
  return one_comparison(builder, name, where, text,
                        has_value ? Value::list({given["Value"]}) : list);
}

}  // namespace

Result<BoundCondition> legacy_condition(const Value& conditions, std::string_view parameter,
                                        const Text& conditional_operator) {
  if (!conditions.is_object()) return fault("SerializationException", "Unexpected field type");
  Builder builder;
  auto expression = std::make_shared<ConditionExpression>();
  expression->root.kind = conditional_operator == "OR" && !conditions.as_object().empty()
                              ? Condition::Kind::kOr
                              : Condition::Kind::kAnd;
  if (conditional_operator && conditions.as_object().empty())
    return invalid_parameter("ConditionalOperator cannot be used without Filter or Expected");
  if (conditional_operator && conditions.as_object().size() == 1)
    return invalid_parameter(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  for (const auto& [name, given] : conditions.as_object())
    expression->root.conditions.push_back(TRY(one_condition(builder, name, given, parameter)));
  builder.out.expression = std::move(expression);
  builder.out.literals = std::move(builder.literals);
  return std::move(builder.out);
}

Result<BoundUpdate> legacy_update(const Value& updates) {
  if (!updates.is_object()) return fault("SerializationException", "Unexpected field type");
  BoundUpdate out;
  out.dialect = UpdateDialect::kLegacy;
  out.literals = std::make_shared<std::deque<Attribute>>();
  auto expression = std::make_shared<UpdateExpression>();
  for (const auto& [name, given] : updates.as_object()) {
    std::string action_name = given["Action"].string_or("PUT");
    const Value& document = given["Value"];
    Update::Action action;
    action.path.push_back({PathStep::Kind::kName, name, 0});
    if (document.is_null()) {
      if (action_name != "DELETE")
        return invalid_parameter(
            "Only DELETE action is allowed when no attribute value is specified");
      action.kind = Update::Kind::kRemove;
    } else {
      Attribute value = TRY(read_attribute(document));
      std::string type(type_name(value.type()));
      if (action_name == "PUT") {
        action.kind = Update::Kind::kSet;
      } else if (action_name == "ADD") {
        if (!is_set(value.type()) && value.type() != AttributeType::kNumber &&
            value.type() != AttributeType::kList)
          return invalid_parameter("ADD action is not supported for the type " + type);
        action.kind = Update::Kind::kAdd;
      } else if (action_name == "DELETE") {
        if (!is_set(value.type()))
          return invalid_parameter("DELETE action with value is not supported for the type " +
                                   type);
        action.kind = Update::Kind::kDelete;
      } else {
        return validation(
            "1 validation error detected: Value '" + action_name + "' at 'attributeUpdates." +
            name +
            ".member.action' failed to satisfy constraint: Member must satisfy enum value set: [ADD, DELETE, PUT]");
      }
      action.operand.kind = Operand::Kind::kValue;
      action.operand.value = static_cast<uint32_t>(out.bindings.values.size());
      out.literals->push_back(std::move(value));
      out.bindings.values.push_back(&out.literals->back());
    }
    expression->update.actions.push_back(std::move(action));
  }
  out.expression = std::move(expression);
  return out;
}

Result<Projection> legacy_projection(const std::vector<std::string>& names) {
  Projection out;
  for (const std::string& name : names) {
    if (out.wants(name)) return invalid_parameter("Duplicate value in attribute name: " + name);
    out.add_name(name);
  }
  return out;
}

}  // namespace drydock::dynamodb
