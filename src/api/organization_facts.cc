#include "api/organization_facts.h"

#include "api/server_impl.h"

namespace drydock {

OrganizationPtr organization_facts(Server& server, Txn& txn, std::string_view account) {
  const auto& hook = static_cast<ServerImpl&>(server).registry_impl().organization;
  return hook ? hook(txn, account) : nullptr;
}

}  // namespace drydock
