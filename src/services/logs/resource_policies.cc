// Resource policies: who among AWS's services may write to the log groups of an account and region.
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

// Policies of single log groups are newer than those of the account.
Result<void> only_of_the_account(const std::optional<std::string>& resource_arn) {
  if (resource_arn) return not_implemented("A resource policy of a log group (resourceArn)");
  return {};
}
}  // namespace

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  TRY(only_of_the_account(in.resourceArn));
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
  if (!kPolicies.contains(call.txn(), call.space(), {*in.policyName}) &&
      kPolicies.scan(call.txn(), call.space(), {}).size() >= kMostPolicies)
    return errors::LimitExceededException("Resource limit exceeded.");
  PolicyRow row{.Name = *in.policyName, .Document = std::move(*held), .Updated = call.now().ms};
  kPolicies.put(call.txn(), call.space(), {row.Name}, row);
  return PutResourcePolicyOutput{.resourcePolicy = describe(call, row)};
}

Result<DescribeResourcePoliciesOutput> describe_resource_policies(
    Call& call, const DescribeResourcePoliciesInput& in) {
  TRY(only_of_the_account(in.resourceArn));
  DescribeResourcePoliciesOutput out;
  if (in.policyScope == "RESOURCE") return out;
  const std::string start = TRY(page_start(in.nextToken));
  const auto limit = static_cast<size_t>(in.limit.value_or(50));
  ScanOptions options;
  if (!start.empty()) options.after = {start};
  for (const PolicyRow& row : kPolicies.scan(call.txn(), call.space(), options)) {
    if (out.resourcePolicies.size() == limit) {
      out.nextToken = page_token(*out.resourcePolicies.back().policyName);
      break;
    }
    out.resourcePolicies.push_back(describe(call, row));
  }
  return out;
}

Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput& in) {
  TRY(only_of_the_account(in.resourceArn));
  if (!in.policyName || in.policyName->empty())
    return errors::InvalidParameterException("Policy name must be specified");
  if (!kPolicies.contains(call.txn(), call.space(), {*in.policyName}))
    return errors::ResourceNotFoundException("Policy with name [" + *in.policyName +
                                             "] does not exist.");
  kPolicies.erase(call.txn(), call.space(), {*in.policyName});
  return DeleteResourcePolicyOutput{};
}

}  // namespace drydock::logs
