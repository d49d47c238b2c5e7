#include "services/cloudformation/engine/history.h"

namespace drydock::cloudformation {

namespace {

constexpr size_t kPropertiesBytesMax = 16 << 10;  // kept of a resource's properties in its events

void append(Call& call, const Space& space, StackRow& stack, EventRow event) {
  int64_t number = stack.LastEvent.value_or(0) + 1;
  stack.LastEvent = number;
  kEvents.put(call.txn(), space, {stack.Uuid, number}, event);
}

}  // namespace

bool is_in_progress(std::string_view status) {
  return status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS";
}
bool is_complete_or_failed(std::string_view status) {
  return status.ends_with("_COMPLETE") || status.ends_with("_FAILED");
}

void set_stack_status(Call& call, const Space& space, StackRow& stack, std::string status,
                      std::string reason) {
  stack.Status = status;
  // A failed operation's reason stays readable on the stack after its last, wordless event.
  bool keep = reason.empty() && status.find("ROLLBACK") != std::string::npos;
  if (!keep)
    stack.StatusReason =
        reason.empty() || reason == "User Initiated" ? std::nullopt : std::optional(reason);
  EventRow event{.EventId = call.random().uuid(),
                 .LogicalId = stack.StackName,
                 .PhysicalId = stack.StackId,
                 .Type = "AWS::CloudFormation::Stack",
                 .Time = call.now(),
                 .Status = status};
  if (!reason.empty()) event.Reason = reason;
  if (stack.Operation) event.Token = stack.Operation->Token;
  append(call, space, stack, std::move(event));
  Value details = Value::object({{"status", status}});
  details.set("status-reason", reason);
  Value detail =
      Value::object({{"stack-id", stack.StackId}, {"status-details", std::move(details)}});
  if (stack.Operation && stack.Operation->Token)
    detail.set("client-request-token", *stack.Operation->Token);
  call.emit("aws.cloudformation", "CloudFormation Stack Status Change", {stack.StackId},
            std::move(detail));
  call.after_commit(
      [&waiters = call.waiters(), name = waiter_name(stack.Uuid)] { waiters.wake(name); });
}

void add_resource_event(Call& call, const Space& space, StackRow& stack,
                        const ResourceRow& resource, std::string properties) {
  if (properties.size() > kPropertiesBytesMax) properties.resize(kPropertiesBytesMax);
  // AWS does name a resource's event after its status and time; its number keeps two of one
  // millisecond apart.
  EventRow event{
      .EventId = resource.LogicalId + "-" + resource.Status + "-" + to_iso8601_ms(call.now()),
      .LogicalId = resource.LogicalId,
      .PhysicalId = resource.PhysicalId,
      .Type = resource.Type,
      .Time = call.now(),
      .Status = resource.Status,
      .Reason = resource.StatusReason};
  int64_t number = stack.LastEvent.value_or(0);
  if (auto last = kEvents.get(call.txn(), space, {stack.Uuid, number});
      last && last->EventId.starts_with(event.EventId))
    event.EventId += "-" + std::to_string(number);
  if (!properties.empty()) event.Properties = std::move(properties);
  if (stack.Operation) event.Token = stack.Operation->Token;
  append(call, space, stack, std::move(event));
}

}  // namespace drydock::cloudformation
