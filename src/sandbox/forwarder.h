// Forwarder: the network of one namespace. Answers DNS, takes the connections made inside, and
// leads their bytes to Drydock's Unix socket, or through it to the outside.
//
// Lives in the hidden half, in a process of its own whose network namespace has nothing but a
// loopback. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sandbox/sandbox.h"

namespace drydock {

// Addresses on the namespace's loopback; 100.64.0.0/10 is shared address space (RFC 6598), never a
// real host.
inline constexpr const char* kNameServerAddress = "100.64.0.2";

// Brings up the loopback with our addresses. For a process that just entered a new network
// namespace.
bool set_up_loopback(std::string& problem);

class Forwarder {
 public:
  Forwarder(std::string server_socket, Outside outside);
  ~Forwarder();
  // Binds the name server and the ports of AWS's hosts. An empty text when all is well.
  std::string open();
  // Connections to 127.0.0.1:`port` inside lead to `socket_path`. False: the port is taken.
  bool lead_port(uint16_t port, const std::string& socket_path);
  // Calls `ready` when `fd` is readable, until unwatched.
  void watch(int fd, std::function<void()> ready);
  void unwatch(int fd);
  // Serves what is there, waiting at most `timeout_ms` (-1: for ever).
  void run_once(int timeout_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
