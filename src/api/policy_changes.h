// PolicyChanges: policies that stand in for those of the store, to see what would happen: in a
// replay of recorded requests, or for a whole server that is to prove generated policies. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/decisions.h"
#include "auth/evaluate.h"
#include "base/result.h"
#include "base/value.h"

namespace drydock {

struct PolicyChanges {
  // Who or what `pattern` (an ARN with wildcards) matches has this policy and no other of its kind.
  struct Change {
    std::string pattern;
    AppliedPolicy policy;
    bool is_trust = false;  // of a role: who may assume it
  };
  std::vector<Change> roles;      // identity-based policies, of roles and users
  std::vector<Change> resources;  // the policy that a resource carries: trust policy, key policy, …
  std::vector<AppliedPolicy> service_control;  // each one more level above every account

  bool empty() const { return roles.empty() && resources.empty() && service_control.empty(); }
  void apply(AuthorizationRequest& request) const;
  // The same for a call of before, whose resource may be gone: what it needed tells of it. A
  // resource that carried no policy then may be given one.
  void apply(AuthorizationRequest& request, const Needs& then) const;
};

// For a call that was allowed and whose caller is gone, or what carried the policy about its
// resource: policies that allow it again as those did, for changes to be tried on.
void stand_in_for_caller(AuthorizationRequest& request);
void stand_in_for_resource(AuthorizationRequest& request, const Needs& then);

// {roles: [{role, document}], resources: [{resource, kind, document}], serviceControl: [document]},
// as least_privilege.h makes them. At most kMostChanges. The fault names what is wrong and where.
Result<PolicyChanges> read_policy_changes(const Value& value);

inline constexpr size_t kMostChanges = 2000;

}  // namespace drydock
