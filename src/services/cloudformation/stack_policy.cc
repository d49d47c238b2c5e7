#include "services/cloudformation/stack_policy.h"

#include <algorithm>

#include "base/text.h"
#include "gen/cloudformation_handlers.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/template_source.h"

namespace drydock::cloudformation {

namespace {

bool matches(const Value& patterns, std::string_view text) {
  auto one = [&](const Value& pattern) { return glob_match(pattern.string_or(""), text); };
  if (patterns.is_list()) return std::ranges::any_of(patterns.as_list(), one);
  return one(patterns);
}

bool applies(const Value& statement, const std::string& action, const std::string& resource,
             const std::string& type) {
  if (const Value* actions = statement.find("Action"); actions && !matches(*actions, action))
    return false;
  if (const Value* actions = statement.find("NotAction"); actions && matches(*actions, action))
    return false;
  if (const Value* resources = statement.find("Resource");
      resources && !matches(*resources, resource))
    return false;
  if (const Value* resources = statement.find("NotResource");
      resources && matches(*resources, resource))
    return false;
  for (const char* test : {"StringEquals", "StringLike"})
    if (const Value* types = statement["Condition"][test].find("ResourceType");
        types && !matches(*types, type))
      return false;
  return true;
}

Result<void> check_policy_text(const std::string& text) {
  if (text.size() > kStackPolicyBytesMax)
    return fault("ValidationError", "Stack policy is too long");
  auto policy = parse_json(text);
  if (!policy || !policy->is_object() || !(*policy)["Statement"].is_list())
    return fault("ValidationError", "Error validating stack policy: Invalid stack policy");
  for (const Value& statement : (*policy)["Statement"].as_list()) {
    std::string effect = statement["Effect"].string_or("");
    if (effect != "Allow" && effect != "Deny")
      return fault("ValidationError", "Error validating stack policy: Invalid stack policy");
  }
  return {};
}

}  // namespace

Result<std::string> stack_policy_text(Call& call, const std::optional<std::string>& body,
                                      const std::optional<std::string>& url) {
  if (body && url)
    return fault("ValidationError", "You cannot specify both StackPolicyBody and StackPolicyURL");
  std::string text = body ? *body : url ? TRY(fetch_text(call, *url)) : std::string();
  if (!text.empty()) TRY(check_policy_text(text));
  return text;
}

Result<void> check_stack_policy(const StackRow& stack, const std::vector<Change>& changes,
                                const std::optional<std::string>& during_update) {
  std::string text = during_update.value_or(stack.StackPolicy.value_or(""));
  if (text.empty()) return {};
  auto policy = parse_json(text);
  if (!policy || !(*policy)["Statement"].is_list())
    return fault("ValidationError", "Error validating stack policy: Invalid stack policy");
  for (const Change& change : changes) {
    const ResourceChange& one = *change.ResourceChange;
    if (one.Action == "Add") continue;
    std::string action = one.Action == "Remove"       ? "Update:Delete"
                         : one.Replacement == "False" ? "Update:Modify"
                                                      : "Update:Replace";
    std::string resource = "LogicalResourceId/" + one.LogicalResourceId.value_or("");
    bool allowed = false;
    std::string denied_by;
    const auto& statements = (*policy)["Statement"].as_list();
    for (size_t i = 0; i < statements.size(); ++i) {
      if (!applies(statements[i], action, resource, one.ResourceType.value_or(""))) continue;
      if (statements[i]["Effect"].string_or("") == "Allow")
        allowed = true;
      else if (denied_by.empty())
        denied_by = "Statement [#" + std::to_string(i + 1) + "] does not allow [" + action +
                    "] for resource [" + resource + "]";
    }
    if (allowed && denied_by.empty()) continue;
    if (denied_by.empty())
      denied_by = "no statement allows [" + action + "] for resource [" + resource + "]";
    return fault("ValidationError", "Action denied by stack policy: " + denied_by);
  }
  return {};
}

Result<SetStackPolicyOutput> set_stack_policy(Call& call, const SetStackPolicyInput& in) {
  TRY(permit(call, "SetStackPolicy", in.StackName));
  std::string text = TRY(stack_policy_text(call, in.StackPolicyBody, in.StackPolicyURL));
  for (;;) {
    auto stack = find_stack(call.txn(), call.space(), in.StackName);
    if (!stack || stack->Status == "DELETE_COMPLETE") return no_stack(in.StackName);
    stack->StackPolicy = text;
    kStacks.put(call.txn(), call.space(), {stack->Uuid}, *stack);
    if (call.commit()) return SetStackPolicyOutput{};
  }
}

Result<GetStackPolicyOutput> get_stack_policy(Call& call, const GetStackPolicyInput& in) {
  TRY(permit(call, "GetStackPolicy", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack || stack->Status == "DELETE_COMPLETE") return no_stack(in.StackName);
  return GetStackPolicyOutput{.StackPolicyBody = stack->StackPolicy};
}

}  // namespace drydock::cloudformation
