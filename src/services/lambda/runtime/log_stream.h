// One instance's log stream: takes lines from the function at any time and writes them, batched and
// off the request's path, to CloudWatch Logs as the execution role. A role that may not write loses
// its lines silently, as on AWS.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "api/client.h"
#include "base/time.h"

namespace drydock::lambda {

class LogStream {
 public:
  LogStream(Client role, std::string group, std::string stream)
      : role_(std::move(role)), group_(std::move(group)), stream_(std::move(stream)) {}
  void add(Timestamp when, std::string message);  // any thread
  void flush();                                   // any thread; one at a time writes
  bool empty();
  void close() { closed_ = true; }  // nothing will be added any more
  bool closed() const { return closed_; }
  const std::string& group() const { return group_; }
  const std::string& name() const { return stream_; }

 private:
  struct Line {
    Timestamp when;
    std::string message;
  };
  bool make_stream();
  Client role_;
  std::string group_, stream_;
  std::mutex mutex_;
  std::vector<Line> lines_;
  size_t bytes_ = 0;
  std::mutex writing_;  // held while lines are on their way; taken before mutex_
  bool made_ = false;
  std::atomic<bool> closed_ = false;
};

}  // namespace drydock::lambda
