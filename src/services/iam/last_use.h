// The latest of the calls that a key or role made, whatever the service.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "api/last_used.h"
#include "services/iam/tables.h"

namespace drydock::iam {

// `id`: an access key, or the unique id of a user or role.
std::optional<LastUse> latest_use(Call& call, const std::string& id);
RoleLastUsed role_last_used(Call& call, const RoleRow& row);

}  // namespace drydock::iam
