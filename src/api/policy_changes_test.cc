#include "api/policy_changes.h"

#include <gtest/gtest.h>

#include "auth/message.h"

namespace drydock {
namespace {

constexpr const char* kNothing =
    R"({"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]})";
constexpr const char* kAll = R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

Caller deploy() {
  Caller caller;
  caller.principal.kind = Principal::Kind::kAssumedRole;
  caller.principal.account = {"111111111111"};
  caller.principal.arn = "arn:aws:sts::111111111111:assumed-role/deploy/s";
  caller.principal.role_arn = "arn:aws:iam::111111111111:role/deploy";
  return caller;
}

AuthorizationRequest read_object(const Caller& caller) {
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:GetObject";
  r.resource = "arn:aws:s3:::b/k";
  r.resource_account = "111111111111";
  r.identity = {{*parse_policy(kAll, PolicyUse::kIdentity), "", "p", "x"}};
  return r;
}

PolicyChanges changes_of(const std::string& text) {
  auto changes = read_policy_changes(*parse_json(text));
  EXPECT_TRUE(changes) << changes.error().message;
  return changes ? *changes : PolicyChanges{};
}

std::string refusal_of(const std::string& text) {
  auto changes = read_policy_changes(*parse_json(text));
  EXPECT_FALSE(changes) << text;
  return changes ? "" : changes.error().message;
}

TEST(PolicyChanges, ARolesPolicyStandsInForAllOfIts) {
  const Caller caller = deploy();
  AuthorizationRequest r = read_object(caller);
  changes_of(R"({"roles":[{"role":"arn:aws:iam::111111111111:role/dep*","document":)" +
             std::string(kNothing) + "}]}")
      .apply(r);
  EXPECT_FALSE(evaluate(r).allowed());
  ASSERT_EQ(r.identity.size(), 1u);

  r = read_object(caller);
  changes_of(R"({"roles":[{"role":"arn:aws:iam::111111111111:role/other","document":)" +
             std::string(kNothing) + "}]}")
      .apply(r);
  EXPECT_TRUE(evaluate(r).allowed());
}

TEST(PolicyChanges, AResourcesPolicyAndOneMoreLevelOfControl) {
  const Caller caller = deploy();
  AuthorizationRequest r = read_object(caller);
  r.resource_policies = {{*parse_policy(R"({"Statement":{"Effect":"Deny","Principal":"*",
      "Action":"s3:*","Resource":"*"}})",
                                        PolicyUse::kResource),
                          "", "arn:aws:s3:::b", "arn:aws:s3:::b"}};
  EXPECT_FALSE(evaluate(r).allowed());
  changes_of(
      R"({"resources":[{"resource":"arn:aws:s3:::b","document":{"Statement":{"Effect":"Allow",
      "Principal":"*","Action":"s3:GetObject","Resource":"*"}}}]})")
      .apply(r);
  EXPECT_TRUE(evaluate(r).allowed());
  changes_of(
      R"({"serviceControl":[{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}]})")
      .apply(r);
  EXPECT_EQ(evaluate(r).effect, Effect::kExplicitDeny);
}

TEST(PolicyChanges, ForAResourceThatIsGoneWhatTheCallNeededTellsOfIt) {
  Caller caller = deploy();
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "sts:AssumeRole";
  r.resource = "arn:aws:iam::222222222222:role/target";
  r.identity = {{*parse_policy(kAll, PolicyUse::kIdentity), "", "p", "x"}};
  const Needs then{.identity = true,
                   .resource = true,
                   .holder = std::string(r.resource),
                   .resource_kind = std::string(kTrustPolicy),
                   .owner = "222222222222",
                   .mandatory = true};
  const std::string trust =
      R"({"resources":[{"resource":"arn:aws:iam::222222222222:role/target","kind":"role trust policy",
      "document":{"Statement":{"Effect":"Allow","Principal":{"AWS":"PRINCIPAL"},"Action":"sts:AssumeRole"}}}]})";
  for (const auto& [principal, allowed] :
       {std::pair{"arn:aws:iam::111111111111:role/deploy", true}, {"333333333333", false}}) {
    AuthorizationRequest again = r;
    std::string text = trust;
    text.replace(text.find("PRINCIPAL"), 9, principal);
    changes_of(text).apply(again, then);
    EXPECT_TRUE(again.is_trust && again.resource_policy_mandatory);
    EXPECT_EQ(evaluate(again).allowed(), allowed) << principal;
  }
}

TEST(PolicyChanges, AResourceWithoutPolicyIsGivenOne) {
  const Caller caller = deploy();
  const auto changes = changes_of(
      R"({"resources":[{"resource":"arn:aws:s3:::b","document":{"Statement":{"Effect":"Deny",
      "Principal":"*","Action":"s3:*","Resource":"*"}}}]})");
  AuthorizationRequest r = read_object(caller);
  changes.apply(r, Needs{.identity = true});
  EXPECT_EQ(evaluate(r).effect, Effect::kExplicitDeny);
  // The call that made the bucket was decided before it could have one.
  r = read_object(caller);
  r.action = "s3:CreateBucket";
  r.resource = "arn:aws:s3:::b";
  changes.apply(r, Needs{.identity = true});
  EXPECT_TRUE(evaluate(r).allowed());
  // Nor is a trust policy one for calls on the role that are not sts:AssumeRole.
  r = read_object(caller);
  r.action = "iam:GetRole";
  r.resource = "arn:aws:iam::111111111111:role/target";
  changes_of(
      R"({"resources":[{"resource":"arn:aws:iam::111111111111:role/target","kind":"role trust policy",
      "document":{"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}}]})")
      .apply(r, Needs{.identity = true});
  EXPECT_TRUE(evaluate(r).allowed());
}

TEST(PolicyChanges, ACallThatMadeItsKeyIsNoCallOnTheKey) {
  const Caller caller = deploy();
  AuthorizationRequest r = read_object(caller);
  r.action = "kms:TagResource";
  r.resource = "arn:aws:kms:us-east-1:111111111111:key/k";
  r.resource_policy_mandatory = true;
  r.resource_policies = {{*parse_policy(kAll, PolicyUse::kIdentity), "", std::string(r.resource),
                          std::string(r.resource)}};
  const auto changes = changes_of(
      R"({"resources":[{"resource":"arn:aws:kms:us-east-1:111111111111:key/k","document":{"Statement":
      {"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*"}}}]})");
  AuthorizationRequest then = r;
  changes.apply(then, Needs{.identity = true});
  EXPECT_TRUE(evaluate(then).allowed());
  changes.apply(r, Needs{.identity = true, .holder = std::string(r.resource), .mandatory = true});
  EXPECT_FALSE(evaluate(r).allowed());
}

TEST(PolicyChanges, WhatIsRefused) {
  EXPECT_NE(refusal_of("[]").find("must be an object"), std::string::npos);
  for (const char* name : {"roles", "resources", "serviceControl"}) {
    EXPECT_NE(refusal_of(std::string("{\"") + name + R"(":{"a":1}})").find("must be lists"),
              std::string::npos);
    EXPECT_NE(refusal_of(std::string("{\"") + name + R"(":"x"})").find("must be lists"),
              std::string::npos);
    EXPECT_NE(refusal_of(std::string("{\"") + name + R"(":[7]})").find("is no policy"),
              std::string::npos);
  }
  EXPECT_NE(refusal_of(R"({"roles":[{"role":"r","document":"{"}]})")
                .find("the policy for r is no policy"),
            std::string::npos);
  std::string many = R"({"roles":[)";
  for (size_t i = 0; i <= kMostChanges; ++i) many += i ? ",{}" : "{}";
  EXPECT_NE(refusal_of(many + "]}").find("more than 2000"), std::string::npos);
  EXPECT_TRUE(changes_of("{}").empty());
  EXPECT_TRUE(changes_of(R"({"roles":[],"resources":null})").empty());
}

}  // namespace
}  // namespace drydock
