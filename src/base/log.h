// The server's own log: one line a record on standard error. Not for what users' builds and
// functions print.
#pragma once

#include <string_view>

namespace drydock::log {

enum class Level { kDebug, kInfo, kWarning, kError };
void set_level(Level lowest);
bool enabled(Level level);
// Thread-safe. `text` holds no newline and no secret.
void write(Level level, std::string_view text);
inline void debug(std::string_view text) {
  if (enabled(Level::kDebug)) write(Level::kDebug, text);
}
inline void info(std::string_view text) { write(Level::kInfo, text); }
inline void warning(std::string_view text) { write(Level::kWarning, text); }
inline void error(std::string_view text) { write(Level::kError, text); }

}  // namespace drydock::log
