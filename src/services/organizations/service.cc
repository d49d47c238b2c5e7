// Organizations: which accounts belong together, for IAM.
#include "api/registry.h"
#include "api/server.h"
#include "services/organizations/tables.h"

namespace drydock::organizations {

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.organizations([&server](Txn& txn, std::string_view account) -> std::optional<std::string> {
    bool member = account == server.settings().default_account.text || kAccounts.contains(txn, kInstallation, {account});
    if (!member) return std::nullopt;
    return std::string(kOrganization);
  });
}

}  // namespace drydock::organizations
