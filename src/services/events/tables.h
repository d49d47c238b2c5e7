// Every table of EventBridge.
#pragma once

#include "gen/events.h"
#include "store/table.h"

namespace drydock::events {

inline const Table<BusRow> kBuses{
    "events.bus"};  // {name}; "default" has a row only when it has a policy or tags
inline const Table<RuleRow> kRules{"events.rule"};     // {bus, rule}
inline const Table<Target> kTargets{"events.target"};  // {bus, rule, target id}

}  // namespace drydock::events
