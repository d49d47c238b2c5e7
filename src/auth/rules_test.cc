// The rules by which IAM decides, one row each, with the page of AWS's documentation that says so
// (https://docs.aws.amazon.com/ is left out of the addresses).
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "auth/conditions.h"
#include "auth/evaluate.h"

namespace drydock {
namespace {

// ---- where it is written
constexpr auto kDenyAllow =
    "IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html";
constexpr auto kCross =
    "IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html";
constexpr auto kBoundaries = "IAM/latest/UserGuide/access_policies_boundaries.html";
constexpr auto kPolicies = "IAM/latest/UserGuide/access_policies.html";
constexpr auto kPrincipal = "IAM/latest/UserGuide/reference_policies_elements_principal.html";
constexpr auto kNotPrincipal = "IAM/latest/UserGuide/reference_policies_elements_notprincipal.html";
constexpr auto kAction = "IAM/latest/UserGuide/reference_policies_elements_action.html";
constexpr auto kNotAction = "IAM/latest/UserGuide/reference_policies_elements_notaction.html";
constexpr auto kResource = "IAM/latest/UserGuide/reference_policies_elements_resource.html";
constexpr auto kNotResource = "IAM/latest/UserGuide/reference_policies_elements_notresource.html";
constexpr auto kVersion = "IAM/latest/UserGuide/reference_policies_elements_version.html";
constexpr auto kVariables = "IAM/latest/UserGuide/reference_policies_variables.html";
constexpr auto kOperators =
    "IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
constexpr auto kMultiple =
    "IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html";
constexpr auto kSets =
    "IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html";
constexpr auto kKeys = "IAM/latest/UserGuide/reference_policies_condition-keys.html";
constexpr auto kMessages = "IAM/latest/UserGuide/troubleshoot_access-denied.html";
constexpr auto kScp = "organizations/latest/userguide/orgs_manage_policies_scps.html";
constexpr auto kScpLogic =
    "organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html";
constexpr auto kRcp = "organizations/latest/userguide/orgs_manage_policies_rcps.html";
constexpr auto kKms = "kms/latest/developerguide/key-policies.html";
constexpr auto kTrust = "IAM/latest/UserGuide/id_roles_update-role-trust-policy.html";
constexpr auto kS3Denied = "AmazonS3/latest/userguide/troubleshoot-403-errors.html";

// ---- who asks
enum class Who { kUser, kSession, kRoot, kFederated, kService, kAnonymous, kLinkedRole };

Caller caller_of(Who who) {
  using Kind = Principal::Kind;
  Caller caller;
  Principal& p = caller.principal;
  const std::string a = "111111111111";
  if (who != Who::kService && who != Who::kAnonymous) p.account = {a};
  switch (who) {
    case Who::kUser:
      p.kind = Kind::kUser, p.arn = "arn:aws:iam::" + a + ":user/ann", p.name = "ann";
      p.id = "AIDAANNANNANNANNANNA";
      break;
    case Who::kSession:
    case Who::kLinkedRole:
      p.kind = Kind::kAssumedRole, p.arn = "arn:aws:sts::" + a + ":assumed-role/r/s";
      p.role_arn = "arn:aws:iam::" + a + ":role/" +
                   (who == Who::kLinkedRole ? "aws-service-role/x.amazonaws.com/r" : "r");
      p.role_name = "r", p.name = "s", p.id = "AROARRRRRRRRRRRRRRRR:s";
      p.role_id = "AROARRRRRRRRRRRRRRRR";
      break;
    case Who::kRoot: p.kind = Kind::kRoot, p.arn = "arn:aws:iam::" + a + ":root", p.id = a; break;
    case Who::kFederated:
      p.kind = Kind::kFederatedUser, p.arn = "arn:aws:sts::" + a + ":federated-user/bob";
      p.role_arn = "arn:aws:iam::" + a + ":user/ann", p.id = a + ":bob";
      break;
    case Who::kService: p.kind = Kind::kService, p.name = p.arn = "events.amazonaws.com"; break;
    case Who::kAnonymous: break;
  }
  return caller;
}

// ---- what the policies say
constexpr std::string_view kAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
constexpr std::string_view kOther = R"({"Effect":"Allow","Action":"none:None","Resource":"*"})";
constexpr std::string_view kNo = R"({"Effect":"Deny","Action":"*","Resource":"*"})";
constexpr std::string_view kNoneGiven = "";

std::string grant(std::string_view principal, std::string_view effect = "Allow",
                  std::string_view element = "Principal") {
  return R"({"Effect":")" + std::string(effect) + R"(","Action":"*","Resource":"*",")" +
         std::string(element) + R"(":)" + std::string(principal) + "}";
}
const std::string kToUser = grant(R"({"AWS":"arn:aws:iam::111111111111:user/ann"})");
const std::string kToRole = grant(R"({"AWS":"arn:aws:iam::111111111111:role/r"})");
const std::string kToSession = grant(R"({"AWS":"arn:aws:sts::111111111111:assumed-role/r/s"})");
const std::string kToFederated = grant(R"({"AWS":"arn:aws:sts::111111111111:federated-user/bob"})");
const std::string kToAccount = grant(R"({"AWS":"111111111111"})");
const std::string kToAll = grant(R"("*")");
const std::string kToService = grant(R"({"Service":"events.amazonaws.com"})");
const std::string kAgainstAll = grant(R"("*")", "Deny");

std::vector<AppliedPolicy> applied(std::string_view statements, PolicyUse use) {
  if (statements.empty()) return {};
  auto parsed = parse_policy(
      R"({"Version":"2012-10-17","Statement":[)" + std::string(statements) + "]}", use);
  EXPECT_TRUE(parsed) << statements << (parsed ? "" : parsed.error().message);
  if (!parsed) return {};
  return {{*parsed, "", "p", "x"}};
}

enum class Where { kOneAccount, kTwoAccounts };
enum class Mandatory { kNo, kYes };

struct Rule {
  const char* rule;
  const char* page;
  Who who;
  std::string_view identity, boundary, session;
  std::string resource;
  bool allowed;
  Where where = Where::kOneAccount;
  Mandatory mandatory = Mandatory::kNo;
};

AuthorizationRequest request_of(const Caller& caller, const Rule& rule) {
  AuthorizationRequest r;
  r.caller = &caller;
  r.action = "s3:GetObject";
  r.resource = "arn:aws:s3:::b/k";
  r.resource_account = rule.where == Where::kOneAccount ? "111111111111" : "222222222222";
  r.identity = applied(rule.identity, PolicyUse::kIdentity);
  r.boundary = applied(rule.boundary, PolicyUse::kBoundary);
  r.session = applied(rule.session, PolicyUse::kSession);
  r.resource_policies = applied(rule.resource, PolicyUse::kResource);
  r.resource_policy_mandatory = rule.mandatory == Mandatory::kYes;
  return r;
}

TEST(Rules, Evaluation) {
  constexpr auto kNil = kNoneGiven;
  constexpr auto kTwo = Where::kTwoAccounts;
  constexpr auto kMust = Mandatory::kYes;
  const Rule rules[] = {
      // One account.
      {"all is denied by default", kDenyAllow, Who::kUser, kNil, kNil, kNil, "", false},
      {"an Allow of an identity policy", kDenyAllow, Who::kUser, kAll, kNil, kNil, "", true},
      {"an explicit deny wins: identity", kDenyAllow, Who::kUser, kNo, kNil, kNil, kToUser, false},
      {"an explicit deny wins: boundary", kDenyAllow, Who::kUser, kAll, kNo, kNil, kToUser, false},
      {"an explicit deny wins: session", kDenyAllow, Who::kSession, kAll, kNil, kNo, kToSession,
       false},
      {"an explicit deny wins: resource", kDenyAllow, Who::kUser, kAll, kNil, kNil, kAgainstAll,
       false},
      {"a boundary gives nothing by itself", kBoundaries, Who::kUser, kNil, kAll, kNil, "", false},
      {"identity and boundary must both allow", kBoundaries, Who::kUser, kAll, kOther, kNil, "",
       false},
      {"a session policy gives nothing by itself", kPolicies, Who::kSession, kNil, kNil, kAll, "",
       false},
      {"identity and session policy must both allow", kPolicies, Who::kSession, kAll, kNil, kOther,
       "", false},
      {"a role session without session policy has its role's", kPolicies, Who::kSession, kAll, kNil,
       kNil, "", true},
      {"a federated session without session policy has nothing", kPolicies, Who::kFederated, kAll,
       kNil, kNil, "", false},
      {"a federated session has what its user and policy share", kPolicies, Who::kFederated, kAll,
       kNil, kAll, "", true},
      {"root needs no policy", kPolicies, Who::kRoot, kNil, kNil, kNil, "", true},
      {"root obeys denies of resources", kPolicies, Who::kRoot, kNil, kNil, kNil, kAgainstAll,
       false},
      // What an Allow of the resource's policy lifts, by whom it names.
      {"user ARN: identity may say nothing", kDenyAllow, Who::kUser, kNil, kNil, kNil, kToUser,
       true},
      {"user ARN: boundary may say nothing", kDenyAllow, Who::kUser, kNil, kOther, kNil, kToUser,
       true},
      {"role ARN: identity may say nothing", kDenyAllow, Who::kSession, kNil, kNil, kNil, kToRole,
       true},
      {"role ARN: boundary limits", kDenyAllow, Who::kSession, kNil, kOther, kNil, kToRole, false},
      {"role ARN: session policy limits", kDenyAllow, Who::kSession, kNil, kNil, kOther, kToRole,
       false},
      {"session ARN: boundary may say nothing", kDenyAllow, Who::kSession, kNil, kOther, kNil,
       kToSession, true},
      {"session ARN: session policy may say nothing", kDenyAllow, Who::kSession, kNil, kNil, kOther,
       kToSession, true},
      {"federated ARN: session policy may say nothing", kDenyAllow, Who::kFederated, kNil, kNil,
       kOther, kToFederated, true},
      {"who federated: session policy limits", kDenyAllow, Who::kFederated, kNil, kNil, kOther,
       kToUser, false},
      {"everybody: session policy may say nothing", kPrincipal, Who::kSession, kNil, kNil, kOther,
       kToAll, true},
      {"everybody: boundary may say nothing", kPrincipal, Who::kUser, kNil, kOther, kNil, kToAll,
       true},
      {"the account: identity must allow too", kPrincipal, Who::kUser, kNil, kNil, kNil, kToAccount,
       false},
      {"the account: identity allows", kPrincipal, Who::kUser, kAll, kNil, kNil, kToAccount, true},
      {"somebody else is named", kPrincipal, Who::kUser, kNil, kNil, kNil, kToRole, false},
      // Callers without an account.
      {"services: the resource's policy alone", kPrincipal, Who::kService, kNil, kNil, kNil,
       kToService, true},
      {"services: not by an account's name", kPrincipal, Who::kService, kNil, kNil, kNil,
       kToAccount, false},
      {"anonymous: only who allows everybody", kPrincipal, Who::kAnonymous, kNil, kNil, kNil,
       kToAll, true},
      {"anonymous: not by an account's name", kPrincipal, Who::kAnonymous, kNil, kNil, kNil,
       kToAccount, false},
      // Two accounts.
      {"both accounts must allow: they do", kCross, Who::kUser, kAll, kNil, kNil, kToAccount, true,
       kTwo},
      {"both must: the resource says nothing", kCross, Who::kUser, kAll, kNil, kNil, "", false,
       kTwo},
      {"both must: identity says nothing", kCross, Who::kUser, kNil, kNil, kNil, kToUser, false,
       kTwo},
      {"both must: boundary says nothing", kCross, Who::kUser, kAll, kOther, kNil, kToUser, false,
       kTwo},
      {"both must: session says nothing", kCross, Who::kSession, kAll, kNil, kOther, kToSession,
       false, kTwo},
      {"everybody is not enough across accounts", kCross, Who::kUser, kNil, kNil, kNil, kToAll,
       false, kTwo},
      {"a deny of either side wins: theirs", kCross, Who::kUser, kAll, kNil, kNil, kAgainstAll,
       false, kTwo},
      {"a deny of either side wins: ours", kCross, Who::kUser, kNo, kNil, kNil, kToUser, false,
       kTwo},
      {"root across accounts: the resource must allow", kCross, Who::kRoot, kNil, kNil, kNil, "",
       false, kTwo},
      {"root across accounts: it does", kCross, Who::kRoot, kNil, kNil, kNil, kToAccount, true,
       kTwo},
      // Where the resource's policy must allow in one account too.
      {"keys: identity policies alone give nothing", kKms, Who::kUser, kAll, kNil, kNil, kToRole,
       false, Where::kOneAccount, kMust},
      {"keys: not even root, unless the policy says so", kKms, Who::kRoot, kNil, kNil, kNil,
       kToUser, false, Where::kOneAccount, kMust},
      {"keys: naming the account lets identity policies count", kKms, Who::kUser, kAll, kNil, kNil,
       kToAccount, true, Where::kOneAccount, kMust},
      {"keys: naming the account is not enough alone", kKms, Who::kUser, kNil, kNil, kNil,
       kToAccount, false, Where::kOneAccount, kMust},
      {"keys: naming the user is enough", kKms, Who::kUser, kNil, kNil, kNil, kToUser, true,
       Where::kOneAccount, kMust},
      {"trust: who is not named cannot assume", kTrust, Who::kUser, kAll, kNil, kNil, "", false,
       Where::kOneAccount, kMust},
      // NotPrincipal.
      {"NotPrincipal: who is named with the account is spared", kNotPrincipal, Who::kUser, kAll,
       kNil, kNil,
       grant(R"({"AWS":["111111111111","arn:aws:iam::111111111111:user/ann"]})", "Deny",
             "NotPrincipal"),
       true},
      {"NotPrincipal: the user alone is not", kNotPrincipal, Who::kUser, kAll, kNil, kNil,
       grant(R"({"AWS":"arn:aws:iam::111111111111:user/ann"})", "Deny", "NotPrincipal"), false},
      {"NotPrincipal: nor the role without its session", kNotPrincipal, Who::kSession, kAll, kNil,
       kNil,
       grant(R"({"AWS":["111111111111","arn:aws:iam::111111111111:role/r"]})", "Deny",
             "NotPrincipal"),
       false},
      {"NotPrincipal: nor who has a boundary", kNotPrincipal, Who::kUser, kAll, kAll, kNil,
       grant(R"({"AWS":["111111111111","arn:aws:iam::111111111111:user/ann"]})", "Deny",
             "NotPrincipal"),
       false},
  };
  for (const Rule& rule : rules) {
    const Caller caller = caller_of(rule.who);
    EXPECT_EQ(evaluate(request_of(caller, rule)).allowed(), rule.allowed)
        << rule.rule << " (" << rule.page << ")";
  }
}

// ---- organizations

constexpr std::string_view kNobody =
    R"({"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"})";

struct ControlRule {
  const char* rule;
  const char* page;
  Who who;
  std::vector<std::string_view> service_levels, resource_levels;
  bool management;
  bool allowed;
  std::string action = "s3:GetObject";
};

TEST(Rules, ControlPolicies) {
  const ControlRule rules[] = {
      {"every level allows", kScpLogic, Who::kUser, {kAll, kAll, kAll}, {}, false, true},
      {"one level that does not allow is enough",
       kScpLogic,
       Who::kUser,
       {kAll, kOther, kAll},
       {},
       false,
       false},
      {"a deny at any level", kScpLogic, Who::kUser, {kAll, kNo}, {}, false, false},
      {"they give nothing: see Evaluation; they bind root",
       kScp,
       Who::kRoot,
       {kNo},
       {},
       false,
       false},
      {"they bind sessions", kScp, Who::kSession, {kNo}, {}, false, false},
      {"not the management account", kScp, Who::kUser, {kNo}, {}, true, true},
      {"not service-linked roles", kScp, Who::kLinkedRole, {kNo}, {}, false, true},
      {"not services", kScp, Who::kService, {kNo}, {}, false, true},
      {"resource control denies users", kRcp, Who::kUser, {}, {kNobody}, false, false},
      {"and anonymous callers", kRcp, Who::kAnonymous, {}, {kNobody}, false, false},
      {"and root", kRcp, Who::kRoot, {}, {kNobody}, false, false},
      {"not service-linked roles", kRcp, Who::kLinkedRole, {}, {kNobody}, false, true},
      {"not resources of the management account", kRcp, Who::kUser, {}, {kNobody}, true, true},
      {"not services that have none",
       kRcp,
       Who::kUser,
       {},
       {kNobody},
       false,
       true,
       "lambda:InvokeFunction"},
      {"not kms:RetireGrant", kRcp, Who::kUser, {}, {kNobody}, false, true, "kms:RetireGrant"},
  };
  for (const ControlRule& rule : rules) {
    const Caller caller = caller_of(rule.who);
    // Everything else allows.
    AuthorizationRequest r =
        request_of(caller, {.who = rule.who, .identity = kAll, .resource = kToAll});
    r.action = rule.action;
    auto facts = std::make_shared<OrganizationFacts>();
    facts->id = "o-1";
    facts->is_management = rule.management;
    for (auto level : rule.service_levels)
      facts->service_control.push_back(applied(level, PolicyUse::kServiceControl));
    for (auto level : rule.resource_levels)
      facts->resource_control.push_back(applied(level, PolicyUse::kResourceControl));
    r.organization = r.resource_organization = facts;
    EXPECT_EQ(evaluate(r).allowed(), rule.allowed) << rule.rule << " (" << rule.page << ")";
  }
}

// ---- elements of statements

struct ElementRule {
  const char* rule;
  const char* page;
  std::string statement;  // of an identity policy
  bool matches;           // s3:GetObject on arn:aws:s3:::b/ann/k, by ann
  std::string version = "2012-10-17";
};

std::string elements(std::string_view action, std::string_view resource,
                     std::string_view action_name = "Action",
                     std::string_view resource_name = "Resource") {
  return R"({"Effect":"Allow",")" + std::string(action_name) + R"(":")" + std::string(action) +
         R"(",")" + std::string(resource_name) + R"(":")" + std::string(resource) + R"("})";
}

TEST(Rules, Elements) {
  const ElementRule rules[] = {
      {"actions match without case", kAction, elements("S3:getOBJECT", "*"), true},
      {"* stands for any text in an action", kAction, elements("s3:*Obj*", "*"), true},
      {"? stands for one character", kAction, elements("s3:Get?bject", "*"), true},
      {"* alone is every action", kAction, elements("*", "*"), true},
      {"a name is whole", kAction, elements("s3:Get", "*"), false},
      {"NotAction is every other action", kNotAction, elements("s3:PutObject", "*", "NotAction"),
       true},
      {"NotAction is not what it names", kNotAction, elements("s3:Get*", "*", "NotAction"), false},
      {"resources match with case", kResource, elements("*", "arn:aws:s3:::B/*"), false},
      {"* spans slashes", kResource, elements("*", "arn:aws:s3:::b/*"), true},
      {"? stands for one character", kResource, elements("*", "arn:aws:s3:::b/a?n/k"), true},
      {"* does not span the colons of an ARN", kResource, elements("*", "arn:aws:*:b/ann/k"),
       false},
      {"a bucket is not its objects", kResource, elements("*", "arn:aws:s3:::b"), false},
      {"NotResource is every other resource", kNotResource,
       elements("*", "arn:aws:s3:::c/*", "Action", "NotResource"), true},
      {"NotResource is not what it names", kNotResource,
       elements("*", "arn:aws:s3:::b/*", "Action", "NotResource"), false},
      {"variables are put in", kVariables, elements("*", "arn:aws:s3:::b/${aws:username}/*"), true},
      {"not in the older version", kVersion, elements("*", "arn:aws:s3:::b/${aws:username}/*"),
       false, "2008-10-17"},
      {"a default stands for a missing value", kVariables,
       elements("*", "arn:aws:s3:::b/${aws:PrincipalTag/home, 'ann'}/*"), true},
      {"a variable without value matches nothing", kVariables,
       elements("*", "arn:aws:s3:::b/${aws:PrincipalTag/home}*"), false},
      {"${*} is an asterisk", kVariables, elements("*", "arn:aws:s3:::b/ann/${*}"), false},
      {"wildcards of a value are plain text", kVariables,
       elements("*", "arn:aws:s3:::b/${aws:PrincipalTag/star}/*"), false},
  };
  const Caller ann = caller_of(Who::kUser);
  for (const ElementRule& rule : rules) {
    AuthorizationRequest r;
    r.caller = &ann;
    r.action = "s3:GetObject";
    r.resource = "arn:aws:s3:::b/ann/k";
    r.context.add("aws:username", "ann");
    r.context.add("aws:PrincipalTag/star", "*");
    auto parsed =
        parse_policy(R"({"Version":")" + rule.version + R"(","Statement":)" + rule.statement + "}",
                     PolicyUse::kIdentity);
    ASSERT_TRUE(parsed) << rule.statement;
    r.identity = {{*parsed, "", "p", ""}};
    EXPECT_EQ(evaluate(r).allowed(), rule.matches) << rule.rule << " (" << rule.page << ")";
  }
}

// ---- conditions

struct ConditionRule {
  const char* rule;
  const char* page;
  std::string_view block;
  bool holds;
};

TEST(Rules, Conditions) {
  const ConditionRule rules[] = {
      {"all operators must hold", kMultiple,
       R"({"StringEquals":{"x:one":"a"},"NumericEquals":{"x:n":"11"}})", false},
      {"all keys must hold", kMultiple, R"({"StringEquals":{"x:one":"a","x:n":"11"}})", false},
      {"one value is enough", kMultiple, R"({"StringEquals":{"x:one":["z","a"]}})", true},
      {"negated: no value may match", kMultiple, R"({"StringNotEquals":{"x:one":["z","a"]}})",
       false},
      {"names of keys have no case", kKeys, R"({"StringEquals":{"X:ONE":"a"}})", true},
      {"names of tags neither", kKeys, R"({"StringEquals":{"aws:ResourceTag/ec2":"yes"}})", true},
      {"StringEquals has case and no wildcards", kOperators, R"({"StringEquals":{"x:one":"A*"}})",
       false},
      {"StringEqualsIgnoreCase", kOperators, R"({"StringEqualsIgnoreCase":{"x:one":"A"}})", true},
      {"StringNotEqualsIgnoreCase", kOperators, R"({"StringNotEqualsIgnoreCase":{"x:one":"A"}})",
       false},
      {"StringLike has wildcards", kOperators, R"({"StringLike":{"x:arn":"arn:*:f"}})", true},
      {"StringNotLike", kOperators, R"({"StringNotLike":{"x:arn":"arn:*:f"}})", false},
      {"NumericEquals", kOperators, R"({"NumericEquals":{"x:n":"10.0"}})", true},
      {"NumericNotEquals", kOperators, R"({"NumericNotEquals":{"x:n":"10"}})", false},
      {"NumericLessThan", kOperators, R"({"NumericLessThan":{"x:n":"10"}})", false},
      {"NumericLessThanEquals", kOperators, R"({"NumericLessThanEquals":{"x:n":"10"}})", true},
      {"NumericGreaterThan", kOperators, R"({"NumericGreaterThan":{"x:n":"9"}})", true},
      {"NumericGreaterThanEquals", kOperators, R"({"NumericGreaterThanEquals":{"x:n":"11"}})",
       false},
      {"DateEquals", kOperators, R"({"DateEquals":{"x:t":"2026-03-01T12:00:00Z"}})", true},
      {"DateNotEquals", kOperators, R"({"DateNotEquals":{"x:t":"2026-03-01T12:00:00Z"}})", false},
      {"DateLessThan", kOperators, R"({"DateLessThan":{"x:t":"2026-03-02"}})", true},
      {"DateLessThanEquals", kOperators, R"({"DateLessThanEquals":{"x:t":"2026-03-01"}})", false},
      {"DateGreaterThan, of seconds", kOperators, R"({"DateGreaterThan":{"x:t":"1772366399"}})",
       true},
      {"DateGreaterThanEquals", kOperators,
       R"({"DateGreaterThanEquals":{"x:t":"2026-03-01T12:00:00Z"}})", true},
      {"Bool", kOperators, R"({"Bool":{"x:yes":"true"}})", true},
      {"BinaryEquals", kOperators, R"({"BinaryEquals":{"x:n":"MTA="}})", true},
      {"IpAddress of a range", kOperators, R"({"IpAddress":{"x:ip":"10.1.0.0/16"}})", true},
      {"IpAddress without a length is one address", kOperators,
       R"({"IpAddress":{"x:ip":"10.1.2.4"}})", false},
      {"NotIpAddress", kOperators, R"({"NotIpAddress":{"x:ip":"10.0.0.0/8"}})", false},
      {"ArnEquals has wildcards as ArnLike", kOperators,
       R"({"ArnEquals":{"x:arn":"arn:aws:lambda:*:111111111111:function:*"}})", true},
      {"each part of an ARN by itself", kOperators, R"({"ArnLike":{"x:arn":"arn:*:function:f"}})",
       false},
      {"ArnNotLike", kOperators, R"({"ArnNotLike":{"x:arn":"arn:aws:lambda:*:*:*"}})", false},
      {"ArnNotEquals", kOperators, R"({"ArnNotEquals":{"x:arn":"arn:aws:sns:*:*:*"}})", true},
      {"Null true: absent", kOperators, R"({"Null":{"x:absent":"true"}})", true},
      {"Null false: present", kOperators, R"({"Null":{"x:one":"false"}})", true},
      {"an absent key fails", kOperators, R"({"StringEquals":{"x:absent":"a"}})", false},
      {"but holds when negated", kOperators, R"({"StringNotEquals":{"x:absent":"a"}})", true},
      {"and with IfExists", kOperators, R"({"StringEqualsIfExists":{"x:absent":"a"}})", true},
      {"IfExists looks at a key that is there", kOperators,
       R"({"StringEqualsIfExists":{"x:one":"z"}})", false},
      {"ForAllValues: all of the request's", kSets,
       R"({"ForAllValues:StringEquals":{"x:many":["a","b","c"]}})", true},
      {"ForAllValues: one that is not among them", kSets,
       R"({"ForAllValues:StringEquals":{"x:many":["a"]}})", false},
      {"ForAllValues holds without the key", kSets,
       R"({"ForAllValues:StringEquals":{"x:absent":["a"]}})", true},
      {"ForAnyValue: one of the request's", kSets,
       R"({"ForAnyValue:StringEquals":{"x:many":["b","z"]}})", true},
      {"ForAnyValue fails without the key", kSets,
       R"({"ForAnyValue:StringEquals":{"x:absent":["a"]}})", false},
      {"several values need a set operator", kSets, R"({"StringEquals":{"x:many":["a","b"]}})",
       false},
      {"variables in values", kVariables, R"({"StringEquals":{"x:one":"${x:same}"}})", true},
      {"a variable without value fails", kVariables, R"({"StringEquals":{"x:one":"${x:absent}"}})",
       false},
      {"but holds when negated", kVariables, R"({"StringNotEquals":{"x:one":"${x:absent}"}})",
       true},
      {"no variables in numbers", kVariables, R"({"NumericEquals":{"x:n":"${x:n}"}})", false},
  };
  const Caller nobody;
  AuthorizationRequest request;
  request.caller = &nobody;
  Context& context = request.context;
  for (auto [key, value] : std::to_array<std::pair<const char*, const char*>>(
           {{"x:one", "a"},
            {"x:same", "a"},
            {"x:n", "10"},
            {"x:t", "2026-03-01T12:00:00Z"},
            {"x:ip", "10.1.2.3"},
            {"x:yes", "true"},
            {"x:arn", "arn:aws:lambda:us-east-1:111111111111:function:f"},
            {"aws:ResourceTag/EC2", "yes"}}))
    context.add(key, std::string(value));
  context.add("x:many", std::vector<std::string>{"a", "b"});
  const Keys keys(request);
  for (const ConditionRule& rule : rules) {
    auto parsed = parse_policy(
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":)" +
            std::string(rule.block) + "}}",
        PolicyUse::kIdentity);
    ASSERT_TRUE(parsed) << rule.block;
    bool holds = true;
    for (const auto& condition : (*parsed)->statements[0].conditions)
      holds &= condition_holds(condition, keys, true);
    EXPECT_EQ(holds, rule.holds) << rule.rule << " (" << rule.page << ") " << rule.block;
  }
}

// ---- what a deny says

struct MessageRule {
  const char* page;
  Rule rule;
  std::string_view ends;
};

TEST(Rules, Messages) {
  constexpr auto kNil = kNoneGiven;
  auto row = [](Who who, std::string_view identity, std::string_view boundary,
                std::string_view session, std::string resource) {
    return Rule{"", "", who, identity, boundary, session, std::move(resource), false};
  };
  const MessageRule rules[] = {
      {kMessages, row(Who::kUser, kNil, kNil, kNil, ""),
       " because no identity-based policy allows the kms:Decrypt action"},
      {kMessages, row(Who::kUser, kNo, kNil, kNil, ""),
       " with an explicit deny in an identity-based policy"},
      {kMessages, row(Who::kUser, kAll, kOther, kNil, ""),
       " because no permissions boundary allows the kms:Decrypt action"},
      {kMessages, row(Who::kUser, kAll, kNo, kNil, ""),
       " with an explicit deny in a permissions boundary"},
      {kMessages, row(Who::kSession, kAll, kNil, kOther, ""),
       " because no session policy allows the kms:Decrypt action"},
      {kMessages, row(Who::kSession, kAll, kNil, kNo, ""),
       " with an explicit deny in a session policy"},
      {kMessages, row(Who::kUser, kAll, kNil, kNil, kAgainstAll),
       " with an explicit deny in a resource-based policy"},
  };
  for (const MessageRule& one : rules) {
    const Caller caller = caller_of(one.rule.who);
    AuthorizationRequest r = request_of(caller, one.rule);
    r.action = "kms:Decrypt";
    r.resource = "arn:aws:kms:us-east-1:111111111111:key/1";
    EXPECT_EQ(evaluate(r).message,
              "User: " + caller.principal.arn + " is not authorized to perform: kms:Decrypt on " +
                  "resource: arn:aws:kms:us-east-1:111111111111:key/1" + std::string(one.ends))
        << one.page;
  }
  // kS3Denied: S3 quotes the resource, and tells nothing outside of the organization.
  const Caller ann = caller_of(Who::kUser);
  AuthorizationRequest r = request_of(ann, row(Who::kUser, kNil, kNil, kNil, ""));
  EXPECT_EQ(
      evaluate(r).message,
      "User: arn:aws:iam::111111111111:user/ann is not authorized to perform: s3:GetObject on "
      "resource: \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject "
      "action")
      << kS3Denied;
  r.resource_account = "222222222222";
  EXPECT_EQ(evaluate(r).message, "Access Denied") << kS3Denied;
  const Caller nobody = caller_of(Who::kAnonymous);
  r = request_of(nobody, row(Who::kAnonymous, kNil, kNil, kNil, ""));
  EXPECT_EQ(evaluate(r).message, "Access Denied") << kS3Denied;
  // kMessages: other services name action and resource, and no policy of another organization.
  r = request_of(ann, row(Who::kUser, kAll, kNil, kNil, ""));
  r.action = "kms:Decrypt";
  r.resource_account = "222222222222";
  EXPECT_TRUE(evaluate(r).message.ends_with("on resource: arn:aws:s3:::b/k")) << kMessages;
}

}  // namespace
}  // namespace drydock
