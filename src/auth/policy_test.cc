// The grammar of policies by what they are for, one row a rule, with the page that says so.
#include "auth/policy.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

namespace drydock {
namespace {

std::string complaint(std::string_view document, PolicyUse use) {
  auto policy = parse_policy(document, use);
  return policy ? "" : policy.error().message;
}

std::string statement(std::string_view members) {
  return "{\"Version\":\"2012-10-17\",\"Statement\":[{" + std::string(members) + "}]}";
}

// ---- where the grammar is written (https://docs.aws.amazon.com/ is left out of the addresses);
// the texts of IAM's complaints: IAM User Guide, "IAM policy validation check reference", and what
// IAM answers to PutRolePolicy and CreateRole
constexpr auto kGrammar = "IAM/latest/UserGuide/reference_policies_grammar.html";
constexpr auto kVersion = "IAM/latest/UserGuide/reference_policies_elements_version.html";
constexpr auto kId = "IAM/latest/UserGuide/reference_policies_elements_id.html";
constexpr auto kSid = "IAM/latest/UserGuide/reference_policies_elements_sid.html";
constexpr auto kEffect = "IAM/latest/UserGuide/reference_policies_elements_effect.html";
constexpr auto kAction = "IAM/latest/UserGuide/reference_policies_elements_action.html";
constexpr auto kNotAction = "IAM/latest/UserGuide/reference_policies_elements_notaction.html";
constexpr auto kResource = "IAM/latest/UserGuide/reference_policies_elements_resource.html";
constexpr auto kPrincipal = "IAM/latest/UserGuide/reference_policies_elements_principal.html";
constexpr auto kNotPrincipal = "IAM/latest/UserGuide/reference_policies_elements_notprincipal.html";
constexpr auto kOperators =
    "IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
constexpr auto kChecks = "IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";
constexpr auto kTrust = "IAM/latest/UserGuide/id_roles_update-role-trust-policy.html";
constexpr auto kScp = "organizations/latest/userguide/orgs_manage_policies_scps_syntax.html";
constexpr auto kRcp = "organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html";

const std::string kBadSyntax = "Syntax errors in policy.";
const std::string kBadControl =
    "The provided policy document does not meet the requirements of the specified policy type.";

struct GrammarRule {
  const char* rule;
  const char* page;
  std::string document;
  std::string complaint = "";  // empty: a good document
};

void check(PolicyUse use, std::span<const GrammarRule> rules) {
  for (const GrammarRule& rule : rules)
    EXPECT_EQ(complaint(rule.document, use), rule.complaint)
        << rule.rule << " (" << rule.page << "): " << rule.document;
}

TEST(Policy, IdentityGrammar) {
  auto s = [](std::string_view members) { return statement(members); };
  const GrammarRule rules[] = {
      {"action and resource", kGrammar, s(R"("Effect":"Allow","Action":"s3:*","Resource":"*")")},
      {"one statement may stand without a list", kGrammar,
       R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"},
      {"one item or a list of them", kGrammar,
       s(R"("Effect":"Allow","NotAction":["iam:*"],"NotResource":"arn:aws:s3:::b/*","Sid":"A1")")},
      {"numbers and booleans without quotes", kGrammar,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"s3:max-keys":10}})")},
      {"the version may be missing", kVersion,
       R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"},
      {"or the older one", kVersion,
       R"({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"},
      {"there are two versions", kVersion, R"({"Version":"2020-01-01","Statement":[]})",
       "The policy must contain a valid version string"},
      {"an Id is for resource policies", kId,
       R"({"Id":"x","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})", kBadSyntax},
      {"Allow and Deny have case", kEffect, s(R"("Effect":"allow","Action":"s3:*","Resource":"*")"),
       kBadSyntax},
      {"an effect is required", kEffect, s(R"("Action":"s3:*","Resource":"*")"), kBadSyntax},
      {"actions are required", kAction, s(R"("Effect":"Allow","Resource":"*")"),
       "Policy statement must contain actions."},
      {"resources are required", kResource, s(R"("Effect":"Allow","Action":"s3:*")"),
       "Policy statement must contain resources."},
      {"no other members", kGrammar,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Extra":1)"), kBadSyntax},
      {"Action or NotAction", kNotAction,
       s(R"("Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*")"), kBadSyntax},
      {"an action has its service's prefix", kAction,
       s(R"("Effect":"Allow","Action":"s3","Resource":"*")"),
       "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
      {"and one colon", kAction, s(R"("Effect":"Allow","Action":"s3:a:b","Resource":"*")"),
       "Actions/Condition can contain only one colon."},
      {"a prefix is a name", kAction, s(R"("Effect":"Allow","Action":"s3 b:a","Resource":"*")"),
       "Vendor s3 b is not valid"},
      {"a resource is an ARN", kResource,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"bucket")"),
       "Resource bucket must be in ARN format or \"*\"."},
      {"of a partition that there is", kChecks,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"arn:a:s3:::b")"),
       "Partition \"a\" is not valid for resource \"arn:a:s3:::b\"."},
      {"an identity's policy has no principal", kPrincipal,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*")"),
       "Policy document should not specify a principal."},
      {"a Sid is letters and digits", kSid,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Sid":"a b")"),
       "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"},
      {"Sids are unique", kSid,
       R"({"Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}]})",
       "Statement IDs (SID) in a single policy must be unique."},
      {"set operators and IfExists go together", kOperators,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:a":["b"]}})")},
      {"operators are those of the list", kOperators,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Strange":{"aws:a":"b"}})"),
       kBadSyntax},
      {"Null has no IfExists", kOperators,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NullIfExists":{"aws:a":"b"}})"),
       kBadSyntax},
  };
  check(PolicyUse::kIdentity, rules);
}

TEST(Policy, ResourceGrammar) {
  auto s = [](std::string_view members) { return statement(members); };
  const GrammarRule rules[] = {
      {"it says whom it is for", kPrincipal,
       s(R"("Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*")")},
      {"an Id is allowed", kId,
       R"({"Id":"x","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}})"},
      {"NotPrincipal goes with Deny", kNotPrincipal,
       s(R"("Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*")")},
      {"and not with Allow", kNotPrincipal,
       s(R"("Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*")"),
       "Allow with NotPrincipal is not allowed."},
  };
  check(PolicyUse::kResource, rules);
  EXPECT_NE(
      complaint(s(R"("Effect":"Allow","Action":"s3:*","Resource":"*")"), PolicyUse::kResource), "")
      << "a principal is required (" << kPrincipal << ")";
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
  auto s = [](std::string_view members) { return statement(members); };
  const GrammarRule rules[] = {
      {"services may be trusted", kTrust,
       s(R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"})")},
      {"accounts by number, roles by unique id", kPrincipal,
       s(R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["111122223333","AROAABCDEFGHIJKLMNOPQ"]})")},
      {"the role is the resource", kTrust,
       s(R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*")"),
       "Has prohibited field Resource"},
      {"it is about becoming the role alone", kTrust,
       s(R"("Effect":"Allow","Action":"s3:GetObject","Principal":"*")"),
       "AssumeRole policy may only specify STS AssumeRole actions."},
      {"somebody is trusted", kPrincipal, s(R"("Effect":"Allow","Action":"sts:AssumeRole")"),
       "Missing required field Principal"},
      {"no wildcards in a part of a principal", kPrincipal,
       s(R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:user/*"})"),
       "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/*\""},
      {"no NotPrincipal", kNotPrincipal,
       s(R"("Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"*"})"),
       "Has prohibited field NotPrincipal"},
  };
  check(PolicyUse::kTrust, rules);
}

TEST(Policy, ServiceControlGrammar) {
  auto s = [](std::string_view members) { return statement(members); };
  const GrammarRule rules[] = {
      {"Deny with NotAction, NotResource and conditions", kScp,
       s(R"("Effect":"Deny","NotAction":"iam:*","NotResource":"arn:aws:s3:::b","Condition":{"Bool":{"aws:SecureTransport":false}})")},
      {"Allow with resources and conditions", kScp,
       s(R"("Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b","Condition":{"Bool":{"aws:SecureTransport":true}})")},
      {"no principal", kScp, s(R"("Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*")"),
       kBadControl},
      {"no NotPrincipal", kScp,
       s(R"("Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*")"), kBadControl},
      {"resources are required", kScp, s(R"("Effect":"Deny","Action":"s3:*")"), kBadControl},
      {"actions are required", kScp, s(R"("Effect":"Deny","Resource":"*")"), kBadControl},
  };
  check(PolicyUse::kServiceControl, rules);
}

TEST(Policy, ResourceControlGrammar) {
  auto s = [](std::string_view members) { return statement(members); };
  const GrammarRule rules[] = {
      {"Deny, for everybody, by Action", kRcp,
       s(R"("Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*")")},
      {"with NotResource and conditions", kRcp,
       s(R"("Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::b","Condition":{"Bool":{"aws:SecureTransport":false}})")},
      {"RCPFullAWSAccess allows", kRcp,
       s(R"("Effect":"Allow","Principal":"*","Action":"*","Resource":"*")")},
      {"nothing else does", kRcp,
       s(R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*")"), kBadControl},
      {"no NotAction", kRcp,
       s(R"("Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*")"), kBadControl},
      {"no NotPrincipal", kRcp,
       s(R"("Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*")"), kBadControl},
      {"a principal is required", kRcp, s(R"("Effect":"Deny","Action":"s3:*","Resource":"*")"),
       kBadControl},
      {"and is everybody", kRcp,
       s(R"("Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*")"),
       kBadControl},
  };
  check(PolicyUse::kResourceControl, rules);
}

}  // namespace
}  // namespace drydock
