// A stream has one shard, so its changes have one order; writes to a table with a stream are
// therefore done one after another.
#include "services/dynamodb/streams.h"

#include "base/encoding.h"
#include "base/text.h"
#include "gen/dynamodbstreams_handlers.h"
#include "services/dynamodb/encryption.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/values/document.h"
#include "services/dynamodb/values/encoding.h"

namespace drydock::dynamodb {

namespace {
constexpr int64_t kKeptMs = 24 * 3600 * 1000, kTrimPauseMs = 3600 * 1000;
constexpr size_t kTrimmedAtOnce = 500;

void drop_changes(Txn& txn, const Space& space, const StreamRow& row, Timestamp until, bool* all) {
  std::vector<int64_t> old;
  *all = true;
  kChanges.each(txn, space, {.prefix = {row.Table, row.Label}},
                [&](const std::vector<std::string>& key, const ChangeRow& change) {
                  if (change.Time >= until || old.size() == kTrimmedAtOnce) {
                    *all = false;
                    return false;
                  }
                  old.push_back(parse_int(key.back()).value_or(0));
                  return true;
                });
  for (int64_t number : old) kChanges.erase(txn, space, {row.Table, row.Label, number});
}
}  // namespace

Result<void> check_stream(const std::optional<StreamSpecification>& specification) {
  if (!specification) return {};
  if (specification->StreamEnabled && !specification->StreamViewType)
    return invalid_parameter("StreamViewType is required when StreamEnabled is true");
  if (!specification->StreamEnabled && specification->StreamViewType)
    return invalid_parameter("StreamViewType cannot be specified when StreamEnabled is false");
  return {};
}

void open_stream(Call& call, const Space& space, TableRow& row, const std::string& view_type) {
  std::string label = to_iso8601_ms(call.now());
  label.pop_back();  // AWS's labels have no Z
  row.StreamLabel = label;
  row.StreamViewType = view_type;
  kStreams.put(call.txn(), space, {row.Name, label},
               {.Table = row.Name,
                .Label = label,
                .ViewType = view_type,
                .KeySchema = row.KeySchema,
                .Created = call.now(),
                .Closed = {}});
  Value payload = job_payload(space);
  payload.set("table", row.Name);
  payload.set("label", label);
  call.start_job(std::string(kTrimJob), row.Arn + "/" + label, call.now() + kTrimPauseMs,
                 std::move(payload));
}

void close_stream(Call& call, const Space& space, TableRow& row) {
  row.StreamViewType.reset();
  if (!row.StreamLabel) return;
  auto stream = kStreams.get(call.txn(), space, {row.Name, *row.StreamLabel});
  if (!stream) return;
  stream->Closed = call.now();
  kStreams.put(call.txn(), space, {row.Name, *row.StreamLabel}, *stream);
}

Result<void> change_stream(Call& call, const Space& space, TableRow& row,
                           const std::optional<StreamSpecification>& specification) {
  if (!specification) return {};
  if (specification->StreamEnabled == row.StreamViewType.has_value())
    return validation(row.StreamViewType
                          ? "Table already has an enabled stream: TableName: " + row.Name
                          : "Table has no stream to disable: TableName: " + row.Name);
  if (specification->StreamEnabled)
    open_stream(call, space, row, *specification->StreamViewType);
  else
    close_stream(call, space, row);
  return {};
}

void record_change(Call& call, const Schema& schema, const Item* before, const Item* after,
                   Writer writer) {
  const TableRow& table = schema.row;
  if (before && after && *before == *after) return;
  const Key stream{table.Name, *table.StreamLabel};
  const Value last = kLastChanges.get(call.txn(), schema.space, stream).value_or(Value(0));
  const int64_t number = last.int_or(0) + 1;
  kLastChanges.put(call.txn(), schema.space, stream, Value(number));
  const Item key = key_of(schema, after ? *after : *before);
  const std::string& view = *table.StreamViewType;
  ChangeRow change{.Id = to_hex(call.random().bytes(16)),
                   .Time = call.now(),
                   .Keys = encode_item(key),
                   .Expired = writer == Writer::kTimeToLive,
                   .Bytes = static_cast<int64_t>(size_of(key))};
  // Which of both there is tells an insertion from a removal, so an empty text stands for an item
  // that was there and is not shown.
  if (before) change.Old.emplace();
  if (after) change.New.emplace();
  if (before && (view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES")) {
    change.Old = encode_item(*before);
    change.Bytes += static_cast<int64_t>(size_of(*before));
  }
  if (after && (view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES")) {
    change.New = encode_item(*after);
    change.Bytes += static_cast<int64_t>(size_of(*after));
  }
  kChanges.put(call.txn(), schema.space, {table.Name, *table.StreamLabel, number}, change);
}

Next trim_step(Server& server, const Job& job) {
  bool all = false, left = true;
  while (!server.jobs().stopping()) {
    const std::string table = job.payload["table"].string_or("");
    const std::string label = job.payload["label"].string_or("");
    auto done = server.work_in(AccountId{job.payload["account"].string_or("")},
                               Region{job.payload["region"].string_or("")}, "dynamodb",
                               [&](Call& call) -> Result<void> {
                                 auto row = kStreams.get(call.txn(), call.space(), {table, label});
                                 left = row.has_value();
                                 all = true;
                                 if (!row) return {};
                                 const Timestamp until{call.now().ms - kKeptMs};
                                 drop_changes(call.txn(), call.space(), *row, until, &all);
                                 if (all && row->Closed && *row->Closed < until) {
                                   kStreams.erase(call.txn(), call.space(), {table, label});
                                   kLastChanges.erase(call.txn(), call.space(), {table, label});
                                   left = false;
                                 }
                                 return {};
                               });
    if (!done || all || !left) break;
  }
  return left ? Next::again(server.clock().now() + kTrimPauseMs) : Next::done();
}

}  // namespace drydock::dynamodb

namespace drydock::dynamodbstreams {

namespace {
using dynamodb::ChangeRow;
using dynamodb::kChanges;
using dynamodb::kLastChanges;
using dynamodb::kStreams;
using dynamodb::ShardPlace;
using dynamodb::StreamRow;
using dynamodb::validation;

constexpr int64_t kPlaceLifetimeMs = 15 * 60 * 1000;
constexpr int64_t kMostAnswerBytes = 1 << 20;
constexpr size_t kStreamDigits = 20;

// "1" and twenty digits: AWS wants 21 at least.
std::string sequence_number(int64_t number) {
  std::string digits = std::to_string(number);
  return "1" + std::string(kStreamDigits - digits.size(), '0') + digits;
}
std::optional<int64_t> number_of(std::string_view sequence) {
  if (sequence.size() != kStreamDigits + 1 || sequence[0] != '1') return std::nullopt;
  return parse_int(sequence.substr(1));
}

struct Opened {
  std::string arn, region;
  Space space;
  StreamRow row;
  int64_t first = 1;  // of the changes that are kept
  int64_t last = 0;
};

std::string shard_of(const Opened& stream) {
  std::string digits = std::to_string(stream.row.Created.ms);
  digits.insert(0, kStreamDigits - std::min(kStreamDigits, digits.size()), '0');
  const uint32_t mark = crc32(stream.arn);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(mark >> shift);
  return "shardId-" + digits + "-" + to_hex(bytes);
}

Result<Opened> opened(Call& call, const std::string& text) {
  auto arn = Arn::parse(text);
  auto name =
      arn && arn->service == "dynamodb" ? dynamodb::stream_name(arn->resource) : std::nullopt;
  if (!name) return validation("Invalid StreamArn");
  Opened out{text, arn->region, {arn->account, arn->region}, {}};
  auto row = kStreams.get(call.txn(), out.space, {name->table, name->label});
  if (!row)
    return errors::ResourceNotFoundException("Requested resource not found: Stream: " + text +
                                             " not found");
  out.row = std::move(*row);
  const Key key{name->table, name->label};
  const Value last = kLastChanges.get(call.txn(), out.space, key).value_or(Value(0));
  out.last = last.int_or(0);
  out.first = out.last + 1;
  kChanges.raw().scan(call.txn(), out.space, {.prefix = key, .limit = 1},
                      [&](const std::vector<std::string>& parts, std::string_view) {
                        out.first = parse_int(parts.back()).value_or(out.first);
                        return false;
                      });
  return out;
}

Record told_change(const Opened& stream, int64_t number, const ChangeRow& change) {
  Record out;
  out.eventID = change.Id;
  out.eventName = !change.Old ? "INSERT" : change.New ? "MODIFY" : "REMOVE";
  out.eventVersion = "1.1";
  out.eventSource = "aws:dynamodb";
  out.awsRegion = stream.region;
  const auto item = [](const std::string& bytes) {
    return dynamodb::write_item(dynamodb::decode_item(bytes));
  };
  StreamRecord record;
  record.ApproximateCreationDateTime = Timestamp{change.Time.seconds() * 1000};
  record.Keys = item(change.Keys);
  if (change.New && !change.New->empty()) record.NewImage = item(*change.New);
  if (change.Old && !change.Old->empty()) record.OldImage = item(*change.Old);
  record.SequenceNumber = sequence_number(number);
  record.SizeBytes = change.Bytes;
  record.StreamViewType = stream.row.ViewType;
  out.dynamodb = std::move(record);
  if (change.Expired)
    out.userIdentity = Identity{.PrincipalId = "dynamodb.amazonaws.com", .Type = "Service"};
  return out;
}
}  // namespace

// Tables, facts and jobs are registered by DynamoDB itself.
void register_service(Registry&) {}

Result<ListStreamsOutput> list_streams(Call& call, const ListStreamsInput& in) {
  const size_t limit = static_cast<size_t>(in.Limit.value_or(100));
  const auto arn_of = [&](const StreamRow& row) {
    return call.arn("dynamodb", "table/" + row.Table + "/stream/" + row.Label);
  };
  ScanOptions options;
  if (in.TableName) options.prefix = {*in.TableName};
  if (in.ExclusiveStartStreamArn) {
    auto arn = Arn::parse(*in.ExclusiveStartStreamArn);
    auto name = arn ? dynamodb::stream_name(arn->resource) : std::nullopt;
    if (!name) return validation("Invalid StreamArn");
    options.after = {name->table, name->label};
  }
  ListStreamsOutput out;
  out.Streams.emplace();
  kStreams.each(call.txn(), call.space(), options, [&](const auto&, const StreamRow& row) {
    if (out.Streams->size() == limit) {
      out.LastEvaluatedStreamArn = out.Streams->back().StreamArn;
      return false;
    }
    out.Streams->push_back(
        {.StreamArn = arn_of(row), .TableName = row.Table, .StreamLabel = row.Label});
    return true;
  });
  return out;
}

Result<DescribeStreamOutput> describe_stream(Call& call, const DescribeStreamInput& in) {
  Opened stream = TRY(opened(call, in.StreamArn));
  StreamDescription out;
  out.StreamArn = stream.arn;
  out.StreamLabel = stream.row.Label;
  out.StreamStatus = stream.row.Closed ? "DISABLED" : "ENABLED";
  out.StreamViewType = stream.row.ViewType;
  out.CreationRequestDateTime = stream.row.Created;
  out.TableName = stream.row.Table;
  out.KeySchema.emplace();
  for (const auto& element : stream.row.KeySchema)
    out.KeySchema->push_back({element.AttributeName, element.KeyType});
  out.Shards.emplace();
  if (!in.ExclusiveStartShardId) {
    Shard shard{.ShardId = shard_of(stream),
                .SequenceNumberRange = SequenceNumberRange{},
                .ParentShardId = {}};
    shard.SequenceNumberRange->StartingSequenceNumber = sequence_number(stream.first);
    if (stream.row.Closed)
      shard.SequenceNumberRange->EndingSequenceNumber = sequence_number(stream.last);
    out.Shards->push_back(std::move(shard));
  }
  return DescribeStreamOutput{.StreamDescription = std::move(out)};
}

Result<GetShardIteratorOutput> get_shard_iterator(Call& call, const GetShardIteratorInput& in) {
  Opened stream = TRY(opened(call, in.StreamArn));
  if (in.ShardId != shard_of(stream))
    return errors::ResourceNotFoundException(
        "Requested resource not found: Shard does not exist in stream " + stream.arn);
  ShardPlace place{stream.arn, stream.first, call.now().ms};
  if (in.ShardIteratorType == "LATEST") place.next = stream.last + 1;
  if (in.ShardIteratorType.ends_with("SEQUENCE_NUMBER")) {
    auto number = in.SequenceNumber ? number_of(*in.SequenceNumber) : std::nullopt;
    if (!number) return validation("Invalid SequenceNumber");
    place.next = *number + (in.ShardIteratorType == "AFTER_SEQUENCE_NUMBER" ? 1 : 0);
    if (place.next < stream.first)
      return errors::TrimmedDataAccessException(
          "The operation attempted to read past the oldest stream record in a shard.");
  }
  return GetShardIteratorOutput{.ShardIterator = dynamodb::write_place(place)};
}

Result<GetRecordsOutput> get_records(Call& call, const GetRecordsInput& in) {
  auto place = dynamodb::read_place(in.ShardIterator);
  if (!place) return validation("Invalid ShardIterator");
  TRY(call.authorize("dynamodb:GetRecords", place->stream_arn));
  Opened stream = TRY(opened(call, place->stream_arn));
  if (call.now().ms - place->issued > kPlaceLifetimeMs)
    return errors::ExpiredIteratorException("The shard iterator has expired.");
  if (place->next < stream.first)
    return errors::TrimmedDataAccessException(
        "The operation attempted to read past the oldest stream record in a shard.");
  if (auto schema = dynamodb::find_schema(call.txn(), {stream.space, stream.row.Table, ""}))
    TRY(dynamodb::open_table_key(call, *schema));
  GetRecordsOutput out;
  out.Records.emplace();
  int64_t bytes = 0, next = place->next;
  const size_t limit = static_cast<size_t>(in.Limit.value_or(1000));
  kChanges.each(call.txn(), stream.space,
                {.prefix = {stream.row.Table, stream.row.Label},
                 .after = {stream.row.Table, stream.row.Label, place->next - 1}},
                [&](const std::vector<std::string>& key, const ChangeRow& change) {
                  if (out.Records->size() == limit ||
                      (!out.Records->empty() && bytes + change.Bytes > kMostAnswerBytes))
                    return false;
                  const int64_t number = parse_int(key.back()).value_or(0);
                  bytes += change.Bytes;
                  next = number + 1;
                  out.Records->push_back(told_change(stream, number, change));
                  return true;
                });
  // A shard that is closed ends.
  if (!stream.row.Closed || next <= stream.last)
    out.NextShardIterator = dynamodb::write_place({stream.arn, next, call.now().ms});
  return out;
}

}  // namespace drydock::dynamodbstreams
