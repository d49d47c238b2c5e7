// FilterLogEvents: the events of a group's streams, merged in the order of time.
#include <algorithm>
#include <deque>

#include "base/text.h"
#include "gen/logs_handlers.h"
#include "services/logs/events.h"
#include "services/logs/filter_pattern.h"

namespace drydock::logs {

namespace {
constexpr size_t kFetch = 256;  // events read ahead of each stream
constexpr size_t kScannedPerCall =
    100000;  // AWS, too, answers with a token and few events after much searching

// Where a merge stands: events order by time, then stream name, then sequence.
struct MergeKey {
  int64_t timestamp = 0;
  std::string stream;
  int64_t sequence = 0;
  auto operator<=>(const MergeKey&) const = default;
};

std::string token_of(const MergeKey& key) {
  return page_token(std::to_string(key.timestamp) + "|" + std::to_string(key.sequence) + "|" +
                    key.stream);
}

Result<std::optional<MergeKey>> key_of(const std::optional<std::string>& token) {
  std::string text = TRY(page_start(token));
  if (text.empty()) return std::optional<MergeKey>();
  size_t first = text.find('|'),
         second = first == std::string::npos ? first : text.find('|', first + 1);
  if (second == std::string::npos)
    return errors::InvalidParameterException("The specified nextToken is invalid.");
  auto timestamp = parse_int(std::string_view(text).substr(0, first));
  auto sequence = parse_int(std::string_view(text).substr(first + 1, second - first - 1));
  if (!timestamp || !sequence)
    return errors::InvalidParameterException("The specified nextToken is invalid.");
  return std::optional(MergeKey{*timestamp, text.substr(second + 1), *sequence});
}

// One stream's events in order, read a piece at a time.
class StreamReader {
 public:
  StreamReader(Txn& txn, const Space& space, StreamRow stream, int64_t from, int64_t until,
               const std::optional<MergeKey>& behind)
      : txn_(txn), space_(space), stream_(std::move(stream)), until_(until) {
    if (from > 0) after_ = {stream_.Id, from - 1, INT64_MAX};
    if (behind && behind->timestamp >= from) {
      // At the token's very millisecond, streams of smaller names are through and those of greater
      // names are not begun.
      int64_t sequence = stream_.Name == behind->stream  ? behind->sequence
                         : stream_.Name < behind->stream ? INT64_MAX
                                                         : 0;
      after_ = {stream_.Id, behind->timestamp, sequence};
    }
  }
  // The next event, or null at the end.
  const std::pair<Position, EventRow>* peek() {
    if (ahead_.empty() && !done_) fetch();
    return ahead_.empty() ? nullptr : &ahead_.front();
  }
  std::pair<Position, EventRow> take() {
    auto event = std::move(ahead_.front());
    ahead_.pop_front();
    return event;
  }
  const StreamRow& stream() const { return stream_; }

 private:
  void fetch() {
    size_t count = 0;
    kEvents.each(txn_, space_, {.prefix = {stream_.Id}, .after = after_, .limit = kFetch},
                 [&](const auto& key, EventRow row) {
                   Position at{*parse_int(key[1]), *parse_int(key[2])};
                   if (at.timestamp > until_) return false;
                   ahead_.emplace_back(at, std::move(row));
                   ++count;
                   return true;
                 });
    done_ = count < kFetch;
    if (count) after_ = {stream_.Id, ahead_.back().first.timestamp, ahead_.back().first.sequence};
  }
  Txn& txn_;
  Space space_;
  StreamRow stream_;
  int64_t until_;
  Key after_;
  std::deque<std::pair<Position, EventRow>> ahead_;
  bool done_ = false;
};

Result<std::vector<StreamRow>> searched_streams(Call& call, const GroupName& group,
                                                const FilterLogEventsInput& in) {
  if (in.logStreamNames && in.logStreamNamePrefix)
    return errors::InvalidParameterException(
        "logStreamNamePrefix and logStreamNames are mutually exclusive parameters. Specify only one of these parameters.");
  std::vector<StreamRow> streams;
  if (in.logStreamNames) {
    std::vector<std::string> names = *in.logStreamNames;
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string& name : names)
      streams.push_back(TRY(find_stream(call.txn(), group.space, group.name, name)));
    return streams;
  }
  kStreams.each(call.txn(), group.space, {.prefix = {group.name}}, [&](const auto&, StreamRow row) {
    if (!in.logStreamNamePrefix || row.Name.starts_with(*in.logStreamNamePrefix))
      streams.push_back(std::move(row));
    return true;
  });
  return streams;
}
}  // namespace

Result<FilterLogEventsOutput> filter_log_events(Call& call, const FilterLogEventsInput& in) {
  GroupName name = TRY(named_group(call, in.logGroupName, in.logGroupIdentifier));
  TRY(call.authorize("logs:FilterLogEvents", name.iam_resource()));
  GroupRow group = TRY(find_group(call.txn(), name.space, name.name));
  auto pattern = TRY(parse_filter_pattern(in.filterPattern.value_or("")));
  auto behind = TRY(key_of(in.nextToken));
  int64_t from = std::max(in.startTime.value_or(0), oldest_kept_ms(group, call.now()));
  int64_t until = in.endTime.value_or(INT64_MAX);
  size_t limit = in.limit.value_or(10000), scanned = 0, bytes = 0;

  std::deque<StreamReader> readers;
  for (StreamRow& stream : TRY(searched_streams(call, name, in)))
    if (stream.LastEvent && *stream.LastEvent >= from && *stream.FirstEvent <= until)
      readers.emplace_back(call.txn(), name.space, std::move(stream), from, until, behind);

  // A heap of the streams by their next event's key; the smallest on top.
  struct Head {
    MergeKey key;
    StreamReader* reader;
  };
  auto later = [](const Head& a, const Head& b) { return a.key > b.key; };
  std::vector<Head> heads;
  auto push = [&](StreamReader& reader) {
    const auto* next = reader.peek();
    if (!next) return;
    heads.push_back({{next->first.timestamp, reader.stream().Name, next->first.sequence}, &reader});
    std::ranges::push_heap(heads, later);
  };
  for (StreamReader& reader : readers) push(reader);

  FilterLogEventsOutput out;
  MergeKey last;
  while (!heads.empty()) {
    if (out.events.size() == limit || scanned == kScannedPerCall || bytes >= kPageBytes) {
      out.nextToken = token_of(last);
      break;
    }
    std::ranges::pop_heap(heads, later);
    StreamReader& reader = *heads.back().reader;
    last = std::move(heads.back().key);
    heads.pop_back();
    auto [at, row] = reader.take();
    push(reader);
    ++scanned;
    if (!pattern->matches(row.Message)) continue;
    bytes += row.Message.size();
    FilteredLogEvent event;
    event.logStreamName = reader.stream().Name;
    event.timestamp = at.timestamp;
    event.message = std::move(row.Message);
    event.ingestionTime = row.Ingested;
    event.eventId = event_id(at, reader.stream().Id);
    out.events.push_back(std::move(event));
  }
  return out;
}

}  // namespace drydock::logs
