// A function's environment under a customer's key: what Lambda asks of KMS for it.
//
// Who sets it must be allowed kms:Encrypt and kms:CreateGrant through Lambda: the grant is for the
// function's role, in sessions of this function. By it each new instance opens the environment
// (kms:Decrypt, as the role). Who looks at a configuration sees the variables when KMS lets them
// decrypt, else an error in their place.
#pragma once

#include <set>

#include "api/server.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

// For a configuration that is about to be stored in the place of `before` (empty for a new
// function). To be done last: a grant that was made stays when the request fails later.
Result<void> seal_environment(Call& call, const FunctionRef& ref, VersionRow& row,
                              const VersionRow& before);
// describe(), as the caller may see it.
FunctionConfiguration show(Call& call, const Space& space, const VersionRow& row);
// AWS does show the ARN as it was asked for: with $LATEST or the alias when one was named.
FunctionConfiguration show_qualified(Call& call, const FunctionRef& ref, const VersionRow& row);

// As the session of a function's role that is about to run it. Faults are KMS…Exception, 502.
Result<void> open_environment(Server& server, Caller role, const FunctionRef& ref,
                              const VersionRow& row);

// The grants that the versions of a function use. Those of `before` that they use no more are
// retired, as the role, at once: an equal grant that is made next must be another one. To be done
// last as well.
struct GrantUse {
  std::string key, grant, role;
  auto operator<=>(const GrantUse&) const = default;
};
std::set<GrantUse> grants_of(Txn& txn, const FunctionRef& ref);
void retire_unused_grants(Call& call, const FunctionRef& ref, const std::set<GrantUse>& before);

}  // namespace drydock::lambda
