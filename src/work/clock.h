// Clock: where time comes from. The only reader of the machine's clock. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace drydock {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() = 0;
  // Without what was advanced: the clock that clients on this machine sign by.
  virtual Timestamp unmoved_now() { return now(); }
  virtual void advance(int64_t ms) = 0;  // moves time on for everyone; jobs that fall due run
};

// The machine's time plus what was advanced. Owned by the caller, lives as long as the server.
class SystemClock final : public Clock {
 public:
  Timestamp now() override;
  Timestamp unmoved_now() override;
  void advance(int64_t ms) override;

 private:
  std::atomic<int64_t> offset_ms_ = 0;
};

// Stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_ms_(start.ms) {}
  Timestamp now() override { return {now_ms_}; }
  void advance(int64_t ms) override { now_ms_ += ms; }

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace drydock
