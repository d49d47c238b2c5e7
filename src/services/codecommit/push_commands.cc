#include "services/codecommit/push_commands.h"

namespace drydock::codecommit {
namespace {

std::optional<size_t> packet_length(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  size_t n = 0;
  for (char c : text.substr(0, 4)) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return std::nullopt;
    n = n * 16 + static_cast<size_t>(digit);
  }
  return n;
}

}  // namespace

std::optional<std::vector<PushCommand>> parse_push_commands(std::string_view head) {
  std::vector<PushCommand> commands;
  while (commands.size() <= kMostCommands) {
    auto length = packet_length(head);
    if (!length) return std::nullopt;
    if (*length == 0) return commands;
    if (*length < 4 || *length > head.size()) return std::nullopt;
    std::string_view line = head.substr(4, *length - 4);
    head.remove_prefix(*length);
    line = line.substr(0, line.find('\0'));  // capabilities follow on the first line
    while (line.ends_with('\n')) line.remove_suffix(1);
    if (line.starts_with("shallow ") || line.starts_with("push-cert")) {
      if (line.starts_with("push-cert")) return std::nullopt;  // not advertised
      continue;
    }
    constexpr size_t kId = 40;
    if (line.size() < 2 * kId + 3 || line[kId] != ' ' || line[2 * kId + 1] != ' ')
      return std::nullopt;
    commands.push_back({std::string(line.substr(0, kId)), std::string(line.substr(kId + 1, kId)),
                        std::string(line.substr(2 * kId + 2))});
  }
  return std::nullopt;
}

}  // namespace drydock::codecommit
