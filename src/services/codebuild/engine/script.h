// A buildspec's phases as one bash program, and the marks by which it tells what it does. Pure.
//
// All commands of all phases run in one shell, as on CodeBuild: state, folder, exports and options
// survive. A command that ends the shell (exit, set -e, exec, a kill) does not end the build: the
// program goes on behind that command, in a new shell with the old one's state.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/codebuild/buildspec.h"

namespace drydock::codebuild {

// One command, in the order in which they may run.
struct Step {
  size_t phase = 0;  // index into Buildspec::phases
  bool is_finally = false;
  std::string command;
  std::string reused;  // not empty: not run, because its effect is there already; says why
};
std::vector<Step> steps_of(const Buildspec& spec);

struct ScriptFile {
  std::string name, content;
};
// run.sh, driver.sh and one file for each command and expansion, for a folder that is mounted at
// `folder` inside. `expansions` are texts with shell variables whose values are told when the
// phases are over.
std::vector<ScriptFile> build_script(const Buildspec& spec, const std::vector<Step>& steps,
                                     const std::vector<std::string>& expansions,
                                     const std::string& folder, const std::string& token);

// What the program says of itself between the lines of its commands.
struct Mark {
  enum class Kind {
    kPhaseBegin,
    kCommand,
    kReused,
    kCommandEnd,
    kPhaseEnd,
    kExported,
    kExpanded
  } kind;
  size_t index = 0;   // of phase, step, expansion
  int code = 0;       // kCommandEnd: exit status; kPhaseEnd: 1 when failed
  std::string name;   // kExported
  std::string value;  // kExported, kExpanded
};

// Splits the program's output into lines and marks, in order.
class MarkReader {
 public:
  explicit MarkReader(std::string token) : start_("\x1e" + std::move(token) + " ") {}
  // Calls on_line(text without newline) and on_mark(mark).
  template <class OnLine, class OnMark>
  void feed(std::string_view bytes, OnLine&& on_line, OnMark&& on_mark) {
    buffer_.append(bytes);
    for (;;) {
      size_t newline = buffer_.find('\n');
      if (newline == std::string::npos && buffer_.size() < kMaxLine) return;
      std::string line = buffer_.substr(0, std::min(newline, kMaxLine));
      buffer_.erase(0, newline == std::string::npos || newline > kMaxLine ? kMaxLine : newline + 1);
      size_t start = line.find(start_);
      if (start == std::string::npos) {
        on_line(line);
        continue;
      }
      if (start > 0) on_line(line.substr(0, start));  // output without a newline of its own
      if (auto mark = parse(std::string_view(line).substr(start + start_.size()))) on_mark(*mark);
    }
  }
  template <class OnLine>
  void finish(OnLine&& on_line) {
    if (!buffer_.empty()) on_line(buffer_);
    buffer_.clear();
  }

 private:
  static constexpr size_t kMaxLine = 200 << 10;
  static const Mark* parse(std::string_view text);
  std::string start_;
  std::string buffer_;
};

}  // namespace drydock::codebuild
