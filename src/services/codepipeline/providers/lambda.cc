// Lambda invoke: hands the function a job; the function ends it with PutJobSuccessResult or
// PutJobFailureResult.
#include "services/codepipeline/actions.h"

namespace drydock::codepipeline {
namespace {

constexpr int64_t kTimeoutMs = 20 * 60'000;

Value artifacts(const std::vector<Located>& located) {
  Value list = Value::list();
  for (auto& a : located)
    list.push_back(Value::object(
        {{"name", a.name},
         {"revision", a.revision.empty() ? Value() : Value(a.revision)},
         {"location", Value::object({{"type", "S3"},
                                     {"s3Location", Value::object({{"bucketName", a.bucket},
                                                                   {"objectKey", a.key}})}})}}));
  return list;
}

// Credentials of the pipeline's role for the artifact bucket, as AWS hands them to the function.
Result<Value> credentials(Task& task) {
  Client service = task.server.client_as_service("codepipeline.amazonaws.com", task.arn(),
                                                 task.account.text, task.region);
  Value output = TRY(service.call("sts", "AssumeRole",
                                  Value::object({{"RoleArn", task.definition.roleArn},
                                                 {"RoleSessionName", *task.row.ExecutionId}})));
  const Value& c = output["Credentials"];
  return Value::object({{"accessKeyId", c["AccessKeyId"]},
                        {"secretAccessKey", c["SecretAccessKey"]},
                        {"sessionToken", c["SessionToken"]}});
}

}  // namespace

Outcome step_lambda(Task& task) {
  const std::string& job_id = *task.row.ExecutionId;
  Outcome outcome{.kind = Outcome::Kind::kOutside, .external_id = job_id, .timeout_ms = kTimeoutMs};
  outcome.memory = task.memory().is_object() ? task.memory() : Value(Value::Object{});
  auto keys = credentials(task);
  if (!keys)
    return failed(keys.error(), "The credentials for the artifacts could not be made. Error: ");
  auto known = task.server.work_in(
      task.account, task.region, "codepipeline", [&](Call& call) -> Result<void> {
        kJobs.put(call.txn(), call.space(), {job_id},
                  JobRow{task.definition.name, task.execution.Number, task.stage.name,
                         task.action.name, *task.row.ExecutionId});
        return {};
      });
  if (!known) return failed(known.error(), "");
  Value configuration = Value::object({{"FunctionName", task.get("FunctionName")}});
  if (auto parameters = task.get("UserParameters"); !parameters.empty())
    configuration.set("UserParameters", parameters);
  Value data = Value::object(
      {{"actionConfiguration", Value::object({{"configuration", std::move(configuration)}})},
       {"inputArtifacts", artifacts(task.inputs)},
       {"outputArtifacts", artifacts(task.outputs)},
       {"artifactCredentials", std::move(*keys)}});
  if (auto token = task.memory()["continuationToken"].string_or(""); !token.empty())
    data.set("continuationToken", token);
  if (task.store.encryptionKey)
    data.set("encryptionKey",
             Value::object({{"id", task.store.encryptionKey->id}, {"type", "KMS"}}));
  Value event = Value::object({{"CodePipeline.job", Value::object({{"id", job_id},
                                                                   {"accountId", task.account.text},
                                                                   {"data", std::move(data)}})}});
  auto invoked = task.client.call("lambda", "Invoke",
                                  Value::object({{"FunctionName", task.get("FunctionName")},
                                                 {"InvocationType", "Event"},
                                                 {"Payload", to_json(event)}}));
  if (!invoked)
    return failed(invoked.error().status == 403 ? "PermissionError" : "ConfigurationError",
                  "The AWS Lambda function " + task.get("FunctionName") +
                      " could not be invoked. Error: " + invoked.error().message);
  outcome.memory.set("invoked", true);
  return outcome;
}

}  // namespace drydock::codepipeline
