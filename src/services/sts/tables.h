// Every persisted table of STS.
#pragma once

#include "gen/sts.h"
#include "store/table.h"

namespace drydock::sts {

inline const Space kInstallation{};
inline constexpr Table<SessionRow> kSessions{"sts.session"};  // [access key id]; swept when expired

}  // namespace drydock::sts
