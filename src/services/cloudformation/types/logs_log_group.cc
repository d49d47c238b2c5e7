// AWS::Logs::LogGroup
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value of_group(const Work& w) { return Value::object({{"logGroupName", w.physical_id}}); }

Result<void> set_retention(Work& w) {
  if (!w.changed("RetentionInDays")) return {};
  Value input = of_group(w);
  if (w["RetentionInDays"].is_null()) {
    TRY(w.call("logs", "DeleteRetentionPolicy", std::move(input)));
    return {};
  }
  input.set("retentionInDays", w["RetentionInDays"]);
  TRY(w.call("logs", "PutRetentionPolicy", std::move(input)));
  return {};
}

Result<void> create(Work& w) {
  Value input = pick(w.properties, {"KmsKeyId", "LogGroupClass"});
  input.set("logGroupName", w.name);
  input.set("tags", tag_map(merged_tags(w["Tags"], w.tags)));
  auto made = w.call("logs", "CreateLogGroup", std::move(input));
  if (!made && !w.adopts(made.error(), {"ResourceAlreadyExistsException"}))
    return fault(std::move(made).error());
  w.attributes = Value::object({{"Arn", w.arn("logs", "log-group:" + w.name + ":*")}});
  w.made(w.name);
  return set_retention(w);
}

Result<void> update(Work& w) {
  TRY(set_retention(w));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  std::string arn = w.arn("logs", "log-group:" + w.physical_id);
  return retag(w, {"logs", "TagResource", "UntagResource", "tags", "tagKeys", TagForm::kMap},
               Value::object({{"resourceArn", arn}}), before, after);
}

Result<void> remove(Work& w) { return deleted(w.call("logs", "DeleteLogGroup", of_group(w))); }

}  // namespace

extern const ResourceType kLogsLogGroup = {
    .name = "AWS::Logs::LogGroup",
    .properties =
        "LogGroupName# RetentionInDays KmsKeyId# LogGroupClass# Tags DataProtectionPolicy~ FieldIndexPolicies~ ResourcePolicyDocument~ DeletionProtectionEnabled~ BearerTokenAuthenticationEnabled~",
    .attributes = "Arn",
    .name_property = "LogGroupName",
    .name_max = 512,
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
