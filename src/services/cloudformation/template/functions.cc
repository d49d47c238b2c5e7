#include "services/cloudformation/template/functions.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "services/cloudformation/template/cidr.h"
#include "services/cloudformation/template/substitution.h"

namespace drydock::cloudformation {

namespace {

constexpr int kConditionDepthMax = 50;

Unexpected template_error(std::string message) {
  return fault("ValidationError", "Template error: " + std::move(message));
}

class Evaluation {
 public:
  explicit Evaluation(const Lookup& lookup, int depth = 0) : lookup_(lookup), depth_(depth) {}

  Result<Value> value(const Value& v) {
    if (v.is_list()) return list(v.as_list());
    if (!v.is_object()) return v;
    if (v.size() == 1) {
      const auto& [name, argument] = v.as_object()[0];
      if (name == "Ref") return ref(argument);
      if (name.starts_with("Fn::")) return function(name, argument);
      // A condition's name inside Fn::And and its kind; elsewhere Condition is an ordinary member.
      if (name == "Condition" && in_condition_ && argument.is_string())
        return Value(TRY(condition(argument.as_string())));
    }
    Value::Object out;
    for (const auto& member : v.as_object()) {
      Value inner = TRY(value(member.value));
      if (!is_no_value(inner)) out.push_back({member.name, std::move(inner)});
    }
    return Value(std::move(out));
  }

  Result<bool> condition(std::string_view name) {
    const Value* body = lookup_.source->section("Conditions").find(name);
    if (!body) return template_error("Unresolved condition dependency " + std::string(name));
    if (depth_ >= kConditionDepthMax)
      return template_error("Circular dependency between conditions: [" + std::string(name) + "]");
    Evaluation inner(lookup_, depth_ + 1);
    inner.in_condition_ = true;
    return inner.truth(*body);
  }

  Result<bool> truth(const Value& v) {
    Value result = TRY(value(v));
    if (result.is_bool()) return result.as_bool();
    if (result.is_string() && (result.as_string() == "true" || result.as_string() == "false"))
      return result.as_string() == "true";
    return template_error("Every Conditions member must evaluate to a boolean.");
  }

  bool in_condition_ = false;

 private:
  Result<Value> list(const Value::List& items) {
    Value::List out;
    for (const Value& item : items) {
      Value inner = TRY(value(item));
      if (!is_no_value(inner)) out.push_back(std::move(inner));
    }
    return Value(std::move(out));
  }

  Result<Value> ref(const Value& argument) {
    if (!argument.is_string())
      return template_error("every Ref object must have a single String value.");
    const std::string& name = argument.as_string();
    if (auto pseudo = pseudo_parameter(name)) return std::move(*pseudo);
    if (const Value* parameter = lookup_.parameters.find(name)) return *parameter;
    if (lookup_.ref && lookup_.source->find(name)) {
      Value found = TRY(lookup_.ref(name));
      if (!found.is_null()) return found;
    }
    return fault("ValidationError", "Template format error: Unresolved resource dependencies [" +
                                        name + "] in the Resources block of the template");
  }

  std::optional<Value> pseudo_parameter(std::string_view name) {
    const StackFacts& stack = lookup_.stack;
    if (!name.starts_with("AWS::")) return std::nullopt;
    if (name == "AWS::AccountId") return Value(stack.account);
    if (name == "AWS::Region") return Value(stack.region);
    if (name == "AWS::StackId") return Value(stack.stack_id);
    if (name == "AWS::StackName") return Value(stack.stack_name);
    if (name == "AWS::Partition") return Value("aws");
    if (name == "AWS::URLSuffix") return Value("amazonaws.com");
    if (name == "AWS::NoValue") return Value(kNoValue);
    if (name == "AWS::NotificationARNs") return stack.notification_arns;
    return std::nullopt;
  }

  Result<Value> get_att(const Value& argument) {
    std::string name, attribute;
    if (argument.is_list() && argument.size() == 2) {
      name = argument.as_list()[0].string_or("");
      Value second = TRY(value(argument.as_list()[1]));
      attribute = second.string_or("");
    } else if (argument.is_string()) {
      size_t dot = argument.as_string().find('.');
      name = argument.as_string().substr(0, dot);
      if (dot != std::string::npos) attribute = argument.as_string().substr(dot + 1);
    }
    if (name.empty() || attribute.empty())
      return template_error(
          "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute");
    return attribute_of(name, attribute);
  }

  Result<Value> attribute_of(const std::string& name, const std::string& attribute) {
    if (!lookup_.source->find(name))
      return template_error("instance of Fn::GetAtt references undefined resource " + name);
    Value found = lookup_.attribute ? TRY(lookup_.attribute(name, attribute)) : Value();
    if (found.is_null())
      return template_error("resource " + name + " does not support attribute type " + attribute +
                            " in Fn::GetAtt");
    return found;
  }

  Result<Value> sub(const Value& argument) {
    const Value* text = &argument;
    Value own;
    if (argument.is_list() && argument.size() == 2 && argument.as_list()[1].is_object()) {
      text = &argument.as_list()[0];
      own = TRY(value(argument.as_list()[1]));
    } else if (argument.is_list() && argument.size() == 1) {
      text = &argument.as_list()[0];
    }
    if (!text->is_string())
      return template_error(
          "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first "
          "argument, and an optional second argument to specify a mapping of values to replace in the string");
    std::string out;
    for (const Piece& piece : split_substitution(text->as_string())) {
      if (!piece.is_name) {
        out += piece.text;
        continue;
      }
      size_t dot = piece.text.find('.');
      Value found;
      if (const Value* given = own.find(piece.text))
        found = *given;
      else if (dot != std::string::npos && !lookup_.parameters.find(piece.text))
        found = TRY(attribute_of(piece.text.substr(0, dot), piece.text.substr(dot + 1)));
      else
        found = TRY(ref(Value(piece.text)));
      if (is_unknown(found)) return found;
      if (found.is_list() || found.is_object())
        return template_error("variable " + piece.text +
                              " in Fn::Sub expression does not resolve to a string");
      if (!is_no_value(found)) out += found.scalar_text();
    }
    return Value(std::move(out));
  }

  Result<Value> join_function(const Value& argument) {
    auto wrong = [] {
      return template_error(
          "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be "
          "joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.");
    };
    if (!argument.is_list() || argument.size() != 2 || !argument.as_list()[0].is_string())
      return wrong();
    Value items = TRY(value(argument.as_list()[1]));
    if (holds_unknown(items)) return Value(kUnknown);
    if (!items.is_list()) return wrong();
    std::vector<std::string> parts;
    for (const Value& item : items.as_list()) {
      if (item.is_list() || item.is_object() || item.is_null()) return wrong();
      parts.push_back(item.scalar_text());
    }
    return Value(join(parts, argument.as_list()[0].as_string()));
  }

  Result<Value> split_function(const Value& argument) {
    auto wrong = [] {
      return template_error(
          "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a "
          "function that returns a string to be split.");
    };
    if (!argument.is_list() || argument.size() != 2 || !argument.as_list()[0].is_string())
      return wrong();
    const std::string& separator = argument.as_list()[0].as_string();
    Value text = TRY(value(argument.as_list()[1]));
    if (is_unknown(text)) return text;
    if (!text.is_string() || separator.empty()) return wrong();
    Value::List out;
    std::string_view rest = text.as_string();
    for (size_t at; (at = rest.find(separator)) != std::string_view::npos;
         rest.remove_prefix(at + separator.size()))
      out.emplace_back(rest.substr(0, at));
    out.emplace_back(rest);
    return Value(std::move(out));
  }

  Result<Value> select(const Value& argument) {
    if (!argument.is_list() || argument.size() != 2)
      return template_error(
          "Fn::Select requires a list argument with two elements: an integer index and a list");
    Value index = TRY(value(argument.as_list()[0]));
    Value items = TRY(value(argument.as_list()[1]));
    if (is_unknown(index) || is_unknown(items)) return Value(kUnknown);
    auto position = parse_int(index.scalar_text());
    if (!position || !items.is_list())
      return template_error(
          "Fn::Select requires a list argument with two elements: an integer index and a list");
    if (*position < 0 || static_cast<size_t>(*position) >= items.size())
      return template_error("Fn::Select cannot select nonexistent value at index " +
                            std::to_string(*position));
    return items.as_list()[static_cast<size_t>(*position)];
  }

  Result<Value> if_function(const Value& argument) {
    if (!argument.is_list() || argument.size() != 3 || !argument.as_list()[0].is_string())
      return template_error(
          "Fn::If requires a list argument with three elements, the first of which is the name of a condition");
    bool chosen = TRY(condition(argument.as_list()[0].as_string()));
    return value(argument.as_list()[chosen ? 1 : 2]);
  }

  Result<Value> equals(const Value& argument) {
    if (!argument.is_list() || argument.size() != 2)
      return template_error("Fn::Equals requires a list argument with two elements");
    Value a = TRY(value(argument.as_list()[0])), b = TRY(value(argument.as_list()[1]));
    bool scalar = !a.is_list() && !a.is_object() && !b.is_list() && !b.is_object();
    return Value(scalar ? a.scalar_text() == b.scalar_text() : a == b);
  }

  Result<Value> logical(std::string_view name, const Value& argument) {
    bool is_not = name == "Fn::Not";
    size_t count = argument.size();
    if (!argument.is_list() || (is_not ? count != 1 : count < 2 || count > 10))
      return is_not
                 ? template_error("Fn::Not requires a list argument with one element")
                 : template_error(
                       "every " + std::string(name) +
                       " object requires a list of at least 2 and at most 10 boolean parameters.");
    Evaluation inner(lookup_, depth_);
    inner.in_condition_ = true;
    bool all = true, any = false;
    for (const Value& item : argument.as_list()) {
      bool one = TRY(inner.truth(item));
      all = all && one;
      any = any || one;
    }
    return Value(is_not ? !any : name == "Fn::And" ? all : any);
  }

  Result<Value> find_in_map(const Value& argument) {
    if (!argument.is_list() || argument.size() != 3)
      return template_error(
          "Fn::FindInMap requires a list argument with three elements: a map name, a top-level key and a second-level key");
    std::string keys[3];
    for (size_t i = 0; i < 3; ++i) {
      Value key = TRY(value(argument.as_list()[i]));
      if (is_unknown(key)) return key;
      keys[i] = key.scalar_text();
    }
    const Value* found = lookup_.source->section("Mappings")[keys[0]][keys[1]].find(keys[2]);
    if (!found)
      return template_error("Unable to get mapping for " + keys[0] + "::" + keys[1] +
                            "::" + keys[2]);
    return *found;
  }

  Result<Value> import_value(const Value& argument) {
    Value name = TRY(value(argument));
    if (is_unknown(name)) return name;
    if (!name.is_string() || name.as_string().empty())
      return template_error(
          "the attribute in Fn::ImportValue must be a string or a function that returns a string");
    if (!lookup_.import)
      return fault("ValidationError", "No export named " + name.as_string() + " found.");
    return lookup_.import(name.as_string());
  }

  Result<Value> zones(const Value& argument) {
    Value region = TRY(value(argument));
    if (is_unknown(region)) return region;
    std::string name = region.string_or("");
    if (name.empty()) name = lookup_.stack.region;
    return Value::list({name + "a", name + "b", name + "c"});
  }

  Result<Value> cidr(const Value& argument) {
    if (!argument.is_list() || argument.size() < 2 || argument.size() > 3)
      return template_error(
          "every Fn::Cidr object requires two or three parameters, (1) ipBlock, (2) count and (3) cidrBits");
    Value parts[3] = {{}, {}, "8"};
    for (size_t i = 0; i < argument.size(); ++i) {
      parts[i] = TRY(value(argument.as_list()[i]));
      if (is_unknown(parts[i])) return parts[i];
    }
    auto blocks = cut_cidr(parts[0].scalar_text(), parse_int(parts[1].scalar_text()).value_or(0),
                           parse_int(parts[2].scalar_text()).value_or(-1));
    if (!blocks)
      return template_error("Fn::Cidr cannot cut " + parts[1].scalar_text() + " blocks of " +
                            parts[2].scalar_text() + " bits from " + parts[0].scalar_text());
    Value::List out(blocks->begin(), blocks->end());
    return Value(std::move(out));
  }

  // Functions of the Rules section over lists of strings.
  Result<Value> contains(std::string_view name, const Value& argument) {
    if (!argument.is_list() || argument.size() != 2)
      return template_error(std::string(name) + " requires a list argument with two elements");
    Value a = TRY(value(argument.as_list()[0])), b = TRY(value(argument.as_list()[1]));
    if (!a.is_list()) return template_error(std::string(name) + " requires a list of strings");
    auto in = [](const Value& list, const Value& wanted) {
      return list.is_list() && std::ranges::any_of(list.as_list(), [&](const Value& v) {
               return v.scalar_text() == wanted.scalar_text();
             });
    };
    if (name == "Fn::Contains") return Value(in(a, b));
    if (name == "Fn::EachMemberEquals")
      return Value(std::ranges::all_of(
          a.as_list(), [&](const Value& v) { return v.scalar_text() == b.scalar_text(); }));
    return Value(std::ranges::all_of(a.as_list(), [&](const Value& v) { return in(b, v); }));
  }

  Result<Value> function(const std::string& name, const Value& argument) {
    if (name == "Fn::GetAtt") return get_att(argument);
    if (name == "Fn::Join") return join_function(argument);
    if (name == "Fn::Sub") return sub(argument);
    if (name == "Fn::If") return if_function(argument);
    if (name == "Fn::Equals") return equals(argument);
    if (name == "Fn::Select") return select(argument);
    if (name == "Fn::Split") return split_function(argument);
    if (name == "Fn::FindInMap") return find_in_map(argument);
    if (name == "Fn::ImportValue") return import_value(argument);
    if (name == "Fn::And" || name == "Fn::Or" || name == "Fn::Not") return logical(name, argument);
    if (name == "Fn::GetAZs") return zones(argument);
    if (name == "Fn::Cidr") return cidr(argument);
    if (name == "Fn::Contains" || name == "Fn::EachMemberEquals" || name == "Fn::EachMemberIn")
      return contains(name, argument);
    if (name == "Fn::Base64") {
      Value text = TRY(value(argument));
      if (is_unknown(text)) return text;
      if (text.is_list() || text.is_object())
        return template_error("every Fn::Base64 object must have a String-typed value.");
      return Value(to_base64(text.scalar_text()));
    }
    if (name == "Fn::Transform")
      return not_implemented("The macro " + argument["Name"].scalar_text());
    return not_implemented("The intrinsic function " + name);
  }

  const Lookup& lookup_;
  int depth_;
};

}  // namespace

bool is_no_value(const Value& value) { return value.is_string() && value.as_string() == kNoValue; }
bool is_unknown(const Value& value) { return value.is_string() && value.as_string() == kUnknown; }

bool holds_unknown(const Value& value) {
  if (value.is_list()) return std::ranges::any_of(value.as_list(), holds_unknown);
  if (value.is_object())
    return std::ranges::any_of(value.as_object(),
                               [](const auto& m) { return holds_unknown(m.value); });
  return is_unknown(value);
}

Result<Value> evaluate(const Value& value, const Lookup& lookup) {
  return Evaluation(lookup).value(value);
}

Result<bool> evaluate_condition(std::string_view name, const Lookup& lookup) {
  return Evaluation(lookup).condition(name);
}

Result<bool> is_wanted(std::string_view condition, const Lookup& lookup) {
  if (condition.empty()) return true;
  return evaluate_condition(condition, lookup);
}

Result<void> check_rules(const Lookup& lookup) {
  const Value& rules = lookup.source->section("Rules");
  if (!rules.is_object()) return {};
  Evaluation evaluation(lookup);
  evaluation.in_condition_ = true;
  for (const auto& rule : rules.as_object()) {
    if (const Value* when = rule.value.find("RuleCondition"))
      if (!TRY(evaluation.truth(*when))) continue;
    if (!rule.value["Assertions"].is_list()) continue;
    for (const Value& assertion : rule.value["Assertions"].as_list()) {
      if (TRY(evaluation.truth(assertion["Assert"]))) continue;
      std::string why = assertion["AssertDescription"].string_or("");
      return fault("ValidationError",
                   "Template rule " + rule.name + " failed" + (why.empty() ? "." : ": " + why));
    }
  }
  return {};
}

}  // namespace drydock::cloudformation
