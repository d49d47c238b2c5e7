// Jobs: work that is later or slow, as rows. A row plus a step function; the step runs in a thread
// of its own, may block, and may run again after a crash, so it must be safe to repeat.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/value.h"
#include "store/engine.h"
#include "work/clock.h"

namespace drydock {

struct Job {
  std::string kind;  // "cloudformation.stack"
  std::string
      id;         // unique in its kind; putting the same id again replaces the due time and payload
  Timestamp due;  // not before
  Value payload;  // what the step needs to find its row; small
  int attempts = 0;  // failed steps so far
};

// What a step says of its job.
struct Next {
  enum class Kind { kDone, kAgain } kind = Kind::kDone;
  Timestamp at;   // kAgain
  Value payload;  // kAgain: replaces the payload unless null
  static Next done() { return {}; }
  static Next again(Timestamp at, Value payload = {}) {
    return {Kind::kAgain, at, std::move(payload)};
  }
};

// A step that throws is retried with growing pauses (1 s to 60 s) and the error is logged.
using Step = std::function<Next(const Job& job)>;

class Jobs {
 public:
  Jobs(Engine& engine, Clock& clock);
  ~Jobs();                                     // stop()
  void add_kind(std::string kind, Step step);  // before start
  // Part of the caller's transaction: the job exists when that commits. Call `poke` after the
  // commit.
  void put(Txn& txn, const Job& job);
  void erase(Txn& txn, std::string_view kind, std::string_view id);
  bool exists(Txn& txn, std::string_view kind, std::string_view id);
  void start();           // loads the rows and runs what is due; at most 64 steps at once
  void stop();            // starts no more steps, waits for running ones (at most 5 s)
  void poke();            // jobs may have been put, or time moved
  bool idle();            // nothing due or running
  void clear();           // drops all; for reset: waits for running steps (at most 5 s)
  bool stopping() const;  // stop or clear wants running steps to end: a step that blocks for long
                          // asks now and then

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with threads whose step outlives stop()
};

}  // namespace drydock
