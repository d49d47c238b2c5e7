// A registry's policy: who of other accounts may do what with the repositories of this account.
#include "api/server.h"
#include "auth/document.h"
#include "auth/policy.h"
#include "gen/ecr_handlers.h"
#include "services/ecr/repositories.h"

namespace drydock::ecr {
namespace {

// It belongs to no one repository, so each statement says which it speaks of.
bool names_repositories(const std::string& text) {
  auto document = parse_json(text);
  if (!document) return false;
  for (const Value& statement : one_or_more((*document)["Statement"]))
    if (!statement.find("Resource") && !statement.find("NotResource")) return false;
  return true;
}

Result<std::string> own_policy(Call& call) {
  auto held = kRegistryPolicies.get(call.txn(), call.space(), {"policy"});
  if (!held)
    return errors::RegistryPolicyNotFoundException(
        "Registry policy does not exist in the registry with id '" + call.account().text + "'");
  return call.server().show_principals(call.txn(), *held);
}

}  // namespace

Result<PutRegistryPolicyOutput> put_registry_policy(Call& call, const PutRegistryPolicyInput& in) {
  constexpr std::string_view kRefused = "Invalid registry policy provided";
  if (!parse_policy(in.policyText, PolicyUse::kResource) || !names_repositories(in.policyText))
    return invalid_parameter("PolicyText", kRefused);
  auto held = call.server().hold_principals(call.txn(), in.policyText);
  if (!held) return invalid_parameter("PolicyText", kRefused);
  kRegistryPolicies.put(call.txn(), call.space(), {"policy"}, *held);
  return PutRegistryPolicyOutput{.registryId = call.account().text, .policyText = in.policyText};
}

Result<GetRegistryPolicyOutput> get_registry_policy(Call& call, const GetRegistryPolicyInput&) {
  return GetRegistryPolicyOutput{.registryId = call.account().text,
                                 .policyText = TRY(own_policy(call))};
}

Result<DeleteRegistryPolicyOutput> delete_registry_policy(Call& call,
                                                          const DeleteRegistryPolicyInput&) {
  std::string gone = TRY(own_policy(call));
  kRegistryPolicies.erase(call.txn(), call.space(), {"policy"});
  return DeleteRegistryPolicyOutput{.registryId = call.account().text,
                                    .policyText = std::move(gone)};
}

}  // namespace drydock::ecr
