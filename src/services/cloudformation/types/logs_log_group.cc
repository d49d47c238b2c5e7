// AWS::Logs::LogGroup, AWS::Logs::LogStream
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

Result<void> set_key(Work& w) {
  if (!w.changed("KmsKeyId")) return {};
  Value input = of_group(w);
  if (w["KmsKeyId"].is_null()) {
    TRY(w.call("logs", "DisassociateKmsKey", std::move(input)));
    return {};
  }
  input.set("kmsKeyId", w["KmsKeyId"]);
  TRY(w.call("logs", "AssociateKmsKey", std::move(input)));
  return {};
}

// The group's own policy; it is changed by who names its revision.
Result<void> set_group_policy(Work& w) {
  if (!w.changed("ResourcePolicyDocument")) return {};
  const std::string arn = w.arn("logs", "log-group:" + w.physical_id);
  Value found =
      TRY(w.call("logs", "DescribeResourcePolicies", Value::object({{"resourceArn", arn}})));
  Value input = Value::object({{"resourceArn", arn}});
  if (found["resourcePolicies"].size() > 0)
    input.set("expectedRevisionId", found["resourcePolicies"].as_list()[0]["revisionId"]);
  if (w["ResourcePolicyDocument"].is_null())
    return deleted(w.call("logs", "DeleteResourcePolicy", std::move(input)));
  input.set("policyName", w.logical_id);
  input.set("policyDocument", w["ResourcePolicyDocument"]);
  TRY(w.call("logs", "PutResourcePolicy", std::move(input)));
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
  TRY(set_retention(w));
  return set_group_policy(w);
}

Result<void> update(Work& w) {
  TRY(set_retention(w));
  TRY(set_key(w));
  TRY(set_group_policy(w));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  std::string arn = w.arn("logs", "log-group:" + w.physical_id);
  return retag(w, {"logs", "TagResource", "UntagResource", "tags", "tagKeys", TagForm::kMap},
               Value::object({{"resourceArn", arn}}), before, after);
}

Result<void> remove(Work& w) { return deleted(w.call("logs", "DeleteLogGroup", of_group(w))); }

// ---- streams

Value of_stream(const Work& w) {
  return Value::object({{"logGroupName", w["LogGroupName"]},
                        {"logStreamName", w.physical_id.empty() ? w.name : w.physical_id}});
}
Result<void> create_stream(Work& w) {
  auto made = w.call("logs", "CreateLogStream", of_stream(w));
  if (!made && !w.adopts(made.error(), {"ResourceAlreadyExistsException"}))
    return fault(std::move(made).error());
  w.made(w.name);
  return {};
}
Result<void> update_stream(Work&) { return {}; }  // nothing of it can change
Result<void> remove_stream(Work& w) {
  return deleted(w.call("logs", "DeleteLogStream", of_stream(w)));
}

}  // namespace

extern const ResourceType kLogsLogGroup = {
    .name = "AWS::Logs::LogGroup",
    .properties =
        "LogGroupName# RetentionInDays KmsKeyId LogGroupClass# Tags DataProtectionPolicy~ FieldIndexPolicies~ ResourcePolicyDocument DeletionProtectionEnabled~ BearerTokenAuthenticationEnabled~",
    .attributes = "Arn",
    .name_property = "LogGroupName",
    .name_max = 512,
    .create = create,
    .update = update,
    .remove = remove};
extern const ResourceType kLogsLogStream = {.name = "AWS::Logs::LogStream",
                                            .properties = "LogGroupName!# LogStreamName#",
                                            .name_property = "LogStreamName",
                                            .name_max = 512,
                                            .create = create_stream,
                                            .update = update_stream,
                                            .remove = remove_stream};

}  // namespace drydock::cloudformation
