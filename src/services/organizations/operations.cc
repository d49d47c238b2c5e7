// The organization as a whole and its accounts, and what the accounts endpoint uses.
#include <algorithm>

#include "gen/iam.h"
#include "gen/organizations_handlers.h"
#include "services/organizations/accounts.h"
#include "services/organizations/delegation.h"
#include "services/organizations/paging.h"
#include "services/organizations/policies.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

constexpr size_t kMostServices = 200;

CreateAccountStatus status_of(const RequestRow& row) {
  CreateAccountStatus out;
  out.Id = row.Id;
  out.AccountName = row.AccountName;
  out.State = row.State;
  out.RequestedTimestamp = row.Requested;
  out.CompletedTimestamp = row.Completed;
  out.AccountId = row.AccountId;
  out.FailureReason = row.FailureReason;
  return out;
}

bool is_of(const RequestRow& request, const OrganizationRow& organization) {
  return request.Organization.value_or(std::string(kOrganization)) == organization.Id;
}

Organization shown(Txn& txn, const OrganizationRow& row) {
  Organization out;
  out.Id = row.Id;
  out.Arn = "arn:aws:organizations::" + row.Management + ":organization/" + row.Id;
  out.FeatureSet = row.FeatureSet;
  out.MasterAccountArn = account_arn(row, row.Management);
  out.MasterAccountId = row.Management;
  if (auto management = kAccounts.get(txn, kInstallation, {row.Management}))
    out.MasterAccountEmail = management->Email;
  // AWS does name this one type, whatever is enabled; what counts is in ListRoots.
  out.AvailablePolicyTypes = {{.Type = std::string(kServiceControl), .Status = "ENABLED"}};
  return out;
}

RequestRow new_request(Call& call, const OrganizationRow& organization, const std::string& name) {
  RequestRow request;
  request.Id = "car-" + call.random().text(32, "0123456789abcdef");
  request.AccountName = name;
  request.Requested = request.Completed = call.now();
  request.Organization = organization.Id;
  return request;
}

void put_request(Call& call, RequestRow& request, const std::string& account) {
  request.State = "SUCCEEDED";
  request.AccountId = account;
  kRequests.put(call.txn(), kInstallation, {request.Id}, request);
}

Result<void> check_may_go(Call& call, const OrganizationRow& organization,
                          const std::string& account) {
  if (!is_delegated_administrator(call.txn(), organization, account)) return {};
  return errors::ConstraintViolationException(
      "You attempted to remove an account that is registered as a delegated administrator for a service integrated with your organization. To complete this operation, you must first deregister this account as a delegated administrator.",
      Value::object({{"Reason", "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"}}));
}

}  // namespace

// ---- the organization

Result<CreateOrganizationOutput> create_organization(Call& call,
                                                     const CreateOrganizationInput& in) {
  auto account = kAccounts.get(call.txn(), kInstallation, {call.account().text});
  if (!account)
    return errors::AccessDeniedException("You don't have permissions to access this resource.");
  if (organization_of(call.txn(), *account))
    return errors::AlreadyInOrganizationException(
        "The AWS account is already a member of an organization.");
  if (in.FeatureSet && *in.FeatureSet != "ALL") return not_implemented("Consolidated billing");
  Context linked;
  linked.add("iam:AWSServiceName", "organizations.amazonaws.com");
  TRY(call.authorize(
      "iam:CreateServiceLinkedRole",
      "arn:aws:iam::" + call.account().text +
          ":role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations",
      std::move(linked)));
  auto organization = make_organization("o-" + call.random().base36(10), call.random().base36(4),
                                        call.account().text);
  kOrganizations.put(call.txn(), kInstallation, {organization.Id}, organization);
  join(call, organization, *account);
  return CreateOrganizationOutput{.Organization = shown(call.txn(), organization)};
}

Result<DescribeOrganizationOutput> describe_organization(Call& call,
                                                         const DescribeOrganizationInput&) {
  auto organization = TRY(require_organization(call));
  return DescribeOrganizationOutput{.Organization = shown(call.txn(), organization)};
}

Result<DeleteOrganizationOutput> delete_organization(Call& call, const DeleteOrganizationInput&) {
  auto organization = TRY(require_management(call));
  auto accounts = members(call.txn(), organization);
  if (accounts.size() > 1 || !units(call.txn(), organization).empty()) {
    return errors::OrganizationNotEmptyException(
        "To delete an organization you must first remove all member accounts (except the master).");
  }
  // `drydock account create` puts accounts into it.
  if (organization.Id == kOrganization)
    return not_implemented("Deleting the installation's own organization");
  for (const auto& account : accounts) leave(call, organization, account);
  for (const auto& policy :
       kPolicies.scan(call.txn(), kInstallation, {.prefix = {organization.Id}})) {
    for (const auto& target : targets_of(call.txn(), organization, policy.Id))
      detach(call.txn(), organization, target, policy);
    kPolicies.erase(call.txn(), kInstallation, {organization.Id, policy.Id});
  }
  detach_all(call.txn(), organization, organization.RootId);
  erase_delegation(call.txn(), organization);
  kOrganizations.erase(call.txn(), kInstallation, {organization.Id});
  organization_changed(call);
  return DeleteOrganizationOutput{};
}

Result<LeaveOrganizationOutput> leave_organization(Call& call, const LeaveOrganizationInput&) {
  auto organization = TRY(require_organization(call));
  if (organization.Management == call.account().text)
    return errors::MasterCannotLeaveOrganizationException(
        "You can't remove a management account from an organization.");
  TRY(check_may_go(call, organization, call.account().text));
  leave(call, organization, *member(call.txn(), organization, call.account().text));
  return LeaveOrganizationOutput{};
}

Result<EnableAWSServiceAccessOutput> enable_aws_service_access(
    Call& call, const EnableAWSServiceAccessInput& in) {
  auto organization = TRY(require_management(call));
  if (!in.ServicePrincipal.ends_with(".amazonaws.com")) return unrecognized_service();
  const Key key{organization.Id, in.ServicePrincipal};
  if (kServiceAccess.contains(call.txn(), kInstallation, key))
    return EnableAWSServiceAccessOutput{};
  if (kServiceAccess.scan(call.txn(), kInstallation, {.prefix = {organization.Id}}).size() >=
      kMostServices) {
    return errors::ConstraintViolationException("The organization lets " +
                                                std::to_string(kMostServices) +
                                                " services in; that is the limit.");
  }
  kServiceAccess.put(call.txn(), kInstallation, key, std::to_string(call.now().ms));
  return EnableAWSServiceAccessOutput{};
}

Result<DisableAWSServiceAccessOutput> disable_aws_service_access(
    Call& call, const DisableAWSServiceAccessInput& in) {
  auto organization = TRY(require_management(call));
  if (!in.ServicePrincipal.ends_with(".amazonaws.com")) return unrecognized_service();
  kServiceAccess.erase(call.txn(), kInstallation, {organization.Id, in.ServicePrincipal});
  return DisableAWSServiceAccessOutput{};
}

Result<ListAWSServiceAccessForOrganizationOutput> list_aws_service_access_for_organization(
    Call& call, const ListAWSServiceAccessForOrganizationInput& in) {
  auto organization = TRY(require_management(call));
  std::vector<EnabledServicePrincipal> all;
  kServiceAccess.each(call.txn(), kInstallation, {.prefix = {organization.Id}},
                      [&](const auto& key, const std::string& since) {
                        all.push_back({.ServicePrincipal = key.back(),
                                       .DateEnabled = Timestamp{std::stoll(since)}});
                        return true;
                      });
  ListAWSServiceAccessForOrganizationOutput out;
  out.EnabledServicePrincipals =
      TRY(page(std::move(all), in.NextToken, in.MaxResults, out.NextToken,
               [](const EnabledServicePrincipal& p) { return *p.ServicePrincipal; }));
  return out;
}

// ---- accounts

Result<ListAccountsOutput> list_accounts(Call& call, const ListAccountsInput& in) {
  auto organization = TRY(require_management(call));
  ListAccountsOutput out;
  auto rows = TRY(page(members(call.txn(), organization), in.NextToken, in.MaxResults,
                       out.NextToken, [](const AccountRow& row) { return row.Id; }));
  out.Accounts.emplace();
  for (const auto& row : rows) out.Accounts->push_back(account_of(organization, row));
  return out;
}

Result<DescribeAccountOutput> describe_account(Call& call, const DescribeAccountInput& in) {
  if (!is_account_id(in.AccountId)) return wrong_pattern();
  auto organization = TRY(manage(call, {in.AccountId}));
  auto row = member(call.txn(), organization, in.AccountId);
  if (!row) return no_such_account();
  return DescribeAccountOutput{.Account = account_of(organization, *row)};
}

Result<CreateAccountOutput> create_account(Call& call, const CreateAccountInput& in) {
  auto organization = TRY(require_management(call));
  if (in.RoleName && in.RoleName->starts_with("AWSServiceRoleFor"))
    return invalid_input("INVALID_ROLE_NAME",
                         "You provided a role name that isn't valid. A role name can't begin with "
                         "the reserved prefix AWSServiceRoleFor.");
  RequestRow request = new_request(call, organization, in.AccountName);
  auto made = make_account(call, organization,
                           {.id = "",
                            .name = in.AccountName,
                            .email = in.Email,
                            .role_name = in.RoleName.value_or(std::string(kAccessRole)),
                            .tags = in.Tags.value_or(TagList{})});
  if (!made && made.error().code != "DuplicateAccountException")
    return fault(std::move(made).error());
  if (made) {
    put_request(call, request, made->row.Id);
  } else {
    request.State = "FAILED";
    request.FailureReason = "EMAIL_ALREADY_EXISTS";
    kRequests.put(call.txn(), kInstallation, {request.Id}, request);
  }
  return CreateAccountOutput{.CreateAccountStatus = status_of(request)};
}

Result<DescribeCreateAccountStatusOutput> describe_create_account_status(
    Call& call, const DescribeCreateAccountStatusInput& in) {
  auto organization = TRY(require_management(call));
  auto request = kRequests.get(call.txn(), kInstallation, {in.CreateAccountRequestId});
  if (!request || !is_of(*request, organization))
    return errors::CreateAccountStatusNotFoundException(
        "We can't find an create account request with the CreateAccountRequestId that you specified.");
  return DescribeCreateAccountStatusOutput{.CreateAccountStatus = status_of(*request)};
}

Result<ListCreateAccountStatusOutput> list_create_account_status(
    Call& call, const ListCreateAccountStatusInput& in) {
  auto organization = TRY(require_management(call));
  auto rows = kRequests.scan(call.txn(), kInstallation);
  std::erase_if(rows, [&](const RequestRow& row) {
    if (!is_of(row, organization)) return true;
    return in.States &&
           std::find(in.States->begin(), in.States->end(), row.State) == in.States->end();
  });
  ListCreateAccountStatusOutput out;
  rows = TRY(page(std::move(rows), in.NextToken, in.MaxResults, out.NextToken,
                  [](const RequestRow& row) { return row.Id; }));
  out.CreateAccountStatuses.emplace();
  for (const auto& row : rows) out.CreateAccountStatuses->push_back(status_of(row));
  return out;
}

Result<RemoveAccountFromOrganizationOutput> remove_account_from_organization(
    Call& call, const RemoveAccountFromOrganizationInput& in) {
  if (!is_account_id(in.AccountId)) return wrong_pattern();
  auto organization = TRY(manage(call, {in.AccountId}));
  auto row = member(call.txn(), organization, in.AccountId);
  if (!row) return no_such_account();
  if (row->Id == organization.Management)
    return errors::MasterCannotLeaveOrganizationException(
        "You can't remove a management account from an organization.");
  TRY(check_may_go(call, organization, row->Id));
  leave(call, organization, *row);
  return RemoveAccountFromOrganizationOutput{};
}

Result<CloseAccountOutput> close_account(Call& call, const CloseAccountInput& in) {
  if (!is_account_id(in.AccountId)) return wrong_pattern();
  auto organization = TRY(manage(call, {in.AccountId}));
  auto row = member(call.txn(), organization, in.AccountId);
  if (!row) return no_such_account();
  if (row->Id == organization.Management)
    return errors::ConstraintViolationException(
        "You cannot close the management account of an organization.",
        Value::object({{"Reason", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"}}));
  if (row->Closed)
    return errors::AccountAlreadyClosedException(
        "You attempted to close an account that is already closed.");
  TRY(check_may_go(call, organization, row->Id));
  row->Closed = call.now();
  kAccounts.put(call.txn(), kInstallation, {row->Id}, *row);
  organization_changed(call);
  return CloseAccountOutput{};
}

// ---- in-process only

Result<ProvisionAccountOutput> provision_account(Call& call, const ProvisionAccountInput& in) {
  auto organization = kOrganizations.get(call.txn(), kInstallation, {kOrganization});
  if (!organization) return fault("InternalFailure", "there is no organization yet", 500);
  // Commands name accounts, so here a name is unique too.
  if (auto taken = kAccountNames.get(call.txn(), kInstallation, {in.Name})) {
    return errors::DuplicateAccountException("An account named " + in.Name +
                                             " exists already: " + *taken + ".");
  }
  auto made = TRY(
      make_account(call, *organization, {.id = in.Id.value_or(""), .name = in.Name, .email = ""}));
  RequestRow request = new_request(call, *organization, in.Name);
  put_request(call, request, made.row.Id);
  return ProvisionAccountOutput{made.row.Id, made.row.Name, made.access_key_id,
                                made.secret_access_key};
}

Result<FindAccountOutput> find_account(Call& call, const FindAccountInput& in) {
  auto id = kAccountNames.get(call.txn(), kInstallation, {in.NameOrId}).value_or(in.NameOrId);
  auto row = kAccounts.get(call.txn(), kInstallation, {id});
  if (!row)
    return fault("AccountNotFoundException",
                 "There is no account \"" + in.NameOrId +
                     "\"; `drydock account list` shows those there are.",
                 404);
  FindAccountOutput out{.Id = row->Id, .Name = row->Name};
  auto client = call.server().client_as(root_user_of(row->Id), call.region());
  auto administrator = TRY(client.call<iam::FindAdministrator>({}));
  out.AccessKeyId = administrator.AccessKeyId;
  out.SecretAccessKey = administrator.SecretAccessKey;
  if (!out.AccessKeyId && call.server().settings().root_by_account_key) {
    out.AccessKeyId = row->Id;
    out.SecretAccessKey = "test";
  }
  return out;
}

Result<ListAllAccountsOutput> list_all_accounts(Call& call, const ListAllAccountsInput&) {
  ListAllAccountsOutput out;
  for (const auto& row : kAccounts.scan(call.txn(), kInstallation))
    out.Accounts.push_back({row.Id, row.Name});
  return out;
}

}  // namespace drydock::organizations
