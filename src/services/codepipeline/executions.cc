#include "services/codepipeline/executions.h"

#include <algorithm>

#include "services/codepipeline/engine/next.h"

namespace drydock::codepipeline {
namespace {

constexpr size_t kMostActive = 50;  // AWS's limit on executions at once
constexpr int64_t kMostKept = 500;  // executions remembered

Value event_detail(const PipelineDeclaration& definition, const ExecutionRow& execution,
                   std::string_view state) {
  return Value::object({{"pipeline", definition.name},
                        {"execution-id", execution.Id},
                        {"state", state},
                        {"version", static_cast<double>(execution.Version)}});
}

void announce(Call& call, const Active& active, const Announcement& a) {
  std::string arn = pipeline_arn(call.account().text, call.region().text, active.definition.name);
  if (a.action >= 0)
    return announce_action(call, active.definition, active.row, static_cast<size_t>(a.stage),
                           static_cast<size_t>(a.action), a.state);
  Value detail = event_detail(active.definition, active.row, a.state);
  if (a.stage >= 0) {
    detail.set("stage", active.row.Stages[static_cast<size_t>(a.stage)].Name);
    return call.emit("aws.codepipeline", "CodePipeline Stage Execution State Change", {arn},
                     std::move(detail));
  }
  if (a.state == "STARTED")
    detail.set("execution-trigger", Value::object({{"trigger-type", active.row.TriggerType},
                                                   {"trigger-detail", active.row.TriggerDetail}}));
  call.emit("aws.codepipeline", "CodePipeline Pipeline Execution State Change", {arn},
            std::move(detail));
}

void start_action(Call& call, const std::string& pipeline, Active& active, const Start& start) {
  ActionRow& action = active.row.Stages[start.stage].Actions[start.action];
  action.ExecutionId = call.random().uuid();
  call.start_job("codepipeline.action", *action.ExecutionId, call.now(),
                 Value::object({{"account", call.account().text},
                                {"region", call.region().text},
                                {"pipeline", pipeline},
                                {"number", active.row.Number},
                                {"stage", static_cast<int64_t>(start.stage)},
                                {"action", static_cast<int64_t>(start.action)}}));
}

// The oldest executions beyond the limit are forgotten.
void forget_old(Call& call, const std::string& pipeline, const PipelineRow& row) {
  int64_t oldest = row.LastNumber - kMostKept;
  if (oldest < 1 || std::ranges::count(row.Active, oldest)) return;
  if (auto old = kExecutions.get(call.txn(), call.space(), {pipeline, oldest})) {
    kExecutionNumbers.erase(call.txn(), call.space(), {pipeline, old->Id});
    if (old->Token) kTokens.erase(call.txn(), call.space(), {pipeline, *old->Token});
    kExecutions.erase(call.txn(), call.space(), {pipeline, oldest});
    kPastActions.each(
        call.txn(), call.space(), {.prefix = {pipeline, oldest}},
        [&](const auto& key, const auto&) {
          kPastActions.erase(call.txn(), call.space(), {key[0], oldest, key[2], key[3], key[4]});
          return true;
        });
  }
}

}  // namespace

std::string pipeline_arn(std::string_view account, std::string_view region, std::string_view name) {
  return Arn{.service = "codepipeline",
             .region = std::string(region),
             .account = std::string(account),
             .resource = std::string(name)}
      .text();
}

Result<PipelineRow> find_pipeline(Call& call, const std::string& name) {
  auto row = kPipelines.get(call.txn(), call.space(), {name});
  if (!row)
    return errors::PipelineNotFoundException("Account '" + call.account().text +
                                             "' does not have a pipeline with name '" + name + "'");
  return std::move(*row);
}

std::optional<ExecutionRow> find_execution(Call& call, const std::string& pipeline,
                                           const std::string& id) {
  auto number = kExecutionNumbers.get(call.txn(), call.space(), {pipeline, id});
  if (!number) return std::nullopt;
  return kExecutions.get(call.txn(), call.space(), {pipeline, number->as_int()});
}

Result<std::string> begin_execution(Call& call, PipelineRow& row, Begin begin) {
  const PipelineDeclaration& definition = row.Definition;
  if (row.Active.size() >= kMostActive)
    return errors::ConcurrentPipelineExecutionsLimitExceededException(
        "The pipeline has reached the limit for concurrent pipeline executions.");
  ExecutionRow execution{.Id = call.random().uuid(),
                         .Number = ++row.LastNumber,
                         .Version = row.Version,
                         .Mode = definition.executionMode.value_or("SUPERSEDED"),
                         .Status = "InProgress",
                         .Started = call.now(),
                         .Updated = call.now(),
                         .TriggerType = begin.trigger.type,
                         .TriggerDetail = begin.trigger.detail,
                         .Overrides = std::move(begin.overrides),
                         .Waiting = true,
                         .Stages = fresh_stages(definition)};
  for (auto& variable : definition.variables.value_or(std::vector<VariableDeclaration>{})) {
    auto given =
        std::ranges::find_if(begin.variables, [&](auto& v) { return v.first == variable.name; });
    if (given == begin.variables.end() && !variable.defaultValue)
      return errors::ValidationException(
          "Pipeline variable " + variable.name +
          " has no default value and must be provided when the execution is started");
    execution.Variables.emplace_back(
        variable.name, given == begin.variables.end() ? *variable.defaultValue : given->second);
  }
  for (auto& [name, value] : begin.variables)
    if (std::ranges::none_of(execution.Variables, [&](auto& v) { return v.first == name; }))
      return errors::ValidationException("Pipeline variable " + name +
                                         " is not declared in the pipeline");
  if (!begin.token.empty()) {
    execution.Token = begin.token;
    kTokens.put(call.txn(), call.space(), {definition.name, begin.token}, execution.Id);
  }
  row.Active.push_back(execution.Number);
  kExecutions.put(call.txn(), call.space(), {definition.name, execution.Number}, execution);
  kExecutionNumbers.put(call.txn(), call.space(), {definition.name, execution.Id},
                        Value(execution.Number));
  forget_old(call, definition.name, row);
  std::string id = execution.Id, name = definition.name;
  move_on(call, name, row);
  return id;
}

void move_on(Call& call, const std::string& pipeline, PipelineRow& row) {
  std::vector<Active> active;
  std::ranges::sort(row.Active);
  for (int64_t number : row.Active) {
    auto execution = kExecutions.get(call.txn(), call.space(), {pipeline, number});
    if (!execution) continue;
    auto definition = kVersions.get(call.txn(), call.space(), {pipeline, execution->Version});
    active.push_back({std::move(*execution), definition ? std::move(*definition) : row.Definition});
  }
  std::set<std::string> disabled;
  for (auto& transition : row.Disabled) disabled.insert(transition.Stage);

  Progress progress = advance(active, disabled, call.now());
  for (auto& start : progress.starts) start_action(call, pipeline, active[start.execution], start);
  for (auto& announcement : progress.announcements)
    announce(call, active[announcement.execution], announcement);

  row.Active.clear();
  for (auto& a : active) {
    if (a.changed) kExecutions.put(call.txn(), call.space(), {pipeline, a.row.Number}, a.row);
    if (a.row.Status == "InProgress" || a.row.Status == "Stopping")
      row.Active.push_back(a.row.Number);
    for (size_t s = 0; s < a.row.Stages.size(); ++s) {
      if (a.row.Stages[s].Status != "InProgress") continue;
      auto latest = std::ranges::find(row.Latest, a.row.Stages[s].Name, &LatestInStage::Stage);
      if (latest == row.Latest.end())
        row.Latest.push_back({a.row.Stages[s].Name, a.row.Number});
      else
        latest->Number = a.row.Number;
    }
  }
  kPipelines.put(call.txn(), call.space(), {pipeline}, row);
}

void announce_action(Call& call, const PipelineDeclaration& definition,
                     const ExecutionRow& execution, size_t stage, size_t action,
                     std::string_view state) {
  const ActionDeclaration& declared = definition.stages[stage].actions[action];
  const ActionRow& row = execution.Stages[stage].Actions[action];
  auto& type = declared.actionTypeId;
  Value detail = event_detail(definition, execution, state);
  detail.set("stage", definition.stages[stage].name);
  detail.set("action", declared.name);
  if (row.ExecutionId) detail.set("action-execution-id", *row.ExecutionId);
  detail.set("region", declared.region.value_or(call.region().text));
  detail.set("type", Value::object({{"owner", type.owner},
                                    {"provider", type.provider},
                                    {"category", type.category},
                                    {"version", type.version}}));
  auto artifacts = [&](const auto& names) {
    Value list = Value::list();
    for (auto& name : names)
      for (auto& made : execution.Artifacts)
        if (made.Name == name.name)
          list.push_back(Value::object(
              {{"name", made.Name},
               {"s3location", Value::object({{"bucket", made.Bucket}, {"key", made.Key}})}}));
    return list;
  };
  detail.set("input-artifacts",
             artifacts(declared.inputArtifacts.value_or(std::vector<InputArtifact>{})));
  if (state != "STARTED") {
    detail.set("output-artifacts",
               artifacts(declared.outputArtifacts.value_or(std::vector<OutputArtifact>{})));
    Value result(Value::Object{});
    if (row.ExternalUrl) result.set("external-execution-url", *row.ExternalUrl);
    if (row.ErrorMessage || row.Summary)
      result.set("external-execution-summary", row.ErrorMessage ? *row.ErrorMessage : *row.Summary);
    if (row.ExternalId) result.set("external-execution-id", *row.ExternalId);
    if (row.ErrorCode) result.set("error-code", *row.ErrorCode);
    detail.set("execution-result", std::move(result));
  }
  call.emit("aws.codepipeline", "CodePipeline Action Execution State Change",
            {pipeline_arn(call.account().text, call.region().text, definition.name)},
            std::move(detail));
}

}  // namespace drydock::codepipeline
