// A build's log: lines, written to CloudWatch Logs as the build's role, with secrets masked, and
// on wish to a file for S3. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/client.h"
#include "work/clock.h"

namespace drydock::codebuild {

class BuildLog {
 public:
  // `client` gives the role's client. Nothing is written when `group` is empty.
  BuildLog(Clock& clock, std::function<Result<Client>()> client, std::string group,
           std::string stream);
  ~BuildLog();  // writes what is left
  // Makes group and stream. The fault is what the role was denied.
  Result<void> open();
  // From here on also to this file; complete when the log is gone.
  void copy_to(const std::string& path);
  void line(std::string_view text);       // as the build printed it
  void container(std::string_view text);  // "[Container] 2026/01/02 03:04:05.678 text"
  void mask(std::string_view secret);     // shown as *** from here on

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock::codebuild
