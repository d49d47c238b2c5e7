// Schedule expressions, rate(…) and cron(…), and the job that fires a scheduled rule.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "services/events/buses.h"

namespace drydock::events {

// The first time after `after`; a rate counts from `start`. Nothing: the expression is not valid,
// or is never due again.
std::optional<Timestamp> next_time(std::string_view expression, Timestamp start, Timestamp after);
// Puts or takes away the rule's timer.
void plan_schedule(Call& call, const BusRef& bus, const RuleRow& rule);

}  // namespace drydock::events
