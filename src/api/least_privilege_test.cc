#include "api/least_privilege.h"

#include <gtest/gtest.h>

#include "auth/message.h"

namespace drydock {
namespace {

constexpr const char* kRole = "arn:aws:iam::111111111111:role/deploy";

Caller session_of(const std::string& role, const std::string& account) {
  Caller caller;
  Principal& p = caller.principal;
  p.kind = Principal::Kind::kAssumedRole;
  p.account = {account};
  p.role_name = role;
  p.role_arn = "arn:aws:iam::" + account + ":role/" + role;
  p.arn = "arn:aws:sts::" + account + ":assumed-role/" + role + "/s";
  p.name = "s";
  return caller;
}

Use use_of(const std::string& action, const std::string& resource, Caller caller,
           Needs needs = {.identity = true}) {
  Use use;
  use.sample.caller = std::move(caller);
  use.sample.action = action;
  use.sample.resource = resource;
  use.needs = std::move(needs);
  return use;
}

Use deploy_does(const std::string& action, const std::string& resource) {
  return use_of(action, resource, session_of("deploy", "111111111111"));
}

AppliedPolicy policy(std::string_view document, PolicyUse use, std::string attached_to = "x") {
  return {*parse_policy(document, use), "", "p", std::move(attached_to)};
}

TEST(CommonResource, WhatDiffersFromCallToCallIsOneResource) {
  const std::pair<const char*, const char*> cases[] = {
      {"arn:aws:s3:::bucket", "arn:aws:s3:::bucket"},
      {"arn:aws:s3:::bucket/a/b", "arn:aws:s3:::bucket/*"},
      {"arn:aws:logs:us-east-1:1:log-group:/a:log-stream:s",
       "arn:aws:logs:us-east-1:1:log-group:/a:*"},
      {"arn:aws:cloudformation:us-east-1:1:stack/s/0c1d",
       "arn:aws:cloudformation:us-east-1:1:stack/s/*"},
      {"arn:aws:codebuild:us-east-1:1:build/p:5a", "arn:aws:codebuild:us-east-1:1:build/p:*"},
      {"arn:aws:lambda:us-east-1:1:function:f:7", "arn:aws:lambda:us-east-1:1:function:f:*"},
      {"arn:aws:lambda:us-east-1:1:function:f:live", "arn:aws:lambda:us-east-1:1:function:f:live"},
      {"arn:aws:dynamodb:us-east-1:1:table/t/stream/2026-11-23T14:00:00.000",
       "arn:aws:dynamodb:us-east-1:1:table/t/stream/*"},
      {"arn:aws:dynamodb:us-east-1:1:table/t/index/i",
       "arn:aws:dynamodb:us-east-1:1:table/t/index/i"},
      {"arn:aws:apigateway:us-east-1::/restapis/abc/resources/x",
       "arn:aws:apigateway:us-east-1::/restapis/abc/*"},
      {"*", "*"},
      {"no arn", "no arn"}};
  for (const auto& [given, common] : cases)
    EXPECT_EQ(common_resource(given, DrawnNames::kExact), common) << given;
}

TEST(CommonResource, DrawnNamesAreWildcardsWhenAsked) {
  const std::pair<const char*, const char*> cases[] = {
      {"arn:aws:kms:us-east-1:1:key/0b9d6a52-1c1e-4a8e-9d52-0f5f4f4e5a11",
       "arn:aws:kms:us-east-1:1:key/*"},
      {"arn:aws:lambda:us-east-1:1:event-source-mapping:0b9d6a52-1c1e-4a8e-9d52-0f5f4f4e5a11",
       "arn:aws:lambda:us-east-1:1:event-source-mapping:*"},
      {"arn:aws:s3:::stack-bucket-1A2B3C4D5E6F/k", "arn:aws:s3:::stack-bucket-*/*"},
      {"arn:aws:iam::1:role/stack-Role-ABCDEFGHIJ12", "arn:aws:iam::1:role/stack-Role-*"},
      // A word of twelve letters is nobody's draw.
      {"arn:aws:iam::1:role/my-deployments", "arn:aws:iam::1:role/my-deployments"},
      {"arn:aws:secretsmanager:us-east-1:1:secret:db-AbC123",
       "arn:aws:secretsmanager:us-east-1:1:secret:db-??????"},
      {"arn:aws:execute-api:us-east-1:1:abc/dev/GET/x",
       "arn:aws:execute-api:us-east-1:1:*/dev/GET/x"}};
  for (const auto& [given, common] : cases)
    EXPECT_EQ(common_resource(given, DrawnNames::kWildcard), common) << given;
}

TEST(Needs, TheIdentityAloneTheResourceAloneAndBoth) {
  const Caller caller = session_of("deploy", "111111111111");
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:GetObject";
  r.resource = "arn:aws:s3:::b/k";
  r.resource_account = "111111111111";
  const auto allows =
      R"({"Statement":{"Sid":"Read","Effect":"Allow","Action":"s3:*","Resource":"*"}})";
  r.identity = {policy(allows, PolicyUse::kIdentity, kRole)};
  Needs needs = needs_of(r);
  EXPECT_TRUE(needs.identity && !needs.resource);
  ASSERT_EQ(needs.matched.size(), 1u);
  EXPECT_EQ(needs.matched[0].label, "Read");
  EXPECT_EQ(needs.matched[0].attached_to, kRole);

  // The same call from another account needs both.
  r.resource_account = "222222222222";
  r.resource_policies = {policy(
      R"({"Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*"}})",
      PolicyUse::kResource, "arn:aws:s3:::b")};
  needs = needs_of(r);
  EXPECT_TRUE(needs.identity && needs.resource && !needs.delegates);
  EXPECT_EQ(needs.holder, "arn:aws:s3:::b");
  EXPECT_EQ(needs.owner, "222222222222");

  // In one account a resource policy that names the session suffices by itself.
  r.resource_account = "111111111111";
  r.identity.clear();
  r.resource_policies = {policy(
      R"({"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/deploy"},
          "Action":"s3:*","Resource":"*"}})",
      PolicyUse::kResource, "arn:aws:s3:::b")};
  needs = needs_of(r);
  EXPECT_TRUE(!needs.identity && needs.resource);
}

TEST(Needs, AKeyPolicyThatLeavesItToTheAccountDelegates) {
  const Caller caller = session_of("deploy", "111111111111");
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "kms:Decrypt";
  r.resource = "arn:aws:kms:us-east-1:111111111111:key/k";
  r.resource_account = "111111111111";
  r.resource_policy_mandatory = true;
  r.identity = {policy(R"({"Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*"}})",
                       PolicyUse::kIdentity, kRole)};
  r.resource_policies = {policy(
      R"({"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},
          "Action":"kms:*","Resource":"*"}})",
      PolicyUse::kResource, std::string(r.resource))};
  const Needs needs = needs_of(r);
  EXPECT_TRUE(needs.identity && needs.resource && needs.delegates && needs.mandatory);
  const Needs again = Needs::from_value(needs.to_value());
  EXPECT_EQ(to_json(again.to_value()), to_json(needs.to_value()));
}

TEST(MinimalPolicies, EqualActionsShareTheirResourcesAndConditionsStandApart) {
  std::vector<Use> uses = {deploy_does("s3:GetObject", "arn:aws:s3:::b/x"),
                           deploy_does("s3:GetObject", "arn:aws:s3:::b/y"),
                           deploy_does("s3:PutObject", "arn:aws:s3:::b/y"),
                           deploy_does("s3:ListBucket", "arn:aws:s3:::b"),
                           deploy_does("iam:PassRole", "arn:aws:iam::111111111111:role/execution")};
  uses.back().sample.context.add("iam:PassedToService", "cloudformation.amazonaws.com");
  Use denied = deploy_does("s3:DeleteBucket", "arn:aws:s3:::b");
  denied.outcome = Outcome::kDenied;
  denied.needs = {};
  uses.push_back(denied);
  const Value made = minimal_policies(uses, DrawnNames::kExact);
  ASSERT_EQ(made["roles"].size(), 1u);
  const Value& role = made["roles"].as_list()[0];
  EXPECT_EQ(role["role"].string_or(""), kRole);
  EXPECT_EQ(role["calls"].int_or(0), 4);
  EXPECT_EQ(
      to_json(role["document"]),
      R"({"Version":"2012-10-17","Statement":[)"
      R"({"Sid":"S31","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b/*"},)"
      R"({"Sid":"S32","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"},)"
      R"({"Sid":"Iam1","Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/execution",)"
      R"("Condition":{"StringEquals":{"iam:PassedToService":"cloudformation.amazonaws.com"}}}]})");
  EXPECT_EQ(made["resources"].size(), 0u);
  EXPECT_TRUE(parse_policy(to_json(role["document"]), PolicyUse::kIdentity));
}

TEST(MinimalPolicies, WhatTheResourcesThemselvesMustSay) {
  Caller service;
  service.principal.kind = Principal::Kind::kService;
  service.principal.name = service.principal.arn = "codebuild.amazonaws.com";
  const Needs trust{.resource = true,
                    .holder = "arn:aws:iam::222222222222:role/target",
                    .resource_kind = std::string(kTrustPolicy),
                    .owner = "222222222222",
                    .mandatory = true};
  Needs both = trust;
  both.identity = true;
  const Needs key{.identity = true,
                  .resource = true,
                  .delegates = true,
                  .holder = "arn:aws:kms:us-east-1:111111111111:key/k",
                  .resource_kind = std::string(kResourcePolicy),
                  .owner = "111111111111"};
  const Value made = minimal_policies(
      {use_of("sts:AssumeRole", trust.holder, session_of("deploy", "111111111111"), both),
       use_of("sts:AssumeRole", trust.holder, service, trust),
       use_of("kms:Decrypt", key.holder, session_of("deploy", "111111111111"), key)},
      DrawnNames::kExact);
  ASSERT_EQ(made["roles"].size(), 1u);
  ASSERT_EQ(made["resources"].size(), 2u);
  const Value &of_role = made["resources"].as_list()[0], &of_key = made["resources"].as_list()[1];
  EXPECT_EQ(of_role["kind"].string_or(""), kTrustPolicy);
  EXPECT_EQ(
      to_json(of_role["document"]["Statement"]),
      R"([{"Sid":"Sts1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/deploy"},"Action":"sts:AssumeRole"},)"
      R"({"Sid":"Sts2","Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":"sts:AssumeRole"}])");
  EXPECT_EQ(
      to_json(of_key["document"]["Statement"]),
      R"([{"Sid":"Kms1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:Decrypt","Resource":"*"}])");
}

std::string statements_of_resource(const Value& made) {
  return made["resources"].size() ? to_json(made["resources"].as_list()[0]["document"]["Statement"])
                                  : "";
}

TEST(MinimalPolicies, AServiceMayActForTheResourceThatItActedForAlone) {
  Caller api;
  api.principal.kind = Principal::Kind::kService;
  api.principal.name = api.principal.arn = "apigateway.amazonaws.com";
  api.source_arn = "arn:aws:execute-api:us-east-1:111111111111:abc/dev/GET/product";
  api.source_account = "111111111111";
  const Needs needs{.resource = true,
                    .holder = "arn:aws:lambda:us-east-1:111111111111:function:f",
                    .resource_kind = std::string(kResourcePolicy),
                    .owner = "111111111111"};
  const Use invoked = use_of("lambda:InvokeFunction", needs.holder, api, needs);
  EXPECT_EQ(
      statements_of_resource(minimal_policies({invoked}, DrawnNames::kExact)),
      R"([{"Sid":"Lambda1","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},)"
      R"("Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111111111111:function:f",)"
      R"("Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:execute-api:us-east-1:111111111111:abc/dev/*"}}}])");
  EXPECT_NE(statements_of_resource(minimal_policies({invoked}, DrawnNames::kWildcard))
                .find(R"("arn:aws:execute-api:us-east-1:111111111111:*/dev/*")"),
            std::string::npos);
  // A bucket's ARN does not tell whose it is.
  Caller bucket = api;
  bucket.principal.name = bucket.principal.arn = "s3.amazonaws.com";
  bucket.source_arn = "arn:aws:s3:::b";
  EXPECT_NE(
      statements_of_resource(
          minimal_policies({use_of("lambda:InvokeFunction", needs.holder, bucket, needs)},
                           DrawnNames::kExact))
          .find(
              R"("Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"},"StringEquals":{"aws:SourceAccount":"111111111111"}})"),
      std::string::npos);
}

TEST(MinimalPolicies, WhomAnIdentityProviderVouchesFor) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kFederated;
  caller.principal.name = "arn:aws:iam::111111111111:oidc-provider/token.example.com";
  const Needs trust{.resource = true,
                    .holder = "arn:aws:iam::111111111111:role/deploy",
                    .resource_kind = std::string(kTrustPolicy),
                    .owner = "111111111111",
                    .mandatory = true};
  Use use = use_of("sts:AssumeRoleWithWebIdentity", trust.holder, caller, trust);
  use.sample.context.add("token.example.com:aud", "sts.amazonaws.com");
  use.sample.context.add("token.example.com:sub", "repo:me/mine:ref:refs/heads/main");
  use.sample.context.add("sts:RoleSessionName", "me");
  EXPECT_EQ(
      statements_of_resource(minimal_policies({use}, DrawnNames::kExact)),
      R"([{"Sid":"Sts1","Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.example.com"},)"
      R"("Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.example.com:aud":"sts.amazonaws.com",)"
      R"("token.example.com:sub":"repo:me/mine:ref:refs/heads/main"}}}])");
}

TEST(MinimalPolicies, UsersWhenTheyAreAskedFor) {
  Caller ann;
  ann.principal.kind = Principal::Kind::kUser;
  ann.principal.account = {"111111111111"};
  ann.principal.arn = "arn:aws:iam::111111111111:user/ann";
  const std::vector<Use> uses = {use_of("s3:GetObject", "arn:aws:s3:::b/k", ann)};
  EXPECT_EQ(minimal_policies(uses, DrawnNames::kExact)["roles"].size(), 0u);
  const Value made = minimal_policies(uses, DrawnNames::kExact, PoliciesFor::kRolesAndUsers);
  ASSERT_EQ(made["roles"].size(), 1u);
  EXPECT_EQ(made["roles"].as_list()[0]["role"], Value(ann.principal.arn));
}

TEST(Needs, OfACallThatPassesAlthoughItIsDenied) {
  const Caller caller = session_of("deploy", "111111111111");
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:GetObject";
  r.resource = "arn:aws:s3:::b/k";
  r.resource_account = "111111111111";
  Needs needs = needs_to_allow(r);
  EXPECT_TRUE(needs.identity && !needs.resource);
  r.resource_account = "222222222222";
  needs = needs_to_allow(r);
  EXPECT_TRUE(needs.identity && needs.resource && !needs.delegates);
  EXPECT_EQ(needs.holder, "arn:aws:s3:::b");
  Use passed = use_of("s3:GetObject", "arn:aws:s3:::b/k", caller, needs);
  passed.outcome = Outcome::kDenied;
  const Value made = minimal_policies({passed}, DrawnNames::kExact);
  EXPECT_EQ(made["roles"].size(), 1u);
  EXPECT_EQ(made["resources"].as_list().at(0)["resource"], Value("arn:aws:s3:::b"));
  // A key's policy must allow in its own account too, and may leave the rest to that.
  r.action = "kms:Decrypt";
  r.resource = "arn:aws:kms:us-east-1:111111111111:key/k";
  r.resource_account = "111111111111";
  r.resource_policy_mandatory = true;
  needs = needs_to_allow(r);
  EXPECT_TRUE(needs.identity && needs.resource && needs.delegates);
  EXPECT_EQ(needs.holder, r.resource);
}

TEST(MinimalPolicies, ServiceLinkedRolesAreAWSsOwn) {
  Caller caller = session_of("x", "111111111111");
  caller.principal.role_arn = "arn:aws:iam::111111111111:role/aws-service-role/a.amazonaws.com/x";
  const Value made =
      minimal_policies({use_of("s3:GetObject", "arn:aws:s3:::b/k", caller)}, DrawnNames::kExact);
  EXPECT_EQ(made["roles"].size(), 0u);
}

}  // namespace
}  // namespace drydock
