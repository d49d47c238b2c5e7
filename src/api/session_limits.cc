#include "api/session_limits.h"

#include "auth/assumed_root.h"

namespace drydock {

Result<void> check_session(const Caller& caller, const Operation& operation) {
  const Principal& p = caller.principal;
  const bool federated = p.kind == Principal::Kind::kFederatedUser;
  const bool person = p.kind == Principal::Kind::kUser || p.kind == Principal::Kind::kRoot;
  if (!federated && !(person && p.issued)) return {};
  const std::string_view service = operation.service().signing_name;
  // AWS does call the token invalid here, which it is not.
  if (service == "iam" && (federated || (!p.mfa_at && !is_assumed_root(p))))
    return fault("BadToken", "The security token included in the request is invalid.", 403);
  if (service != "sts" || operation.name == "GetCallerIdentity") return {};
  if (!federated && operation.name == "AssumeRole") return {};
  return fault("AccessDenied",
               "Cannot call " + std::string(operation.name) + " with session credentials", 403);
}

}  // namespace drydock
