// Which control policies hang on which node of the tree.
#include <algorithm>

#include "gen/organizations_handlers.h"
#include "services/organizations/accounts.h"
#include "services/organizations/paging.h"
#include "services/organizations/policies.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostPerTarget = 5;  // of a type

Result<void> check_target_id(const std::string& id) {
  if (is_root_id(id) || is_unit_id(id) || is_account_id(id)) return {};
  return wrong_pattern();
}

Unexpected no_such_target() {
  return errors::TargetNotFoundException("You specified a target that doesn't exist.");
}

struct FoundBoth {
  OrganizationRow organization;
  PolicyRow policy;
};

// Both ends of an attachment, once IAM has agreed on both.
Result<FoundBoth> find_both(Call& call, const std::string& policy_id,
                            const std::string& target_id) {
  if (!is_policy_id(policy_id)) return wrong_pattern();
  TRY(check_target_id(target_id));
  auto organization = TRY(require_organization(call));
  auto policy = find_policy(call.txn(), organization, policy_id);
  TRY(manage(call, {policy_id, target_id}, policy ? policy_context(policy->Type) : Context{}));
  if (!policy)
    return errors::PolicyNotFoundException(
        "We can't find a policy with the PolicyId that you specified.");
  if (!find_node(call.txn(), organization, target_id)) return no_such_target();
  return FoundBoth{std::move(organization), std::move(*policy)};
}

Result<OrganizationRow> find_root(Call& call, const std::string& root_id, std::string_view type) {
  if (!is_root_id(root_id)) return wrong_pattern();
  auto organization = TRY(manage(call, {root_id}, policy_context(type)));
  if (organization.RootId != root_id)
    return errors::RootNotFoundException("You specified a root that doesn't exist.");
  TRY(check_served(type));
  return organization;
}

std::vector<std::string> all_nodes(Txn& txn, const OrganizationRow& organization) {
  std::vector<std::string> ids{organization.RootId};
  for (const auto& unit : units(txn, organization)) ids.push_back(unit.Id);
  for (const auto& account : members(txn, organization)) ids.push_back(account.Id);
  return ids;
}

}  // namespace

bool is_enabled(const OrganizationRow& organization, std::string_view type) {
  return std::find(organization.PolicyTypes.begin(), organization.PolicyTypes.end(), type) !=
         organization.PolicyTypes.end();
}

std::vector<PolicyRow> attached_policies(Txn& txn, const OrganizationRow& organization,
                                         const std::string& target, std::string_view type) {
  std::vector<PolicyRow> out;
  kAttached.each(txn, kInstallation, {.prefix = {organization.Id, target, type}},
                 [&](const auto& key, const std::string&) {
                   if (auto row = find_policy(txn, organization, key.back()))
                     out.push_back(std::move(*row));
                   return true;
                 });
  return out;
}

std::vector<std::string> targets_of(Txn& txn, const OrganizationRow& organization,
                                    const std::string& policy) {
  std::vector<std::string> out;
  kTargets.each(txn, kInstallation, {.prefix = {organization.Id, policy}},
                [&](const auto& key, const std::string&) {
                  out.push_back(key.back());
                  return true;
                });
  return out;
}

void attach(Txn& txn, const OrganizationRow& organization, const std::string& target,
            const PolicyRow& policy) {
  kAttached.put(txn, kInstallation, {organization.Id, target, policy.Type, policy.Id}, "");
  kTargets.put(txn, kInstallation, {organization.Id, policy.Id, target}, "");
}

void detach(Txn& txn, const OrganizationRow& organization, const std::string& target,
            const PolicyRow& policy) {
  kAttached.erase(txn, kInstallation, {organization.Id, target, policy.Type, policy.Id});
  kTargets.erase(txn, kInstallation, {organization.Id, policy.Id, target});
}

void attach_full_access(Txn& txn, const OrganizationRow& organization, const std::string& target) {
  for (const auto& type : organization.PolicyTypes)
    attach(txn, organization, target, full_access(type));
}

void detach_all(Txn& txn, const OrganizationRow& organization, const std::string& target) {
  for (const auto& type : organization.PolicyTypes) {
    for (const auto& policy : attached_policies(txn, organization, target, type))
      detach(txn, organization, target, policy);
  }
}

Result<AttachPolicyOutput> attach_policy(Call& call, const AttachPolicyInput& in) {
  auto [organization, policy] = TRY(find_both(call, in.PolicyId, in.TargetId));
  if (!is_enabled(organization, policy.Type)) {
    return errors::PolicyTypeNotEnabledException(
        "This operation can be performed only for enabled policy types.");
  }
  auto attached = attached_policies(call.txn(), organization, in.TargetId, policy.Type);
  for (const auto& row : attached) {
    if (row.Id == policy.Id)
      return errors::DuplicatePolicyAttachmentException(
          "A policy with the specified name and type is already attached to the specified target.");
  }
  if (attached.size() >= kMostPerTarget) {
    return errors::ConstraintViolationException(
        "You have exceeded the maximum number of policies of the specified type that can be attached to the specified target.",
        Value::object({{"Reason", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"}}));
  }
  attach(call.txn(), organization, in.TargetId, policy);
  organization_changed(call);
  return AttachPolicyOutput{};
}

Result<DetachPolicyOutput> detach_policy(Call& call, const DetachPolicyInput& in) {
  auto [organization, policy] = TRY(find_both(call, in.PolicyId, in.TargetId));
  if (!kTargets.contains(call.txn(), kInstallation, {organization.Id, policy.Id, in.TargetId})) {
    return errors::PolicyNotAttachedException(
        "The policy isn't attached to the specified target in the specified root.");
  }
  if (policy.Type == kResourceControl && is_aws_managed(policy.Id)) {
    return errors::ConstraintViolationException(
        "You cannot detach the RCPFullAWSAccess policy.",
        Value::object({{"Reason", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"}}));
  }
  if (attached_policies(call.txn(), organization, in.TargetId, policy.Type).size() == 1) {
    return errors::ConstraintViolationException(
        "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.",
        Value::object({{"Reason", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"}}));
  }
  detach(call.txn(), organization, in.TargetId, policy);
  organization_changed(call);
  return DetachPolicyOutput{};
}

Result<ListPoliciesForTargetOutput> list_policies_for_target(Call& call,
                                                             const ListPoliciesForTargetInput& in) {
  TRY(check_target_id(in.TargetId));
  auto organization = TRY(manage(call, {in.TargetId}, policy_context(in.Filter)));
  if (!find_node(call.txn(), organization, in.TargetId)) return no_such_target();
  ListPoliciesForTargetOutput out;
  auto rows =
      TRY(page(attached_policies(call.txn(), organization, in.TargetId, in.Filter), in.NextToken,
               in.MaxResults, out.NextToken, [](const PolicyRow& row) { return row.Id; }));
  out.Policies.emplace();
  for (const auto& row : rows) out.Policies->push_back(summary_of(organization, row));
  return out;
}

Result<ListTargetsForPolicyOutput> list_targets_for_policy(Call& call,
                                                           const ListTargetsForPolicyInput& in) {
  if (!is_policy_id(in.PolicyId)) return wrong_pattern();
  auto organization = TRY(require_organization(call));
  auto policy = find_policy(call.txn(), organization, in.PolicyId);
  TRY(manage(call, {in.PolicyId}, policy ? policy_context(policy->Type) : Context{}));
  if (!policy)
    return errors::PolicyNotFoundException(
        "We can't find a policy with the PolicyId that you specified.");
  ListTargetsForPolicyOutput out;
  auto ids = TRY(page(targets_of(call.txn(), organization, in.PolicyId), in.NextToken,
                      in.MaxResults, out.NextToken, [](const std::string& id) { return id; }));
  out.Targets.emplace();
  for (const auto& id : ids) {
    if (auto node = find_node(call.txn(), organization, id))
      out.Targets->push_back({.TargetId = id,
                              .Arn = node->arn,
                              .Name = node->name,
                              .Type = std::string(type_name(node->kind))});
  }
  return out;
}

Result<EnablePolicyTypeOutput> enable_policy_type(Call& call, const EnablePolicyTypeInput& in) {
  auto organization = TRY(find_root(call, in.RootId, in.PolicyType));
  if (is_enabled(organization, in.PolicyType))
    return errors::PolicyTypeAlreadyEnabledException(
        "The specified policy type is already enabled.");
  organization.PolicyTypes.push_back(in.PolicyType);
  kOrganizations.put(call.txn(), kInstallation, {organization.Id}, organization);
  for (const auto& id : all_nodes(call.txn(), organization))
    attach(call.txn(), organization, id, full_access(in.PolicyType));
  organization_changed(call);
  return EnablePolicyTypeOutput{.Root = root_of(organization)};
}

Result<DisablePolicyTypeOutput> disable_policy_type(Call& call, const DisablePolicyTypeInput& in) {
  auto organization = TRY(find_root(call, in.RootId, in.PolicyType));
  if (!is_enabled(organization, in.PolicyType))
    return errors::PolicyTypeNotEnabledException(
        "This operation can be performed only for enabled policy types.");
  for (const auto& id : all_nodes(call.txn(), organization)) {
    for (const auto& policy : attached_policies(call.txn(), organization, id, in.PolicyType))
      detach(call.txn(), organization, id, policy);
  }
  std::erase(organization.PolicyTypes, in.PolicyType);
  kOrganizations.put(call.txn(), kInstallation, {organization.Id}, organization);
  organization_changed(call);
  return DisablePolicyTypeOutput{.Root = root_of(organization)};
}

}  // namespace drydock::organizations
