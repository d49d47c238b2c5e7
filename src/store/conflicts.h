// Conflicts: which keys were written since a transaction began. The optimistic half of an engine
// whose store only knows snapshots and batches. Thread-safe.
//
// As in TL2 (Dice, Shalev, Shavit: Transactional Locking II, 2006): a clock that every commit moves
// on, and for each key the time of the last commit that wrote it, locked while one is under way. To
// begin is to read the clock; nothing else is shared by transactions with different keys.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace drydock {

class Conflicts {
 public:
  // Keys are told apart by a hash; two that share a place conflict needlessly, which is harmless.
  using Place = uint32_t;
  static Place place(std::string_view key) {
    return static_cast<Place>(std::hash<std::string_view>{}(key) % kPlaces);
  }

  Conflicts();

  // To be called before the snapshot is taken: every commit up to this time is visible in it.
  uint64_t begin() const { return clock_.load(std::memory_order_seq_cst); }

  // The right to write: nobody else commits to its places until it goes, which must be after its
  // writes are visible.
  class Claim {
   public:
    Claim(Claim&& other) noexcept;
    Claim& operator=(Claim&&) = delete;
    ~Claim();

   private:
    friend class Conflicts;
    Claim(Conflicts& conflicts, std::vector<Place> places)
        : conflicts_(&conflicts), places_(std::move(places)) {}
    Conflicts* conflicts_;
    std::vector<Place> places_;
  };

  // Nothing when something at these places was written since `begun`, or is just being written:
  // then that write is visible to whoever begins anew.
  std::optional<Claim> claim(uint64_t begun, std::vector<Place> written,
                             std::span<const Place> read);

  // The time of the last commit that wrote there; nothing while one is under way.
  std::optional<uint64_t> last_written(Place place) const {
    const uint64_t word = words_[place].load();
    if (word & kLocked) return std::nullopt;
    return word / 2;
  }

  void forget_snapshots() { clock_.fetch_add(1); }  // the store changed without a commit

 private:
  static constexpr size_t kPlaces = 1 << 17;
  static constexpr uint64_t kLocked = 1;  // a word: time * 2, and whether it is locked
  using Word = std::atomic<uint64_t>;
  struct Free {
    void operator()(Word* words) const { std::free(words); }
  };

  bool lock(Place place, uint64_t begun);
  void unlock(Place place);
  void wait_for(Place place) const;

  std::atomic<uint64_t> clock_{1};
  std::unique_ptr<Word[], Free> words_;
};

}  // namespace drydock
