// What sessions may not call at all, whatever their policies say: those of GetSessionToken and
// GetFederationToken keep away from IAM and from most of STS.
#pragma once

#include "auth/principal.h"
#include "base/result.h"
#include "shape/service.h"

namespace drydock {

Result<void> check_session(const Caller& caller, const Operation& operation);

}  // namespace drydock
