// A server that a command starts for itself and stops at its end.
#pragma once

#include <expected>
#include <string>

namespace drydock::rehearse {

class OwnServer {
 public:
  OwnServer() = default;
  ~OwnServer();  // stops it, unless it was left running
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  // Starts `drydock up --port 0` on the data folder (in memory when empty), its log in the folder.
  // Its URL.
  std::expected<std::string, std::string> start(const std::string& data_folder);
  void leave_running() { left_ = true; }
  int pid() const { return pid_; }

 private:
  int pid_ = -1;
  bool left_ = false;
};

}  // namespace drydock::rehearse
