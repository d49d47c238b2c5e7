// A rehearsal file: what is to be built, pushed, waited for, checked and cleaned up.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"

namespace drydock::rehearse {

struct StackSpec {
  std::string name;
  std::string account;
  std::string template_path;  // absolute
  std::vector<std::string> capabilities;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::vector<std::pair<std::string, std::string>> tags;
};

struct PushSpec {
  std::string account;
  std::string repository;
  std::string folder;  // absolute
  std::string branch = "main";
  std::string message = "Rehearsal";
};

struct PipelineSpec {
  std::string account;
  std::string name;
  int64_t timeout_minutes = 30;
};

// A stack that something else deploys; its outputs can be named in checks.
struct DeployedSpec {
  std::string name;
  std::string account;
};

struct CheckSpec {
  std::string name;
  std::string method;
  std::string url;
  std::string body;
  int64_t status = 200;
  std::string contains;  // must appear in the answer's body; empty: anything
};

struct CleanupSpec {
  std::string account;
  std::string stack;
  std::vector<std::string> empty;  // outputs that name buckets to be emptied first
};

struct Spec {
  std::string name;
  std::string region = "us-east-1";
  std::vector<std::string> accounts;
  std::vector<StackSpec> stacks;
  std::vector<PushSpec> pushes;
  std::vector<PipelineSpec> pipelines;
  std::vector<DeployedSpec> deployed;
  std::vector<CheckSpec> checks;
  std::vector<CleanupSpec> cleanup;
};

// The error names the file, the line or the member, and what was expected. At most 1 MiB.
std::expected<Spec, std::string> read_spec(const std::string& path);

// What ${…} may refer to: "accounts.tools.id", "stacks.pipeline.PipelineName".
using Variables = std::vector<std::pair<std::string, std::string>>;
// Replaces every ${name}; the error names what is unknown and what is known.
std::expected<std::string, std::string> expand(const std::string& text, const Variables& variables);

}  // namespace drydock::rehearse
