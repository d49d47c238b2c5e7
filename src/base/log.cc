#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <ctime>
#include <string>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::log {

namespace {
std::atomic<Level> lowest{Level::kInfo};
constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
}  // namespace

void set_level(Level level) { lowest = level; }
bool enabled(Level level) { return level >= lowest.load(std::memory_order_relaxed); }

void write(Level level, std::string_view text) {
  if (!enabled(level)) return;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  localtime_r(&now.tv_sec, &parts);
  char stamp[40];
  size_t length = std::strftime(stamp, sizeof stamp, "%H:%M:%S", &parts);
  std::string line(stamp, length);
  char ms[8];
  line.append(ms,
              static_cast<size_t>(std::snprintf(ms, sizeof ms, ".%03ld ", now.tv_nsec / 1000000)));
  line += kNames[static_cast<int>(level)];
  line += ": ";
  line +=
      is_utf8(text) ? std::string(text) : "(no UTF-8) " + percent_encode(text, " :/.,()'\"[]{}=");
  line += '\n';
  // One write, so that lines of several threads do not mix.
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace drydock::log
