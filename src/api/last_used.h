// When access keys, users and roles last called which service: for GetAccessKeyLastUsed,
// RoleLastUsed and the access advisor. Noted in memory for every call, written to the store behind
// the requests' backs. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/read_mostly.h"
#include "base/time.h"
#include "store/engine.h"

namespace drydock {

class Server;

struct LastUse {
  std::string service;  // as it signs: "s3"
  std::string region;
  std::string by;  // ARN of the caller
  Timestamp time;
};

class LastUses {
 public:
  explicit LastUses(Engine& engine) : engine_(engine) {}

  // `id`: an access key, or the unique id of a user or role.
  void note(std::string_view id, std::string_view service, std::string_view region,
            std::string_view by, Timestamp now);
  // The last use of each service, in no order.
  std::vector<LastUse> of(std::string_view id);

  void load();   // what the store has; before the first note
  void flush();  // writes what changed
  void clear();  // the store was emptied

  static constexpr size_t kMostIds = 20000;

 private:
  struct Kept {
    std::string region, by;
    int64_t ms = 0;
    bool dirty = false;
  };
  bool is_no_news(std::string_view id, std::string_view service, std::string_view region,
                  Timestamp now) const;
  using Services = std::vector<std::pair<std::string, Kept>>;
  Engine& engine_;
  std::atomic<uint64_t> clears_{0};
  std::mutex mutex_;
  TextMap<Services> ids_;
};

// The server's own.
LastUses& last_uses(Server& server);

}  // namespace drydock
