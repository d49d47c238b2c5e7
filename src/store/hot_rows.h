// HotRows: rows that are read again and again (a table's description, a bucket), without asking the
// database each time. Never out of date: a row is only good while nothing was written at its place
// since it was read. Thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/by_thread.h"
#include "store/conflicts.h"

namespace drydock {

class HotRows {
 public:
  explicit HotRows(const Conflicts& conflicts) : conflicts_(conflicts) {}

  // The row at the snapshot of a transaction that began at `begun`; `read()` reads it there.
  template <class Read>
  std::optional<std::string> get(std::string_view key, uint64_t begun, Read read) {
    const Conflicts::Place place = Conflicts::place(key);
    const auto written = conflicts_.last_written(place);
    if (!written || *written > begun) return read();
    std::optional<std::string> row;
    const bool known = rows_.mine([&](Rows& rows) {
      const Kept& kept = rows[place % kRows];
      if (kept.key != key || kept.written != *written) return false;
      row = kept.row;
      return true;
    });
    if (known) return row;
    row = read();
    if ((row && row->size() > kLongestRow) || conflicts_.last_written(place) != written) return row;
    rows_.mine([&](Rows& rows) {
      Kept& kept = rows[place % kRows];
      // Only what is read twice in a row is worth its room.
      if (std::exchange(kept.asked, place) != place) return;
      kept.key = key;
      kept.row = row;
      kept.written = *written;
    });
    return row;
  }
  void clear() {
    rows_.each([](Rows& rows) { rows.fill({}); });
  }

 private:
  static constexpr size_t kRows = 128, kLongestRow = 4 << 10;
  struct Kept {
    std::string key;  // empty: none
    std::optional<std::string> row;
    uint64_t written = 0;
    Conflicts::Place asked = 0;
  };
  using Rows = std::array<Kept, kRows>;
  const Conflicts& conflicts_;
  ByThread<Rows> rows_;
};

}  // namespace drydock
