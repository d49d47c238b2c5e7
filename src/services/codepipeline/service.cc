// CodePipeline's place in the server: jobs and facts for authorization.
#include "api/registry.h"
#include "services/codepipeline/actions.h"

namespace drydock::codepipeline {

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.job_kind("codepipeline.action",
                    [&server](const Job& job) { return action_step(server, job); });
  registry.job_kind("codepipeline.timeout",
                    [&server](const Job& job) { return timeout_step(server, job); });
  registry.job_kind("codepipeline.poll",
                    [&server](const Job& job) { return poll_step(server, job); });
  registry.resource_facts(
      "codepipeline",
      [](Txn& txn, std::string_view, const Arn& arn) -> std::optional<ResourceFacts> {
        auto row = kPipelines.get(txn, {arn.account, arn.region},
                                  {arn.resource.substr(0, arn.resource.find('/'))});
        if (!row) return std::nullopt;
        ResourceFacts facts;
        for (auto& tag : row->Tags) facts.tags.emplace_back(tag.key, tag.value);
        return facts;
      });
}

}  // namespace drydock::codepipeline
