// Events: put a batch, read one stream.
#include "services/logs/events.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "gen/logs_handlers.h"

namespace drydock::logs {

namespace {
constexpr int64_t kHourMs = 3600 * 1000;
constexpr int64_t kDayMs = 24 * kHourMs;
constexpr size_t kBatchBytes = 1048576, kEventBytes = 262144, kEventOverhead = 26;

std::string padded(int64_t number, size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

Result<void> check_batch(const std::vector<InputLogEvent>& events) {
  size_t bytes = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    size_t size = events[i].message.size() + kEventOverhead;
    if (size > kEventBytes)
      return errors::InvalidParameterException("Log event too large: " + std::to_string(size) +
                                               " bytes exceeds limit of " +
                                               std::to_string(kEventBytes));
    bytes += size;
    if (i && events[i].timestamp < events[i - 1].timestamp)
      return errors::InvalidParameterException(
          "Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (bytes > kBatchBytes)
    return errors::InvalidParameterException("Upload too large: " + std::to_string(bytes) +
                                             " bytes exceeds limit of " +
                                             std::to_string(kBatchBytes));
  if (events.back().timestamp - events.front().timestamp > kDayMs)
    return errors::InvalidParameterException(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  return {};
}

// AWS does accept the batch and drop what is too old, expired or in the future, telling the
// indexes.
struct Accepted {
  size_t begin = 0, end = 0;
  std::optional<RejectedLogEventsInfo> rejected;
};
Accepted accepted_part(const std::vector<InputLogEvent>& events, int64_t oldest_kept,
                       Timestamp now) {
  Accepted part{0, events.size(), {}};
  RejectedLogEventsInfo info;
  bool any = false;
  auto first_at_or_after = [&](int64_t ms) {
    size_t i = 0;
    while (i < events.size() && events[i].timestamp < ms) ++i;
    return i;
  };
  if (size_t old = first_at_or_after(now.ms - 14 * kDayMs))
    info.tooOldLogEventEndIndex = old, part.begin = old, any = true;
  if (size_t expired = first_at_or_after(oldest_kept); oldest_kept > 0 && expired) {
    info.expiredLogEventEndIndex = expired;
    part.begin = std::max(part.begin, expired);
    any = true;
  }
  if (size_t future = first_at_or_after(now.ms + 2 * kHourMs + 1); future < events.size()) {
    info.tooNewLogEventStartIndex = future;
    part.end = future;
    any = true;
  }
  part.begin = std::min(part.begin, part.end);
  if (any) part.rejected = info;
  return part;
}

struct Cursor {
  enum class Towards { kNewer, kOlder } towards;
  Position at;
};

Result<std::optional<Cursor>> parse_token(const std::optional<std::string>& token) {
  if (!token) return std::optional<Cursor>();
  auto parts = split(*token, '/');
  auto at = parts.size() >= 2 ? position_of(parts[1]) : std::nullopt;
  if (!at || (parts[0] != "f" && parts[0] != "b"))
    return errors::InvalidParameterException("The specified nextToken is invalid.");
  return std::optional<Cursor>(
      Cursor{parts[0] == "f" ? Cursor::Towards::kNewer : Cursor::Towards::kOlder, *at});
}
}  // namespace

std::string event_id(const Position& at, std::string_view stream_id) {
  std::string digest = sha256(stream_id);
  uint64_t number = 0;
  for (int i = 0; i < 7; ++i) number = number << 8 | static_cast<unsigned char>(digest[i]);
  return "3" + padded(at.timestamp, 15) + padded(at.sequence, 20) +
         padded(static_cast<int64_t>(number), 20);
}

std::optional<Position> position_of(std::string_view digits) {
  if (digits.size() != 56) return std::nullopt;
  auto timestamp = parse_int(digits.substr(1, 15)), sequence = parse_int(digits.substr(16, 20));
  if (!timestamp || !sequence) return std::nullopt;
  return Position{*timestamp, *sequence};
}

Result<PutLogEventsOutput> put_log_events(Call& call, const PutLogEventsInput& in) {
  TRY(check_batch(in.logEvents));
  StreamRow stream = TRY(find_stream(call.txn(), call.space(), in.logGroupName, in.logStreamName));
  GroupRow group = TRY(find_group(call.txn(), call.space(), in.logGroupName));
  Accepted part = accepted_part(in.logEvents, oldest_kept_ms(group, call.now()), call.now());
  for (size_t i = part.begin; i < part.end; ++i) {
    const InputLogEvent& event = in.logEvents[i];
    kEvents.put(call.txn(), call.space(), {stream.Id, event.timestamp, stream.NextSequence++},
                EventRow{.Message = event.message, .Ingested = call.now().ms});
    stream.FirstEvent = std::min(stream.FirstEvent.value_or(event.timestamp), event.timestamp);
    stream.LastEvent = std::max(stream.LastEvent.value_or(event.timestamp), event.timestamp);
  }
  if (part.begin < part.end) stream.LastIngestion = call.now().ms;
  kStreams.put(call.txn(), call.space(), {in.logGroupName, in.logStreamName}, stream);
  PutLogEventsOutput out;
  out.nextSequenceToken = event_id({0, stream.NextSequence}, stream.Id);
  out.rejectedLogEventsInfo = part.rejected;
  return out;
}

Result<GetLogEventsOutput> get_log_events(Call& call, const GetLogEventsInput& in) {
  GroupName name = TRY(named_group(call, in.logGroupName, in.logGroupIdentifier));
  TRY(call.authorize("logs:GetLogEvents", name.iam_resource(in.logStreamName)));
  StreamRow stream = TRY(find_stream(call.txn(), name.space, name.name, in.logStreamName));
  GroupRow group = TRY(find_group(call.txn(), name.space, name.name));
  auto cursor = TRY(parse_token(in.nextToken));
  bool forward =
      cursor ? cursor->towards == Cursor::Towards::kNewer : in.startFromHead.value_or(false);
  int64_t from = std::max(in.startTime.value_or(0), oldest_kept_ms(group, call.now()));
  int64_t until = in.endTime.value_or(INT64_MAX);  // exclusive
  size_t limit = in.limit.value_or(10000), bytes = 0;

  ScanOptions options{.prefix = {stream.Id}};
  options.order = forward ? Txn::Order::kForward : Txn::Order::kReverse;
  if (cursor)
    options.after = {stream.Id, cursor->at.timestamp, cursor->at.sequence};
  else if (forward && from > 0)
    options.after = {stream.Id, from - 1, INT64_MAX};
  else if (!forward && in.endTime)
    options.after = {stream.Id, until, int64_t{0}};

  GetLogEventsOutput out;
  std::optional<Position> first, last;
  kEvents.each(call.txn(), name.space, options, [&](const auto& key, EventRow row) {
    Position at{*parse_int(key[1]), *parse_int(key[2])};
    if (at.timestamp < from) return forward;
    if (at.timestamp >= until) return !forward;
    if (out.events.size() == limit || (bytes && bytes + row.Message.size() > kPageBytes))
      return false;
    bytes += row.Message.size() + kEventOverhead;
    OutputLogEvent event;
    event.timestamp = at.timestamp;
    event.ingestionTime = row.Ingested;
    event.message = std::move(row.Message);
    out.events.push_back(std::move(event));
    if (!first) first = at;
    last = at;
    return true;
  });
  if (!forward) {
    std::ranges::reverse(out.events);
    std::swap(first, last);
  }
  Position here = cursor ? cursor->at : Position{};
  out.nextForwardToken = "f/" + event_id(last.value_or(here), stream.Id) + "/s";
  out.nextBackwardToken = "b/" + event_id(first.value_or(here), stream.Id) + "/s";
  // AWS does give back the caller's own token at the end of a direction.
  if (out.events.empty() && in.nextToken)
    (forward ? out.nextForwardToken : out.nextBackwardToken) = *in.nextToken;
  return out;
}

}  // namespace drydock::logs
