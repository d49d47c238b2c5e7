// Waiters: sleep until something under a name changes, or time is up. For long polls and
// synchronous answers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace drydock {

class Waiters {
 public:
  // Blocks until `ready` returns true, checked now and after each wake of `name`; at most
  // `timeout_ms` of real time, or until the server stops. Returns the last result of `ready`.
  bool wait(std::string_view name, int64_t timeout_ms, const std::function<bool()>& ready);
  void wake(std::string_view name);  // any thread
  void stop();                       // wakes everyone, for good
  Waiters();
  ~Waiters();

 private:
  struct State;
  State* state_;
};

}  // namespace drydock
