// Centralized root access: what the management account lets itself and its delegated administrator
// do as the root users of its members.
#include <optional>

#include "api/server.h"
#include "gen/iam_handlers.h"
#include "gen/organizations.h"
#include "services/iam/aws_managed.h"
#include "services/iam/tables.h"

namespace drydock::iam {
namespace {

constexpr std::string_view kService = "iam.amazonaws.com";
constexpr std::string_view kCredentials = "RootCredentialsManagement", kSessions = "RootSessions";

using Access = organizations::ResolveServiceAccessOutput;

Result<Access> access_of(Call& call, const std::string& account) {
  auto client = call.server().client_as_service(kService, {}, account, call.region());
  return client.call<organizations::ResolveServiceAccess>(
      {.AccountId = account, .ServicePrincipal = std::string(kService)});
}

// The caller's organization, if the caller is one who may ask.
Result<Access> require_access(Call& call) {
  auto access = TRY(access_of(call, call.account().text));
  if (!access.Exists)
    return errors::OrganizationNotFoundException(
        "The request was rejected because no organization is associated with your account.");
  if (!access.AllFeatures)
    return errors::OrganizationNotInAllFeaturesModeException(
        "The request was rejected because your organization does not have All features enabled.");
  const bool manages = access.ManagementAccountId == call.account().text;
  if (!manages && !access.Delegated)
    return errors::AccountNotManagementOrDelegatedAdministratorException(
        "The request was rejected because the account making the request is not the management "
        "account or delegated administrator account for centralized root access.");
  if (!access.Enabled)
    return errors::ServiceAccessNotEnabledException(
        "The request was rejected because trusted access is not enabled for IAM in Organizations.");
  return access;
}

Result<void> require_management(Call& call, const Access& access) {
  if (access.ManagementAccountId == call.account().text) return {};
  return errors::CallerIsNotManagementAccountException(
      "The request was rejected because the account making the request is not the management "
      "account for the organization.");
}

bool has_feature(Call& call, const std::string& organization, std::string_view feature) {
  return kRootFeatures.contains(call.txn(), kInstallation, {organization, feature});
}

template <class Output>
Output features(Call& call, const Access& access) {
  Output out;
  out.OrganizationId = access.OrganizationId;
  out.EnabledFeatures.emplace();
  for (std::string_view feature : {kCredentials, kSessions})
    if (has_feature(call, access.OrganizationId, feature))
      out.EnabledFeatures->emplace_back(feature);
  return out;
}

template <class Output>
Result<Output> enable(Call& call, std::string_view feature) {
  const auto access = TRY(require_access(call));
  TRY(require_management(call, access));
  kRootFeatures.put(call.txn(), kInstallation, {access.OrganizationId, feature}, "");
  return features<Output>(call, access);
}

template <class Output>
Result<Output> disable(Call& call, std::string_view feature) {
  const auto access = TRY(require_access(call));
  kRootFeatures.erase(call.txn(), kInstallation, {access.OrganizationId, feature});
  return features<Output>(call, access);
}

}  // namespace

Result<EnableOrganizationsRootCredentialsManagementOutput>
enable_organizations_root_credentials_management(
    Call& call, const EnableOrganizationsRootCredentialsManagementInput&) {
  return enable<EnableOrganizationsRootCredentialsManagementOutput>(call, kCredentials);
}

Result<DisableOrganizationsRootCredentialsManagementOutput>
disable_organizations_root_credentials_management(
    Call& call, const DisableOrganizationsRootCredentialsManagementInput&) {
  return disable<DisableOrganizationsRootCredentialsManagementOutput>(call, kCredentials);
}

Result<EnableOrganizationsRootSessionsOutput> enable_organizations_root_sessions(
    Call& call, const EnableOrganizationsRootSessionsInput&) {
  return enable<EnableOrganizationsRootSessionsOutput>(call, kSessions);
}

Result<DisableOrganizationsRootSessionsOutput> disable_organizations_root_sessions(
    Call& call, const DisableOrganizationsRootSessionsInput&) {
  return disable<DisableOrganizationsRootSessionsOutput>(call, kSessions);
}

Result<ListOrganizationsFeaturesOutput> list_organizations_features(
    Call& call, const ListOrganizationsFeaturesInput&) {
  return features<ListOrganizationsFeaturesOutput>(call, TRY(require_access(call)));
}

// ---- in-process

Result<ResolveRootAccessOutput> resolve_root_access(Call& call, const ResolveRootAccessInput& in) {
  ResolveRootAccessOutput out;
  if (!in.TaskPolicyArn.starts_with(kRootTaskPrefix)) return out;
  const AwsManagedPolicy* task = find_aws_managed(in.TaskPolicyArn);
  if (!task) return out;
  out.Known = true;
  out.Document = std::string(task->document);
  const auto caller = TRY(access_of(call, in.AccountId));
  const auto target = TRY(access_of(call, in.TargetAccountId));
  const bool administers = in.AccountId == caller.ManagementAccountId || caller.Delegated;
  const bool is_member = target.Exists && target.OrganizationId == caller.OrganizationId &&
                         in.TargetAccountId != target.ManagementAccountId;
  // What unlocks buckets and queues is the feature of its own.
  const auto needed = task->name.starts_with("IAM") ? kCredentials : kSessions;
  out.Permitted = caller.Exists && caller.Enabled && administers && is_member &&
                  has_feature(call, caller.OrganizationId, needed);
  return out;
}

}  // namespace drydock::iam
