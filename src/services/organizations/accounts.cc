#include "services/organizations/accounts.h"

#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "gen/iam.h"

namespace drydock::organizations {
namespace {

constexpr std::string_view kManagementName = "management";
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

void put_account(Txn& txn, const AccountRow& row) {
  kAccounts.put(txn, kInstallation, {row.Id}, row);
  kAccountNames.put(txn, kInstallation, {row.Name}, row.Id);
}

}  // namespace

Caller root_of(const std::string& account) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kRoot;
  caller.principal.account = AccountId{account};
  caller.principal.arn = "arn:aws:iam::" + account + ":root";
  caller.principal.id = account;
  caller.principal.name = "root";
  return caller;
}

Account account_of(Server& server, const AccountRow& row) {
  Account out;
  out.Id = row.Id;
  out.Arn = "arn:aws:organizations::" + server.settings().default_account.text + ":account/" +
            std::string(kOrganization) + "/" + row.Id;
  out.Email = row.Email;
  out.Name = row.Name;
  out.Status = "ACTIVE";
  out.JoinedMethod = row.JoinedMethod;
  out.JoinedTimestamp = row.Joined;
  return out;
}

Result<MadeAccount> make_account(Call& call, const NewAccount& wanted) {
  if (auto taken = kAccountNames.get(call.txn(), kInstallation, {wanted.name})) {
    return errors::DuplicateAccountException("An account named " + wanted.name +
                                             " exists already: " + *taken + ".");
  }
  if (!wanted.id.empty() && kAccounts.contains(call.txn(), kInstallation, {wanted.id})) {
    return errors::DuplicateAccountException("The account " + wanted.id + " exists already.");
  }
  if (kAccounts.scan(call.txn(), kInstallation, {.limit = kMostAccounts}).size() >= kMostAccounts) {
    return errors::ConstraintViolationException(
        "The organization has " + std::to_string(kMostAccounts) + " accounts; that is the limit.",
        Value::object({{"Reason", "ACCOUNT_NUMBER_LIMIT_EXCEEDED"}}));
  }
  MadeAccount made;
  made.row.Id = wanted.id.empty() ? free_id(call) : wanted.id;
  made.row.Name = wanted.name;
  made.row.Email = wanted.email.empty() ? email_of(wanted.name, made.row.Id) : wanted.email;
  made.row.JoinedMethod = wanted.joined_method;
  made.row.Joined = call.now();
  iam::ProvisionAdministratorInput administrator;
  if (!wanted.role_name.empty()) {
    administrator.RoleName = wanted.role_name;
    administrator.TrustedAccount = call.server().settings().default_account.text;
  }
  // A commit of its own, before the account's row: an administrator without an account does no
  // harm, and is found again.
  auto client = call.server().client_as(root_of(made.row.Id), call.region());
  auto key = TRY(client.call<iam::ProvisionAdministrator>(administrator));
  made.access_key_id = key.AccessKeyId;
  made.secret_access_key = key.SecretAccessKey;
  put_account(call.txn(), made.row);
  return made;
}

void ensure_management_account(Server& server) {
  const std::string id = server.settings().default_account.text;
  auto made = transact(server.engine(), [&](Txn& txn) -> Result<void> {
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
  auto client = server.client_as(root_of(id), server.settings().default_region);
  auto administrator = client.call<iam::FindAdministrator>({});
  if (administrator && !administrator->AccessKeyId)
    (void)client.call<iam::ProvisionAdministrator>({});
}

}  // namespace drydock::organizations
