#include "auth/policy.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

std::string complaint(std::string_view document, PolicyUse use) {
  auto policy = parse_policy(document, use);
  return policy ? "" : policy.error().message;
}

std::string statement(std::string_view members) {
  return "{\"Version\":\"2012-10-17\",\"Statement\":[{" + std::string(members) + "}]}";
}

TEST(Policy, IdentityGrammar) {
  struct Row {
    std::string members, text;
  };
  const std::string syntax = "Syntax errors in policy.";
  const Row rows[] = {
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*")", ""},
      {R"("Effect":"Allow","NotAction":["iam:*"],"NotResource":"arn:aws:s3:::b/*","Sid":"A1")", ""},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}})",
       ""},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:a":["b"]}})",
       ""},
      {R"("Effect":"allow","Action":"s3:*","Resource":"*")", syntax},
      {R"("Action":"s3:*","Resource":"*")", syntax},
      {R"("Effect":"Allow","Resource":"*")", "Policy statement must contain actions."},
      {R"("Effect":"Allow","Action":"s3:*")", "Policy statement must contain resources."},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Extra":1)", syntax},
      {R"("Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*")", syntax},
      {R"("Effect":"Allow","Action":"s3","Resource":"*")",
       "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
      {R"("Effect":"Allow","Action":"s3:a:b","Resource":"*")",
       "Actions/Condition can contain only one colon."},
      {R"("Effect":"Allow","Action":"s3 b:a","Resource":"*")", "Vendor s3 b is not valid"},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"bucket")",
       "Resource bucket must be in ARN format or \"*\"."},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"arn:a:s3:::b")",
       "Partition \"a\" is not valid for resource \"arn:a:s3:::b\"."},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*")",
       "Policy document should not specify a principal."},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Sid":"a b")",
       "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Strange":{"aws:a":"b"}})",
       syntax},
      {R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NullIfExists":{"aws:a":"b"}})",
       syntax},
  };
  for (const auto& row : rows)
    EXPECT_EQ(complaint(statement(row.members), PolicyUse::kIdentity), row.text) << row.members;
  EXPECT_EQ(
      complaint(
          R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
          PolicyUse::kIdentity),
      "");
  EXPECT_EQ(complaint(R"({"Version":"2020-01-01","Statement":[]})", PolicyUse::kIdentity),
            "The policy must contain a valid version string");
  EXPECT_EQ(complaint(R"({"Id":"x","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
                      PolicyUse::kIdentity),
            syntax);
  EXPECT_EQ(complaint(R"({"Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},
                         {"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}]})",
                      PolicyUse::kIdentity),
            "Statement IDs (SID) in a single policy must be unique.");
}

TEST(Policy, NoJson) {
  EXPECT_TRUE(complaint("{\n  \"Version\": oops}", PolicyUse::kIdentity)
                  .starts_with("Syntax errors in policy. (line 2, column 14"))
      << complaint("{\n  \"Version\": oops}", PolicyUse::kIdentity);
  EXPECT_TRUE(complaint("{", PolicyUse::kTrust).starts_with("This policy contains invalid Json"));
  EXPECT_NE(complaint(R"({"Version":"2012-10-17","Version":"2012-10-17","Statement":[]})",
                      PolicyUse::kIdentity),
            "");
  EXPECT_EQ(parse_policy("[]", PolicyUse::kIdentity).error().code, "MalformedPolicyDocument");
}

TEST(Policy, TrustGrammar) {
  auto trust = [](std::string_view members) {
    return complaint(statement(members), PolicyUse::kTrust);
  };
  EXPECT_EQ(
      trust(
          R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"})"),
      "");
  EXPECT_EQ(
      trust(
          R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["111122223333","AROAABCDEFGHIJKLMNOPQ"]})"),
      "");
  EXPECT_EQ(trust(R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*")"),
            "Has prohibited field Resource");
  EXPECT_EQ(trust(R"("Effect":"Allow","Action":"s3:GetObject","Principal":"*")"),
            "AssumeRole policy may only specify STS AssumeRole actions.");
  EXPECT_EQ(trust(R"("Effect":"Allow","Action":"sts:AssumeRole")"),
            "Missing required field Principal");
  EXPECT_EQ(
      trust(
          R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:user/*"})"),
      "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/*\"");
  EXPECT_EQ(trust(R"("Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"*"})"),
            "Has prohibited field NotPrincipal");
}

// AWS Organizations User Guide, "RCP syntax": Deny, for everybody, by Action.
TEST(Policy, ResourceControlGrammar) {
  const std::string wrong =
      "The provided policy document does not meet the requirements of the specified policy type.";
  auto control = [](std::string_view members) {
    return complaint(statement(members), PolicyUse::kResourceControl);
  };
  EXPECT_EQ(control(R"("Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*")"), "");
  EXPECT_EQ(control(R"("Effect":"Allow","Principal":"*","Action":"*","Resource":"*")"), "");
  EXPECT_EQ(control(R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*")"), wrong);
  EXPECT_EQ(control(R"("Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*")"), wrong);
  EXPECT_EQ(control(R"("Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*")"), wrong);
  EXPECT_EQ(control(R"("Effect":"Deny","Action":"s3:*","Resource":"*")"), wrong);
  EXPECT_EQ(
      control(
          R"("Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*")"),
      wrong);
}

}  // namespace
}  // namespace drydock
