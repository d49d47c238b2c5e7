// What authorization needs on every request, kept parsed: keys and the policies of principals.
//
// Any commit that changes users, groups, roles, policies or keys forgets everything at once; such commits
// are rare against the requests between them. Thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "api/call.h"
#include "api/registry.h"

namespace drydock::iam {

// To be called by every handler that changes what a principal may do.
void forget_principals_after(Call& call);

std::optional<KeyFacts> user_key_facts(Txn& txn, std::string_view access_key_id);
IdentityPolicies identity_policies(Txn& txn, const Principal& principal);
std::optional<ResourceFacts> iam_resource_facts(Txn& txn, std::string_view action, const Arn& arn);
void forget_everything();

}  // namespace drydock::iam
