// What people and functions do to executions: start, stop, retry, transitions, approvals, results
// of jobs.
#include <algorithm>

#include "gen/codepipeline_handlers.h"
#include "services/codepipeline/actions.h"
#include "services/codepipeline/executions.h"

namespace drydock::codepipeline {
namespace {

Result<ExecutionRow> execution_of(Call& call, const std::string& pipeline, const std::string& id) {
  auto execution = find_execution(call, pipeline, id);
  if (!execution)
    return errors::PipelineExecutionNotFoundException(
        "Pipeline '" + pipeline + "' does not have an execution with id '" + id + "'");
  return std::move(*execution);
}

Result<size_t> stage_index(const PipelineRow& row, const std::string& stage) {
  auto& stages = row.Definition.stages;
  auto it = std::ranges::find(stages, stage, &StageDeclaration::name);
  if (it == stages.end())
    return errors::StageNotFoundException("Stage '" + stage + "' not found in pipeline '" +
                                          row.Definition.name + "'");
  return static_cast<size_t>(it - stages.begin());
}

// A repeated request with the same token gets the first answer.
Result<std::string> start_once(Call& call, const std::string& name, const std::string& token,
                               Begin begin) {
  PipelineRow row = TRY(find_pipeline(call, name));
  if (!token.empty())
    if (auto known = kTokens.get(call.txn(), call.space(), {name, token})) return *known;
  begin.token = token;
  return begin_execution(call, row, std::move(begin));
}

}  // namespace

Result<StartPipelineExecutionOutput> start_pipeline_execution(
    Call& call, const StartPipelineExecutionInput& in) {
  Begin begin{.trigger = {"StartPipelineExecution", call.caller().principal.arn},
              .overrides = in.sourceRevisions.value_or(std::vector<SourceRevisionOverride>{})};
  for (auto& variable : in.variables.value_or(std::vector<PipelineVariable>{}))
    begin.variables.emplace_back(variable.name, variable.value);
  return StartPipelineExecutionOutput{
      TRY(start_once(call, in.name, in.clientRequestToken.value_or(""), std::move(begin)))};
}

Result<StartPipelineExecutionForEventOutput> start_pipeline_execution_for_event(
    Call& call, const StartPipelineExecutionForEventInput& in) {
  Begin begin{.trigger = {"CloudWatchEvent", in.triggerDetail},
              .overrides = in.sourceRevisions.value_or(std::vector<SourceRevisionOverride>{})};
  for (auto& variable : in.variables.value_or(std::vector<PipelineVariable>{}))
    begin.variables.emplace_back(variable.name, variable.value);
  return StartPipelineExecutionForEventOutput{
      TRY(start_once(call, in.name, "event:" + in.eventId, std::move(begin)))};
}

Result<StopPipelineExecutionOutput> stop_pipeline_execution(Call& call,
                                                            const StopPipelineExecutionInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.pipelineName));
  ExecutionRow execution = TRY(execution_of(call, in.pipelineName, in.pipelineExecutionId));
  bool abandon = in.abandon.value_or(false);
  if (execution.Status == "Stopping" && (!abandon || execution.StopAbandons.value_or(false)))
    return errors::DuplicatedStopRequestException("Pipeline execution " + execution.Id +
                                                  " is already being stopped");
  if (execution.Status != "InProgress" && execution.Status != "Stopping")
    return errors::PipelineExecutionNotStoppableException(
        "Pipeline execution " + execution.Id +
        " cannot be stopped because it is in a final state: " + execution.Status);
  execution.Status = "Stopping";
  execution.StopReason = in.reason.value_or("");
  execution.StopAbandons = abandon;
  execution.Updated = call.now();
  execution.By = call.caller().principal.arn;
  kExecutions.put(call.txn(), call.space(), {in.pipelineName, execution.Number}, execution);
  Value detail = Value::object({{"pipeline", in.pipelineName},
                                {"execution-id", execution.Id},
                                {"state", "STOPPING"},
                                {"version", static_cast<double>(execution.Version)},
                                {"stop-execution-comments", in.reason.value_or("")}});
  call.emit("aws.codepipeline", "CodePipeline Pipeline Execution State Change",
            {pipeline_arn(call.account().text, call.region().text, in.pipelineName)},
            std::move(detail));
  move_on(call, in.pipelineName, row);
  return StopPipelineExecutionOutput{execution.Id};
}

Result<RetryStageExecutionOutput> retry_stage_execution(Call& call,
                                                        const RetryStageExecutionInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.pipelineName));
  TRY(stage_index(row, in.stageName));
  ExecutionRow execution = TRY(execution_of(call, in.pipelineName, in.pipelineExecutionId));
  auto latest = std::ranges::find(row.Latest, in.stageName, &LatestInStage::Stage);
  if (latest == row.Latest.end() || latest->Number != execution.Number)
    return errors::NotLatestPipelineExecutionException(
        "The stage '" + in.stageName +
        "' has failed in a later version of the pipeline and the pipelineExecutionId associated with the request is out of date.");
  auto stage = std::ranges::find(execution.Stages, in.stageName, &StageRow::Name);
  bool retryable =
      stage != execution.Stages.end() &&
      (stage->Status == "Failed" || (stage->Status == "Stopped" && execution.Status == "Stopped"));
  if (!retryable || (execution.Status != "Failed" && execution.Status != "Stopped"))
    return errors::StageNotRetryableException(
        "Unable to retry. The pipeline structure or configuration might have changed after actions failed, or the stage '" +
        in.stageName + "' is in progress or contains failed actions of another execution.");
  // All sources run again, because their revisions belong together.
  bool all = in.retryMode == "ALL_ACTIONS" || stage == execution.Stages.begin();
  for (auto& action : stage->Actions) {
    if (action.Status == "NotStarted" || (!all && action.Status == "Succeeded")) continue;
    if (action.ExecutionId)
      kPastActions.put(
          call.txn(), call.space(),
          {in.pipelineName, execution.Number, stage->Name, action.Name, *action.ExecutionId},
          PastActionRow{stage->Name, execution.Number, action});
    action = ActionRow{.Name = action.Name, .Status = "NotStarted"};
  }
  std::erase_if(execution.Artifacts, [&](auto& artifact) {
    return std::ranges::any_of(stage->Actions, [&](auto& action) {
      return action.Name == artifact.Action && action.Status == "NotStarted";
    });
  });
  stage->Status = "InProgress";
  execution.Status = "InProgress";
  execution.Waiting = false;
  execution.Stage = stage - execution.Stages.begin();
  execution.StopReason.reset();
  execution.StopAbandons.reset();
  execution.Updated = call.now();
  kExecutions.put(call.txn(), call.space(), {in.pipelineName, execution.Number}, execution);
  if (!std::ranges::count(row.Active, execution.Number)) row.Active.push_back(execution.Number);
  Value detail = Value::object({{"pipeline", in.pipelineName},
                                {"execution-id", execution.Id},
                                {"state", "RESUMED"},
                                {"version", static_cast<double>(execution.Version)}});
  call.emit("aws.codepipeline", "CodePipeline Pipeline Execution State Change",
            {pipeline_arn(call.account().text, call.region().text, in.pipelineName)},
            std::move(detail));
  move_on(call, in.pipelineName, row);
  return RetryStageExecutionOutput{execution.Id};
}

Result<EnableStageTransitionOutput> enable_stage_transition(Call& call,
                                                            const EnableStageTransitionInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.pipelineName));
  size_t stage = TRY(stage_index(row, in.stageName)) + (in.transitionType == "Outbound" ? 1 : 0);
  if (stage < row.Definition.stages.size())
    std::erase_if(row.Disabled,
                  [&](auto& d) { return d.Stage == row.Definition.stages[stage].name; });
  move_on(call, in.pipelineName, row);
  return EnableStageTransitionOutput{};
}

Result<DisableStageTransitionOutput> disable_stage_transition(
    Call& call, const DisableStageTransitionInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.pipelineName));
  size_t stage = TRY(stage_index(row, in.stageName)) + (in.transitionType == "Outbound" ? 1 : 0);
  if (stage == 0 || stage >= row.Definition.stages.size())
    return errors::ValidationException("The transition of the stage '" + in.stageName +
                                       "' cannot be disabled: there is no stage " +
                                       (stage == 0 ? "before" : "behind") + " it");
  const std::string& name = row.Definition.stages[stage].name;
  std::erase_if(row.Disabled, [&](auto& d) { return d.Stage == name; });
  row.Disabled.push_back({name, in.reason, call.caller().principal.arn, call.now()});
  kPipelines.put(call.txn(), call.space(), {in.pipelineName}, row);
  return DisableStageTransitionOutput{};
}

Result<PutApprovalResultOutput> put_approval_result(Call& call, const PutApprovalResultInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.pipelineName));
  size_t stage = TRY(stage_index(row, in.stageName));
  auto& declared = row.Definition.stages[stage].actions;
  auto action = std::ranges::find(declared, in.actionName, &ActionDeclaration::name);
  if (action == declared.end())
    return errors::ActionNotFoundException("Action '" + in.actionName + "' not found in stage '" +
                                           in.stageName + "'");
  auto latest = std::ranges::find(row.Latest, in.stageName, &LatestInStage::Stage);
  auto execution = latest == row.Latest.end() ? std::nullopt
                                              : kExecutions.get(call.txn(), call.space(),
                                                                {in.pipelineName, latest->Number});
  if (!execution)
    return errors::InvalidApprovalTokenException("The approval action has not been requested");
  auto stage_row = std::ranges::find(execution->Stages, in.stageName, &StageRow::Name);
  auto action_row = std::ranges::find(stage_row->Actions, in.actionName, &ActionRow::Name);
  if (action_row == stage_row->Actions.end() || action_row->Token != in.token)
    return errors::InvalidApprovalTokenException("The approval token is invalid or expired");
  if (action_row->Status != "InProgress")
    return errors::ApprovalAlreadyCompletedException(
        "The approval action has already been approved or rejected.");
  Outcome outcome{
      .kind = in.result.status == "Approved" ? Outcome::Kind::kSucceeded : Outcome::Kind::kFailed,
      .summary = in.result.summary};
  if (in.result.status == "Rejected") {
    outcome.error_code = "JobFailed";
    outcome.error_message = in.result.summary.empty() ? "Rejected" : in.result.summary;
  }
  action_row->UpdatedBy = call.caller().principal.arn;
  finish_action(call, row, *execution, static_cast<size_t>(stage_row - execution->Stages.begin()),
                static_cast<size_t>(action_row - stage_row->Actions.begin()), outcome);
  return PutApprovalResultOutput{call.now()};
}

namespace {

// The action that a job of a Lambda function stands for.
struct Found {
  JobRow job;
  PipelineRow pipeline;
  ExecutionRow execution;
  size_t stage = 0, action = 0;
};

Result<Found> action_of_job(Call& call, const std::string& id) {
  Found found;
  auto job = kJobs.get(call.txn(), call.space(), {id});
  auto gone = [&] {
    return errors::JobNotFoundException("Job with id '" + id + "' does not exist");
  };
  if (!job) return gone();
  found.job = *job;
  auto pipeline = kPipelines.get(call.txn(), call.space(), {job->Pipeline});
  auto execution = kExecutions.get(call.txn(), call.space(), {job->Pipeline, job->Number});
  if (!pipeline || !execution) return gone();
  found.pipeline = std::move(*pipeline);
  found.execution = std::move(*execution);
  for (auto& stage : found.execution.Stages)
    for (auto& action : stage.Actions)
      if (stage.Name == job->Stage && action.Name == job->Action &&
          action.ExecutionId == job->ActionExecutionId) {
        if (action.Status != "InProgress")
          return errors::InvalidJobStateException("Job with id '" + id +
                                                  "' is not in progress: it is " + action.Status);
        found.stage = static_cast<size_t>(&stage - found.execution.Stages.data());
        found.action = static_cast<size_t>(&action - stage.Actions.data());
        return found;
      }
  return gone();
}

}  // namespace

Result<PutJobSuccessResultOutput> put_job_success_result(Call& call,
                                                         const PutJobSuccessResultInput& in) {
  Found found = TRY(action_of_job(call, in.jobId));
  if (in.continuationToken) {
    // The function is not done: it is invoked again with its token.
    ActionRow& action = found.execution.Stages[found.stage].Actions[found.action];
    Value memory = action.Memory.value_or(Value(Value::Object{}));
    memory.set("continuationToken", *in.continuationToken);
    memory.set("invoked", false);
    action.Memory = std::move(memory);
    kExecutions.put(call.txn(), call.space(), {found.job.Pipeline, found.execution.Number},
                    found.execution);
    constexpr int64_t kContinuePauseMs = 5000;
    continue_action(call, found.job.Pipeline, found.execution, found.stage, found.action,
                    call.now() + kContinuePauseMs);
    return PutJobSuccessResultOutput{};
  }
  Outcome outcome{.kind = Outcome::Kind::kSucceeded};
  if (in.executionDetails) {
    outcome.summary = in.executionDetails->summary.value_or("");
    outcome.external_id = in.executionDetails->externalExecutionId.value_or("");
  }
  outcome.variables = in.outputVariables.value_or(Map<std::string>{});
  finish_action(call, found.pipeline, found.execution, found.stage, found.action, outcome);
  return PutJobSuccessResultOutput{};
}

Result<PutJobFailureResultOutput> put_job_failure_result(Call& call,
                                                         const PutJobFailureResultInput& in) {
  Found found = TRY(action_of_job(call, in.jobId));
  Outcome outcome{.kind = Outcome::Kind::kFailed,
                  .external_id = in.failureDetails.externalExecutionId.value_or(""),
                  .error_code = in.failureDetails.type,
                  .error_message = in.failureDetails.message};
  finish_action(call, found.pipeline, found.execution, found.stage, found.action, outcome);
  return PutJobFailureResultOutput{};
}

}  // namespace drydock::codepipeline
