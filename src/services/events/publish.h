// From an event to deliveries: finds the rules that want it and leaves one job per target.
#pragma once

#include "services/events/buses.h"

namespace drydock::events {

// The envelope that rules and targets see.
Value envelope(const BusRef& bus, std::string_view id, std::string_view source,
               std::string_view detail_type, Timestamp time,
               const std::vector<std::string>& resources, Value detail);
// To all rules of the bus that want it.
void publish(Call& call, const BusRef& bus, const Value& event);
// To the targets of one rule, whatever its pattern.
void deliver_to_targets(Call& call, const BusRef& bus, const RuleRow& rule, const Value& event);
// One delivery, as a job step.
struct Delivered {
  bool ok = false;
  bool again = false;  // a later try may help
  std::string error;
};
Delivered deliver(Server& server, const Value& payload);

}  // namespace drydock::events
