// Which builds run now: the job step that runs one, the limit on how many, and what stops them.
#include "services/codebuild/engine/engine.h"

#include <map>
#include <memory>
#include <mutex>

#include "api/server.h"
#include "base/log.h"
#include "services/codebuild/engine/role_session.h"
#include "services/codebuild/engine/run.h"
#include "services/codebuild/engine/workspace.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

namespace {

constexpr size_t kMaxRunning = 16;
constexpr int64_t kLookAgainMs = 250;

std::mutex running_mutex;
std::map<std::string, std::shared_ptr<RunningBuild>> running;  // by build ARN
bool stopping = false;

// A build that waited too long for its turn, or was stopped before it came.
void end_in_queue(Server& server, const Space& space, const std::string& id,
                  const std::string& status) {
  auto done = server.work_in(
      AccountId{space.account}, Region{space.region}, "codebuild", [&](Call& call) -> Result<void> {
        auto row = kBuilds.get(call.txn(), space, {id});
        if (!row) return {};
        Build& build = row->build;
        BuildPhase& queued = build.phases->back();
        queued.phaseStatus = status;
        queued.endTime = call.now();
        queued.durationInSeconds = (queued.endTime->ms - queued.startTime->ms) / 1000;
        build.phases->push_back({.phaseType = "COMPLETED", .startTime = call.now()});
        build.currentPhase = "COMPLETED";
        build.buildStatus = status;
        build.buildComplete = true;
        build.endTime = call.now();
        kBuilds.put(call.txn(), space, {id}, *row);
        emit_build_state(call, build);
        return {};
      });
  if (!done) log::error("codebuild: " + id + ": " + done.error().message);
}

Next step(Server& server, const Job& job) {
  Space space{job.payload["account"].string_or(""), job.payload["region"].string_or("")};
  std::string id = job.payload["id"].string_or("");
  std::optional<BuildRow> row;
  {
    auto txn = server.engine().begin_read();
    row = kBuilds.get(*txn, space, {id});
  }
  if (!row || row->build.buildComplete.value_or(false)) return Next::done();
  Timestamp now = server.clock().now();
  int64_t queued_ms = now.ms - row->build.startTime->ms;
  bool began = row->build.phases->size() > 2;
  if (row->stopRequested && !began) {
    end_in_queue(server, space, id, "STOPPED");
    return Next::done();
  }
  if (!began && queued_ms > row->build.queuedTimeoutInMinutes.value_or(480) * 60000) {
    end_in_queue(server, space, id, "TIMED_OUT");
    return Next::done();
  }
  auto mine = std::make_shared<RunningBuild>();
  {
    std::lock_guard lock(running_mutex);
    if (stopping) return Next::again(now + kLookAgainMs);
    if (running.size() >= kMaxRunning) return Next::again(now + kLookAgainMs);
    running[job.id] = mine;
  }
  mine->stop_requested = row->stopRequested;
  bool complete = false;
  try {
    complete = run_build(server, space, std::move(*row), *mine);
  } catch (...) {
    std::lock_guard lock(running_mutex);
    running.erase(job.id);
    throw;
  }
  std::lock_guard lock(running_mutex);
  running.erase(job.id);
  return complete ? Next::done() : Next::again(server.clock().now());
}

void interrupt_all() {
  std::lock_guard lock(running_mutex);
  for (auto& [arn, build] : running) {
    build->server_stopping = true;
    build->interrupt();
  }
}

}  // namespace

void interrupt_build(const std::string& build_arn) {
  std::lock_guard lock(running_mutex);
  auto found = running.find(build_arn);
  if (found == running.end()) return;
  found->second->stop_requested = true;
  found->second->interrupt();
}

void register_engine(Registry& registry) {
  Server& server = registry.server();
  registry.job_kind(kBuildJob, [&server](const Job& job) { return step(server, job); });
  registry.door(credentials_door());
  registry.at_start([] {
    interrupt_all();  // of before a reset
    std::lock_guard lock(running_mutex);
    stopping = false;
  });
  registry.at_stop([] {
    {
      std::lock_guard lock(running_mutex);
      stopping = true;
    }
    interrupt_all();
  });
}

}  // namespace drydock::codebuild
