// What a target is given of an event: all of it, a part, a constant, or a filled-in template. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "gen/events.h"

namespace drydock::events {

// The part of `event` at a path like $.detail.items[0].name; null when there is none.
const Value& at_path(const Value& event, std::string_view path);
bool is_path(std::string_view text);
// As text: JSON, or whatever a template makes.
std::string input_of(const Target& target, const Value& event, std::string_view rule_arn);

}  // namespace drydock::events
