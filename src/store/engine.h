// Engine and Txn: ordered byte keys with snapshot reads and optimistic conflicts at commit.
//
// The in-memory engine is the specification; a randomised test holds the RocksDB engine to it.
// Engine is thread-safe; a Txn belongs to one thread at a time. A broken disk ends the program.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/turns.h"

namespace drydock {

class Txn {
 public:
  virtual ~Txn() = default;  // not committed: nothing happened
  virtual std::optional<std::string> get(std::string_view key) = 0;  // sees this Txn's own writes
  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
  // Pairs with begin <= key < end in order (or in reverse order), own writes included. `visit`
  // returns false to stop; it may use the Txn, but does not see in this scan what it writes. A scan
  // takes no conflict lock: to decide a write by a scan, also read a row that stands for the range.
  enum class Order { kForward, kReverse };
  virtual void scan(
      std::string_view begin, std::string_view end, Order order,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) = 0;
  virtual bool has_writes() const = 0;
  // False: a key that this Txn read by get, or wrote, was changed by another commit since. Nothing
  // was written then; begin again. After true the writes survive a kill of the process. A Txn that
  // wrote nothing always commits: what it read was true at its snapshot. Once; the Txn is of no use
  // after it.
  [[nodiscard]] virtual bool commit() = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::unique_ptr<Txn> begin() = 0;
  // A read-only view without conflict tracking; cheaper. put, erase and commit are bugs on it.
  virtual std::unique_ptr<Txn> begin_read() = 0;
  virtual void clear() = 0;  // forgets everything; no Txn may be open
  Turns& turns() { return turns_; }

 protected:
  Turns turns_;  // every commit waits for others here
};

enum class Sync { kProcess /* survives kill -9 */, kDisk /* fsync: survives a power cut */ };

std::unique_ptr<Engine> open_memory_engine();
// `folder` is made when absent. Exits with one clear line when it cannot be opened or is in use.
std::unique_ptr<Engine> open_rocksdb_engine(const std::string& folder, Sync sync);

// Runs `body` in transactions until one commits; `body` may run several times.
template <class F>
auto transact(Engine& engine, F&& body) {
  std::optional<Turns::Turn> turn;
  for (int lost = 0;; ++lost) {
    if (lost == Turns::kPatience) turn.emplace(engine.turns());
    auto txn = engine.begin();
    auto result = body(*txn);
    if (!result) return result;
    if (txn->commit()) return result;
  }
}

}  // namespace drydock
