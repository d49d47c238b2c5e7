// The public operations of Organizations, for the management account, and those the accounts
// endpoint uses.
#include "base/encoding.h"
#include "gen/iam.h"
#include "gen/organizations_handlers.h"
#include "services/organizations/accounts.h"

namespace drydock::organizations {
namespace {

constexpr size_t kPageItems = 20;

const std::string& management_account(Call& call) {
  return call.server().settings().default_account.text;
}

// Only the management account may look at the others.
Result<void> require_management(Call& call) {
  if (call.account().text == management_account(call)) return {};
  return errors::AccessDeniedException("You don't have permissions to access this resource.");
}

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

}  // namespace

Result<DescribeOrganizationOutput> describe_organization(Call& call,
                                                         const DescribeOrganizationInput&) {
  const std::string& management = management_account(call);
  Organization organization;
  organization.Id = std::string(kOrganization);
  organization.Arn = "arn:aws:organizations::" + management + ":organization/" + *organization.Id;
  organization.FeatureSet = "ALL";
  organization.MasterAccountArn =
      "arn:aws:organizations::" + management + ":account/" + *organization.Id + "/" + management;
  organization.MasterAccountId = management;
  if (auto row = kAccounts.get(call.txn(), kInstallation, {management}))
    organization.MasterAccountEmail = row->Email;
  return DescribeOrganizationOutput{.Organization = std::move(organization)};
}

Result<ListAccountsOutput> list_accounts(Call& call, const ListAccountsInput& in) {
  TRY(require_management(call));
  ScanOptions options;
  const size_t count = in.MaxResults.value_or(kPageItems);
  options.limit = count + 1;
  if (in.NextToken) {
    auto after = from_base64(*in.NextToken);
    if (!after || !AccountId::parse(*after)) {
      return errors::InvalidInputException("You specified an invalid value for NextToken.",
                                           Value::object({{"Reason", "INVALID_NEXT_TOKEN"}}));
    }
    options.after = {*after};
  }
  auto rows = kAccounts.scan(call.txn(), kInstallation, options);
  ListAccountsOutput out;
  if (rows.size() > count) {
    rows.resize(count);
    out.NextToken = to_base64(rows.back().Id);
  }
  out.Accounts.emplace();
  for (const auto& row : rows) out.Accounts->push_back(account_of(call.server(), row));
  return out;
}

Result<DescribeAccountOutput> describe_account(Call& call, const DescribeAccountInput& in) {
  TRY(call.authorize("organizations:DescribeAccount",
                     "arn:aws:organizations::" + management_account(call) + ":account/" +
                         std::string(kOrganization) + "/" + in.AccountId));
  TRY(require_management(call));
  auto row = kAccounts.get(call.txn(), kInstallation, {in.AccountId});
  if (!row) return errors::AccountNotFoundException("You specified an account that doesn't exist.");
  return DescribeAccountOutput{.Account = account_of(call.server(), *row)};
}

Result<CreateAccountOutput> create_account(Call& call, const CreateAccountInput& in) {
  TRY(require_management(call));
  RequestRow request;
  request.Id = "car-" + call.random().text(32, "0123456789abcdef");
  request.AccountName = in.AccountName;
  request.Requested = request.Completed = call.now();
  auto made =
      make_account(call, {.name = in.AccountName,
                          .email = in.Email,
                          .role_name = in.RoleName.value_or("OrganizationAccountAccessRole")});
  if (made) {
    request.State = "SUCCEEDED";
    request.AccountId = made->row.Id;
  } else {
    // Here an account's name is unique too; AWS holds that of e-mail addresses only.
    if (made.error().code != "DuplicateAccountException") return fault(std::move(made).error());
    request.State = "FAILED";
    request.FailureReason = "EMAIL_ALREADY_EXISTS";
  }
  kRequests.put(call.txn(), kInstallation, {request.Id}, request);
  return CreateAccountOutput{.CreateAccountStatus = status_of(request)};
}

Result<DescribeCreateAccountStatusOutput> describe_create_account_status(
    Call& call, const DescribeCreateAccountStatusInput& in) {
  TRY(require_management(call));
  auto request = kRequests.get(call.txn(), kInstallation, {in.CreateAccountRequestId});
  if (!request)
    return errors::CreateAccountStatusNotFoundException(
        "You specified a request that doesn't exist.");
  return DescribeCreateAccountStatusOutput{.CreateAccountStatus = status_of(*request)};
}

// ---- in-process only

Result<ProvisionAccountOutput> provision_account(Call& call, const ProvisionAccountInput& in) {
  auto made = TRY(make_account(call, {.id = in.Id.value_or(""), .name = in.Name}));
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
  auto client = call.server().client_as(root_of(row->Id), call.region());
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
