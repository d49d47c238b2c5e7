// The hidden half of the program: `drydock __namespace`, with a socket to the server as
// descriptor 3. See zygote.h.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "sandbox/forwarder.h"
#include "sandbox/frames.h"
#include "sandbox/process_tree.h"
#include "sandbox/zygote.h"

namespace drydock {

namespace {

constexpr int kControl = 3;
constexpr int kWatchdogMs = 50;

int64_t now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1000000;
}

[[noreturn]] void fail(int control, const std::string& text) {
  send_frame(control, {"failed", text});
  ::_exit(1);
}

// The program a keeper runs, and its limits.
struct Child {
  pid_t pid = 0;
  int pidfd = -1;
  uint64_t memory_bytes = 0;
  int processes = 0;
  int64_t deadline_ms = 0;  // 0: none
  bool timed_out = false, out_of_memory = false;
  std::string note;
  rlimit files{};  // before the keeper raised its own

  void kill() const {
    if (pid > 0) ::kill(pid, SIGKILL);
  }

  bool start(const Frame& frame, int output) {
    memory_bytes = std::strtoull(frame[1].c_str(), nullptr, 10);
    processes = std::atoi(frame[2].c_str());
    int64_t timeout_ms = std::atoll(frame[3].c_str());
    if (timeout_ms > 0) deadline_ms = now_ms() + timeout_ms;
    size_t variables = std::strtoul(frame[4].c_str(), nullptr, 10);
    if (frame.size() < 6 + variables) return false;
    std::vector<char*> environment, arguments;
    for (size_t i = 0; i < variables; ++i)
      environment.push_back(const_cast<char*>(frame[5 + i].c_str()));
    for (size_t i = 5 + variables; i < frame.size(); ++i)
      arguments.push_back(const_cast<char*>(frame[i].c_str()));
    environment.push_back(nullptr);
    arguments.push_back(nullptr);
    pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (int signal : {SIGPIPE, SIGCHLD, SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
      ::setrlimit(RLIMIT_NOFILE, &files);
      int null = ::open("/dev/null", O_RDONLY);
      ::dup2(null, 0);
      ::dup2(output, 1);
      ::dup2(output, 2);
      ::syscall(SYS_close_range, 3, ~0u, 0);
      ::execve(arguments[0], arguments.data(), environment.data());
      std::string problem =
          std::string("cannot run ") + arguments[0] + ": " + std::strerror(errno) + "\n";
      (void)!::write(2, problem.data(), problem.size());
      ::_exit(127);
    }
    if (pid < 0) return false;
    pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    return pidfd >= 0;
  }

  // Kills what is over its limits; returns how long until the next look, -1 for never.
  int watch() {
    if (pid <= 0) return -1;
    int64_t left = -1;
    if (deadline_ms) {
      left = deadline_ms - now_ms();
      if (left <= 0) {
        timed_out = true;
        deadline_ms = 0;
        kill();
        return -1;
      }
    }
    if (!memory_bytes && !processes) return static_cast<int>(std::min<int64_t>(left, 1 << 30));
    TreeUse use = use_of_tree(pid);
    if (memory_bytes && use.memory_bytes > memory_bytes) {
      out_of_memory = true;
      note = "used " + std::to_string(use.memory_bytes >> 20) + " MB of memory; the limit is " +
             std::to_string(memory_bytes >> 20) + " MB";
      kill();
    } else if (processes && use.processes > processes + 2) {  // two are the sandbox's own
      note = "had " + std::to_string(use.processes - 2) + " processes; the limit is " +
             std::to_string(processes);
      kill();
    }
    return left < 0 ? kWatchdogMs : static_cast<int>(std::min<int64_t>(left, kWatchdogMs));
  }
};

[[noreturn]] void run_keeper(int control, const std::string& server_socket, Outside outside) {
  // Bubblewrap ends with its parent, but for a moment while it starts: what loses its parent then
  // becomes ours.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (::unshare(CLONE_NEWNET) != 0)
    fail(control, std::string("cannot make a network namespace: ") + std::strerror(errno));
  std::string problem;
  if (!set_up_loopback(problem)) fail(control, problem);
  Child child;
  ::getrlimit(RLIMIT_NOFILE, &child.files);
  rlimit all = child.files;
  all.rlim_cur = all.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &all);
  Forwarder forwarder(server_socket, outside);
  problem = forwarder.open();
  if (!problem.empty()) fail(control, problem);
  int user = ::open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC),
      network = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (!send_frame(control, {"ready"}, {user, network})) ::_exit(0);
  ::close(user);
  ::close(network);

  auto obey = [&] {
    std::vector<int> descriptors;
    auto frame = receive_frame(control, &descriptors);
    if (!frame || frame->empty() || (*frame)[0] == "kill") {
      if (frame) return child.kill();
      end_children();
      ::_exit(0);
    }
    if ((*frame)[0] == "port" && frame->size() == 3) {
      if (!forwarder.lead_port(static_cast<uint16_t>(std::atoi((*frame)[1].c_str())),
                               (*frame)[2])) {
        fail(control, "port " + (*frame)[1] + " inside the sandbox is taken");
      }
    } else if ((*frame)[0] == "start" && frame->size() > 5 && descriptors.size() == 1 &&
               child.pid == 0) {
      if (!child.start(*frame, descriptors[0]))
        fail(control, std::string("cannot start a program: ") + std::strerror(errno));
      send_frame(control, {"started", std::to_string(child.pid)});
      forwarder.watch(child.pidfd, [&] {
        int status = 0;
        ::waitpid(child.pid, &status, 0);
        end_children();
        forwarder.unwatch(child.pidfd);
        child.pid = -1;
        send_frame(control, {"exit", std::to_string(status), child.timed_out ? "1" : "0",
                             child.out_of_memory ? "1" : "0", child.note});
      });
    }
    for (int fd : descriptors) ::close(fd);
  };
  forwarder.watch(control, obey);
  for (;;) forwarder.run_once(child.watch());
}

}  // namespace

void namespace_main(int, char**) {
  // This half lives as long as the server's end of the socket; signals to the whole process group
  // are for the server.
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_NAME, "drydock-ns");
  if (::unshare(CLONE_NEWUSER) == 0) {
    send_frame(kControl, {"unshared"});
  } else if (::geteuid() == 0) {
    send_frame(kControl, {"privileged"});
  } else {
    fail(
        kControl,
        std::string("this machine does not allow user namespaces (") + std::strerror(errno) +
            "); see kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns and user.max_user_namespaces");
  }
  if (!receive_frame(kControl)) ::_exit(1);
  ::signal(SIGCHLD, SIG_IGN);  // keepers need no wait
  for (;;) {
    std::vector<int> descriptors;
    auto frame = receive_frame(kControl, &descriptors);
    if (!frame) ::_exit(0);
    if (frame->size() == 3 && (*frame)[0] == "make" && descriptors.size() == 1) {
      if (::fork() == 0) {
        ::signal(SIGCHLD, SIG_DFL);
        ::close(kControl);
        run_keeper(descriptors[0], (*frame)[1],
                   (*frame)[2] == "1" ? Outside::kEverything : Outside::kNothing);
      }
    }
    for (int fd : descriptors) ::close(fd);
  }
}

}  // namespace drydock
