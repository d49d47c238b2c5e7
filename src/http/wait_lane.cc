#include "http/wait_lane.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace drydock {

namespace {
constexpr auto kIdleTime = std::chrono::seconds(15);  // then a thread ends
}

struct WaitLane::State {
  std::mutex mutex;
  std::condition_variable work_came, thread_ended;
  std::deque<std::function<void()>> queue;
  int max_threads = 0;
  int threads = 0;
  int idle = 0;
  bool stopping = false;

  void serve() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      work_came.wait_for(lock, kIdleTime, [&] { return stopping || !queue.empty(); });
      --idle;
      if (queue.empty()) break;
      auto work = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
    --threads;
    thread_ended.notify_all();
  }
};

WaitLane::WaitLane(int max_threads) : state_(std::make_shared<State>()) {
  state_->max_threads = max_threads;
}

WaitLane::~WaitLane() { stop(0); }

void WaitLane::run(std::function<void()> work) {
  std::lock_guard lock(state_->mutex);
  if (state_->stopping) return;
  state_->queue.push_back(std::move(work));
  if (state_->queue.size() > static_cast<size_t>(state_->idle) &&
      state_->threads < state_->max_threads) {
    ++state_->threads;
    std::thread([state = state_] { state->serve(); }).detach();
  } else {
    state_->work_came.notify_one();
  }
}

bool WaitLane::stop(int64_t timeout_ms) {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->queue.clear();
  state_->work_came.notify_all();
  return state_->thread_ended.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                       [&] { return state_->threads == 0; });
}

}  // namespace drydock
