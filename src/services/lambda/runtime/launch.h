// From a function's configuration to the sandbox that runs it: unpacked code, runtime, environment,
// limits.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "api/server.h"
#include "gen/lambda.h"
#include "sandbox/sandbox.h"

namespace drydock::lambda {

struct RoleCredentials {
  std::string access_key_id, secret_access_key, session_token;
};

// Everything but the instance's own folder and port (see Instance). An error text says what is
// missing.
std::expected<SandboxOptions, std::string> launch_options(Server& server, const VersionRow& version,
                                                          const std::string& region,
                                                          const std::string& log_group,
                                                          const std::string& log_stream,
                                                          const RoleCredentials& credentials);

// Has the Python bootstrap compiled, once per run: that saves 3 ms of each cold start. Until it is
// done the source runs.
void compile_bootstrap(Server& server);

// Forgets unpacked code of earlier runs. At start.
void clear_unpacked(Server& server);

// The modules that AWS's Node runtimes bring (the SDK), where somebody installed them for functions
// here: $DRYDOCK_NODE_MODULES, or ~/.local/share/drydock/nodejs/node_modules. It need not exist.
std::string node_modules_folder();

}  // namespace drydock::lambda
