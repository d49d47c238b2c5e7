// CloudFormation: the job that carries every stack operation.
#include "api/registry.h"
#include "api/server.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/custom_answers.h"
#include "services/cloudformation/engine/run.h"
#include "services/cloudformation/tables.h"
#include "services/cloudformation/wait_handles.h"

namespace drydock::cloudformation {

void register_service(Registry& registry) {
  Server& server = registry.server();
  auto sessions = std::make_shared<Sessions>();
  registry.job_kind(kStackJob, [&server, sessions](const Job& job) {
    Space space{job.payload["Account"].string_or(""), job.payload["Region"].string_or("")};
    return StackRun(server, *sessions, std::move(space), job.payload["Uuid"].string_or("")).step();
  });
  registry.door(wait_door(server));
  registry.door(answer_door(server));
  registry.resource_facts(
      "cloudformation",
      [](Txn& txn, std::string_view, const Arn& arn) -> std::optional<ResourceFacts> {
        auto stack = find_stack(txn, {arn.account, arn.region}, arn.text());
        if (!stack) return std::nullopt;
        ResourceFacts facts;
        for (const Tag& tag : stack->Tags.value_or(std::vector<Tag>{}))
          facts.tags.push_back({tag.Key, tag.Value});
        return facts;
      });
}

}  // namespace drydock::cloudformation
