// Actions: the job that works on one, what a provider is given and what it says.
#pragma once

#include "api/client.h"
#include "api/server.h"
#include "services/codepipeline/executions.h"

namespace drydock::codepipeline {

// What a provider says of an action.
struct Outcome {
  enum class Kind {
    kSucceeded,
    kFailed,
    kAgain,    // look again in `again_ms`
    kOutside,  // somebody else will end it: a person, a function
  } kind = Kind::kSucceeded;
  std::string summary, external_id, external_url;
  std::string error_code, error_message;
  Map<std::string> variables;
  std::string revision, revision_url;  // source actions
  Value memory;                        // null: as before
  std::string token;                   // of an approval
  int64_t again_ms = 1000;
  int64_t timeout_ms = 0;  // kOutside: fails then
};

struct Located {
  std::string name, bucket, key, revision;
};

// One action at work. Lives for one step.
struct Task {
  Server& server;
  AccountId account;
  Region region;
  const PipelineDeclaration& definition;
  const StageDeclaration& stage;
  const ActionDeclaration& action;
  const ExecutionRow& execution;
  const ActionRow& row;
  Map<std::string> configuration;  // resolved
  std::vector<Located> inputs, outputs;
  ArtifactStore store;
  Client client;  // as the action's role, or the pipeline's

  std::string get(std::string_view key,
                  std::string_view otherwise = {}) const;  // of the configuration
  const Value& memory() const;
  std::string arn() const;
};

Outcome failed(std::string code, std::string message);
// How long to wait before the next look at what goes on elsewhere: short at first, so that short
// work is seen soon.
int64_t look_again_ms(const Task& task);
// A Fault of a call that the role made. `what` stands before its text.
Outcome failed(const Fault& fault, std::string_view what);

// Providers (providers/*.cc). A step may be repeated after a crash: it finds again what it began by
// memory and by names made from the action's execution id.
Outcome step_codecommit(Task& task);
Outcome step_s3_source(Task& task);
Outcome step_codebuild(Task& task);
Outcome step_cloudformation(Task& task);
Outcome step_s3_deploy(Task& task);
Outcome step_approval(Task& task);
Outcome step_lambda(Task& task);

// The state at which a polled source is now; nothing when it cannot be seen.
std::optional<std::string> current_revision(Task& task);

// Writes an action's end and moves the pipeline on. The execution's row must be of this
// transaction.
void finish_action(Call& call, PipelineRow& pipeline, ExecutionRow& execution, size_t stage,
                   size_t action, const Outcome& outcome);
void continue_action(Call& call, const std::string& pipeline, const ExecutionRow& execution,
                     size_t stage, size_t action, Timestamp due);

// Jobs.
Next action_step(Server& server, const Job& job);
Next timeout_step(Server& server, const Job& job);
Next poll_step(Server& server, const Job& job);
// A poll job while any source asks for polling, none otherwise.
void plan_polls(Call& call, const PipelineRow& row);

}  // namespace drydock::codepipeline
