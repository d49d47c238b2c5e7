// Types that are nothing but the policy of another resource:
// AWS::SecretsManager::ResourcePolicy, AWS::SSM::ResourcePolicy, AWS::Logs::ResourcePolicy,
// AWS::SQS::QueueInlinePolicy, AWS::Organizations::ResourcePolicy
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// ---- of a secret

Result<void> put_secret_policy(Work& w) {
  Value input = pick(w.properties, {"SecretId", "ResourcePolicy", "BlockPublicPolicy"});
  Value answer = TRY(w.call("secretsmanager", "PutResourcePolicy", std::move(input)));
  if (!w.physical_id.empty()) return {};
  w.attributes = Value::object({{"Id", answer["ARN"]}});
  w.made(answer["ARN"].as_string());
  return {};
}
Result<void> remove_secret_policy(Work& w) {
  return deleted(w.call("secretsmanager", "DeleteResourcePolicy",
                        Value::object({{"SecretId", w.physical_id}})));
}

// ---- of a parameter

Value of_parameter_policy(const Work& w) {
  return Value::object({{"ResourceArn", w["ResourceArn"]},
                        {"PolicyId", w.attributes["PolicyId"]},
                        {"PolicyHash", w.attributes["PolicyHash"]}});
}
Result<void> put_parameter_policy(Work& w) {
  const bool fresh = w.physical_id.empty();
  Value input = fresh ? pick(w.properties, {"ResourceArn"}) : of_parameter_policy(w);
  input.set("Policy", w["Policy"]);
  Value answer = TRY(w.call("ssm", "PutResourcePolicy", std::move(input)));
  w.attributes = pick(answer, {"PolicyId", "PolicyHash"});
  if (fresh) w.made(w["ResourceArn"].scalar_text() + "|" + answer["PolicyId"].as_string());
  return {};
}
Result<void> remove_parameter_policy(Work& w) {
  return deleted(w.call("ssm", "DeleteResourcePolicy", of_parameter_policy(w)));
}

// ---- of the log groups of an account

Result<void> put_logs_policy(Work& w) {
  TRY(w.call("logs", "PutResourcePolicy",
             pick(w.properties, {"PolicyName:policyName", "PolicyDocument:policyDocument"})));
  if (w.physical_id.empty()) w.made(w["PolicyName"].scalar_text());
  return {};
}
Result<void> remove_logs_policy(Work& w) {
  return deleted(
      w.call("logs", "DeleteResourcePolicy", Value::object({{"policyName", w.physical_id}})));
}

// ---- of one queue

Result<void> set_queue_policy(Work& w, const Value& document) {
  TRY(w.call("sqs", "SetQueueAttributes",
             Value::object({{"QueueUrl", w["Queue"]},
                            {"Attributes", Value::object({{"Policy", document}})}})));
  return {};
}
Result<void> put_queue_policy(Work& w) {
  TRY(set_queue_policy(w, w["PolicyDocument"]));
  if (w.physical_id.empty()) w.made(w["Queue"].scalar_text());
  return {};
}
Result<void> remove_queue_policy(Work& w) {
  auto done = set_queue_policy(w, "");
  if (done || is_missing(done.error())) return {};
  return done;
}

// ---- of the organization, of which there is one

Result<void> put_organization_policy(Work& w) {
  const bool fresh = w.physical_id.empty();
  if (fresh && !w.again) {
    auto there = w.call("organizations", "DescribeResourcePolicy", Value::object());
    if (there)
      return refuse("Resource of type 'AWS::Organizations::ResourcePolicy' already exists.");
    if (there.error().code != "ResourcePolicyNotFoundException")
      return fault(std::move(there).error());
  }
  const Value& document = w["Content"];
  Value input =
      Value::object({{"Content", document.is_string() ? document : Value(to_json(document))}});
  auto put = w.call("organizations", "PutResourcePolicy", std::move(input));
  if (!put) return fault(std::move(put).error());
  const Value summary = (*put)["ResourcePolicy"]["ResourcePolicySummary"];
  const std::string id = summary["Id"].as_string();
  w.attributes = pick(summary, {"Id", "Arn"});
  if (fresh) w.made(id);
  return retag(w, {"organizations", "TagResource", "UntagResource"},
               Value::object({{"ResourceId", id}}), merged_tags(w.before["Tags"], w.tags_before),
               merged_tags(w["Tags"], user_tags(w.tags)));
}
Result<void> remove_organization_policy(Work& w) {
  auto gone = w.call("organizations", "DeleteResourcePolicy", Value::object());
  if (gone || gone.error().code == "ResourcePolicyNotFoundException") return {};
  return fault(std::move(gone).error());
}

}  // namespace

extern const ResourceType kSecretPolicy = {
    .name = "AWS::SecretsManager::ResourcePolicy",
    .properties = "SecretId!# ResourcePolicy! BlockPublicPolicy",
    .attributes = "Id",
    .create = put_secret_policy,
    .update = put_secret_policy,
    .remove = remove_secret_policy};
extern const ResourceType kParameterPolicy = {.name = "AWS::SSM::ResourcePolicy",
                                              .properties = "ResourceArn!# Policy!",
                                              .attributes = "PolicyId PolicyHash",
                                              .create = put_parameter_policy,
                                              .update = put_parameter_policy,
                                              .remove = remove_parameter_policy};
extern const ResourceType kLogsResourcePolicy = {.name = "AWS::Logs::ResourcePolicy",
                                                 .properties = "PolicyName!# PolicyDocument!",
                                                 .create = put_logs_policy,
                                                 .update = put_logs_policy,
                                                 .remove = remove_logs_policy};
extern const ResourceType kQueueInlinePolicy = {.name = "AWS::SQS::QueueInlinePolicy",
                                                .properties = "Queue!# PolicyDocument!",
                                                .create = put_queue_policy,
                                                .update = put_queue_policy,
                                                .remove = remove_queue_policy};
extern const ResourceType kOrganizationPolicy = {.name = "AWS::Organizations::ResourcePolicy",
                                                 .properties = "Content! Tags",
                                                 .attributes = "Id Arn",
                                                 .create = put_organization_policy,
                                                 .update = put_organization_policy,
                                                 .remove = remove_organization_policy};

}  // namespace drydock::cloudformation
