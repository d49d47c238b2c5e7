// What an organization means for the decisions about one account: its id and path, and the control
// policies of every level above it. Asked for every request, so it is kept until the next change of
// any organization.
#pragma once

#include <string_view>

#include "auth/evaluate.h"
#include "base/read_mostly.h"
#include "store/engine.h"

namespace drydock::organizations {

// Thread-safe.
class EffectiveCache {
 public:
  explicit EffectiveCache(Engine& engine) : engine_(engine) {}
  // Null: the account is in none.
  OrganizationPtr of(std::string_view account);

 private:
  static constexpr size_t kMostKnown = 20000;
  Engine& engine_;
  ReadMostly<OrganizationFacts> known_{kMostKnown};
};
}  // namespace drydock::organizations
