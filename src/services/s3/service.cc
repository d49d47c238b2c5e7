// What S3 tells the server about itself.
#include "api/registry.h"
#include "api/server.h"
#include "services/s3/lifecycle.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

// The owner and the policy of the bucket that an ARN (arn:aws:s3:::bucket/key) lies in.
std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view, const Arn& arn) {
  const std::string name = arn.resource.substr(0, arn.resource.find('/'));
  auto bucket = kBuckets.get(txn, kInstallation, {name});
  if (!bucket) return std::nullopt;
  ResourceFacts facts;
  facts.owner_account = bucket->Account;
  if (bucket->Policy)
    if (auto policy = parse_policy(*bucket->Policy, PolicyUse::kResource)) {
      AppliedPolicy applied;
      applied.policy = *policy;
      applied.name = applied.attached_to = "arn:aws:s3:::" + name;
      facts.policies.push_back(std::move(applied));
    }
  return facts;
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.resource_facts("s3", facts_of);
  registry.job_kind("s3.lifecycle", [&server](const Job& job) { return apply_lifecycle(server, job); });
}

}  // namespace drydock::s3
