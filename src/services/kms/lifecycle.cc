// Keys from creation to deletion.
#include "api/server.h"
#include "gen/kms_handlers.h"
#include "services/kms/keys.h"

namespace drydock::kms {
namespace {

constexpr int64_t kDayMs = 24LL * 3600 * 1000;
constexpr size_t kMostTags = 50;

void add_request_tags(Context& context, const std::vector<Tag>& tags) {
  std::vector<std::string> keys;
  for (const auto& tag : tags) {
    context.add("aws:RequestTag/" + tag.TagKey, tag.TagValue);
    keys.push_back(tag.TagKey);
  }
  context.add("aws:TagKeys", std::move(keys));
}

}  // namespace

Result<CreateKeyOutput> create_key(Call& call, const CreateKeyInput& in) {
  const auto spec =
      in.KeySpec ? *in.KeySpec : in.CustomerMasterKeySpec.value_or("SYMMETRIC_DEFAULT");
  const auto usage = in.KeyUsage.value_or("ENCRYPT_DECRYPT");
  Context context;
  add_caller_context(call, context);
  context.add("kms:KeySpec", spec);
  context.add("kms:KeyUsage", usage);
  context.add("kms:KeyOrigin", in.Origin.value_or("AWS_KMS"));
  context.add("kms:MultiRegion", in.MultiRegion.value_or(false) ? "true" : "false");
  context.add("kms:BypassPolicyLockoutSafetyCheck",
              in.BypassPolicyLockoutSafetyCheck.value_or(false) ? "true" : "false");
  if (in.Tags) add_request_tags(context, *in.Tags);
  TRY(call.authorize("kms:CreateKey", "*", std::move(context)));
  if (spec != "SYMMETRIC_DEFAULT") return not_implemented("KeySpec " + spec);
  if (usage != "ENCRYPT_DECRYPT") {
    return errors::ValidationException(
        "The operation failed because the KeyUsage value of the KMS key is " + usage +
        ". To perform this operation, the KeyUsage value must be ENCRYPT_DECRYPT.");
  }
  if (in.Origin.value_or("AWS_KMS") != "AWS_KMS") return not_implemented("Origin " + *in.Origin);
  if (in.MultiRegion.value_or(false)) return not_implemented("MultiRegion");

  auto row = new_key(call, "CUSTOMER", in.Policy.value_or(default_policy(call.account().text)));
  row.Description = in.Description.value_or("");
  if (in.Tags) {
    if (in.Tags->size() > kMostTags) return errors::TagException("Too many tags");
    // Tagging at creation needs its own permission from an identity policy: the key has no policy
    // yet.
    Context tag_context;
    add_request_tags(tag_context, *in.Tags);
    if (!in.Tags->empty()) TRY(call.authorize("kms:TagResource", row.Arn, std::move(tag_context)));
    row.Tags = *in.Tags;
  }
  if (in.Policy)
    row.Policy = TRY(
        check_policy(call, row.Arn, *in.Policy, in.BypassPolicyLockoutSafetyCheck.value_or(false)));
  kKeys.put(call.txn(), call.space(), {row.Id}, row);
  return CreateKeyOutput{.KeyMetadata = metadata(row)};
}

Result<DescribeKeyOutput> describe_key(Call& call, const DescribeKeyInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kAll));
  TRY(authorize(call, key, "kms:DescribeKey"));
  return DescribeKeyOutput{.KeyMetadata = metadata(key.row)};
}

Result<ListKeysOutput> list_keys(Call& call, const ListKeysInput& in) {
  auto page = TRY(read_page(in.Limit, in.Marker));
  ListKeysOutput out;
  ScanOptions options;
  if (!page.marker.empty()) options.after = {page.marker};
  kKeys.each(call.txn(), call.space(), options, [&](const auto&, const KeyRow& row) {
    if (out.Keys.size() == page.limit) {
      out.Truncated = true;
      out.NextMarker = write_marker(*out.Keys.back().KeyId);
      return false;
    }
    out.Keys.push_back({.KeyId = row.Id, .KeyArn = row.Arn});
    return true;
  });
  return out;
}

Result<UpdateKeyDescriptionOutput> update_key_description(Call& call,
                                                          const UpdateKeyDescriptionInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:UpdateKeyDescription"));
  TRY(require_not_deleting(key.row));
  key.row.Description = in.Description;
  put_key(call, key);
  return UpdateKeyDescriptionOutput{};
}

Result<EnableKeyOutput> enable_key(Call& call, const EnableKeyInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:EnableKey"));
  TRY(require_not_deleting(key.row));
  key.row.State = "Enabled";
  put_key(call, key);
  return EnableKeyOutput{};
}

Result<DisableKeyOutput> disable_key(Call& call, const DisableKeyInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:DisableKey"));
  TRY(require_not_deleting(key.row));
  key.row.State = "Disabled";
  put_key(call, key);
  return DisableKeyOutput{};
}

Result<ScheduleKeyDeletionOutput> schedule_key_deletion(Call& call,
                                                        const ScheduleKeyDeletionInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  const int64_t days = in.PendingWindowInDays.value_or(30);
  Context context;
  context.add("kms:ScheduleKeyDeletionPendingWindowInDays", std::to_string(days));
  TRY(authorize(call, key, "kms:ScheduleKeyDeletion", std::move(context)));
  TRY(require_not_deleting(key.row));
  if (days < 7 || days > 30) {
    return errors::ValidationException("PendingWindowInDays must be between 7 and 30 inclusive");
  }
  key.row.State = "PendingDeletion";
  key.row.DeletionDate = call.now() + days * kDayMs;
  put_key(call, key);
  call.start_job(std::string(kDeleteJob), key.row.Arn, *key.row.DeletionDate,
                 Value::object({{"Arn", key.row.Arn}}));
  return ScheduleKeyDeletionOutput{.KeyId = key.row.Arn,
                                   .DeletionDate = key.row.DeletionDate,
                                   .KeyState = "PendingDeletion",
                                   .PendingWindowInDays = days};
}

Result<CancelKeyDeletionOutput> cancel_key_deletion(Call& call, const CancelKeyDeletionInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:CancelKeyDeletion"));
  if (key.row.State != "PendingDeletion") {
    return errors::KMSInvalidStateException(key.row.Arn + " is not pending deletion.");
  }
  // AWS does leave a rescued key disabled.
  key.row.State = "Disabled";
  key.row.DeletionDate.reset();
  put_key(call, key);
  call.cancel_job(kDeleteJob, key.row.Arn);
  return CancelKeyDeletionOutput{.KeyId = key.row.Arn};
}

// ---- rotation

Result<EnableKeyRotationOutput> enable_key_rotation(Call& call, const EnableKeyRotationInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  Context context;
  if (in.RotationPeriodInDays)
    context.add("kms:RotationPeriodInDays", std::to_string(*in.RotationPeriodInDays));
  TRY(authorize(call, key, "kms:EnableKeyRotation", std::move(context)));
  TRY(require_enabled(key.row));
  key.row.RotationDays = in.RotationPeriodInDays.value_or(key.row.RotationDays.value_or(365));
  key.row.NextRotation = call.now() + *key.row.RotationDays * kDayMs;
  put_key(call, key);
  call.start_job(std::string(kRotateJob), key.row.Arn, *key.row.NextRotation,
                 Value::object({{"Arn", key.row.Arn}}));
  return EnableKeyRotationOutput{};
}

Result<DisableKeyRotationOutput> disable_key_rotation(Call& call,
                                                      const DisableKeyRotationInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:DisableKeyRotation"));
  TRY(require_enabled(key.row));
  key.row.RotationDays.reset();
  key.row.NextRotation.reset();
  put_key(call, key);
  call.cancel_job(kRotateJob, key.row.Arn);
  return DisableKeyRotationOutput{};
}

Result<GetKeyRotationStatusOutput> get_key_rotation_status(Call& call,
                                                           const GetKeyRotationStatusInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:GetKeyRotationStatus"));
  TRY(require_not_deleting(key.row));
  return GetKeyRotationStatusOutput{.KeyRotationEnabled = key.row.NextRotation.has_value(),
                                    .KeyId = key.row.Arn,
                                    .RotationPeriodInDays = key.row.RotationDays,
                                    .NextRotationDate = key.row.NextRotation};
}

// ---- policies

Result<PutKeyPolicyOutput> put_key_policy(Call& call, const PutKeyPolicyInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  bool bypass = in.BypassPolicyLockoutSafetyCheck.value_or(false);
  Context context;
  context.add("kms:BypassPolicyLockoutSafetyCheck", bypass ? "true" : "false");
  TRY(authorize(call, key, "kms:PutKeyPolicy", std::move(context)));
  if (in.PolicyName.value_or("default") != "default")
    return errors::NotFoundException("No such policy exists");
  key.row.Policy = TRY(check_policy(call, key.row.Arn, in.Policy, bypass));
  put_key(call, key);
  return PutKeyPolicyOutput{};
}

Result<GetKeyPolicyOutput> get_key_policy(Call& call, const GetKeyPolicyInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:GetKeyPolicy"));
  if (in.PolicyName.value_or("default") != "default")
    return errors::NotFoundException("No such policy exists");
  return GetKeyPolicyOutput{.Policy = call.server().show_principals(call.txn(), key.row.Policy),
                            .PolicyName = "default"};
}

Result<ListKeyPoliciesOutput> list_key_policies(Call& call, const ListKeyPoliciesInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:ListKeyPolicies"));
  return ListKeyPoliciesOutput{.PolicyNames = {"default"}, .Truncated = false};
}

// ---- tags

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  Context context;
  add_request_tags(context, in.Tags);
  TRY(authorize(call, key, "kms:TagResource", std::move(context)));
  TRY(require_not_deleting(key.row));
  for (const auto& tag : in.Tags) {
    if (tag.TagKey.starts_with("aws:"))
      return errors::TagException("aws: prefixed tag key names are not allowed for external use.");
    std::erase_if(key.row.Tags, [&](const Tag& old) { return old.TagKey == tag.TagKey; });
    key.row.Tags.push_back(tag);
  }
  if (key.row.Tags.size() > kMostTags) return errors::TagException("Too many tags");
  put_key(call, key);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  Context context;
  context.add("aws:TagKeys", in.TagKeys);
  TRY(authorize(call, key, "kms:UntagResource", std::move(context)));
  TRY(require_not_deleting(key.row));
  for (const auto& name : in.TagKeys)
    std::erase_if(key.row.Tags, [&](const Tag& tag) { return tag.TagKey == name; });
  put_key(call, key);
  return UntagResourceOutput{};
}

Result<ListResourceTagsOutput> list_resource_tags(Call& call, const ListResourceTagsInput& in) {
  auto key = TRY(find_key(call, in.KeyId, Names::kNoAlias));
  TRY(authorize(call, key, "kms:ListResourceTags"));
  return ListResourceTagsOutput{.Tags = key.row.Tags, .Truncated = false};
}

}  // namespace drydock::kms
