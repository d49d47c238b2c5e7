// Server access logs: a line for every request of a bucket that logs, delivered to another bucket
// as the service logging.s3.amazonaws.com, by the best of its abilities, as AWS's are.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "api/registry.h"
#include "services/s3/lists.h"

namespace drydock::s3 {

// A line without the bucket's owner, its first field.
std::string access_log_line(const Finished& finished, const std::string& bucket, Timestamp now);
// The bucket that a call is about; empty: none.
std::string bucket_of(const Finished& finished);

inline constexpr const char* kAccessLogs = "s3.access-logs";
inline constexpr int64_t kAccessLogPauseMs = 60 * 1000;

// Which buckets log, and the lines that wait for the next delivery.
class AccessLogs {
 public:
  explicit AccessLogs(Server& server) : server_(server) {}
  void note(const Finished& finished);
  // Reads anew which buckets log.
  void refresh();
  // Step of the job kAccessLogs, one for all buckets.
  Next deliver(const Job& job);

 private:
  Server& server_;
  std::atomic<bool> any_{false};  // what every request asks
  std::mutex mutex_;
  std::set<std::string> sources_;
  std::map<std::string, std::string> lines_;  // by bucket
};

}  // namespace drydock::s3
