// The door of stages: requests to APIs, by host or by path.
#pragma once

#include "api/registry.h"

namespace drydock::apigateway {

Door stage_door(Server& server);
// The resource policy of a deployed API, for execute-api ARNs.
std::optional<ResourceFacts> stage_facts(Txn& txn, const Arn& arn);

}  // namespace drydock::apigateway
