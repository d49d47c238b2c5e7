#include "main/rehearse/own_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

namespace drydock::rehearse {

namespace {
constexpr const char* kReady = "drydock ready ";
}

std::expected<std::string, std::string> OwnServer::start(const std::string& data_folder) {
  int ends[2];
  if (pipe(ends) != 0) return std::unexpected("cannot make a pipe");
  std::string log = "/dev/null";
  if (!data_folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(data_folder, error);
    log = data_folder + "/server.log";
  }
  pid_ = fork();
  if (pid_ < 0) return std::unexpected("cannot fork");
  if (pid_ == 0) {
    setpgid(0, 0);  // Ctrl-C reaches the rehearsal, which then stops this server
    dup2(ends[1], STDOUT_FILENO);
    int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log_fd >= 0) dup2(log_fd, STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    std::vector<const char*> argv = {"drydock", "up", "--port", "0"};
    if (data_folder.empty())
      argv.push_back("--memory");
    else
      argv.insert(argv.end(), {"--data", data_folder.c_str()});
    argv.push_back(nullptr);
    execv("/proc/self/exe", const_cast<char**>(argv.data()));
    _exit(127);
  }
  close(ends[1]);
  std::string line;
  for (char c; line.size() < 4096 && read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
  close(ends[0]);
  if (!line.starts_with(kReady)) {
    return std::unexpected("the server did not start" +
                           (log == "/dev/null" ? std::string() : "; see " + log));
  }
  return line.substr(sizeof("drydock ready ") - 1);
}

OwnServer::~OwnServer() {
  if (pid_ < 0 || left_) return;
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
}

}  // namespace drydock::rehearse
