// Log streams: create, delete, describe.
#include <algorithm>

#include "gen/logs_handlers.h"
#include "services/logs/tables.h"

namespace drydock::logs {

namespace {
LogStream describe(const GroupName& group, const StreamRow& row) {
  LogStream stream;
  stream.logStreamName = row.Name;
  stream.creationTime = row.Created;
  stream.firstEventTimestamp = row.FirstEvent;
  stream.lastEventTimestamp = row.LastEvent;
  stream.lastIngestionTime = row.LastIngestion;
  stream.uploadSequenceToken = row.Id;
  stream.arn = group.iam_resource(row.Name);
  stream.storedBytes = 0;  // AWS does show zero for streams since 2019
  return stream;
}
}  // namespace

Result<StreamRow> find_stream(Txn& txn, const Space& space, std::string_view group,
                              std::string_view stream) {
  auto row = kStreams.get(txn, space, {group, stream});
  if (row) return std::move(*row);
  TRY(find_group(txn, space, group));
  return errors::ResourceNotFoundException("The specified log stream does not exist.");
}

Result<CreateLogStreamOutput> create_log_stream(Call& call, const CreateLogStreamInput& in) {
  TRY(find_group(call.txn(), call.space(), in.logGroupName));
  if (kStreams.contains(call.txn(), call.space(), {in.logGroupName, in.logStreamName}))
    return errors::ResourceAlreadyExistsException("The specified log stream already exists");
  StreamRow row;
  row.Name = in.logStreamName;
  row.Id = call.random().base36(20);
  row.Created = call.now().ms;
  row.NextSequence = 1;
  kStreams.put(call.txn(), call.space(), {in.logGroupName, in.logStreamName}, row);
  return CreateLogStreamOutput{};
}

Result<DeleteLogStreamOutput> delete_log_stream(Call& call, const DeleteLogStreamInput& in) {
  StreamRow row = TRY(find_stream(call.txn(), call.space(), in.logGroupName, in.logStreamName));
  kStreams.erase(call.txn(), call.space(), {in.logGroupName, in.logStreamName});
  discard_events(call, call.space(), row);
  return DeleteLogStreamOutput{};
}

Result<DescribeLogStreamsOutput> describe_log_streams(Call& call,
                                                      const DescribeLogStreamsInput& in) {
  GroupName group = TRY(named_group(call, in.logGroupName, in.logGroupIdentifier));
  TRY(call.authorize("logs:DescribeLogStreams", group.iam_resource()));
  bool by_time = in.orderBy == "LastEventTime";
  bool descending = in.descending.value_or(false);
  if (by_time && in.logStreamNamePrefix)
    return errors::InvalidParameterException(
        "Cannot order by LastEventTime with a logStreamNamePrefix.");
  TRY(find_group(call.txn(), group.space, group.name));
  std::string start = TRY(page_start(in.nextToken));
  size_t limit = in.limit.value_or(50);

  // Streams without events come as if their last event had been at time 0.
  std::vector<StreamRow> rows;
  kStreams.each(call.txn(), group.space, {.prefix = {group.name}}, [&](const auto&, StreamRow row) {
    if (!in.logStreamNamePrefix || row.Name.starts_with(*in.logStreamNamePrefix))
      rows.push_back(std::move(row));
    return true;
  });
  if (by_time)
    std::ranges::stable_sort(rows, {},
                             [](const StreamRow& row) { return row.LastEvent.value_or(0); });
  if (descending) std::ranges::reverse(rows);

  size_t at = 0;
  if (!start.empty()) {
    while (at < rows.size() && rows[at].Name != start) ++at;
    if (at < rows.size()) ++at;
  }
  DescribeLogStreamsOutput out;
  for (; at < rows.size() && out.logStreams.size() < limit; ++at)
    out.logStreams.push_back(describe(group, rows[at]));
  if (at < rows.size()) out.nextToken = page_token(rows[at - 1].Name);
  return out;
}

}  // namespace drydock::logs
