#include "sandbox/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/files.h"

namespace drydock {

namespace {

constexpr size_t kMaxProcesses = 65536;

void add_children(pid_t pid, std::vector<pid_t>& found) {
  std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* folder = ::opendir(tasks.c_str());
  if (!folder) return;
  while (dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    std::string children = read_file(tasks + "/" + entry->d_name + "/children");
    const char* at = children.c_str();
    char* end = nullptr;
    for (long child; (child = std::strtol(at, &end, 10)) > 0 && end != at; at = end)
      found.push_back(static_cast<pid_t>(child));
  }
  ::closedir(folder);
}

}  // namespace

TreeUse use_of_tree(pid_t root) {
  static const uint64_t page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  TreeUse use;
  std::vector<pid_t> pids{root};
  for (size_t i = 0; i < pids.size() && i < kMaxProcesses; ++i) {
    unsigned long size = 0, resident = 0, shared = 0;
    std::string statm = read_file("/proc/" + std::to_string(pids[i]) + "/statm");
    if (std::sscanf(statm.c_str(), "%lu %lu %lu", &size, &resident, &shared) == 3 &&
        resident > shared) {
      use.memory_bytes += (resident - shared) * page;
    }
    add_children(pids[i], pids);
  }
  use.processes = static_cast<int>(pids.size());
  return use;
}

void end_children() {
  for (;;) {
    std::vector<pid_t> children;
    add_children(::getpid(), children);
    for (pid_t child : children) ::kill(child, SIGKILL);
    if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

}  // namespace drydock
