// Shard iterators as text, and the names of streams.
#include "base/encoding.h"
#include "base/text.h"
#include "services/dynamodb/streams.h"

namespace drydock::dynamodb {

namespace {
constexpr size_t kMostPlaceBytes = 2048;
}

std::string write_place(const ShardPlace& place) {
  return place.stream_arn + "|1|" +
         to_base64(std::to_string(place.next) + ":" + std::to_string(place.issued));
}

std::optional<ShardPlace> read_place(std::string_view text) {
  if (text.size() > kMostPlaceBytes) return std::nullopt;
  auto parts = split(text, '|');
  if (parts.size() != 3 || parts[1] != "1") return std::nullopt;
  auto place = from_base64(parts[2]);
  if (!place) return std::nullopt;
  const std::string_view numbers = *place;
  const size_t colon = numbers.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto next = parse_int(numbers.substr(0, colon)), issued = parse_int(numbers.substr(colon + 1));
  if (!next || *next < 1 || !issued || *issued < 0) return std::nullopt;
  return ShardPlace{std::string(parts[0]), *next, *issued};
}

std::optional<StreamName> stream_name(std::string_view resource) {
  auto parts = split(resource, '/');
  if (parts.size() != 4 || parts[0] != "table" || parts[1].empty() || parts[2] != "stream" ||
      parts[3].empty())
    return std::nullopt;
  return StreamName{std::string(parts[1]), std::string(parts[3])};
}

}  // namespace drydock::dynamodb
