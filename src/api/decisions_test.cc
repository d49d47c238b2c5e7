#include "api/decisions.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace drydock {
namespace {

class DecisionsTest : public testing::Test {
 protected:
  DecisionsTest() : engine_(open_memory_engine()), decisions_(*engine_) {
    caller_.principal.kind = Principal::Kind::kUser;
    caller_.principal.arn = "arn:aws:iam::111111111111:user/ann";
  }
  void ask(const std::string& id, int64_t ms, Outcome outcome = Outcome::kAllowed) {
    const QuestionView question{
        id, Timestamp{ms}, "us-east-1", caller_, "s3:GetObject", "arn:aws:s3:::b/k", {}};
    decisions_.record(question, outcome, Decisions::key_of_use(question));
  }
  bool knows(const std::string& id) { return !decisions_.recent(id).empty(); }

  std::unique_ptr<Engine> engine_;
  Decisions decisions_;
  Caller caller_;
};

TEST_F(DecisionsTest, CountsOnEveryThread) {
  constexpr int kThreads = 4, kCalls = 1000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) ask(std::to_string(t) + "/" + std::to_string(i), 5000 + i);
    });
  for (auto& thread : threads) thread.join();
  auto uses = decisions_.uses("", Timestamp{0});
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].count, static_cast<uint64_t>(kThreads * kCalls));
  EXPECT_EQ(uses[0].last.ms, 5000 + kCalls - 1);
  decisions_.clear();
  EXPECT_TRUE(decisions_.uses("", Timestamp{0}).empty());
  ask("after", 9000);
  ASSERT_EQ(decisions_.uses("", Timestamp{0}).size(), 1u);
}

TEST_F(DecisionsTest, OnlyWhatOnePolicyCoversIsCountedTogether) {
  const auto ask_for = [&](const std::string& action, const std::string& resource) {
    const QuestionView question{"r", Timestamp{1000}, "us-east-1", caller_, action, resource, {}};
    decisions_.record(question, Outcome::kAllowed, Decisions::key_of_use(question));
  };
  // Groups whose names have a slash, each with its own statement; streams of one group.
  for (int i = 0; i < 200; ++i)
    ask_for("logs:PutLogEvents", "arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/f" +
                                     std::to_string(i) + ":log-stream:s");
  EXPECT_EQ(decisions_.uses("", Timestamp{0}).size(), 200u);
  for (int i = 0; i < 200; ++i)
    ask_for("dynamodb:GetItem",
            "arn:aws:dynamodb:us-east-1:111111111111:table/t" + std::to_string(i));
  EXPECT_EQ(decisions_.uses("", Timestamp{0}).size(), 400u);
  decisions_.clear();
  for (int i = 0; i < 2000; ++i) {
    ask_for("s3:GetObject", "arn:aws:s3:::b/k" + std::to_string(i));
    ask_for("logs:PutLogEvents",
            "arn:aws:logs:us-east-1:111111111111:log-group:/g:log-stream:" + std::to_string(i));
  }
  EXPECT_EQ(decisions_.uses("", Timestamp{0}).size(), 2 * (Decisions::kKeptResources + 1));
  EXPECT_EQ(decisions_.lost_uses(), 0u);
}

TEST_F(DecisionsTest, ABusyLoopLeavesRoomForOthers) {
  ask("first", 1000);
  for (int i = 0; i < 100'000; ++i) ask("loop" + std::to_string(i), 2000);
  EXPECT_TRUE(knows("first"));
  EXPECT_TRUE(knows("loop0"));
  EXPECT_FALSE(knows("loop99999"));
  ask("next second", 3000);
  EXPECT_TRUE(knows("next second"));
  EXPECT_EQ(decisions_.last_request_id(), "next second");
  EXPECT_EQ(decisions_.uses("", Timestamp{0}).at(0).count, 100'002u);
}

TEST_F(DecisionsTest, KeepsEveryDeny) {
  for (int i = 0; i < 300; ++i) ask("deny" + std::to_string(i), 1000, Outcome::kDenied);
  EXPECT_TRUE(knows("deny0"));
  EXPECT_TRUE(knows("deny299"));
}

}  // namespace
}  // namespace drydock
