// The kinds of jobs of this service, and their steps.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "api/server.h"
#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

inline constexpr std::string_view kPurgeJob =
    "dynamodb.purge";  // erases the items of a deleted table or index
inline constexpr std::string_view kBackfillJob = "dynamodb.backfill";  // fills a new global index
inline constexpr std::string_view kExpireJob = "dynamodb.expire";      // time to live
inline constexpr std::string_view kForgetJob =
    "dynamodb.forget-tokens";  // old client request tokens

// {"account", "region", …} that every payload has.
Value job_payload(const Space& space);

Next purge_step(Server& server, const Job& job);
Next backfill_step(Server& server, const Job& job);
Next expire_step(Server& server, const Job& job);
Next forget_step(Server& server, const Job& job);

// Starts erasing all stored keys that begin with `prefix`.
void start_purge(Call& call, const Space& space, const std::string& prefix, const std::string& id);

inline constexpr int64_t kTokenLifetime_ms = 10 * 60 * 1000;
inline constexpr int64_t kExpiryPause_ms = 60 * 1000;

}  // namespace drydock::dynamodb
