// What IAM tells the server about itself: roles' trust as a resource policy, and the policies of principals.
// Access keys of sessions belong to STS, which asks here for those of users.
#include "api/registry.h"
#include "services/iam/cache.h"

namespace drydock::iam {

void register_service(Registry& registry) {
  registry.access_keys([](Txn& txn, std::string_view id) { return user_key_facts(txn, id); });
  registry.identity_policies([](Txn& txn, const Principal& principal) { return identity_policies(txn, principal); });
  registry.resource_facts("iam", [](Txn& txn, std::string_view action, const Arn& arn) { return iam_resource_facts(txn, action, arn); });
  registry.at_start(forget_everything);
}

}  // namespace drydock::iam
