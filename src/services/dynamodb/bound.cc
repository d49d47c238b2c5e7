#include "services/dynamodb/bound.h"

#include <algorithm>

#include "services/dynamodb/expressions/cache.h"
#include "services/dynamodb/expressions/evaluate.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

std::string list_of(const std::vector<std::pair<const char*, bool>>& parameters) {
  std::string out;
  for (const auto& [name, given] : parameters)
    if (given) out += (out.empty() ? "" : ", ") + std::string(name);
  return "{" + out + "}";
}

bool any(const std::vector<std::pair<const char*, bool>>& parameters) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const auto& one) { return one.second; });
}

void collect(const Operand& operand, const Bindings& bindings, std::vector<std::string>& names) {
  if (!operand.path.empty()) names.emplace_back(name_of(operand.path[0], bindings));
  for (const Operand& inner : operand.operands) collect(inner, bindings, names);
}

void collect(const Condition& condition, const Bindings& bindings,
             std::vector<std::string>& names) {
  for (const Condition& inner : condition.conditions) collect(inner, bindings, names);
  for (const Operand& operand : condition.operands) collect(operand, bindings, names);
}

void make_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

bool BoundCondition::holds(const Item& item) const {
  return dynamodb::holds(expression->root, bindings, item);
}

Result<BoundCondition> bind_condition(const std::string& text, std::string_view parameter,
                                      Substitutions& substitutions) {
  BoundCondition out;
  out.expression = TRY(condition_expression(text, parameter));
  out.bindings = TRY(substitutions.bind(out.expression->used, parameter));
  if (auto error = check_condition(out.expression->root, out.bindings))
    return validation("Invalid " + std::string(parameter) + ": " + *error);
  return out;
}

Result<BoundUpdate> bind_update(const std::string& text, Substitutions& substitutions) {
  BoundUpdate out;
  out.expression = TRY(update_expression(text));
  out.bindings = TRY(substitutions.bind(out.expression->used, "UpdateExpression"));
  if (auto error = check_update(out.expression->update, out.bindings))
    return validation("Invalid UpdateExpression: " + *error);
  return out;
}

Result<Projection> bind_projection(const std::string& text, Substitutions& substitutions) {
  auto expression = TRY(projection_expression(text));
  Bindings bindings = TRY(substitutions.bind(expression->used, "ProjectionExpression"));
  std::vector<const Path*> paths;
  for (const Path& path : expression->paths) paths.push_back(&path);
  if (auto error = check_paths(paths, bindings))
    return validation("Invalid ProjectionExpression: " + *error);
  Projection out;
  for (const Path& path : expression->paths) out.add(path, bindings);
  return out;
}

std::vector<std::string> names_in(const BoundCondition& condition) {
  std::vector<std::string> names;
  collect(condition.expression->root, condition.bindings, names);
  make_unique(names);
  return names;
}

std::vector<std::string> names_in(const BoundUpdate& update) {
  std::vector<std::string> names;
  for (const auto& action : update.expression->update.actions) {
    names.emplace_back(name_of(action.path[0], update.bindings));
    collect(action.operand, update.bindings, names);
  }
  make_unique(names);
  return names;
}

Result<void> check_not_mixed(const std::vector<std::pair<const char*, bool>>& legacy,
                             const std::vector<std::pair<const char*, bool>>& expressions) {
  if (!any(legacy) || !any(expressions)) return {};
  return validation(
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: " +
      list_of(legacy) + " Expression parameters: " + list_of(expressions));
}

Result<void> check_substitutions_wanted(
    const Value& names, const Value& values,
    const std::vector<std::pair<const char*, bool>>& expressions) {
  if (any(expressions)) return {};
  if (!names.is_null())
    return validation("ExpressionAttributeNames can only be specified when using expressions");
  if (values.is_null()) return {};
  std::string missing;
  for (const auto& [name, given] : expressions)
    if (std::string_view(name) != "ProjectionExpression")
      missing += (missing.empty() ? "" : " and ") + std::string(name);
  if (expressions.size() > 1 && missing.find(" and ") != std::string::npos)
    return validation("ExpressionAttributeValues can only be specified when using expressions: " +
                      missing + " are null");
  return validation("ExpressionAttributeValues can only be specified when using expressions: " +
                    missing + " is null");
}

}  // namespace drydock::dynamodb
