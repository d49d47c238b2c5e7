// What an organization means for the decisions about one account: its id and path, and the control
// policies of every level above it. Asked for every request, so it is kept until the next change of
// any organization.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/evaluate.h"
#include "store/engine.h"

namespace drydock::organizations {

// Thread-safe.
class EffectiveCache {
 public:
  explicit EffectiveCache(Engine& engine) : engine_(engine) {}
  // Null: the account is in none.
  OrganizationPtr of(std::string_view account);

 private:
  struct Known {
    uint64_t generation = 0;
    OrganizationPtr held;
  };
  Engine& engine_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};
// Every change of an organization calls this after its commit.
void forget_effective();

}  // namespace drydock::organizations
