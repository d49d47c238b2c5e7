// What a rehearsal shows while it runs: steps with their times, a live line on a terminal, JSON on
// request.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace drydock::rehearse {

// Milliseconds of a steady clock, for durations.
int64_t steady_ms();
std::string seconds_text(int64_t ms);  // "0.42 s", "1 m 12 s"

class Report {
 public:
  enum class Style { kPeople, kJson, kSilent };
  explicit Report(Style style);

  void title(const std::string& text);
  // A step begins; `indent` 0 or 1. On a terminal it shows as running.
  void begin(const std::string& what, int indent = 0);
  void running(const std::string& detail);    // what it is doing now
  void done(const std::string& detail = "");  // it succeeded
  void failed(const std::string& reason);     // it did not
  // A finished step of something else, with its own time (pipeline actions).
  void finished(const std::string& what, bool good, int64_t ms, const std::string& detail,
                int indent);
  void note(const std::string& line);                 // a plain line under the steps
  void log_line(const std::string& line);             // of a build
  void summary(const std::string& key, Value value);  // for JSON's last object

  // Called behind each step, with its name.
  void after_each_step(std::function<void(const std::string&)> action) {
    after_step_ = std::move(action);
  }
  // The steps so far: [{step, status, seconds, detail}].
  const Value& steps() const { return steps_; }
  void finish(bool good);
  bool colours() const { return colours_; }
  std::string paint(std::string_view text, std::string_view code) const;

 private:
  void clear_live();
  void live();
  void record(const std::string& what, std::string_view status, int64_t ms,
              const std::string& detail);
  std::function<void(const std::string&)> after_step_;
  Style style_;
  bool terminal_ = false;
  bool colours_ = false;
  std::string current_, detail_;
  int indent_ = 0;
  int64_t begun_ms_ = 0;
  int spin_ = 0;
  bool live_shown_ = false;
  Value steps_ = Value::list();
  Value summary_ = Value(Value::Object{});
};

}  // namespace drydock::rehearse
