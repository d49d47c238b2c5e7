// Jobs over two tables: the rows, and an index by due time that the dispatcher reads from the
// front.
//
// The index is a table, not a heap in memory: a job put by a transaction is then found exactly when
// that transaction has committed, whatever the order of pokes. Threads are made when needed and
// leave when idle.
#include "work/jobs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "store/table.h"

namespace drydock {
namespace {

constexpr int kMostSteps = 64;
constexpr int64_t kStopWaitMs = 5000;
constexpr int64_t kIdleThreadMs = 2000;
constexpr int64_t kLongestSleepMs = 10'000;  // the clock may be moved without a poke
constexpr int64_t kFirstPauseMs = 1000, kLongestPauseMs = 60'000;

const Table<Value> kJobs{"work.job"};       // {kind, id}
const Table<std::string> kDue{"work.due"};  // {due ms, kind, id}: empty
const Space kSpace{"", ""};

using Name = std::pair<std::string, std::string>;  // kind, id

struct Row {
  Job job;
  int64_t put = 0;  // which put made it; tells a job from a later one with the same id
};

Value to_row(const Row& row) {
  return Value::object({{"due", row.job.due.ms},
                        {"payload", row.job.payload},
                        {"attempts", row.job.attempts},
                        {"put", row.put}});
}

std::optional<Row> find_row(Txn& txn, std::string_view kind, std::string_view id) {
  auto value = kJobs.get(txn, kSpace, {kind, id});
  if (!value) return std::nullopt;
  Row row;
  row.job.kind = kind;
  row.job.id = id;
  row.job.due = {(*value)["due"].int_or(0)};
  row.job.payload = (*value)["payload"];
  row.job.attempts = static_cast<int>((*value)["attempts"].int_or(0));
  row.put = (*value)["put"].int_or(0);
  return row;
}

void erase_row(Txn& txn, const Row& row) {
  kDue.erase(txn, kSpace, {row.job.due.ms, row.job.kind, row.job.id});
  kJobs.erase(txn, kSpace, {row.job.kind, row.job.id});
}

void put_row(Txn& txn, const Row& row) {
  kJobs.put(txn, kSpace, {row.job.kind, row.job.id}, to_row(row));
  kDue.put(txn, kSpace, {row.job.due.ms, row.job.kind, row.job.id}, {});
}

// Numbers of puts never repeat: they begin at the time of the program's start in microseconds.
int64_t next_put() {
  static std::atomic<int64_t> last = [] {
    timespec t;
    ::clock_gettime(CLOCK_REALTIME, &t);
    return int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
  }();
  return ++last;
}

}  // namespace

struct Jobs::State : std::enable_shared_from_this<Jobs::State> {
  State(Engine& engine, Clock& clock) : engine(engine), clock(clock) {}

  Engine& engine;
  Clock& clock;
  std::map<std::string, Step, std::less<>> kinds;
  std::mutex mutex;
  std::condition_variable dispatcher_wakes, worker_wakes, step_ended;
  std::thread dispatcher;
  bool started = false;
  std::atomic<bool> stopping = false;
  std::atomic<bool> clearing = false;
  bool poked = false;
  std::set<Name> busy;     // queued or running
  std::deque<Name> queue;  // for workers
  int workers = 0, idle_workers = 0, running = 0;

  void dispatch();
  std::optional<Timestamp> enqueue_due();
  void work();
  void run(const Name& name);
  void settle(const Row& ran, const Next* next);
  void wait_for_steps(std::unique_lock<std::mutex>& lock);
};

// Queues what is due and not busy. Gives the time of the first job that is not due yet. The mutex
// is not held.
std::optional<Timestamp> Jobs::State::enqueue_due() {
  std::optional<Timestamp> next;
  Timestamp now = clock.now();
  auto txn = engine.begin_read();
  std::vector<Name> due;
  kDue.raw().scan(*txn, kSpace, {}, [&](const std::vector<std::string>& key, std::string_view) {
    Timestamp at{parse_int(key[0]).value_or(0)};
    if (at > now) {
      next = at;
      return false;
    }
    std::lock_guard lock(mutex);
    if (!kinds.contains(key[1]) || busy.contains({key[1], key[2]})) return true;
    if (busy.size() >= kMostSteps) return false;  // the end of a step wakes us
    busy.insert({key[1], key[2]});
    queue.push_back({key[1], key[2]});
    if (idle_workers < static_cast<int>(queue.size()) && workers < kMostSteps) {
      ++workers;
      std::thread([self = shared_from_this()] { self->work(); }).detach();
    }
    worker_wakes.notify_one();
    return true;
  });
  return next;
}

void Jobs::State::dispatch() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    poked = false;
    std::optional<Timestamp> next;
    if (!clearing) {
      lock.unlock();
      next = enqueue_due();
      lock.lock();
    }
    int64_t sleep_ms = kLongestSleepMs;
    if (next) sleep_ms = std::clamp<int64_t>(next->ms - clock.now().ms, 0, kLongestSleepMs);
    dispatcher_wakes.wait_for(lock, std::chrono::milliseconds(sleep_ms),
                              [&] { return poked || stopping; });
  }
}

void Jobs::State::work() {
  std::unique_lock lock(mutex);
  for (;;) {
    ++idle_workers;
    bool woken = worker_wakes.wait_for(lock, std::chrono::milliseconds(kIdleThreadMs),
                                       [&] { return !queue.empty() || stopping; });
    --idle_workers;
    if (stopping || (!woken && queue.empty())) break;
    Name name = std::move(queue.front());
    queue.pop_front();
    ++running;
    lock.unlock();
    run(name);
    lock.lock();
    --running;
    busy.erase(name);
    poked = true;
    step_ended.notify_all();
    dispatcher_wakes.notify_one();
  }
  --workers;
  step_ended.notify_all();
}

void Jobs::State::run(const Name& name) {
  std::optional<Row> row = find_row(*engine.begin_read(), name.first, name.second);
  if (!row || row->job.due > clock.now()) return;  // erased or moved meanwhile
  std::string error;
  try {
    Next next = kinds.find(name.first)->second(row->job);
    return settle(*row, &next);
  } catch (const std::exception& e) {
    error = e.what();
  } catch (...) {
    error = "unknown exception";
  }
  log::error("job " + name.first + " " + name.second + " failed (attempt " +
             std::to_string(row->job.attempts + 1) + "): " + error);
  settle(*row, nullptr);
}

// Writes what became of a step; null: it threw. A row that was put anew or erased meanwhile is left
// alone.
void Jobs::State::settle(const Row& ran, const Next* next) {
  transact(engine, [&](Txn& txn) {
    auto row = find_row(txn, ran.job.kind, ran.job.id);
    if (!row || row->put != ran.put) return true;
    erase_row(txn, *row);
    if (!next) {
      int shift = std::min(row->job.attempts, 10);
      row->job.attempts++;
      row->job.due = clock.now() + std::min(kFirstPauseMs << shift, kLongestPauseMs);
      put_row(txn, *row);
    } else if (next->kind == Next::Kind::kAgain) {
      row->job.attempts = 0;
      row->job.due = next->at;
      if (!next->payload.is_null()) row->job.payload = next->payload;
      put_row(txn, *row);
    }
    return true;
  });
}

void Jobs::State::wait_for_steps(std::unique_lock<std::mutex>& lock) {
  bool ended = step_ended.wait_for(lock, std::chrono::milliseconds(kStopWaitMs),
                                   [&] { return running == 0; });
  if (!ended)
    log::warning("jobs: " + std::to_string(running) + " steps still run and are left behind");
}

Jobs::Jobs(Engine& engine, Clock& clock) : state_(std::make_shared<State>(engine, clock)) {}
Jobs::~Jobs() { stop(); }

void Jobs::add_kind(std::string kind, Step step) {
  state_->kinds[std::move(kind)] = std::move(step);
}

void Jobs::put(Txn& txn, const Job& job) {
  if (auto old = find_row(txn, job.kind, job.id)) erase_row(txn, *old);
  put_row(txn, Row{job, next_put()});
}

void Jobs::erase(Txn& txn, std::string_view kind, std::string_view id) {
  if (auto old = find_row(txn, kind, id)) erase_row(txn, *old);
}

bool Jobs::exists(Txn& txn, std::string_view kind, std::string_view id) {
  return find_row(txn, kind, id).has_value();
}

void Jobs::start() {
  std::lock_guard lock(state_->mutex);
  if (state_->started) return;
  state_->started = true;
  state_->dispatcher = std::thread([state = state_] { state->dispatch(); });
}

void Jobs::stop() {
  std::unique_lock lock(state_->mutex);
  if (!state_->started || state_->stopping) return;
  state_->stopping = true;
  state_->dispatcher_wakes.notify_all();
  state_->worker_wakes.notify_all();
  lock.unlock();
  state_->dispatcher.join();
  lock.lock();
  state_->wait_for_steps(lock);
  // Idle threads leave at once; they must not outlive the engine.
  state_->step_ended.wait_for(lock, std::chrono::milliseconds(100),
                              [&] { return state_->workers == state_->running; });
}

void Jobs::poke() {
  std::lock_guard lock(state_->mutex);
  state_->poked = true;
  state_->dispatcher_wakes.notify_one();
}

bool Jobs::idle() {
  {
    std::lock_guard lock(state_->mutex);
    if (!state_->busy.empty()) return false;
  }
  bool due = false;
  auto txn = state_->engine.begin_read();
  Timestamp now = state_->clock.now();
  kDue.raw().scan(*txn, kSpace, {}, [&](const std::vector<std::string>& key, std::string_view) {
    if (Timestamp{parse_int(key[0]).value_or(0)} > now) return false;
    due = state_->kinds.contains(key[1]);
    return !due;
  });
  std::lock_guard lock(state_->mutex);
  return !due && state_->busy.empty();
}

void Jobs::clear() {
  std::unique_lock lock(state_->mutex);
  state_->clearing = true;
  for (const Name& name : state_->queue) state_->busy.erase(name);
  state_->queue.clear();
  state_->wait_for_steps(lock);
  lock.unlock();
  transact(state_->engine, [&](Txn& txn) {
    for (const RawTable* table : {&kJobs.raw(), &kDue.raw()})
      table->scan(txn, kSpace, {}, [&](const std::vector<std::string>& key, std::string_view) {
        if (table == &kJobs.raw())
          table->erase(txn, kSpace, {key[0], key[1]});
        else
          table->erase(txn, kSpace, {parse_int(key[0]).value_or(0), key[1], key[2]});
        return true;
      });
    return true;
  });
  lock.lock();
  state_->clearing = false;
}

bool Jobs::stopping() const { return state_->stopping || state_->clearing; }

}  // namespace drydock
