// Runs one build.
#pragma once

#include <atomic>
#include <mutex>

#include "api/server.h"
#include "sandbox/sandbox.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

// The outside's hold on a build that runs.
struct RunningBuild {
  std::atomic<bool> stop_requested{false};
  std::atomic<bool> server_stopping{false};
  void set_sandbox(Sandbox* sandbox) {
    std::lock_guard lock(mutex_);
    sandbox_ = sandbox;
    if (sandbox_ && (stop_requested || server_stopping)) sandbox_->kill();
  }
  void interrupt() {
    std::lock_guard lock(mutex_);
    if (sandbox_) sandbox_->kill();
  }

 private:
  std::mutex mutex_;
  Sandbox* sandbox_ = nullptr;
};

// Blocks until the build is complete. False: the server stops, and the build is to run again.
bool run_build(Server& server, const Space& space, BuildRow row, RunningBuild& running);

}  // namespace drydock::codebuild
