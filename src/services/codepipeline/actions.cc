#include "services/codepipeline/actions.h"

#include <algorithm>

#include "api/journal.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "services/codepipeline/variables.h"

namespace drydock::codepipeline {
namespace {

constexpr size_t kPipelinePart = 20,
                 kArtifactPart = 10;  // characters of names in an object key, as AWS cuts them
constexpr size_t kLongestError = 5000;
constexpr int64_t kPollMs = 60'000;

// Seven letters and digits that are always the same for one artifact of one action's execution, so
// that a repeated step writes the same object.
std::string key_tail(std::string_view action_execution_id, std::string_view artifact) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string digest = sha256(std::string(action_execution_id) + "/" + std::string(artifact)), out;
  for (size_t i = 0; i < 7; ++i)
    out.push_back(kLetters[static_cast<uint8_t>(digest[i]) % kLetters.size()]);
  return out;
}

ArtifactStore store_of(const PipelineDeclaration& definition, const Region& region) {
  if (definition.artifactStore) return *definition.artifactStore;
  for (auto& [name, store] : *definition.artifactStores)
    if (name == region.text) return store;
  return {};
}

Result<Client> role_client(Server& server, const AccountId& account, const Region& region,
                           const PipelineDeclaration& definition, const ActionDeclaration& action,
                           std::string_view execution_id) {
  std::string arn = pipeline_arn(account.text, region.text, definition.name);
  std::string session = std::to_string(server.clock().now().ms);
  auto denied = [](const std::string& role, const Fault& cause) {
    return fault("PermissionError",
                 "CodePipeline is not authorized to perform AssumeRole on role " + role +
                     ". Error: " + cause.message);
  };
  auto client = server.client_as_service("codepipeline.amazonaws.com", arn, account.text, region)
                    .assume_role(definition.roleArn, session);
  if (!client) return denied(definition.roleArn, client.error());
  works_for(server, client->caller(), execution_id);
  if (!action.roleArn) return client;
  auto inner = client->assume_role(*action.roleArn, session);
  if (!inner) return denied(*action.roleArn, inner.error());
  return inner;
}

// Rows as they are now; the step works on this copy without holding a transaction.
struct Snapshot {
  PipelineDeclaration definition;
  ExecutionRow execution;
  size_t stage = 0, action = 0;
};

std::optional<Snapshot> load(Txn& txn, const Space& space, const Value& payload) {
  const std::string& pipeline = payload["pipeline"].as_string();
  auto execution = kExecutions.get(txn, space, {pipeline, payload["number"].as_int()});
  if (!execution) return std::nullopt;
  auto definition = kVersions.get(txn, space, {pipeline, execution->Version});
  if (!definition) return std::nullopt;
  return Snapshot{std::move(*definition), std::move(*execution),
                  static_cast<size_t>(payload["stage"].as_int()),
                  static_cast<size_t>(payload["action"].as_int())};
}

bool is_current(const ExecutionRow& execution, size_t stage, size_t action, const std::string& id) {
  if (stage >= execution.Stages.size() || action >= execution.Stages[stage].Actions.size())
    return false;
  auto& row = execution.Stages[stage].Actions[action];
  return row.Status == "InProgress" && row.ExecutionId == id;
}

std::vector<Located> inputs_of(const ActionDeclaration& action, const ExecutionRow& execution) {
  std::vector<Located> inputs;
  for (auto& input : action.inputArtifacts.value_or(std::vector<InputArtifact>{}))
    for (auto& made : execution.Artifacts)
      if (made.Name == input.name)
        inputs.push_back({made.Name, made.Bucket, made.Key, made.RevisionId.value_or("")});
  return inputs;
}

std::vector<Located> outputs_of(const PipelineDeclaration& definition,
                                const ActionDeclaration& action, const ActionRow& row,
                                const ArtifactStore& store) {
  std::vector<Located> outputs;
  for (auto& output : action.outputArtifacts.value_or(std::vector<OutputArtifact>{})) {
    std::string key = definition.name.substr(0, kPipelinePart) + "/" +
                      output.name.substr(0, kArtifactPart) + "/" +
                      key_tail(*row.ExecutionId, output.name);
    if (action.actionTypeId.category == "Source") key += ".zip";
    outputs.push_back({output.name, store.location, key, ""});
  }
  return outputs;
}

Outcome run_provider(Task& task) {
  const std::string& provider = task.action.actionTypeId.provider;
  const std::string& category = task.action.actionTypeId.category;
  if (provider == "CodeCommit") return step_codecommit(task);
  if (provider == "S3") return category == "Source" ? step_s3_source(task) : step_s3_deploy(task);
  if (provider == "CodeBuild") return step_codebuild(task);
  if (provider == "CloudFormation") return step_cloudformation(task);
  if (provider == "Manual") return step_approval(task);
  if (provider == "Lambda") return step_lambda(task);
  return failed("ConfigurationError",
                "The action provider " + provider + " is not implemented by Drydock.");
}

struct Step {
  Outcome outcome;
  Map<std::string> configuration;
  std::vector<Located> outputs;
};

Step work(Server& server, const AccountId& account, const Region& region, const Snapshot& at) {
  const StageDeclaration& stage = at.definition.stages[at.stage];
  const ActionDeclaration& action = stage.actions[at.action];
  const ActionRow& row = at.execution.Stages[at.stage].Actions[at.action];
  Step step;
  auto configuration = resolve_configuration(action.configuration.value_or(Map<std::string>{}),
                                             at.definition, at.execution);
  if (!configuration) {
    step.outcome = failed(configuration.error().code, configuration.error().message);
    return step;
  }
  step.configuration = *configuration;
  auto client = role_client(server, account, region, at.definition, action, at.execution.Id);
  if (!client) {
    step.outcome = failed(client.error().code, client.error().message);
    return step;
  }
  ArtifactStore store = store_of(at.definition, region);
  Task task{server,
            account,
            region,
            at.definition,
            stage,
            action,
            at.execution,
            row,
            *configuration,
            inputs_of(action, at.execution),
            outputs_of(at.definition, action, row, store),
            store,
            *client};
  step.outputs = task.outputs;
  step.outcome = run_provider(task);
  return step;
}

// What a step found out, into the action's row.
void note(ActionRow& row, const Outcome& outcome, Timestamp now) {
  row.Updated = now;
  if (!outcome.summary.empty()) row.Summary = outcome.summary.substr(0, 2048);
  if (!outcome.external_id.empty()) row.ExternalId = outcome.external_id;
  if (!outcome.external_url.empty()) row.ExternalUrl = outcome.external_url;
  if (!outcome.token.empty()) row.Token = outcome.token;
  if (!outcome.memory.is_null()) row.Memory = outcome.memory;
}

void note_artifacts(const PipelineDeclaration& definition, ExecutionRow& execution, size_t stage,
                    size_t action, const std::vector<Located>& outputs, const Outcome& outcome,
                    Timestamp now) {
  auto& declared = definition.stages[stage].actions[action];
  for (auto& output : outputs) {
    std::erase_if(execution.Artifacts, [&](auto& a) { return a.Name == output.name; });
    ArtifactRow row{.Name = output.name,
                    .Bucket = output.bucket,
                    .Key = output.key,
                    .Action = declared.name,
                    .Created = now,
                    .FromSource = declared.actionTypeId.category == "Source"};
    if (!outcome.revision.empty()) {
      row.RevisionId = outcome.revision;
      row.RevisionSummary = outcome.summary;
      row.RevisionUrl = outcome.revision_url;
    }
    execution.Artifacts.push_back(std::move(row));
  }
}

}  // namespace

std::string Task::get(std::string_view key, std::string_view otherwise) const {
  for (auto& [name, value] : configuration)
    if (name == key) return value;
  return std::string(otherwise);
}

const Value& Task::memory() const {
  static const Value nothing;
  return row.Memory ? *row.Memory : nothing;
}

std::string Task::arn() const { return pipeline_arn(account.text, region.text, definition.name); }

int64_t look_again_ms(const Task& task) {
  constexpr int64_t kShortest = 100, kLongest = 1000;
  int64_t elapsed = task.row.Started ? task.server.clock().now().ms - task.row.Started->ms : 0;
  return std::clamp(elapsed / 20, kShortest, kLongest);
}

Outcome failed(std::string code, std::string message) {
  return {.kind = Outcome::Kind::kFailed,
          .error_code = std::move(code),
          .error_message = std::move(message)};
}

Outcome failed(const Fault& fault, std::string_view what) {
  bool denied = fault.status == 403 || fault.code.starts_with("AccessDenied");
  return failed(denied ? "PermissionError" : "JobFailed",
                std::string(what) + fault.message + " (Error Code: " + fault.code + ")");
}

void finish_action(Call& call, PipelineRow& pipeline, ExecutionRow& execution, size_t stage,
                   size_t action, const Outcome& outcome) {
  const std::string name = pipeline.Definition.name;
  ActionRow& row = execution.Stages[stage].Actions[action];
  const bool ok = outcome.kind == Outcome::Kind::kSucceeded;
  note(row, outcome, call.now());
  row.Status = ok ? "Succeeded" : "Failed";
  if (!ok) {
    row.ErrorCode = outcome.error_code;
    row.ErrorMessage = outcome.error_message.substr(0, kLongestError);
  }
  row.OutputVariables = outcome.variables;
  execution.Updated = call.now();
  auto definition = kVersions.get(call.txn(), call.space(), {name, execution.Version})
                        .value_or(pipeline.Definition);
  kExecutions.put(call.txn(), call.space(), {name, execution.Number}, execution);
  call.cancel_job("codepipeline.timeout", row.ExecutionId.value_or(""));
  if (kJobs.contains(call.txn(), call.space(), {row.ExecutionId.value_or("")}))
    kJobs.erase(call.txn(), call.space(), {*row.ExecutionId});
  announce_action(call, definition, execution, stage, action, ok ? "SUCCEEDED" : "FAILED");
  move_on(call, name, pipeline);
}

void continue_action(Call& call, const std::string& pipeline, const ExecutionRow& execution,
                     size_t stage, size_t action, Timestamp due) {
  call.start_job("codepipeline.action", *execution.Stages[stage].Actions[action].ExecutionId, due,
                 Value::object({{"account", call.account().text},
                                {"region", call.region().text},
                                {"pipeline", pipeline},
                                {"number", execution.Number},
                                {"stage", static_cast<int64_t>(stage)},
                                {"action", static_cast<int64_t>(action)}}));
}

Next action_step(Server& server, const Job& job) {
  const Value& payload = job.payload;
  AccountId account{payload["account"].as_string()};
  Region region{payload["region"].as_string()};
  const std::string& pipeline = payload["pipeline"].as_string();
  auto at = load(*server.engine().begin_read(), {account.text, region.text}, payload);
  if (!at || !is_current(at->execution, at->stage, at->action, job.id)) return Next::done();
  Step step = work(server, account, region, *at);
  const Outcome& outcome = step.outcome;
  if (outcome.kind == Outcome::Kind::kFailed)
    log::info("pipeline " + pipeline + ", action " +
              at->definition.stages[at->stage].actions[at->action].name + ": " +
              outcome.error_code + ": " + replace_all(outcome.error_message, "\n", " | "));

  bool again = false;
  auto done = server.work_in(account, region, "codepipeline", [&](Call& call) -> Result<void> {
    again = false;
    auto row = kPipelines.get(call.txn(), call.space(), {pipeline});
    auto now = load(call.txn(), call.space(), payload);
    if (!row || !now || !is_current(now->execution, at->stage, at->action, job.id))
      return {};  // stopped or deleted meanwhile
    ActionRow& action = now->execution.Stages[at->stage].Actions[at->action];
    action.ResolvedConfiguration = step.configuration;
    if (outcome.kind == Outcome::Kind::kSucceeded)
      note_artifacts(now->definition, now->execution, at->stage, at->action, step.outputs, outcome,
                     call.now());
    if (outcome.kind == Outcome::Kind::kSucceeded || outcome.kind == Outcome::Kind::kFailed) {
      finish_action(call, *row, now->execution, at->stage, at->action, outcome);
      return {};
    }
    note(action, outcome, call.now());
    kExecutions.put(call.txn(), call.space(), {pipeline, now->execution.Number}, now->execution);
    again = outcome.kind == Outcome::Kind::kAgain;
    if (outcome.kind == Outcome::Kind::kOutside && outcome.timeout_ms > 0)
      call.start_job("codepipeline.timeout", job.id, call.now() + outcome.timeout_ms, payload);
    return {};
  });
  if (!done) throw std::runtime_error(done.error().message);
  return again ? Next::again(server.clock().now() + outcome.again_ms) : Next::done();
}

Next timeout_step(Server& server, const Job& job) {
  const Value& payload = job.payload;
  const std::string& pipeline = payload["pipeline"].as_string();
  auto done = server.work_in(
      AccountId{payload["account"].as_string()}, Region{payload["region"].as_string()},
      "codepipeline", [&](Call& call) -> Result<void> {
        auto row = kPipelines.get(call.txn(), call.space(), {pipeline});
        auto at = load(call.txn(), call.space(), payload);
        if (!row || !at || !is_current(at->execution, at->stage, at->action, job.id)) return {};
        finish_action(
            call, *row, at->execution, at->stage, at->action,
            failed("JobFailed", "The action failed because it did not complete in its time limit"));
        return {};
      });
  if (!done) log::warning("pipeline " + pipeline + ": " + done.error().message);
  return Next::done();
}

void plan_polls(Call& call, const PipelineRow& row) {
  std::string id = call.account().text + "/" + call.region().text + "/" + row.Definition.name;
  bool polls = false;
  for (auto& stage : row.Definition.stages)
    for (auto& action : stage.actions) {
      if (action.actionTypeId.category != "Source") continue;
      bool on = true;  // AWS does poll when nothing is said
      for (auto& [key, value] : action.configuration.value_or(Map<std::string>{}))
        if (key == "PollForSourceChanges") on = !equals_ignore_case(value, "false");
      polls |= on;
    }
  if (!polls) return call.cancel_job("codepipeline.poll", id);
  call.start_job("codepipeline.poll", id, call.now() + kPollMs,
                 Value::object({{"account", call.account().text},
                                {"region", call.region().text},
                                {"pipeline", row.Definition.name},
                                {"seen", Value(Value::Object{})}}));
}

Next poll_step(Server& server, const Job& job) {
  AccountId account{job.payload["account"].as_string()};
  Region region{job.payload["region"].as_string()};
  const std::string& name = job.payload["pipeline"].as_string();
  Value payload = job.payload;
  Value& seen = payload.set("seen");
  auto row = kPipelines.get(*server.engine().begin_read(), {account.text, region.text}, {name});
  if (!row) return Next::done();
  bool changed = false;
  ExecutionRow nothing;
  for (auto& action : row->Definition.stages[0].actions) {
    if (action.configuration)
      if (auto poll = std::ranges::find_if(
              *action.configuration, [](auto& e) { return e.first == "PollForSourceChanges"; });
          poll != action.configuration->end() && equals_ignore_case(poll->second, "false"))
        continue;
    auto client = role_client(server, account, region, row->Definition, action, {});
    if (!client) continue;
    ActionRow no_row;
    Task task{server,
              account,
              region,
              row->Definition,
              row->Definition.stages[0],
              action,
              nothing,
              no_row,
              action.configuration.value_or(Map<std::string>{}),
              {},
              {},
              store_of(row->Definition, region),
              *client};
    auto revision = current_revision(task);
    if (!revision) continue;
    std::string before = seen[action.name].string_or("");
    // The first look compares with what the pipeline last ran.
    if (before.empty() && row->LastNumber > 0)
      if (auto last = kExecutions.get(*server.engine().begin_read(), {account.text, region.text},
                                      {name, row->LastNumber}))
        for (auto& artifact : last->Artifacts)
          if (artifact.Action == action.name) before = artifact.RevisionId.value_or("");
    changed |= *revision != before;
    seen.set(action.name, *revision);
  }
  if (changed) {
    auto done = server.work_in(account, region, "codepipeline", [&](Call& call) -> Result<void> {
      PipelineRow now = TRY(find_pipeline(call, name));
      TRY(begin_execution(call, now,
                          {.trigger = {"PollForSourceChanges", "PollForSourceChanges"}}));
      return {};
    });
    if (!done)
      log::warning("pipeline " + name + " was not started by polling: " + done.error().message);
  }
  return Next::again(server.clock().now() + kPollMs, std::move(payload));
}

}  // namespace drydock::codepipeline
