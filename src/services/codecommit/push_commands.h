// The list of reference updates at the head of a git-receive-pack request. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::codecommit {

constexpr size_t kMostCommands = 4000;           // AWS's limit on references in one push
constexpr size_t kLongestCommandList = 4 << 20;  // bytes

struct PushCommand {
  std::string old_id, new_id, reference;
};

// Nothing: this is no command list that git would send. `head` holds the beginning of the body; a
// list that does not end inside kLongestCommandList is refused too.
std::optional<std::vector<PushCommand>> parse_push_commands(std::string_view head);

}  // namespace drydock::codecommit
