#include "api/journal.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace drydock {
namespace {

class JournalTest : public testing::Test {
 protected:
  JournalTest() : engine_(open_memory_engine()), journal_(std::make_unique<Journal>(*engine_)) {}
  static Caller session(const std::string& key, const std::string& role) {
    Caller caller;
    caller.access_key_id = key;
    caller.principal.kind = Principal::Kind::kAssumedRole;
    caller.principal.role_arn = role;
    caller.principal.arn = role + "/s";
    caller.principal.issued = Timestamp{1};
    return caller;
  }
  void call(const Caller& caller, const std::string& action,
            Journal::Outcome outcome = Journal::Outcome::kAllowed) {
    if (!journal_->knows(caller)) return;
    journal_->note({"r", Timestamp{5000}, "us-east-1", caller, action, "*", {}}, outcome,
                   outcome == Journal::Outcome::kAllowed ? "" : "id");
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, FollowsTheSessionsThatComeFromOne) {
  const Caller root = session("A", "root"), next = session("B", "next"), other = session("C", "c");
  journal_->begin("A", "build");
  call(next, "s3:GetObject");  // before it was given
  journal_->follow(root, "B");
  journal_->follow(other, "D");
  call(root, "s3:GetObject");
  call(next, "s3:GetObject");
  call(next, "s3:GetObject");
  call(next, "s3:GetObject", Journal::Outcome::kDenied);
  call(next, "s3:PutObject", Journal::Outcome::kLetPass);
  call(other, "s3:GetObject");
  call(session("D", "d"), "s3:GetObject");
  const Value calls = journal_->calls_of("build");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls.as_list()[0]["role"], Value("root"));
  EXPECT_EQ(calls.as_list()[0].find("assumedBy"), nullptr);
  EXPECT_EQ(calls.as_list()[1]["assumedBy"], Value("root/s"));
  EXPECT_EQ(calls.as_list()[1]["count"].int_or(0), 2);
  EXPECT_EQ(calls.as_list()[2]["outcome"], Value("denied"));
  EXPECT_EQ(calls.as_list()[2]["authorizationId"], Value("id"));
  EXPECT_EQ(calls.as_list()[2].find("passed"), nullptr);
  EXPECT_EQ(calls.as_list()[3]["passed"], Value(true));
}

TEST_F(JournalTest, FollowsAFunctionWhileItRunsForOne) {
  const Caller build = session("A", "build"), function = session("F", "function");
  journal_->begin("A", "build");
  call(function, "s3:GetObject");
  journal_->follow(build, "F", Journal::Tie::kInvokedBy);
  call(function, "s3:PutObject");
  journal_->end("F");
  call(function, "s3:DeleteObject");
  const Value calls = journal_->calls_of("build");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls.as_list()[0]["action"], Value("s3:PutObject"));
  EXPECT_EQ(calls.as_list()[0]["invokedBy"], Value("build/s"));
  journal_->end("none");
}

TEST_F(JournalTest, KeepsSoManyDifferentCalls) {
  journal_->begin("A", "build");
  for (size_t i = 0; i < Journal::kMostCalls + 2; ++i)
    call(session("A", "role"), "s3:Get" + std::to_string(i));
  EXPECT_EQ(journal_->calls_of("build").size(), Journal::kMostCalls);
}

TEST_F(JournalTest, CountsWhatGoesThroughAServiceOnce) {
  Caller caller = session("A", "root");
  journal_->begin("A", "build");
  call(caller, "s3:GetObject");
  caller.called_via = {"cloudformation.amazonaws.com"};
  for (int i = 0; i < 3; ++i) call(caller, "s3:GetObject");
  const Value calls = journal_->calls_of("build");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls.as_list()[1]["count"].int_or(0), 3);
}

TEST_F(JournalTest, IsKeptInTheStore) {
  journal_->begin("A", "stack/one/1");
  call(session("A", "role"), "s3:GetObject");
  journal_->flush();
  journal_ = std::make_unique<Journal>(*engine_);
  journal_->load();
  EXPECT_FALSE(journal_->knows(session("A", "role")));  // sessions end with the program
  EXPECT_EQ(journal_->works_with("stack/one/").size(), 1u);
  EXPECT_EQ(journal_->calls_of("stack/one/1").size(), 1u);
  // A later session goes on counting.
  journal_->begin("B", "stack/one/1");
  call(session("B", "role"), "s3:GetObject");
  journal_->flush();
  const Value calls = journal_->calls_of("stack/one/1");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls.as_list()[0]["count"].int_or(0), 2);
}

TEST_F(JournalTest, ForgetsTheOldest) {
  for (size_t i = 0; i < Journal::kKeptWork + 1; ++i) {
    const std::string name = "work" + std::to_string(i);
    journal_->begin(name, name);
    call(session(name, "role"), "s3:GetObject");
    journal_->flush();
  }
  EXPECT_EQ(journal_->calls_of("work0").size(), 0u);
  EXPECT_EQ(journal_->calls_of("work1").size(), 1u);
  EXPECT_EQ(journal_->works_with("work").size(), Journal::kKeptWork);
}

}  // namespace
}  // namespace drydock
