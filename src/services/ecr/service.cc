// ECR: repositories' policies and tags for IAM.
#include "api/registry.h"
#include "services/ecr/repositories.h"

namespace drydock::ecr {

void register_service(Registry& registry) {
  registry.resource_facts(
      "ecr", [](Txn& txn, std::string_view, const Arn& arn) -> std::optional<ResourceFacts> {
        constexpr std::string_view kKind = "repository/";
        if (!arn.resource.starts_with(kKind)) return std::nullopt;
        auto row =
            kRepositories.get(txn, {arn.account, arn.region}, {arn.resource.substr(kKind.size())});
        if (!row) return std::nullopt;
        ResourceFacts facts;
        for (const Tag& tag : row->tags) {
          facts.tags.emplace_back(tag.Key, tag.Value);
          facts.keys.add("ecr:ResourceTag/" + tag.Key, tag.Value);
        }
        if (row->policy)
          if (auto policy = compiled_policy(*row->policy, PolicyUse::kResource))
            facts.policies.push_back({std::move(policy), {}, arn.text(), arn.text()});
        return facts;
      });
}

}  // namespace drydock::ecr
