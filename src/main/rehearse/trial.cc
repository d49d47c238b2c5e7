#include "main/rehearse/trial.h"

#include <signal.h>
#include <time.h>

#include <mutex>
#include <thread>

namespace drydock::rehearse {

namespace {
constexpr int64_t kHoldSeconds = 60;  // a busy machine may keep us from renewing for a while
constexpr time_t kRenewSeconds = 5;

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  return signals;
}
}  // namespace

struct Trial::State {
  Endpoint endpoint;
  std::mutex mutex;
  std::string id;  // empty: none is on
  bool held = true;
  bool stopping = false;
  sigset_t before{};
  std::thread keeper;

  void renew() {
    std::lock_guard lock(mutex);
    if (id.empty()) return;
    if (!admin_post(endpoint, "/policies/trial/renew", Value::object({{"trial", id}})))
      held = false;
  }
  bool end() {
    std::lock_guard lock(mutex);
    if (id.empty()) return held;
    // One more renewal says whether it is still on.
    if (!admin_post(endpoint, "/policies/trial/renew", Value::object({{"trial", id}})))
      held = false;
    id.clear();
    (void)admin_post(endpoint, "/policies/trial",
                     Value::object({{"changes", Value(Value::Object{})}}));
    return held;
  }
  // SIGUSR1 comes from the destructor alone.
  void keep() {
    const sigset_t signals = ending_signals();
    const timespec pause{kRenewSeconds, 0};
    for (;;) {
      const int signal = sigtimedwait(&signals, nullptr, &pause);
      {
        std::lock_guard lock(mutex);
        if (stopping) return;
      }
      if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
        (void)end();
        ::signal(signal, SIG_DFL);
        sigset_t open = signals;
        pthread_sigmask(SIG_UNBLOCK, &open, nullptr);
        ::raise(signal);
      }
      renew();
    }
  }
};

Trial::Trial(const Endpoint& endpoint) : state_(std::make_unique<State>()) {
  state_->endpoint = endpoint;
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, &state_->before);
  state_->keeper = std::thread([state = state_.get()] { state->keep(); });
}

Trial::~Trial() {
  (void)state_->end();
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  pthread_kill(state_->keeper.native_handle(), SIGUSR1);
  state_->keeper.join();
  pthread_sigmask(SIG_SETMASK, &state_->before, nullptr);
}

std::expected<void, std::string> Trial::put(const Value& policies) {
  std::lock_guard lock(state_->mutex);
  auto set = admin_post(state_->endpoint, "/policies/trial",
                        Value::object({{"changes", policies}, {"holdSeconds", kHoldSeconds}}));
  if (!set) return std::unexpected(set.error());
  state_->id = (*set)["trial"].string_or("");
  state_->held = true;
  return {};
}

bool Trial::end() { return state_->end(); }

}  // namespace drydock::rehearse
