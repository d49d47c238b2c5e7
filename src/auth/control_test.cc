// Whom control policies bind, where statements stand, and who counts as whom. Sources: AWS
// Organizations User Guide, "Service control policies" and "Resource control policies"; IAM User
// Guide, "Principal", "Policy evaluation logic".
#include <gtest/gtest.h>

#include "auth/evaluate.h"
#include "auth/held.h"

namespace drydock {
namespace {

constexpr std::string_view kAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

PolicyPtr policy(std::string_view statements, PolicyUse use) {
  auto parsed = parse_policy(
      R"({"Version":"2012-10-17","Statement":[)" + std::string(statements) + "]}", use);
  EXPECT_TRUE(parsed) << statements << (parsed ? "" : parsed.error().message);
  return parsed ? *parsed : nullptr;
}
AppliedPolicy applied(std::string_view statements, PolicyUse use, std::string arn = {}) {
  return {policy(statements, use), std::move(arn), "p", "x"};
}

Caller caller_of(Principal::Kind kind) {
  Caller c;
  auto& p = c.principal;
  p.kind = kind;
  using Kind = Principal::Kind;
  if (kind == Kind::kService) p.name = p.arn = "lambda.amazonaws.com";
  if (kind == Kind::kFederated) p.name = "accounts.google.com";
  if (kind == Kind::kService || kind == Kind::kFederated || kind == Kind::kAnonymous) return c;
  p.account = {"111111111111"};
  p.arn = kind == Kind::kRoot            ? "arn:aws:iam::111111111111:root"
          : kind == Kind::kUser          ? "arn:aws:iam::111111111111:user/ann"
          : kind == Kind::kFederatedUser ? "arn:aws:sts::111111111111:federated-user/bob"
                                         : "arn:aws:sts::111111111111:assumed-role/r/s";
  if (kind == Kind::kAssumedRole) p.role_arn = "arn:aws:iam::111111111111:role/r";
  if (kind == Kind::kFederatedUser) p.role_arn = "arn:aws:iam::111111111111:user/ann";
  return c;
}

// A request that everything but a control policy allows.
AuthorizationRequest open_request(const Caller& caller, std::string_view action = "s3:GetObject") {
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = action;
  r.resource = "arn:aws:s3:::b/k";
  r.resource_account = "111111111111";
  r.identity = {applied(kAll, PolicyUse::kIdentity)};
  r.resource_policies = {applied(
      R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"})", PolicyUse::kResource)};
  return r;
}

std::shared_ptr<OrganizationFacts> organization(std::string_view service_control,
                                                std::string_view resource_control) {
  auto out = std::make_shared<OrganizationFacts>();
  out->id = "o-1";
  if (!service_control.empty())
    out->service_control = {{applied(kAll, PolicyUse::kServiceControl)},
                            {applied(kAll, PolicyUse::kServiceControl),
                             applied(service_control, PolicyUse::kServiceControl, "arn:scp")}};
  if (!resource_control.empty())
    out->resource_control = {{applied(resource_control, PolicyUse::kResourceControl, "arn:rcp")}};
  return out;
}
const char* kDenyService = R"({"Sid":"No","Effect":"Deny","Action":"*","Resource":"*"})";
const char* kDenyResource = R"({"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"})";

TEST(Control, ServiceControlBindsPrincipalsOfMembers) {
  using Kind = Principal::Kind;
  const std::pair<Kind, bool> rows[] = {{Kind::kUser, true},        {Kind::kRoot, true},
                                        {Kind::kAssumedRole, true}, {Kind::kFederatedUser, true},
                                        {Kind::kService, false},    {Kind::kAnonymous, false},
                                        {Kind::kFederated, false}};
  for (auto [kind, bound] : rows) {
    const auto caller = caller_of(kind);
    auto r = open_request(caller);
    auto facts = organization(kDenyService, "");
    r.organization = facts;
    const auto d = evaluate(r);
    EXPECT_EQ(d.allowed(), !bound) << caller.principal.arn;
    if (bound) {
      EXPECT_EQ(d.policy_arn, "arn:scp");
      EXPECT_EQ(d.sid, "No");
      EXPECT_EQ(d.level, 1);
    }
    facts->is_management = true;
    EXPECT_TRUE(evaluate(r).allowed()) << "the management account is not bound";
  }
  auto linked = caller_of(Kind::kAssumedRole);
  linked.principal.role_arn = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/r";
  auto r = open_request(linked);
  r.organization = organization(kDenyService, "");
  EXPECT_TRUE(evaluate(r).allowed()) << "service-linked roles are not bound";
}

TEST(Control, ResourceControlBindsEverybody) {
  using Kind = Principal::Kind;
  for (Kind kind :
       {Kind::kUser, Kind::kRoot, Kind::kAssumedRole, Kind::kService, Kind::kAnonymous}) {
    const auto caller = caller_of(kind);
    auto r = open_request(caller);
    auto facts = organization("", kDenyResource);
    r.resource_organization = facts;
    EXPECT_EQ(evaluate(r).policy_arn, "arn:rcp") << caller.principal.arn;
    facts->is_management = true;
    EXPECT_TRUE(evaluate(r).allowed()) << "the management account's resources are not bound";
  }
  const auto user = caller_of(Kind::kUser);
  const std::pair<const char*, bool> actions[] = {{"kms:Decrypt", true},
                                                  {"kms:RetireGrant", false},
                                                  {"KMS:Decrypt", true},
                                                  {"dynamodb:GetItem", true},
                                                  {"lambda:InvokeFunction", false},
                                                  {"cloudformation:CreateStack", false}};
  for (auto [action, bound] : actions) {
    auto r = open_request(user, action);
    r.resource_organization = organization("", kDenyResource);
    EXPECT_EQ(evaluate(r).allowed(), !bound) << action;
    r.aws_managed = true;
    EXPECT_TRUE(evaluate(r).allowed()) << "AWS managed keys are not bound";
  }
}

// "Deny" of the table in "Policy evaluation logic": who federated counts as a role does.
TEST(Control, FederatedSessions) {
  const auto bob = caller_of(Principal::Kind::kFederatedUser);
  auto r = open_request(bob);
  r.identity.clear();
  r.resource_policies = {applied(
      R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111111111111:user/ann"}})",
      PolicyUse::kResource)};
  EXPECT_EQ(evaluate(r).kind, "session policy");
  r.session = {applied(kAll, PolicyUse::kSession)};
  EXPECT_TRUE(evaluate(r).allowed());
  r.session.clear();
  r.resource_policies = {applied(
      R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":{"AWS":"arn:aws:sts::111111111111:federated-user/bob"}})",
      PolicyUse::kResource)};
  EXPECT_TRUE(evaluate(r).allowed());
  const auto web = caller_of(Principal::Kind::kFederated);
  auto w = open_request(web);
  w.resource_policies = {applied(
      R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":{"Federated":"accounts.google.com"}})",
      PolicyUse::kResource)};
  EXPECT_TRUE(evaluate(w).allowed());
}

TEST(Trace, KnowsLinesOfTheDocument) {
  const auto caller = caller_of(Principal::Kind::kUser);
  auto parsed = parse_policy(
      "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": "
      "\"Allow\", \"Action\": \"s3:Put{]\\\"*\", \"Resource\": \"*\"},\n    {\n"
      "      \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"\n    }\n  ]\n}",
      PolicyUse::kIdentity);
  ASSERT_TRUE(parsed);
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:GetObject";
  r.resource = "*";
  r.identity = {{*parsed, "", "p", "x"}};
  std::vector<StatementTrace> trace;
  const auto d = evaluate(r, trace);
  ASSERT_EQ(trace.size(), 2u);
  EXPECT_EQ(trace[0].source.line, 4);
  EXPECT_EQ(trace[0].source.column, 5);
  EXPECT_EQ(trace[1].source.line, 5);
  EXPECT_EQ(trace[1].source.end_line, 7);
  EXPECT_EQ(trace[1].source.end_column, 6);
  EXPECT_EQ(d.source.line, 5);
  EXPECT_TRUE(source_of(*trace[0].document).starts_with("{\n"));
}

TEST(Held, PrincipalsAreChangedWhereTheyStand) {
  auto upper = [](std::string& text) -> Result<void> {
    if (text == "arn:aws:iam::111111111111:role/r") text = "AROARRRRRRRRRRRRRRRR";
    return {};
  };
  const std::string other =
      R"({"Statement": {"Principal": {"AWS": "111111111111"}, "Action": "arn:aws:iam::111111111111:role/r"}})";
  EXPECT_EQ(*with_principals(other, upper), other);
  EXPECT_EQ(
      *with_principals(
          R"({"Statement":[{"NotPrincipal":{"AWS":["x","arn:aws:iam::111111111111:role/r"]}}]})",
          upper),
      R"({"Statement":[{"NotPrincipal":{"AWS":["x","AROARRRRRRRRRRRRRRRR"]}}]})");
  EXPECT_TRUE(is_unique_id("AROARRRRRRRRRRRRRRRR"));
  EXPECT_FALSE(is_unique_id("AROA"));
}

}  // namespace
}  // namespace drydock
