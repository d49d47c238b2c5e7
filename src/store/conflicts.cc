#include "store/conflicts.h"

#include <algorithm>

namespace drydock {

uint64_t Conflicts::begin() {
  std::lock_guard lock(mutex_);
  const uint64_t begun = all_visible_to();
  ++open_[begun];
  return begun;
}

uint64_t Conflicts::all_visible_to() const {
  return unsettled_.empty() ? last_ : *unsettled_.begin() - 1;
}

void Conflicts::end(uint64_t begun) {
  std::lock_guard lock(mutex_);
  auto found = open_.find(begun);
  if (--found->second > 0) return;
  const bool was_oldest = found == open_.begin();
  open_.erase(found);
  if (was_oldest) forget_unseen();
}

std::optional<uint64_t> Conflicts::claim(uint64_t begun, const std::vector<uint64_t>& keys,
                                         size_t written) {
  std::unique_lock lock(mutex_);
  for (uint64_t key : keys) {
    auto writer = writers_.find(key);
    if (writer == writers_.end() || writer->second <= begun) continue;
    // Whoever begins anew is to see it; else it would lose to the same commit again.
    const uint64_t number = writer->second;
    visible_.wait(lock, [&] { return unsettled_.empty() || *unsettled_.begin() > number; });
    return std::nullopt;
  }
  const uint64_t number = ++last_;
  for (size_t i = 0; i < written; ++i) {
    writers_[keys[i]] = number;
    in_order_.emplace_back(number, keys[i]);
  }
  unsettled_.insert(number);
  return number;
}

void Conflicts::settled(uint64_t number) {
  std::lock_guard lock(mutex_);
  unsettled_.erase(number);
  visible_.notify_all();
}

// What every open transaction sees, and every later one will, conflicts with none of them.
void Conflicts::forget_unseen() {
  uint64_t seen = all_visible_to();
  if (!open_.empty()) seen = std::min(seen, open_.begin()->first);
  while (!in_order_.empty() && in_order_.front().first <= seen) {
    auto [number, key] = in_order_.front();
    in_order_.pop_front();
    auto writer = writers_.find(key);
    if (writer != writers_.end() && writer->second == number) writers_.erase(writer);
  }
}

}  // namespace drydock
