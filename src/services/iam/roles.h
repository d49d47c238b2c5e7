// Making and unmaking roles, for every operation that does so.
#pragma once

#include <string>

#include "api/call.h"
#include "services/iam/tables.h"

namespace drydock::iam {

// Stores a new role whose name, path and trust policy (already in stored form) are set.
void put_new_role(Call& call, RoleRow& row);
void erase_role(Call& call, const RoleRow& row);

}  // namespace drydock::iam
