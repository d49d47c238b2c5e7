#include "auth/explain.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

TEST(Explain, NearestFirstAndTheFixOfBothAccounts) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kAssumedRole;
  caller.principal.account = {"111111111111"};
  caller.principal.arn = "arn:aws:sts::111111111111:assumed-role/build/s";
  caller.principal.role_arn = "arn:aws:iam::111111111111:role/build";
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "sts:AssumeRole";
  r.resource = "arn:aws:iam::222222222222:role/deploy";
  r.resource_account = "222222222222";
  r.resource_policy_mandatory = r.is_trust = true;
  auto add = [](AppliedPolicies& to, std::string_view document, PolicyUse use, std::string name) {
    to.push_back({*parse_policy(document, use), "", std::move(name), "x"});
  };
  add(r.identity, R"({"Statement":[{"Sid":"Other","Effect":"Allow","Action":"s3:*","Resource":"*"},
     {"Sid":"Near","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::222222222222:role/other"}]})",
      PolicyUse::kIdentity, "inline");
  add(r.resource_policies,
      R"({"Statement":[{"Sid":"Trust","Effect":"Allow","Action":"sts:AssumeRole",
     "Principal":{"Service":"codebuild.amazonaws.com"}}]})",
      PolicyUse::kTrust, "trust");
  std::vector<StatementTrace> trace;
  auto decision = evaluate(r, trace);
  auto e = explain(r, decision, trace);
  EXPECT_EQ(e["kind"].string_or(""), "role trust policy");
  ASSERT_EQ(e["nearMisses"].size(), 2u);  // what allows another service is none
  EXPECT_EQ(e["nearMisses"].as_list()[0]["sid"].string_or(""), "Trust");
  EXPECT_EQ(e["nearMisses"].as_list()[1]["sid"].string_or(""), "Near");
  EXPECT_EQ(
      to_json(e["fix"]["statement"]),
      R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/build"},"Action":"sts:AssumeRole"})");
  EXPECT_EQ(e["furtherFixes"].as_list()[0]["where"].string_or(""),
            "an identity-based policy of arn:aws:iam::111111111111:role/build");
  auto text = explanation_text(e);
  EXPECT_NE(text.find("no role trust policy allows it"), std::string::npos) << text;
  EXPECT_NE(text.find("    {\n      \"Effect\": \"Allow\",\n"), std::string::npos) << text;
}

TEST(Explain, AnExplicitDenyNamesItsStatement) {
  Caller caller;
  caller.principal.kind = Principal::Kind::kUser;
  caller.principal.account = {"111111111111"};
  caller.principal.arn = "arn:aws:iam::111111111111:user/ann";
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:PutObject";
  r.resource = "arn:aws:s3:::b/k";
  r.identity.push_back(
      {*parse_policy(
           R"({"Statement":{"Sid":"No","Effect":"Deny","Action":"s3:Put*","Resource":"*"}})",
           PolicyUse::kIdentity),
       "", "guard", "x"});
  std::vector<StatementTrace> trace;
  auto decision = evaluate(r, trace);
  auto e = explain(r, decision, trace);
  EXPECT_EQ(e["fix"]["where"].string_or(""),
            "statement No of guard (identity-based policy), which denies: narrow or remove it");
}

}  // namespace
}  // namespace drydock
