// The in-memory engine: the specification of Engine. Versions per key, a snapshot is a commit
// number.
#include <algorithm>
#include <atomic>
#include <cassert>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "store/engine.h"
#include "store/writes.h"

namespace drydock {
namespace {

struct Version {
  uint64_t number;                   // of the commit that wrote it
  std::optional<std::string> value;  // empty: erased
};

struct State {
  std::shared_mutex mutex;
  std::map<std::string, std::vector<Version>, std::less<>> keys;  // versions oldest first
  uint64_t last = 0;                                              // number of the last commit
  std::multiset<uint64_t> open;                                   // snapshots in use
};

const std::optional<std::string>* visible(const std::vector<Version>& versions, uint64_t snapshot) {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it)
    if (it->number <= snapshot) return &it->value;
  return nullptr;
}

class MemoryTxn final : public Txn {
 public:
  enum class Use { kReadOnly, kReadWrite };
  MemoryTxn(State& state, Turns& turns, Use use) : state_(state), turns_(turns), use_(use) {
    std::unique_lock lock(state_.mutex);
    snapshot_ = state_.last;
    state_.open.insert(snapshot_);
  }
  ~MemoryTxn() override { close(); }

  std::optional<std::string> get(std::string_view key) override {
    if (auto own = writes_.find(key); own != writes_.end()) return own->second;
    if (use_ == Use::kReadWrite) reads_.emplace(key);
    std::shared_lock lock(state_.mutex);
    auto it = state_.keys.find(key);
    if (it == state_.keys.end()) return std::nullopt;
    auto* value = visible(it->second, snapshot_);
    return value ? *value : std::nullopt;
  }

  void put(std::string_view key, std::string_view value) override {
    assert(use_ == Use::kReadWrite);
    writes_.insert_or_assign(std::string(key), std::string(value));
  }
  void erase(std::string_view key) override {
    assert(use_ == Use::kReadWrite);
    writes_.insert_or_assign(std::string(key), std::nullopt);
  }

  void scan(std::string_view begin, std::string_view end, Order order,
            const Visit& visit) override {
    scan_with_writes(
        writes_, begin, end, order, [&](const Visit& v) { scan_committed(begin, end, order, v); },
        visit);
  }

  bool has_writes() const override { return !writes_.empty(); }
  bool commit() override {
    assert(use_ == Use::kReadWrite && !closed_);
    if (!writes_.empty()) turns_.wait_for_others();
    std::unique_lock lock(state_.mutex);
    bool wins = writes_.empty() || unchanged();
    if (wins && !writes_.empty()) {
      uint64_t number = ++state_.last;
      for (auto& [key, value] : writes_) {
        auto& versions = state_.keys[key];
        versions.push_back({number, value});
        forget_unseen(versions);
        if (versions.size() == 1 && !versions[0].value && state_.open.size() <= 1)
          state_.keys.erase(key);
      }
    }
    lock.unlock();
    close();
    return wins;
  }

 private:
  // Reads in batches, so that no lock is held while `visit` runs.
  void scan_committed(std::string_view begin, std::string_view end, Order order,
                      const Visit& visit) {
    constexpr size_t kBatch = 256;
    std::string low(begin), high(end);
    std::vector<std::pair<std::string, std::string>> batch;
    auto take = [&](const auto& entry) {
      auto* value = visible(entry.second, snapshot_);
      if (value && *value) batch.emplace_back(entry.first, **value);
      return batch.size() < kBatch;
    };
    do {
      batch.clear();
      {
        std::shared_lock lock(state_.mutex);
        auto first = state_.keys.lower_bound(low), last = state_.keys.lower_bound(high);
        if (order == Order::kForward) {
          while (first != last && take(*first)) ++first;
        } else {
          while (first != last && take(*std::prev(last))) --last;
        }
      }
      for (auto& [key, value] : batch)
        if (!visit(key, value)) return;
      if (!batch.empty()) {
        if (order == Order::kForward)
          low = batch.back().first + '\0';
        else
          high = batch.back().first;
      }
    } while (batch.size() == kBatch && low < high);
  }

  bool unchanged() const {
    auto same = [&](const std::string& key) {
      auto it = state_.keys.find(key);
      return it == state_.keys.end() || it->second.back().number <= snapshot_;
    };
    for (auto& key : reads_)
      if (!same(key)) return false;
    for (auto& [key, value] : writes_)
      if (!same(key)) return false;
    return true;
  }

  // Drops versions that no open snapshot can see.
  void forget_unseen(std::vector<Version>& versions) {
    uint64_t oldest = *state_.open.begin();
    size_t keep = versions.size() - 1;
    while (keep > 0 && versions[keep].number > oldest) --keep;
    versions.erase(versions.begin(), versions.begin() + static_cast<ptrdiff_t>(keep));
  }

  void close() {
    if (closed_) return;
    closed_ = true;
    std::unique_lock lock(state_.mutex);
    state_.open.erase(state_.open.find(snapshot_));
  }

  State& state_;
  Turns& turns_;
  Use use_;
  bool closed_ = false;
  uint64_t snapshot_ = 0;
  Writes writes_;
  std::set<std::string, std::less<>> reads_;
};

class MemoryEngine final : public Engine {
 public:
  std::unique_ptr<Txn> begin() override {
    return std::make_unique<MemoryTxn>(state_, turns_, MemoryTxn::Use::kReadWrite);
  }
  std::unique_ptr<Txn> begin_read() override {
    return std::make_unique<MemoryTxn>(state_, turns_, MemoryTxn::Use::kReadOnly);
  }
  void clear() override {
    std::unique_lock lock(state_.mutex);
    state_.keys.clear();
  }

 private:
  State state_;
};

}  // namespace

std::unique_ptr<Engine> open_memory_engine() { return std::make_unique<MemoryEngine>(); }

}  // namespace drydock
