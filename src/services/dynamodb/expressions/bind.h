// Binds the placeholders of parsed expressions to a request's names and values, and checks what AWS
// checks before it looks at any item. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "services/dynamodb/expressions/syntax.h"
#include "services/dynamodb/values/attribute.h"

namespace drydock::dynamodb {

// What the slots of one expression mean. The pointers belong to the Substitutions.
struct Bindings {
  std::vector<std::string_view> names;
  std::vector<const Attribute*> values;
};

// The attribute name of a step; not for kIndex.
inline std::string_view name_of(const PathStep& step, const Bindings& bindings) {
  return step.kind == PathStep::Kind::kName ? std::string_view(step.name)
                                            : bindings.names[step.number];
}
std::string show_path(const Path& path, const Bindings& bindings);  // "[a, [1], b]"

// ExpressionAttributeNames and ExpressionAttributeValues of one request.
class Substitutions {
 public:
  // Texts as in the request; null Values when absent. `uses_expressions` and the operation's list
  // of its expression parameters decide the texts for superfluous ones.
  static Result<Substitutions> read(const Value& names, const Value& values);
  // `parameter`: "ConditionExpression", for messages.
  Result<Bindings> bind(const Placeholders& used, std::string_view parameter);
  // After all expressions are bound: everything that was given must have been used.
  Result<void> check_all_used() const;
  bool has_names() const { return !names_.empty(); }
  bool has_values() const { return !values_.empty(); }

 private:
  struct Name {
    std::string placeholder, name;
    bool used = false;
  };
  struct Replacement {
    std::string placeholder;
    Attribute value;
    bool used = false;
  };
  std::vector<Name> names_;
  std::vector<Replacement> values_;
};

// Types of literal operands, bounds of BETWEEN, names of types. Messages without "Invalid
// <Parameter>: ".
std::optional<std::string> check_condition(const Condition& condition, const Bindings& bindings);
std::optional<std::string> check_update(const Update& update, const Bindings& bindings);
// Overlap of paths.
std::optional<std::string> check_paths(const std::vector<const Path*>& paths,
                                       const Bindings& bindings);

}  // namespace drydock::dynamodb
