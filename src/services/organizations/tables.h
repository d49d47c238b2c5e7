// The stored rows of Organizations: one organization, so all lie in the installation's space.
#pragma once

#include "gen/organizations.h"
#include "store/table.h"

namespace drydock::organizations {

// Every account of an installation is in its one organization.
inline constexpr std::string_view kOrganization = "o-drydock000";

inline const Space kInstallation{};
inline const Table<AccountRow> kAccounts{"organizations.account"};    // {account id}
inline const Table<std::string> kAccountNames{"organizations.name"};  // {name} -> account id
inline const Table<RequestRow> kRequests{"organizations.request"};    // {request id}

}  // namespace drydock::organizations
