// What an account's organization means for IAM, for services that simulate decisions.
#pragma once

#include <string_view>

#include "auth/evaluate.h"
#include "store/engine.h"

namespace drydock {

class Server;

// Null: the account is in none.
OrganizationPtr organization_facts(Server& server, Txn& txn, std::string_view account);

}  // namespace drydock
