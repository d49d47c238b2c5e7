// One condition variable per name while somebody waits under it.
#include "work/waiters.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

namespace drydock {
namespace {

struct Slot {
  std::condition_variable changed;
  uint64_t wakes = 0;
};

}  // namespace

struct Waiters::State {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<Slot>, std::less<>> slots;
  bool stopped = false;
};

Waiters::Waiters() : state_(new State) {}
Waiters::~Waiters() { delete state_; }

bool Waiters::wait(std::string_view name, int64_t timeout_ms, const std::function<bool()>& ready) {
  auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  std::shared_ptr<Slot> slot;
  std::unique_lock lock(state_->mutex);
  auto& held = state_->slots[std::string(name)];
  slot = held.lock();
  if (!slot) held = slot = std::make_shared<Slot>();
  bool result = false;
  for (bool last = false;;) {
    // The count is taken before `ready` looks, so a wake in between is not missed.
    uint64_t seen = slot->wakes;
    lock.unlock();
    result = ready();
    lock.lock();
    if (result || last || state_->stopped) break;
    last = !slot->changed.wait_until(lock, until,
                                     [&] { return slot->wakes != seen || state_->stopped; });
  }
  if (auto it = state_->slots.find(name); it != state_->slots.end() && slot.use_count() == 1)
    state_->slots.erase(it);
  return result;
}

void Waiters::wake(std::string_view name) {
  std::lock_guard lock(state_->mutex);
  auto it = state_->slots.find(name);
  if (it == state_->slots.end()) return;
  if (auto slot = it->second.lock()) {
    ++slot->wakes;
    slot->changed.notify_all();
  }
}

void Waiters::stop() {
  std::lock_guard lock(state_->mutex);
  state_->stopped = true;
  for (auto& [name, weak] : state_->slots)
    if (auto slot = weak.lock()) slot->changed.notify_all();
}

}  // namespace drydock
