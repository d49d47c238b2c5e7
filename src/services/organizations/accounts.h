// Accounts: how one comes into being, with an administrator that can sign in to it.
#pragma once

#include <string>

#include "api/call.h"
#include "api/server.h"
#include "services/organizations/tree.h"

namespace drydock::organizations {

// By which the management account administers an account that it made.
inline constexpr std::string_view kAccessRole = "OrganizationAccountAccessRole";

// What a new account is made of.
struct NewAccount {
  std::string id;  // empty: drawn
  std::string name;
  std::string email;
  std::string role_name = std::string(kAccessRole);
  std::vector<Tag> tags = {};
};
struct MadeAccount {
  AccountRow row;
  std::string access_key_id, secret_access_key;
};
Result<MadeAccount> make_account(Call& call, const OrganizationRow& organization,
                                 const NewAccount& wanted);

// The installation's organization and its management account exist from the start.
void ensure_management_account(Server& server);

// A new organization of one account.
OrganizationRow make_organization(const std::string& id, const std::string& root_tail,
                                  const std::string& management);

// The root user of an account, as a caller.
Caller root_user_of(const std::string& account);

Account account_of(const OrganizationRow& organization, const AccountRow& row);
Root root_of(const OrganizationRow& organization);
Unexpected no_such_account();

// The account belongs to nobody's organization any more, and to no unit of it.
void leave(Call& call, const OrganizationRow& organization, AccountRow account);
void join(Call& call, const OrganizationRow& organization, AccountRow account);

}  // namespace drydock::organizations
