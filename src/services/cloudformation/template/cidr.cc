#include "services/cloudformation/template/cidr.h"

#include "base/text.h"

namespace drydock::cloudformation {

std::optional<std::vector<std::string>> cut_cidr(std::string_view block, int64_t count,
                                                 int64_t host_bits) {
  auto halves = split(block, '/');
  if (halves.size() != 2 || count < 1 || count > 256 || host_bits < 0 || host_bits > 32)
    return std::nullopt;
  auto prefix = parse_int(halves[1]);
  auto octets = split(halves[0], '.');
  if (!prefix || *prefix < 0 || *prefix > 32 || octets.size() != 4) return std::nullopt;
  uint64_t address = 0;
  for (auto octet : octets) {
    auto number = parse_int(octet);
    if (!number || *number < 0 || *number > 255) return std::nullopt;
    address = address * 256 + static_cast<uint64_t>(*number);
  }
  uint64_t room = uint64_t{1} << (32 - *prefix), size = uint64_t{1} << host_bits;
  if (size * static_cast<uint64_t>(count) > room) return std::nullopt;
  address -= address % room;
  std::vector<std::string> out;
  for (int64_t i = 0; i < count; ++i, address += size) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8)
      text += std::to_string(address >> shift & 255) + (shift ? "." : "/");
    out.push_back(text + std::to_string(32 - host_bits));
  }
  return out;
}

}  // namespace drydock::cloudformation
