// The same rehearsal as plain aws and git commands, which also run on AWS.
#pragma once

#include <string>

#include "main/rehearse/spec.h"

namespace drydock::rehearse {

// A bash script; needs one AWS CLI profile per account, named as the account.
std::string commands_of(const Spec& spec);

}  // namespace drydock::rehearse
