// Streams of event source mappings: read in order, a batch at a time. What fails is tried again
// before anything behind it, until it succeeds, is too old, or was tried often enough.
#include <algorithm>

#include "api/server.h"
#include "base/log.h"
#include "services/lambda/mappings.h"
#include "services/lambda/queue_batch.h"
#include "services/lambda/runtime/fleet.h"

namespace drydock::lambda {

namespace {
constexpr int64_t kStreamPauseMs = 500, kStreamTroubleMs = 5000;
constexpr int64_t kFirstRetryMs = 1000, kLongestRetryMs = 60000;
constexpr int64_t kIteratorKeptMs = 5 * 60 * 1000;  // of the 15 minutes that it holds
constexpr int64_t kMostStreamRecords = 1000;        // of one GetRecords

// A batch on its way.
struct StreamBatch {
  std::vector<Value> all, wanted;  // records; those that the filters let through
  std::string next;                // iterator behind it; empty: the stream ends
};

std::string sequence_of(const Value& record) {
  return record["dynamodb"]["SequenceNumber"].string_or("");
}

Timestamp time_of(const Value& record) {
  const Value& at = record["dynamodb"]["ApproximateCreationDateTime"];
  if (at.is_number()) return {static_cast<int64_t>(at.as_double() * 1000)};
  return parse_iso8601(at.string_or("")).value_or(Timestamp{});
}

// As the function sees it.
Value stream_record(Value record, const std::string& stream) {
  const Timestamp at = time_of(record);
  if (Value* change = record.find("dynamodb"))
    change->set("ApproximateCreationDateTime", at.seconds());
  if (record["userIdentity"].is_object())
    record.set("userIdentity",
               Value::object({{"type", record["userIdentity"]["Type"]},
                              {"principalId", record["userIdentity"]["PrincipalId"]}}));
  else
    record.erase("userIdentity");
  record.set("eventSourceARN", stream);
  return record;
}

// Notes what became of a look; a mapping that was changed or taken away meanwhile keeps what it
// has.
template <class F>
void note(Server& server, const Space& space, const std::string& id, F&& change) {
  transact(server.engine(), [&](Txn& txn) {
    auto row = kMappings.get(txn, space, {id});
    if (!row || !row->Stream) return true;
    change(*row->Stream);
    kMappings.put(txn, space, {id}, *row);
    return true;
  });
}

Result<std::string> fresh_iterator(const Client& client, const MappingRow& row) {
  const StreamMapping& stream = *row.Stream;
  if (stream.Checkpoint) {
    auto behind = stream_iterator(client, row.Source, "AFTER_SEQUENCE_NUMBER", *stream.Checkpoint);
    if (behind) return behind->text;
    if (behind.error().code != "TrimmedDataAccessException") return fault(behind.error());
  }
  auto begin = stream_iterator(client, row.Source,
                               stream.Checkpoint ? "TRIM_HORIZON" : stream.StartingPosition, "");
  if (!begin) return fault(begin.error());
  return begin->text;
}

Result<StreamBatch> read_batch(const Client& client, const MappingRow& row) {
  const int64_t most =
      std::min({row.BatchSize, row.Stream->Part.value_or(row.BatchSize), kMostStreamRecords});
  const auto get = [&](const std::string& iterator) {
    return client.call("dynamodbstreams", "GetRecords",
                       Value::object({{"ShardIterator", iterator}, {"Limit", most}}));
  };
  auto answer = get(row.Stream->Iterator);
  if (!answer && (answer.error().code == "ExpiredIteratorException" ||
                  answer.error().code == "TrimmedDataAccessException"))
    answer = get(TRY(fresh_iterator(client, row)));
  if (!answer) return fault(answer.error());
  const std::vector<Value> filters =
      TRY(parse_filters(row.Filters.value_or(std::vector<std::string>{})));
  StreamBatch batch;
  batch.next = (*answer)["NextShardIterator"].string_or("");
  if ((*answer)["Records"].is_list())
    for (Value& record : answer->find("Records")->as_list()) {
      batch.all.push_back(stream_record(std::move(record), row.Source));
      if (passes_filters(filters, batch.all.back())) batch.wanted.push_back(batch.all.back());
    }
  return batch;
}

// Tells the mapping's destination of a batch that is given up.
void tell_destination(Server& server, const MappingRow& row, const FunctionRef& function,
                      const VersionRow& version, const Client& client, const StreamBatch& batch,
                      const char* condition, int64_t invocations) {
  auto target = row.Stream->OnFailure ? Arn::parse(*row.Stream->OnFailure) : std::nullopt;
  if (!target) return;
  auto place = stream_iterator(client, row.Source, "TRIM_HORIZON", "");
  Value record =
      Value::object({{"requestContext", Value::object({{"requestId", server.random().uuid()},
                                                       {"functionArn", function.qualified_arn()},
                                                       {"condition", condition},
                                                       {"approximateInvokeCount", invocations}})}});
  if (invocations)
    record.set("responseContext", Value::object({{"statusCode", 200},
                                                 {"executedVersion", version.Version},
                                                 {"functionError", "Unhandled"}}));
  record.set("version", "1.0");
  record.set("timestamp", to_iso8601_ms(server.clock().now()));
  record.set(
      "DDBStreamBatchInfo",
      Value::object({{"shardId", place ? place->shard : std::string()},
                     {"startSequenceNumber", sequence_of(batch.all.front())},
                     {"endSequenceNumber", sequence_of(batch.all.back())},
                     {"approximateArrivalOfFirstRecord", to_iso8601_ms(time_of(batch.all.front()))},
                     {"approximateArrivalOfLastRecord", to_iso8601_ms(time_of(batch.all.back()))},
                     {"batchSize", static_cast<int64_t>(batch.all.size())},
                     {"streamArn", row.Source}}));
  const std::string text = to_json(record);
  Client there = client.in_region(Region{target->region});
  auto sent =
      target->service == "sqs"
          ? there.call("sqs", "SendMessage",
                       Value::object({{"QueueUrl", queue_url(*target)}, {"MessageBody", text}}))
          : there.call("sns", "Publish",
                       Value::object({{"TopicArn", *row.Stream->OnFailure}, {"Message", text}}));
  if (!sent)
    log::info("lambda: " + *row.Stream->OnFailure +
              " was not told of a failed batch: " + sent.error().message);
}

enum class Outcome { kDone, kPartly, kFailed, kThrottled };

// Invokes the function; of kPartly, `failed` is the first change to be seen again.
Outcome give_stream(Server& server, const MappingRow& row, const FunctionRef& function,
                    const VersionRow& version, const std::vector<Value>& records,
                    std::string* failed) {
  auto view = server.engine().begin_read();
  auto found = find_function(*view, function);
  view.reset();
  if (!found) return Outcome::kThrottled;
  Invocation invocation;
  invocation.function = function;
  invocation.version = version;
  invocation.reserved = found->Reserved;
  invocation.request_id = server.random().uuid();
  invocation.event = to_json(Value::object({{"Records", Value(Value::List(records))}}));
  auto result = fleet_of(server)->invoke(std::move(invocation));
  if (!result) return Outcome::kThrottled;
  if (!result->function_error.empty()) return Outcome::kFailed;
  if (!row.ReportsFailures) return Outcome::kDone;
  std::vector<std::string> ids;
  for (const Value& record : records) ids.push_back(sequence_of(record));
  auto items = failed_items(result->payload, ids);
  if (!items) return Outcome::kFailed;
  if (items->empty()) return Outcome::kDone;
  // AWS does go on at the lowest of them.
  *failed = *std::min_element(items->begin(), items->end());
  return *failed == ids.front() ? Outcome::kFailed : Outcome::kPartly;
}
}  // namespace

Result<StreamIterator> stream_iterator(const Client& client, const std::string& stream,
                                       std::string_view kind, const std::string& sequence) {
  Value described =
      TRY(client.call("dynamodbstreams", "DescribeStream", Value::object({{"StreamArn", stream}})));
  const Value& shards = described["StreamDescription"]["Shards"];
  StreamIterator out;
  if (shards.is_list() && shards.size() > 0)
    out.shard = shards.as_list().back()["ShardId"].string_or("");
  Value input =
      Value::object({{"StreamArn", stream}, {"ShardId", out.shard}, {"ShardIteratorType", kind}});
  if (!sequence.empty()) input.set("SequenceNumber", sequence);
  Value answer = TRY(client.call("dynamodbstreams", "GetShardIterator", std::move(input)));
  out.text = answer["ShardIterator"].string_or("");
  return out;
}

Next poll_stream(Server& server, const Space& space, const MappingRow& row,
                 const VersionRow& version, const Client& client, bool* found) {
  const FunctionRef function = function_of(space, row);
  const auto again_in = [&](int64_t ms) { return Next::again(server.clock().now() + ms); };
  auto batch = read_batch(client, row);
  *found = !batch || !batch->all.empty();
  if (!batch) {
    log::info("lambda: " + function.qualified_arn() + " cannot read " + row.Source + ": " +
              batch.error().message);
    note(server, space, row.Id, [](StreamMapping& stream) {
      stream.Result =
          "PROBLEM: Cannot access stream. Please ensure the role can perform the "
          "GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on "
          "your stream in IAM.";
    });
    return again_in(kStreamTroubleMs);
  }
  const Timestamp now = server.clock().now();
  const auto go_on = [&](const std::string& checkpoint, const std::string& iterator,
                         const char* result) {
    note(server, space, row.Id, [&](StreamMapping& stream) {
      if (!checkpoint.empty()) stream.Checkpoint = checkpoint;
      if (!iterator.empty()) stream.Iterator = iterator;
      stream.IteratorTime = now.ms;
      stream.Attempts = 0;
      stream.Part.reset();
      if (result) stream.Result = result;
    });
  };
  if (batch->all.empty()) {
    if (now.ms - row.Stream->IteratorTime > kIteratorKeptMs) go_on("", batch->next, nullptr);
    return again_in(batch->next.empty() ? kStreamTroubleMs : kStreamPauseMs);
  }
  const std::string end = sequence_of(batch->all.back());
  if (batch->wanted.empty()) {
    go_on(end, batch->next, nullptr);
    return again_in(0);
  }
  // A batch that is not full waits for its window, from its first change on.
  const int64_t age_ms = now.ms - time_of(batch->all.front()).ms;
  if (!row.Stream->Part && row.Stream->Attempts == 0 && age_ms < row.Window * 1000 &&
      static_cast<int64_t>(batch->all.size()) < std::min(row.BatchSize, kMostStreamRecords))
    return again_in(kStreamPauseMs);
  const auto give_up = [&](const char* condition, int64_t invocations) {
    tell_destination(server, row, function, version, client, *batch, condition, invocations);
    go_on(end, batch->next, "PROBLEM: Function call failed");
    return again_in(0);
  };
  if (row.Stream->MaximumAge >= 0 && age_ms > row.Stream->MaximumAge * 1000)
    return give_up("RecordAgeExceeded", row.Stream->Attempts);

  std::string failed;
  const Outcome outcome = give_stream(server, row, function, version, batch->wanted, &failed);
  if (server.jobs().stopping()) return Next::again(now);
  if (outcome == Outcome::kDone) {
    go_on(end, batch->next, "OK");
    return again_in(0);
  }
  if (outcome == Outcome::kPartly) {
    std::string before;
    for (const Value& record : batch->all)
      if (sequence_of(record) < failed) before = sequence_of(record);
    auto place = stream_iterator(client, row.Source, "AT_SEQUENCE_NUMBER", failed);
    if (place) go_on(before, place->text, "PROBLEM: Function call failed");
    return again_in(kFirstRetryMs);
  }
  if (outcome == Outcome::kThrottled) return again_in(kFirstRetryMs);
  const int64_t tries = row.Stream->Attempts + 1;
  const auto size = static_cast<int64_t>(batch->all.size());
  // AWS does not count a batch that is cut in two as tried.
  const bool cut = row.Stream->Bisects && size > 1;
  if (!cut && row.Stream->MaximumRetries >= 0 && tries > row.Stream->MaximumRetries)
    return give_up("RetryAttemptsExhausted", tries);
  note(server, space, row.Id, [&](StreamMapping& stream) {
    stream.Result = "PROBLEM: Function call failed";
    if (cut)
      stream.Part = size / 2;
    else
      stream.Attempts = tries;
  });
  return again_in(cut ? 0
                      : std::min(kLongestRetryMs, kFirstRetryMs << std::min<int64_t>(tries, 10)));
}

}  // namespace drydock::lambda
