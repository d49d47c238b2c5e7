// Sandbox: runs a program shut in: own mounts, process tree, network namespace, environment and
// limits.
//
// Inside, every AWS host name leads to Drydock on port 443 (our DNS, a certificate per name that
// clients trust through the variables they read), 169.254.170.2 answers container credentials,
// other names are led outside only when `outside` allows it. No root needed. Thread-safe.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock {

enum class Outside { kNothing, kEverything };

// The network the sandboxed program sees.
struct SandboxNetwork {
  std::string server_socket;  // Drydock's Unix socket (HttpServerOptions::unix_socket)
  Outside outside = Outside::kNothing;
  std::vector<uint16_t> extra_ports;  // further loopback ports inside that lead to server_socket as
                                      // plain HTTP (Lambda Runtime API: 9001)
  // Further loopback ports inside, each leading to a Unix socket of the caller's own on the
  // machine, bytes as they are: a Lambda runtime reaches its own instance at 127.0.0.1:9001, and no
  // function can reach another's.
  std::vector<std::pair<uint16_t, std::string>> port_sockets;
};

struct Mount {
  std::string from;  // on the machine
  std::string to;    // inside
  enum class Access { kRead, kWrite } access = Access::kRead;
};

struct SandboxOptions {
  std::vector<std::string> command;  // argv; looked up in the inside PATH
  std::vector<std::pair<std::string, std::string>> environment;  // nothing else is inherited
  std::string working_directory = "/";
  std::vector<Mount> mounts;  // besides the read-only system (/usr, /bin, /lib…, /etc)
  SandboxNetwork network;
  uint64_t memory_bytes = 0;  // address-space independent limit; 0: none
  int max_processes = 0;      // 0: none
  int64_t timeout_ms = 0;     // 0: none; on expiry the whole tree is killed
};

struct SandboxExit {
  int code = 0;  // exit status; 128 + signal when a signal ended it
  int signal = 0;
  bool timed_out = false;
  bool out_of_memory = false;
  std::string note;  // which limit ended it, in words; empty otherwise
};

// A running sandbox. Destroying it kills the whole tree.
class Sandbox {
 public:
  virtual ~Sandbox() = default;
  // Blocks until the program ends. `output` gets stdout and stderr pieces in order, on the calling
  // thread.
  virtual SandboxExit wait(const std::function<void(std::string_view piece)>& output) = 0;
  virtual void kill() = 0;  // any thread; wait() then returns
  virtual int pid() const = 0;
};

// Starts it. An error text names what is missing (bubblewrap, user namespaces).
std::expected<std::unique_ptr<Sandbox>, std::string> start_sandbox(const SandboxOptions& options);

// What a client inside needs in its environment to trust Drydock and find its container
// credentials: AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS,
// GIT_SSL_CAINFO, CURL_CA_BUNDLE, …
std::vector<std::pair<std::string, std::string>> trust_environment(const std::string& bundle_path,
                                                                   const std::string& ca_path);

// Runs `command` of the user's own in a new network and mount namespace as they are (their files,
// their terminal, their environment plus `environment`), AWS names leading to Drydock. For `drydock
// shell`. Returns the exit code, or a text that says what failed.
std::expected<int, std::string> run_in_aws_namespace(
    const std::vector<std::string>& command,
    const std::vector<std::pair<std::string, std::string>>& environment,
    const SandboxNetwork& network);

// The hidden half: `drydock` calls this first thing in main when argv[1] is "__namespace". Never
// returns.
[[noreturn]] void namespace_main(int argc, char** argv);

}  // namespace drydock
