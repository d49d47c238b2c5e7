// Trail: a CloudTrail record of every management call, the services' own calls included.
//
// On a request's path a call is only queued; records are made and stored by flush, behind the
// requests' backs. The last kKeptEvents are kept. Data events (objects, items, invocations, log
// events) are no part of it, as in AWS's event history. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "auth/principal.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/value.h"
#include "shape/service.h"
#include "store/engine.h"
#include "store/table.h"

namespace drydock {

// [milliseconds, number] in the account and region that AWS shows the event in -> {event (the
// record), username, resources [{type, name}]}. Written here; read by services/cloudtrail.
inline constexpr Table<Value> kTrail{"api.trail"};

struct TrailCall {
  const Operation* operation = nullptr;
  Caller caller;
  std::string account;  // in which the caller works
  Region region;
  std::string request_id;
  Timestamp time;
  Value input, output;  // without streams; output only where something changed
  std::string error_code, error_message;
  std::vector<std::string> asked;  // resources that IAM was asked about
};

class Trail {
 public:
  explicit Trail(Random& random) : random_(random) {}
  // Whether calls of this operation are part of the event history at all. Quick.
  static bool is_recorded(const Operation& operation);
  static bool is_read_only(const Operation& operation);

  void record(TrailCall call);
  void flush(Engine& engine);
  void clear();

  static constexpr size_t kKeptEvents = 50000;
  static constexpr size_t kMostQueued = 20000;  // more between two flushes are lost, and counted

 private:
  Random& random_;
  std::mutex mutex_;
  std::deque<TrailCall> queue_;
  uint64_t lost_ = 0;
  std::mutex flush_mutex_;
  uint64_t next_ = 0;
  bool loaded_ = false;
};

// The record itself, as AWS writes it; `recipient` is the account whose history it goes to. Pure.
Value trail_record(const TrailCall& call, const std::string& recipient, const std::string& event_id,
                   const std::string& shared_event_id);

}  // namespace drydock
