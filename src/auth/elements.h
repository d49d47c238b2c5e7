// The elements of a policy statement, from JSON to their parsed form, with the grammar's
// complaints.
#pragma once

#include "auth/statement.h"
#include "base/value.h"

namespace drydock {

inline constexpr std::string_view kSyntax = "Syntax errors in policy.";
Unexpected malformed_policy(std::string text);

Result<void> read_actions(const Value& element, PolicyUse use, Statement& statement);
Result<void> read_resources(const Value& element, PolicyUse use, bool variables,
                            Statement& statement);
Result<void> read_principal(const Value& element, PolicyUse use, Statement& statement);
Result<void> read_conditions(const Value& element, Statement& statement);

}  // namespace drydock
