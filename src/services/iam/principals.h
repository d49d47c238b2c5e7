// What IAM tells the evaluator: who holds a key, which policies a principal has, who trusts whom.
// On the path of every request, so what was read is kept until the next change of any IAM row.
#pragma once

#include "api/registry.h"

namespace drydock::iam {

void register_principals(Registry& registry);

// The policies of a user, group or role as they apply now; also for simulations.
struct EntityPolicies {
  AppliedPolicies identity, boundary;
};
EntityPolicies user_policies(Txn& txn, const std::string& account, const std::string& name,
                             std::string_view id);
EntityPolicies role_policies(Txn& txn, const std::string& account, const std::string& name,
                             std::string_view id);
EntityPolicies group_policies(Txn& txn, const std::string& account, const std::string& name);

}  // namespace drydock::iam
