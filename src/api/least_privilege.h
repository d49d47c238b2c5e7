// Least privilege: which policies an allowed call needs, and the smallest set of policies for the
// calls that were observed. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/decisions.h"
#include "auth/evaluate.h"
#include "base/value.h"

namespace drydock {

// For a request that was allowed: tried again without its identity policies and without those of
// the resource.
Needs needs_of(const AuthorizationRequest& request);
// The same for a request that is let through although it is denied (--iam audit): what would allow
// it, as far as policies of identities and resources can.
Needs needs_to_allow(const AuthorizationRequest& request);
// The ARN of what carries the policy about `resource`: an object's bucket, a version's function.
std::string carrier_of(std::string_view resource);

// Names that AWS draws at random (a key's id, an API's, the end of a bucket's name that
// CloudFormation made up) as they are, or as *, for policies that are to serve the next deployment
// too.
enum class DrawnNames { kExact, kWildcard };
// The Resource element for a call on `resource`: objects of a bucket, streams of a log group,
// versions and executions together.
std::string common_resource(std::string_view resource, DrawnNames names);

// Whom identity-based policies are made for.
enum class PoliciesFor { kRoles, kRolesAndUsers };

// {roles: [{role, account, document, calls}], resources: [{resource, account, kind, document}]}:
// for each role that acted an identity policy, for each resource whose own policy was needed
// (cross-account, services, key policies) that. Denied uses are left out, but for those that passed
// all the same.
Value minimal_policies(const std::vector<Use>& uses, DrawnNames names,
                       PoliciesFor whom = PoliciesFor::kRoles);

}  // namespace drydock
