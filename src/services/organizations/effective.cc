#include "services/organizations/effective.h"

#include "auth/generation.h"
#include "services/organizations/policies.h"

namespace drydock::organizations {
namespace {

PolicyLevels levels_of(Txn& txn, const OrganizationRow& organization, const std::vector<Node>& path,
                       std::string_view type) {
  PolicyLevels levels;
  if (!is_enabled(organization, type)) return levels;
  const auto use =
      type == kServiceControl ? PolicyUse::kServiceControl : PolicyUse::kResourceControl;
  for (const Node& node : path) {
    auto& level = levels.emplace_back();
    for (const auto& row : attached_policies(txn, organization, node.id, type)) {
      auto policy = parse_policy(row.Content, use);
      level.push_back({policy ? std::move(*policy) : nullptr, policy_arn(organization, row),
                       row.Name, node.arn});
    }
  }
  return levels;
}

OrganizationPtr read(Txn& txn, const std::string& account) {
  auto organization = organization_of(txn, account);
  if (!organization) return nullptr;
  auto path = path_to(txn, *organization, account);
  auto out = std::make_shared<OrganizationFacts>();
  out->id = organization->Id;
  out->path = organization->Id + "/";
  for (const Node& node : path) {
    if (node.kind != Node::Kind::kAccount) out->path += node.id + "/";
  }
  out->is_management = organization->Management == account;
  out->service_control = levels_of(txn, *organization, path, kServiceControl);
  out->resource_control = levels_of(txn, *organization, path, kResourceControl);
  // One more level that allows nothing: nobody of a closed account may do anything, nor may others
  // there, as far as resource control policies reach.
  const auto row = kAccounts.get(txn, kInstallation, {account});
  if (row && row->Closed) {
    out->service_control.emplace_back();
    out->resource_control.emplace_back();
  }
  return out;
}

}  // namespace

OrganizationPtr EffectiveCache::of(std::string_view account) {
  return known_.get(account, authorization_generation(),
                    [&] { return read(*engine_.begin_read(), std::string(account)); });
}

}  // namespace drydock::organizations
