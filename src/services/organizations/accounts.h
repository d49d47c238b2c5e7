// Accounts: how one comes into being, with an administrator that can sign in to it.
#pragma once

#include <string>

#include "api/call.h"
#include "api/server.h"
#include "services/organizations/tables.h"

namespace drydock::organizations {

// What a new account is made of.
struct NewAccount {
  std::string id;  // empty: drawn
  std::string name;
  std::string email;
  std::string joined_method = "CREATED";
  std::string role_name;  // administers it from the management account; empty: none
};
struct MadeAccount {
  AccountRow row;
  std::string access_key_id, secret_access_key;
};
Result<MadeAccount> make_account(Call& call, const NewAccount& wanted);

// The management account exists from the start.
void ensure_management_account(Server& server);

// The root user of an account, as a caller.
Caller root_of(const std::string& account);

Account account_of(Server& server, const AccountRow& row);

}  // namespace drydock::organizations
