// Which context keys policies ask for: what a simulation of them must be given.
#include "auth/policy.h"
#include "gen/iam_handlers.h"
#include "services/iam/documents_scan.h"
#include "services/iam/policy_sources.h"

namespace drydock::iam {
namespace {

Result<void> add_checked(const std::vector<std::string>& documents, std::set<std::string>& keys) {
  for (const auto& document : documents) {
    if (auto policy = parse_policy(document, PolicyUse::kIdentity); !policy) {
      // The document may be a resource's.
      if (!parse_policy(document, PolicyUse::kResource))
        return errors::InvalidInput("Invalid policy: " + policy.error().message);
    }
    add_context_keys(document, keys);
  }
  return {};
}

}  // namespace

Result<GetContextKeysForCustomPolicyOutput> get_context_keys_for_custom_policy(
    Call&, const GetContextKeysForCustomPolicyInput& in) {
  std::set<std::string> keys;
  TRY(add_checked(in.PolicyInputList, keys));
  return GetContextKeysForCustomPolicyOutput{
      .ContextKeyNames = std::vector<std::string>(keys.begin(), keys.end())};
}

Result<GetContextKeysForPrincipalPolicyOutput> get_context_keys_for_principal_policy(
    Call& call, const GetContextKeysForPrincipalPolicyInput& in) {
  std::set<std::string> keys;
  auto subject = TRY(read_subject(call, in.PolicySourceArn));
  for (const auto& policy : subject.policies) add_context_keys(policy.document, keys);
  if (in.PolicyInputList) TRY(add_checked(*in.PolicyInputList, keys));
  return GetContextKeysForPrincipalPolicyOutput{
      .ContextKeyNames = std::vector<std::string>(keys.begin(), keys.end())};
}

}  // namespace drydock::iam
