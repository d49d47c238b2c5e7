// Zygote: the server's end of the hidden half. A small process that is started once (`drydock
// __namespace`) and forks a keeper for each sandbox: a process that holds a network namespace of
// its own, serves its network (forwarder.h), starts the program inside, watches its limits and
// reports its end.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "sandbox/sandbox.h"

namespace drydock {

// The frames of the protocol, by their first text:
//   to the zygote:     make <server socket> <outside 0|1>            + the keeper's end of a socket
//   pair from the keeper:   ready                                         + user and network
//   namespace
//                      failed <text>
//   to the keeper:     port <number> <socket path, empty: the server's>
//                      start <memory bytes> <processes> <timeout ms> <n> <n × NAME=value> <argv…>
//                      + output pipe kill
//   from the keeper:   started <pid>,  exit <wait status> <timed out 0|1> <out of memory 0|1>
//   <note>
// Closing the keeper's socket kills what it started, and the keeper.

// Which user the zygote's user namespace shows: root, as in AWS's containers, or the user as they
// are.
enum class UserMap { kRoot, kSame };

// A keeper with a namespace that is ready; the socket to it, owned by the caller.
struct Keeper {
  int socket = -1;
  int user_namespace = -1, network_namespace = -1;  // to join with setns; closed by ~Keeper
  Keeper() = default;
  Keeper(Keeper&& other) noexcept;
  Keeper& operator=(Keeper&& other) noexcept;
  ~Keeper();
};

// Thread-safe. Keeps one keeper ready ahead, so that a sandbox starts without waiting for a
// namespace.
std::expected<Keeper, std::string> take_keeper(const SandboxNetwork& network, UserMap map);

}  // namespace drydock
