// Whom the control policies of an organization bind.
#pragma once

#include "auth/evaluate.h"

namespace drydock {

// Principals of member accounts, their root users too.
bool bound_by_service_control(const AuthorizationRequest& request);
// Resources of member accounts, in the services that know these policies, whoever calls.
bool bound_by_resource_control(const AuthorizationRequest& request);

}  // namespace drydock
