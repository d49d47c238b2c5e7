// A command of the user's own, as they are, with AWS's names leading to Drydock: only the network
// and a few files of name resolution differ inside.
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "sandbox/frames.h"
#include "sandbox/layout.h"
#include "sandbox/sandbox.h"
#include "sandbox/zygote.h"

namespace drydock {

namespace {

constexpr int kSetupFailed = 125;

[[noreturn]] void give_up(const char* what) {
  std::string text = std::string("drydock: ") + what + ": " + std::strerror(errno) + "\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(kSetupFailed);
}

void cover(const std::string& ours, const std::string& theirs) {
  if (ours.empty() || ::access(theirs.c_str(), F_OK) != 0) return;
  if (::mount(ours.c_str(), real_path(theirs).c_str(), nullptr, MS_BIND, nullptr) != 0)
    give_up(("cannot cover " + theirs).c_str());
}

[[noreturn]] void run_inside(const Keeper& keeper, const std::vector<std::string>& command,
                             const std::string& folder) {
  // As root without user namespaces the first may be our own already.
  struct stat mine {
  }, theirs{};
  ::stat("/proc/self/ns/user", &mine);
  ::fstat(keeper.user_namespace, &theirs);
  if (mine.st_ino != theirs.st_ino && ::setns(keeper.user_namespace, CLONE_NEWUSER) != 0)
    give_up("cannot join the user namespace");
  if (::setns(keeper.network_namespace, CLONE_NEWNET) != 0)
    give_up("cannot join the network namespace");
  if (::unshare(CLONE_NEWNS) != 0) give_up("cannot make a mount namespace");
  ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr);
  const SystemFiles& files = system_files();
  cover(files.resolv_conf, "/etc/resolv.conf");
  cover(files.nsswitch_conf, "/etc/nsswitch.conf");
  cover("/dev/null", "/var/run/nscd/socket");  // a cache of the machine's own answers
  if (::chdir(folder.c_str()) != 0) give_up("cannot return to the current folder");
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  int code = errno == ENOENT ? 127 : 126;
  std::string text = "drydock: " + command[0] + ": " + std::strerror(errno) + "\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(code);
}

}  // namespace

std::expected<int, std::string> run_in_aws_namespace(
    const std::vector<std::string>& command,
    const std::vector<std::pair<std::string, std::string>>& environment,
    const SandboxNetwork& network) {
  if (command.empty()) return std::unexpected("no command to run");
  char folder[PATH_MAX];
  if (!::getcwd(folder, sizeof folder))
    return std::unexpected(std::string("no current folder: ") + std::strerror(errno));
  auto keeper = take_keeper(network, UserMap::kSame);
  if (!keeper) return std::unexpected(keeper.error());
  for (uint16_t port : network.extra_ports)
    send_frame(keeper->socket, {"port", std::to_string(port), ""});
  for (const auto& [port, path] : network.port_sockets)
    send_frame(keeper->socket, {"port", std::to_string(port), path});
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  pid_t pid = ::fork();
  if (pid == 0) run_inside(*keeper, command, folder);
  if (pid < 0) return std::unexpected(std::string("cannot fork: ") + std::strerror(errno));
  // The terminal's signals go to the command too; it decides.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGQUIT, SIG_IGN);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace drydock
