// What S3 tells the server about itself.
#include "api/registry.h"
#include "api/server.h"
#include "services/s3/bucket_policy.h"
#include "services/s3/lifecycle.h"
#include "services/s3/notifications.h"
#include "services/s3/sweep.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

// The owner and the policy of the bucket that an ARN (arn:aws:s3:::bucket/key) lies in.
std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view action, const Arn& arn) {
  // A bucket that is to be made is the caller's own affair, whoever has one of that name.
  if (action == "s3:CreateBucket") return std::nullopt;
  const std::string name = arn.resource.substr(0, arn.resource.find('/'));
  auto bucket = kBuckets.get(txn, kInstallation, {name});
  if (!bucket) return std::nullopt;
  ResourceFacts facts;
  facts.owner_account = bucket->Account;
  const bool restricted =
      bucket->PublicAccessBlock && bucket->PublicAccessBlock->RestrictPublicBuckets.value_or(false);
  const std::string document = !bucket->Policy ? ""
                               : restricted    ? without_public_grants(*bucket->Policy)
                                               : *bucket->Policy;
  if (!document.empty())
    if (auto policy = compiled_policy(document, PolicyUse::kResource)) {
      AppliedPolicy applied;
      applied.policy = std::move(policy);
      applied.name = applied.attached_to = "arn:aws:s3:::" + name;
      facts.policies.push_back(std::move(applied));
    }
  return facts;
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.resource_facts("s3", facts_of);
  registry.job_kind("s3.lifecycle",
                    [&server](const Job& job) { return apply_lifecycle(server, job); });
  registry.job_kind("s3.notify",
                    [&server](const Job& job) { return deliver_notification(server, job); });
  registry.job_kind("s3.sweep", sweep_step(server));
  registry.at_start([&server] { ensure_sweep_job(server); });
}

}  // namespace drydock::s3
