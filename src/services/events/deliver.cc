// One event to one target, as the rule: by its role, or as events.amazonaws.com where the target's
// own policy decides.
#include "api/client.h"
#include "api/server.h"
#include "services/events/publish.h"
#include "services/events/target_input.h"

namespace drydock::events {
namespace {

Delivered outcome(const Result<Value>& result) {
  if (result) return {.ok = true};
  const Fault& f = result.error();
  return {.again = f.status >= 500 || f.code.find("Throttl") != std::string::npos ||
                   f.code.find("TooManyRequests") != std::string::npos ||
                   f.code.find("LimitExceeded") != std::string::npos,
          .error = f.code + ": " + f.message};
}

// The event to a log group, one stream per rule.
Result<Value> to_log_group(const Client& service, const Arn& arn, const std::string& rule,
                           const std::string& text, Timestamp now) {
  std::string group = arn.resource.substr(std::string_view("log-group:").size());
  if (group.ends_with(":*")) group.resize(group.size() - 2);
  auto made = service.call("logs", "CreateLogStream",
                           Value::object({{"logGroupName", group}, {"logStreamName", rule}}));
  if (!made && made.error().code != "ResourceAlreadyExistsException") return made;
  return service.call(
      "logs", "PutLogEvents",
      Value::object({{"logGroupName", group},
                     {"logStreamName", rule},
                     {"logEvents",
                      Value::list({Value::object({{"timestamp", now.ms}, {"message", text}})})}}));
}

Result<Value> send(Server& server, const BusRef& bus, const std::string& rule, const Target& target,
                   const Value& event) {
  auto arn = Arn::parse(target.Arn);
  if (!arn) return fault("ValidationException", "The target's ARN is not valid: " + target.Arn);
  Region region{arn->region.empty() ? bus.region : arn->region};
  Client client =
      server.client_as_service("events.amazonaws.com", bus.rule_arn(rule), bus.account, region);
  if (target.RoleArn)
    client = TRY(client.assume_role(*target.RoleArn, "AWSEvents_" + rule.substr(0, 50)));
  std::string input = input_of(target, event, bus.rule_arn(rule));
  const std::string name =
      arn->resource.substr(arn->resource.find_first_of(":/") == std::string::npos
                               ? 0
                               : arn->resource.find_first_of(":/") + 1);
  if (arn->service == "codepipeline") {
    Value start = Value::object(
        {{"name", arn->resource}, {"triggerDetail", bus.rule_arn(rule)}, {"eventId", event["id"]}});
    if (target.Input || target.InputTransformer)
      if (auto given = parse_json(input); given && given->is_object())
        for (const char* member : {"variables", "sourceRevisions"})
          if (const Value* value = given->find(member)) start.set(member, *value);
    return client.call("codepipeline", "StartPipelineExecutionForEvent", std::move(start));
  }
  if (arn->service == "lambda")
    return client.call(
        "lambda", "Invoke",
        Value::object(
            {{"FunctionName", target.Arn}, {"InvocationType", "Event"}, {"Payload", input}}));
  if (arn->service == "codebuild") {
    Value build = Value::object({{"projectName", name}});
    // AWS does take a target's constant input as overrides of the build.
    if (auto overrides =
            target.Input ? parse_json(*target.Input) : std::expected<Value, JsonError>(Value());
        overrides && overrides->is_object())
      for (auto& member : overrides->as_object()) build.set(member.name, member.value);
    return client.call("codebuild", "StartBuild", std::move(build));
  }
  if (arn->service == "logs") return to_log_group(client, *arn, rule, input, server.clock().now());
  if (arn->service == "events" && arn->resource.starts_with("event-bus/"))
    return client.call("events", "PutEventToBus",
                       Value::object({{"EventBusName", target.Arn}, {"Event", event}}));
  if (arn->service == "sns")
    return client.call("sns", "Publish",
                       Value::object({{"TopicArn", target.Arn}, {"Message", input}}));
  if (arn->service == "sqs") {
    Value message = Value::object({{"QueueUrl", "https://sqs." + arn->region + ".amazonaws.com/" +
                                                    arn->account + "/" + arn->resource},
                                   {"MessageBody", input}});
    if (target.SqsParameters && target.SqsParameters->MessageGroupId)
      message.set("MessageGroupId", *target.SqsParameters->MessageGroupId);
    return client.call("sqs", "SendMessage", std::move(message));
  }
  return not_implemented("A rule's target of the service " + arn->service);
}

}  // namespace

Delivered deliver(Server& server, const Value& payload) {
  BusRef bus{payload["account"].as_string(), payload["region"].as_string(),
             payload["bus"].as_string()};
  return outcome(send(server, bus, payload["rule"].as_string(),
                      from_value<Target>(payload["target"]), payload["event"]));
}

}  // namespace drydock::events
