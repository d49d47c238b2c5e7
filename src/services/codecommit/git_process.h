// Runs one git command to its end, with a request's body on its input and its output as a Payload.
#pragma once

#include <string>
#include <vector>

#include "base/payload.h"

namespace drydock::codecommit {

struct GitRun {
  int exit_code = 0;  // 128 + signal when a signal ended it
  Payload output;
  std::string errors;  // the end of its standard error
};

// `arguments` without "git". `protocol` is the Git-Protocol header; only its harmless letters are
// passed on.
GitRun run_git(const std::vector<std::string>& arguments, const Payload& input,
               std::string_view protocol, const std::string& scratch_folder);
void kill_running_git();  // when the server stops

}  // namespace drydock::codecommit
