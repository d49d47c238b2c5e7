// Conflicts: which keys were written since a transaction began. The optimistic half of an engine
// whose store only knows snapshots and batches. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace drydock {

class Conflicts {
 public:
  // Keys are kept by a 64-bit hash: two that share one conflict needlessly, which is harmless.
  static uint64_t key(std::string_view text) { return std::hash<std::string_view>{}(text); }

  // To be called before the snapshot is taken: every commit up to the number is visible in it.
  // Each begin has its end.
  uint64_t begin();
  void end(uint64_t begun);

  // A commit that read or wrote `keys` since `begun` and writes the first `written` of them. The
  // number of the commit, to be given to `settled` once its writes are visible; nothing when one
  // of the keys was written meanwhile: then that write is visible to whoever begins anew.
  std::optional<uint64_t> claim(uint64_t begun, const std::vector<uint64_t>& keys, size_t written);
  void settled(uint64_t number);

 private:
  uint64_t all_visible_to() const;  // the last commit that is visible with all before it
  void forget_unseen();

  std::mutex mutex_;
  std::condition_variable visible_;                     // a commit was settled
  uint64_t last_ = 0;                                   // number given last
  std::set<uint64_t> unsettled_;                        // given, not yet visible
  std::map<uint64_t, size_t> open_;                     // begin numbers in use, how often
  std::unordered_map<uint64_t, uint64_t> writers_;      // key to the last commit that wrote it
  std::deque<std::pair<uint64_t, uint64_t>> in_order_;  // (commit, key), oldest first
};

}  // namespace drydock
