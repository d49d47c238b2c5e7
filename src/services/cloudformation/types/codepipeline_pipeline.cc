// AWS::CodePipeline::Pipeline
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value declaration(const Work& w) {
  Value out = pick(w.properties, {"RoleArn", "ArtifactStore", "Stages", "PipelineType",
                                  "ExecutionMode", "Variables", "Triggers"});
  out.set("Name", w.physical_id.empty() ? w.name : w.physical_id);
  if (w["ArtifactStores"].is_list()) {
    Value stores = Value(Value::Object{});
    for (const Value& one : w["ArtifactStores"].as_list())
      stores.set(one["Region"].scalar_text(), one["ArtifactStore"]);
    out.set("ArtifactStores", std::move(stores));
  }
  return out;
}

Result<void> set_transitions(Work& w) {
  const Value &wanted = w["DisableInboundStageTransitions"],
              &before = w.before["DisableInboundStageTransitions"];
  auto holds = [](const Value& list, const Value& stage) {
    if (list.is_list())
      for (const Value& one : list.as_list())
        if (one["StageName"] == stage["StageName"]) return true;
    return false;
  };
  auto input = [&](const Value& stage) {
    return Value::object({{"pipelineName", w.physical_id},
                          {"stageName", stage["StageName"]},
                          {"transitionType", "Inbound"}});
  };
  if (wanted.is_list())
    for (const Value& stage : wanted.as_list()) {
      Value disable = input(stage);
      disable.set("reason", stage["Reason"].string_or("Disabled by CloudFormation"));
      TRY(w.call("codepipeline", "DisableStageTransition", std::move(disable)));
    }
  if (before.is_list())
    for (const Value& stage : before.as_list())
      if (!holds(wanted, stage)) TRY(w.call("codepipeline", "EnableStageTransition", input(stage)));
  return {};
}

Result<void> create(Work& w) {
  Value input =
      Value::object({{"pipeline", declaration(w)}, {"tags", merged_tags(w["Tags"], w.tags)}});
  auto made = w.call("codepipeline", "CreatePipeline", std::move(input));
  if (!made && w.adopts(made.error(), {"PipelineNameInUseException"}))
    made = w.call("codepipeline", "UpdatePipeline", Value::object({{"pipeline", declaration(w)}}));
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object({{"Version", (*made)["pipeline"]["version"].scalar_text()}});
  w.made(w.name);
  return set_transitions(w);
}

Result<void> update(Work& w) {
  Value answer =
      TRY(w.call("codepipeline", "UpdatePipeline", Value::object({{"pipeline", declaration(w)}})));
  w.attributes = Value::object({{"Version", answer["pipeline"]["version"].scalar_text()}});
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  TRY(retag(w, {"codepipeline", "TagResource", "UntagResource", "tags", "tagKeys"},
            Value::object({{"resourceArn", w.arn("codepipeline", w.physical_id)}}), before, after));
  TRY(set_transitions(w));
  if (w["RestartExecutionOnUpdate"].scalar_text() == "true")
    TRY(w.call("codepipeline", "StartPipelineExecution", Value::object({{"name", w.physical_id}})));
  return {};
}

Result<void> remove(Work& w) {
  return deleted(
      w.call("codepipeline", "DeletePipeline", Value::object({{"name", w.physical_id}})));
}

}  // namespace

extern const ResourceType kCodePipelinePipeline = {
    .name = "AWS::CodePipeline::Pipeline",
    .properties =
        "Name# RoleArn! Stages! ArtifactStore ArtifactStores DisableInboundStageTransitions RestartExecutionOnUpdate PipelineType ExecutionMode "
        "Variables Triggers Tags",
    .attributes = "Version",
    .name_property = "Name",
    .name_max = 100,
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
