// Every persisted table of Organizations.
#pragma once

#include "gen/organizations.h"
#include "store/table.h"

namespace drydock::organizations {

// Every account of an installation is in its one organization.
inline constexpr std::string_view kOrganization = "o-drydock000";

inline const Space kInstallation{};
inline constexpr Table<AccountRow> kAccounts{"organizations.account"};       // [id]
inline constexpr Table<std::string> kAccountNames{"organizations.name"};     // [name] -> id

}  // namespace drydock::organizations
