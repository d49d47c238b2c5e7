// ECR: policies of registries and repositories and tags for IAM.
#include "api/registry.h"
#include "services/ecr/repositories.h"

namespace drydock::ecr {
namespace {

void apply(ResourceFacts& facts, const std::string& document, const std::string& arn) {
  if (auto policy = compiled_policy(document, PolicyUse::kResource))
    facts.policies.push_back({std::move(policy), {}, arn, arn});
}

// A registry's policy speaks of every repository in it, those to come too.
std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view, const Arn& arn) {
  constexpr std::string_view kKind = "repository/";
  if (!arn.resource.starts_with(kKind)) return std::nullopt;
  const Space space{arn.account, arn.region};
  const auto registry = kRegistryPolicies.get(txn, space, {"policy"});
  const auto row = kRepositories.get(txn, space, {arn.resource.substr(kKind.size())});
  if (!row && !registry) return std::nullopt;
  ResourceFacts facts;
  if (registry)
    apply(facts, *registry, "arn:aws:ecr:" + space.region + ":" + space.account + ":repository/*");
  if (!row) return facts;
  for (const Tag& tag : row->tags) {
    facts.tags.emplace_back(tag.Key, tag.Value);
    facts.keys.add("ecr:ResourceTag/" + tag.Key, tag.Value);
  }
  if (row->policy) apply(facts, *row->policy, arn.text());
  return facts;
}

}  // namespace

void register_service(Registry& registry) { registry.resource_facts("ecr", facts_of); }

}  // namespace drydock::ecr
