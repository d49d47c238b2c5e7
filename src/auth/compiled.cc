// Policies that were accepted once and are read for every request: kept parsed, by use and content.
// Documents do not change, so nothing here grows old; it is only emptied when it grows too large.
#include <mutex>
#include <string>
#include <unordered_map>

#include "auth/policy.h"

namespace drydock {
namespace {

class CompiledPolicies {
 public:
  PolicyPtr get(const std::string& document, PolicyUse use) {
    auto& shard = shards_[static_cast<size_t>(use)];
    {
      std::lock_guard lock(shard.mutex);
      if (auto found = shard.policies.find(document); found != shard.policies.end())
        return found->second;
    }
    auto policy = parse_policy(document, use);
    PolicyPtr held = policy ? std::move(*policy) : nullptr;
    std::lock_guard lock(shard.mutex);
    if (shard.policies.size() >= kMostPolicies || shard.bytes > kMostBytes) {
      shard.policies.clear();
      shard.bytes = 0;
    }
    shard.bytes += document.size();
    shard.policies.emplace(document, held);
    return held;
  }

 private:
  static constexpr size_t kMostPolicies = 20000, kMostBytes = 16 << 20;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, PolicyPtr> policies;
    size_t bytes = 0;
  };
  Shard shards_[7];  // one a use
};

}  // namespace

PolicyPtr compiled_policy(const std::string& document, PolicyUse use) {
  static CompiledPolicies policies;
  return policies.get(document, use);
}

}  // namespace drydock
