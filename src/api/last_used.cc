#include "api/last_used.h"

#include <array>

#include "api/server_impl.h"
#include "store/table.h"

namespace drydock {
namespace {

constexpr Table<Value> kLastUses{"api.last-use"};  // {id, service} -> {ms, region, by}
// A use that follows another so closely is not news.
constexpr int64_t kNewsMs = 1000;

}  // namespace

void LastUses::note(std::string_view id, std::string_view service, std::string_view region,
                    std::string_view by, Timestamp now) {
  if (is_no_news(id, service, region, now)) return;
  std::lock_guard lock(mutex_);
  auto found = ids_.find(id);
  if (found == ids_.end()) {
    if (ids_.size() >= kMostIds) return;
    found = ids_.emplace(std::string(id), Services{}).first;
  }
  Kept* kept = nullptr;
  for (auto& [name, use] : found->second) {
    if (name == service) kept = &use;
  }
  if (!kept) kept = &found->second.emplace_back(std::string(service), Kept{}).second;
  if (now.ms - kept->ms < kNewsMs && kept->region == region) return;
  *kept = Kept{std::string(region), std::string(by), now.ms, true};
}

// What this thread noted itself a moment ago needs no lock to find out.
bool LastUses::is_no_news(std::string_view id, std::string_view service, std::string_view region,
                          Timestamp now) const {
  struct Noted {
    const LastUses* where = nullptr;
    uint64_t clears = 0;
    size_t what = 0;
    int64_t ms = 0;
  };
  constexpr size_t kPlaces = 64;
  thread_local std::array<Noted, kPlaces> noted{};
  const TextHash hash;
  const size_t what = (hash(id) * 31 + hash(service)) * 31 + hash(region);
  const uint64_t clears = clears_.load(std::memory_order_acquire);
  Noted& mine = noted[what % kPlaces];
  if (mine.where == this && mine.clears == clears && mine.what == what &&
      now.ms - mine.ms < kNewsMs)
    return true;
  mine = {this, clears, what, now.ms};
  return false;
}

std::vector<LastUse> LastUses::of(std::string_view id) {
  std::vector<LastUse> out;
  std::lock_guard lock(mutex_);
  auto found = ids_.find(id);
  if (found == ids_.end()) return out;
  for (const auto& [service, use] : found->second)
    out.push_back({service, use.region, use.by, Timestamp{use.ms}});
  return out;
}

void LastUses::load() {
  auto txn = engine_.begin_read();
  std::lock_guard lock(mutex_);
  kLastUses.each(*txn, kInstallation, {}, [&](const auto& key, const Value& row) {
    ids_[key.at(0)].emplace_back(
        key.at(1),
        Kept{row["region"].string_or(""), row["by"].string_or(""), row["ms"].int_or(0), false});
    return true;
  });
}

void LastUses::flush() {
  auto txn = engine_.begin();
  bool wrote = false;
  {
    std::lock_guard lock(mutex_);
    for (auto& [id, services] : ids_) {
      for (auto& [service, use] : services) {
        if (!use.dirty) continue;
        use.dirty = false;
        wrote = true;
        kLastUses.put(*txn, kInstallation, {id, service},
                      Value::object({{"ms", use.ms}, {"region", use.region}, {"by", use.by}}));
      }
    }
  }
  if (wrote) (void)txn->commit();  // sole writer of these rows
}

void LastUses::clear() {
  std::lock_guard lock(mutex_);
  clears_.fetch_add(1, std::memory_order_acq_rel);
  ids_.clear();
}

LastUses& last_uses(Server& server) { return static_cast<ServerImpl&>(server).last_uses(); }

}  // namespace drydock
