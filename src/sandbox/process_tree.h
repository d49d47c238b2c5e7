// What a process and its descendants use. Read from /proc; for the watchdog of a sandbox.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace drydock {

struct TreeUse {
  uint64_t memory_bytes = 0;  // resident, without what is shared with files
  int processes = 0;
};
TreeUse use_of_tree(pid_t root);

}  // namespace drydock
