#include "services/sns/filter.h"

#include <algorithm>

#include "base/text.h"

namespace drydock::sns {
namespace {

constexpr size_t kMostKeys = 5, kMostConditions = 150, kMostFilterBytes = 256 * 1024;
constexpr int kDeepest = 5;

Unexpected bad(std::string what) {
  return fault("InvalidParameter", "Invalid parameter: FilterPolicy: " + std::move(what));
}

bool is_scalar(const Value& value) { return !value.is_list() && !value.is_object(); }

// Pairs of an operator and a number: [">=", 1, "<", 5].
bool is_numeric(const Value& value) {
  if (!value.is_list() || (value.size() != 2 && value.size() != 4)) return false;
  for (size_t i = 0; i < value.size(); i += 2) {
    const Value &op = value.as_list()[i], &number = value.as_list()[i + 1];
    constexpr std::string_view kOperators[] = {"=", "<", "<=", ">", ">="};
    if (!op.is_string() || !number.is_number() ||
        std::find(std::begin(kOperators), std::end(kOperators), op.as_string()) ==
            std::end(kOperators))
      return false;
  }
  return true;
}

Result<void> check_condition(const Value& condition) {
  if (is_scalar(condition)) return {};
  if (!condition.is_object() || condition.size() != 1)
    return bad("Match value must be String, number, true, false, or null");
  const auto& [name, value] = condition.as_object().front();
  if (name == "prefix" || name == "suffix" || name == "equals-ignore-case")
    return value.is_string() ? Result<void>{} : bad(name + " match pattern must be a string");
  if (name == "exists")
    return value.is_bool() ? Result<void>{}
                           : bad("exists match pattern must be either true or false.");
  if (name == "numeric")
    return is_numeric(value) ? Result<void>{}
                             : bad("Value of numeric must be an array of operators and numbers");
  if (name == "anything-but") {
    if (value.is_object()) {
      const bool known = value.size() == 1 && (value.find("prefix") || value.find("suffix")) &&
                         value.as_object().front().value.is_string();
      return known ? Result<void>{} : bad("Unsupported anything-but pattern");
    }
    if (value.is_list())
      for (const Value& one : value.as_list())
        if (!one.is_string() && !one.is_number()) return bad("Unsupported anything-but pattern");
    return {};
  }
  if (name == "cidr" || name == "wildcard")
    return not_implemented("The filter policy operator " + name);
  return bad("Unrecognized match type " + name);
}

Result<void> check_level(const Value& level, FilterScope scope, int depth, size_t& conditions) {
  for (const auto& [key, value] : level.as_object()) {
    if (key == "$or") return not_implemented("The filter policy operator $or");
    if (value.is_object()) {
      if (scope == FilterScope::kAttributes)
        return bad("Filter policy scope MessageAttributes does not support nested filter policy");
      if (depth >= kDeepest) return bad("Filter policy is nested too deeply");
      TRY(check_level(value, scope, depth + 1, conditions));
      continue;
    }
    if (!value.is_list()) return bad("\"" + key + "\" must be an object or an array");
    if (value.size() == 0) return bad("Empty arrays are not allowed");
    conditions += value.size();
    for (const Value& condition : value.as_list()) TRY(check_condition(condition));
  }
  return {};
}

bool in_range(const Value& bounds, double number) {
  for (size_t i = 0; i < bounds.size(); i += 2) {
    const std::string& op = bounds.as_list()[i].as_string();
    const double bound = bounds.as_list()[i + 1].as_double();
    const bool holds = op == "="    ? number == bound
                       : op == "<"  ? number < bound
                       : op == "<=" ? number <= bound
                       : op == ">"  ? number > bound
                                    : number >= bound;
    if (!holds) return false;
  }
  return true;
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return a.as_double() == b.as_double();
  return a == b;
}

bool none_of(const Value& excluded, const Value& value) {
  if (excluded.is_object()) {
    const auto& [name, text] = excluded.as_object().front();
    if (!value.is_string()) return true;
    return name == "prefix" ? !value.as_string().starts_with(text.as_string())
                            : !value.as_string().ends_with(text.as_string());
  }
  if (!excluded.is_list()) return !equal(excluded, value);
  return std::none_of(excluded.as_list().begin(), excluded.as_list().end(),
                      [&](const Value& one) { return equal(one, value); });
}

bool holds(const Value& condition, const Value& value) {
  if (is_scalar(condition)) return equal(condition, value);
  const auto& [name, wanted] = condition.as_object().front();
  if (name == "anything-but") return none_of(wanted, value);
  if (name == "numeric") return value.is_number() && in_range(wanted, value.as_double());
  if (name == "exists") return wanted.as_bool();
  if (!value.is_string()) return false;
  if (name == "prefix") return value.as_string().starts_with(wanted.as_string());
  if (name == "suffix") return value.as_string().ends_with(wanted.as_string());
  return equals_ignore_case(value.as_string(), wanted.as_string());
}

// One condition that one of the values meets.
bool any_holds(const Value& conditions, const Value* value) {
  for (const Value& condition : conditions.as_list()) {
    if (!value) {
      const Value* exists = condition.is_object() ? condition.find("exists") : nullptr;
      if (exists && !exists->as_bool()) return true;
      continue;
    }
    if (!value->is_list()) {
      if (holds(condition, *value)) return true;
      continue;
    }
    for (const Value& one : value->as_list())
      if (holds(condition, one)) return true;
  }
  return false;
}

}  // namespace

Result<Value> parse_filter(std::string_view text, FilterScope scope) {
  auto filter = parse_json(text, {.max_bytes = kMostFilterBytes, .max_depth = 16});
  if (!filter) return bad("failed to parse JSON.");
  if (!filter->is_object()) return bad("Filter policy must be an object");
  if (filter->size() > kMostKeys) return bad("Filter policy can not have more than 5 keys");
  size_t conditions = 0;
  TRY(check_level(*filter, scope, 1, conditions));
  if (conditions > kMostConditions) return bad("Filter policy is too complex");
  return std::move(*filter);
}

bool passes(const Value& filter, const Value& message) {
  for (const auto& [key, wanted] : filter.as_object()) {
    const Value* value = message.find(key);
    if (wanted.is_list()) {
      if (!any_holds(wanted, value)) return false;
    } else if (value && value->is_list()) {
      // A list of objects passes when one of them does.
      if (std::none_of(value->as_list().begin(), value->as_list().end(),
                       [&wanted = wanted](const Value& one) { return passes(wanted, one); }))
        return false;
    } else if (!passes(wanted, value ? *value : Value())) {
      return false;
    }
  }
  return true;
}

}  // namespace drydock::sns
