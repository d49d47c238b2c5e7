// Bound expressions: what a request's condition, update, projection and key condition say, whether
// they came as expressions or as the legacy parameters, ready to be applied to items.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/dynamodb/expressions/bind.h"
#include "services/dynamodb/expressions/key_condition.h"
#include "services/dynamodb/expressions/projection.h"
#include "services/dynamodb/expressions/syntax.h"
#include "services/dynamodb/expressions/update.h"

namespace drydock::dynamodb {

// The values of legacy parameters; their addresses stay.
using Literals = std::shared_ptr<std::deque<Attribute>>;

struct BoundCondition {
  std::shared_ptr<const ConditionExpression> expression;
  Bindings bindings;
  Literals literals;
  bool holds(const Item& item) const;
};
struct BoundUpdate {
  std::shared_ptr<const UpdateExpression> expression;
  Bindings bindings;
  Literals literals;
  UpdateDialect dialect = UpdateDialect::kExpression;
};

// All of a request's expressions. The Substitutions must stay where they are while it is used.
using Text = std::optional<std::string>;

// Members of a request that may be absent.
inline const Value kNothing;
inline const Value& given(const Value* value) { return value ? *value : kNothing; }
inline bool has(const Text* text) { return text && text->has_value(); }
inline const Value* pointer(const std::optional<Value>& value) { return value ? &*value : nullptr; }
Result<BoundCondition> bind_condition(const std::string& text, std::string_view parameter,
                                      Substitutions& substitutions);
Result<BoundUpdate> bind_update(const std::string& text, Substitutions& substitutions);
Result<Projection> bind_projection(const std::string& text, Substitutions& substitutions);

// Expected; QueryFilter and ScanFilter; KeyConditions. `parameter` is its name.
Result<BoundCondition> legacy_condition(const Value& conditions, std::string_view parameter,
                                        const Text& conditional_operator);
Result<BoundUpdate> legacy_update(const Value& updates);
Result<Projection> legacy_projection(const std::vector<std::string>& names);

// Top-level attribute names that a condition looks at.
std::vector<std::string> names_in(const BoundCondition& condition);
std::vector<std::string> names_in(const BoundUpdate& update);

// "Can not use both expression and non-expression parameters in the same request: …"; the names of
// those given.
Result<void> check_not_mixed(const std::vector<std::pair<const char*, bool>>& legacy,
                             const std::vector<std::pair<const char*, bool>>& expressions);
// Names and values may come only with expressions.
Result<void> check_substitutions_wanted(
    const Value& names, const Value& values,
    const std::vector<std::pair<const char*, bool>>& expressions);

}  // namespace drydock::dynamodb
