// Sessions: temporary credentials and the principal they make. They cannot be taken back, only run
// out; a session of a role or user that is gone has no permissions left, because IAM finds no
// policies for its unique id.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "api/registry.h"
#include "services/sts/tables.h"

namespace drydock::sts {

// A new row with key, secret, token and times; the caller fills in the principal and calls
// save_session.
SessionRow new_session(Call& call, int64_t duration_seconds);
void save_session(Call& call, const SessionRow& row);
Credentials credentials_of(const SessionRow& row);

// Names the key hook, forgets what has expired, and starts over after a reset.
void register_sessions(Registry& registry);

}  // namespace drydock::sts
