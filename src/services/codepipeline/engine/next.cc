#include "services/codepipeline/engine/next.h"

#include <algorithm>

namespace drydock::codepipeline {
namespace {

bool finished(const ActionRow& action) {
  return action.Status != "NotStarted" && action.Status != "InProgress";
}

struct Engine {
  std::vector<Active>& executions;
  const std::set<std::string>& disabled;
  Timestamp now;
  Progress progress{};

  bool is_active(const ExecutionRow& row) const {
    return row.Status == "InProgress" || row.Status == "Stopping";
  }
  StageRow& stage_of(Active& a) { return a.row.Stages[static_cast<size_t>(a.row.Stage)]; }

  void announce(size_t e, int stage, int action, const char* state) {
    progress.announcements.push_back({e, stage, action, state});
  }

  void end(size_t e, const char* status, const char* event) {
    Active& a = executions[e];
    a.row.Status = status;
    a.row.Updated = now;
    a.changed = true;
    announce(e, -1, -1, event);
  }

  void set_stage(size_t e, const char* status, const char* event) {
    Active& a = executions[e];
    stage_of(a).Status = status;
    a.row.Updated = now;
    a.changed = true;
    announce(e, static_cast<int>(a.row.Stage), -1, event);
  }

  // The execution that holds a stage of this name, other than `e`.
  bool held(size_t e, const std::string& stage) {
    for (size_t i = 0; i < executions.size(); ++i) {
      Active& other = executions[i];
      if (i != e && is_active(other.row) && !other.row.Waiting && stage_of(other).Name == stage)
        return true;
    }
    return false;
  }

  // True when something changed.
  bool stop(size_t e) {
    Active& a = executions[e];
    if (!a.row.Waiting) {
      bool running = false;
      for (auto& action : stage_of(a).Actions) {
        if (action.Status != "InProgress") continue;
        if (!a.row.StopAbandons.value_or(false)) {
          running = true;
          continue;
        }
        action.Status = "Abandoned";
        action.Updated = now;
        announce(e, static_cast<int>(a.row.Stage),
                 static_cast<int>(&action - stage_of(a).Actions.data()), "ABANDONED");
      }
      if (running) return false;
      set_stage(e, "Stopped", "STOPPED");
    }
    end(e, "Stopped", "STOPPED");
    return true;
  }

  bool fail_stage(size_t e) {
    Active& a = executions[e];
    StageRow& stage = stage_of(a);
    const StageDeclaration& declared = a.definition.stages[static_cast<size_t>(a.row.Stage)];
    if (declared.onFailure && declared.onFailure->result == "RETRY" && stage.Retries == 0) {
      bool all = declared.onFailure->retryConfiguration &&
                 declared.onFailure->retryConfiguration->retryMode == "ALL_ACTIONS";
      stage.Retries++;
      a.changed = true;
      announce(e, static_cast<int>(a.row.Stage), -1, "FAILED");
      announce(e, static_cast<int>(a.row.Stage), -1, "RESUMED");
      for (auto& action : stage.Actions)
        if (all || action.Status == "Failed" || action.Status == "Abandoned")
          action = ActionRow{.Name = action.Name, .Status = "NotStarted"};
      return true;
    }
    set_stage(e, "Failed", "FAILED");
    end(e, "Failed", "FAILED");
    return true;
  }

  // Inside a stage: starts the next run order, or ends the stage.
  bool run_stage(size_t e) {
    Active& a = executions[e];
    StageRow& stage = stage_of(a);
    const StageDeclaration& declared = a.definition.stages[static_cast<size_t>(a.row.Stage)];
    bool running = false, failed = false, left = false;
    int64_t order = INT64_MAX;
    for (size_t i = 0; i < stage.Actions.size(); ++i) {
      auto& action = stage.Actions[i];
      running |= action.Status == "InProgress";
      failed |= action.Status == "Failed" || action.Status == "Abandoned";
      if (finished(action)) continue;
      left = true;
      order = std::min(order, declared.actions[i].runOrder.value_or(1));
    }
    if (failed) return running ? false : fail_stage(e);
    if (left) {
      bool started = false;
      for (size_t i = 0; i < stage.Actions.size(); ++i) {
        auto& action = stage.Actions[i];
        if (action.Status != "NotStarted" || declared.actions[i].runOrder.value_or(1) != order)
          continue;
        action.Status = "InProgress";
        action.Started = action.Updated = now;
        a.changed = started = true;
        progress.starts.push_back({e, static_cast<size_t>(a.row.Stage), i});
        announce(e, static_cast<int>(a.row.Stage), static_cast<int>(i), "STARTED");
      }
      return started;
    }
    set_stage(e, "Succeeded", "SUCCEEDED");
    if (static_cast<size_t>(a.row.Stage) + 1 == a.row.Stages.size()) {
      end(e, "Succeeded", "SUCCEEDED");
    } else {
      a.row.Stage++;
      a.row.Waiting = true;
    }
    return true;
  }

  bool enter_stage(size_t e) {
    Active& a = executions[e];
    StageRow& stage = stage_of(a);
    if (disabled.contains(stage.Name)) return false;
    if (a.row.Mode != "PARALLEL") {
      if (held(e, stage.Name)) return false;
      // The one that came first enters first, when nobody superseded it.
      for (size_t i = 0; i < e; ++i)
        if (is_active(executions[i].row) && executions[i].row.Status != "Stopping" &&
            executions[i].row.Waiting && stage_of(executions[i]).Name == stage.Name)
          return false;
    }
    a.row.Waiting = false;
    if (a.row.Stage == 0 && stage.Status == "NotStarted") announce(e, -1, -1, "STARTED");
    set_stage(e, "InProgress", "STARTED");
    return true;
  }

  bool step(size_t e) {
    Active& a = executions[e];
    if (a.row.Status == "Stopping") return stop(e);
    if (a.row.Status != "InProgress") return false;
    return a.row.Waiting ? enter_stage(e) : run_stage(e);
  }

  // Of the executions that wait at one place only the newest stays.
  bool supersede() {
    bool changed = false;
    for (size_t e = 0; e < executions.size(); ++e) {
      Active& a = executions[e];
      if (a.row.Status != "InProgress" || !a.row.Waiting || a.row.Mode != "SUPERSEDED") continue;
      for (size_t i = e + 1; i < executions.size(); ++i) {
        Active& newer = executions[i];
        if (newer.row.Status != "InProgress" || !newer.row.Waiting ||
            stage_of(newer).Name != stage_of(a).Name)
          continue;
        a.row.StatusSummary = "Superseded by " + newer.row.Id;
        if (a.row.Stage == 0) announce(e, -1, -1, "STARTED");
        end(e, "Superseded", "SUPERSEDED");
        changed = true;
        break;
      }
    }
    return changed;
  }
};

}  // namespace

Progress advance(std::vector<Active>& executions, const std::set<std::string>& disabled,
                 Timestamp now) {
  Engine engine{executions, disabled, now};
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t e = 0; e < executions.size(); ++e) changed |= engine.step(e);
    changed |= engine.supersede();
  }
  return std::move(engine.progress);
}

std::vector<StageRow> fresh_stages(const PipelineDeclaration& definition) {
  std::vector<StageRow> stages;
  for (auto& stage : definition.stages) {
    StageRow row{.Name = stage.name, .Status = "NotStarted"};
    for (auto& action : stage.actions)
      row.Actions.push_back({.Name = action.name, .Status = "NotStarted"});
    stages.push_back(std::move(row));
  }
  return stages;
}

}  // namespace drydock::codepipeline
