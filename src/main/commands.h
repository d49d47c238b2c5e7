// One function per command; each returns the exit code and prints its own errors.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace drydock {

enum class Output { kText, kJson };

// ---- the running server, as commands see it
struct Endpoint {
  std::string url;  // http://127.0.0.1:4566
};
// --url, $DRYDOCK_URL, or the default port.
Endpoint find_endpoint(const std::string& url_option);
// A call of an admin endpoint. The error is ready to print and says what to do.
std::expected<Value, std::string> admin_get(const Endpoint& endpoint, std::string_view path);
std::expected<Value, std::string> admin_post(const Endpoint& endpoint, std::string_view path,
                                             const Value& body);
// Prints `drydock: text` on stderr and returns 1.
int failed(std::string_view text);

// ---- commands
struct UpOptions {
  int port = 4566;
  std::string host = "127.0.0.1";
  std::string data_folder;
  bool memory = false;
  std::string iam = "enforce";
  std::string default_account = "000000000000";
  std::string region = "us-east-1";
  std::string log_level = "info";
  bool sync = false;
  bool no_outside = false;
};
int run_up(const UpOptions& options);

int run_account_create(const Endpoint& endpoint, const std::string& name, const std::string& id,
                       Output output);
int run_account_list(const Endpoint& endpoint, Output output);

enum class EnvStyle { kEndpoint, kProxy };
int run_env(const Endpoint& endpoint, const std::string& account, EnvStyle style);
int run_shell(const Endpoint& endpoint, const std::string& account,
              const std::vector<std::string>& command);
struct WhyOptions {
  std::string id;
  bool last = false;
  bool denied = false;
  Output output = Output::kText;
};
int run_why(const Endpoint& endpoint, const WhyOptions& options);
struct PoliciesOptions {
  std::string role;       // ARN or name; all when empty
  std::string rehearsal;  // run this first and look at nothing else
  bool wildcard_drawn_names = false;
  std::string out;  // also written there, for replay
  std::vector<std::string> with;
  std::vector<std::string> templates;
  Output output = Output::kText;
};
int run_policies_generate(const Endpoint& endpoint, const PoliciesOptions& options);
int run_policies_replay(const Endpoint& endpoint, const PoliciesOptions& options);
int run_policies_unused(const Endpoint& endpoint, const PoliciesOptions& options);

int run_reset(const Endpoint& endpoint);
int run_status(const Endpoint& endpoint, Output output);
int run_served(const Endpoint& endpoint, Output output);

struct RehearseOptions {
  std::string file;
  bool json = false;
  bool keep = false;
  bool print_commands = false;
  bool logs = false;
  bool start = false;            // start a server of its own
  std::string data_folder;       // of that server; in memory when empty
  bool least_privilege = false;  // again with the policies generated from it, and those alone
  bool prove_minimal = false;    // and once more without each of their statements
  std::string policies_file;     // where the generated policies are written
};
int run_rehearse(const Endpoint& endpoint, const RehearseOptions& options);

}  // namespace drydock
