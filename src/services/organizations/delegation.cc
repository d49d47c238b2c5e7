#include "services/organizations/delegation.h"

#include <algorithm>
#include <array>
#include <set>

#include "auth/document.h"
#include "base/text.h"
#include "gen/organizations_handlers.h"
#include "services/organizations/accounts.h"
#include "services/organizations/paging.h"
#include "services/organizations/policies.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostPerService = 20;  // AWS has a limit for each service; the most is this

// What may be delegated: all that reads, and these (Organizations User Guide, "Delegated
// administrator for AWS Organizations").
constexpr std::array<std::string_view, 9> kDelegable = {
    "CreatePolicy", "UpdatePolicy",     "DeletePolicy",      "AttachPolicy", "DetachPolicy",
    "TagResource",  "EnablePolicyType", "DisablePolicyType", "UntagResource"};

bool is_delegable(std::string_view operation) {
  return operation.starts_with("Describe") || operation.starts_with("List") ||
         std::find(kDelegable.begin(), kDelegable.end(), operation) != kDelegable.end();
}

std::string organization_arn(const OrganizationRow& organization) {
  return "arn:aws:organizations::" + organization.Management + ":organization/" + organization.Id;
}

Unexpected not_the_manager() {
  return errors::AccessDeniedException("You don't have permissions to access this resource.");
}

// Nothing of the organization's lets this member in: AWS says so without a reason.
Unexpected refused(Fault denied) {
  if (denied.message.find("no resource-based policy allows") != std::string::npos) {
    Unexpected plain = not_the_manager();
    denied.code = plain.error().code;
    denied.message = plain.error().message;
    denied.status = plain.error().status;
  }
  return Unexpected(std::move(denied));
}

ResourcePolicy shown(Call& call, const OrganizationRow& organization,
                     const ResourcePolicyRow& row) {
  return {.ResourcePolicySummary =
              ResourcePolicySummary{.Id = row.Id,
                                    .Arn = node_arn(organization, "resourcepolicy", row.Id)},
          .Content = call.server().show_principals(call.txn(), row.Content)};
}

struct FoundResourcePolicy {
  OrganizationRow organization;
  std::optional<ResourcePolicyRow> row;
};

Result<FoundResourcePolicy> find_resource_policy(Call& call, Context context = {}) {
  auto organization = TRY(require_organization(call));
  auto row = kResourcePolicies.get(call.txn(), kInstallation, {organization.Id});
  TRY(manage(call, {row ? row->Id : "rp-*"}, std::move(context)));
  return FoundResourcePolicy{std::move(organization), std::move(row)};
}

Unexpected no_resource_policy() {
  return errors::ResourcePolicyNotFoundException(
      "We can't find a resource policy for your organization.");
}

// Actions that are spelled out must be such as can be delegated.
Result<void> check_actions(const Value& statement) {
  const Value* actions = statement.find("Action");
  if (!actions) return {};
  const auto names = texts_of(*actions);
  for (const std::string& name : names) {
    const bool ours = to_lower(name).starts_with("organizations:");
    if (name == "*" || (ours && name.find_first_of("*?") != std::string::npos)) continue;
    if (!ours || !is_delegable(std::string_view(name).substr(14)))
      return invalid_input("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
                           "You specified an unsupported action in the resource policy: " + name);
  }
  return {};
}

Result<std::string> check_resource_policy(Call& call, const std::string& content) {
  auto parsed = parse_policy(content, PolicyUse::kResource);
  if (!parsed) return invalid_input("INVALID_RESOURCE_POLICY_JSON", parsed.error().message);
  auto held = call.server().hold_principals(call.txn(), content);
  if (!held) return invalid_input("INVALID_PRINCIPAL", held.error().message);
  auto document = parse_json(content);
  const Value* statements = document ? document->find("Statement") : nullptr;
  if (!statements) return held;
  for (const Value& statement : one_or_more(*statements)) TRY(check_actions(statement));
  return held;
}

struct Delegation {
  std::string account, service;
  Timestamp since;
};

std::vector<Delegation> delegations(Txn& txn, const OrganizationRow& organization) {
  std::vector<Delegation> out;
  kDelegates.each(txn, kInstallation, {.prefix = {organization.Id}},
                  [&](const auto& key, const std::string& since) {
                    out.push_back({key[1], key[2], Timestamp{std::stoll(since)}});
                    return true;
                  });
  return out;
}

struct FoundMember {
  OrganizationRow organization;
  AccountRow account;
};
Result<FoundMember> find_member(Call& call, const std::string& id) {
  if (!is_account_id(id)) return wrong_pattern();
  auto organization = TRY(manage(call, {id}));
  auto row = member(call.txn(), organization, id);
  if (!row) return no_such_account();
  return FoundMember{std::move(organization), std::move(*row)};
}

Unexpected constrained(std::string_view reason, std::string message) {
  return errors::ConstraintViolationException(std::move(message),
                                              Value::object({{"Reason", std::string(reason)}}));
}

Unexpected not_registered() {
  return errors::AccountNotRegisteredException(
      "The provided account is not a registered delegated administrator for your organization.");
}

}  // namespace

AppliedPolicies delegation_of(Txn& txn, const OrganizationRow& organization) {
  AppliedPolicies out;
  const std::string arn = organization_arn(organization);
  if (auto row = kResourcePolicies.get(txn, kInstallation, {organization.Id}))
    if (auto policy = compiled_policy(row->Content, PolicyUse::kResource))
      out.push_back(
          {std::move(policy), {}, node_arn(organization, "resourcepolicy", row->Id), arn});
  std::set<std::string> readers;
  for (const auto& delegation : delegations(txn, organization)) readers.insert(delegation.account);
  if (readers.empty()) return out;
  Value::List accounts(readers.begin(), readers.end());
  const std::string reading = to_json(Value::object(
      {{"Version", "2012-10-17"},
       {"Statement",
        Value::object({{"Sid", "DelegatedAdministrators"},
                       {"Effect", "Allow"},
                       {"Principal", Value::object({{"AWS", std::move(accounts)}})},
                       {"Action", Value::List{"organizations:Describe*", "organizations:List*"}},
                       {"Resource", "*"}})}}));
  if (auto policy = compiled_policy(reading, PolicyUse::kResource))
    out.push_back({std::move(policy), {}, arn, arn});
  return out;
}

bool is_delegated_administrator(Txn& txn, const OrganizationRow& organization,
                                const std::string& account) {
  return !kDelegates.scan(txn, kInstallation, {.prefix = {organization.Id, account}, .limit = 1})
              .empty();
}

void erase_delegation(Txn& txn, const OrganizationRow& organization) {
  kResourcePolicies.erase(txn, kInstallation, {organization.Id});
  for (const auto& delegation : delegations(txn, organization))
    kDelegates.erase(txn, kInstallation, {organization.Id, delegation.account, delegation.service});
}

Result<OrganizationRow> require_management(Call& call, Context context) {
  auto organization = TRY(require_organization(call));
  if (call.account().text == organization.Management) return organization;
  if (!is_delegable(call.operation().name)) return not_the_manager();
  // The member's own policies have agreed on "*"; now those of the organization.
  auto asked = call.authorize(call.operation().action, organization_arn(organization), context);
  if (!asked) return refused(std::move(asked).error());
  return organization;
}

Result<OrganizationRow> manage(Call& call, const std::vector<std::string>& ids, Context context) {
  auto organization = TRY(require_organization(call));
  const bool outside = call.account().text != organization.Management;
  for (const auto& id : ids) {
    const std::string arn = id.starts_with("p-") ? policy_arn(call.txn(), organization, id)
                                                 : arn_of_id(organization, id);
    auto asked = call.authorize(call.operation().action, arn, context);
    // AWS's own policies count as everybody's; reading them here is not everybody's.
    if (asked && outside && is_aws_managed(id))
      asked = call.authorize(call.operation().action, organization_arn(organization), context);
    if (!asked) return refused(std::move(asked).error());
  }
  if (outside && !is_delegable(call.operation().name)) return not_the_manager();
  return organization;
}

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  Context context;
  add_tag_context(context, in.Tags);
  auto [organization, row] = TRY(find_resource_policy(call, std::move(context)));
  if (row && in.Tags && !in.Tags->empty())
    return invalid_input("INVALID_LIST_MEMBER",
                         "You can only specify tags when you create the resource policy.");
  if (!row)
    row = ResourcePolicyRow{.Id = "rp-" + call.random().base36(8), .Content = "", .Tags = {}};
  row->Content = TRY(check_resource_policy(call, in.Content));
  TRY(add_tags(row->Tags, in.Tags));
  kResourcePolicies.put(call.txn(), kInstallation, {organization.Id}, *row);
  organization_changed(call);
  return PutResourcePolicyOutput{.ResourcePolicy = shown(call, organization, *row)};
}

Result<DescribeResourcePolicyOutput> describe_resource_policy(Call& call,
                                                              const DescribeResourcePolicyInput&) {
  auto [organization, row] = TRY(find_resource_policy(call));
  if (!row) return no_resource_policy();
  return DescribeResourcePolicyOutput{.ResourcePolicy = shown(call, organization, *row)};
}

Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput&) {
  auto [organization, row] = TRY(find_resource_policy(call));
  if (!row) return no_resource_policy();
  kResourcePolicies.erase(call.txn(), kInstallation, {organization.Id});
  organization_changed(call);
  return DeleteResourcePolicyOutput{};
}

Result<RegisterDelegatedAdministratorOutput> register_delegated_administrator(
    Call& call, const RegisterDelegatedAdministratorInput& in) {
  auto [organization, account] = TRY(find_member(call, in.AccountId));
  if (account.Id == organization.Management)
    return constrained(
        "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
        "You cannot register master account/yourself as delegated administrator for your organization.");
  if (!in.ServicePrincipal.ends_with(".amazonaws.com")) return unrecognized_service();
  if (!kServiceAccess.contains(call.txn(), kInstallation, {organization.Id, in.ServicePrincipal}))
    return constrained(
        "SERVICE_ACCESS_NOT_ENABLED",
        "You attempted to register a delegated administrator before you enabled service access. Call the EnableAWSServiceAccess API first.");
  const auto known = delegations(call.txn(), organization);
  const auto of_service = [&](const Delegation& d) { return d.service == in.ServicePrincipal; };
  const size_t count = std::count_if(known.begin(), known.end(), of_service);
  const Key key{organization.Id, account.Id, in.ServicePrincipal};
  if (kDelegates.contains(call.txn(), kInstallation, key))
    return errors::AccountAlreadyRegisteredException(
        "The provided account is already a delegated administrator for your organization.");
  if (count >= kMostPerService)
    return constrained("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
                       "You attempted to register more delegated administrators than allowed for "
                       "the service principal.");
  kDelegates.put(call.txn(), kInstallation, key, std::to_string(call.now().ms));
  organization_changed(call);
  return RegisterDelegatedAdministratorOutput{};
}

Result<DeregisterDelegatedAdministratorOutput> deregister_delegated_administrator(
    Call& call, const DeregisterDelegatedAdministratorInput& in) {
  auto [organization, account] = TRY(find_member(call, in.AccountId));
  if (!in.ServicePrincipal.ends_with(".amazonaws.com")) return unrecognized_service();
  const Key key{organization.Id, account.Id, in.ServicePrincipal};
  if (!kDelegates.contains(call.txn(), kInstallation, key)) return not_registered();
  kDelegates.erase(call.txn(), kInstallation, key);
  organization_changed(call);
  return DeregisterDelegatedAdministratorOutput{};
}

Result<ListDelegatedAdministratorsOutput> list_delegated_administrators(
    Call& call, const ListDelegatedAdministratorsInput& in) {
  auto organization = TRY(require_management(call));
  if (in.ServicePrincipal && !in.ServicePrincipal->ends_with(".amazonaws.com"))
    return unrecognized_service();
  std::vector<DelegatedAdministrator> all;
  for (const auto& delegation : delegations(call.txn(), organization)) {
    if (in.ServicePrincipal && delegation.service != *in.ServicePrincipal) continue;
    if (!all.empty() && all.back().Id == delegation.account) {
      all.back().DelegationEnabledDate =
          std::min(*all.back().DelegationEnabledDate, delegation.since);
      continue;
    }
    auto row = member(call.txn(), organization, delegation.account);
    if (!row) continue;
    const Account account = account_of(organization, *row);
    all.push_back({.Id = account.Id,
                   .Arn = account.Arn,
                   .Email = account.Email,
                   .Name = account.Name,
                   .Status = account.Status,
                   .JoinedMethod = account.JoinedMethod,
                   .JoinedTimestamp = account.JoinedTimestamp,
                   .DelegationEnabledDate = delegation.since});
  }
  ListDelegatedAdministratorsOutput out;
  out.DelegatedAdministrators = TRY(page(std::move(all), in.NextToken, in.MaxResults, out.NextToken,
                                         [](const DelegatedAdministrator& a) { return *a.Id; }));
  return out;
}

Result<ListDelegatedServicesForAccountOutput> list_delegated_services_for_account(
    Call& call, const ListDelegatedServicesForAccountInput& in) {
  auto [organization, account] = TRY(find_member(call, in.AccountId));
  std::vector<DelegatedService> all;
  for (const auto& delegation : delegations(call.txn(), organization)) {
    if (delegation.account == account.Id)
      all.push_back(
          {.ServicePrincipal = delegation.service, .DelegationEnabledDate = delegation.since});
  }
  if (all.empty()) return not_registered();
  ListDelegatedServicesForAccountOutput out;
  out.DelegatedServices = TRY(page(std::move(all), in.NextToken, in.MaxResults, out.NextToken,
                                   [](const DelegatedService& s) { return *s.ServicePrincipal; }));
  return out;
}

// ---- in-process

Result<ResolveServiceAccessOutput> resolve_service_access(Call& call,
                                                          const ResolveServiceAccessInput& in) {
  ResolveServiceAccessOutput out;
  auto organization = organization_of(call.txn(), in.AccountId);
  if (!organization) return out;
  out.Exists = true;
  out.OrganizationId = organization->Id;
  out.ManagementAccountId = organization->Management;
  out.AllFeatures = organization->FeatureSet == "ALL";
  out.Enabled =
      kServiceAccess.contains(call.txn(), kInstallation, {organization->Id, in.ServicePrincipal});
  out.Delegated = kDelegates.contains(call.txn(), kInstallation,
                                      {organization->Id, in.AccountId, in.ServicePrincipal});
  return out;
}

}  // namespace drydock::organizations
