// AWS::CloudFormation::Stack (nested), WaitConditionHandle and WaitCondition; AWS::CDK::Metadata.
#include "base/encoding.h"
#include "base/text.h"
#include "services/cloudformation/types/type.h"
#include "services/cloudformation/wait_handles.h"

namespace drydock::cloudformation {

namespace {

// ---- nested stacks

Value stack_input(const Work& w) {
  Value input = pick(w.properties, {"TemplateURL", "NotificationARNs"});
  Value parameters = Value::list();
  if (w["Parameters"].is_object())
    for (const auto& [key, value] : w["Parameters"].as_object()) {
      std::string text = value.scalar_text();
      if (value.is_list()) {
        std::vector<std::string> parts;
        for (const Value& item : value.as_list()) parts.push_back(item.scalar_text());
        text = join(parts, ",");
      }
      parameters.push_back(Value::object({{"ParameterKey", key}, {"ParameterValue", text}}));
    }
  input.set("Parameters", std::move(parameters));
  // The tags of a stack reach its own resources; the aws: ones are each stack's own.
  Value tags = Value::list();
  const Value all = merged_tags(w["Tags"], w.tags);
  for (const Value& tag : all.as_list())
    if (!tag["Key"].string_or("").starts_with("aws:")) tags.push_back(tag);
  input.set("Tags", std::move(tags));
  input.set("Capabilities",
            Value::list({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}));
  return input;
}

Result<void> create_stack(Work& w) {
  if (w.physical_id.empty()) {
    Value input = stack_input(w);
    input.set("StackName", w.name);
    input.set("ParentStackId", w.stack_id);
    input.set("DisableRollback", true);  // the parent rolls back
    if (const Value* minutes = w.properties.find("TimeoutInMinutes"))
      input.set("TimeoutInMinutes", *minutes);
    auto made = w.call("cloudformation", "CreateStack", std::move(input));
    std::string id;
    if (made) {
      id = (*made)["StackId"].as_string();
    } else if (w.adopts(made.error(), {"AlreadyExistsException"})) {
      Value answer =
          TRY(w.call("cloudformation", "DescribeStacks", Value::object({{"StackName", w.name}})));
      id = answer["Stacks"].as_list()[0]["StackId"].as_string();
    } else {
      return fault(std::move(made).error());
    }
    w.made(id);
  }
  return {};
}

Result<bool> stack_ready(Work& w) {
  Value answer = TRY(
      w.call("cloudformation", "DescribeStacks", Value::object({{"StackName", w.physical_id}})));
  const Value& stack = answer["Stacks"].as_list()[0];
  std::string status = stack["StackStatus"].string_or("");
  if (status.ends_with("_IN_PROGRESS")) return false;
  if (status != "CREATE_COMPLETE" && status != "UPDATE_COMPLETE")
    return refuse("Embedded stack " + w.physical_id + " was not successfully " +
                  (w.before.is_null() ? "created: " : "updated: ") +
                  stack["StackStatusReason"].string_or(status));
  w.attributes = Value(Value::Object{});
  if (stack["Outputs"].is_list())
    for (const Value& output : stack["Outputs"].as_list())
      w.attributes.set("Outputs." + output["OutputKey"].string_or(""), output["OutputValue"]);
  return true;
}

Result<void> update_stack(Work& w) {
  Value input = stack_input(w);
  input.set("StackName", w.physical_id);
  auto done = w.call("cloudformation", "UpdateStack", std::move(input));
  if (!done && done.error().message == "No updates are to be performed.") return {};
  if (!done && w.again && done.error().message.find("IN_PROGRESS") != std::string::npos) return {};
  if (!done) return fault(std::move(done).error());
  return {};
}

Result<void> remove_stack(Work& w) {
  auto done =
      w.call("cloudformation", "DeleteStack", Value::object({{"StackName", w.physical_id}}));
  if (!done) return fault(std::move(done).error());
  return {};
}

Result<bool> stack_gone(Work& w) {
  auto answer =
      w.call("cloudformation", "DescribeStacks", Value::object({{"StackName", w.physical_id}}));
  if (!answer)
    return answer.error().message.find("does not exist") != std::string::npos
               ? Result<bool>(true)
               : fault(std::move(answer).error());
  std::string status = (*answer)["Stacks"].as_list()[0]["StackStatus"].string_or("");
  if (status == "DELETE_FAILED")
    return refuse("Embedded stack " + w.physical_id + " was not successfully deleted: " +
                  (*answer)["Stacks"].as_list()[0]["StackStatusReason"].string_or(status));
  return status == "DELETE_COMPLETE";
}

// ---- wait conditions: signals come by HTTP to the handle's URL, or by SignalResource

Result<void> create_handle(Work& w) {
  w.made(TRY(wait_handle_url(w.server, w.region, w.stack_id, w.logical_id)));
  return {};
}
Result<void> nothing(Work&) { return {}; }

Result<void> create_condition(Work& w) {
  w.made(w.stack_id.substr(0, w.stack_id.find(":stack/")) + ":waitcondition/" + w.name);
  return {};
}

Result<bool> condition_ready(Work& w) {
  int64_t wanted = parse_int(w["Count"].scalar_text()).value_or(1);
  int64_t timeout = parse_int(w["Timeout"].scalar_text()).value_or(300);
  Value data(Value::Object{});
  int64_t good = 0;
  for (const std::string& id : {w.logical_id, handle_of_url(w["Handle"].scalar_text())}) {
    if (id.empty()) continue;
    const std::vector<Signal> signals = signals_of(w.server, w.stack_id, id);
    for (const Signal& signal : signals) {
      if (signal.Status == "FAILURE")
        return refuse("WaitCondition received failed message: '" + signal.Reason.value_or("") +
                      "' for uniqueId: " + signal.UniqueId);
      ++good;
      data.set(signal.UniqueId, signal.Data.value_or(""));
    }
  }
  w.attributes = Value::object({{"Data", to_json(data)}});
  if (good >= wanted) return true;
  if (w.now.ms - w.begun.ms > timeout * 1000)
    return refuse("WaitCondition timed out. Received " + std::to_string(good) +
                  " conditions when expecting " + std::to_string(wanted));
  return false;
}

Result<void> create_metadata(Work& w) {
  w.made(w.name);
  return {};
}

}  // namespace

extern const ResourceType kCloudFormationStack = {
    .name = "AWS::CloudFormation::Stack",
    .properties = "TemplateURL! Parameters NotificationARNs TimeoutInMinutes Tags",
    .attributes = "Outputs.*",
    .name_max = 128,
    .create = create_stack,
    .update = update_stack,
    .remove = remove_stack,
    .ready = stack_ready,
    .gone = stack_gone};
extern const ResourceType kWaitConditionHandle = {
    .name = "AWS::CloudFormation::WaitConditionHandle",
    .properties = "",
    .create = create_handle,
    .update = nothing,
    .remove = nothing};
extern const ResourceType kWaitCondition = {.name = "AWS::CloudFormation::WaitCondition",
                                            .properties = "Handle# Timeout# Count",
                                            .attributes = "Data",
                                            .name_max = 128,
                                            .create = create_condition,
                                            .update = nothing,
                                            .remove = nothing,
                                            .ready = condition_ready};
extern const ResourceType kCdkMetadata = {.name = "AWS::CDK::Metadata",
                                          .properties = "Analytics",
                                          .name_max = 128,
                                          .create = create_metadata,
                                          .update = nothing,
                                          .remove = nothing};

}  // namespace drydock::cloudformation
