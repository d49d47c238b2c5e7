#include "auth/generation.h"

#include <atomic>

namespace drydock {
namespace {
alignas(64) std::atomic<uint64_t> generation{1};  // alone: every request reads it
}  // namespace

uint64_t authorization_generation() { return generation.load(std::memory_order_acquire); }
void authorization_changed() { generation.fetch_add(1, std::memory_order_acq_rel); }

}  // namespace drydock
