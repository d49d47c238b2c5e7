// CodeBuild: what the server must know besides its operations.
#include "api/registry.h"
#include "services/codebuild/engine/engine.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

namespace {

// A project's tags and resource policy; builds have their project's.
std::optional<ResourceFacts> facts_of(Txn& txn, const Arn& arn) {
  const auto slash = arn.resource.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string name =
      arn.resource.substr(slash + 1, arn.resource.find(':', slash) - slash - 1);
  auto row = kProjects.get(txn, {arn.account, arn.region}, {name});
  if (!row) return std::nullopt;
  ResourceFacts facts;
  if (row->project.tags)
    for (const auto& tag : *row->project.tags)
      facts.tags.emplace_back(tag.key.value_or(""), tag.value.value_or(""));
  if (row->policy)
    if (auto policy = compiled_policy(*row->policy, PolicyUse::kResource))
      facts.policies.push_back({std::move(policy), {}, *row->project.arn, *row->project.arn});
  return facts;
}

}  // namespace

void register_service(Registry& registry) {
  registry.resource_facts(
      "codebuild", [](Txn& txn, std::string_view, const Arn& arn) { return facts_of(txn, arn); });
  register_engine(registry);
}

}  // namespace drydock::codebuild
