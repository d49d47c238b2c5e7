#include "api/trail.h"

#include <gtest/gtest.h>

#include "gen/lambda.h"
#include "gen/ssm.h"
#include "store/engine.h"

namespace drydock {
namespace {

constexpr const char* kAccount = "111111111111";

template <class Op>
Value told_input(const typename Op::Input& in) {
  return told(Op::operation(), Op::operation().input(), &in);
}

TrailCall call_of(const std::string& name, Timestamp time, const std::string& account = kAccount) {
  TrailCall call;
  call.source = "ssm";
  call.name = name;
  call.caller.principal.kind = Principal::Kind::kUser;
  call.caller.principal.account = {account};
  call.caller.principal.arn = "arn:aws:iam::" + account + ":user/ann";
  call.caller.principal.name = "ann";
  call.account = account;
  call.region = {"us-east-1"};
  call.time = time;
  return call;
}

std::vector<Value> rows_of(Engine& engine, const std::string& account) {
  std::vector<Value> rows;
  auto txn = engine.begin_read();
  kTrail.each(*txn, Space{account, "us-east-1"}, {},
              [&](const std::vector<std::string>&, const Value& row) {
                rows.push_back(row);
                return true;
              });
  return rows;
}

TEST(Told, SecretsAreNotCopiedAndMapKeysKeepTheirSpelling) {
  lambda::CreateFunctionInput in{};
  in.FunctionName = "f";
  in.Role = "r";
  in.Code.ZipFile = std::string(1 << 20, 'z');
  in.Environment.emplace();
  in.Environment->Variables = Map<std::string>{{"TOKEN", "very-secret"}};
  in.Tags = Map<std::string>{{"CostCenter", "A"}, {"Password", "is a key"}};
  const std::string text = to_json(told_input<lambda::CreateFunction>(in));
  EXPECT_EQ(text.find("very-secret"), std::string::npos);
  EXPECT_NE(text.find(R"("zipFile":"HIDDEN_DUE_TO_SECURITY_REASONS")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("environment":{})"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("tags":{"CostCenter":"A","Password":"is a key"})"), std::string::npos)
      << text;
}

TEST(Told, ValuesOfParametersButNotOfTheirTags) {
  ssm::PutParameterInput in{};
  in.Name = "p";
  in.Value = "very-secret";
  in.Tags = std::vector<ssm::Tag>{{.Key = "Team", .Value = "a"}};
  const Value value = told_input<ssm::PutParameter>(in);
  EXPECT_EQ(value["value"].string_or(""), "HIDDEN_DUE_TO_SECURITY_REASONS");
  EXPECT_EQ(to_json(value["tags"]), R"([{"key":"Team","value":"a"}])");
}

TEST(Told, WhatIsTooLargeIsItsSizeAndWhatIsEmptyIsNothing) {
  ssm::PutParameterInput in{};
  in.Name = "p";
  in.Description = std::string(200 << 10, 'd');
  const Value value = told_input<ssm::PutParameter>(in);
  EXPECT_TRUE(value["omitted"].bool_or(false));
  EXPECT_GT(value["originalSize"].int_or(0), 200 << 10);
  EXPECT_TRUE(told_input<lambda::GetAccountSettings>({}).is_null());
}

TEST(Told, BytesThatAreNoTextAreStillJson) {
  ssm::PutParameterInput in{};
  in.Name = "p\xff";
  EXPECT_EQ(told_input<ssm::PutParameter>(in)["name"].string_or(""), "cP8=");
}

TEST(Trail, ItsOperationsKnowWhetherTheyAreRecordedAndOnlyRead) {
  EXPECT_TRUE(ssm::PutParameter::operation().recorded);
  EXPECT_FALSE(ssm::PutParameter::operation().read_only);
  EXPECT_TRUE(ssm::GetParameter::operation().recorded && ssm::GetParameter::operation().read_only);
  EXPECT_FALSE(lambda::Invoke::operation().recorded);
  const TrailCall call =
      trail_call(lambda::CreateFunction::operation(), {}, Region{"us-east-1"}, "id", {});
  EXPECT_EQ(call.name, "CreateFunction20150331");  // AWS does number Lambda's events
  EXPECT_EQ(call.source, "lambda");
}

TEST(Trail, ACallOnAnothersResourceIsInBothHistories) {
  Random random(1);
  Trail trail(random);
  auto engine = open_memory_engine();
  TrailCall call = call_of("AssumeRole", {1000});
  call.asked = {"arn:aws:iam::222222222222:role/far"};
  trail.record(call);
  trail.flush(*engine);
  const auto ours = rows_of(*engine, kAccount), theirs = rows_of(*engine, "222222222222");
  ASSERT_TRUE(ours.size() == 1 && theirs.size() == 1);
  EXPECT_EQ(ours[0]["event"]["sharedEventID"], theirs[0]["event"]["sharedEventID"]);
  EXPECT_EQ(ours[0]["event"]["userIdentity"]["type"].string_or(""), "IAMUser");
  EXPECT_EQ(theirs[0]["event"]["userIdentity"]["type"].string_or(""), "AWSAccount");
  EXPECT_EQ(theirs[0]["username"].string_or("x"), "");
}

TEST(Trail, TheNewestOfEachAccountAreKept) {
  Random random(1);
  auto engine = open_memory_engine();
  constexpr auto kMost = static_cast<int64_t>(Trail::kKeptEvents);
  {
    Trail trail(random);
    trail.record(call_of("Quiet", {1}, "222222222222"));
    for (int64_t i = 0; i < kMost; ++i) {
      trail.record(call_of("E" + std::to_string(i), {i}));
      if (i % 5000 == 0) trail.flush(*engine);
    }
    trail.flush(*engine);
  }
  // Another run goes on counting where the last one ended.
  Trail trail(random);
  trail.record(call_of("Last", {kMost}));
  trail.flush(*engine);
  const auto rows = rows_of(*engine, kAccount);
  ASSERT_EQ(rows.size(), Trail::kKeptEvents);
  EXPECT_EQ(rows.front()["event"]["eventName"].string_or(""), "E1");
  EXPECT_EQ(rows.back()["event"]["eventName"].string_or(""), "Last");
  EXPECT_EQ(rows_of(*engine, "222222222222").size(), 1u);
}

}  // namespace
}  // namespace drydock
