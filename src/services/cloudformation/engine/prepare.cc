#include "services/cloudformation/engine/prepare.h"

#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Result<void> check_attributes(const Template& t) {
  std::optional<Fault> wrong;
  auto check = [&](const Reference& reference) {
    if (wrong || reference.attribute.empty() || reference.attribute == "?") return;
    const TemplateResource* resource = t.find(reference.name);
    if (!resource || has_attribute(*find_type(resource->type), reference.attribute)) return;
    wrong = Fault{"ValidationError", "Template error: resource " + reference.name +
                                         " does not support attribute type " + reference.attribute +
                                         " in Fn::GetAtt"};
  };
  for (const auto& resource : t.resources) each_reference(resource.properties(), check);
  each_reference(t.section("Outputs"), check);
  if (wrong) return fault(std::move(*wrong));
  return {};
}

void each_import(const Value& value, const Lookup& lookup, std::set<std::string>& names) {
  if (value.is_list())
    for (const Value& item : value.as_list()) each_import(item, lookup, names);
  if (!value.is_object()) return;
  for (const auto& [name, argument] : value.as_object()) {
    if (name == "Fn::ImportValue") {
      auto import = evaluate(argument, lookup);
      if (import && import->is_string() && !is_unknown(*import)) names.insert(import->as_string());
    }
    if (name == "Fn::If" && argument.is_list() && argument.size() == 3) {
      auto chosen = evaluate_condition(argument.as_list()[0].string_or(""), lookup);
      if (chosen) each_import(argument.as_list()[*chosen ? 1 : 2], lookup, names);
    } else {
      each_import(argument, lookup, names);
    }
  }
}

}  // namespace

Result<Template> read_checked_template(std::string_view text) {
  Template t =
      TRY(read_template(text, [](std::string_view type) { return find_type(type) != nullptr; }));
  TRY(check_declarations(t));
  TRY(check_attributes(t));
  return t;
}

std::string NeededCapabilities::reason() const {
  return names.empty()
             ? ""
             : "The following resource(s) require capabilities: [" + join(types, ", ") + "]";
}

NeededCapabilities needed_capabilities(const Template& t) {
  NeededCapabilities needed;
  bool named = false;
  for (const auto& resource : t.resources) {
    const ResourceType* type = find_type(resource.type);
    if (!type || !type->iam) continue;
    if (!type->name_property.empty() && resource.properties().find(type->name_property))
      named = true;
    if (std::ranges::find(needed.types, resource.type) == needed.types.end())
      needed.types.push_back(resource.type);
  }
  if (!needed.types.empty())
    needed.names.push_back(named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM");
  return needed;
}

Result<void> check_capabilities(const Template& t,
                                const std::optional<std::vector<std::string>>& given) {
  for (const std::string& name : needed_capabilities(t).names) {
    bool has = given && std::ranges::any_of(*given, [&](const std::string& one) {
                 return one == name || (name == "CAPABILITY_IAM" && one == "CAPABILITY_NAMED_IAM");
               });
    if (!has)
      return errors::InsufficientCapabilitiesException("Requires capabilities : [" + name + "]");
  }
  return {};
}

std::vector<StackParameter> to_parameters(
    const std::optional<std::vector<StoredParameter>>& stored) {
  std::vector<StackParameter> out;
  if (stored)
    for (const StoredParameter& one : *stored)
      out.push_back({one.Key, one.Value, one.Resolved, one.NoEcho.value_or(false),
                     one.FromSsm.value_or(false)});
  return out;
}

std::vector<StoredParameter> to_stored(const std::vector<StackParameter>& parameters) {
  std::vector<StoredParameter> out;
  for (const StackParameter& one : parameters)
    out.push_back({.Key = one.key,
                   .Value = one.value,
                   .Resolved = one.resolved,
                   .NoEcho = one.no_echo,
                   .FromSsm = one.from_ssm});
  return out;
}

Lookup make_lookup(const Template& t, const StackRow& stack, const Space& space,
                   const std::vector<StackParameter>& parameters) {
  Lookup lookup;
  lookup.source = &t;
  lookup.stack = {space.account, space.region, stack.StackId, stack.StackName, Value::list()};
  if (stack.NotificationARNs)
    for (const std::string& arn : *stack.NotificationARNs)
      lookup.stack.notification_arns.push_back(arn);
  lookup.parameters = parameter_values(t, parameters);
  return lookup;
}

std::function<Result<Value>(std::string_view)> export_lookup(Txn& txn, const Space& space) {
  return [&txn, space](std::string_view name) -> Result<Value> {
    auto row = kExports.get(txn, space, {name});
    if (!row) return fault("ValidationError", "No export named " + std::string(name) + " found.");
    return Value(row->Value);
  };
}

std::set<std::string> imports_of(const Template& t, const Lookup& lookup) {
  std::set<std::string> names;
  for (const auto& resource : t.resources)
    if (auto wanted = is_wanted(resource.condition, lookup); wanted && *wanted)
      each_import(resource.properties(), lookup, names);
  if (t.section("Outputs").is_object())
    for (const auto& output : t.section("Outputs").as_object())
      if (auto wanted = is_wanted(output.value["Condition"].string_or(""), lookup);
          wanted && *wanted)
        each_import(output.value["Value"], lookup, names);
  return names;
}

}  // namespace drydock::cloudformation
