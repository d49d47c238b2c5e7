#include "main/rehearse/steps.h"

#include <unistd.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/files.h"
#include "base/text.h"
#include "http/client.h"
#include "main/rehearse/push.h"

namespace drydock::rehearse {

namespace {

constexpr int64_t kPollMs = 150;
constexpr int64_t kStartMs = 15'000;  // from a push to the start of its pipeline: here milliseconds
constexpr int64_t kStackTimeoutMs = 30 * 60 * 1000;

void pause_ms(int64_t ms) { usleep(static_cast<useconds_t>(ms * 1000)); }

Value text_list(const std::vector<std::string>& texts) {
  Value list = Value::list();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

// Query answers have one item as a list of one already, JSON ones too; null means none.
const Value::List& items(const Value& value) {
  static const Value::List none;
  return value.is_list() ? value.as_list() : none;
}

}  // namespace

Steps::Steps(Endpoint endpoint, const Spec& spec, Report& report, BuildLogs logs)
    : endpoint_(std::move(endpoint)), spec_(spec), report_(report), logs_(logs) {}

bool Steps::fail(const std::string& reason) {
  report_.failed(reason);
  return false;
}

bool Steps::fail(const std::string& what, const AwsError& error) {
  return fail(what + ": " + (error.code.empty() ? "" : error.code + ": ") + error.message +
              (error.request_id.empty() ? "" : "\n(request " + error.request_id + ")"));
}

AwsClient Steps::client(const std::string& account) const {
  for (const Account& one : accounts_)
    if (one.name == account) return AwsClient(endpoint_.url, spec_.region, one);
  return AwsClient(endpoint_.url, spec_.region, {});
}

bool Steps::run() {
  for (const std::string& account : spec_.accounts)
    if (!make_account(account)) return false;
  for (const StackSpec& stack : spec_.stacks)
    if (!deploy_stack(stack)) return false;
  for (const PushSpec& one : spec_.pushes)
    if (!push(one)) return false;
  for (const PipelineSpec& pipeline : spec_.pipelines)
    if (!wait_for_pipeline(pipeline, last_commit_)) return false;
  for (const DeployedSpec& deployed : spec_.deployed)
    if (!read_outputs(deployed)) return false;
  for (const CheckSpec& one : spec_.checks)
    if (!check(one)) return false;
  return true;
}

bool Steps::clean_up() {
  for (const CleanupSpec& one : spec_.cleanup)
    if (!delete_stack(one)) return false;
  return true;
}

// ---- accounts and stacks

bool Steps::make_account(const std::string& name) {
  report_.begin("account " + name);
  auto account = admin_get(endpoint_, "/accounts/" + percent_encode(name));
  const bool existed = account.has_value();
  if (!existed) account = admin_post(endpoint_, "/accounts", Value::object({{"Name", name}}));
  if (!account) return fail("account " + name + ": " + account.error());
  const Account made{name, (*account)["Id"].string_or(""), (*account)["AccessKeyId"].string_or(""),
                     (*account)["SecretAccessKey"].string_or("")};
  variables_.emplace_back("accounts." + name + ".id", made.id);
  accounts_.push_back(made);
  report_.done(made.id + (existed ? ", was there" : ""));
  return true;
}

std::expected<Value, AwsError> Steps::describe_stack(const AwsClient& client,
                                                     const std::string& name) const {
  auto answer = client.cloudformation("DescribeStacks", Value::object({{"StackName", name}}));
  if (!answer) return answer;
  for (const Value& stack : items((*answer)["Stacks"])) return stack;
  return std::unexpected(
      AwsError{"ValidationError", "Stack with id " + name + " does not exist", 400, ""});
}

std::string Steps::wait_for_stack(const AwsClient& client, const std::string& name, Value& stack) {
  for (const int64_t until = steady_ms() + kStackTimeoutMs; steady_ms() < until;
       pause_ms(kPollMs)) {
    auto now = describe_stack(client, name);
    if (!now)
      return now.error().message.find("does not exist") != std::string::npos ? ""
                                                                             : now.error().message;
    stack = *now;
    const std::string status = stack["StackStatus"].string_or("");
    if (!status.ends_with("_IN_PROGRESS")) return status;
    report_.running(status);
  }
  return "still in progress after " + seconds_text(kStackTimeoutMs);
}

std::string Steps::failed_events(const AwsClient& client, const std::string& name) const {
  auto events = client.cloudformation("DescribeStackEvents", Value::object({{"StackName", name}}));
  std::string out;
  if (!events) return out;
  const Value& list = (*events)["StackEvents"];
  for (size_t i = list.size(); i-- > 0;) {
    const Value& event = list.as_list()[i];
    if (!event["ResourceStatus"].string_or("").ends_with("_FAILED")) continue;
    out += "\n  " + event["LogicalResourceId"].string_or("") + " (" +
           event["ResourceType"].string_or("") +
           "): " + event["ResourceStatusReason"].string_or("");
  }
  return out;
}

void Steps::add_outputs(const std::string& name, const Value& stack) {
  for (const Value& output : items(stack["Outputs"]))
    variables_.emplace_back("stacks." + name + "." + output["OutputKey"].string_or(""),
                            output["OutputValue"].string_or(""));
}

bool Steps::deploy_stack(const StackSpec& spec) {
  report_.begin("stack " + spec.name + " in " + spec.account);
  AwsClient aws = client(spec.account);
  Value input = Value::object({{"StackName", spec.name},
                               {"TemplateBody", read_file(spec.template_path)},
                               {"Capabilities", text_list(spec.capabilities)}});
  Value parameters = Value::list(), tags = Value::list();
  for (const auto& [key, text] : spec.parameters) {
    auto value = expand(text, variables_);
    if (!value) return fail("stack " + spec.name + ", parameter " + key + ": " + value.error());
    parameters.push_back(Value::object({{"ParameterKey", key}, {"ParameterValue", *value}}));
  }
  for (const auto& [key, text] : spec.tags)
    tags.push_back(Value::object({{"Key", key}, {"Value", text}}));
  input.set("Parameters", std::move(parameters));
  input.set("Tags", std::move(tags));

  auto existing = describe_stack(aws, spec.name);
  auto started = aws.cloudformation(existing ? "UpdateStack" : "CreateStack", input);
  if (!started &&
      started.error().message.find("No updates are to be performed") != std::string::npos) {
    add_outputs(spec.name, *existing);
    report_.done("no change");
    return true;
  }
  if (!started) return fail("stack " + spec.name, started.error());
  Value stack;
  const std::string status = wait_for_stack(aws, spec.name, stack);
  if (status != "CREATE_COMPLETE" && status != "UPDATE_COMPLETE")
    return fail("stack " + spec.name + " ended as " + (status.empty() ? "deleted" : status) +
                failed_events(aws, spec.name));
  add_outputs(spec.name, stack);
  size_t resources = 0;
  if (auto listed =
          aws.cloudformation("ListStackResources", Value::object({{"StackName", spec.name}})))
    resources = (*listed)["StackResourceSummaries"].size();
  report_.done(status + ", " + std::to_string(resources) + " resources");
  return true;
}

bool Steps::delete_stack(const CleanupSpec& spec) {
  report_.begin("delete stack " + spec.stack + " in " + spec.account);
  AwsClient aws = client(spec.account);
  auto stack = describe_stack(aws, spec.stack);
  if (!stack) {
    report_.done("not there");
    return true;
  }
  for (const std::string& output : spec.empty)
    for (const Value& one : items((*stack)["Outputs"])) {
      if (one["OutputKey"].string_or("") != output) continue;
      std::string reason;
      report_.running("emptying " + one["OutputValue"].string_or(""));
      if (!empty_bucket(aws, one["OutputValue"].string_or(""), reason))
        return fail("bucket " + one["OutputValue"].string_or("") + ": " + reason);
    }
  auto deleted = aws.cloudformation("DeleteStack", Value::object({{"StackName", spec.stack}}));
  if (!deleted) return fail("stack " + spec.stack, deleted.error());
  Value last;
  const std::string status = wait_for_stack(aws, (*stack)["StackId"].string_or(spec.stack), last);
  if (!status.empty() && status != "DELETE_COMPLETE")
    return fail("stack " + spec.stack + " ended as " + status + failed_events(aws, spec.stack));
  report_.done();
  return true;
}

bool Steps::empty_bucket(const AwsClient& client, const std::string& bucket, std::string& reason) {
  for (;;) {
    auto listed = client.s3("GET", "/" + bucket + "?versions=", "");
    if (!listed) {
      if (listed.error().code == "NoSuchBucket") return true;
      reason = listed.error().message;
      return false;
    }
    std::string body = "<Delete>";
    size_t count = 0;
    for (const char* kind : {"Version", "DeleteMarker"}) {
      const Value& found = (*listed)[kind];
      const Value one_or_more = found.is_object() ? Value::list({found}) : found;
      for (const Value& version : items(one_or_more)) {
        std::string key =
            replace_all(replace_all(version["Key"].string_or(""), "&", "&amp;"), "<", "&lt;");
        body += "<Object><Key>" + key + "</Key><VersionId>" +
                version["VersionId"].string_or("null") + "</VersionId></Object>";
        ++count;
      }
    }
    if (!count) return true;
    auto deleted = client.s3("POST", "/" + bucket + "?delete=", body + "</Delete>");
    if (!deleted) {
      reason = deleted.error().message;
      return false;
    }
  }
}

// ---- push and pipeline

bool Steps::push(const PushSpec& spec) {
  PushSpec push = spec;
  auto repository = expand(spec.repository, variables_);
  if (!repository) return fail("push: " + repository.error());
  push.repository = *repository;
  report_.begin("push to " + push.repository + " (" + push.branch + ")");
  // Executions from before this push are not the ones to wait for.
  for (const PipelineSpec& pipeline : spec_.pipelines) {
    auto name = expand(pipeline.name, variables_);
    if (!name) continue;
    auto listed = client(pipeline.account)
                      .json("codepipeline", "CodePipeline_20150709.ListPipelineExecutions",
                            Value::object({{"pipelineName", *name}}));
    if (listed)
      for (const Value& execution : items((*listed)["pipelineExecutionSummaries"]))
        seen_executions_.push_back(execution["pipelineExecutionId"].string_or(""));
  }
  auto commit = push_folder(client(spec.account), push);
  if (!commit) return fail("push to " + push.repository + ": " + commit.error());
  last_commit_ = *commit;
  report_.done(commit->empty() ? "no change" : commit->substr(0, 8));
  return true;
}

// A build that an action runs, and how far its log was read.
struct Steps::BuildView {
  std::string id;
  std::string group, stream, token;
  std::vector<std::string> tail;  // the last lines, for a failure
};

void Steps::follow_build(const AwsClient& client, BuildView& view) {
  if (view.group.empty()) {
    auto builds = client.json("codebuild", "CodeBuild_20161006.BatchGetBuilds",
                              Value::object({{"ids", text_list({view.id})}}));
    if (!builds) return;
    for (const Value& build : items((*builds)["builds"])) {
      view.group = build["logs"]["groupName"].string_or("");
      view.stream = build["logs"]["streamName"].string_or("");
    }
    if (view.group.empty()) return;
  }
  Value input = Value::object(
      {{"logGroupName", view.group}, {"logStreamName", view.stream}, {"startFromHead", true}});
  if (!view.token.empty()) input.set("nextToken", view.token);
  auto events = client.json("logs", "Logs_20140328.GetLogEvents", input);
  if (!events) return;
  view.token = (*events)["nextForwardToken"].string_or("");
  for (const Value& event : items((*events)["events"])) {
    std::string line(trim(event["message"].string_or("")));
    if (line.empty()) continue;
    if (logs_ == BuildLogs::kShow) report_.log_line(line);
    view.tail.push_back(line);
    if (view.tail.size() > 25) view.tail.erase(view.tail.begin());
  }
}

bool Steps::wait_for_pipeline(const PipelineSpec& spec, const std::string& commit) {
  auto name = expand(spec.name, variables_);
  if (!name) return fail("pipeline: " + name.error());
  AwsClient aws = client(spec.account);
  const int64_t begun = steady_ms(), until = begun + spec.timeout_minutes * 60000;
  report_.begin("pipeline " + *name);
  if (commit.empty()) {
    // Nothing was pushed: run it once more.
    auto started = aws.json("codepipeline", "CodePipeline_20150709.StartPipelineExecution",
                            Value::object({{"name", *name}}));
    if (!started) return fail("pipeline " + *name, started.error());
  }
  std::string execution_id, status;
  std::vector<std::string> shown;  // action executions already reported
  std::vector<BuildView> builds;
  std::string problem;
  for (; steady_ms() < until; pause_ms(kPollMs)) {
    if (execution_id.empty()) {
      auto listed = aws.json("codepipeline", "CodePipeline_20150709.ListPipelineExecutions",
                             Value::object({{"pipelineName", *name}}));
      if (!listed) return fail("pipeline " + *name, listed.error());
      for (const Value& execution : items((*listed)["pipelineExecutionSummaries"])) {
        const std::string id = execution["pipelineExecutionId"].string_or("");
        if (std::find(seen_executions_.begin(), seen_executions_.end(), id) ==
            seen_executions_.end())
          execution_id = id;
      }
      report_.running("waiting for the push to start it");
      if (execution_id.empty() && steady_ms() - begun > kStartMs) break;
      if (execution_id.empty()) continue;
    }
    auto execution =
        aws.json("codepipeline", "CodePipeline_20150709.GetPipelineExecution",
                 Value::object({{"pipelineName", *name}, {"pipelineExecutionId", execution_id}}));
    if (!execution) return fail("pipeline " + *name, execution.error());
    status = (*execution)["pipelineExecution"]["status"].string_or("");

    auto actions = aws.json(
        "codepipeline", "CodePipeline_20150709.ListActionExecutions",
        Value::object({{"pipelineName", *name},
                       {"filter", Value::object({{"pipelineExecutionId", execution_id}})}}));
    if (!actions) return fail("pipeline " + *name, actions.error());
    std::string now = status;
    const auto& details = items((*actions)["actionExecutionDetails"]);
    for (size_t i = details.size(); i-- > 0;) {  // oldest first
      const Value& action = details[i];
      const std::string what =
          action["stageName"].string_or("") + " / " + action["actionName"].string_or("");
      const std::string state = action["status"].string_or(""),
                        id = action["actionExecutionId"].string_or("");
      const Value& result = action["output"]["executionResult"];
      const std::string build_id = result["externalExecutionId"].string_or("");
      BuildView* build = nullptr;
      if (action["input"]["actionTypeId"]["provider"].string_or("") == "CodeBuild" &&
          !build_id.empty()) {
        for (BuildView& one : builds)
          if (one.id == build_id) build = &one;
        if (!build) build = &builds.emplace_back(BuildView{.id = build_id});
      }
      const bool was_shown = std::find(shown.begin(), shown.end(), id) != shown.end();
      if (build && !was_shown) follow_build(aws, *build);
      if (state == "InProgress") {
        now = what + (build && !build->tail.empty() ? "  " + build->tail.back() : "");
      } else if (!was_shown) {
        shown.push_back(id);
        const auto ms = static_cast<int64_t>(
            (action["lastUpdateTime"].is_number()
                 ? action["lastUpdateTime"].as_double() - action["startTime"].as_double()
                 : 0) *
            1000);
        report_.finished(
            what, state == "Succeeded", ms,
            build
                ? ""
                : std::string(trim(result["externalExecutionSummary"].string_or(""))).substr(0, 50),
            1);
        if (state == "Failed") {
          problem = what + " failed: " +
                    result["errorDetails"]["message"].string_or(
                        result["externalExecutionSummary"].string_or("no reason was given"));
          if (build)
            for (const std::string& line : build->tail) problem += "\n  | " + line;
        }
      }
    }
    report_.running(now);
    if (status != "InProgress" && status != "Stopping" && !status.empty()) break;
  }
  for (const BuildView& view : builds) {
    auto found = aws.json("codebuild", "CodeBuild_20161006.BatchGetBuilds",
                          Value::object({{"ids", text_list({view.id})}}));
    if (!found) continue;
    for (const Value& build : items((*found)["builds"])) {
      Value phases = Value(Value::Object{});
      for (const Value& phase : items(build["phases"]))
        if (phase["startTime"].is_number() && phase["endTime"].is_number())
          phases.set(to_lower(phase["phaseType"].string_or("")),
                     phase["endTime"].as_double() - phase["startTime"].as_double());
      build_phases_.set(build["projectName"].string_or(view.id), std::move(phases));
    }
  }
  report_.begin("pipeline " + *name);
  if (status == "Succeeded") {
    report_.finished("pipeline " + *name, true, steady_ms() - begun, "", 0);
    return true;
  }
  if (execution_id.empty())
    return fail("pipeline " + *name + ": the push did not start it within " +
                std::to_string(kStartMs / 1000) +
                " seconds; look at the rule that should, and at its role");
  return fail("pipeline " + *name + " ended as " + status +
              (problem.empty() ? "" : "\n" + problem));
}

bool Steps::read_outputs(const DeployedSpec& deployed) {
  auto stack = describe_stack(client(deployed.account), deployed.name);
  if (!stack) {
    report_.begin("stack " + deployed.name + " in " + deployed.account);
    return fail("stack " + deployed.name, stack.error());
  }
  add_outputs(deployed.name, *stack);
  return true;
}

// ---- checks

bool Steps::check(const CheckSpec& spec) {
  report_.begin("check: " + spec.name);
  auto url = expand(spec.url, variables_);
  auto body = expand(spec.body, variables_);
  if (!url) return fail("check " + spec.name + ": " + url.error());
  if (!body) return fail("check " + spec.name + ": " + body.error());
  HttpTarget target;
  target.url = *url;
  Headers headers = {{"Content-Type", "application/json"}};
  // A deployed API's own host name leads to this server without any DNS: same request, asked here.
  const std::string host = host_of(*url);
  if (host.ends_with(".amazonaws.com")) {
    size_t path = url->find('/', url->find("//") + 2);
    target.url = endpoint_.url + (path == std::string::npos ? "/" : url->substr(path));
    headers.emplace_back("Host", host);
  }
  auto answer = http_request(target, spec.method, headers, *body);
  if (!answer) return fail("check " + spec.name + ": " + *url + ": " + answer.error());
  const std::string text = answer->body.read_all();
  if (answer->status != spec.status)
    return fail("check " + spec.name + ": " + spec.method + " " + *url + " answered " +
                std::to_string(answer->status) + ", not " + std::to_string(spec.status) + "\n  " +
                text.substr(0, 500));
  if (!spec.contains.empty() && text.find(spec.contains) == std::string::npos)
    return fail("check " + spec.name + ": the answer does not contain \"" + spec.contains +
                "\"\n  " + text.substr(0, 500));
  report_.done(std::to_string(answer->status));
  return true;
}

}  // namespace drydock::rehearse
