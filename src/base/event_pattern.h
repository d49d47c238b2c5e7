// Event patterns: which events a rule wants. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace drydock {

// The parsed pattern; InvalidEventPatternException when it is none.
Result<Value> parse_event_pattern(std::string_view text);
// `pattern` must come from parse_event_pattern.
bool matches_event(const Value& pattern, const Value& event);

}  // namespace drydock
