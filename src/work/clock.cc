// The only reader of the machine's clock.
#include "work/clock.h"

#include <ctime>

namespace drydock {

Timestamp SystemClock::now() { return unmoved_now() + offset_ms_; }

Timestamp SystemClock::unmoved_now() {
  timespec t;
  ::clock_gettime(CLOCK_REALTIME, &t);
  return {int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000};
}

void SystemClock::advance(int64_t ms) { offset_ms_ += ms; }

}  // namespace drydock
