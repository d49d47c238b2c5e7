// Trail: a CloudTrail record of every management call, the services' own calls included.
//
// On a request's path a call is only queued, without its secrets; records are made and stored by
// flush: behind the requests' backs, and before somebody looks. The last kKeptEvents of each
// account are kept. Data events (objects, items, invocations, log events) are no part of it, as in
// AWS's event history. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/principal.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/value.h"
#include "shape/service.h"
#include "store/engine.h"
#include "store/table.h"

namespace drydock {

// [milliseconds, number of the account's events] in the account and region that AWS shows the event
// in -> {event (the record), username, resources [{type, name}]}. Written here; read by
// services/cloudtrail.
inline constexpr Table<Value> kTrail{"api.trail"};

struct TrailCall {
  std::string source;  // "iam", of iam.amazonaws.com
  std::string name;    // of the event
  bool read_only = false;
  Caller caller;
  std::string account;  // in which the caller works
  Region region;
  std::string request_id;
  Timestamp time;
  Value parameters, response;  // as `told` gives them; null when there is nothing to tell
  Value additional;            // additionalEventData
  std::string error_code, error_message;
  std::vector<std::string> asked;  // resources that IAM was asked about
};

// The event of a call of an operation, without what came of it.
TrailCall trail_call(const Operation& operation, const Caller& caller, const Region& region,
                     const std::string& request_id, Timestamp now);

// What a record tells of an input or output: members in the spelling of records, the keys of maps
// as they are, no secrets; its size alone when it is over AWS's 100 KB. Secrets and what is too
// large are not even copied. Pure.
Value told(const Operation& operation, const Shape& shape, const void* from);

class Trail {
 public:
  explicit Trail(Random& random) : random_(random) {}
  void record(TrailCall call);
  void flush(Engine& engine);
  void clear();

  static constexpr size_t kKeptEvents = 20000;  // of an account
  static constexpr size_t kMostQueued = 20000;  // more between two flushes are lost, and counted

 private:
  Random& random_;
  std::mutex mutex_;
  std::deque<TrailCall> queue_;
  uint64_t lost_ = 0;
  uint64_t next_number(Txn& txn, const std::string& account);
  std::mutex flush_mutex_;
  std::unordered_map<std::string, uint64_t> next_;  // by account
};

// The record itself, as AWS writes it; `recipient` is the account whose history it goes to. Pure.
Value trail_record(const TrailCall& call, const std::string& recipient, const std::string& event_id,
                   const std::string& shared_event_id);

}  // namespace drydock
