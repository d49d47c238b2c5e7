// The stored rows of Organizations. An installation has one organization from the start; accounts
// that left it may found others, so rows of an organization are keyed by its id. All lie in the
// installation's space.
#pragma once

#include "gen/organizations.h"
#include "store/table.h"

namespace drydock::organizations {

// The organization of every account that the installation makes.
inline constexpr std::string_view kOrganization = "o-drydock000";

inline const Table<AccountRow> kAccounts{"organizations.account"};    // {account id}
inline const Table<std::string> kAccountNames{"organizations.name"};  // {name} -> account id
inline const Table<RequestRow> kRequests{"organizations.request"};    // {request id}
inline const Table<OrganizationRow> kOrganizations{"organizations.organization"};  // {id}
inline const Table<UnitRow> kUnits{"organizations.unit"};         // {organization, unit id}
inline const Table<PolicyRow> kPolicies{"organizations.policy"};  // {organization, policy id}
inline const Table<HandshakeRow> kHandshakes{"organizations.handshake"};  // {handshake id}
// {organization, target id, policy type, policy id} -> ""
inline const Table<std::string> kAttached{"organizations.attached"};
// {organization, policy id, target id} -> ""
inline const Table<std::string> kTargets{"organizations.target"};
// {organization, service principal} -> when it was enabled, in ms
inline const Table<std::string> kServiceAccess{"organizations.service-access"};
// {organization}: who else may read and write policies
inline const Table<ResourcePolicyRow> kResourcePolicies{"organizations.resource-policy"};
// {organization, account, service principal} -> since when it administers that service, in ms
inline const Table<std::string> kDelegates{"organizations.delegate"};

}  // namespace drydock::organizations
