// Manual approval: waits for PutApprovalResult with the token that GetPipelineState shows.
#include "services/codepipeline/actions.h"

namespace drydock::codepipeline {
namespace {

constexpr int64_t kDefaultTimeoutMinutes = 7 * 24 * 60;

}  // namespace

Outcome step_approval(Task& task) {
  Outcome outcome{.kind = Outcome::Kind::kOutside};
  // A repeated step keeps the token: somebody may know it already.
  outcome.token = task.row.Token.value_or(task.server.random().uuid());
  outcome.timeout_ms = task.action.timeoutInMinutes.value_or(kDefaultTimeoutMinutes) * 60'000;
  std::string topic = task.get("NotificationArn");
  if (topic.empty() || task.row.Token) return outcome;
  std::string console = "https://console.aws.amazon.com/codesuite/codepipeline/pipelines/" +
                        task.definition.name + "/view?region=" + task.region.text;
  Value approval =
      Value::object({{"pipelineName", task.definition.name},
                     {"stageName", task.stage.name},
                     {"actionName", task.action.name},
                     {"token", outcome.token},
                     {"expires", to_iso8601(task.server.clock().now() + outcome.timeout_ms)}});
  if (auto link = task.get("ExternalEntityLink"); !link.empty())
    approval.set("externalEntityLink", link);
  approval.set("approvalReviewLink", console + "#/" + task.stage.name + "/" + task.action.name +
                                         "/approve/" + outcome.token);
  if (auto data = task.get("CustomData"); !data.empty()) approval.set("customData", data);
  Value message = Value::object(
      {{"region", task.region.text}, {"consoleLink", console}, {"approval", std::move(approval)}});
  auto sent = task.client.call(
      "sns", "Publish",
      Value::object({{"TopicArn", topic},
                     {"Subject", "APPROVAL NEEDED: AWS CodePipeline " + task.definition.name},
                     {"Message", to_json(message)}}));
  if (!sent)
    return failed(sent.error(),
                  "The approval could not be announced on the topic " + topic + ". Error: ");
  return outcome;
}

}  // namespace drydock::codepipeline
