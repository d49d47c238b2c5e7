// Stack policies: which updates of which resources a stack allows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/call.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

inline constexpr size_t kStackPolicyBytesMax = 16384;

// The text of a policy given inline or by URL, checked; empty when none is given.
Result<std::string> stack_policy_text(Call& call, const std::optional<std::string>& body,
                                      const std::optional<std::string>& url);

// Whether the stack's policy (or the one for this update alone) lets all changes through. Pure.
Result<void> check_stack_policy(const StackRow& stack, const std::vector<Change>& changes,
                                const std::optional<std::string>& during_update);

}  // namespace drydock::cloudformation
