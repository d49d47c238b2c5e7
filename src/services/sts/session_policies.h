// Session policies: inline and by the ARNs of managed ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/call.h"
#include "gen/sts.h"

namespace drydock::sts {

// Checks and puts them into the row; gives PackedPolicySize in percent.
Result<int64_t> take_session_policies(Call& call, const std::optional<std::string>& policy,
                                      const std::optional<std::vector<PolicyDescriptor>>& arns, const std::string& account, SessionRow& row);

}  // namespace drydock::sts
