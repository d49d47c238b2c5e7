// Evaluation of intrinsic functions. Pure: what it cannot know it asks through Lookup.
//
// Two odd results are ordinary Values here: kNoValue (a member that shall not be there) and
// kUnknown (a value that exists only once a resource is made; change sets meet it). Functions of
// something unknown are unknown.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "services/cloudformation/template/template.h"

namespace drydock::cloudformation {

inline constexpr std::string_view kNoValue =
    "\x01"
    "AWS::NoValue";
inline constexpr std::string_view kUnknown =
    "\x01"
    "unknown";
bool is_no_value(const Value& value);
bool is_unknown(const Value& value);
// True when it or any part of it is unknown.
bool holds_unknown(const Value& value);

struct StackFacts {
  std::string account, region, stack_id, stack_name;
  Value notification_arns = Value::list();
};

struct Lookup {
  const Template* source = nullptr;
  StackFacts stack;
  Value parameters;  // object: name to string, or to a list of strings
  // Ref and GetAtt of a resource of the template. Null: such a resource or attribute is not there.
  std::function<Result<Value>(std::string_view logical_id)> ref;
  std::function<Result<Value>(std::string_view logical_id, std::string_view attribute)> attribute;
  std::function<Result<Value>(std::string_view export_name)> import;
};

Result<Value> evaluate(const Value& value, const Lookup& lookup);
Result<bool> evaluate_condition(std::string_view name, const Lookup& lookup);
// Whether a resource or output is to exist; an empty name is always.
Result<bool> is_wanted(std::string_view condition, const Lookup& lookup);
// The Rules section against the parameters. A fault when an assertion fails.
Result<void> check_rules(const Lookup& lookup);

}  // namespace drydock::cloudformation
