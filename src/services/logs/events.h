// Positions of events as the texts that clients see: event ids and page tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/logs/tables.h"

namespace drydock::logs {

inline constexpr size_t kPageBytes = 1 << 20;  // of events in one answer

// 56 digits, as on AWS; unique in the account, stable, ordered by time.
std::string event_id(const Position& at, std::string_view stream_id);
// Of an event id or of the digits inside a token.
std::optional<Position> position_of(std::string_view digits);

}  // namespace drydock::logs
