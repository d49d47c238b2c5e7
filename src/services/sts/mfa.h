// The second factor that a user shows with a request to STS.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"

namespace drydock::sts {

// True when the calling user showed a valid code of its own device, false when it showed none.
Result<bool> check_mfa(Call& call, const std::optional<std::string>& serial_number,
                       const std::optional<std::string>& token_code);

}  // namespace drydock::sts
