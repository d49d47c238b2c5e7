// Decisions: what IAM decided lately, kept so that `drydock why` can explain it.
//
// Denies are stored (the last kKeptDenies) and survive a restart; allows are counted in memory
// only, per principal, action and resource, for "which permissions does this role use".
// Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "store/engine.h"

namespace drydock {

class Decisions {
 public:
  explicit Decisions(Engine& engine) : engine_(engine) {}

  // `explanation` is auth/explain.h's object; gets RequestId, AuthorizationId and Time added.
  void record_deny(const std::string& request_id, const std::string& authorization_id,
                   Timestamp now, Value explanation);
  void record_allow(const std::string& principal, std::string_view action,
                    std::string_view resource);

  // By request id or authorization id; newest first when a request was denied more than once.
  std::vector<Value> find(std::string_view id);
  // Denies at or after `since`, newest first.
  std::vector<Value> denies_since(Timestamp since, size_t limit);
  // What `principal` (its ARN; all when empty) was allowed to do: [{principal, action, resource,
  // count}].
  Value used_permissions(std::string_view principal);
  void clear();

  static constexpr size_t kKeptDenies = 10000;
  static constexpr size_t kKeptAllows = 20000;

 private:
  Engine& engine_;
  std::mutex mutex_;
  uint64_t next_ = 0;
  bool loaded_ = false;
  struct Use {
    std::string principal, action, resource;
    auto operator<=>(const Use&) const = default;
  };
  std::map<Use, uint64_t> uses_;
  void load(Txn& txn);
};

}  // namespace drydock
