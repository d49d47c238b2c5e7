// A process and its descendants: what they use, and their end. Read from /proc; for the keeper of a
// sandbox.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace drydock {

struct TreeUse {
  uint64_t memory_bytes = 0;  // resident, without what is shared with files
  int processes = 0;
};
TreeUse use_of_tree(pid_t root);

// Kills the children of this process and those that become its children then (it must be a child
// subreaper), and waits until there are none.
void end_children();

}  // namespace drydock
