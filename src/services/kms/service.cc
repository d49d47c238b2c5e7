// KMS: what the server must know besides its operations: key policies for IAM, and the jobs of
// keys.
#include <algorithm>

#include "api/registry.h"
#include "api/server.h"
#include "base/ids.h"
#include "services/kms/grants.h"
#include "services/kms/keys.h"
#include "services/kms/tables.h"

namespace drydock::kms {
namespace {

struct KeyPlace {
  Space space;
  std::string id;
};
std::optional<KeyPlace> place_of(const Arn& arn) {
  if (!arn.resource.starts_with("key/")) return std::nullopt;
  return KeyPlace{{arn.account, arn.region}, arn.resource.substr(4)};
}

// AWS KMS Developer Guide, "Allowing users in other accounts to use a KMS key": the operations for
// which permission of another account is effective.
bool is_for_others(std::string_view action) {
  constexpr std::string_view kForOthers[] = {"kms:CreateGrant",
                                             "kms:Decrypt",
                                             "kms:DescribeKey",
                                             "kms:Encrypt",
                                             "kms:GenerateDataKey",
                                             "kms:GenerateDataKeyPair",
                                             "kms:GenerateDataKeyPairWithoutPlaintext",
                                             "kms:GenerateDataKeyWithoutPlaintext",
                                             "kms:GenerateMac",
                                             "kms:GetKeyRotationStatus",
                                             "kms:GetPublicKey",
                                             "kms:ListGrants",
                                             "kms:ReEncryptFrom",
                                             "kms:ReEncryptTo",
                                             "kms:RetireGrant",
                                             "kms:RevokeGrant",
                                             "kms:Sign",
                                             "kms:Verify",
                                             "kms:VerifyMac"};
  return std::find(std::begin(kForOthers), std::end(kForOthers), action) != std::end(kForOthers);
}

std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view action, const Arn& arn) {
  auto place = place_of(arn);
  if (!place) return std::nullopt;  // an alias has no policy of its own
  auto row = kKeys.get(txn, place->space, {place->id});
  if (!row) return std::nullopt;
  ResourceFacts facts;
  facts.policy_mandatory = true;
  facts.owner_account_only = !is_for_others(action);
  facts.owner_account = arn.account;
  for (const auto& tag : row->Tags) facts.tags.emplace_back(tag.TagKey, tag.TagValue);
  std::vector<std::string> aliases;
  for (const auto& alias : kAliases.scan(txn, place->space))
    if (alias.KeyId == row->Id) aliases.push_back(alias.Name);
  if (!aliases.empty()) facts.keys.add("kms:ResourceAliases", std::move(aliases));
  if (auto policy = compiled_policy(row->Policy, PolicyUse::kResource))
    facts.policies.push_back({std::move(policy), {}, row->Arn, row->Arn});
  for (const auto& grant : kGrants.scan(txn, place->space, {.prefix = {row->Id}}))
    if (auto policy = compiled_policy(grant_policy(grant), PolicyUse::kResource))
      facts.policies.push_back({.policy = std::move(policy),
                                .name = "grant " + grant.Id,
                                .attached_to = row->Arn,
                                .is_grant = true});
  return facts;
}

// The key goes for good, with its aliases and grants.
Next delete_key(Server& server, const Job& job) {
  auto arn = Arn::parse(job.payload["Arn"].string_or(""));
  auto place = arn ? place_of(*arn) : std::nullopt;
  if (!place) return Next::done();
  auto erased = transact(server.engine(), [&](Txn& txn) -> Result<void> {
    auto row = kKeys.get(txn, place->space, {place->id});
    if (!row || row->State != "PendingDeletion" || !row->DeletionDate ||
        *row->DeletionDate > server.clock().now())
      return {};
    for (const auto& alias : kAliases.scan(txn, place->space)) {
      if (alias.KeyId == row->Id) kAliases.erase(txn, place->space, {alias.Name});
    }
    for (const auto& grant : kGrants.scan(txn, place->space, {.prefix = {row->Id}})) {
      erase_grant(txn, place->space, grant);
    }
    kKeys.erase(txn, place->space, {row->Id});
    return {};
  });
  return erased ? Next::done() : Next::again(server.clock().now() + 1000);
}

// New material from now on; the old stays for what it has encrypted.
Next rotate_key(Server& server, const Job& job) {
  auto arn = Arn::parse(job.payload["Arn"].string_or(""));
  auto place = arn ? place_of(*arn) : std::nullopt;
  if (!place) return Next::done();
  std::optional<Timestamp> next;
  auto rotated = transact(server.engine(), [&](Txn& txn) -> Result<void> {
    next.reset();
    auto row = kKeys.get(txn, place->space, {place->id});
    if (!row || !row->NextRotation) return {};
    next = row->NextRotation;
    if (*row->NextRotation > server.clock().now()) return {};
    if (row->State == "Enabled") row->Materials.push_back(new_material(server.random()));
    row->NextRotation = *row->NextRotation + row->RotationDays.value_or(365) * 24 * 3600 * 1000;
    next = row->NextRotation;
    kKeys.put(txn, place->space, {row->Id}, *row);
    return {};
  });
  if (!rotated) return Next::again(server.clock().now() + 1000);
  return next ? Next::again(*next) : Next::done();
}

}  // namespace

void register_service(Registry& registry) {
  Server& server = registry.server();
  registry.resource_facts("kms", [](Txn& txn, std::string_view action, const Arn& arn) {
    return facts_of(txn, action, arn);
  });
  registry.job_kind(std::string(kDeleteJob),
                    [&server](const Job& job) { return delete_key(server, job); });
  registry.job_kind(std::string(kRotateJob),
                    [&server](const Job& job) { return rotate_key(server, job); });
}

}  // namespace drydock::kms
