// Resource policies of parameters: who of other accounts may read them.
#include "api/server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/ssm_handlers.h"
#include "services/ssm/parameters.h"

namespace drydock::ssm {
namespace {

constexpr size_t kMostBytes = 1024;   // of one policy, as AWS says
constexpr size_t kMostPolicies = 10;  // of one parameter; AWS names no number

struct Shared {
  Selector selector;
  ParameterRow row;
  std::vector<ResourcePolicy>& policies() {
    if (!row.Shares) row.Shares.emplace();
    return *row.Shares;
  }
};

// The caller's own parameter behind an ARN, once IAM allows the action on it.
Result<Shared> find_shared(Call& call, std::string_view action, const std::string& arn) {
  auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "ssm" || !parsed->resource.starts_with("parameter/")) {
    TRY(call.authorize(action, parsed ? std::string_view(arn) : "*"));
    return errors::ResourcePolicyInvalidParameterException(
        "The resource ARN " + arn + " is not valid. Policies are kept for parameters.");
  }
  Selector selector = read_selector(call, arn);
  TRY(call.authorize(action, parameter_arn(selector.space, selector.name)));
  std::optional<ParameterRow> row;
  if (is_own(call, selector)) row = kParameters.get(call.txn(), selector.space, {selector.name});
  if (!row) return errors::ResourceNotFoundException("The parameter " + arn + " does not exist.");
  return Shared{std::move(selector), std::move(*row)};
}

// The policy that a caller changes, of the version that the caller has seen.
Result<std::vector<ResourcePolicy>::iterator> find_policy(Shared& shared, const std::string& id,
                                                          const std::string& hash) {
  auto& all = shared.policies();
  for (auto it = all.begin(); it != all.end(); ++it) {
    if (it->PolicyId != id) continue;
    if (it->PolicyHash == hash) return it;
    return errors::ResourcePolicyConflictException(
        "The hash provided in the call doesn't match the stored hash.");
  }
  return errors::ResourcePolicyNotFoundException("No policies with ID " + id +
                                                 " are attached to the resource.");
}

// AWS shares parameters of the advanced tier alone, and no SecureString under its own key.
Result<void> check_can_be_shared(Call& call, const ParameterRow& row) {
  auto latest = latest_version(call.txn(), call.space(), row);
  if (!latest || latest->Tier != "Advanced")
    return errors::ResourcePolicyInvalidParameterException(
        "The parameter " + row.Name +
        " is in the Standard tier. Only parameters of the Advanced tier can be shared.");
  if (latest->Type == "SecureString" && latest->KeyId == kDefaultKey)
    return errors::ResourcePolicyInvalidParameterException(
        "The parameter " + row.Name +
        " is encrypted with an AWS managed key. Only parameters encrypted with a customer managed "
        "key can be shared.");
  return {};
}

}  // namespace

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  auto shared = TRY(find_shared(call, "ssm:PutResourcePolicy", in.ResourceArn));
  TRY(check_can_be_shared(call, shared.row));
  if (in.Policy.size() > kMostBytes)
    return errors::ResourcePolicyLimitExceededException(
        "The policy has " + std::to_string(in.Policy.size()) +
        " bytes. A policy can't be greater than 1024 bytes in size.");
  auto parsed = parse_policy(in.Policy, PolicyUse::kResource);
  if (!parsed) return errors::MalformedResourcePolicyDocumentException(parsed.error().message);
  auto held = call.server().hold_principals(call.txn(), in.Policy);
  if (!held) return errors::MalformedResourcePolicyDocumentException(held.error().message);
  ResourcePolicy policy{
      .PolicyId = in.PolicyId, .PolicyHash = to_hex(sha256(in.Policy)), .Policy = std::move(*held)};
  if (in.PolicyId) {
    *TRY(find_policy(shared, *in.PolicyId, in.PolicyHash.value_or(""))) = policy;
  } else {
    if (shared.policies().size() == kMostPolicies)
      return errors::ResourcePolicyLimitExceededException(
          "A parameter can have at most " + std::to_string(kMostPolicies) + " policies.");
    policy.PolicyId = call.random().uuid();
    shared.policies().push_back(policy);
  }
  kParameters.put(call.txn(), call.space(), {shared.row.Name}, shared.row);
  return PutResourcePolicyOutput{.PolicyId = policy.PolicyId, .PolicyHash = policy.PolicyHash};
}

Result<GetResourcePoliciesOutput> get_resource_policies(Call& call,
                                                        const GetResourcePoliciesInput& in) {
  auto shared = TRY(find_shared(call, "ssm:GetResourcePolicies", in.ResourceArn));
  const auto after = TRY(read_token(in.NextToken));
  const auto limit = static_cast<size_t>(in.MaxResults.value_or(50));
  GetResourcePoliciesOutput out{.Policies = std::vector<ResourcePolicy>{}};
  bool passed = after.empty();
  for (auto& policy : shared.policies()) {
    if (!passed) {
      passed = policy.PolicyId == after;
      continue;
    }
    if (out.Policies->size() == limit) {
      out.NextToken = write_token(*out.Policies->back().PolicyId);
      break;
    }
    policy.Policy = call.server().show_principals(call.txn(), *policy.Policy);
    out.Policies->push_back(std::move(policy));
  }
  return out;
}

Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput& in) {
  auto shared = TRY(find_shared(call, "ssm:DeleteResourcePolicy", in.ResourceArn));
  shared.policies().erase(TRY(find_policy(shared, in.PolicyId, in.PolicyHash)));
  kParameters.put(call.txn(), call.space(), {shared.row.Name}, shared.row);
  return DeleteResourcePolicyOutput{};
}

}  // namespace drydock::ssm
