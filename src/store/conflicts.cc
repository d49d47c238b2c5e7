#include "store/conflicts.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace drydock {

// Pages that nobody has written yet take no memory.
Conflicts::Conflicts() : words_(static_cast<Word*>(std::calloc(kPlaces, sizeof(Word)))) {
  if (!words_) throw std::bad_alloc();
}

Conflicts::Claim::Claim(Claim&& other) noexcept
    : conflicts_(std::exchange(other.conflicts_, nullptr)), places_(std::move(other.places_)) {}

Conflicts::Claim::~Claim() {
  if (!conflicts_) return;
  // The clock moves when the writes are visible: whoever reads this time sees them.
  const uint64_t now = conflicts_->clock_.fetch_add(1) + 1;
  for (Place place : places_) conflicts_->words_[place].store(now * 2);
}

bool Conflicts::lock(Place place, uint64_t begun) {
  uint64_t word = words_[place].load();
  do {
    if (word & kLocked || word / 2 > begun) return false;
  } while (!words_[place].compare_exchange_weak(word, word | kLocked));
  return true;
}

void Conflicts::unlock(Place place) { words_[place].fetch_and(~kLocked); }

void Conflicts::wait_for(Place place) const {
  // A commit takes microseconds, but with fsync, or descheduled, milliseconds.
  for (int tries = 0; words_[place].load() & kLocked; ++tries) {
    if (tries < 64)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

std::optional<Conflicts::Claim> Conflicts::claim(uint64_t begun, std::vector<Place> written,
                                                 std::span<const Place> read) {
  std::sort(written.begin(), written.end());
  written.erase(std::unique(written.begin(), written.end()), written.end());
  auto lost = [&](size_t locked, Place to) {
    for (size_t i = 0; i < locked; ++i) unlock(written[i]);
    wait_for(to);
    return std::nullopt;
  };
  for (size_t i = 0; i < written.size(); ++i)
    if (!lock(written[i], begun)) return lost(i, written[i]);
  // Two that each read what the other writes: at least one sees the other's lock here.
  for (Place place : read) {
    const uint64_t word = words_[place].load();
    const bool by_another =
        word & kLocked && !std::binary_search(written.begin(), written.end(), place);
    if (by_another || word / 2 > begun) return lost(written.size(), place);
  }
  return Claim(*this, std::move(written));
}

}  // namespace drydock
