// The same rehearsal as plain aws and git commands, which also run on AWS.
#pragma once

#include <string>

#include "main/rehearse/spec.h"

namespace drydock::rehearse {

// A bash script; needs one AWS CLI profile per account, named as the account.
enum class CleanUp { kSkip, kAppend };
std::string commands_of(const Spec& spec, CleanUp clean_up);

}  // namespace drydock::rehearse
