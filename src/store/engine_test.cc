// Holds the engines to one model: a plain map with snapshots by copy.
#include "store/engine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "store/table.h"

namespace drydock {
namespace {

using Rows = std::map<std::string, std::string>;

std::string fresh_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "drydock-store-XXXXXX").string();
  return ::mkdtemp(path.data());
}

Rows read(Txn& txn, std::string_view begin, std::string_view end, Txn::Order order,
          std::vector<std::string>* sequence = nullptr) {
  Rows rows;
  txn.scan(begin, end, order, [&](std::string_view key, std::string_view value) {
    if (sequence) sequence->push_back(std::string(key));
    rows.emplace(key, value);
    return true;
  });
  return rows;
}

// Three transactions at a time do random things; the model says what each must see and whether it
// may commit.
void run_random(Engine& engine, unsigned seed, int steps) {
  std::mt19937 random(seed);
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  auto key = [&] {
    return std::string(1, static_cast<char>('a' + pick(4))) +
           std::string(static_cast<size_t>(pick(2)), '\0');
  };
  Rows committed;
  uint64_t commits = 0;
  std::map<std::string, uint64_t> changed;
  struct Open {
    std::unique_ptr<Txn> txn;
    Rows view;
    uint64_t since;
    std::set<std::string> tracked;
    std::map<std::string, std::optional<std::string>> writes;
  };
  std::vector<Open> open(3);
  for (int step = 0; step < steps; ++step) {
    Open& o = open[static_cast<size_t>(pick(3))];
    if (!o.txn) o = Open{engine.begin(), committed, commits, {}, {}};
    std::string k = key();
    switch (pick(7)) {
      case 0:
      case 1: {
        auto it = o.view.find(k);
        auto expected = it == o.view.end() ? std::nullopt : std::optional(it->second);
        ASSERT_EQ(o.txn->get(k), expected) << seed << " " << step;
        if (!o.writes.contains(k)) o.tracked.insert(k);
        break;
      }
      case 2:
      case 3: {
        std::string value = std::to_string(step);
        o.txn->put(k, value);
        o.view[k] = value;
        o.writes[k] = value;
        break;
      }
      case 4:
        o.txn->erase(k);
        o.view.erase(k);
        o.writes[k] = std::nullopt;
        break;
      case 5: {
        std::string end = key();
        Rows expected;
        if (k < end) expected = Rows(o.view.lower_bound(k), o.view.lower_bound(end));
        std::vector<std::string> forward, reverse;
        ASSERT_EQ(read(*o.txn, k, end, Txn::Order::kForward, &forward), expected)
            << seed << " " << step;
        ASSERT_EQ(read(*o.txn, k, end, Txn::Order::kReverse, &reverse), expected);
        ASSERT_TRUE(std::is_sorted(forward.begin(), forward.end()));
        ASSERT_TRUE(std::is_sorted(reverse.rbegin(), reverse.rend()));
        ASSERT_EQ(forward.size(), expected.size());
        ASSERT_EQ(reverse.size(), expected.size());
        break;
      }
      default: {
        bool may = true;
        if (!o.writes.empty()) {
          for (auto& t : o.tracked) may &= changed[t] <= o.since;
          for (auto& [w, v] : o.writes) may &= changed[w] <= o.since;
        }
        if (pick(8) == 0) {  // walk away
          o = Open{};
          break;
        }
        ASSERT_EQ(o.txn->commit(), may) << seed << " " << step;
        if (may && !o.writes.empty()) {
          ++commits;
          for (auto& [w, v] : o.writes) {
            changed[w] = commits;
            if (v)
              committed[w] = *v;
            else
              committed.erase(w);
          }
        }
        o = Open{};
        auto view = engine.begin_read();
        ASSERT_EQ(read(*view, "", "\xff", Txn::Order::kForward), committed);
      }
    }
  }
}

TEST(Engine, MemoryFollowsTheModel) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    auto engine = open_memory_engine();
    run_random(*engine, seed, 400);
  }
}

TEST(Engine, RocksdbFollowsTheModel) {
  std::string folder = fresh_folder();
  {
    auto engine = open_rocksdb_engine(folder, Sync::kProcess);
    for (unsigned seed = 0; seed < 40; ++seed) {
      engine->clear();
      run_random(*engine, seed, 400);
    }
  }
  std::filesystem::remove_all(folder);
}

TEST(Engine, RocksdbKeepsCommitsOverReopen) {
  std::string folder = fresh_folder();
  for (int round = 0; round < 3; ++round) {
    auto engine = open_rocksdb_engine(folder, Sync::kProcess);
    auto txn = engine->begin();
    EXPECT_EQ(read(*txn, "", "\xff", Txn::Order::kForward).size(), static_cast<size_t>(round));
    txn->put("k" + std::to_string(round), std::string(100'000, 'x'));
    EXPECT_TRUE(txn->commit());
    auto lost = engine->begin();
    lost->put("lost", "");
  }
  std::filesystem::remove_all(folder);
}

// A writer that lost often takes its turn, so a busy row starves nobody, however threads are
// scheduled: after it only the commits already under way can win over it, one a thread.
void expect_progress(Engine& engine) {
  constexpr int kThreads = 4, kAdds = 500;
  std::atomic<int> most_attempts = 0;
  auto add = [&] {
    for (int i = 0; i < kAdds; ++i) {
      int attempts = 0;
      transact(engine, [&](Txn& txn) {
        ++attempts;
        txn.put("count", std::to_string(std::stoi(txn.get("count").value_or("0")) + 1));
        return true;
      });
      int most = most_attempts;
      while (attempts > most && !most_attempts.compare_exchange_weak(most, attempts)) {
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(add);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(engine.begin()->get("count"), std::to_string(kThreads * kAdds));
  EXPECT_LT(most_attempts, Turns::kPatience + 4 * kThreads);
}

TEST(Engines, WritersOfOneKeyAllGetThrough) {
  expect_progress(*open_memory_engine());
  std::string folder =
      std::filesystem::temp_directory_path() / ("drydock-writers-" + std::to_string(::getpid()));
  expect_progress(*open_rocksdb_engine(folder, Sync::kProcess));
  std::filesystem::remove_all(folder);
}

// Transfers between accounts; at every moment the accounts of one snapshot hold what they held at
// first, and no two transfers spend the same money.
void expect_serializable(Engine& engine) {
  constexpr int kAccounts = 6, kTransfers = 800, kWriters = 3, kFirst = 100;
  auto name = [](int i) { return "account" + std::to_string(i); };
  auto holds = [&](Txn& txn, int i) { return std::stoi(txn.get(name(i)).value_or("0")); };
  transact(engine, [&](Txn& txn) {
    for (int i = 0; i < kAccounts; ++i) txn.put(name(i), std::to_string(kFirst));
    return true;
  });
  std::atomic<int> wrong_sums = 0, overdrawn = 0;
  std::atomic<bool> done = false;
  auto read_until_done = [&] {
    while (!done) {
      auto txn = engine.begin_read();
      int sum = 0;
      for (int i = 0; i < kAccounts; ++i) {
        const int money = holds(*txn, i);
        if (money < 0) ++overdrawn;
        sum += money;
      }
      if (sum != kAccounts * kFirst) ++wrong_sums;
    }
  };
  auto transfer = [&](unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < kTransfers; ++i) {
      const int from = static_cast<int>(random() % kAccounts);
      const int to = (from + 1 + static_cast<int>(random() % (kAccounts - 1))) % kAccounts;
      transact(engine, [&](Txn& txn) {
        const int had = holds(txn, from), has = holds(txn, to);
        const int amount = std::min(had, 30);
        txn.put(name(from), std::to_string(had - amount));
        txn.put(name(to), std::to_string(has + amount));
        return true;
      });
    }
  };
  std::vector<std::thread> writers, readers;
  for (int i = 0; i < 2; ++i) readers.emplace_back(read_until_done);
  for (unsigned i = 0; i < kWriters; ++i) writers.emplace_back(transfer, i);
  for (auto& thread : writers) thread.join();
  done = true;
  for (auto& thread : readers) thread.join();
  EXPECT_EQ(wrong_sums, 0);
  EXPECT_EQ(overdrawn, 0);
}

// Two that each read what the other writes: one of them must see the other.
void expect_no_write_skew(Engine& engine) {
  constexpr int kRounds = 2000;
  for (int round = 0; round < kRounds; ++round) {
    const std::string a = "a" + std::to_string(round), b = "b" + std::to_string(round);
    auto take = [&](const std::string& mine, const std::string& other) {
      transact(engine, [&](Txn& txn) {
        if (!txn.get(other)) txn.put(mine, "");
        return true;
      });
    };
    std::thread first(take, a, b);
    take(b, a);
    first.join();
    auto txn = engine.begin_read();
    ASSERT_NE(txn->get(a).has_value(), txn->get(b).has_value()) << round;
  }
}

TEST(Engines, TransactionsAreSerializable) {
  expect_serializable(*open_memory_engine());
  expect_no_write_skew(*open_memory_engine());
  const std::string folder = fresh_folder();
  expect_serializable(*open_rocksdb_engine(folder, Sync::kProcess));
  expect_no_write_skew(*open_rocksdb_engine(folder, Sync::kProcess));
  std::filesystem::remove_all(folder);
}

TEST(Keys, KeepOrderAndGiveTheirPartsBack) {
  std::vector<std::string> texts{"",
                                 std::string(1, '\0'),
                                 std::string("\0\xff", 2),
                                 "a",
                                 std::string("a\0", 2),
                                 "a\x01",
                                 "ab",
                                 "b",
                                 "\xff"};
  for (size_t i = 0; i + 1 < texts.size(); ++i)
    EXPECT_LT(KeyPart(texts[i]).bytes, KeyPart(texts[i + 1]).bytes) << i;
  std::vector<int64_t> numbers{INT64_MIN, -1, 0, 1, 255, 256, INT64_MAX};
  for (size_t i = 0; i + 1 < numbers.size(); ++i)
    EXPECT_LT(KeyPart(numbers[i]).bytes, KeyPart(numbers[i + 1]).bytes);
  std::string stored = KeyPart("t").bytes + KeyPart("1").bytes + KeyPart("r").bytes;
  for (auto& t : texts) stored += KeyPart(t).bytes;
  stored += KeyPart(int64_t{-42}).bytes;
  auto expected = texts;
  expected.push_back("-42");
  EXPECT_EQ(key_parts(stored), expected);
}

TEST(Tables, PagesStayInTheirSpaceAndPrefix) {
  auto engine = open_memory_engine();
  auto txn = engine->begin();
  const Table<std::string> table{"test.rows"};
  Space here{"111111111111", "us-east-1"}, there{"222222222222", "us-east-1"};
  for (const char* name : {"a", "b", "c"}) {
    table.put(*txn, here, {"x", name}, name);
    table.put(*txn, there, {"x", name}, "other");
  }
  table.put(*txn, here, {"xy", "a"}, "longer");
  using Texts = std::vector<std::string>;
  EXPECT_EQ(table.scan(*txn, here, {.prefix = {"x"}}), (Texts{"a", "b", "c"}));
  EXPECT_EQ(table.scan(*txn, here, {.prefix = {"x"}, .after = {"x", "a"}, .limit = 1}),
            (Texts{"b"}));
  EXPECT_EQ(
      table.scan(*txn, here, {.prefix = {"x"}, .after = {"x", "c"}, .order = Txn::Order::kReverse}),
      (Texts{"b", "a"}));
  table.each(*txn, here, {.prefix = {"x"}}, [&](const auto& key, const std::string&) {
    table.erase(*txn, here, {key[0], key[1]});
    return true;
  });
  EXPECT_EQ(table.scan(*txn, here), (Texts{"longer"}));
}

}  // namespace
}  // namespace drydock
