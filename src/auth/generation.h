// The number of changes, so far in this process, of what decisions rest on beside the resource
// itself: principals, their policies, organizations. What was read under an older number is read
// again. Thread-safe.
#pragma once

#include <cstdint>

namespace drydock {

// Whoever remembers something takes the number first and begins the snapshot that it reads from
// then: a change meanwhile only makes it throw away too much.
uint64_t authorization_generation();
// Every such change calls this after its commit, before it is answered.
void authorization_changed();

}  // namespace drydock
