#include "work/jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "work/waiters.h"

namespace drydock {
namespace {

struct JobsTest : testing::Test {
  std::unique_ptr<Engine> engine = open_memory_engine();
  ManualClock clock{Timestamp{1'000'000}};
  Waiters waiters;
  std::atomic<int> runs = 0;

  void put(Jobs& jobs, const Job& job) {
    transact(*engine, [&](Txn& txn) {
      jobs.put(txn, job);
      return true;
    });
    jobs.poke();
  }
  bool until(const std::function<bool()>& ready) { return waiters.wait("runs", 5000, ready); }
  void counted() {
    ++runs;
    waiters.wake("runs");
  }
  bool idle(Jobs& jobs) {
    for (int i = 0; i < 5000 && !jobs.idle(); ++i) std::this_thread::yield();
    return until([&] { return jobs.idle(); });
  }
};

TEST_F(JobsTest, RunsWhenDueAndNotBefore) {
  Jobs jobs(*engine, clock);
  jobs.add_kind("k", [&](const Job& job) {
    EXPECT_EQ(job.payload["n"].int_or(0), 7);
    counted();
    return Next::done();
  });
  jobs.start();
  put(jobs, {"k", "1", clock.now() + 1000, Value::object({{"n", 7}})});
  EXPECT_TRUE(jobs.idle());
  EXPECT_EQ(runs, 0);
  clock.advance(1000);
  jobs.poke();
  EXPECT_TRUE(until([&] { return runs == 1; }));
}

TEST_F(JobsTest, FailedStepIsRetriedLater) {
  Jobs jobs(*engine, clock);
  std::atomic<int> attempts = -1;
  jobs.add_kind("k", [&](const Job& job) -> Next {
    attempts = job.attempts;
    counted();
    if (runs == 1) throw std::runtime_error("once");
    return Next::done();
  });
  jobs.start();
  put(jobs, {"k", "1", clock.now(), {}});
  EXPECT_TRUE(until([&] { return runs == 1; }));
  EXPECT_TRUE(idle(jobs));
  clock.advance(1000);
  jobs.poke();
  EXPECT_TRUE(until([&] { return runs == 2; }));
  EXPECT_EQ(attempts, 1);
}

TEST_F(JobsTest, SurvivesARestartAndAgain) {
  {
    Jobs jobs(*engine, clock);
    put(jobs, {"k", "1", clock.now(), Value::object({{"n", 1}})});
  }
  Jobs jobs(*engine, clock);
  jobs.add_kind("k", [&](const Job& job) {
    int64_t n = job.payload["n"].int_or(0);
    counted();
    return n < 5 ? Next::again(clock.now(), Value::object({{"n", n + 1}})) : Next::done();
  });
  jobs.start();
  EXPECT_TRUE(until([&] { return runs == 5; }));
  EXPECT_TRUE(idle(jobs));
  transact(*engine, [&](Txn& txn) {
    EXPECT_FALSE(jobs.exists(txn, "k", "1"));
    return true;
  });
}

TEST_F(JobsTest, PutDuringItsStepRunsAgain) {
  Jobs jobs(*engine, clock);
  jobs.add_kind("k", [&](const Job& job) {
    if (runs == 0) put(jobs, job);
    counted();
    return Next::done();
  });
  jobs.start();
  put(jobs, {"k", "1", clock.now(), {}});
  EXPECT_TRUE(until([&] { return runs == 2; }));
  EXPECT_TRUE(idle(jobs));
}

TEST_F(JobsTest, ManyBlockingStepsRunAtOnceAndStopIsClean) {
  Jobs jobs(*engine, clock);
  jobs.add_kind("k", [&](const Job&) {
    counted();
    while (!jobs.stopping()) std::this_thread::yield();
    return Next::again(clock.now() + 1);
  });
  jobs.start();
  for (int i = 0; i < 8; ++i) put(jobs, {"k", std::to_string(i), clock.now(), {}});
  EXPECT_TRUE(until([&] { return runs == 8; }));
  jobs.stop();
  transact(*engine, [&](Txn& txn) {
    EXPECT_TRUE(jobs.exists(txn, "k", "3"));
    return true;
  });
}

TEST_F(JobsTest, ClearDropsAllAndGoesOn) {
  Jobs jobs(*engine, clock);
  jobs.add_kind("k", [&](const Job&) {
    counted();
    return Next::done();
  });
  jobs.start();
  put(jobs, {"k", "later", clock.now() + 5, {}});
  jobs.clear();
  clock.advance(10);
  put(jobs, {"k", "new", clock.now(), {}});
  EXPECT_TRUE(until([&] { return runs >= 1; }));
  EXPECT_TRUE(idle(jobs));
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace drydock
