// The decision by tables: the rows are the IAM User Guide's.
#include "auth/evaluate.h"
#include "auth/message.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

constexpr std::string_view kA = "111111111111", kB = "222222222222";

Caller user(std::string_view account = kA) {
  Caller c;
  c.principal.kind = Principal::Kind::kUser;
  c.principal.account = {std::string(account)};
  c.principal.arn = "arn:aws:iam::" + std::string(account) + ":user/ann";
  c.principal.id = "AIDAANNANNANNANNANNA";
  c.principal.name = "ann";
  return c;
}
Caller session(std::string_view account = kA) {
  Caller c;
  c.principal.kind = Principal::Kind::kAssumedRole;
  c.principal.account = {std::string(account)};
  c.principal.arn = "arn:aws:sts::" + std::string(account) + ":assumed-role/deploy/s1";
  c.principal.id = "AROADEPLOYDEPLOYDEPL:s1";
  c.principal.name = "s1";
  c.principal.role_arn = "arn:aws:iam::" + std::string(account) + ":role/path/deploy";
  c.principal.role_name = "deploy";
  c.principal.role_id = "AROADEPLOYDEPLOYDEPL";
  return c;
}
Caller service(std::string name) {
  Caller c;
  c.principal.kind = Principal::Kind::kService;
  c.principal.name = std::move(name);
  return c;
}
Caller root(std::string_view account = kA) {
  Caller c;
  c.principal.kind = Principal::Kind::kRoot;
  c.principal.account = {std::string(account)};
  c.principal.arn = "arn:aws:iam::" + std::string(account) + ":root";
  c.principal.id = std::string(account);
  return c;
}

PolicyPtr policy(std::string_view statements, PolicyUse use,
                 std::string_view version = "2012-10-17") {
  auto text = "{\"Version\":\"" + std::string(version) + "\",\"Statement\":[" +
              std::string(statements) + "]}";
  auto parsed = parse_policy(text, use);
  EXPECT_TRUE(parsed) << parsed.error().message << text;
  return parsed ? *parsed : nullptr;
}
std::vector<AppliedPolicy> applied(std::string_view statements, PolicyUse use) {
  if (statements.empty()) return {};
  return {{policy(statements, use), "", "inline", "x"}};
}

constexpr std::string_view kAllowAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
constexpr std::string_view kNone = R"({"Effect":"Allow","Action":"none:None","Resource":"*"})";
constexpr std::string_view kDenyAll = R"({"Effect":"Deny","Action":"*","Resource":"*"})";

std::string for_principal(std::string_view principal, std::string_view effect = "Allow",
                          std::string_view element = "Principal") {
  return "{\"Effect\":\"" + std::string(effect) + "\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"" +
         std::string(element) + "\":" + std::string(principal) + "}";
}

struct Policies {
  std::string_view identity, boundary, session;
  std::string resource;
};
AuthorizationRequest request_of(const Caller& caller, const Policies& p,
                                std::string_view resource_account = kA) {
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:GetObject";
  r.resource = "arn:aws:s3:::bucket/key";
  r.resource_account = std::string(resource_account);
  r.identity = applied(p.identity, PolicyUse::kIdentity);
  r.boundary = applied(p.boundary, PolicyUse::kBoundary);
  r.session = applied(p.session, PolicyUse::kSession);
  r.resource_policies = applied(p.resource, PolicyUse::kResource);
  return r;
}
bool allowed(const Caller& caller, const Policies& p, std::string_view resource_account = kA) {
  return evaluate(request_of(caller, p, resource_account)).allowed();
}

const std::string kUserArn = R"({"AWS":"arn:aws:iam::111111111111:user/ann"})";
const std::string kRoleArn = R"({"AWS":"arn:aws:iam::111111111111:role/path/deploy"})";
const std::string kSessionArn = R"({"AWS":"arn:aws:sts::111111111111:assumed-role/deploy/s1"})";
const std::string kAccount = R"({"AWS":"111111111111"})";
const std::string kEverybody = "\"*\"";

// An Allow of the resource's policy against implicit denies elsewhere, in one account.
TEST(Evaluate, ResourcePolicyInOneAccount) {
  struct Row {
    Caller caller;
    std::string principal;
    bool no_identity, no_boundary, no_session;
  };
  const Row rows[] = {
      {user(), kUserArn, true, true, true},
      {user(), R"({"AWS":"AIDAANNANNANNANNANNA"})", true, true, true},
      {session(), kRoleArn, true, false, false},
      {session(), R"({"AWS":"AROADEPLOYDEPLOYDEPL"})", true, false, false},
      {session(), kSessionArn, true, true, true},
      {user(), kEverybody, true, true, true},
      {session(), R"({"AWS":"*"})", true, true, true},
      {user(), kAccount, false, false, false},
      {session(), R"({"AWS":"arn:aws:iam::111111111111:root"})", false, false, false},
      {user(), R"({"AWS":"arn:aws:iam::111111111111:user/bob"})", false, false, false},
  };
  for (const auto& row : rows) {
    auto resource = for_principal(row.principal);
    EXPECT_EQ(allowed(row.caller, {"", "", "", resource}), row.no_identity) << row.principal;
    EXPECT_EQ(allowed(row.caller, {kAllowAll, kNone, "", resource}), row.no_boundary)
        << row.principal;
    EXPECT_EQ(allowed(row.caller, {kAllowAll, "", kNone, resource}), row.no_session)
        << row.principal;
    EXPECT_TRUE(allowed(row.caller, {kAllowAll, "", "", resource}));
    EXPECT_FALSE(allowed(row.caller, {kDenyAll, "", "", resource}));
    EXPECT_FALSE(allowed(row.caller, {kAllowAll, kDenyAll, "", resource}));
    EXPECT_FALSE(allowed(row.caller, {kAllowAll, "", kDenyAll, resource}));
  }
}

TEST(Evaluate, IdentityBoundarySession) {
  for (const auto& caller : {user(), session()}) {
    EXPECT_FALSE(allowed(caller, {}));
    EXPECT_TRUE(allowed(caller, {kAllowAll, "", "", ""}));
    EXPECT_TRUE(allowed(caller, {kAllowAll, kAllowAll, kAllowAll, ""}));
    EXPECT_FALSE(allowed(caller, {kAllowAll, kNone, "", ""}));
    EXPECT_FALSE(allowed(caller, {kAllowAll, "", kNone, ""}));
    EXPECT_FALSE(allowed(caller, {kNone, kAllowAll, kAllowAll, ""}));
    EXPECT_FALSE(allowed(caller, {kAllowAll, "", "", for_principal(kEverybody, "Deny")}));
  }
  EXPECT_TRUE(allowed(root(), {}));
  EXPECT_FALSE(allowed(root(), {"", "", "", for_principal(kEverybody, "Deny")}));
}

TEST(Evaluate, TwoAccounts) {
  auto theirs = [](std::string_view p) { return for_principal(p); };
  for (const auto& principal : {kUserArn, kAccount, kEverybody}) {
    EXPECT_FALSE(allowed(user(), {"", "", "", theirs(principal)}, kB)) << principal;
    EXPECT_TRUE(allowed(user(), {kAllowAll, "", "", theirs(principal)}, kB)) << principal;
    EXPECT_FALSE(allowed(user(), {kAllowAll, kNone, "", theirs(principal)}, kB)) << principal;
  }
  EXPECT_FALSE(allowed(user(), {kAllowAll, "", "", ""}, kB));
  EXPECT_FALSE(allowed(session(), {kAllowAll, "", kNone, theirs(kSessionArn)}, kB));
  EXPECT_TRUE(allowed(session(), {kAllowAll, "", "", theirs(kRoleArn)}, kB));
  EXPECT_FALSE(allowed(session(), {kDenyAll, "", "", theirs(kRoleArn)}, kB));
  EXPECT_TRUE(allowed(root(), {"", "", "", theirs(kAccount)}, kB));
  EXPECT_FALSE(allowed(root(), {"", "", "", theirs(kUserArn)}, kB));
}

TEST(Evaluate, ServicesAndAnonymous) {
  auto apigateway = service("apigateway.amazonaws.com");
  EXPECT_TRUE(allowed(apigateway,
                      {"", "", "", for_principal(R"({"Service":"apigateway.amazonaws.com"})")}));
  EXPECT_FALSE(
      allowed(apigateway, {"", "", "", for_principal(R"({"Service":"events.amazonaws.com"})")}));
  EXPECT_FALSE(allowed(apigateway, {kAllowAll, "", "", ""}));
  EXPECT_TRUE(allowed(Caller{}, {"", "", "", for_principal(kEverybody)}));
  EXPECT_FALSE(allowed(Caller{}, {"", "", "", for_principal(kAccount)}));
}

TEST(Evaluate, MandatoryResourcePolicy) {
  auto decide = [](const Caller& caller, std::string_view identity, const std::string& resource,
                   std::string_view account = kA) {
    auto r = request_of(caller, {identity, "", "", resource}, account);
    r.resource_policy_mandatory = true;
    return evaluate(r).allowed();
  };
  EXPECT_FALSE(decide(user(), kAllowAll, for_principal(R"({"Service":"lambda.amazonaws.com"})")));
  EXPECT_FALSE(decide(root(), "", for_principal(kUserArn)));
  EXPECT_TRUE(decide(user(), kAllowAll, for_principal(kAccount)));
  EXPECT_FALSE(decide(user(), kNone, for_principal(kAccount)));
  EXPECT_TRUE(decide(root(), "", for_principal(kAccount)));
  EXPECT_TRUE(decide(user(), "", for_principal(kUserArn)));
  EXPECT_TRUE(decide(session(), "", for_principal(kRoleArn)));
  EXPECT_FALSE(decide(user(), "", for_principal(kUserArn), kB));
  EXPECT_TRUE(decide(user(), kAllowAll, for_principal(kUserArn), kB));
}

TEST(Evaluate, NotPrincipal) {
  auto deny = [](std::string_view p) { return for_principal(p, "Deny", "NotPrincipal"); };
  auto both = R"({"AWS":["111111111111","arn:aws:iam::111111111111:user/ann"]})";
  auto all_three = R"({"AWS":["111111111111","arn:aws:iam::111111111111:role/path/deploy",
                       "arn:aws:sts::111111111111:assumed-role/deploy/s1"]})";
  EXPECT_TRUE(allowed(user(), {kAllowAll, "", "", deny(both)}));
  EXPECT_FALSE(allowed(user(), {kAllowAll, "", "", deny(kUserArn)}));
  EXPECT_FALSE(allowed(user(), {kAllowAll, "", "", deny(kAccount)}));
  EXPECT_FALSE(allowed(user(), {kAllowAll, kAllowAll, "", deny(both)}));
  EXPECT_TRUE(allowed(session(), {kAllowAll, "", "", deny(all_three)}));
  EXPECT_FALSE(allowed(session(), {kAllowAll, "", "", deny(kRoleArn)}));
}

OrganizationPtr organization_with(const std::vector<std::string_view>& levels) {
  auto organization = std::make_shared<OrganizationFacts>();
  organization->id = "o-1";
  for (auto level : levels)
    organization->service_control.push_back(applied(level, PolicyUse::kServiceControl));
  return organization;
}

TEST(Evaluate, ServiceControlPolicies) {
  auto caller = user();
  auto with = [&](std::vector<std::string_view> levels) {
    auto r = request_of(caller, {kAllowAll, "", "", ""});
    r.organization = organization_with(levels);
    return evaluate(r);
  };
  EXPECT_TRUE(with({kAllowAll, kAllowAll}).allowed());
  EXPECT_FALSE(with({kAllowAll, kNone}).allowed());
  EXPECT_FALSE(with({kAllowAll, ""}).allowed());
  auto denied = with({kDenyAll, kAllowAll});
  EXPECT_EQ(
      denied.message,
      "User: arn:aws:iam::111111111111:user/ann is not authorized to perform: s3:GetObject on resource: "
      "\"arn:aws:s3:::bucket/key\" with an explicit deny in a service control policy");
  // Also where the resource's policy would allow at once.
  auto r = request_of(caller, {"", "", "", for_principal(kUserArn)});
  r.organization = organization_with({kNone});
  EXPECT_FALSE(evaluate(r).allowed());
}

TEST(Evaluate, Messages) {
  auto caller = session();
  auto message = [&](const Policies& p, std::string_view account = kA, bool organization = false) {
    auto r = request_of(caller, p, account);
    r.action = "kms:Decrypt";
    r.resource = "arn:aws:kms:us-east-1:111111111111:key/1";
    if (organization) {
      r.organization = r.resource_organization = organization_with({});
    }
    auto text = evaluate(r).message;
    const std::string head =
        "User: arn:aws:sts::111111111111:assumed-role/deploy/s1 is not authorized to perform: kms:Decrypt "
        "on resource: arn:aws:kms:us-east-1:111111111111:key/1";
    EXPECT_TRUE(text.starts_with(head)) << text;
    return text.substr(head.size());
  };
  EXPECT_EQ(message({}), " because no identity-based policy allows the kms:Decrypt action");
  EXPECT_EQ(message({kDenyAll, "", "", ""}), " with an explicit deny in an identity-based policy");
  EXPECT_EQ(message({kAllowAll, kNone, "", ""}),
            " because no permissions boundary allows the kms:Decrypt action");
  EXPECT_EQ(message({kAllowAll, kDenyAll, "", ""}),
            " with an explicit deny in a permissions boundary");
  EXPECT_EQ(message({kAllowAll, "", kNone, ""}),
            " because no session policy allows the kms:Decrypt action");
  EXPECT_EQ(message({kAllowAll, "", "", ""}, kB), "");
  EXPECT_EQ(message({kAllowAll, "", "", ""}, kB, true),
            " because no resource-based policy allows the kms:Decrypt action");
  auto r = request_of(caller, {});
  r.identity = {
      {policy(kDenyAll, PolicyUse::kIdentity), "arn:aws:iam::111111111111:policy/p", "", ""}};
  EXPECT_TRUE(evaluate(r).message.ends_with(
      " with an explicit deny in an identity-based policy: arn:aws:iam::111111111111:policy/p"));
  r = request_of(caller, {});
  r.action = "sts:AssumeRole";
  r.resource_policy_mandatory = r.is_trust = true;
  EXPECT_TRUE(evaluate(r).message.ends_with(
      " because no role trust policy allows the sts:AssumeRole action"));
}

TEST(Evaluate, ActionAndResource) {
  struct Row {
    std::string_view action_pattern, resource_pattern, action, resource;
    bool match;
  };
  const Row rows[] = {
      {"s3:getobject", "*", "s3:GetObject", "arn:aws:s3:::b/k", true},
      {"S3:Get*", "*", "s3:GetObject", "arn:aws:s3:::b/k", true},
      {"s3:*Tag?ing", "*", "s3:PutTagging", "arn:aws:s3:::b/k", true},
      {"s3:GetObject ", "*", "s3:GetObject", "arn:aws:s3:::b/k", false},
      {"s3:Get", "*", "s3:GetObject", "arn:aws:s3:::b/k", false},
      {"*", "*", "s3:GetObject", "*", true},
      {"*", "arn:aws:s3:::b/*", "s3:GetObject", "arn:aws:s3:::b/k/l", true},
      {"*", "arn:aws:s3:::B/*", "s3:GetObject", "arn:aws:s3:::b/k", false},
      {"*", "arn:aws:s3:::b", "s3:GetObject", "arn:aws:s3:::b/k", false},
      {"*", "arn:aws:s3:::*", "s3:ListAllMyBuckets", "*", false},
      {"*", "arn:aws:lambda:*:*:function:f", "lambda:InvokeFunction",
       "arn:aws:lambda:us-east-1:111111111111:function:f", true},
      {"*", "arn:aws:lambda:*:function:f", "lambda:InvokeFunction",
       "arn:aws:lambda:us-east-1:111111111111:function:f", false},
      {"*", "arn:aws:lambda:us-*:1111*:function:*", "lambda:InvokeFunction",
       "arn:aws:lambda:us-east-1:111111111111:function:f:1", true},
      {"*", "arn:aws:logs:us-east-1:*", "logs:PutLogEvents", "arn:aws:logs:us-east-1:1:log-group:g",
       true},
  };
  auto caller = user();
  for (const auto& row : rows) {
    for (bool complement : {false, true}) {
      AuthorizationRequest r;
      r.caller = &caller;
      r.action = row.action;
      r.resource = row.resource;
      auto statement = "{\"Effect\":\"Allow\",\"Action\":\"" + std::string(row.action_pattern) +
                       "\",\"" + (complement ? "NotResource" : "Resource") + "\":\"" +
                       std::string(row.resource_pattern) + "\"}";
      r.identity = applied(statement, PolicyUse::kIdentity);
      bool action_matches = std::string_view(row.resource_pattern) != "*" || row.match;
      EXPECT_EQ(evaluate(r).allowed(), complement ? (action_matches && !row.match) : row.match)
          << statement << row.resource;
    }
  }
}

TEST(Evaluate, Variables) {
  auto caller = user();
  struct Row {
    std::string_view resource, version;
    bool match;
  };
  const Row rows[] = {
      {"arn:aws:s3:::b/${aws:username}/*", "2012-10-17", true},
      {"arn:aws:s3:::b/${aws:username}/*", "2008-10-17", false},
      {"arn:aws:s3:::b/${aws:PrincipalTag/team}/*", "2012-10-17", false},
      {"arn:aws:s3:::b/${aws:PrincipalTag/team, 'ann'}/*", "2012-10-17", true},
      {"arn:aws:s3:::b/${aws:PrincipalTag/wild}/*", "2012-10-17", false},
      {"arn:aws:s3:::b/ann/${*}", "2012-10-17", false},
      {"arn:aws:s3:::b/ann/?", "2012-10-17", true},
  };
  for (const auto& row : rows) {
    AuthorizationRequest r;
    r.caller = &caller;
    r.action = "s3:GetObject";
    r.resource = "arn:aws:s3:::b/ann/k";
    r.context.add("aws:username", "ann");
    r.context.add("aws:PrincipalTag/wild", "*");
    auto statement = "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"" +
                     std::string(row.resource) + "\"}";
    r.identity = {{policy(statement, PolicyUse::kIdentity, row.version), "", "", ""}};
    EXPECT_EQ(evaluate(r).allowed(), row.match) << row.resource;
  }
}

// KMS Developer Guide, "Grants in AWS KMS"; EC2 Auto Scaling's "Required AWS KMS key policy": a
// role of another account without any permission of KMS uses a key by a grant alone.
TEST(Evaluate, GrantsNeedNoPolicyOfTheirPrincipal) {
  const auto caller = session();
  auto r = request_of(caller, {"", "", "", ""}, kB);
  const auto grant_to = [](std::string_view principal) {
    return AppliedPolicy{.policy = policy(for_principal(principal), PolicyUse::kResource),
                         .name = "grant 1",
                         .is_grant = true};
  };
  const std::string role = R"({"AWS":"arn:aws:iam::111111111111:role/path/deploy"})";
  r.resource_policies = {grant_to(role)};
  EXPECT_TRUE(evaluate(r).allowed());
  r.boundary = applied(kNone, PolicyUse::kIdentity);
  EXPECT_EQ(evaluate(r).kind, kBoundaryPolicy);
  r.boundary.clear();
  // To an account, it leaves it to that.
  r.resource_policies = {grant_to(R"({"AWS":"111111111111"})")};
  EXPECT_EQ(evaluate(r).kind, kIdentityPolicy);
  // The same statement in the key's policy needs the other side.
  r.resource_policies = applied(for_principal(role), PolicyUse::kResource);
  EXPECT_EQ(evaluate(r).kind, kIdentityPolicy);
  // Behind a policy that allows as much, it still counts.
  r.resource_policies.push_back(grant_to(role));
  EXPECT_TRUE(evaluate(r).allowed());
}

TEST(Evaluate, SomeActionsAreForTheOwnersAccountAlone) {
  const auto caller = user();
  auto r = request_of(caller, {kAllowAll, "", "", for_principal(kUserArn)}, kB);
  EXPECT_TRUE(evaluate(r).allowed());
  r.owner_account_only = true;
  EXPECT_EQ(evaluate(r).kind, kResourcePolicy);
  r.resource_account = kA;
  EXPECT_TRUE(evaluate(r).allowed());
}

TEST(Evaluate, Trace) {
  auto caller = user();
  auto r =
      request_of(caller, {R"({"Sid":"Put","Effect":"Allow","Action":"s3:PutObject","Resource":"*"},
     {"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}})",
                          "", "", ""});
  std::vector<StatementTrace> trace;
  EXPECT_FALSE(evaluate(r, trace).allowed());
  ASSERT_EQ(trace.size(), 2u);
  EXPECT_EQ(trace[0].sid, "Put");
  EXPECT_EQ(trace[0].failed_element, "Action");
  EXPECT_EQ(trace[1].sid, "#2");
  EXPECT_EQ(trace[1].failed_element, "Condition");
  EXPECT_EQ(trace[1].detail,
            "StringEquals aws:PrincipalTag/team: expected red, the request does not have this key");
}

}  // namespace
}  // namespace drydock
