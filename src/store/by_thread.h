// ByThread<T>: one T for each of a few groups of threads, so that threads seldom wait for each
// other. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>

namespace drydock {

template <class T, size_t kGroups = 16>
class ByThread {
 public:
  // Calls `use` with the T of the calling thread's group, alone.
  template <class Use>
  auto mine(Use use) {
    static std::atomic<size_t> threads{0};
    thread_local const size_t number = threads.fetch_add(1, std::memory_order_relaxed);
    Place& place = places_[number % kGroups];
    std::lock_guard lock(place.mutex);
    return use(place.value);
  }
  template <class Use>
  void each(Use use) {
    for (Place& place : places_) {
      std::lock_guard lock(place.mutex);
      use(place.value);
    }
  }

 private:
  struct alignas(64) Place {
    std::mutex mutex;
    T value;
  };
  std::array<Place, kGroups> places_;
};

}  // namespace drydock
