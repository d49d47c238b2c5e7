// Sessions of sts:AssumeRoot: root users of member accounts, for one task.
#pragma once

#include <algorithm>
#include <string_view>

#include "auth/principal.h"

namespace drydock {

// The session carries its condition key, as other sessions carry those of the service that made
// them.
inline constexpr std::string_view kAssumedRootKey = "aws:AssumedRoot";

inline bool is_assumed_root(const Principal& principal) {
  return principal.kind == Principal::Kind::kRoot &&
         std::any_of(principal.session_keys.begin(), principal.session_keys.end(),
                     [](const auto& entry) { return entry.first == kAssumedRootKey; });
}

}  // namespace drydock
