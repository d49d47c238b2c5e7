// WaitLane: threads for work that may block, made as needed and gone when idle. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace drydock {

class WaitLane {
 public:
  explicit WaitLane(int max_threads);
  ~WaitLane();
  // Runs `work` in a thread of the lane: at once unless `max_threads` are at work.
  void run(std::function<void()> work);
  // Takes no more work and waits for what runs. False: something still ran at the end of
  // `timeout_ms`.
  bool stop(int64_t timeout_ms);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the threads, which may outlive this object
};

}  // namespace drydock
