// Organizations: which accounts belong together, for IAM, and the management account at the start.
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "api/registry.h"
#include "services/organizations/accounts.h"

namespace drydock::organizations {
namespace {

// Asked twice for every request. An account does not leave the organization, so what was found
// stays true until a reset.
class Members {
 public:
  bool contains(Txn& txn, std::string_view account) {
    {
      std::shared_lock lock(mutex_);
      if (known_.contains(account)) return true;
    }
    if (!kAccounts.contains(txn, kInstallation, {account})) return false;
    std::unique_lock lock(mutex_);
    known_.emplace(account);
    return true;
  }
  void clear() {
    std::unique_lock lock(mutex_);
    known_.clear();
  }

 private:
  std::shared_mutex mutex_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  auto members = std::make_shared<Members>();
  registry.organizations(
      [members](Txn& txn, std::string_view account) -> std::optional<std::string> {
        if (!members->contains(txn, account)) return std::nullopt;
        return std::string(kOrganization);
      });
  registry.at_start([&server, members] {
    members->clear();
    ensure_management_account(server);
  });
}

}  // namespace drydock::organizations
