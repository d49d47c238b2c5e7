// The accounts of this installation.
#include "api/call.h"
#include "api/server.h"
#include "gen/iam.h"
#include "gen/organizations_handlers.h"
#include "services/organizations/tables.h"

namespace drydock::organizations {

namespace {

constexpr size_t kMaxAccounts = 10000;

Account account_of(const Server& server, const AccountRow& row) {
  const std::string management = server.settings().default_account.text;
  return Account{.Id = row.Id, .Arn = "arn:aws:organizations::" + management + ":account/" + std::string(kOrganization) + "/" + row.Id,
                 .Email = row.Name + "@" + row.Id + ".drydock.invalid", .Name = row.Name, .Status = "ACTIVE",
                 .JoinedMethod = row.Id == management ? "INVITED" : "CREATED", .JoinedTimestamp = row.Created};
}

Result<void> only_management(Call& call) {
  if (call.account() == call.server().settings().default_account) return {};
  return fault("AccessDeniedException", "You don't have permissions to access this resource.", 400);
}

ProvisionedAccount provisioned(const AccountRow& row) {
  return ProvisionedAccount{.Id = row.Id, .Name = row.Name, .AccessKeyId = row.AccessKeyId, .SecretAccessKey = row.SecretAccessKey};
}

// The account's first administrator: a user with AdministratorAccess and a key, made as the account's root.
Result<void> make_administrator(Call& call, AccountRow& row) {
  Caller root;
  root.principal.kind = Principal::Kind::kRoot;
  root.principal.account = AccountId{row.Id};
  root.principal.arn = "arn:aws:iam::" + row.Id + ":root";
  root.principal.id = row.Id;
  root.principal.name = "root";
  Client client = call.server().client_as(root, call.region());
  auto user = client.call<iam::CreateUser>({.UserName = "admin"});
  if (!user && user.error().code != "EntityAlreadyExists") return fault(user.error());
  TRY(client.call<iam::AttachUserPolicy>({.UserName = "admin", .PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess"}));
  auto key = TRY(client.call<iam::CreateAccessKey>({.UserName = "admin"}));
  row.AccessKeyId = key.AccessKey.AccessKeyId;
  row.SecretAccessKey = key.AccessKey.SecretAccessKey;
  return {};
}

}  // namespace

Result<ListAccountsOutput> list_accounts(Call& call, const ListAccountsInput& in) {
  TRY(only_management(call));
  ListAccountsOutput out;
  std::vector<Account> page;
  ScanOptions options;
  if (in.NextToken) options.after = {*in.NextToken};
  kAccounts.each(call.txn(), kInstallation, options, [&](const auto&, const AccountRow& row) {
    if (page.size() == static_cast<size_t>(in.MaxResults.value_or(20))) {
      out.NextToken = page.back().Id;
      return false;
    }
    page.push_back(account_of(call.server(), row));
    return true;
  });
  out.Accounts = std::move(page);
  return out;
}

Result<DescribeAccountOutput> describe_account(Call& call, const DescribeAccountInput& in) {
  TRY(only_management(call));
  auto row = kAccounts.get(call.txn(), kInstallation, {in.AccountId});
  if (!row) return errors::AccountNotFoundException("You specified an account that doesn't exist.");
  return DescribeAccountOutput{.Account = account_of(call.server(), *row)};
}

Result<DescribeOrganizationOutput> describe_organization(Call& call, const DescribeOrganizationInput&) {
  const std::string management = call.server().settings().default_account.text;
  DescribeOrganizationOutput out;
  out.Organization = Organization{.Id = std::string(kOrganization), .Arn = "arn:aws:organizations::" + management + ":organization/" + std::string(kOrganization), .FeatureSet = "ALL",
                                  .MasterAccountArn = "arn:aws:organizations::" + management + ":account/" + std::string(kOrganization) + "/" + management, .MasterAccountId = management};
  return out;
}

Result<ProvisionedAccount> provision_account(Call& call, const ProvisionAccountInput& in) {
  if (kAccountNames.contains(call.txn(), kInstallation, {in.Name}))
    return errors::DuplicateAccountException("An account named " + in.Name + " already exists.");
  if (in.Id && kAccounts.contains(call.txn(), kInstallation, {*in.Id}))
    return errors::DuplicateAccountException("An account with the id " + *in.Id + " already exists.");
  if (kAccounts.scan(call.txn(), kInstallation).size() >= kMaxAccounts)
    return errors::InvalidInputException("There are " + std::to_string(kMaxAccounts) + " accounts already; no more can be made.");
  AccountRow row{.Name = in.Name, .Created = call.now()};
  row.Id = in.Id.value_or("");
  while (row.Id.empty() || (!in.Id && kAccounts.contains(call.txn(), kInstallation, {row.Id})))
    row.Id = call.random().text(1, "123456789") + call.random().text(11, "0123456789");
  TRY(make_administrator(call, row));
  kAccounts.put(call.txn(), kInstallation, {row.Id}, row);
  kAccountNames.put(call.txn(), kInstallation, {row.Name}, row.Id);
  return provisioned(row);
}

Result<ProvisionedAccount> find_account(Call& call, const FindAccountInput& in) {
  auto id = kAccountNames.get(call.txn(), kInstallation, {in.NameOrId});
  auto row = kAccounts.get(call.txn(), kInstallation, {id ? *id : in.NameOrId});
  if (!row) {
    Fault missing = errors::AccountNotFoundException("There is no account \"" + in.NameOrId + "\"; `drydock account list` shows those there are.").error();
    missing.status = 404;
    return fault(std::move(missing));
  }
  return provisioned(*row);
}

Result<ListAllAccountsOutput> list_all_accounts(Call& call, const ListAllAccountsInput&) {
  ListAllAccountsOutput out;
  for (const AccountRow& row : kAccounts.scan(call.txn(), kInstallation)) out.Accounts.push_back(provisioned(row));
  return out;
}

}  // namespace drydock::organizations
