// The engine on disk: RocksDB's snapshots and batches under our optimistic transactions. The only
// file that names RocksDB.
//
// RocksDB's own optimistic transactions do the same; measured, they cost a read twice as much: each
// makes an indexed batch, whether or not it writes.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/log.h"
#include "store/by_thread.h"
#include "store/conflicts.h"
#include "store/engine.h"
#include "store/hot_rows.h"
#include "store/writes.h"

namespace drydock {
namespace {

constexpr size_t kWriteBufferBytes = 4 << 20;
constexpr size_t kBlockCacheBytes = 8 << 20;
constexpr uint64_t kWalBytes = 32 << 20;

// RocksDB's own log file is of no use to our users and costs time at start.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// A store that cannot write must not answer as if it could.
void must(const rocksdb::Status& status, const char* what) {
  if (status.ok()) return;
  log::error(std::string("store: cannot ") + what + ": " + status.ToString());
  std::_Exit(1);
}

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

std::optional<std::string> read(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                std::string_view key) {
  std::string value;
  auto status = db.Get(options, slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  must(status, "read");
  return value;
}

void scan_iterator(rocksdb::Iterator& it, std::string_view begin, std::string_view end,
                   Txn::Order order, const Visit& visit) {
  if (order == Txn::Order::kForward) {
    for (it.Seek(slice(begin)); it.Valid() && view(it.key()) < end; it.Next())
      if (!visit(view(it.key()), view(it.value()))) return;
  } else {
    for (it.SeekForPrev(slice(end)); it.Valid() && view(it.key()) >= begin; it.Prev()) {
      if (view(it.key()) >= end) continue;  // the end itself is outside
      if (!visit(view(it.key()), view(it.value()))) return;
    }
  }
  must(it.status(), "read");
}

class Snapshot {
 public:
  explicit Snapshot(rocksdb::DB& db) : db_(db), snapshot_(db.GetSnapshot()) {}
  ~Snapshot() { db_.ReleaseSnapshot(snapshot_); }
  Snapshot(const Snapshot&) = delete;
  const rocksdb::Snapshot* get() const { return snapshot_; }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* snapshot_;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// The snapshot that a thread took last, for its next transaction when nothing was committed
// meanwhile: to take one locks the whole database.
class Snapshots {
 public:
  Snapshots(rocksdb::DB& db, const Conflicts& conflicts) : db_(db), conflicts_(conflicts) {}

  struct Taken {
    uint64_t begun = 0;  // of Conflicts
    SnapshotPtr snapshot;
  };
  Taken take() {
    const uint64_t now = conflicts_.begin();
    return last_.mine([&](Taken& last) {
      if (!last.snapshot || last.begun != now) last = {now, std::make_shared<const Snapshot>(db_)};
      return last;
    });
  }
  // Of no more use after a commit; the store could not forget what it shows.
  void drop() {
    last_.mine([](Taken& last) { last.snapshot = nullptr; });
  }

 private:
  rocksdb::DB& db_;
  const Conflicts& conflicts_;
  ByThread<Taken> last_;
};

class ReadTxn final : public Txn {
 public:
  ReadTxn(rocksdb::DB& db, Snapshots& snapshots, HotRows& rows)
      : db_(db), rows_(rows), taken_(snapshots.take()) {
    options_.snapshot = taken_.snapshot->get();
  }

  std::optional<std::string> get(std::string_view key) override {
    return rows_.get(key, taken_.begun, [&] { return read(db_, options_, key); });
  }
  void put(std::string_view, std::string_view) override { assert(!"write in a read-only view"); }
  void erase(std::string_view) override { assert(!"write in a read-only view"); }
  bool has_writes() const override { return false; }
  bool commit() override {
    assert(!"commit of a read-only view");
    return false;
  }
  void scan(std::string_view begin, std::string_view end, Order order,
            const Visit& visit) override {
    std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(options_));
    scan_iterator(*it, begin, end, order, visit);
  }

 private:
  rocksdb::DB& db_;
  HotRows& rows_;
  const Snapshots::Taken taken_;
  rocksdb::ReadOptions options_;
};

class WriteTxn final : public Txn {
 public:
  WriteTxn(rocksdb::DB& db, Conflicts& conflicts, Snapshots& snapshots, HotRows& rows, Turns& turns,
           const rocksdb::WriteOptions& write)
      : db_(db),
        conflicts_(conflicts),
        snapshots_(snapshots),
        rows_(rows),
        turns_(turns),
        write_(write),
        taken_(snapshots.take()) {
    options_.snapshot = taken_.snapshot->get();
  }

  std::optional<std::string> get(std::string_view key) override {
    if (!writes_.empty())
      if (auto own = writes_.find(key); own != writes_.end()) return own->second;
    reads_.push_back(Conflicts::place(key));
    return rows_.get(key, taken_.begun, [&] { return read(db_, options_, key); });
  }
  void put(std::string_view key, std::string_view value) override {
    writes_.insert_or_assign(std::string(key), std::string(value));
  }
  void erase(std::string_view key) override {
    writes_.insert_or_assign(std::string(key), std::nullopt);
  }
  void scan(std::string_view begin, std::string_view end, Order order,
            const Visit& visit) override {
    auto base = [&](const Visit& v) {
      std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(options_));
      scan_iterator(*it, begin, end, order, v);
    };
    scan_with_writes(writes_, begin, end, order, base, visit);
  }
  bool has_writes() const override { return !writes_.empty(); }
  bool commit() override {
    if (writes_.empty()) return true;
    rocksdb::WriteBatch batch;
    std::vector<Conflicts::Place> written;
    written.reserve(writes_.size());
    for (auto& [key, value] : writes_) {
      written.push_back(Conflicts::place(key));
      must(value ? batch.Put(slice(key), slice(*value)) : batch.Delete(slice(key)), "write");
    }
    turns_.wait_for_others();
    snapshots_.drop();
    auto claim = conflicts_.claim(taken_.begun, std::move(written), reads_);
    if (!claim) return false;
    must(db_.Write(write_, &batch), "commit");
    return true;
  }

 private:
  rocksdb::DB& db_;
  Conflicts& conflicts_;
  Snapshots& snapshots_;
  HotRows& rows_;
  Turns& turns_;
  const rocksdb::WriteOptions& write_;
  const Snapshots::Taken taken_;
  rocksdb::ReadOptions options_;
  Writes writes_;
  std::vector<Conflicts::Place> reads_;
};

class RocksdbEngine final : public Engine {
 public:
  RocksdbEngine(const std::string& folder, Sync sync) {
    write_.sync = sync == Sync::kDisk;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    rocksdb::DB* db = nullptr;
    auto status =
        rocksdb::DB::Open(rocksdb::Options(database_options(sync), column_options()), folder, &db);
    if (!status.ok()) {
      std::fprintf(stderr, "drydock: cannot open the data folder %s: %s\n", folder.c_str(),
                   status.IsIOError() && status.ToString().find("lock") != std::string::npos
                       ? "it is in use by another drydock"
                       : status.ToString().c_str());
      std::exit(1);
    }
    db_.reset(db);
    snapshots_.emplace(*db_, conflicts_);
  }

  std::unique_ptr<Txn> begin() override {
    return std::make_unique<WriteTxn>(*db_, conflicts_, *snapshots_, rows_, turns_, write_);
  }
  std::unique_ptr<Txn> begin_read() override {
    return std::make_unique<ReadTxn>(*db_, *snapshots_, rows_);
  }
  void clear() override {
    // Keys begin with a small tag (store/table.cc), so \xff lies behind them all.
    must(db_->DeleteRange(write_, db_->DefaultColumnFamily(), "", "\xff"), "clear");
    conflicts_.forget_snapshots();
    rows_.clear();
  }

 private:
  static rocksdb::DBOptions database_options(Sync sync) {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.info_log = std::make_shared<NoLog>();
    options.max_background_jobs = 2;
    options.max_total_wal_size = kWalBytes;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.skip_stats_update_on_db_open = true;
    options.skip_checking_sst_file_sizes_on_db_open = true;
    // A page that was written through a mapping survives the process as one that was written by a
    // system call does, for less; fsync of it is not supported.
    options.allow_mmap_writes = sync == Sync::kProcess;
    options.avoid_flush_during_shutdown = true;  // the write-ahead log has it
    return options;
  }
  static rocksdb::ColumnFamilyOptions column_options() {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = kWriteBufferBytes;
    options.compression = rocksdb::kNoCompression;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes, 2);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
  }

  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::WriteOptions write_;
  Conflicts conflicts_;
  HotRows rows_{conflicts_};
  std::optional<Snapshots> snapshots_;  // goes before the database
};

}  // namespace

std::unique_ptr<Engine> open_rocksdb_engine(const std::string& folder, Sync sync) {
  return std::make_unique<RocksdbEngine>(folder, sync);
}

}  // namespace drydock
