#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "sandbox/frames.h"
#include "sandbox/layout.h"
#include "sandbox/zygote.h"

namespace drydock {

namespace {

using Failure = std::unexpected<std::string>;

constexpr int kDrainMs =
    2000;  // for output after the end; the pipe closes with the last process inside

std::string find_bubblewrap() {
  for (const char* path : {"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return {};
}

class Running final : public Sandbox {
 public:
  Running(Keeper keeper, int output, int pid)
      : keeper_(std::move(keeper)), output_(output), pid_(pid) {}
  ~Running() override {
    if (output_ >= 0) ::close(output_);
  }

  SandboxExit wait(const std::function<void(std::string_view piece)>& output) override {
    SandboxExit exit;
    bool ended = false, piped = true;
    while (!ended || piped) {
      pollfd sources[2] = {{.fd = piped ? output_ : -1, .events = POLLIN},
                           {.fd = ended ? -1 : keeper_.socket, .events = POLLIN}};
      int ready = ::poll(sources, 2, ended ? kDrainMs : -1);
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) break;
      if (sources[0].revents) piped = read_output(output);
      if (sources[1].revents) {
        auto frame = receive_frame(keeper_.socket);
        if (!frame || frame->size() < 5) {
          // The keeper went, and took what it ran with it.
          exit.code = 128 + SIGKILL;
          exit.signal = SIGKILL;
        } else {
          int status = std::atoi((*frame)[1].c_str());
          exit.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
          exit.code = exit.signal ? 128 + exit.signal : WEXITSTATUS(status);
          // bubblewrap passes a signal's end on as 128 + signal.
          if (!exit.signal && exit.code > 128 && exit.code < 128 + 65)
            exit.signal = exit.code - 128;
          exit.timed_out = (*frame)[2] == "1";
          exit.out_of_memory = (*frame)[3] == "1";
          exit.note = (*frame)[4];
        }
        ended = true;
      }
    }
    return exit;
  }

  void kill() override {
    std::lock_guard lock(mutex_);
    send_frame(keeper_.socket, {"kill"});
  }
  int pid() const override { return pid_; }

 private:
  // False at the end.
  bool read_output(const std::function<void(std::string_view piece)>& output) {
    char piece[64 << 10];
    ssize_t n = ::read(output_, piece, sizeof piece);
    if (n < 0 && errno == EINTR) return true;
    if (n <= 0) return false;
    if (output) output(std::string_view(piece, static_cast<size_t>(n)));
    return true;
  }
  Keeper keeper_;
  int output_;
  int pid_;
  std::mutex mutex_;
};

}  // namespace

std::expected<std::unique_ptr<Sandbox>, std::string> start_sandbox(const SandboxOptions& options) {
  static const std::string bubblewrap = find_bubblewrap();
  if (bubblewrap.empty())
    return Failure("bubblewrap (bwrap) is not installed; builds and functions run in it");
  if (options.command.empty()) return Failure("no command to run");
  auto keeper = take_keeper(options.network, UserMap::kRoot);
  if (!keeper) return Failure(keeper.error());

  for (uint16_t port : options.network.extra_ports)
    send_frame(keeper->socket, {"port", std::to_string(port), ""});
  for (const auto& [port, path] : options.network.port_sockets)
    send_frame(keeper->socket, {"port", std::to_string(port), path});

  auto environment = options.environment;
  std::vector<std::string> arguments = bubblewrap_arguments(bubblewrap, options, environment);
  Frame start{"start", std::to_string(options.memory_bytes), std::to_string(options.max_processes),
              std::to_string(options.timeout_ms), std::to_string(environment.size())};
  for (const auto& [name, value] : environment) start.push_back(name + "=" + value);
  start.insert(start.end(), arguments.begin(), arguments.end());
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0)
    return Failure(std::string("no pipe: ") + std::strerror(errno));
  bool sent = send_frame(keeper->socket, start, {pipe[1]});
  ::close(pipe[1]);
  auto answer = sent ? receive_frame(keeper->socket) : std::nullopt;
  if (!answer || answer->size() < 2 || (*answer)[0] != "started") {
    ::close(pipe[0]);
    return Failure(answer && answer->size() > 1 ? (*answer)[1]
                                                : "the hidden half of drydock ended");
  }
  return std::make_unique<Running>(std::move(*keeper), pipe[0], std::atoi((*answer)[1].c_str()));
}

}  // namespace drydock
