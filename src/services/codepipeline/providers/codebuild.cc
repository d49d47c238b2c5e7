// CodeBuild: starts a build of the input artifact as the action's role and follows it.
#include "services/codepipeline/actions.h"

namespace drydock::codepipeline {
namespace {

Value located(const std::vector<Located>& artifacts) {
  Value list = Value::list();
  for (auto& a : artifacts)
    list.push_back(Value::object(
        {{"name", a.name}, {"bucket", a.bucket}, {"key", a.key}, {"revision", a.revision}}));
  return list;
}

// The public overrides say where source and artifacts are; `codePipelineAction` says why, for the
// build's own environment.
Value start_input(Task& task, const Located& primary, Value environment) {
  Value in = Value::object({{"projectName", task.get("ProjectName")},
                            {"idempotencyToken", *task.row.ExecutionId},
                            {"sourceTypeOverride", "S3"},
                            {"sourceLocationOverride", primary.bucket + "/" + primary.key}});
  if (!task.outputs.empty()) {
    const Located& out = task.outputs[0];
    in.set("artifactsOverride", Value::object({{"type", "S3"},
                                               {"location", out.bucket},
                                               {"name", out.key},
                                               {"packaging", "ZIP"},
                                               {"namespaceType", "NONE"}}));
  } else {
    in.set("artifactsOverride", Value::object({{"type", "NO_ARTIFACTS"}}));
  }
  if (!environment.is_null()) in.set("environmentVariablesOverride", std::move(environment));
  if (auto buildspec = task.get("BuildspecOverride"); !buildspec.empty())
    in.set("buildspecOverride", buildspec);
  std::vector<Located> inputs{primary};
  for (auto& input : task.inputs)
    if (input.name != primary.name) inputs.push_back(input);
  Value action = Value::object({{"pipeline", task.definition.name},
                                {"executionId", task.execution.Id},
                                {"stage", task.stage.name},
                                {"action", task.action.name},
                                {"inputArtifacts", located(inputs)},
                                {"outputArtifacts", located(task.outputs)},
                                {"initiator", "codepipeline/" + task.definition.name}});
  in.set("codePipelineAction", std::move(action));
  return in;
}

// "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: …":
// the first phase that failed.
std::string failure_text(const Value& build) {
  std::string text = "Build terminated with state: " + build["buildStatus"].string_or("FAILED");
  const Value& phases = build["phases"];
  for (auto& phase : phases.is_list() ? phases.as_list() : Value::List{}) {
    std::string status = phase["phaseStatus"].string_or("");
    if (status.empty() || status == "SUCCEEDED") continue;
    text += ". Phase: " + phase["phaseType"].string_or("");
    const Value& contexts = phase["contexts"];
    if (contexts.is_list() && contexts.size() > 0)
      text += ", Code: " + contexts.as_list()[0]["statusCode"].string_or("") +
              ", Message: " + contexts.as_list()[0]["message"].string_or("");
    break;
  }
  return text;
}

Outcome finished(const Value& build, Outcome outcome) {
  if (build["buildStatus"].string_or("") != "SUCCEEDED") {
    outcome.kind = Outcome::Kind::kFailed;
    outcome.error_code = "JobFailed";
    outcome.error_message = failure_text(build);
    return outcome;
  }
  outcome.kind = Outcome::Kind::kSucceeded;
  const Value& exported = build["exportedEnvironmentVariables"];
  for (auto& variable : exported.is_list() ? exported.as_list() : Value::List{})
    outcome.variables.emplace_back(variable["name"].string_or(""), variable["value"].string_or(""));
  return outcome;
}

Outcome start(Task& task) {
  const Located* primary = task.inputs.empty() ? nullptr : &task.inputs[0];
  for (auto& input : task.inputs)
    if (input.name == task.get("PrimarySource")) primary = &input;
  if (!primary)
    return failed(
        "ConfigurationError",
        "The input artifact of the action is missing: no earlier action of this execution made it");
  Value environment;
  if (auto text = task.get("EnvironmentVariables"); !text.empty()) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_list())
      return failed("ConfigurationError",
                    "The EnvironmentVariables of the action are not a JSON array: " + text);
    environment = std::move(*parsed);
    for (auto& variable : environment.as_list())
      if (variable.is_object() && !variable.find("type")) variable.set("type", "PLAINTEXT");
  }
  auto started = task.client.call("codebuild", "StartBuild",
                                  start_input(task, *primary, std::move(environment)));
  if (!started)
    return failed("JobFailed", "Error calling startBuild: " + started.error().message +
                                   " (Service: AWSCodeBuild; Status Code: 400; Error Code: " +
                                   (started.error().code == "AccessDenied" ? "AccessDeniedException"
                                                                           : started.error().code) +
                                   ")");
  const std::string id = (*started)["build"]["id"].string_or("");
  Outcome outcome{
      .kind = Outcome::Kind::kAgain, .external_id = id, .again_ms = look_again_ms(task)};
  outcome.external_url =
      "https://console.aws.amazon.com/codebuild/home?region=" + task.region.text + "#/builds/" +
      id + "/view/new";
  outcome.memory = Value::object({{"buildId", id}});
  return outcome;
}

}  // namespace

Outcome step_codebuild(Task& task) {
  std::string id = task.memory()["buildId"].string_or("");
  // The token makes a repeated start give the build that was started before a crash.
  if (id.empty()) return start(task);
  auto builds =
      task.client.call("codebuild", "BatchGetBuilds", Value::object({{"ids", Value::list({id})}}));
  if (!builds)
    return failed("JobFailed", "Error calling batchGetBuilds: " + builds.error().message +
                                   " (Service: AWSCodeBuild; Status Code: 400; Error Code: " +
                                   (builds.error().code == "AccessDenied" ? "AccessDeniedException"
                                                                          : builds.error().code) +
                                   ")");
  const Value& list = (*builds)["builds"];
  if (!list.is_list() || list.size() == 0)
    return failed("JobFailed", "The build " + id + " does not exist any more");
  const Value& build = list.as_list()[0];
  if (build["buildStatus"].string_or("IN_PROGRESS") == "IN_PROGRESS" ||
      !build["buildComplete"].bool_or(true))
    return {.kind = Outcome::Kind::kAgain, .again_ms = look_again_ms(task)};
  return finished(build, {});
}

}  // namespace drydock::codepipeline
