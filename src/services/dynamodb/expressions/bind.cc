#include "services/dynamodb/expressions/bind.h"

#include <algorithm>

#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

bool is_placeholder(std::string_view text, char sign) {
  if (text.size() < 2 || text[0] != sign) return false;
  return std::all_of(text.begin() + 1, text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string braced(const std::vector<std::string>& names) {
  std::string out = "{";
  for (size_t i = 0; i < names.size(); ++i) out += (i ? ", " : "") + names[i];
  return out + "}";
}

const Attribute* literal(const Operand& operand, const Bindings& bindings) {
  return operand.kind == Operand::Kind::kValue ? bindings.values[operand.value] : nullptr;
}

std::string incorrect_type(std::string_view function, const Attribute& value) {
  return "Incorrect operand type for operator or function; operator or function: " +
         std::string(function) + ", operand type: " + std::string(type_name(value.type()));
}

std::string_view operator_text(Condition::Kind kind) {
  switch (kind) {
    case Condition::Kind::kLess: return "<";
    case Condition::Kind::kLessOrEqual: return "<=";
    case Condition::Kind::kGreater: return ">";
    case Condition::Kind::kGreaterOrEqual: return ">=";
    default: return "BETWEEN";
  }
}

std::optional<std::string> check_between(const Condition& condition, const Bindings& bindings) {
  const auto* low = literal(condition.operands[1], bindings);
  const auto* high = literal(condition.operands[2], bindings);
  for (const Operand& operand : condition.operands) {
    const auto* value = literal(operand, bindings);
    if (value && !is_ordered(value->type())) return incorrect_type("BETWEEN", *value);
  }
  if (!low || !high) return std::nullopt;
  std::string bounds = "lower bound operand: AttributeValue: " + describe(*low) +
                       ", upper bound operand: AttributeValue: " + describe(*high);
  if (low->type() != high->type())
    return "The BETWEEN operator requires same data type for lower and upper bounds; " + bounds;
  if (*compare(*low, *high) > 0)
    return "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
           bounds;
  return std::nullopt;
}

std::optional<std::string> check_size_operand(const Operand& operand, const Bindings& bindings) {
  if (operand.kind != Operand::Kind::kSize) return std::nullopt;
  const auto* value = literal(operand.operands[0], bindings);
  if (value && !length_of(*value)) return incorrect_type("size", *value);
  return std::nullopt;
}

std::optional<std::string> check_function(const Condition& condition, const Bindings& bindings) {
  if (condition.kind == Condition::Kind::kType) {
    const auto* name = literal(condition.operands[1], bindings);
    if (!name)
      return "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
    if (!name->get<std::string>()) return incorrect_type("attribute_type", *name);
    if (!type_by_name(*name->get<std::string>()))
      return "Invalid attribute type name found; type: " + *name->get<std::string>() +
             ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}";
  }
  if (condition.kind == Condition::Kind::kBeginsWith) {
    for (const Operand& operand : condition.operands) {
      const auto* value = literal(operand, bindings);
      if (value && value->type() != AttributeType::kString &&
          value->type() != AttributeType::kBinary)
        return incorrect_type("begins_with", *value);
    }
  }
  if (condition.kind == Condition::Kind::kContains) {
    const auto* holder = literal(condition.operands[0], bindings);
    if (holder && (!length_of(*holder) || holder->type() == AttributeType::kMap))
      return incorrect_type("contains", *holder);
  }
  return std::nullopt;
}

// AWS does spell types out for ADD and DELETE.
std::string_view long_type_name(AttributeType type) {
  switch (type) {
    case AttributeType::kNull: return "NULL";
    case AttributeType::kBoolean: return "BOOLEAN";
    case AttributeType::kString: return "STRING";
    case AttributeType::kBinary: return "BINARY";
    case AttributeType::kNumber: return "NUMBER";
    case AttributeType::kStringSet: return "STRING_SET";
    case AttributeType::kNumberSet: return "NUMBER_SET";
    case AttributeType::kBinarySet: return "BINARY_SET";
    case AttributeType::kList: return "LIST";
    case AttributeType::kMap: return "MAP";
  }
  return "";
}

std::optional<std::string> check_operand(const Operand& operand, const Bindings& bindings) {
  for (const Operand& inner : operand.operands) {
    if (auto error = check_operand(inner, bindings)) return error;
    const auto* value = literal(inner, bindings);
    if (!value) continue;
    if (operand.kind == Operand::Kind::kListAppend && value->type() != AttributeType::kList)
      return incorrect_type("list_append", *value);
    if (operand.kind == Operand::Kind::kAdd && value->type() != AttributeType::kNumber)
      return incorrect_type("+", *value);
    if (operand.kind == Operand::Kind::kSubtract && value->type() != AttributeType::kNumber)
      return incorrect_type("-", *value);
  }
  return std::nullopt;
}

}  // namespace

std::string show_path(const Path& path, const Bindings& bindings) {
  std::string out = "[";
  for (const PathStep& step : path) {
    if (out.size() > 1) out += ", ";
    if (step.kind == PathStep::Kind::kIndex)
      out += "[" + std::to_string(step.number) + "]";
    else
      out += name_of(step, bindings);
  }
  return out + "]";
}

Result<Substitutions> Substitutions::read(const Value& names, const Value& values) {
  Substitutions out;
  if (names.is_object()) {
    if (names.as_object().empty()) return validation("ExpressionAttributeNames must not be empty");
    for (const auto& [placeholder, name] : names.as_object()) {
      if (!is_placeholder(placeholder, '#'))
        return validation("ExpressionAttributeNames contains invalid key: Syntax error; key: \"" +
                          placeholder + "\"");
      if (!name.is_string() || name.as_string().empty())
        return validation("ExpressionAttributeNames contains invalid value for key " + placeholder);
      out.names_.push_back({placeholder, name.as_string()});
    }
  }
  if (values.is_object()) {
    if (values.as_object().empty())
      return validation("ExpressionAttributeValues must not be empty");
    for (const auto& [placeholder, document] : values.as_object()) {
      auto value = read_attribute(document);
      if (!value) {
        if (value.error().code != "ValidationException") return fault(std::move(value.error()));
        return validation("ExpressionAttributeValues contains invalid value: " +
                          value.error().message + " for key " + placeholder);
      }
      if (!is_placeholder(placeholder, ':'))
        return validation("ExpressionAttributeValues contains invalid key: Syntax error; key: \"" +
                          placeholder + "\"");
      out.values_.push_back({placeholder, std::move(*value)});
    }
  }
  return out;
}

Result<Bindings> Substitutions::bind(const Placeholders& used, std::string_view parameter) {
  Bindings out;
  auto invalid = [&](std::string what) {
    return validation("Invalid " + std::string(parameter) + ": " + what);
  };
  for (const std::string& wanted : used.names) {
    auto at = std::find_if(names_.begin(), names_.end(),
                           [&](const auto& name) { return name.placeholder == wanted; });
    if (at == names_.end())
      return invalid(
          "An expression attribute name used in the document path is not defined; attribute name: " +
          wanted);
    at->used = true;
    out.names.push_back(at->name);
  }
  for (const std::string& wanted : used.values) {
    auto at = std::find_if(values_.begin(), values_.end(),
                           [&](const auto& value) { return value.placeholder == wanted; });
    if (at == values_.end())
      return invalid(
          "An expression attribute value used in expression is not defined; attribute value: " +
          wanted);
    at->used = true;
    out.values.push_back(&at->value);
  }
  return out;
}

Result<void> Substitutions::check_all_used() const {
  std::vector<std::string> unused;
  for (const auto& name : names_)
    if (!name.used) unused.push_back(name.placeholder);
  if (!unused.empty())
    return validation("Value provided in ExpressionAttributeNames unused in expressions: keys: " +
                      braced(unused));
  for (const auto& value : values_)
    if (!value.used) unused.push_back(value.placeholder);
  if (!unused.empty())
    return validation("Value provided in ExpressionAttributeValues unused in expressions: keys: " +
                      braced(unused));
  return {};
}

std::optional<std::string> check_condition(const Condition& condition, const Bindings& bindings) {
  for (const Condition& inner : condition.conditions)
    if (auto error = check_condition(inner, bindings)) return error;
  for (const Operand& operand : condition.operands)
    if (auto error = check_size_operand(operand, bindings)) return error;
  switch (condition.kind) {
    case Condition::Kind::kLess:
    case Condition::Kind::kLessOrEqual:
    case Condition::Kind::kGreater:
    case Condition::Kind::kGreaterOrEqual:
      for (const Operand& operand : condition.operands) {
        const auto* value = literal(operand, bindings);
        if (value && !is_ordered(value->type()))
          return incorrect_type(operator_text(condition.kind), *value);
      }
      return std::nullopt;
    case Condition::Kind::kBetween: return check_between(condition, bindings);
    default: return check_function(condition, bindings);
  }
}

std::optional<std::string> check_paths(const std::vector<const Path*>& paths,
                                       const Bindings& bindings) {
  for (size_t j = 1; j < paths.size(); ++j) {
    for (size_t i = 0; i < j; ++i) {
      const Path &a = *paths[i], &b = *paths[j];
      size_t common = std::min(a.size(), b.size()), at = 0;
      bool conflict = false;
      for (; at < common; ++at) {
        bool a_index = a[at].kind == PathStep::Kind::kIndex,
             b_index = b[at].kind == PathStep::Kind::kIndex;
        if (a_index != b_index) {
          conflict = true;
          break;
        }
        if (a_index ? a[at].number != b[at].number
                    : name_of(a[at], bindings) != name_of(b[at], bindings))
          break;
      }
      if (!conflict && at < common) continue;
      return std::string("Two document paths ") + (conflict ? "conflict" : "overlap") +
             " with each other; must remove or rewrite one of these paths; path one: " +
             show_path(a, bindings) + ", path two: " + show_path(b, bindings);
    }
  }
  return std::nullopt;
}

std::optional<std::string> check_update(const Update& update, const Bindings& bindings) {
  std::vector<const Path*> paths;
  for (const auto& action : update.actions) {
    paths.push_back(&action.path);
    if (action.kind == Update::Kind::kSet) {
      if (auto error = check_operand(action.operand, bindings)) return error;
    } else if (action.kind != Update::Kind::kRemove) {
      AttributeType type = bindings.values[action.operand.value]->type();
      bool adds = action.kind == Update::Kind::kAdd;
      if (!is_set(type) && !(adds && type == AttributeType::kNumber))
        return std::string("Incorrect operand type for operator or function; operator: ") +
               (adds ? "ADD" : "DELETE") + ", operand type: " + std::string(long_type_name(type));
    }
  }
  return check_paths(paths, bindings);
}

}  // namespace drydock::dynamodb
