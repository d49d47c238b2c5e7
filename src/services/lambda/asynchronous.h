// Asynchronous invocations: kept as rows, done by jobs, tried again, and their outcome sent where
// the function says.
#pragma once

#include <string>

#include "api/registry.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

void queue_event(Call& call, const FunctionRef& ref, const std::string& payload,
                 const std::string& client_context);
void register_asynchronous(Registry& registry);

}  // namespace drydock::lambda
