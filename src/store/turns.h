// Turns: how a transaction that lost too often gets through. Optimistic commits have no order, so a
// slow writer of a busy row could lose for ever; while it has the turn, commits of other threads
// wait. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace drydock {

class Turns {
 public:
  // After so many lost commits a writer asks for the turn.
  static constexpr int kPatience = 8;

  // Waits until nobody else has the turn; then it is the calling thread's, until the end. After
  // kLongestTurn it goes without: the turn's thread may be waiting for this one.
  class Turn {
   public:
    explicit Turn(Turns& turns);
    ~Turn();
    Turn(const Turn&) = delete;

   private:
    Turns& turns_;
    bool taken_ = false;
  };

  // Before each commit: waits while another thread has the turn. Commits that were past it when the
  // turn was taken can still win, each once. After kLongestTurn a commit goes on all the same.
  void wait_for_others();

 private:
  std::atomic<std::thread::id> holder_{};
  std::mutex mutex_;
  std::condition_variable free_;
};

}  // namespace drydock
