// One-time codes of RFC 6238, as virtual MFA devices show them: six digits, a new one every thirty
// seconds. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace drydock::iam {

// RFC 4648 base 32 without padding; nothing when it is none.
std::optional<std::string> from_base32(std::string_view text);

inline constexpr int64_t kStepSeconds = 30;
inline int64_t step_of(Timestamp now) { return now.seconds() / kStepSeconds; }
// The code of one step for a secret of raw bytes.
std::string totp(std::string_view secret, int64_t step);

}  // namespace drydock::iam
