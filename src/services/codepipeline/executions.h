// Executions as rows: starting them, and moving a pipeline on after any change.
#pragma once

#include "api/call.h"
#include "services/codepipeline/tables.h"

namespace drydock::codepipeline {

struct Trigger {
  std::string type, detail;
};
struct Begin {
  Trigger trigger;
  Map<std::string> variables;  // by name; the rest get their defaults
  std::vector<SourceRevisionOverride> overrides;
  std::string token;  // of the request; empty: none
};

std::string pipeline_arn(std::string_view account, std::string_view region, std::string_view name);
Result<PipelineRow> find_pipeline(Call& call, const std::string& name);
std::optional<ExecutionRow> find_execution(Call& call, const std::string& pipeline,
                                           const std::string& id);

// A new execution; its id. `row` is the pipeline's row, which is changed and stored.
Result<std::string> begin_execution(Call& call, PipelineRow& row, Begin begin);
// Lets the engine work on all active executions, stores what changed, leaves a job per started
// action and emits events.
void move_on(Call& call, const std::string& pipeline, PipelineRow& row);

// What became of an action; see actions.h.
struct ActionEnd {
  std::string status;  // Succeeded or Failed
  std::string error_code, error_message;
};
void announce_action(Call& call, const PipelineDeclaration& definition,
                     const ExecutionRow& execution, size_t stage, size_t action,
                     std::string_view state);

}  // namespace drydock::codepipeline
