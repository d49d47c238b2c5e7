// CloudFormation deploy: a stack or a change set from a template in an input artifact, as the
// action's role.
//
// Memory holds the phase: "stack" (wait for the stack), "delete" (wait, then create), "gone" (wait
// until deleted), "change-set". Before the first phase everything may be repeated: CloudFormation
// knows the request's token.
#include "base/encoding.h"
#include "base/text.h"
#include "services/codepipeline/artifacts.h"

namespace drydock::codepipeline {
namespace {

constexpr size_t kLargestTemplate = 1 << 20, kLargestBody = 51'200, kLargestConfiguration = 1 << 20;

struct Template {
  std::string body, url;
  Value parameters = Value::list(), tags = Value::list();
  Value stack_policy;
};

Outcome misconfigured(std::string message) {
  return failed("ConfigurationError", std::move(message));
}

// A file of an input artifact, named "Artifact::path".
Result<std::string> file_of(Task& task, const std::string& path, size_t limit) {
  auto parts = split_path(path);
  if (!parts)
    return fault("ConfigurationError",
                 "The path must have the form InputArtifactName::FileName: " + path);
  auto* input = find_input(task, parts->first);
  if (!input)
    return fault("ConfigurationError",
                 "The action has no input artifact named " + parts->first + " (in " + path + ")");
  Payload zip = TRY(read_artifact(task, *input));
  auto text = file_of_zip(zip, parts->second, limit, task.server.blobs().scratch_folder());
  if (!text)
    return fault("ConfigurationError",
                 "File [" + parts->second + "] does not exist in artifact [" + parts->first + "]");
  return std::move(*text);
}

void set_parameter(Value& parameters, const std::string& key, std::string value) {
  for (auto& p : parameters.as_list())
    if (p["ParameterKey"].string_or("") == key) return p.set("ParameterValue", std::move(value));
  parameters.push_back(
      Value::object({{"ParameterKey", key}, {"ParameterValue", std::move(value)}}));
}

// One value of ParameterOverrides: a text, Fn::GetArtifactAtt or Fn::GetParam.
Result<std::string> override_value(Task& task, const std::string& key, const Value& value) {
  if (!value.is_object()) return value.scalar_text();
  auto words = [&](const Value& list, size_t i) {
    return list.is_list() && i < list.size() ? list.as_list()[i].string_or("") : std::string();
  };
  if (auto* of = value.find("Fn::GetArtifactAtt")) {
    auto* input = find_input(task, words(*of, 0));
    std::string what = words(*of, 1);
    if (input && what == "BucketName") return input->bucket;
    if (input && what == "ObjectKey") return input->key;
    if (input && what == "URL")
      return "https://s3." + task.region.text + ".amazonaws.com/" + input->bucket + "/" +
             input->key;
  }
  if (auto* of = value.find("Fn::GetParam")) {
    auto parsed =
        parse_json(TRY(file_of(task, words(*of, 0) + "::" + words(*of, 1), kLargestConfiguration)));
    if (!parsed)
      return fault("ConfigurationError", "The file of Fn::GetParam for " + key + " is no JSON");
    if (auto* found = parsed->find(words(*of, 2))) return found->scalar_text();
    return fault("ConfigurationError",
                 "The file of Fn::GetParam for " + key + " has no key " + words(*of, 2));
  }
  return fault("ConfigurationError",
               "The value of the parameter override " + key + " is not valid: " + to_json(value));
}

Result<Template> load_template(Task& task) {
  Template t;
  if (auto path = task.get("TemplatePath"); !path.empty())
    t.body = TRY(file_of(task, path, kLargestTemplate));
  else
    return fault("ConfigurationError",
                 "TemplatePath is required for the action mode " + task.get("ActionMode"));
  if (auto path = task.get("TemplateConfiguration"); !path.empty()) {
    auto parsed = parse_json(TRY(file_of(task, path, kLargestConfiguration)));
    if (!parsed || !parsed->is_object())
      return fault("ConfigurationError",
                   "The template configuration " + path + " is no JSON object");
    if (auto* parameters = parsed->find("Parameters"); parameters && parameters->is_object())
      for (auto& [key, value] : parameters->as_object())
        set_parameter(t.parameters, key, value.scalar_text());
    if (auto* tags = parsed->find("Tags"); tags && tags->is_object())
      for (auto& [key, value] : tags->as_object())
        t.tags.push_back(Value::object({{"Key", key}, {"Value", value.scalar_text()}}));
    if (auto* policy = parsed->find("StackPolicy")) t.stack_policy = *policy;
  }
  if (auto text = task.get("ParameterOverrides"); !text.empty()) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object())
      return fault("ConfigurationError", "ParameterOverrides is no JSON object: " + text);
    for (auto& [key, value] : parsed->as_object())
      set_parameter(t.parameters, key, TRY(override_value(task, key, value)));
  }
  if (t.body.size() > kLargestBody) {
    // Too large to go along: CloudFormation fetches it, as the same role.
    auto* input = find_input(task, split_path(task.get("TemplatePath"))->first);
    std::string key = input->key + "-template-" + *task.row.ExecutionId;
    TRY(write_object(task, task.store.location, key, Payload(t.body), "text/plain"));
    t.url = "https://s3." + task.region.text + ".amazonaws.com/" + task.store.location + "/" + key;
  }
  return t;
}

Value request(Task& task, const Template& t) {
  Value in = Value::object({{"StackName", task.get("StackName")}, {"Parameters", t.parameters}});
  if (t.url.empty())
    in.set("TemplateBody", t.body);
  else
    in.set("TemplateURL", t.url);
  if (t.tags.size() > 0) in.set("Tags", t.tags);
  Value capabilities = Value::list();
  const std::string words = task.get("Capabilities");
  for (auto part : split(words, ','))
    if (!trim(part).empty()) capabilities.push_back(trim(part));
  if (capabilities.size() > 0) in.set("Capabilities", std::move(capabilities));
  if (auto role = task.get("RoleArn"); !role.empty()) in.set("RoleARN", role);
  return in;
}

bool no_changes(std::string_view text) {
  return text.find("No updates are to be performed") != std::string_view::npos ||
         text.find("didn't contain changes") != std::string_view::npos;
}
bool is_missing(const Fault& fault) {
  return fault.message.find("does not exist") != std::string::npos;
}

// The stack as DescribeStacks shows it; null when there is none.
Result<Value> find_stack(Task& task, const std::string& name) {
  auto found =
      task.client.call("cloudformation", "DescribeStacks", Value::object({{"StackName", name}}));
  if (!found && is_missing(found.error())) return Value();
  if (!found) return fault(found.error());
  const Value& stacks = (*found)["Stacks"];
  return stacks.is_list() && stacks.size() > 0 ? stacks.as_list()[0] : Value();
}

Outcome call_failed(const Fault& fault, std::string_view operation) {
  return failed(fault, "Error calling " + std::string(operation) + ": ");
}

Outcome phase(const std::string& name, const std::string& stack_id, Task& task) {
  Outcome outcome{
      .kind = Outcome::Kind::kAgain, .external_id = stack_id, .again_ms = look_again_ms(task)};
  outcome.external_url =
      "https://console.aws.amazon.com/cloudformation/home?region=" + task.region.text +
      "#/stack/detail?stackId=" + percent_encode(stack_id);
  outcome.memory = Value::object({{"phase", name}, {"stackId", stack_id}});
  return outcome;
}

// The first reason that a resource gives, when the role may read it.
std::string first_reason(Task& task, const std::string& stack) {
  auto events = task.client.call("cloudformation", "DescribeStackEvents",
                                 Value::object({{"StackName", stack}}));
  std::string reason;
  if (!events || !(*events)["StackEvents"].is_list()) return reason;
  for (auto& event : (*events)["StackEvents"].as_list()) {  // newest first
    std::string status = event["ResourceStatus"].string_or(""),
                text = event["ResourceStatusReason"].string_or("");
    if (status.ends_with("_IN_PROGRESS") && event["LogicalResourceId"] == event["StackName"] &&
        text == "User Initiated")
      break;
    if (status.ends_with("_FAILED") && !text.empty() && text.find("cancelled") == std::string::npos)
      reason = event["LogicalResourceId"].string_or("") + ": " + text;
  }
  return reason;
}

Outcome outputs_of_stack(Task& task, const Value& stack) {
  Outcome outcome{
      .summary =
          "Stack " + stack["StackName"].string_or("") + " was " +
          (stack["StackStatus"].string_or("").starts_with("CREATE") ? "created." : "updated.")};
  Value file(Value::Object{});
  const Value& outputs = stack["Outputs"];
  for (auto& output : outputs.is_list() ? outputs.as_list() : Value::List{}) {
    file.set(output["OutputKey"].string_or(""), output["OutputValue"].string_or(""));
    outcome.variables.emplace_back(output["OutputKey"].string_or(""),
                                   output["OutputValue"].string_or(""));
  }
  std::string name = task.get("OutputFileName");
  if (name.empty() || task.outputs.empty()) return outcome;
  auto written = write_object(
      task, task.outputs[0].bucket, task.outputs[0].key,
      zip_of(name, to_pretty_json(file), task.server.blobs().scratch_folder()), "application/zip");
  return written ? outcome : failed(written.error().code, written.error().message);
}

Outcome wait_for_stack(Task& task, const std::string& stack_id) {
  auto stack = find_stack(task, stack_id);
  if (!stack) return call_failed(stack.error(), "describeStacks");
  if (stack->is_null())
    return failed("JobFailed", "Stack " + stack_id + " does not exist any more");
  std::string status = (*stack)["StackStatus"].string_or("");
  if (status.ends_with("_IN_PROGRESS")) return phase("stack", stack_id, task);
  if (status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE")
    return outputs_of_stack(task, *stack);
  std::string text = "Stack " + (*stack)["StackName"].string_or("") + " failed: status " + status;
  if (auto reason = (*stack)["StackStatusReason"].string_or(""); !reason.empty())
    text += ". " + reason;
  if (auto reason = first_reason(task, stack_id); !reason.empty()) text += ". " + reason;
  return failed("JobFailed", text);
}

Outcome create(Task& task, const Template& t) {
  Value in = request(task, t);
  in.set("ClientRequestToken", *task.row.ExecutionId);
  auto made = task.client.call("cloudformation", "CreateStack", std::move(in));
  if (!made) return call_failed(made.error(), "createStack");
  return phase("stack", (*made)["StackId"].string_or(task.get("StackName")), task);
}

Outcome update(Task& task, const Template& t, const Value& stack) {
  Value in = request(task, t);
  in.set("ClientRequestToken", *task.row.ExecutionId);
  if (!t.stack_policy.is_null()) in.set("StackPolicyBody", to_json(t.stack_policy));
  auto made = task.client.call("cloudformation", "UpdateStack", std::move(in));
  if (!made && no_changes(made.error().message)) return outputs_of_stack(task, stack);
  if (!made) return call_failed(made.error(), "updateStack");
  return phase("stack", (*made)["StackId"].string_or(task.get("StackName")), task);
}

Outcome create_or_update(Task& task, bool replace_failed) {
  auto t = load_template(task);
  if (!t) return failed(t.error().code, t.error().message);
  auto stack = find_stack(task, task.get("StackName"));
  if (!stack) return call_failed(stack.error(), "describeStacks");
  std::string status = (*stack)["StackStatus"].string_or("");
  if (stack->is_null() || status == "DELETE_COMPLETE") return create(task, *t);
  std::string id = (*stack)["StackId"].string_or(task.get("StackName"));
  // A step that is repeated after a crash finds its own work under way.
  if (status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS")
    return phase("stack", id, task);
  if (status == "REVIEW_IN_PROGRESS") return update(task, *t, *stack);
  static constexpr std::string_view kReplaced[] = {"CREATE_FAILED", "ROLLBACK_FAILED",
                                                   "ROLLBACK_COMPLETE", "DELETE_FAILED",
                                                   "UPDATE_ROLLBACK_FAILED"};
  for (auto bad : kReplaced)
    if (replace_failed && status == bad) {
      auto deleted =
          task.client.call("cloudformation", "DeleteStack", Value::object({{"StackName", id}}));
      return deleted ? phase("delete", id, task) : call_failed(deleted.error(), "deleteStack");
    }
  return update(task, *t, *stack);
}

Outcome wait_until_gone(Task& task, const std::string& stack_id, const char* name) {
  auto stack = find_stack(task, stack_id);
  if (!stack) return call_failed(stack.error(), "describeStacks");
  std::string status = (*stack)["StackStatus"].string_or("DELETE_COMPLETE");
  if (status == "DELETE_COMPLETE")
    return {.summary = "Stack " + task.get("StackName") + " was deleted."};
  if (status == "DELETE_FAILED")
    return failed("JobFailed", "Stack " + task.get("StackName") + " could not be deleted. " +
                                   (*stack)["StackStatusReason"].string_or(""));
  return phase(name, stack_id, task);
}

Outcome delete_only(Task& task) {
  auto stack = find_stack(task, task.get("StackName"));
  if (!stack) return call_failed(stack.error(), "describeStacks");
  if (stack->is_null()) return {.summary = "Stack " + task.get("StackName") + " does not exist."};
  std::string id = (*stack)["StackId"].string_or(task.get("StackName"));
  Value in = Value::object({{"StackName", id}});
  if (auto role = task.get("RoleArn"); !role.empty()) in.set("RoleARN", role);
  auto deleted = task.client.call("cloudformation", "DeleteStack", std::move(in));
  return deleted ? phase("gone", id, task) : call_failed(deleted.error(), "deleteStack");
}

Value change_set(Task& task) {
  return Value::object(
      {{"StackName", task.get("StackName")}, {"ChangeSetName", task.get("ChangeSetName")}});
}

Outcome change_set_replace(Task& task) {
  if (task.get("ChangeSetName").empty())
    return misconfigured("ChangeSetName is required for the action mode CHANGE_SET_REPLACE");
  auto t = load_template(task);
  if (!t) return failed(t.error().code, t.error().message);
  auto stack = find_stack(task, task.get("StackName"));
  if (!stack) return call_failed(stack.error(), "describeStacks");
  std::string status = (*stack)["StackStatus"].string_or("");
  bool fresh = stack->is_null() || status == "REVIEW_IN_PROGRESS";
  if (!stack->is_null()) {
    auto removed = task.client.call("cloudformation", "DeleteChangeSet", change_set(task));
    if (!removed && !is_missing(removed.error()))
      return call_failed(removed.error(), "deleteChangeSet");
  }
  Value in = request(task, *t);
  in.set("ChangeSetName", task.get("ChangeSetName"));
  in.set("ChangeSetType", fresh ? "CREATE" : "UPDATE");
  in.set("ClientToken", *task.row.ExecutionId);
  auto made = task.client.call("cloudformation", "CreateChangeSet", std::move(in));
  if (!made) return call_failed(made.error(), "createChangeSet");
  return phase("change-set", (*made)["StackId"].string_or(task.get("StackName")), task);
}

Outcome wait_for_change_set(Task& task, const std::string& stack_id) {
  auto found = task.client.call("cloudformation", "DescribeChangeSet", change_set(task));
  if (!found) return call_failed(found.error(), "describeChangeSet");
  std::string status = (*found)["Status"].string_or(""),
              reason = (*found)["StatusReason"].string_or("");
  if (status == "CREATE_COMPLETE")
    return {.summary = "Change set " + task.get("ChangeSetName") + " was created.",
            .external_id = (*found)["ChangeSetId"].string_or("")};
  if (status == "FAILED" && no_changes(reason))
    return {.summary = "Change set " + task.get("ChangeSetName") + " was created with no changes."};
  if (status == "FAILED")
    return failed("JobFailed", "Change set " + task.get("ChangeSetName") + " failed: " + reason);
  return phase("change-set", stack_id, task);
}

Outcome change_set_execute(Task& task) {
  if (task.get("ChangeSetName").empty())
    return misconfigured("ChangeSetName is required for the action mode CHANGE_SET_EXECUTE");
  auto found = task.client.call("cloudformation", "DescribeChangeSet", change_set(task));
  if (!found) return call_failed(found.error(), "describeChangeSet");
  std::string stack_id = (*found)["StackId"].string_or(task.get("StackName"));
  if ((*found)["Status"].string_or("") == "FAILED" &&
      no_changes((*found)["StatusReason"].string_or("")))
    return {.summary = "The change set had no changes, so there was nothing to execute."};
  std::string execution = (*found)["ExecutionStatus"].string_or("");
  if (execution == "AVAILABLE") {
    Value in = change_set(task);
    in.set("ClientRequestToken", *task.row.ExecutionId);
    auto executed = task.client.call("cloudformation", "ExecuteChangeSet", std::move(in));
    if (!executed) return call_failed(executed.error(), "executeChangeSet");
  } else if (!execution.starts_with("EXECUTE_")) {
    return failed("JobFailed", "Change set " + task.get("ChangeSetName") +
                                   " cannot be executed: its execution status is " + execution);
  }
  return phase("stack", stack_id, task);
}

}  // namespace

Outcome step_cloudformation(Task& task) {
  std::string at = task.memory()["phase"].string_or(""),
              stack_id = task.memory()["stackId"].string_or("");
  if (at == "stack") return wait_for_stack(task, stack_id);
  if (at == "gone") return wait_until_gone(task, stack_id, "gone");
  if (at == "change-set") return wait_for_change_set(task, stack_id);
  if (at == "delete") {
    Outcome outcome = wait_until_gone(task, stack_id, "delete");
    if (outcome.kind != Outcome::Kind::kSucceeded) return outcome;
    auto t = load_template(task);
    return t ? create(task, *t) : failed(t.error().code, t.error().message);
  }
  std::string mode = task.get("ActionMode");
  if (mode == "CREATE_UPDATE") return create_or_update(task, false);
  if (mode == "REPLACE_ON_FAILURE") return create_or_update(task, true);
  if (mode == "DELETE_ONLY") return delete_only(task);
  if (mode == "CHANGE_SET_REPLACE") return change_set_replace(task);
  if (mode == "CHANGE_SET_EXECUTE") return change_set_execute(task);
  return misconfigured(
      "ActionMode " + mode +
      " is not valid. It must be one of CREATE_UPDATE, REPLACE_ON_FAILURE, CHANGE_SET_REPLACE, CHANGE_SET_EXECUTE, DELETE_ONLY");
}

}  // namespace drydock::codepipeline
