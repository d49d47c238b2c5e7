// Instance: one running copy of a function: its sandboxed process, its end of the Lambda Runtime
// API, and what it prints.
//
// The process talks to a Unix socket of its own and prints into a pipe of its own, so nothing tells
// instances apart but the kernel. Since all that a function printed before it answered is in the
// pipe when the answer arrives, the lines of one invocation are known exactly. One invocation at a
// time; invoke() is called by one thread at a time.
#pragma once

#include <condition_variable>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sandbox/sandbox.h"
#include "services/lambda/runtime/log_stream.h"
#include "services/lambda/runtime/runtime_http.h"
#include "work/clock.h"

namespace drydock::lambda {

struct InstanceOptions {
  SandboxOptions sandbox;  // all but the instance's own folder and port
  std::string folder;      // empty, ours alone; goes with the instance
  std::string version;     // for the START line
  int64_t memory_mb = 128;
  int64_t timeout_ms = 3000;
  Clock* clock = nullptr;
  std::shared_ptr<LogStream> log;
};

struct Work {
  std::string request_id;
  std::string event;
  std::string function_arn;  // as it was invoked
  std::string client_context;
  std::string trace_id;
};

struct Answer {
  std::string payload;
  bool is_error = false;
  std::string log_tail;  // the last 4 KB of the invocation's lines
};

class Instance {
 public:
  static std::expected<std::unique_ptr<Instance>, std::string> start(InstanceOptions options);
  ~Instance();
  Answer invoke(Work work);  // blocks; at most the time limit, and 10 s more for the start
  bool alive();
  void kill();  // any thread; a running invoke() ends as if the process had died
  LogStream& log() { return *options_.log; }

 private:
  struct Connection {
    int fd = -1;
    std::string buffer;
    bool wants_work = false;
  };
  explicit Instance(InstanceOptions options) : options_(std::move(options)) {}
  std::expected<void, std::string> open();
  void pump();
  void read_connection(Connection& connection);
  void serve(Connection& connection, RuntimeRequest request);
  void hand_out(Connection& connection);
  void finish(std::string payload, bool is_error);
  void finish_dead();
  void drain_output();
  void print(std::string message);
  void report();
  int64_t used_memory_mb();

  InstanceOptions options_;
  std::unique_ptr<Sandbox> sandbox_;
  int listener_ = -1, output_ = -1, output_writer_ = -1, wake_ = -1;
  std::thread pump_, waiter_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::string partial_line_;
  std::optional<Work> work_;
  bool handed_out_ = false, answered_ = false, dead_ = false, timed_out_ = false, killed_ = false;
  std::optional<SandboxExit> exit_;
  Answer answer_;
  std::string init_error_;
  int64_t started_us_ = 0, handed_out_us_ = 0, init_us_ = -1;
  bool init_reported_ = false;
  int64_t memory_mb_ = 0, memory_read_us_ = 0;
};

// Microseconds of a clock that never jumps: durations of real processes, whatever time the server's
// clock shows.
int64_t steady_us();

}  // namespace drydock::lambda
