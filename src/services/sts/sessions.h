// Temporary credentials: making, finding and sweeping them.
#pragma once

#include <optional>
#include <string_view>

#include "api/call.h"
#include "api/registry.h"
#include "gen/sts.h"

namespace drydock::sts {

// Fills in key, secret, token and times, stores the row, and gives what the client gets.
Credentials issue(Call& call, SessionRow& row, int64_t duration_seconds);
std::optional<KeyFacts> session_key_facts(Txn& txn, std::string_view access_key_id);
// Step of job "sts.sweep": removes what expired more than an hour ago.
Next sweep(Server& server, const Job& job);

}  // namespace drydock::sts
