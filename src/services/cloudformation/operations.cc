#include "services/cloudformation/operations.h"

#include <algorithm>

#include "api/server.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/engine/history.h"
#include "services/cloudformation/engine/identity.h"

namespace drydock::cloudformation {

namespace {

RunningOperation operation_of(Call& call, const char* phase,
                              const std::optional<std::string>& token) {
  RunningOperation op{.Phase = phase, .Caller = to_stored(call.caller()), .Token = token};
  return op;
}

void aim_at(Call& call, StackRow& stack, const Aim& aim, const char* phase) {
  RunningOperation op = operation_of(call, phase, aim.token);
  if (aim.token) stack.LastToken = asked_again(phase, *aim.token);
  op.Parameters = to_stored(aim.parameters);
  op.Tags = aim.tags;
  op.Capabilities = aim.capabilities;
  if (!aim.description.empty()) op.Description = aim.description;
  op.DisableRollback = aim.disable_rollback;
  if (!aim.on_failure.empty()) op.OnFailure = aim.on_failure;
  if (aim.timeout_minutes) op.Deadline = call.now() + *aim.timeout_minutes * 60'000;
  stack.Operation = std::move(op);
  stack.Round = stack.Round.value_or(0) + 1;
  if (aim.role_arn) stack.RoleARN = aim.role_arn;
  if (aim.notification_arns) stack.NotificationARNs = aim.notification_arns;
  stack.DisableRollback = aim.disable_rollback;
  kTemplates.put(call.txn(), call.space(), {stack.Uuid, "next"}, aim.text);
}

void put_and_start(Call& call, StackRow& stack) {
  kStacks.put(call.txn(), call.space(), {stack.Uuid}, stack);
  start_stack_job(call, stack);
}

}  // namespace

std::string asked_again(std::string_view kind, const std::string& token) {
  return std::string(kind) + " " + token;
}

Result<StackRow> new_stack(Call& call, const std::string& name) {
  int count = 0;
  kStackNames.raw().scan(call.txn(), call.space(), {},
                         [&](const auto&, std::string_view) { return ++count < kStacksMax; });
  if (count >= kStacksMax)
    return errors::LimitExceededException("Limit for stack has been exceeded");
  StackRow stack{.StackName = name, .Status = "REVIEW_IN_PROGRESS", .Created = call.now()};
  stack.Uuid = call.random().uuid();
  stack.StackId = call.arn("cloudformation", "stack/" + name + "/" + stack.Uuid);
  kStackNames.put(call.txn(), call.space(), {name}, stack.Uuid);
  return stack;
}

void start_stack_job(Call& call, const StackRow& stack) {
  call.start_job(kStackJob, stack.Uuid, call.now(),
                 Value::object({{"Account", call.space().account},
                                {"Region", call.space().region},
                                {"Uuid", stack.Uuid}}));
}

void begin_create(Call& call, StackRow& stack, const Aim& aim) {
  aim_at(call, stack, aim, "create");
  stack.Description = stack.Operation->Description;
  stack.Parameters = stack.Operation->Parameters;
  stack.Tags = stack.Operation->Tags;
  stack.Capabilities = stack.Operation->Capabilities;
  stack.TimeoutInMinutes = aim.timeout_minutes;
  kTemplates.put(call.txn(), call.space(), {stack.Uuid, "current"}, aim.text);
  set_stack_status(call, call.space(), stack, "CREATE_IN_PROGRESS", "User Initiated");
  put_and_start(call, stack);
}

void begin_update(Call& call, StackRow& stack, const Aim& aim) {
  aim_at(call, stack, aim, "update");
  stack.Updated = call.now();
  set_stack_status(call, call.space(), stack, "UPDATE_IN_PROGRESS", "User Initiated");
  put_and_start(call, stack);
}

void begin_delete(Call& call, StackRow& stack, const Removal& removal) {
  stack.Operation = operation_of(call, "delete", removal.token);
  stack.Operation->Retain = removal.retain;
  stack.Round = stack.Round.value_or(0) + 1;
  stack.Deleted = call.now();
  set_stack_status(call, call.space(), stack, "DELETE_IN_PROGRESS", "User Initiated");
  put_and_start(call, stack);
}

Result<void> check_role(Call& call, const std::string& role_arn, const std::string& stack_id) {
  if (role_arn.empty()) return {};
  TRY(call.pass_role(role_arn, kServicePrincipal, stack_id));
  TRY(stack_client(call.server(), call.region(), call.account().text, stack_id, role_arn, Value()));
  return {};
}

void wait_for_rest(Call& call, const std::string& uuid) {
  Space space = call.space();
  call.waiters().wait(waiter_name(uuid), kAnswerWaitMs, [&] {
    auto txn = call.server().engine().begin_read();
    auto stack = kStacks.get(*txn, space, {uuid});
    return !stack || !is_in_progress(stack->Status);
  });
}

Result<std::vector<StackParameter>> settle(
    Call& call, const Template& t, const std::optional<std::vector<Parameter>>& given,
    const std::optional<std::vector<StackParameter>>& previous) {
  std::vector<GivenParameter> request;
  for (const Parameter& one : given.value_or(std::vector<Parameter>{})) {
    GivenParameter parameter{.key = one.ParameterKey.value_or(""),
                             .value = one.ParameterValue.value_or("")};
    parameter.has_value = one.ParameterValue.has_value();
    parameter.use_previous = one.UsePreviousValue.value_or(false);
    request.push_back(std::move(parameter));
  }
  auto ssm = [&](const std::string& name) -> Result<std::string> {
    Value answer = TRY(call.client(kServicePrincipal)
                           .call("ssm", "GetParameter", Value::object({{"Name", name}})));
    return answer["Parameter"]["Value"].string_or("");
  };
  return settle_parameters(t, request, previous ? &*previous : nullptr, ssm);
}

Result<void> check_aim(const Template& t, const StackRow& stack, const Space& space,
                       const std::vector<StackParameter>& parameters) {
  Lookup lookup = make_lookup(t, stack, space, parameters);
  TRY(check_rules(lookup));
  std::vector<std::string> missing;
  std::vector<const TemplateResource*> wanted;
  for (const auto& resource : t.resources)
    if (TRY(is_wanted(resource.condition, lookup))) wanted.push_back(&resource);
  // What the template's own mappings lack needs no resource to be known.
  for (const TemplateResource* resource : wanted)
    if (auto value = evaluate(resource->properties(), lookup);
        !value && value.error().message.starts_with("Template error: Unable to get mapping"))
      return fault(std::move(value).error());
  if (wanted.empty())
    return fault("ValidationError",
                 "Template format error: At least one Resources member must be defined.");
  return {};
}

bool may_update(std::string_view status) {
  constexpr std::string_view kStatuses[] = {
      "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE",
      "UPDATE_FAILED",   "CREATE_FAILED",   "IMPORT_COMPLETE"};
  return std::ranges::find(kStatuses, status) != std::end(kStatuses);
}

Unexpected cannot_update(const StackRow& stack) {
  return fault("ValidationError", "Stack:" + stack.StackId + " is in " + stack.Status +
                                      " state and can not be updated.");
}

}  // namespace drydock::cloudformation
