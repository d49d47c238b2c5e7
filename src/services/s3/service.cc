// What S3 tells the server about itself.
#include "api/registry.h"
#include "api/server.h"
#include "services/s3/access_logs.h"
#include "services/s3/account_block.h"
#include "services/s3/acl.h"
#include "services/s3/bucket_policy.h"
#include "services/s3/cors.h"
#include "services/s3/lifecycle.h"
#include "services/s3/notifications.h"
#include "services/s3/sweep.h"
#include "services/s3/tables.h"
#include "services/s3/website.h"

namespace drydock::s3 {

namespace {

// What is done with an object that exists is its owner's affair; to make, replace or remove one is
// the bucket's.
bool is_of_object(std::string_view action) {
  return action != "s3:PutObject" && action != "s3:DeleteObject" &&
         action != "s3:DeleteObjectVersion" && action != "s3:AbortMultipartUpload" &&
         action != "s3:ListMultipartUploadParts";
}

// The version that a request is about: s3:VersionId of its context, else the current one.
std::optional<ObjectRow> object_of(Txn& txn, const BucketRow& bucket, const std::string& key,
                                   const Context& request) {
  auto current = kObjects.get(txn, space_of(bucket), {bucket.Name, key});
  const auto* version = request.find("s3:VersionId");
  if (!version || version->empty() || (current && current->VersionId == version->front()))
    return current;
  std::optional<ObjectRow> found;
  kVersions.each(txn, space_of(bucket), {.prefix = {bucket.Name, key}},
                 [&](const auto&, ObjectRow row) {
                   if (row.VersionId == version->front()) found = std::move(row);
                   return !found;
                 });
  return found;
}

// Owner, policy and ACLs of what an ARN (arn:aws:s3:::bucket/key) names.
std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view action, const Arn& arn,
                                      const Context& request) {
  // A bucket that is to be made is the caller's own affair, whoever has one of that name.
  if (action == "s3:CreateBucket") return std::nullopt;
  const std::string name = arn.resource.substr(0, arn.resource.find('/'));
  auto bucket = kBuckets.get(txn, kInstallation, {name});
  if (!bucket) return std::nullopt;
  ResourceFacts facts;
  facts.owner_account = bucket->Account;
  auto apply = [&](PolicyPtr policy) {
    if (!policy) return;
    AppliedPolicy applied;
    applied.policy = std::move(policy);
    applied.name = applied.attached_to = "arn:aws:s3:::" + name;
    facts.policies.push_back(std::move(applied));
  };
  std::string document = bucket->Policy.value_or("");
  if (!document.empty() &&
      is_blocked(txn, *bucket, &PublicAccessBlockConfiguration::RestrictPublicBuckets))
    document = restricted_policy(document, bucket->Account);
  auto public_grants = [&](const std::optional<StoredGrants>& grants) {
    return is_public_acl(grants) &&
                   is_blocked(txn, *bucket, &PublicAccessBlockConfiguration::IgnorePublicAcls)
               ? PublicGrants::kIgnored
               : PublicGrants::kTaken;
  };
  // Without ACLs nobody but the bucket's owner owns anything.
  const bool with_acls = ownership_of(*bucket) != Ownership::kBucketOwnerEnforced;
  if (with_acls && name.size() < arn.resource.size() && is_of_object(action)) {
    if (auto object = object_of(txn, *bucket, arn.resource.substr(name.size() + 1), request)) {
      if (object->Owner && *object->Owner != bucket->Account) {
        facts.owner_account = *object->Owner;
        // AWS does let a bucket's policy deny what it cannot allow: the objects of others.
        document = denials_of(document);
      }
      apply(policy_of_object_acl(*bucket, *object, public_grants(object->Acl)));
    }
  } else if (with_acls) {
    apply(policy_of_bucket_acl(*bucket, public_grants(bucket->Acl)));
  }
  if (!document.empty()) apply(compiled_policy(document, PolicyUse::kResource));
  return facts;
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.request_facts("s3", facts_of);
  registry.door(preflight_door(server));
  registry.door(website_door(server));
  auto logs = std::make_shared<AccessLogs>(server);
  registry.finished("s3", [&server, logs](const Finished& finished) {
    add_cors_headers(server, finished);
    logs->note(finished);
  });
  registry.job_kind(kAccessLogs, [logs](const Job& job) { return logs->deliver(job); });
  registry.at_start([logs] { logs->refresh(); });
  registry.job_kind("s3.lifecycle",
                    [&server](const Job& job) { return apply_lifecycle(server, job); });
  registry.job_kind("s3.notify",
                    [&server](const Job& job) { return deliver_notification(server, job); });
  registry.job_kind("s3.sweep", sweep_step(server));
  registry.at_start([&server] { ensure_sweep_job(server); });
}

}  // namespace drydock::s3
