// What happens next in a pipeline: pure, from definitions and the state of all its active
// executions.
//
// A stage holds one execution. Executions wait before a stage that is held or whose inbound
// transition is disabled; in SUPERSEDED mode a newer execution that waits at the same place
// replaces an older one.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "gen/codepipeline.h"

namespace drydock::codepipeline {

struct Active {
  ExecutionRow row;
  PipelineDeclaration definition;  // the version the execution runs
  bool changed = false;
};

// An action that must be started now; it is marked InProgress already and needs an id and a job.
struct Start {
  size_t execution, stage, action;
};
// A change of state that AWS announces as an event. Without a stage: of the pipeline's execution;
// without an action: of the stage.
struct Announcement {
  size_t execution;
  int stage = -1, action = -1;
  std::string state;  // STARTED, SUCCEEDED, FAILED, STOPPED, SUPERSEDED, …
};
struct Progress {
  std::vector<Start> starts;
  std::vector<Announcement> announcements;
};

// `executions`: all that are InProgress or Stopping, oldest first. `disabled`: stages whose inbound
// transition is off.
Progress advance(std::vector<Active>& executions, const std::set<std::string>& disabled,
                 Timestamp now);

// A fresh execution's stages, all NotStarted.
std::vector<StageRow> fresh_stages(const PipelineDeclaration& definition);

}  // namespace drydock::codepipeline
