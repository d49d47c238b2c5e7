#include "services/codecommit/git_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <set>
#include <utility>

#include "base/log.h"

namespace drydock::codecommit {
namespace {

constexpr size_t kErrorTail = 4000;

std::mutex running_mutex;
std::set<pid_t> running;

struct Fd {
  int fd = -1;
  Fd() = default;
  explicit Fd(int fd) : fd(fd) {}
  Fd(Fd&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::string scratch_name(const std::string& folder) {
  static std::atomic<uint64_t> counter{0};
  return folder + "/git-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

// The body as a file that a child can read: the file it lies in, memory, or a copy.
Fd input_file(const Payload& input, const std::string& scratch_folder) {
  if (!input.in_memory() && !input.path().empty() && input.offset() == 0) {
    struct stat info;
    Fd file(::open(input.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd >= 0 && ::fstat(file.fd, &info) == 0 &&
        static_cast<uint64_t>(info.st_size) == input.size())
      return file;
  }
  Fd file(input.in_memory() ? ::memfd_create("git-input", MFD_CLOEXEC)
                            : ::open(scratch_folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  input.each_piece([&](std::string_view piece) { return write_all(file.fd, piece); });
  ::lseek(file.fd, 0, SEEK_SET);
  return file;
}

std::string tail_of(int fd) {
  off_t size = ::lseek(fd, 0, SEEK_END);
  off_t from = size > static_cast<off_t>(kErrorTail) ? size - static_cast<off_t>(kErrorTail) : 0;
  std::string text(static_cast<size_t>(size - from), '\0');
  ssize_t n = ::pread(fd, text.data(), text.size(), from);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return text;
}

std::string clean_protocol(std::string_view protocol) {
  std::string out;
  for (char c : protocol.substr(0, 100))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '=' || c == ':' || c == '-')
      out.push_back(c);
  return out;
}

}  // namespace

GitRun run_git(const std::vector<std::string>& arguments, const Payload& input,
               std::string_view protocol, const std::string& scratch_folder) {
  GitRun run;
  Fd in = input_file(input, scratch_folder);
  std::string output_path = scratch_name(scratch_folder);
  Fd out(::open(output_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  Fd err(::memfd_create("git-errors", MFD_CLOEXEC));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.fd, 0);
  posix_spawn_file_actions_adddup2(&actions, out.fd, 1);
  posix_spawn_file_actions_adddup2(&actions, err.fd, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> words{"git"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // Nothing of the user's own git configuration or environment reaches the server's git.
  std::vector<std::string> settings{"PATH=/usr/local/bin:/usr/bin:/bin",
                                    "HOME=/nonexistent",
                                    "GIT_CONFIG_NOSYSTEM=1",
                                    "GIT_CONFIG_GLOBAL=/dev/null",
                                    "GIT_TERMINAL_PROMPT=0",
                                    "LC_ALL=C",
                                    "GIT_CONFIG_COUNT=1",
                                    "GIT_CONFIG_KEY_0=safe.directory",
                                    "GIT_CONFIG_VALUE_0=*",
                                    "GIT_PROTOCOL=" + clean_protocol(protocol)};
  std::vector<char*> environment;
  for (auto& setting : settings) environment.push_back(setting.data());
  environment.push_back(nullptr);
  pid_t pid = -1;
  int failed;
  {
    std::lock_guard lock(running_mutex);
    failed = ::posix_spawnp(&pid, "git", &actions, &attributes, argv.data(), environment.data());
    if (!failed) running.insert(pid);
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed) {
    ::unlink(output_path.c_str());
    run.exit_code = 127;
    run.errors = "git cannot be started";
    log::error("codecommit: git cannot be started; is it installed?");
    return run;
  }
  // Not reaped before it is off the list, so that kill_running_git never meets a stranger's pid.
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  {
    std::lock_guard lock(running_mutex);
    running.erase(pid);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  off_t size = ::lseek(out.fd, 0, SEEK_END);
  run.output = Payload::from_file(output_path, 0, size > 0 ? static_cast<uint64_t>(size) : 0,
                                  Payload::Keep::kRemove);
  run.errors = tail_of(err.fd);
  return run;
}

void kill_running_git() {
  std::lock_guard lock(running_mutex);
  for (pid_t pid : running) ::kill(pid, SIGTERM);
}

}  // namespace drydock::codecommit
