#include "services/organizations/accounts.h"

#include "base/log.h"
#include "base/text.h"
#include "gen/iam.h"
#include "services/organizations/policies.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

constexpr std::string_view kManagementName = "management";
constexpr std::string_view kRootTail = "dryd";
constexpr size_t kMostAccounts = 10000;

std::string free_id(Call& call) {
  for (;;) {
    std::string id = call.random().text(1, "123456789") + call.random().text(11, "0123456789");
    if (!kAccounts.contains(call.txn(), kInstallation, {id})) return id;
  }
}

std::string email_of(const std::string& name, const std::string& id) {
  std::string local;
  for (char c : to_lower(name))
    local += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ? c : '-';
  return local + "+" + id + "@drydock.invalid";
}

// Commands find an account by its name, so the first of a name keeps it.
void put_account(Txn& txn, const AccountRow& row) {
  kAccounts.put(txn, kInstallation, {row.Id}, row);
  if (!kAccountNames.contains(txn, kInstallation, {row.Name}))
    kAccountNames.put(txn, kInstallation, {row.Name}, row.Id);
}

}  // namespace

Caller root_user_of(const std::string& account) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kRoot;
  caller.principal.account = AccountId{account};
  caller.principal.arn = "arn:aws:iam::" + account + ":root";
  caller.principal.id = account;
  caller.principal.name = "root";
  return caller;
}

Account account_of(const OrganizationRow& organization, const AccountRow& row) {
  Account out;
  out.Id = row.Id;
  out.Arn = account_arn(organization, row.Id);
  out.Email = row.Email;
  out.Name = row.Name;
  out.Status = out.State = row.Closed ? "SUSPENDED" : "ACTIVE";
  out.JoinedMethod = row.JoinedMethod;
  out.JoinedTimestamp = row.Joined;
  return out;
}

Unexpected no_such_account() {
  return errors::AccountNotFoundException("You specified an account that doesn't exist.");
}

Result<MadeAccount> make_account(Call& call, const OrganizationRow& organization,
                                 const NewAccount& wanted) {
  if (!wanted.id.empty() && kAccounts.contains(call.txn(), kInstallation, {wanted.id})) {
    return errors::DuplicateAccountException("The account " + wanted.id + " exists already.");
  }
  const auto others = kAccounts.scan(call.txn(), kInstallation, {.limit = kMostAccounts});
  if (others.size() >= kMostAccounts) {
    return errors::ConstraintViolationException(
        "The organization has " + std::to_string(kMostAccounts) + " accounts; that is the limit.",
        Value::object({{"Reason", "ACCOUNT_NUMBER_LIMIT_EXCEEDED"}}));
  }
  for (const auto& other : others) {
    if (!wanted.email.empty() && equals_ignore_case(other.Email, wanted.email))
      return errors::DuplicateAccountException("The e-mail address " + wanted.email +
                                               " is that of the account " + other.Id + ".");
  }
  MadeAccount made;
  made.row.Id = wanted.id.empty() ? free_id(call) : wanted.id;
  made.row.Name = wanted.name;
  made.row.Email = wanted.email.empty() ? email_of(wanted.name, made.row.Id) : wanted.email;
  made.row.JoinedMethod = "CREATED";
  made.row.Joined = call.now();
  made.row.Organization = organization.Id;
  made.row.Parent = organization.RootId;
  made.row.Tags.emplace();
  TRY(add_tags(*made.row.Tags, wanted.tags));
  // A commit of its own, before the account's row: an administrator without an account does no
  // harm, and is found again.
  auto client = call.server().client_as(root_user_of(made.row.Id), call.region());
  auto key = TRY(client.call<iam::ProvisionAdministrator>(
      {.RoleName = wanted.role_name, .TrustedAccount = organization.Management}));
  made.access_key_id = key.AccessKeyId;
  made.secret_access_key = key.SecretAccessKey;
  put_account(call.txn(), made.row);
  attach_full_access(call.txn(), organization, made.row.Id);
  organization_changed(call);
  return made;
}

void leave(Call& call, const OrganizationRow& organization, AccountRow account) {
  detach_all(call.txn(), organization, account.Id);
  account.Organization = "";
  account.Parent.reset();
  account.Tags.reset();
  kAccounts.put(call.txn(), kInstallation, {account.Id}, account);
  organization_changed(call);
}

void join(Call& call, const OrganizationRow& organization, AccountRow account) {
  account.Organization = organization.Id;
  account.Parent = organization.RootId;
  account.JoinedMethod = "INVITED";
  account.Joined = call.now();
  kAccounts.put(call.txn(), kInstallation, {account.Id}, account);
  attach_full_access(call.txn(), organization, account.Id);
  organization_changed(call);
}

OrganizationRow make_organization(const std::string& id, const std::string& root_tail,
                                  const std::string& management) {
  OrganizationRow row;
  row.Id = id;
  row.RootId = "r-" + root_tail;
  row.Management = management;
  row.FeatureSet = "ALL";
  return row;
}

void ensure_management_account(Server& server) {
  const std::string id = server.settings().default_account.text;
  auto made = transact(server.engine(), [&](Txn& txn) -> Result<void> {
    if (!kOrganizations.contains(txn, kInstallation, {kOrganization})) {
      kOrganizations.put(txn, kInstallation, {kOrganization},
                         make_organization(std::string(kOrganization), std::string(kRootTail), id));
    }
    if (kAccounts.contains(txn, kInstallation, {id})) return {};
    AccountRow row;
    row.Id = id;
    row.Name = kManagementName;
    row.Email = email_of(row.Name, id);
    row.JoinedMethod = "INVITED";
    row.Joined = server.clock().now();
    put_account(txn, row);
    return {};
  });
  if (!made) log::error("the management account could not be made: " + made.error().message);
  auto client = server.client_as(root_user_of(id), server.settings().default_region);
  auto administrator = client.call<iam::FindAdministrator>({});
  if (administrator && !administrator->AccessKeyId)
    (void)client.call<iam::ProvisionAdministrator>({});
}

}  // namespace drydock::organizations
