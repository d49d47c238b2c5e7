#include "services/cloudformation/template/parameters.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"

namespace drydock::cloudformation {

namespace {

constexpr size_t kValueBytesMax = 4096;

constexpr std::string_view kSsmValue = "AWS::SSM::Parameter::Value<";

// "List<Number>" of "AWS::SSM::Parameter::Value<List<Number>>"; the type itself otherwise.
std::string plain_type(std::string_view type) {
  if (type.starts_with(kSsmValue) && type.ends_with('>'))
    return std::string(type.substr(kSsmValue.size(), type.size() - kSsmValue.size() - 1));
  return std::string(type);
}
bool is_list_type(std::string_view type) {
  return type == "CommaDelimitedList" || type.starts_with("List<");
}

bool is_known_type(std::string_view type) {
  constexpr std::string_view kPlain[] = {
      "String",       "Number",       "CommaDelimitedList",
      "List<Number>", "List<String>", "AWS::SSM::Parameter::Name"};
  constexpr std::string_view kEc2[] = {"AWS::EC2::AvailabilityZone::Name",
                                       "AWS::EC2::Image::Id",
                                       "AWS::EC2::Instance::Id",
                                       "AWS::EC2::KeyPair::KeyName",
                                       "AWS::EC2::SecurityGroup::GroupName",
                                       "AWS::EC2::SecurityGroup::Id",
                                       "AWS::EC2::Subnet::Id",
                                       "AWS::EC2::Volume::Id",
                                       "AWS::EC2::VPC::Id",
                                       "AWS::Route53::HostedZone::Id"};
  std::string inner = plain_type(type);
  if (std::ranges::find(kPlain, inner) != std::end(kPlain)) return true;
  std::string_view element = inner;
  if (element.starts_with("List<") && element.ends_with('>'))
    element = element.substr(5, element.size() - 6);
  return std::ranges::find(kEc2, element) != std::end(kEc2);
}

const Value::Object& declarations(const Template& t) {
  static const Value::Object none;
  const Value& section = t.section("Parameters");
  return section.is_object() ? section.as_object() : none;
}

Result<void> check_number(const std::string& key, const Value& declared, const std::string& text) {
  auto number = parse_double(trim(text));
  if (!number) return invalid("Parameter '" + key + "' must be a number.");
  auto bound = [&](const char* name) {
    return declared.find(name) ? parse_double(declared[name].scalar_text()) : std::nullopt;
  };
  if (auto least = bound("MinValue"); least && *number < *least)
    return invalid("Parameter '" + key + "' must be a number not less than " +
                   declared["MinValue"].scalar_text());
  if (auto most = bound("MaxValue"); most && *number > *most)
    return invalid("Parameter '" + key + "' must be a number not greater than " +
                   declared["MaxValue"].scalar_text());
  return {};
}

Result<void> check_text(const std::string& key, const Value& declared, const std::string& text) {
  auto length = [&](const char* name) {
    return declared.find(name) ? parse_int(declared[name].scalar_text()) : std::nullopt;
  };
  std::string why = declared["ConstraintDescription"].string_or("");
  auto fail = [&](std::string message) {
    return invalid(why.empty() ? "Parameter '" + key + "' " + message
                               : "Parameter '" + key + "' failed to satisfy constraint: " + why);
  };
  if (auto least = length("MinLength"); least && static_cast<int64_t>(text.size()) < *least)
    return fail("must contain at least " + std::to_string(*least) + " characters");
  if (auto most = length("MaxLength"); most && static_cast<int64_t>(text.size()) > *most)
    return fail("must contain at most " + std::to_string(*most) + " characters");
  if (const Value* pattern = declared.find("AllowedPattern")) {
    RE2::Options options;
    options.set_log_errors(false);
    RE2 expression(pattern->scalar_text(), options);
    if (!expression.ok())
      return invalid("Template format error: Parameter '" + key +
                     "' has an AllowedPattern that is not supported: " + expression.error());
    if (!RE2::FullMatch(text, expression))
      return fail("must match pattern " + pattern->scalar_text());
  }
  return {};
}

Result<void> check_value(const std::string& key, const Value& declared, const std::string& type,
                         const std::string& value) {
  if (value.size() > kValueBytesMax)
    return invalid("Parameter '" + key + "' must be at most " + std::to_string(kValueBytesMax) +
                   " bytes");
  std::vector<std::string> items;
  if (is_list_type(type)) {
    for (auto item : split(value, ',')) items.emplace_back(trim(item));
  } else {
    items.push_back(value);
  }
  for (const std::string& item : items) {
    if (const Value* allowed = declared.find("AllowedValues"); allowed && allowed->is_list()) {
      bool in = std::ranges::any_of(allowed->as_list(),
                                    [&](const Value& v) { return v.scalar_text() == item; });
      std::string why = declared["ConstraintDescription"].string_or("");
      if (!in)
        return invalid(why.empty()
                           ? "Parameter '" + key + "' must be one of AllowedValues"
                           : "Parameter '" + key + "' failed to satisfy constraint: " + why);
    }
    if (type == "Number" || type == "List<Number>")
      TRY(check_number(key, declared, item));
    else
      TRY(check_text(key, declared, item));
  }
  return {};
}

}  // namespace

Result<void> check_declarations(const Template& t) {
  constexpr std::string_view kMembers[] = {
      "Type",        "Default",   "AllowedPattern", "AllowedValues", "ConstraintDescription",
      "Description", "MaxLength", "MaxValue",       "MinLength",     "MinValue",
      "NoEcho"};
  for (const auto& [key, declared] : declarations(t)) {
    if (!std::ranges::all_of(key, [](unsigned char c) { return std::isalnum(c); }) ||
        key.size() > 255)
      return invalid("Template format error: Parameter name " + key + " is non alphanumeric.");
    if (!declared.is_object())
      return invalid("Template format error: [/Parameters/" + key +
                     "] Every Parameters member must be an object.");
    if (!declared["Type"].is_string())
      return invalid("Template format error: Every Parameters object must contain a Type member.");
    for (const auto& part : declared.as_object())
      if (std::ranges::find(kMembers, part.name) == std::end(kMembers))
        return invalid("Invalid template parameter property '" + part.name + "'");
    const std::string& type = declared["Type"].as_string();
    if (!is_known_type(type))
      return invalid("Template format error: Unrecognized parameter type: " + type);
    const Value& fallback = declared["Default"];
    if (fallback.is_list() || fallback.is_object())
      return invalid("Template format error: Every Default member must be a string.");
    if (const Value* allowed = declared.find("AllowedValues"); allowed && !allowed->is_list())
      return invalid("Template format error: [/Parameters/" + key +
                     "] Every AllowedValues value must be a list.");
  }
  return {};
}

Result<std::vector<StackParameter>> settle_parameters(const Template& t,
                                                      const std::vector<GivenParameter>& given,
                                                      const std::vector<StackParameter>* previous,
                                                      const SsmFetch& ssm) {
  std::vector<std::string> unknown, missing;
  for (const auto& one : given)
    if (!t.section("Parameters").find(one.key)) unknown.push_back(one.key);
  if (!unknown.empty())
    return invalid("Parameters: [" + join(unknown, ", ") + "] do not exist in the template");

  std::vector<StackParameter> settled;
  for (const auto& [key, declared] : declarations(t)) {
    StackParameter parameter{.key = key, .value = {}, .resolved = {}};
    const std::string& type = declared["Type"].as_string();
    parameter.no_echo = declared["NoEcho"].scalar_text() == "true";
    parameter.from_ssm = type.starts_with(kSsmValue);
    auto request = std::ranges::find(given, key, &GivenParameter::key);
    if (request != given.end() && request->use_previous) {
      auto before = previous ? std::ranges::find(*previous, key, &StackParameter::key)
                             : std::vector<StackParameter>::const_iterator{};
      if (!previous || before == previous->end())
        return invalid(
            "Invalid input for parameter key " + key +
            ". Cannot specify usePreviousValue as true for a parameter key not in the previous template");
      if (request->has_value)
        return invalid(
            "Invalid input for parameter key " + key +
            ". Cannot specify usePreviousValue as true and also specify a parameter value");
      parameter.value = before->value;
    } else if (request != given.end() && request->has_value) {
      parameter.value = request->value;
    } else if (declared.find("Default")) {
      parameter.value = declared["Default"].scalar_text();
    } else {
      missing.push_back(key);
      continue;
    }
    settled.push_back(std::move(parameter));
  }
  if (!missing.empty())
    return invalid("Parameters: [" + join(missing, ", ") + "] must have values");
  for (StackParameter& parameter : settled) {
    const Value& declared = t.section("Parameters")[parameter.key];
    parameter.resolved = parameter.value;
    if (parameter.from_ssm) {
      TRY(check_value(parameter.key, declared, "String", parameter.value));
      if (!ssm) continue;
      auto fetched = ssm(parameter.value);
      if (!fetched && fetched.error().code == "ParameterNotFound")
        return invalid("Unable to fetch parameters [" + parameter.value +
                       "] from parameter store for this account.");
      parameter.resolved = TRY(std::move(fetched));
    } else {
      TRY(check_value(parameter.key, declared, plain_type(declared["Type"].as_string()),
                      parameter.value));
    }
  }
  return settled;
}

Value parameter_values(const Template& t, const std::vector<StackParameter>& parameters) {
  Value::Object out;
  for (const StackParameter& parameter : parameters) {
    if (!is_list_type(plain_type(t.section("Parameters")[parameter.key]["Type"].string_or("")))) {
      out.push_back({parameter.key, parameter.resolved});
      continue;
    }
    Value::List items;
    if (!parameter.resolved.empty())
      for (auto item : split(parameter.resolved, ',')) items.emplace_back(trim(item));
    out.push_back({parameter.key, Value(std::move(items))});
  }
  return Value(std::move(out));
}

}  // namespace drydock::cloudformation
