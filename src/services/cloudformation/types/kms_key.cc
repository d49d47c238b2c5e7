// AWS::KMS::Key and AWS::KMS::Alias
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value default_policy(const Work& w) {
  return Value::object(
      {{"Version", "2012-10-17"},
       {"Statement",
        Value::list({Value::object(
            {{"Effect", "Allow"},
             {"Principal", Value::object({{"AWS", "arn:aws:iam::" + w.account + ":root"}})},
             {"Action", "kms:*"},
             {"Resource", "*"}})})}});
}

bool is_true(const Value& v, bool otherwise) {
  return v.is_null() ? otherwise : v.scalar_text() == "true";
}

Value rotation_days(const Work& w) {
  constexpr int64_t kDefaultDays = 365;
  const Value& given = w["RotationPeriodInDays"];
  return given.is_null() ? Value(kDefaultDays) : given;
}

// A key has no name: after a crash the one that carries this resource's tags is ours.
Result<Value> find_made(Work& w) {
  Value keys = TRY(w.call("kms", "ListKeys", Value::object({{"Limit", 1000}})));
  if (!keys["Keys"].is_list()) return Value();
  for (const Value& key : keys["Keys"].as_list()) {
    auto tags = w.call("kms", "ListResourceTags", Value::object({{"KeyId", key["KeyId"]}}));
    if (!tags || !(*tags)["Tags"].is_list()) continue;
    int hits = 0;
    for (const Value& tag : (*tags)["Tags"].as_list()) {
      hits += tag["TagKey"].string_or("") == "aws:cloudformation:stack-id" &&
              tag["TagValue"].string_or("") == w.stack_id;
      hits += tag["TagKey"].string_or("") == "aws:cloudformation:logical-id" &&
              tag["TagValue"].string_or("") == w.logical_id;
    }
    if (hits == 2)
      return TRY(w.call("kms", "DescribeKey", Value::object({{"KeyId", key["KeyId"]}})));
  }
  return Value();
}

Result<void> create_key(Work& w) {
  Value found = w.again && w.physical_id.empty() ? TRY(find_made(w)) : Value();
  if (found.is_null() && w.physical_id.empty()) {
    Value input = pick(w.properties, {"Description", "KeyUsage", "KeySpec", "MultiRegion", "Origin",
                                      "BypassPolicyLockoutSafetyCheck"});
    input.set("Policy", w["KeyPolicy"].is_null() ? default_policy(w) : w["KeyPolicy"]);
    input.set("Tags", kms_tags(merged_tags(w["Tags"], w.tags)));
    found = TRY(w.call("kms", "CreateKey", std::move(input)));
  }
  if (!found.is_null()) {
    w.attributes = pick(found["KeyMetadata"], {"Arn", "KeyId"});
    w.made(found["KeyMetadata"]["KeyId"].as_string());
  }
  Value key = Value::object({{"KeyId", w.physical_id}});
  if (is_true(w["EnableKeyRotation"], false)) {
    Value input = key;
    input.set("RotationPeriodInDays", rotation_days(w));
    TRY(w.call("kms", "EnableKeyRotation", std::move(input)));
  }
  if (!is_true(w["Enabled"], true)) TRY(w.call("kms", "DisableKey", key));
  return {};
}

Result<void> update_key(Work& w) {
  Value key = Value::object({{"KeyId", w.physical_id}});
  auto with = [&](std::initializer_list<std::pair<std::string, Value>> more) {
    Value input = Value::object(more);
    input.set("KeyId", w.physical_id);
    return input;
  };
  if (w.changed("Enabled") && is_true(w["Enabled"], true)) TRY(w.call("kms", "EnableKey", key));
  if (w.changed("KeyPolicy"))
    TRY(w.call("kms", "PutKeyPolicy",
               with({{"PolicyName", "default"},
                     {"Policy", w["KeyPolicy"].is_null() ? default_policy(w) : w["KeyPolicy"]}})));
  if (w.changed("Description"))
    TRY(w.call("kms", "UpdateKeyDescription",
               with({{"Description", w["Description"].scalar_text()}})));
  const bool rotates = is_true(w["EnableKeyRotation"], false);
  if (rotates && (w.changed("EnableKeyRotation") || w.changed("RotationPeriodInDays")))
    TRY(w.call("kms", "EnableKeyRotation", with({{"RotationPeriodInDays", rotation_days(w)}})));
  if (!rotates && w.changed("EnableKeyRotation")) TRY(w.call("kms", "DisableKeyRotation", key));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  TRY(retag(w, {"kms", "TagResource", "UntagResource", "Tags", "TagKeys", TagForm::kKms}, key,
            before, after));
  if (w.changed("Enabled") && !is_true(w["Enabled"], true)) TRY(w.call("kms", "DisableKey", key));
  return {};
}

Result<void> remove_key(Work& w) {
  Value input = Value::object({{"KeyId", w.physical_id}});
  if (const Value* days = w.properties.find("PendingWindowInDays"))
    input.set("PendingWindowInDays", *days);
  auto done = w.call("kms", "ScheduleKeyDeletion", std::move(input));
  if (!done && done.error().code == "KMSInvalidStateException")
    return {};  // it is on its way already
  return deleted(done);
}

Result<void> create_alias(Work& w) {
  auto made = w.call("kms", "CreateAlias", pick(w.properties, {"AliasName", "TargetKeyId"}));
  if (!made && !w.adopts(made.error(), {"AlreadyExistsException"}))
    return fault(std::move(made).error());
  w.made(w["AliasName"].scalar_text());
  return {};
}
Result<void> update_alias(Work& w) {
  TRY(w.call("kms", "UpdateAlias", pick(w.properties, {"AliasName", "TargetKeyId"})));
  return {};
}
Result<void> remove_alias(Work& w) {
  return deleted(w.call("kms", "DeleteAlias", Value::object({{"AliasName", w.physical_id}})));
}

}  // namespace

extern const ResourceType kKmsKey = {
    .name = "AWS::KMS::Key",
    .properties =
        "Description Enabled EnableKeyRotation RotationPeriodInDays KeyPolicy KeySpec# KeyUsage# MultiRegion# Origin# PendingWindowInDays "
        "BypassPolicyLockoutSafetyCheck Tags",
    .attributes = "Arn KeyId",
    .create = create_key,
    .update = update_key,
    .remove = remove_key};
extern const ResourceType kKmsAlias = {.name = "AWS::KMS::Alias",
                                       .properties = "AliasName!# TargetKeyId!",
                                       .create = create_alias,
                                       .update = update_alias,
                                       .remove = remove_alias};

}  // namespace drydock::cloudformation
