#include "api/unused.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

constexpr const char* kRole = "arn:aws:iam::111111111111:role/deploy";
constexpr const char* kManaged = "arn:aws:iam::111111111111:policy/p";

GrantingPolicy managed(std::string_view document) {
  return {"111111111111", kRole, "", kManaged, *parse_json(document)};
}

Use matched(const std::string& action, const std::string& resource, const std::string& policy,
            const std::string& label) {
  Use use;
  use.sample.action = action;
  use.sample.resource = resource;
  use.needs.matched = {{policy, kRole, label}};
  return use;
}

TEST(Unused, WholeStatementsByPositionAndDeniesAreLeftOut) {
  const Value told = unused_grants(
      {managed(
          R"({"Statement":[{"Sid":"Used","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
                                {"Effect":"Allow","Action":["sqs:*","sns:Publish"],"Resource":"*"},
                                {"Effect":"Deny","Action":"iam:*","Resource":"*"}]})")},
      {matched("s3:GetObject", "arn:aws:s3:::b/k", kManaged, "Used")});
  ASSERT_EQ(told.size(), 1u);
  const Value& policy = told.as_list()[0];
  EXPECT_EQ(policy["policy"].string_or(""), kManaged);
  EXPECT_TRUE(policy["managed"].bool_or(false));
  ASSERT_EQ(policy["statements"].size(), 1u);
  const Value& statement = policy["statements"].as_list()[0];
  EXPECT_EQ(statement["label"].string_or(""), "#2");
  EXPECT_EQ(statement["position"].int_or(0), 2);
  EXPECT_TRUE(statement["neverUsed"].bool_or(false));
  EXPECT_EQ(to_json(statement["actions"]), R"(["sqs:*","sns:Publish"])");
}

TEST(Unused, ActionsAndResourcesInsideOfAUsedStatement) {
  const Value told = unused_grants(
      {managed(R"({"Statement":{"Sid":"S","Effect":"Allow","Action":["s3:get*","s3:PutObject"],
                                "Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*","arn:aws:s3:::${aws:username}/*"]}})")},
      {matched("s3:GetObject", "arn:aws:s3:::a/k", kManaged, "S")});
  ASSERT_EQ(told.size(), 1u);
  const Value& statement = told.as_list()[0]["statements"].as_list()[0];
  EXPECT_FALSE(statement["neverUsed"].bool_or(true));
  EXPECT_EQ(to_json(statement["usedActions"]), R"(["s3:GetObject"])");
  EXPECT_EQ(to_json(statement["unusedActions"]), R"(["s3:PutObject"])");
  // What a variable means is not known here: it counts as used.
  EXPECT_EQ(to_json(statement["unusedResources"]), R"(["arn:aws:s3:::b/*"])");
}

TEST(Unused, AStatementThatWasWrittenAnewUnderItsOldName) {
  const auto policy = managed(
      R"({"Statement":[{"Sid":"S","Effect":"Allow","Action":"sqs:*","Resource":"*"},
                       {"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}]})");
  const Value told = unused_grants({policy}, {matched("s3:GetObject", "*", kManaged, "S"),
                                              matched("s3:GetObject", "*", kManaged, "#2")});
  ASSERT_EQ(told.as_list().at(0)["statements"].size(), 2u);
  EXPECT_TRUE(told.as_list()[0]["statements"].as_list()[0]["neverUsed"].bool_or(false));
  const Value& others = told.as_list()[0]["statements"].as_list()[1];
  EXPECT_TRUE(others["neverUsed"].bool_or(false));
  EXPECT_EQ(to_json(others["notActions"]), R"(["iam:*","s3:*"])");
  EXPECT_EQ(unused_grants({policy}, {matched("sqs:SendMessage", "*", kManaged, "S"),
                                     matched("sqs:SendMessage", "*", kManaged, "#2")})
                .size(),
            0u);
}

TEST(Unused, AUseThroughAnotherRoleOrPolicyIsNone) {
  const auto policy =
      managed(R"({"Statement":{"Sid":"S","Effect":"Allow","Action":"s3:*","Resource":"*"}})");
  Use other_role = matched("s3:GetObject", "arn:aws:s3:::a/k", kManaged, "S");
  other_role.needs.matched[0].attached_to = "arn:aws:iam::111111111111:role/other";
  const Use other_policy = matched("s3:GetObject", "arn:aws:s3:::a/k", "inline", "S");
  EXPECT_EQ(unused_grants({policy}, {other_role, other_policy}).size(), 1u);
  EXPECT_EQ(
      unused_grants({policy}, {matched("s3:GetObject", "arn:aws:s3:::a/k", kManaged, "S")}).size(),
      0u);
  EXPECT_EQ(unused_grants({}, {other_role}).size(), 0u);
}

}  // namespace
}  // namespace drydock
