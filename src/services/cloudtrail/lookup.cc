// LookupEvents: the event history of this account and region, newest first.
#include "api/call.h"
#include "api/server.h"
#include "api/trail.h"
#include "base/encoding.h"
#include "base/text.h"
#include "gen/cloudtrail_handlers.h"

namespace drydock::cloudtrail {

namespace {

constexpr int64_t kMostResults = 50;
constexpr int64_t kHistoryMs = int64_t{90} * 24 * 3600 * 1000;

struct Position {
  int64_t ms = 0, number = 0;
};

std::optional<Position> read_token(const std::string& token) {
  auto text = from_base64(token);
  if (!text) return std::nullopt;
  const size_t colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto ms = parse_int(std::string_view(*text).substr(0, colon)),
       number = parse_int(std::string_view(*text).substr(colon + 1));
  if (!ms || !number) return std::nullopt;
  return Position{*ms, *number};
}

bool matches(const LookupAttribute& wanted, const Value& row) {
  const Value& event = row["event"];
  const std::string &key = wanted.AttributeKey, &value = wanted.AttributeValue;
  if (key == "EventId") return event["eventID"].string_or("") == value;
  if (key == "EventName") return event["eventName"].string_or("") == value;
  if (key == "EventSource") return event["eventSource"].string_or("") == value;
  if (key == "ReadOnly") return event["readOnly"].bool_or(false) == (value == "true");
  if (key == "Username") return row["username"].string_or("") == value;
  if (key == "AccessKeyId") return event["userIdentity"]["accessKeyId"].string_or("") == value;
  const char* member = key == "ResourceType" ? "type" : "name";
  for (const Value& resource : row["resources"].as_list())
    if (resource[member].string_or("") == value) return true;
  return false;
}

Event event_of(const Value& row, int64_t ms) {
  const Value& record = row["event"];
  Event event;
  event.EventId = record["eventID"].string_or("");
  event.EventName = record["eventName"].string_or("");
  event.ReadOnly = record["readOnly"].bool_or(false) ? "true" : "false";
  if (const Value* key = record["userIdentity"].find("accessKeyId"))
    event.AccessKeyId = key->string_or("");
  event.EventTime = Timestamp{ms / 1000 * 1000};
  event.EventSource = record["eventSource"].string_or("");
  if (const std::string name = row["username"].string_or(""); !name.empty()) event.Username = name;
  event.Resources = std::vector<Resource>{};
  for (const Value& resource : row["resources"].as_list())
    event.Resources->push_back(Resource{.ResourceType = resource["type"].string_or(""),
                                        .ResourceName = resource["name"].string_or("")});
  event.CloudTrailEvent = to_json(record);
  return event;
}

}  // namespace

Result<LookupEventsOutput> lookup_events(Call& call, const LookupEventsInput& in) {
  if (in.EventCategory && *in.EventCategory != "insight")
    return errors::InvalidEventCategoryException("Invalid event category: " + *in.EventCategory);
  const int64_t most = in.MaxResults.value_or(kMostResults);
  if (most < 1 || most > kMostResults)
    return errors::InvalidMaxResultsException("Invalid max results: must be between 1 and 50.");
  if (in.LookupAttributes && in.LookupAttributes->size() > 1)
    return errors::InvalidLookupAttributesException("Only one lookup attribute may be specified.");
  if (in.LookupAttributes && !in.LookupAttributes->empty()) {
    const LookupAttribute& wanted = in.LookupAttributes->front();
    if (wanted.AttributeKey == "ReadOnly" && wanted.AttributeValue != "true" &&
        wanted.AttributeValue != "false")
      return errors::InvalidLookupAttributesException("ReadOnly must be true or false.");
  }
  if (in.StartTime && in.EndTime && *in.StartTime > *in.EndTime)
    return errors::InvalidTimeRangeException("Start time must be before end time.");
  LookupEventsOutput out;
  out.Events = std::vector<Event>{};
  if (in.EventCategory) return out;  // no insights are made here
  std::optional<Position> after;
  if (in.NextToken) {
    after = read_token(*in.NextToken);
    if (!after) return errors::InvalidNextTokenException("The next token is not valid.");
  }
  const int64_t oldest = std::max(in.StartTime ? in.StartTime->ms : 0, call.now().ms - kHistoryMs);
  std::optional<Position> last;
  ScanOptions options{.order = Txn::Order::kReverse};
  if (after) options.after = {after->ms, after->number};
  call.server().flush_trail();
  auto txn = call.server().engine().begin_read();  // the call's own began before the flush
  kTrail.each(
      *txn, call.space(), options, [&](const std::vector<std::string>& key, const Value& row) {
        const Position at{parse_int(key.at(0)).value_or(0), parse_int(key.at(1)).value_or(0)};
        if (at.ms < oldest) return false;
        if (in.EndTime && at.ms > in.EndTime->ms + 999) return true;
        if (in.LookupAttributes && !in.LookupAttributes->empty() &&
            !matches(in.LookupAttributes->front(), row))
          return true;
        if (out.Events->size() == static_cast<size_t>(most)) {
          out.NextToken = to_base64(std::to_string(last->ms) + ":" + std::to_string(last->number));
          return false;
        }
        out.Events->push_back(event_of(row, at.ms));
        last = at;
        return true;
      });
  return out;
}

}  // namespace drydock::cloudtrail
