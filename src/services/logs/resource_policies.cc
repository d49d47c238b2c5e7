// Resource policies: who among AWS's services may write to the log groups of an account and region,
// or to one group.
#include "api/server.h"
#include "auth/policy.h"
#include "base/encoding.h"
#include "gen/logs_handlers.h"
#include "services/logs/tables.h"

namespace drydock::logs {

namespace {
constexpr size_t kMostPolicies = 10;  // of an account in a region; AWS raises it for nobody

ResourcePolicy describe(Call& call, const PolicyRow& row) {
  return {.policyName = row.Name,
          .policyDocument = call.server().show_principals(call.txn(), row.Document),
          .lastUpdatedTime = row.Updated,
          .policyScope = "ACCOUNT"};
}

ResourcePolicy describe_of_group(Call& call, const GroupName& name, const PolicyRow& row) {
  ResourcePolicy out = describe(call, row);
  out.policyScope = "RESOURCE";
  out.resourceArn = name.arn();
  out.revisionId = row.Revision;
  return out;
}

struct Group {
  GroupName name;
  GroupRow row;
};
Result<Group> own_group(Call& call, const std::string& arn) {
  auto name = group_of_arn(arn);
  if (!name)
    return errors::InvalidParameterException("The resource ARN is not one of a log group: " + arn);
  const Space own = call.space();
  if (name->space.account != own.account || name->space.region != own.region)
    return errors::ResourceNotFoundException("The specified log group does not exist.");
  auto row = TRY(find_group(call.txn(), name->space, name->name));
  return Group{std::move(*name), std::move(row)};
}

// A group's policy is only changed by who has seen it.
Result<void> check_revision(const std::optional<PolicyRow>& policy,
                            const std::optional<std::string>& expected) {
  if (expected == (policy ? policy->Revision : std::nullopt)) return {};
  return errors::OperationAbortedException(
      policy ? "The expected revision ID does not match the resource policy's revision ID."
             : "There is no resource policy with the expected revision ID.");
}

Result<PolicyRow> new_policy(Call& call, const PutResourcePolicyInput& in) {
  if (!in.policyName || in.policyName->empty())
    return errors::InvalidParameterException("Policy name must be specified");
  if (!in.policyDocument)
    return errors::InvalidParameterException("Policy document must be specified");
  if (auto policy = parse_policy(*in.policyDocument, PolicyUse::kResource); !policy)
    return errors::InvalidParameterException("Policy document is invalid: " +
                                             policy.error().message);
  auto held = call.server().hold_principals(call.txn(), *in.policyDocument);
  if (!held)
    return errors::InvalidParameterException("Policy document is invalid: " + held.error().message);
  return PolicyRow{.Name = *in.policyName, .Document = std::move(*held), .Updated = call.now().ms};
}
}  // namespace

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  auto policy = TRY(new_policy(call, in));
  if (in.resourceArn) {
    auto group = TRY(own_group(call, *in.resourceArn));
    TRY(check_revision(group.row.Policy, in.expectedRevisionId));
    policy.Revision = call.random().uuid();
    group.row.Policy = policy;
    kGroups.put(call.txn(), group.name.space, {group.name.name}, group.row);
    return PutResourcePolicyOutput{.resourcePolicy = describe_of_group(call, group.name, policy),
                                   .revisionId = policy.Revision};
  }
  if (!kPolicies.contains(call.txn(), call.space(), {policy.Name}) &&
      kPolicies.scan(call.txn(), call.space(), {}).size() >= kMostPolicies)
    return errors::LimitExceededException("Resource limit exceeded.");
  kPolicies.put(call.txn(), call.space(), {policy.Name}, policy);
  return PutResourcePolicyOutput{.resourcePolicy = describe(call, policy)};
}

Result<DescribeResourcePoliciesOutput> describe_resource_policies(
    Call& call, const DescribeResourcePoliciesInput& in) {
  DescribeResourcePoliciesOutput out;
  if (in.resourceArn) {
    auto group = TRY(own_group(call, *in.resourceArn));
    if (group.row.Policy)
      out.resourcePolicies = {describe_of_group(call, group.name, *group.row.Policy)};
    return out;
  }
  const std::string start = TRY(page_start(in.nextToken));
  const auto limit = static_cast<size_t>(in.limit.value_or(50));
  ScanOptions options;
  if (!start.empty()) options.after = {start};
  std::string last;  // the key that the page ends with
  auto add = [&](const std::string& key, ResourcePolicy policy) {
    if (out.resourcePolicies.size() == limit) {
      out.nextToken = page_token(last);
      return false;
    }
    last = key;
    out.resourcePolicies.push_back(std::move(policy));
    return true;
  };
  if (in.policyScope == "RESOURCE") {
    kGroups.each(call.txn(), call.space(), options, [&](const auto&, const GroupRow& row) {
      const GroupName name{.space = call.space(), .name = row.Name};
      return !row.Policy || add(row.Name, describe_of_group(call, name, *row.Policy));
    });
    return out;
  }
  kPolicies.each(call.txn(), call.space(), options, [&](const auto&, const PolicyRow& row) {
    return add(row.Name, describe(call, row));
  });
  return out;
}

Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput& in) {
  if (in.resourceArn) {
    auto group = TRY(own_group(call, *in.resourceArn));
    if (!group.row.Policy)
      return errors::ResourceNotFoundException("The log group has no resource policy.");
    TRY(check_revision(group.row.Policy, in.expectedRevisionId));
    group.row.Policy.reset();
    kGroups.put(call.txn(), group.name.space, {group.name.name}, group.row);
    return DeleteResourcePolicyOutput{};
  }
  if (!in.policyName || in.policyName->empty())
    return errors::InvalidParameterException("Policy name must be specified");
  if (!kPolicies.contains(call.txn(), call.space(), {*in.policyName}))
    return errors::ResourceNotFoundException("Policy with name [" + *in.policyName +
                                             "] does not exist.");
  kPolicies.erase(call.txn(), call.space(), {*in.policyName});
  return DeleteResourcePolicyOutput{};
}

}  // namespace drydock::logs
