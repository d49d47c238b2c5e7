// Organizations: which accounts belong together and what binds them, for IAM; and the management
// account at the start.
#include "api/registry.h"
#include "auth/generation.h"
#include "services/organizations/accounts.h"
#include "services/organizations/delegation.h"
#include "services/organizations/effective.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

// Who is let in, and the tags of a node or policy: the id is the last part of its ARN.
std::optional<ResourceFacts> facts_of(Txn& txn, const Arn& arn) {
  auto organization = organization_of(txn, arn.account);
  auto slash = arn.resource.rfind('/');
  if (!organization || slash == std::string::npos) return std::nullopt;
  ResourceFacts facts;
  facts.policies = delegation_of(txn, *organization);
  auto tags = tags_of(txn, *organization, arn.resource.substr(slash + 1));
  if (tags) {
    for (const auto& tag : *tags) facts.tags.emplace_back(tag.Key, tag.Value);
  }
  return facts;
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  auto cache = std::make_shared<EffectiveCache>(server.engine());
  registry.organizations([cache](Txn&, std::string_view account) { return cache->of(account); });
  registry.resource_facts("organizations", [](Txn& txn, std::string_view, const Arn& arn) {
    return facts_of(txn, arn);
  });
  registry.at_start([&server] {
    ensure_management_account(server);
    authorization_changed();
  });
}

}  // namespace drydock::organizations
