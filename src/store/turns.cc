#include "store/turns.h"

#include <chrono>

namespace drydock {
namespace {

constexpr std::chrono::seconds kLongestTurn{5};
const std::thread::id kNobody;

}  // namespace

Turns::Turn::Turn(Turns& turns) : turns_(turns) {
  if (turns_.holder_ == std::this_thread::get_id()) return;  // a call within the turn's call
  std::unique_lock lock(turns_.mutex_);
  taken_ = turns_.free_.wait_for(lock, kLongestTurn, [&] { return turns_.holder_ == kNobody; });
  if (taken_) turns_.holder_ = std::this_thread::get_id();
}

Turns::Turn::~Turn() {
  if (!taken_) return;
  std::lock_guard lock(turns_.mutex_);
  turns_.holder_ = kNobody;
  turns_.free_.notify_all();
}

void Turns::wait_for_others() {
  auto may_go = [&] {
    const std::thread::id holder = holder_;
    return holder == kNobody || holder == std::this_thread::get_id();
  };
  if (may_go()) return;
  std::unique_lock lock(mutex_);
  free_.wait_for(lock, kLongestTurn, may_go);
}

}  // namespace drydock
