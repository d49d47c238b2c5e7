// A blob goes when two sweeps in a row found it unnamed and it is old enough (store/sweep.h). The
// second look leaves answers that are still being sent their file; the age leaves it to rows that
// have not committed yet.
#include "services/s3/sweep.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/encoding.h"
#include "base/log.h"
#include "services/s3/tables.h"
#include "store/sweep.h"

namespace drydock::s3 {

namespace {

constexpr const char* kSweep = "s3.sweep";

// Ids as 32 bytes each: there may be millions.
class IdSet {
 public:
  void add(std::string_view id) {
    auto raw = from_hex(id);
    if (!raw || raw->size() != 32) return;
    std::memcpy(ids_.emplace_back().data(), raw->data(), 32);
  }
  void seal() { std::sort(ids_.begin(), ids_.end()); }
  bool contains(std::string_view id) const {
    auto raw = from_hex(id);
    std::array<char, 32> wanted{};
    if (!raw || raw->size() != 32) return false;
    std::memcpy(wanted.data(), raw->data(), 32);
    return std::binary_search(ids_.begin(), ids_.end(), wanted);
  }

 private:
  std::vector<std::array<char, 32>> ids_;
};

void add_object(const ObjectRow& row, IdSet& ids) {
  if (row.BlobId)
    ids.add(*row.BlobId);  // a completed upload's parts are in it, and only remembered
}

IdSet ids_in_use(Txn& txn) {
  IdSet ids;
  kBuckets.each(txn, kInstallation, {}, [&](const auto&, const BucketRow& bucket) {
    const Space space = space_of(bucket);
    const ScanOptions all{.prefix = {bucket.Name}};
    kObjects.each(txn, space, all, [&](const auto&, const ObjectRow& row) {
      add_object(row, ids);
      return true;
    });
    kVersions.each(txn, space, all, [&](const auto&, const ObjectRow& row) {
      add_object(row, ids);
      return true;
    });
    kParts.each(txn, space, all, [&](const auto&, const StoredPart& part) {
      ids.add(part.BlobId);
      return true;
    });
    return true;
  });
  ids.seal();
  return ids;
}

}  // namespace

Blobs& object_blobs(Server& server) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Blobs>>
      of_servers;  // by folder; a process may run more than one
  std::lock_guard lock(mutex);
  auto& blobs = of_servers[server.settings().data_folder + "/s3"];
  if (!blobs) blobs = std::make_unique<Blobs>(server.settings().data_folder + "/s3");
  return *blobs;
}

void ensure_sweep_job(Server& server) {
  auto put = [&](Txn& txn) -> Result<void> {
    if (!server.jobs().exists(txn, kSweep, ""))
      server.jobs().put(txn, Job{.kind = kSweep, .due = server.clock().now() + kSweepPauseMs});
    return {};
  };
  (void)transact(server.engine(), put);
  server.jobs().poke();
}

Step sweep_step(Server& server) {
  auto unnamed_before = std::make_shared<IdSet>();  // by the sweep before; one step runs at a time
  return [&server, unnamed_before](const Job&) {
    const IdSet in_use = ids_in_use(*server.engine().begin_read());
    IdSet unnamed;
    size_t removed = sweep_blobs(object_blobs(server), [&](std::string_view id) {
      if (in_use.contains(id)) return true;
      unnamed.add(id);
      return !unnamed_before->contains(id);
    });
    unnamed.seal();
    *unnamed_before = std::move(unnamed);
    if (removed)
      log::info("s3: removed " + std::to_string(removed) + " blobs that no object names");
    return Next::again(server.clock().now() + kSweepPauseMs);
  };
}

}  // namespace drydock::s3
