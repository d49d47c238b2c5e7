// `drydock shell`: the user's own shell, with every AWS host name leading here.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/encoding.h"
#include "base/text.h"
#include "main/commands.h"
#include "sandbox/sandbox.h"

namespace drydock {

namespace {

// A credentials file with a profile per account, named as the account, for as long as the shell
// runs: `aws --profile target …` and `git` with several accounts work as on a user's machine.
class Profiles {
 public:
  explicit Profiles(const Endpoint& endpoint) {
    auto accounts = admin_get(endpoint, "/accounts");
    if (!accounts || !(*accounts)["Accounts"].is_list()) return;
    std::string text;
    for (const Value& one : (*accounts)["Accounts"].as_list()) {
      const std::string name = one["Name"].string_or("");
      auto account = admin_get(endpoint, "/accounts/" + percent_encode(name));
      if (name.empty() || !account) continue;
      text += "[" + name + "]\naws_access_key_id = " + (*account)["AccessKeyId"].string_or("") +
              "\naws_secret_access_key = " + (*account)["SecretAccessKey"].string_or("") + "\n";
    }
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder && *folder ? folder : "/tmp") + "/drydock-profiles-XXXXXX";
    const int file = ::mkstemp(path_.data());  // 0600
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (!written) path_.clear();
  }
  ~Profiles() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Profiles(const Profiles&) = delete;
  Profiles& operator=(const Profiles&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

int run_shell(const Endpoint& endpoint, const std::string& name,
              const std::vector<std::string>& command_line) {
  auto health = admin_get(endpoint, "/health");
  if (!health) return failed(health.error());
  auto environment =
      trust_environment((*health)["bundleFile"].string_or(""), (*health)["caFile"].string_or(""));
  environment.emplace_back("AWS_REGION", (*health)["region"].string_or("us-east-1"));
  environment.emplace_back("AWS_DEFAULT_REGION", (*health)["region"].string_or("us-east-1"));
  environment.emplace_back("DRYDOCK_URL", endpoint.url);
  if (!name.empty()) {
    auto account = admin_get(endpoint, "/accounts/" + percent_encode(name));
    if (!account) return failed(account.error());
    environment.emplace_back("AWS_ACCESS_KEY_ID", (*account)["AccessKeyId"].string_or(""));
    environment.emplace_back("AWS_SECRET_ACCESS_KEY", (*account)["SecretAccessKey"].string_or(""));
    environment.emplace_back("DRYDOCK_ACCOUNT", (*account)["Name"].string_or(name));
    ::unsetenv("AWS_SESSION_TOKEN");
    ::unsetenv("AWS_PROFILE");
  }
  const Profiles profiles(endpoint);
  if (!profiles.path().empty())
    environment.emplace_back("AWS_SHARED_CREDENTIALS_FILE", profiles.path());
  // These would lead past the namespace's own names.
  for (const char* variable :
       {"AWS_ENDPOINT_URL", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"})
    ::unsetenv(variable);

  SandboxNetwork network;
  network.server_socket = (*health)["shellSocket"].string_or("");
  network.outside = Outside::kEverything;
  // The server's own port works inside too, so that `drydock why` and endpoint flags go on working.
  if (size_t colon = endpoint.url.rfind(':'); colon != std::string::npos)
    if (auto port = parse_int(std::string_view(endpoint.url).substr(colon + 1));
        port && *port > 0 && *port < 65536)
      network.extra_ports.push_back(static_cast<uint16_t>(*port));

  std::vector<std::string> command = command_line;
  if (command.empty()) {
    const char* shell = std::getenv("SHELL");
    command = {shell && *shell ? shell : "/bin/bash"};
    if (isatty(STDERR_FILENO))
      std::fprintf(
          stderr, "Every AWS host name leads to Drydock in this shell%s%s. Leave it with `exit`.\n",
          name.empty() ? "" : ", as account ", name.c_str());
  }
  auto code = run_in_aws_namespace(command, environment, network);
  if (!code) return failed(code.error());
  return *code;
}

}  // namespace drydock
