// What a door asks IAM, under the id of the request that its answer tells the client: so
// `drydock why` explains it by that. Also what an operation asks for somebody else than its caller.
#pragma once

#include <string>
#include <string_view>

#include "api/server.h"

namespace drydock {

Result<void> authorize_visit(Server& server, const std::string& request_id, const Caller& caller,
                             const Region& region, std::string_view action,
                             std::string_view resource, Context context = {});

}  // namespace drydock
