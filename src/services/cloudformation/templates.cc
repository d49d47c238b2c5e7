// Templates as clients read them back, and what is known of one without a stack.
#include <algorithm>
#include <set>

#include "gen/cloudformation_handlers.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/engine/prepare.h"
#include "services/cloudformation/template_source.h"

namespace drydock::cloudformation {

namespace {

template <class Visit>
void each_parameter(const Template& t, Visit visit) {
  const Value& section = t.section("Parameters");
  if (!section.is_object()) return;
  for (const auto& [key, declared] : section.as_object()) visit(key, declared);
}

bool is_no_echo(const Value& declared) { return declared["NoEcho"].scalar_text() == "true"; }

std::optional<std::string> text_of(const Value& declared, const char* name) {
  return declared.find(name) ? std::optional(declared[name].scalar_text()) : std::nullopt;
}

}  // namespace

Result<GetTemplateOutput> get_template(Call& call, const GetTemplateInput& in) {
  if (in.ChangeSetName)
    TRY(permit_change_set(call, "GetTemplate", *in.ChangeSetName, in.StackName));
  else
    TRY(permit(call, "GetTemplate", in.StackName.value_or("")));
  std::optional<std::string> text;
  if (in.ChangeSetName) {
    auto found = find_change_set(call.txn(), call.space(), *in.ChangeSetName, in.StackName);
    if (!found)
      return errors::ChangeSetNotFoundException("ChangeSet [" + *in.ChangeSetName +
                                                "] does not exist");
    text = kTemplates.get(call.txn(), call.space(), {found->stack.Uuid, "set:" + found->set.Name});
  } else {
    if (!in.StackName)
      return fault("ValidationError", "StackName is required if ChangeSetName is not specified.");
    auto stack = find_stack(call.txn(), call.space(), *in.StackName);
    if (!stack) return no_stack_with_id(*in.StackName);
    text = kTemplates.get(call.txn(), call.space(), {stack->Uuid, "current"});
  }
  // A stack in review has no template yet.
  return GetTemplateOutput{.TemplateBody = text.value_or(""),
                           .StagesAvailable = std::vector<std::string>{"Original", "Processed"}};
}

Result<GetTemplateSummaryOutput> get_template_summary(Call& call,
                                                      const GetTemplateSummaryInput& in) {
  TRY(permit(call, "GetTemplateSummary", in.StackName.value_or("")));
  if (in.StackSetName) return not_implemented("A StackSet's template summary");
  std::string text;
  if (in.StackName) {
    auto stack = find_stack(call.txn(), call.space(), *in.StackName);
    if (!stack || stack->Status == "DELETE_COMPLETE") return no_stack_with_id(*in.StackName);
    auto current = kTemplates.get(call.txn(), call.space(), {stack->Uuid, "current"});
    if (!current)
      return fault("ValidationError", "Stack " + *in.StackName + " is in " + stack->Status +
                                          " state and has no template");
    text = std::move(*current);
  } else {
    text = TRY(template_text(call, in.TemplateBody, in.TemplateURL));
  }
  Template t = TRY(read_checked_template(text));
  GetTemplateSummaryOutput out;
  out.Parameters.emplace();
  each_parameter(t, [&](const std::string& key, const Value& declared) {
    ParameterDeclaration one{.ParameterKey = key,
                             .DefaultValue = text_of(declared, "Default"),
                             .ParameterType = text_of(declared, "Type")};
    one.NoEcho = is_no_echo(declared);
    one.Description = text_of(declared, "Description");
    one.ParameterConstraints.emplace();
    if (declared["AllowedValues"].is_list()) {
      one.ParameterConstraints->AllowedValues.emplace();
      for (const Value& value : declared["AllowedValues"].as_list())
        one.ParameterConstraints->AllowedValues->push_back(value.scalar_text());
    }
    out.Parameters->push_back(std::move(one));
  });
  if (t.section("Description").is_string()) out.Description = t.section("Description").as_string();
  NeededCapabilities needed = needed_capabilities(t);
  if (!needed.names.empty()) {
    out.Capabilities = needed.names;
    out.CapabilitiesReason = needed.reason();
  }
  std::set<std::string> types;
  for (const auto& resource : t.resources) types.insert(resource.type);
  out.ResourceTypes = std::vector<std::string>(types.begin(), types.end());
  out.Version = text_of(t.document, "AWSTemplateFormatVersion");
  if (t.section("Metadata").is_object()) out.Metadata = to_json(t.section("Metadata"));
  out.DeclaredTransforms.emplace();
  return out;
}

Result<ValidateTemplateOutput> validate_template(Call& call, const ValidateTemplateInput& in) {
  TRY(permit(call, "ValidateTemplate", ""));
  Template t =
      TRY(read_checked_template(TRY(template_text(call, in.TemplateBody, in.TemplateURL))));
  ValidateTemplateOutput out;
  out.Parameters.emplace();
  each_parameter(t, [&](const std::string& key, const Value& declared) {
    out.Parameters->push_back({.ParameterKey = key,
                               .DefaultValue = text_of(declared, "Default"),
                               .NoEcho = is_no_echo(declared),
                               .Description = text_of(declared, "Description")});
  });
  if (t.section("Description").is_string()) out.Description = t.section("Description").as_string();
  NeededCapabilities needed = needed_capabilities(t);
  if (!needed.names.empty()) {
    out.Capabilities = needed.names;
    out.CapabilitiesReason = needed.reason();
  }
  return out;
}

}  // namespace drydock::cloudformation
