// Create, update, delete, describe and list stacks.
#include <algorithm>

#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/cloudformation_handlers.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/engine/diff.h"
#include "services/cloudformation/engine/history.h"
#include "services/cloudformation/engine/identity.h"
#include "services/cloudformation/operations.h"
#include "services/cloudformation/pages.h"
#include "services/cloudformation/stack_policy.h"
#include "services/cloudformation/template_source.h"

namespace drydock::cloudformation {

namespace {

constexpr size_t kStacksPage = 100;

Context operation_context(const std::optional<std::string>& role,
                          const std::optional<std::string>& url) {
  Context context;
  if (role) context.add("cloudformation:RoleArn", *role);
  if (url) context.add("cloudformation:TemplateUrl", *url);
  return context;
}

Parameter shown(const StoredParameter& stored) {
  Parameter parameter{.ParameterKey = stored.Key,
                      .ParameterValue = stored.NoEcho.value_or(false) ? "****" : stored.Value};
  if (stored.FromSsm.value_or(false)) parameter.ResolvedValue = stored.Resolved;
  return parameter;
}

Stack describe(const StackRow& row) {
  Stack out{.StackId = row.StackId, .ChangeSetId = row.ChangeSetId, .Description = row.Description};
  out.StackName = row.StackName;
  out.CreationTime = row.Created;
  out.DeletionTime = row.Deleted;
  out.LastUpdatedTime = row.Updated;
  out.StackStatus = row.Status;
  out.StackStatusReason = row.StatusReason;
  out.DisableRollback = row.DisableRollback.value_or(false);
  out.NotificationARNs = row.NotificationARNs.value_or(std::vector<std::string>{});
  out.TimeoutInMinutes = row.TimeoutInMinutes;
  out.Capabilities = row.Capabilities.value_or(std::vector<std::string>{});
  out.Parameters.emplace();
  for (const auto& parameter : row.Parameters.value_or(std::vector<StoredParameter>{}))
    out.Parameters->push_back(shown(parameter));
  out.Outputs = row.Outputs.value_or(std::vector<Output>{});
  out.RoleARN = row.RoleARN;
  out.Tags = row.Tags.value_or(std::vector<Tag>{});
  out.EnableTerminationProtection = row.TerminationProtection.value_or(false);
  out.ParentId = row.ParentId;
  out.RootId = row.RootId;
  out.RollbackConfiguration.emplace();
  out.DriftInformation = DriftInformation{.StackDriftStatus = "NOT_CHECKED"};
  return out;
}

Result<void> check_tags(const std::optional<std::vector<Tag>>& tags) {
  if (!tags) return {};
  for (size_t i = 0; i < tags->size(); ++i) {
    const std::string& key = (*tags)[i].Key;
    if (to_lower(key).starts_with("aws:"))
      return fault("ValidationError",
                   "aws: prefixed tag key names are not allowed for external use.");
    for (size_t j = 0; j < i; ++j)
      if ((*tags)[j].Key == key)
        return fault("ValidationError",
                     "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  return {};
}

std::optional<std::string> importer_of(Txn& txn, const Space& space, const StackRow& stack,
                                       std::string& name) {
  std::optional<std::string> importer;
  kExports.each(txn, space, {}, [&](const auto&, const ExportRow& row) {
    if (row.StackId != stack.StackId) return true;
    kImports.each(txn, space, {.prefix = {row.Name}, .limit = 1},
                  [&](const auto& key, const std::string&) {
                    importer = key[1];
                    name = row.Name;
                    return false;
                  });
    return !importer;
  });
  return importer;
}

}  // namespace

Result<CreateStackOutput> create_stack(Call& call, const CreateStackInput& in) {
  TRY(permit(call, "CreateStack", in.StackName, operation_context(in.RoleARN, in.TemplateURL)));
  TRY(check_tags(in.Tags));
  TRY(permit_tags(call, "CreateStack", in.StackName, {}, in.Tags.value_or(std::vector<Tag>{})));
  if (in.OnFailure && in.DisableRollback)
    return fault("ValidationError",
                 "Either DisableRollback or OnFailure can be specified, not both.");
  std::string text = TRY(template_text(call, in.TemplateBody, in.TemplateURL));
  Template t = TRY(read_checked_template(text));
  auto parameters = TRY(settle(call, t, in.Parameters, std::nullopt));
  TRY(check_capabilities(t, in.Capabilities));
  std::string policy = TRY(stack_policy_text(call, in.StackPolicyBody, in.StackPolicyURL));
  TRY(check_role(call, in.RoleARN.value_or(""),
                 call.arn("cloudformation", "stack/" + in.StackName + "/*")));
  StackRow stack;
  do {
    auto there = find_stack(call.txn(), call.space(), in.StackName);
    if (there && in.ClientRequestToken &&
        there->LastToken == asked_again("create", *in.ClientRequestToken))
      return CreateStackOutput{.StackId = there->StackId};
    if (there) return errors::AlreadyExistsException("Stack [" + in.StackName + "] already exists");
    stack = TRY(new_stack(call, in.StackName));
    TRY(check_aim(t, stack, call.space(), parameters));
    Aim aim{.text = text,
            .description = t.section("Description").string_or(""),
            .parameters = parameters};
    aim.tags = in.Tags.value_or(std::vector<Tag>{});
    aim.capabilities = in.Capabilities.value_or(std::vector<std::string>{});
    aim.role_arn = in.RoleARN;
    aim.notification_arns = in.NotificationARNs;
    aim.disable_rollback = in.DisableRollback.value_or(false);
    aim.on_failure = in.OnFailure.value_or("");
    aim.token = in.ClientRequestToken;
    aim.timeout_minutes = in.TimeoutInMinutes;
    stack.OnFailure = in.OnFailure;
    stack.TerminationProtection = in.EnableTerminationProtection;
    if (!policy.empty()) stack.StackPolicy = policy;
    // Only CloudFormation itself, making a nested stack, names a parent.
    if (in.ParentStackId && !call.caller().called_via.empty()) {
      stack.ParentId = in.ParentStackId;
      auto parent = find_stack(call.txn(), call.space(), *in.ParentStackId);
      stack.RootId = parent && parent->RootId ? *parent->RootId : *in.ParentStackId;
    }
    begin_create(call, stack, aim);
  } while (!call.commit());
  wait_for_rest(call, stack.Uuid);
  return CreateStackOutput{.StackId = stack.StackId};
}

Result<UpdateStackOutput> update_stack(Call& call, const UpdateStackInput& in) {
  TRY(permit(call, "UpdateStack", in.StackName, operation_context(in.RoleARN, in.TemplateURL)));
  // AWS does: the Service Authorization Reference has the action among UpdateStack's; User Guide,
  // "Updating protected resources".
  if (in.StackPolicyBody || in.StackPolicyURL || in.StackPolicyDuringUpdateBody ||
      in.StackPolicyDuringUpdateURL)
    TRY(permit(call, "SetStackPolicy", in.StackName));
  TRY(check_tags(in.Tags));
  std::string given_text;
  bool previous = in.UsePreviousTemplate.value_or(false);
  if (!previous) given_text = TRY(template_text(call, in.TemplateBody, in.TemplateURL));
  std::string policy = TRY(stack_policy_text(call, in.StackPolicyBody, in.StackPolicyURL));
  std::string uuid, stack_id;
  for (;;) {
    auto stack = find_stack(call.txn(), call.space(), in.StackName);
    if (!stack || stack->Status == "DELETE_COMPLETE") return no_stack(in.StackName);
    if (in.ClientRequestToken && stack->LastToken == asked_again("update", *in.ClientRequestToken))
      return UpdateStackOutput{.StackId = stack->StackId};
    if (!may_update(stack->Status)) return cannot_update(*stack);
    std::string text =
        previous ? kTemplates.get(call.txn(), call.space(), {stack->Uuid, "current"}).value_or("")
                 : given_text;
    Template t = TRY(read_checked_template(text));
    auto parameters = TRY(settle(call, t, in.Parameters, to_parameters(stack->Parameters)));
    TRY(check_capabilities(t, in.Capabilities));
    TRY(check_role(call, in.RoleARN.value_or(""), stack->StackId));
    TRY(check_aim(t, *stack, call.space(), parameters));
    const auto old_tags = stack->Tags.value_or(std::vector<Tag>{});
    auto tags = in.Tags ? *in.Tags : old_tags;
    TRY(permit_tags(call, "UpdateStack", stack->StackId, old_tags, tags));
    Lookup lookup = make_lookup(t, *stack, call.space(), parameters);
    lookup.import = export_lookup(call.txn(), call.space());
    auto rows = kResources.scan(call.txn(), call.space(), {.prefix = {stack->Uuid}});
    Difference difference = TRY(compare(t, lookup, rows, to_value_list(tags),
                                        stack->Outputs.value_or(std::vector<Output>{})));
    bool tags_differ = to_value_list(tags) != to_value_list(stack->Tags);
    if (difference.changes.empty() && !difference.outputs && !tags_differ &&
        !(in.RoleARN && in.RoleARN != stack->RoleARN))
      return fault("ValidationError", "No updates are to be performed.");
    TRY(check_stack_policy(*stack, difference.changes, in.StackPolicyDuringUpdateBody));
    Aim aim{.text = std::move(text),
            .description = t.section("Description").string_or(""),
            .parameters = parameters,
            .tags = std::move(tags)};
    aim.capabilities = in.Capabilities.value_or(std::vector<std::string>{});
    aim.role_arn = in.RoleARN;
    aim.notification_arns = in.NotificationARNs;
    aim.disable_rollback = in.DisableRollback.value_or(false);
    aim.token = in.ClientRequestToken;
    if (!policy.empty()) stack->StackPolicy = policy;
    begin_update(call, *stack, aim);
    uuid = stack->Uuid;
    stack_id = stack->StackId;
    if (call.commit()) break;
  }
  wait_for_rest(call, uuid);
  return UpdateStackOutput{.StackId = stack_id};
}

Result<DeleteStackOutput> delete_stack(Call& call, const DeleteStackInput& in) {
  TRY(permit(call, "DeleteStack", in.StackName, operation_context(in.RoleARN, std::nullopt)));
  std::string uuid;
  for (;;) {
    auto stack = find_stack(call.txn(), call.space(), in.StackName);
    if (!stack || stack->Status == "DELETE_COMPLETE" || stack->Status == "DELETE_IN_PROGRESS")
      return DeleteStackOutput{};
    if (stack->TerminationProtection.value_or(false))
      return fault("ValidationError",
                   "Stack [" + stack->StackName +
                       "] cannot be deleted while TerminationProtection is enabled");
    if (in.RetainResources && !in.RetainResources->empty() && stack->Status != "DELETE_FAILED")
      return fault(
          "ValidationError",
          "Invalid operation on stack [" + stack->StackId +
              "]. RetainResources can be specified only when the stack is in the DELETE_FAILED state.");
    if (std::string name; auto importer = importer_of(call.txn(), call.space(), *stack, name))
      return fault("ValidationError",
                   "Export " + name + " cannot be deleted as it is in use by " + *importer);
    TRY(check_role(call, in.RoleARN.value_or(""), stack->StackId));
    if (in.RoleARN) stack->RoleARN = in.RoleARN;
    uuid = stack->Uuid;
    if (stack->Status == "CREATE_IN_PROGRESS" && stack->Operation) {
      // The creation stops at its next step and turns into the deletion.
      stack->Operation->CancelWanted = true;
      stack->Operation->OnFailure = "DELETE";
      kStacks.put(call.txn(), call.space(), {uuid}, *stack);
      start_stack_job(call, *stack);
    } else if (is_in_progress(stack->Status)) {
      return fault("ValidationError", "Stack [" + stack->StackId +
                                          "] cannot be deleted while in status " + stack->Status);
    } else {
      begin_delete(call, *stack,
                   {.retain = in.RetainResources.value_or(std::vector<std::string>{}),
                    .token = in.ClientRequestToken});
    }
    if (call.commit()) break;
  }
  wait_for_rest(call, uuid);
  return DeleteStackOutput{};
}

Result<DescribeStacksOutput> describe_stacks(Call& call, const DescribeStacksInput& in) {
  TRY(permit(call, "DescribeStacks", in.StackName.value_or("")));
  // AWS does: API reference, DescribeStacks, StackName: without it ListStacks is needed as well.
  if (!in.StackName) TRY(permit(call, "ListStacks", ""));
  DescribeStacksOutput out;
  if (in.StackName) {
    auto stack = find_stack(call.txn(), call.space(), *in.StackName);
    if (!stack) return no_stack_with_id(*in.StackName);
    out.Stacks.push_back(describe(*stack));
    return out;
  }
  auto rows = kStacks.scan(call.txn(), call.space());
  std::erase_if(rows, [](const StackRow& row) { return row.Status == "DELETE_COMPLETE"; });
  std::ranges::sort(rows,
                    [](const StackRow& a, const StackRow& b) { return a.Created > b.Created; });
  Page page = TRY(page_of(rows.size(), kStacksPage, in.NextToken));
  for (size_t i = page.begin; i < page.end; ++i) out.Stacks.push_back(describe(rows[i]));
  out.NextToken = page.next;
  return out;
}

Result<ListStacksOutput> list_stacks(Call& call, const ListStacksInput& in) {
  TRY(permit(call, "ListStacks", ""));
  auto rows = kStacks.scan(call.txn(), call.space());
  if (in.StackStatusFilter && !in.StackStatusFilter->empty())
    std::erase_if(rows, [&](const StackRow& row) {
      return std::ranges::find(*in.StackStatusFilter, row.Status) == in.StackStatusFilter->end();
    });
  std::ranges::sort(rows,
                    [](const StackRow& a, const StackRow& b) { return a.Created > b.Created; });
  ListStacksOutput out;
  Page page = TRY(page_of(rows.size(), kStacksPage, in.NextToken));
  for (size_t i = page.begin; i < page.end; ++i) {
    const StackRow& row = rows[i];
    StackSummary summary{.StackId = row.StackId, .TemplateDescription = row.Description};
    summary.StackName = row.StackName;
    summary.CreationTime = row.Created;
    summary.LastUpdatedTime = row.Updated;
    summary.DeletionTime = row.Deleted;
    summary.StackStatus = row.Status;
    summary.StackStatusReason = row.StatusReason;
    summary.ParentId = row.ParentId;
    summary.RootId = row.RootId;
    summary.DriftInformation = DriftInformation{.StackDriftStatus = "NOT_CHECKED"};
    out.StackSummaries.push_back(std::move(summary));
  }
  out.NextToken = page.next;
  return out;
}

Result<UpdateTerminationProtectionOutput> update_termination_protection(
    Call& call, const UpdateTerminationProtectionInput& in) {
  TRY(permit(call, "UpdateTerminationProtection", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack || stack->Status == "DELETE_COMPLETE") return no_stack(in.StackName);
  stack->TerminationProtection = in.EnableTerminationProtection;
  kStacks.put(call.txn(), call.space(), {stack->Uuid}, *stack);
  return UpdateTerminationProtectionOutput{.StackId = stack->StackId};
}

Result<CancelUpdateStackOutput> cancel_update_stack(Call& call, const CancelUpdateStackInput& in) {
  TRY(permit(call, "CancelUpdateStack", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack) return no_stack(in.StackName);
  if (stack->Status != "UPDATE_IN_PROGRESS" || !stack->Operation)
    return fault("ValidationError", "CancelUpdateStack cannot be called from current stack status");
  stack->Operation->CancelWanted = true;
  kStacks.put(call.txn(), call.space(), {stack->Uuid}, *stack);
  start_stack_job(call, *stack);
  return CancelUpdateStackOutput{};
}

Result<ContinueUpdateRollbackOutput> continue_update_rollback(
    Call& call, const ContinueUpdateRollbackInput& in) {
  TRY(permit(call, "ContinueUpdateRollback", in.StackName,
             operation_context(in.RoleARN, std::nullopt)));
  std::string uuid;
  for (;;) {
    auto stack = find_stack(call.txn(), call.space(), in.StackName);
    if (!stack) return no_stack(in.StackName);
    if (stack->Status != "UPDATE_ROLLBACK_FAILED")
      return fault("ValidationError", "Stack:" + stack->StackId + " is in " + stack->Status +
                                          " state and can not continue update rollback.");
    TRY(check_role(call, in.RoleARN.value_or(""), stack->StackId));
    if (in.RoleARN) stack->RoleARN = in.RoleARN;
    for (const std::string& id : in.ResourcesToSkip.value_or(std::vector<std::string>{}))
      if (!kResources.contains(call.txn(), call.space(), {stack->Uuid, id}))
        return fault("ValidationError",
                     "Stack:" + stack->StackId + " does not have resource [" + id + "]");
    if (!stack->Operation) stack->Operation = RunningOperation{.Phase = "update-rollback"};
    stack->Operation->Phase = "update-rollback";
    stack->Operation->Retain = in.ResourcesToSkip;
    stack->Operation->Token = in.ClientRequestToken;
    set_stack_status(call, call.space(), *stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
    kStacks.put(call.txn(), call.space(), {stack->Uuid}, *stack);
    start_stack_job(call, *stack);
    uuid = stack->Uuid;
    if (call.commit()) break;
  }
  wait_for_rest(call, uuid);
  return ContinueUpdateRollbackOutput{};
}

// Takes up a rollback that DisableRollback put off. The rows still hold what was before.
Result<RollbackStackOutput> rollback_stack(Call& call, const RollbackStackInput& in) {
  TRY(permit(call, "RollbackStack", in.StackName, operation_context(in.RoleARN, std::nullopt)));
  RollbackStackOutput out;
  std::string uuid;
  for (;;) {
    auto stack = find_stack(call.txn(), call.space(), in.StackName);
    if (!stack) return no_stack(in.StackName);
    bool created = stack->Status == "CREATE_FAILED";
    if (!created && stack->Status != "UPDATE_FAILED")
      return fault("ValidationError", "Stack:" + stack->StackId + " is in " + stack->Status +
                                          " state and can not be rolled back.");
    TRY(check_role(call, in.RoleARN.value_or(""), stack->StackId));
    if (in.RoleARN) stack->RoleARN = in.RoleARN;
    stack->Operation = RunningOperation{.Phase = created ? "rollback" : "update-rollback",
                                        .Caller = to_stored(call.caller()),
                                        .Token = in.ClientRequestToken};
    if (created) stack->Round = stack->Round.value_or(0) + 1;
    set_stack_status(call, call.space(), *stack,
                     created ? "ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS",
                     "User Initiated");
    kStacks.put(call.txn(), call.space(), {stack->Uuid}, *stack);
    start_stack_job(call, *stack);
    uuid = stack->Uuid;
    out.StackId = stack->StackId;
    if (call.commit()) break;
  }
  wait_for_rest(call, uuid);
  return out;
}

Result<DescribeAccountLimitsOutput> describe_account_limits(Call& call,
                                                            const DescribeAccountLimitsInput&) {
  TRY(permit(call, "DescribeAccountLimits", ""));
  DescribeAccountLimitsOutput out;
  out.AccountLimits =
      std::vector<AccountLimit>{{.Name = "StackLimit", .Value = kStacksMax},
                                {.Name = "StackOutputsLimit", .Value = 200},
                                {.Name = "ConcurrentResourcesLimit", .Value = 2500}};
  return out;
}

}  // namespace drydock::cloudformation
