// The stored rows of CloudWatch Logs, and the few things every file of the folder needs to know of
// them.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "gen/logs.h"
#include "store/table.h"

namespace drydock::logs {

inline const Table<GroupRow> kGroups{"logs.group"};     // {name}
inline const Table<StreamRow> kStreams{"logs.stream"};  // {group, stream}
inline const Table<EventRow> kEvents{"logs.event"};     // {stream id, timestamp, sequence}
inline const Table<std::string> kGarbage{
    "logs.garbage"};  // {stream id}: events of streams that are gone

inline const Table<PolicyRow> kPolicies{"logs.policy"};  // {name}

// Where an event lies in its stream.
struct Position {
  int64_t timestamp = 0;
  int64_t sequence = 0;
  auto operator<=>(const Position&) const = default;
};

// The group that a request names, by name or by ARN ("arn:…:log-group:NAME" with or without ":*").
struct GroupName {
  Space space;
  std::string name;
  std::string arn() const;                                       // without ":*"
  std::string iam_resource(std::string_view stream = {}) const;  // what IAM is asked about
};
Result<GroupName> named_group(Call& call, const std::optional<std::string>& name,
                              const std::optional<std::string>& identifier);
std::optional<GroupName> group_of_arn(std::string_view arn);

Result<GroupRow> find_group(Txn& txn, const Space& space, std::string_view name);
Result<StreamRow> find_stream(Txn& txn, const Space& space, std::string_view group,
                              std::string_view stream);
// Before this, events of the group have expired.
int64_t oldest_kept_ms(const GroupRow& group, Timestamp now);

// Opaque page tokens: the key behind which the next page begins.
std::string page_token(std::string_view last_key);
Result<std::string> page_start(const std::optional<std::string>& token);

// Leaves a stream's events to the purge job.
void discard_events(Call& call, const Space& space, const StreamRow& stream);
inline constexpr std::string_view kPurgeJob = "logs.purge";
inline constexpr std::string_view kRetentionJob = "logs.retention";

}  // namespace drydock::logs
