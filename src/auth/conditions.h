// Condition blocks: whether one condition of a statement holds for a request.
#pragma once

#include <string>

#include "auth/keys.h"
#include "auth/statement.h"

namespace drydock {

// `variables`: the policy's version knows them.
bool condition_holds(const Condition& condition, const Keys& keys, bool variables);
// For people: "StringEquals aws:PrincipalOrgID: expected o-1, the request has o-2".
std::string describe_failed_condition(const Condition& condition, const Keys& keys);

}  // namespace drydock
