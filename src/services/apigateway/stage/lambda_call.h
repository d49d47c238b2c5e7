// The call from a stage to a function: as API Gateway, or as the integration's role.
#pragma once

#include <string>

#include "gen/lambda.h"
#include "services/apigateway/stage/stage_request.h"

namespace drydock::apigateway {

Result<lambda::InvokeOutput> call_function(const StageRequest& request, std::string payload,
                                           std::string invocation_type);

}  // namespace drydock::apigateway
