// Unused grants: what roles' policies allow and no observed call ever needed. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/decisions.h"
#include "base/value.h"

namespace drydock {

// One identity-based policy of one role.
struct GrantingPolicy {
  std::string account, role_arn;
  std::string name;  // of an inline policy
  std::string arn;   // of a managed one
  Value document;
};

// [{account, role, policy, managed, statements: [{label, position, actions (or notActions),
// usedActions, neverUsed}]}] for policies with an Allow statement that was never used (neverUsed),
// or of whose actions or resources some were not: unusedActions, unusedResources.
Value unused_grants(const std::vector<GrantingPolicy>& policies, const std::vector<Use>& uses);

}  // namespace drydock
