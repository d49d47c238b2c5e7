#include "base/read_mostly.h"

#include <array>
#include <atomic>

namespace drydock {

RememberedByThread& remembered_by_thread(uint64_t owner, std::string_view key) {
  constexpr size_t kPlaces = 256;
  thread_local const auto places = std::make_unique<std::array<RememberedByThread, kPlaces>>();
  return (*places)[(TextHash{}(key) + owner) % kPlaces];
}

uint64_t new_owner_of_remembered() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

}  // namespace drydock
