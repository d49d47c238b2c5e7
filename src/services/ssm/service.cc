// Parameter Store: tags and resource policies for IAM.
#include "api/registry.h"
#include "services/ssm/parameters.h"

namespace drydock::ssm {

void register_service(Registry& registry) {
  registry.resource_facts(
      "ssm", [](Txn& txn, std::string_view, const Arn& arn) -> std::optional<ResourceFacts> {
        if (!arn.resource.starts_with("parameter/")) return std::nullopt;
        Space space{arn.account, arn.region};
        auto name = arn.resource.substr(9);
        auto row = kParameters.get(txn, space, {name});
        if (!row) row = kParameters.get(txn, space, {name.substr(1)});
        if (!row) return std::nullopt;
        const std::string text = parameter_arn(space, row->Name);
        ResourceFacts facts;
        for (const auto& tag : row->Tags) facts.tags.emplace_back(tag.Key, tag.Value);
        if (row->Shares)
          for (const auto& share : *row->Shares)
            if (auto policy = compiled_policy(share.Policy.value_or(""), PolicyUse::kResource))
              facts.policies.push_back({std::move(policy), {}, text, text});
        return facts;
      });
}

}  // namespace drydock::ssm
