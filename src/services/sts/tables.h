// The stored rows of STS. Sessions belong to no account's space: a key is looked up before the
// account is known.
#pragma once

#include "gen/sts.h"
#include "store/table.h"

namespace drydock::sts {

inline const Table<SessionRow> kSessions{"sts.session"};  // {access key id}
inline const Table<std::string> kSessionsByExpiry{
    "sts.session-expiry"};  // {expiry in ms, access key id} -> ""

}  // namespace drydock::sts
