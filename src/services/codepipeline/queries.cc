// Reading executions: the state of a pipeline, its history, the history of actions.
#include <algorithm>

#include "base/text.h"
#include "gen/codepipeline_handlers.h"
#include "services/codepipeline/executions.h"

namespace drydock::codepipeline {
namespace {

constexpr size_t kPageSize = 100;

std::optional<ErrorDetails> error_of(const ActionRow& row) {
  if (!row.ErrorCode && !row.ErrorMessage) return std::nullopt;
  return ErrorDetails{row.ErrorCode, row.ErrorMessage};
}

std::string entity_url(Call& call, const ActionDeclaration& action) {
  std::string head = "https://" + call.region().text + ".console.aws.amazon.com/";
  auto value = [&](std::string_view key) {
    for (auto& [name, text] : action.configuration.value_or(Map<std::string>{}))
      if (name == key) return text;
    return std::string();
  };
  auto& provider = action.actionTypeId.provider;
  if (provider == "CodeCommit")
    return head + "codecommit/home#/repository/" + value("RepositoryName") + "/browse/" +
           value("BranchName") + "/--/";
  if (provider == "CodeBuild")
    return head + "codebuild/home?#/projects/" + value("ProjectName") + "/view";
  if (provider == "CloudFormation") return head + "cloudformation/home";
  if (provider == "Lambda") return head + "lambda/home?#/functions/" + value("FunctionName");
  if (provider == "S3") return "https://console.aws.amazon.com/s3/home";
  return {};
}

ActionState action_state(Call& call, const ActionDeclaration& declared, const ActionRow* row,
                         const ExecutionRow* execution) {
  ActionState state{.actionName = declared.name};
  if (auto url = entity_url(call, declared); !url.empty()) state.entityUrl = url;
  if (!row || row->Status == "NotStarted") return state;
  state.latestExecution =
      ActionExecution{.actionExecutionId = row->ExecutionId,
                      .status = row->Status,
                      .summary = row->Summary,
                      .lastStatusChange = row->Updated,
                      .token = row->Status == "InProgress" ? row->Token : std::nullopt,
                      .lastUpdatedBy = row->UpdatedBy,
                      .externalExecutionId = row->ExternalId,
                      .externalExecutionUrl = row->ExternalUrl,
                      .percentComplete = row->PercentComplete,
                      .errorDetails = error_of(*row)};
  for (auto& artifact : execution->Artifacts)
    if (artifact.Action == declared.name && artifact.RevisionId && artifact.FromSource) {
      state.currentRevision =
          ActionRevision{artifact.RevisionId, artifact.RevisionId, artifact.Created};
      state.revisionUrl = artifact.RevisionUrl;
    }
  return state;
}

TransitionState transition_state(const PipelineRow& row, const std::string& stage) {
  auto off = std::ranges::find(row.Disabled, stage, &DisabledTransition::Stage);
  if (off == row.Disabled.end()) return {.enabled = true};
  return {.enabled = false,
          .lastChangedBy = off->By,
          .lastChangedAt = off->At,
          .disabledReason = off->Reason};
}

std::vector<SourceRevision> revisions_of(const ExecutionRow& execution) {
  std::vector<SourceRevision> out;
  for (auto& artifact : execution.Artifacts)
    if (artifact.FromSource && artifact.RevisionId)
      out.push_back(
          {artifact.Action, artifact.RevisionId, artifact.RevisionSummary, artifact.RevisionUrl});
  return out;
}

std::string type_of(const ExecutionRow&) { return "STANDARD"; }

std::vector<ArtifactDetail> details_of(const ExecutionRow& execution,
                                       const std::vector<std::string>& names) {
  std::vector<ArtifactDetail> out;
  for (auto& name : names)
    for (auto& artifact : execution.Artifacts)
      if (artifact.Name == name)
        out.push_back({artifact.Name, S3Location{artifact.Bucket, artifact.Key}});
  return out;
}

ActionExecutionDetail detail_of(Call& call, const ExecutionRow& execution, const StageRow& stage,
                                const ActionRow& row, const ActionDeclaration& declared) {
  std::vector<std::string> inputs, outputs;
  for (auto& artifact : declared.inputArtifacts.value_or(std::vector<InputArtifact>{}))
    inputs.push_back(artifact.name);
  for (auto& artifact : declared.outputArtifacts.value_or(std::vector<OutputArtifact>{}))
    outputs.push_back(artifact.name);
  ActionExecutionDetail out{.pipelineExecutionId = execution.Id,
                            .actionExecutionId = row.ExecutionId,
                            .pipelineVersion = execution.Version,
                            .stageName = stage.Name,
                            .actionName = row.Name,
                            .startTime = row.Started,
                            .lastUpdateTime = row.Updated,
                            .updatedBy = row.UpdatedBy,
                            .status = row.Status};
  out.input = ActionExecutionInput{.actionTypeId = declared.actionTypeId,
                                   .configuration = declared.configuration,
                                   .resolvedConfiguration = row.ResolvedConfiguration,
                                   .roleArn = declared.roleArn,
                                   .region = declared.region.value_or(call.region().text),
                                   .inputArtifacts = details_of(execution, inputs),
                                   .namespace_ = declared.namespace_};
  out.output = ActionExecutionOutput{
      .outputArtifacts = row.Status == "Succeeded" ? details_of(execution, outputs)
                                                   : std::vector<ArtifactDetail>{},
      .executionResult =
          ActionExecutionResult{row.ExternalId, row.ErrorMessage ? row.ErrorMessage : row.Summary,
                                row.ExternalUrl, error_of(row)},
      .outputVariables = row.OutputVariables};
  return out;
}

const ActionDeclaration* find_declared(const PipelineDeclaration& definition,
                                       const std::string& stage, const std::string& action) {
  for (auto& s : definition.stages)
    for (auto& a : s.actions)
      if (s.name == stage && a.name == action) return &a;
  return nullptr;
}

// All actions of one execution that were started, earlier tries included, newest first.
void add_actions(Call& call, const std::string& pipeline, const PipelineRow& row,
                 const ExecutionRow& execution, std::vector<ActionExecutionDetail>& out) {
  auto definition = kVersions.get(call.txn(), call.space(), {pipeline, execution.Version})
                        .value_or(row.Definition);
  std::vector<ActionExecutionDetail> found;
  for (auto& stage : execution.Stages)
    for (auto& action : stage.Actions)
      if (auto* declared = find_declared(definition, stage.Name, action.Name);
          declared && action.Status != "NotStarted")
        found.push_back(detail_of(call, execution, stage, action, *declared));
  kPastActions.each(call.txn(), call.space(), {.prefix = {pipeline, execution.Number}},
                    [&](const auto&, const PastActionRow& past) {
                      if (auto* declared = find_declared(definition, past.Stage, past.Action.Name))
                        found.push_back(detail_of(call, execution, StageRow{.Name = past.Stage},
                                                  past.Action, *declared));
                      return true;
                    });
  std::ranges::stable_sort(found, [](auto& a, auto& b) { return a.startTime > b.startTime; });
  out.insert(out.end(), found.begin(), found.end());
}

Result<size_t> page_start(const std::optional<std::string>& token) {
  if (!token) return size_t{0};
  auto n = parse_int(*token);
  if (!n || *n < 0)
    return errors::InvalidNextTokenException("The next token is invalid: " + *token);
  return static_cast<size_t>(*n);
}

}  // namespace

Result<GetPipelineStateOutput> get_pipeline_state(Call& call, const GetPipelineStateInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.name));
  GetPipelineStateOutput out{.pipelineName = in.name,
                             .pipelineVersion = row.Version,
                             .created = row.Created,
                             .updated = row.Updated};
  std::vector<ExecutionRow> active;
  for (int64_t number : row.Active)
    if (auto execution = kExecutions.get(call.txn(), call.space(), {in.name, number}))
      active.push_back(std::move(*execution));
  for (auto& stage : row.Definition.stages) {
    StageState state{.stageName = stage.name};
    state.inboundTransitionState = transition_state(row, stage.name);
    std::vector<StageExecution> inbound;
    for (auto& execution : active)
      if (execution.Waiting &&
          execution.Stages[static_cast<size_t>(execution.Stage)].Name == stage.name)
        inbound.push_back({execution.Id, execution.Status, type_of(execution)});
    if (!inbound.empty()) {
      state.inboundExecution = inbound.back();
      state.inboundExecutions = inbound;
    }
    auto latest = std::ranges::find(row.Latest, stage.name, &LatestInStage::Stage);
    auto execution = latest == row.Latest.end()
                         ? std::nullopt
                         : kExecutions.get(call.txn(), call.space(), {in.name, latest->Number});
    const StageRow* stage_row = nullptr;
    if (execution) {
      auto it = std::ranges::find(execution->Stages, stage.name, &StageRow::Name);
      if (it != execution->Stages.end()) stage_row = &*it;
    }
    if (stage_row)
      state.latestExecution = StageExecution{
          execution->Id,
          execution->Status == "Stopping" && stage_row->Status == "InProgress" ? "Stopping"
                                                                               : stage_row->Status,
          type_of(*execution)};
    state.actionStates.emplace();
    for (auto& action : stage.actions) {
      const ActionRow* action_row = nullptr;
      if (stage_row)
        for (auto& candidate : stage_row->Actions)
          if (candidate.Name == action.name) action_row = &candidate;
      state.actionStates->push_back(
          action_state(call, action, action_row, execution ? &*execution : nullptr));
    }
    out.stageStates.push_back(std::move(state));
  }
  return out;
}

Result<GetPipelineExecutionOutput> get_pipeline_execution(Call& call,
                                                          const GetPipelineExecutionInput& in) {
  TRY(find_pipeline(call, in.pipelineName));
  auto execution = find_execution(call, in.pipelineName, in.pipelineExecutionId);
  if (!execution)
    return errors::PipelineExecutionNotFoundException("Pipeline '" + in.pipelineName +
                                                      "' does not have an execution with id '" +
                                                      in.pipelineExecutionId + "'");
  PipelineExecution out{
      .pipelineName = in.pipelineName,
      .pipelineVersion = execution->Version,
      .pipelineExecutionId = execution->Id,
      .status = execution->Status,
      .statusSummary = execution->StatusSummary,
      .trigger = ExecutionTrigger{execution->TriggerType, execution->TriggerDetail},
      .executionMode = execution->Mode,
      .executionType = type_of(*execution)};
  for (auto& artifact : execution->Artifacts)
    if (artifact.FromSource && artifact.RevisionId)
      out.artifactRevisions.push_back({.name = artifact.Name,
                                       .revisionId = artifact.RevisionId,
                                       .revisionSummary = artifact.RevisionSummary,
                                       .created = artifact.Created,
                                       .revisionUrl = artifact.RevisionUrl});
  if (!execution->Variables.empty()) {
    out.variables.emplace();
    for (auto& [name, value] : execution->Variables) out.variables->push_back({name, value});
  }
  return GetPipelineExecutionOutput{std::move(out)};
}

Result<ListPipelineExecutionsOutput> list_pipeline_executions(
    Call& call, const ListPipelineExecutionsInput& in) {
  TRY(find_pipeline(call, in.pipelineName));
  size_t most = in.maxResults ? static_cast<size_t>(*in.maxResults) : kPageSize;
  ScanOptions options{.prefix = {in.pipelineName}, .order = Txn::Order::kReverse};
  if (in.nextToken)
    options.after = {in.pipelineName, static_cast<int64_t>(TRY(page_start(in.nextToken)))};
  ListPipelineExecutionsOutput out;
  int64_t last = 0;
  kExecutions.each(
      call.txn(), call.space(), options, [&](const auto&, const ExecutionRow& execution) {
        if (in.filter && in.filter->succeededInStage && in.filter->succeededInStage->stageName) {
          auto stage = std::ranges::find(execution.Stages, *in.filter->succeededInStage->stageName,
                                         &StageRow::Name);
          if (stage == execution.Stages.end() || stage->Status != "Succeeded") return true;
        }
        if (out.pipelineExecutionSummaries.size() == most) {
          out.nextToken = std::to_string(last);
          return false;
        }
        last = execution.Number;
        PipelineExecutionSummary summary{
            .pipelineExecutionId = execution.Id,
            .status = execution.Status,
            .statusSummary = execution.StatusSummary,
            .startTime = execution.Started,
            .lastUpdateTime = execution.Updated,
            .sourceRevisions = revisions_of(execution),
            .trigger = ExecutionTrigger{execution.TriggerType, execution.TriggerDetail},
            .executionMode = execution.Mode,
            .executionType = type_of(execution)};
        if (execution.StopReason) summary.stopTrigger = StopTrigger{*execution.StopReason};
        out.pipelineExecutionSummaries.push_back(std::move(summary));
        return true;
      });
  return out;
}

Result<ListActionExecutionsOutput> list_action_executions(Call& call,
                                                          const ListActionExecutionsInput& in) {
  PipelineRow row = TRY(find_pipeline(call, in.pipelineName));
  size_t start = TRY(page_start(in.nextToken)),
         most = in.maxResults ? static_cast<size_t>(*in.maxResults) : kPageSize;
  std::vector<ActionExecutionDetail> all;
  if (in.filter && in.filter->pipelineExecutionId) {
    auto execution = find_execution(call, in.pipelineName, *in.filter->pipelineExecutionId);
    if (!execution)
      return errors::PipelineExecutionNotFoundException("Pipeline '" + in.pipelineName +
                                                        "' does not have an execution with id '" +
                                                        *in.filter->pipelineExecutionId + "'");
    add_actions(call, in.pipelineName, row, *execution, all);
  } else {
    kExecutions.each(call.txn(), call.space(),
                     {.prefix = {in.pipelineName}, .order = Txn::Order::kReverse},
                     [&](const auto&, const ExecutionRow& execution) {
                       add_actions(call, in.pipelineName, row, execution, all);
                       return all.size() <= start + most;
                     });
  }
  ListActionExecutionsOutput out;
  for (size_t i = start; i < all.size() && i < start + most; ++i)
    out.actionExecutionDetails.push_back(std::move(all[i]));
  if (start + most < all.size()) out.nextToken = std::to_string(start + most);
  return out;
}

}  // namespace drydock::codepipeline
