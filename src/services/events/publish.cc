#include "services/events/publish.h"

#include "base/event_pattern.h"
#include "base/log.h"
#include "gen/events_handlers.h"
#include "services/events/encryption.h"

namespace drydock::events {
namespace {

constexpr size_t kLargestEntry = 256 << 10;

std::string without_fraction(Timestamp t) { return to_iso8601({t.ms / 1000 * 1000}); }

PutEventsResult failed(std::string code, std::string message) {
  return {.ErrorCode = std::move(code), .ErrorMessage = std::move(message)};
}

Result<PutEventsResult> put_one(Call& call, const PutEventsEntry& in) {
  BusRef bus = bus_of(call, in.EventBusName);
  Context context;
  context.add("events:source", in.Source.value_or(""));
  context.add("events:detail-type", in.DetailType.value_or(""));
  TRY(call.authorize("events:PutEvents", bus.arn(), std::move(context)));
  if (!in.Source || in.Source->empty())
    return failed("InvalidArgument",
                  "Parameter Source is not valid. Reason: Source is a required argument.");
  if (in.Source->starts_with("aws."))
    return failed("NotAuthorizedForSourceException", "Not authorized for the source.");
  if (!in.DetailType || in.DetailType->empty())
    return failed("InvalidArgument",
                  "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  if (!in.Detail)
    return failed("InvalidArgument",
                  "Parameter Detail is not valid. Reason: Detail is a required argument.");
  auto detail = parse_json(*in.Detail);
  if (!detail || !detail->is_object()) return failed("MalformedDetail", "Detail is malformed.");
  if (in.Detail->size() + in.Source->size() + in.DetailType->size() > kLargestEntry)
    return errors::ValidationException(
        "Total size of the entries in the request is over the limit.");
  if (auto enciphered = encrypt_event(call, bus); !enciphered)
    return failed("KMSEncryptionException", enciphered.error().message);
  PutEventsResult result{.EventId = call.random().uuid()};
  // AWS does answer so: an event for a bus that is not there vanishes.
  if (bus_exists(call.txn(), bus))
    publish(call, bus,
            envelope(bus, *result.EventId, *in.Source, *in.DetailType, in.Time.value_or(call.now()),
                     in.Resources.value_or(std::vector<std::string>{}), std::move(*detail)));
  return result;
}

}  // namespace

Value envelope(const BusRef& bus, std::string_view id, std::string_view source,
               std::string_view detail_type, Timestamp time,
               const std::vector<std::string>& resources, Value detail) {
  Value list = Value::list();
  for (auto& resource : resources) list.push_back(resource);
  return Value::object({{"version", "0"},
                        {"id", id},
                        {"detail-type", detail_type},
                        {"source", source},
                        {"account", bus.account},
                        {"time", without_fraction(time)},
                        {"region", bus.region},
                        {"resources", std::move(list)},
                        {"detail", std::move(detail)}});
}

void deliver_to_targets(Call& call, const BusRef& bus, const RuleRow& rule, const Value& event) {
  kTargets.each(call.txn(), bus.space(), {.prefix = {bus.name, rule.Name}},
                [&](const auto&, const Target& target) {
                  // The target is kept as it is now: what is done to the rule later does not change
                  // events that were before.
                  std::string id =
                      event["id"].as_string() + "/" + bus.name + "/" + rule.Name + "/" + target.Id;
                  call.start_job("events.deliver", id, call.now(),
                                 Value::object({{"account", bus.account},
                                                {"region", bus.region},
                                                {"bus", bus.name},
                                                {"rule", rule.Name},
                                                {"target", to_value(target)},
                                                {"event", event},
                                                {"tries", 0}}));
                  return true;
                });
}

void publish(Call& call, const BusRef& bus, const Value& event) {
  if (auto readable = decrypt_rules(call, bus); !readable) {
    log::warning("dropped event " + event["detail-type"].string_or("") + " on " + bus.arn() +
                 ": Unable to decrypt rule using the Kms key. " + readable.error().message);
    return;
  }
  kRules.each(call.txn(), bus.space(), {.prefix = {bus.name}},
              [&](const auto&, const RuleRow& rule) {
                if (rule.State == "DISABLED" || !rule.EventPattern) return true;
                auto pattern = parse_event_pattern(*rule.EventPattern);
                if (pattern && matches_event(*pattern, event))
                  deliver_to_targets(call, bus, rule, event);
                return true;
              });
}

Result<PutEventsOutput> put_events(Call& call, const PutEventsInput& in) {
  PutEventsOutput out;
  for (auto& entry : in.Entries) {
    out.Entries.push_back(TRY(put_one(call, entry)));
    if (out.Entries.back().ErrorCode) ++out.FailedEntryCount;
  }
  return out;
}

Result<PutServiceEventsOutput> put_service_events(Call& call, const PutServiceEventsInput& in) {
  BusRef bus = bus_of(call, std::nullopt);
  for (auto& entry : in.Entries)
    publish(call, bus,
            envelope(bus, entry.EventId, entry.Source, entry.DetailType, entry.Time,
                     entry.Resources, entry.Detail));
  return PutServiceEventsOutput{};
}

Result<PutEventToBusOutput> put_event_to_bus(Call& call, const PutEventToBusInput& in) {
  BusRef bus = bus_of(call, in.EventBusName);
  if (!bus_exists(call.txn(), bus))
    return errors::ResourceNotFoundException("Event bus " + bus.name + " does not exist.");
  // AWS's own events are under keys of its own.
  if (!in.Event["source"].string_or("").starts_with("aws.")) TRY(encrypt_event(call, bus));
  publish(call, bus, in.Event);
  return PutEventToBusOutput{};
}

Result<TestEventPatternOutput> test_event_pattern(Call&, const TestEventPatternInput& in) {
  Value pattern = TRY(parse_event_pattern(in.EventPattern));
  auto event = parse_json(in.Event);
  if (!event || !event->is_object())
    return errors::ValidationException("Parameter Event is not valid.");
  for (const char* member :
       {"id", "account", "source", "time", "region", "resources", "detail-type"})
    if (!event->find(member))
      return errors::ValidationException(
          "Parameter Event is not valid. Reason: Event must contain " + std::string(member) + ".");
  return TestEventPatternOutput{matches_event(pattern, *event)};
}

}  // namespace drydock::events
