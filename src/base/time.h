// Timestamp and the date formats of AWS's protocols. Nothing here reads the machine's clock.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

// Milliseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  int64_t ms = 0;
  auto operator<=>(const Timestamp&) const = default;
  Timestamp operator+(int64_t more_ms) const { return {ms + more_ms}; }
  int64_t seconds() const { return ms / 1000; }
};

std::string to_iso8601(Timestamp t);  // 2026-01-02T03:04:05Z, with .678 when there are milliseconds
std::string to_iso8601_ms(Timestamp t);     // 2026-01-02T03:04:05.678Z always
std::string to_http_date(Timestamp t);      // Fri, 02 Jan 2026 03:04:05 GMT
std::string to_basic_iso8601(Timestamp t);  // 20260102T030405Z (SigV4)
std::string to_basic_date(Timestamp t);     // 20260102 (SigV4)

// Any of: ISO 8601 with or without fraction and offset, RFC 1123 dates. Empty when it is none of
// them.
std::optional<Timestamp> parse_iso8601(std::string_view text);
std::optional<Timestamp> parse_http_date(std::string_view text);
std::optional<Timestamp> parse_basic_iso8601(std::string_view text);

}  // namespace drydock
