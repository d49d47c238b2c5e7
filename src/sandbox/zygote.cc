#include "sandbox/zygote.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "sandbox/frames.h"

namespace drydock {

Keeper::Keeper(Keeper&& other) noexcept { *this = std::move(other); }
Keeper& Keeper::operator=(Keeper&& other) noexcept {
  std::swap(socket, other.socket);
  std::swap(user_namespace, other.user_namespace);
  std::swap(network_namespace, other.network_namespace);
  return *this;
}
Keeper::~Keeper() {
  for (int fd : {socket, user_namespace, network_namespace}) {
    if (fd >= 0) ::close(fd);
  }
}

namespace {

using Failure = std::unexpected<std::string>;

bool write_text(const std::string& path, const std::string& text) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool done = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  int error = errno;
  ::close(fd);
  errno = error;
  return done;
}

// Every id that exists here, as itself: only root may, and then files keep their owners.
std::string every_id(const char* map_path) {
  std::string text;
  if (FILE* map = std::fopen(map_path, "re")) {
    unsigned long inside, outside, count;
    while (std::fscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3) {
      text += std::to_string(inside) + " " + std::to_string(inside) + " " + std::to_string(count) +
              "\n";
    }
    std::fclose(map);
  }
  return text;
}

std::string map_ids(pid_t pid, UserMap map) {
  std::string base = "/proc/" + std::to_string(pid);
  if (::geteuid() == 0 && write_text(base + "/uid_map", every_id("/proc/self/uid_map")) &&
      write_text(base + "/gid_map", every_id("/proc/self/gid_map"))) {
    return {};
  }
  std::string user = std::to_string(::geteuid()), group = std::to_string(::getegid());
  write_text(base + "/setgroups", "deny");
  if (!write_text(base + "/uid_map", (map == UserMap::kRoot ? "0" : user) + " " + user + " 1\n") ||
      !write_text(base + "/gid_map",
                  (map == UserMap::kRoot ? "0" : group) + " " + group + " 1\n")) {
    return std::string("cannot map users into a user namespace: ") + std::strerror(errno);
  }
  return {};
}

struct Zygote {
  int socket = -1;
  pid_t pid = 0;
};

// Starts the hidden half of this very program.
std::expected<Zygote, std::string> start_zygote(UserMap map) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return Failure(std::string("no socket pair: ") + std::strerror(errno));
  pid_t pid = ::fork();
  if (pid == 0) {
    constexpr int kControl = 3;
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (ends[1] == kControl)
      ::fcntl(kControl, F_SETFD, 0);
    else
      ::dup2(ends[1], kControl);
    ::syscall(SYS_close_range, kControl + 1, ~0u, 0);
    char* arguments[] = {const_cast<char*>("drydock"), const_cast<char*>("__namespace"), nullptr};
    ::execv("/proc/self/exe", arguments);
    ::_exit(127);
  }
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    return Failure(std::string("cannot fork: ") + std::strerror(errno));
  }
  auto fail = [&](std::string text) {
    ::close(ends[0]);
    ::waitpid(pid, nullptr, 0);
    return Failure(std::move(text));
  };
  auto first = receive_frame(ends[0]);
  if (!first || first->empty()) return fail("the hidden half of drydock did not start");
  if ((*first)[0] == "unshared") {
    if (std::string problem = map_ids(pid, map); !problem.empty()) return fail(problem);
  } else if ((*first)[0] != "privileged") {
    return fail(first->size() > 1 ? (*first)[1] : "user namespaces are not to be had");
  }
  if (!send_frame(ends[0], {"go"})) return fail("the hidden half of drydock ended");
  return Zygote{ends[0], pid};
}

struct Pool {
  std::mutex mutex;
  std::map<UserMap, Zygote> zygotes;
  // Sockets of keepers that are being made ready, by what they were made for.
  std::map<std::tuple<UserMap, std::string, Outside>, int> ahead;

  std::expected<int, std::string> order(UserMap map, const SandboxNetwork& network) {
    for (int attempt = 0;; ++attempt) {
      auto zygote = zygotes.find(map);
      if (zygote == zygotes.end()) {
        auto started = start_zygote(map);
        if (!started) return Failure(started.error());
        zygote = zygotes.emplace(map, *started).first;
      }
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Failure(std::string("no socket pair: ") + std::strerror(errno));
      bool sent = send_frame(
          zygote->second.socket,
          {"make", network.server_socket, network.outside == Outside::kEverything ? "1" : "0"},
          {ends[1]});
      ::close(ends[1]);
      if (sent) return ends[0];
      ::close(ends[0]);
      ::close(zygote->second.socket);
      ::kill(zygote->second.pid, SIGKILL);
      ::waitpid(zygote->second.pid, nullptr, 0);
      zygotes.erase(zygote);
      if (attempt == 1) return Failure("the hidden half of drydock ended");
    }
  }
};

Pool& pool() {
  static Pool* one = new Pool;  // lives as long as the process: sandboxes may end during exit
  return *one;
}

}  // namespace

std::expected<Keeper, std::string> take_keeper(const SandboxNetwork& network, UserMap map) {
  Pool& p = pool();
  for (int attempt = 0;; ++attempt) {
    Keeper keeper;
    {
      std::lock_guard lock(p.mutex);
      auto key = std::make_tuple(map, network.server_socket, network.outside);
      auto ready = p.ahead.find(key);
      if (ready != p.ahead.end()) {
        keeper.socket = ready->second;
        p.ahead.erase(ready);
      } else {
        auto ordered = p.order(map, network);
        if (!ordered) return Failure(ordered.error());
        keeper.socket = *ordered;
      }
      // One for the next, who will not wait. A shell needs but one.
      if (map == UserMap::kRoot) {
        if (auto next = p.order(map, network)) p.ahead[key] = *next;
      }
    }
    std::vector<int> descriptors;
    auto answer = receive_frame(keeper.socket, &descriptors);
    if (descriptors.size() == 2) {
      keeper.user_namespace = descriptors[0];
      keeper.network_namespace = descriptors[1];
    }
    if (answer && answer->at(0) == "ready") return keeper;
    if (answer && answer->size() > 1) return Failure((*answer)[1]);
    if (attempt == 1)
      return Failure("the hidden half of drydock ended before a namespace was ready");
  }
}

}  // namespace drydock
