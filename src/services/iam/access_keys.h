// Making an access key; for CreateAccessKey and for accounts as they are set up.
#pragma once

#include "api/call.h"
#include "services/iam/tables.h"

namespace drydock::iam {

// Adds a key to the user, whose row the caller saves.
AccessKeyRow add_access_key(Call& call, UserRow& user);

}  // namespace drydock::iam
