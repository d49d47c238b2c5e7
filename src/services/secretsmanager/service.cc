// Secrets Manager: resource policies and tags for IAM, and the job that deletes.
#include "api/registry.h"
#include "api/server.h"
#include "services/secretsmanager/secrets.h"

namespace drydock::secretsmanager {
namespace {

std::optional<ResourceFacts> facts_of(Txn& txn, const Arn& arn) {
  auto secret = secret_by_arn(txn, arn);
  if (!secret) return std::nullopt;
  ResourceFacts facts;
  for (const auto& tag : secret->row.Tags)
    facts.tags.emplace_back(tag.Key.value_or(""), tag.Value.value_or(""));
  facts.keys.add("secretsmanager:SecretPrimaryRegion", arn.region);  // no replicas here
  if (secret->row.Policy) {
    if (auto policy = compiled_policy(*secret->row.Policy, PolicyUse::kResource)) {
      facts.policies.push_back({std::move(policy), {}, secret->row.Arn, secret->row.Arn});
    }
  }
  return facts;
}

Next delete_due(Server& server, const Job& job) {
  auto arn = Arn::parse(job.payload["Arn"].string_or(""));
  if (!arn) return Next::done();
  auto done = transact(server.engine(), [&](Txn& txn) -> Result<void> {
    auto secret = secret_by_arn(txn, *arn);
    if (secret && secret->row.Goes && *secret->row.Goes <= server.clock().now())
      erase_secret(txn, secret->space, secret->row.Name);
    return {};
  });
  return done ? Next::done() : Next::again(server.clock().now() + 1000);
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.resource_facts("secretsmanager", [](Txn& txn, std::string_view, const Arn& arn) {
    return facts_of(txn, arn);
  });
  registry.job_kind(std::string(kDeleteJob),
                    [&server](const Job& job) { return delete_due(server, job); });
}

}  // namespace drydock::secretsmanager
