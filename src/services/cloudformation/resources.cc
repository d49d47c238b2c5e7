// What a stack holds and what happened to it: resources, events, signals.
#include "gen/cloudformation_handlers.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/pages.h"

namespace drydock::cloudformation {

namespace {

constexpr size_t kEventsPage = 100, kResourcesPage = 100;

ResourceDrift not_checked() { return {.StackResourceDriftStatus = "NOT_CHECKED"}; }

StackResource describe(const StackRow& stack, const ResourceRow& row) {
  StackResource out{.StackName = stack.StackName, .StackId = stack.StackId};
  out.LogicalResourceId = row.LogicalId;
  out.PhysicalResourceId = row.PhysicalId;
  out.ResourceType = row.Type;
  out.Timestamp = row.Updated;
  out.ResourceStatus = row.Status;
  out.ResourceStatusReason = row.StatusReason;
  out.DriftInformation = not_checked();
  return out;
}

// The stack that holds a physical resource.
std::optional<StackRow> holder_of(Txn& txn, const Space& space, const std::string& physical_id) {
  std::string uuid;
  kResources.each(txn, space, {}, [&](const auto& key, const ResourceRow& row) {
    if (row.PhysicalId == physical_id && row.Status != "DELETE_COMPLETE") uuid = key[0];
    return uuid.empty();
  });
  return uuid.empty() ? std::nullopt : kStacks.get(txn, space, {uuid});
}

}  // namespace

Result<DescribeStackEventsOutput> describe_stack_events(Call& call,
                                                        const DescribeStackEventsInput& in) {
  TRY(permit(call, "DescribeStackEvents", in.StackName.value_or("")));
  if (!in.StackName)
    return fault(
        "ValidationError",
        "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null");
  auto stack = find_stack(call.txn(), call.space(), *in.StackName);
  if (!stack) return no_stack(*in.StackName);
  int64_t from = stack->LastEvent.value_or(0);
  if (in.NextToken) {
    auto text = from_base64(*in.NextToken);
    auto number = text ? parse_int(*text) : std::nullopt;
    if (!number) return fault("ValidationError", "The specified token is not valid.");
    from = std::min(from, *number);
  }
  DescribeStackEventsOutput out;
  int64_t number = from;
  for (; number > 0 && out.StackEvents.size() < kEventsPage; --number) {
    auto row = kEvents.get(call.txn(), call.space(), {stack->Uuid, number});
    if (!row) continue;
    StackEvent event;
    event.StackId = stack->StackId;
    event.EventId = row->EventId;
    event.StackName = stack->StackName;
    event.LogicalResourceId = row->LogicalId;
    event.PhysicalResourceId = row->PhysicalId.value_or("");
    event.ResourceType = row->Type;
    event.Timestamp = row->Time;
    event.ResourceStatus = row->Status;
    event.ResourceStatusReason = row->Reason;
    event.ResourceProperties = row->Properties;
    event.ClientRequestToken = row->Token;
    out.StackEvents.push_back(std::move(event));
  }
  if (number > 0) out.NextToken = to_base64(std::to_string(number));
  return out;
}

Result<DescribeStackResourceOutput> describe_stack_resource(Call& call,
                                                            const DescribeStackResourceInput& in) {
  TRY(permit(call, "DescribeStackResource", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack) return fault("ValidationError", "Stack '" + in.StackName + "' does not exist");
  auto row = kResources.get(call.txn(), call.space(), {stack->Uuid, in.LogicalResourceId});
  if (!row)
    return fault("ValidationError", "Resource " + in.LogicalResourceId +
                                        " does not exist for stack " + stack->StackName);
  StackResourceDetail detail{.StackName = stack->StackName, .StackId = stack->StackId};
  detail.LogicalResourceId = row->LogicalId;
  detail.PhysicalResourceId = row->PhysicalId;
  detail.ResourceType = row->Type;
  detail.LastUpdatedTimestamp = row->Updated;
  detail.ResourceStatus = row->Status;
  detail.ResourceStatusReason = row->StatusReason;
  detail.Metadata = row->Metadata && row->Metadata->is_object() ? to_json(*row->Metadata) : "{}";
  detail.DriftInformation = not_checked();
  return DescribeStackResourceOutput{.StackResourceDetail = std::move(detail)};
}

Result<DescribeStackResourcesOutput> describe_stack_resources(
    Call& call, const DescribeStackResourcesInput& in) {
  TRY(permit(call, "DescribeStackResources", in.StackName.value_or("")));
  if (in.StackName && in.PhysicalResourceId)
    return fault("ValidationError",
                 "You must specify either StackName or PhysicalResourceId, but not both.");
  if (!in.StackName && !in.PhysicalResourceId)
    return fault("ValidationError", "Must specify either StackName or PhysicalResourceId.");
  auto stack = in.StackName ? find_stack(call.txn(), call.space(), *in.StackName)
                            : holder_of(call.txn(), call.space(), *in.PhysicalResourceId);
  if (!stack && in.StackName) return no_stack_with_id(*in.StackName);
  if (!stack)
    return fault("ValidationError", "Stack for " + *in.PhysicalResourceId + " does not exist");
  DescribeStackResourcesOutput out;
  out.StackResources.emplace();
  for (const ResourceRow& row : kResources.scan(call.txn(), call.space(),
                                                {.prefix = {stack->Uuid}, .limit = kResourcesPage}))
    if (!in.LogicalResourceId || row.LogicalId == *in.LogicalResourceId)
      out.StackResources->push_back(describe(*stack, row));
  return out;
}

Result<ListStackResourcesOutput> list_stack_resources(Call& call,
                                                      const ListStackResourcesInput& in) {
  TRY(permit(call, "ListStackResources", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack) return no_stack_with_id(in.StackName);
  auto rows = kResources.scan(call.txn(), call.space(), {.prefix = {stack->Uuid}});
  ListStackResourcesOutput out;
  out.StackResourceSummaries.emplace();
  Page page = TRY(page_of(rows.size(), kResourcesPage, in.NextToken));
  for (size_t i = page.begin; i < page.end; ++i) {
    const ResourceRow& row = rows[i];
    StackResourceSummary summary;
    summary.LogicalResourceId = row.LogicalId;
    summary.PhysicalResourceId = row.PhysicalId;
    summary.ResourceType = row.Type;
    summary.LastUpdatedTimestamp = row.Updated;
    summary.ResourceStatus = row.Status;
    summary.ResourceStatusReason = row.StatusReason;
    summary.DriftInformation = not_checked();
    out.StackResourceSummaries->push_back(std::move(summary));
  }
  out.NextToken = page.next;
  return out;
}

Result<SignalResourceOutput> signal_resource(Call& call, const SignalResourceInput& in) {
  TRY(permit(call, "SignalResource", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack || stack->Status == "DELETE_COMPLETE") return no_stack(in.StackName);
  auto row = kResources.get(call.txn(), call.space(), {stack->Uuid, in.LogicalResourceId});
  if (!row)
    return fault("ValidationError", "Resource " + in.LogicalResourceId +
                                        " does not exist for stack " + stack->StackName);
  if (!row->Step)
    return fault("ValidationError", "Resource " + in.LogicalResourceId + " is in " + row->Status +
                                        " state and cannot be signaled");
  kSignals.put(call.txn(), call.space(), {stack->Uuid, in.LogicalResourceId, in.UniqueId},
               Signal{.UniqueId = in.UniqueId, .Status = in.Status});
  return SignalResourceOutput{};
}

}  // namespace drydock::cloudformation
