// Random policies and requests: the evaluator against the slow one (slow_test.h), and what must
// hold whatever the policies say. DRYDOCK_DIFFERENTIAL=1000000 for more than the usual count.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>

#include "auth/evaluate.h"
#include "auth/keys.h"
#include "auth/slow_test.h"

namespace drydock {
namespace {

constexpr const char *kA = "111111111111", *kB = "222222222222";
using Texts = std::vector<std::string>;

const Texts kActions = {"s3:GetObject",    "s3:PutObject",          "kms:Decrypt",
                        "kms:RetireGrant", "lambda:InvokeFunction", "sts:AssumeRole"};
const Texts kActionPatterns = {
    "*",           "*",        "s3:*", "S3:Get*",     "s3:getobject",  "s3:?etObject", "kms:*",
    "kms:Decrypt", "lambda:*", "*:*",  "sts:Assume*", "s3:GetObject ", "k?s:*Grant",   "none:None"};
const Texts kResources = {"arn:aws:s3:::b/ann/k",
                          "arn:aws:s3:::b/*",
                          "arn:aws:s3:::b",
                          "arn:aws:kms:us-east-1:111111111111:key/1",
                          "arn:aws:lambda:us-east-1:222222222222:function:f:1",
                          "arn:aws:iam::111111111111:role/path/deploy",
                          "*"};
const Texts kResourcePatterns = {"*",
                                 "*",
                                 "arn:aws:s3:::b/${aws:username}/*",
                                 "arn:aws:s3:::${aws:PrincipalTag/team, 'b'}/*",
                                 "arn:aws:s3:::b/${*}",
                                 "arn:aws:s3:::b/${x:wild}",
                                 "arn:aws:s3:::${x:wild}",
                                 "arn:aws:s3:::*",
                                 "arn:aws:s3:::b",
                                 "arn:*:kms:*:*:key/?",
                                 "arn:aws:kms:us-*:${aws:PrincipalAccount}:*",
                                 "arn:aws:lambda:*:*:function:f",
                                 "arn:aws:lambda:*:222222222222:function:*",
                                 "arn:aws:iam::*",
                                 "arn:aws:s3:::b/a?n/*",
                                 "arn:aws:s3:::B/*"};
const Texts kOperators = {"StringEquals",
                          "StringNotEquals",
                          "StringEqualsIgnoreCase",
                          "StringNotEqualsIgnoreCase",
                          "StringLike",
                          "StringNotLike",
                          "NumericEquals",
                          "NumericNotEquals",
                          "NumericLessThan",
                          "NumericLessThanEquals",
                          "NumericGreaterThan",
                          "NumericGreaterThanEquals",
                          "DateEquals",
                          "DateNotEquals",
                          "DateLessThan",
                          "DateLessThanEquals",
                          "DateGreaterThan",
                          "DateGreaterThanEquals",
                          "Bool",
                          "BinaryEquals",
                          "IpAddress",
                          "NotIpAddress",
                          "ArnEquals",
                          "ArnLike",
                          "ArnNotEquals",
                          "ArnNotLike",
                          "Null"};
// Each key with values that a policy may compare it with.
const std::vector<std::pair<std::string, Texts>> kKeys = {
    {"aws:username", {"ann", "ANN", "a*", "${aws:username}", "bob", "${aws:PrincipalTag/team}"}},
    {"aws:PrincipalArn",
     {"arn:aws:iam::111111111111:user/ann", "arn:aws:iam::*:role/*", "arn:*", "*",
      "arn:aws:iam::${aws:PrincipalAccount}:*", "arn:aws:iam::111111111111:role/path/deploy"}},
    {"aws:PrincipalTag/team", {"b", "red", "r?d", "${aws:ResourceTag/env, 'red'}", "${?}ed"}},
    {"AWS:ResourceTag/Env", {"prod", "${aws:PrincipalTag/team}", "p*", "red"}},
    {"aws:TagKeys", {"a", "b", "c", "A", "?"}},
    {"aws:CalledVia", {"cloudformation.amazonaws.com", "*.amazonaws.com", "athena.amazonaws.com"}},
    {"s3:prefix", {"home/ann", "home/*", "home/${aws:username}", "", "${x:wild}"}},
    {"aws:SourceIp", {"10.1.2.3", "10.1.0.0/16", "10.1.2.0/31", "2001:db8::/33", "0.0.0.0/0", "x"}},
    {"x:v6", {"2001:db8::1", "2001:db8::/33", "::/0", "10.0.0.0/8"}},
    {"aws:CurrentTime", {"2026-03-01T12:00:00Z", "2026-02-28", "2026", "1772366400", "2027-01-01"}},
    {"aws:EpochTime", {"1772366400", "2026-03-01T12:00:00Z", "1772366401", "soon"}},
    {"aws:SecureTransport", {"true", "false", "TRUE"}},
    {"aws:MultiFactorAuthPresent", {"true", "false"}},
    {"x:num", {"10", "10.0", "9", "11", "-3", "ten", "1e1"}},
    {"x:bin", {"MTA=", "10", "MTE="}},
    {"x:wild", {"*", "${*}", "?", "${x:wild}"}},
    {"aws:SourceArn", {"arn:aws:s3:::b", "arn:aws:s3:::*", "arn:aws:*", "${aws:SourceArn}"}},
    {"aws:PrincipalOrgID", {"o-1", "o-2", "o-*"}},
    {"x:absent", {"a", "true", "false"}},
};
const Texts kAws = {"111111111111",
                    "222222222222",
                    "arn:aws:iam::111111111111:root",
                    "arn:aws:iam::111111111111:user/ann",
                    "AIDAANNANNANNANNANNA",
                    "arn:aws:iam::111111111111:role/path/deploy",
                    "AROADEPLOYDEPLOYDEPL",
                    "arn:aws:sts::111111111111:assumed-role/deploy/s1",
                    "arn:aws:sts::111111111111:federated-user/fred",
                    "arn:aws:iam::222222222222:user/bob"};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  bool one_in(unsigned n) { return random_() % n == 0; }
  size_t below(size_t n) { return random_() % n; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  Texts some(const Texts& from) {
    Texts out;
    for (size_t n = 1 + below(3); n > 0; --n) out.push_back(pick(from));
    return out;
  }

  slow::Condition condition() {
    slow::Condition c;
    c.op = pick(kOperators);
    if (c.op != "Null" && one_in(4)) c.op += "IfExists";
    const bool several = one_in(3);
    if (several) c.op = (one_in(2) ? "ForAllValues:" : "ForAnyValue:") + c.op;
    const auto& [key, values] = pick(kKeys);
    c.key = key;
    c.values = c.op.ends_with("Null") ? Texts{one_in(2) ? "true" : "false"} : some(values);
    return c;
  }

  slow::Statement statement(bool has_principal, unsigned denies) {
    slow::Statement s;
    s.deny = one_in(denies);
    s.not_action = one_in(8);
    s.not_resource = one_in(8);
    s.actions = some(kActionPatterns);
    s.resources = some(kResourcePatterns);
    for (size_t n = below(3); n > 0; --n) {
      auto c = condition();
      bool twice = false;
      for (const auto& other : s.conditions) twice |= other.op == c.op;
      if (!twice) s.conditions.push_back(std::move(c));
    }
    if (!has_principal) return s;
    s.not_principal = s.deny && one_in(3);
    s.everybody = one_in(5) && !s.not_principal;
    if (s.everybody) return s;
    s.aws = some(kAws);
    if (s.not_principal) s.aws.insert(s.aws.end(), kAws.begin(), kAws.begin() + below(kAws.size()));
    if (one_in(3)) s.services = some({"lambda.amazonaws.com", "events.amazonaws.com"});
    if (one_in(5)) s.federated = some({"accounts.google.com", "www.amazon.com"});
    return s;
  }

  slow::Policy policy(bool has_principal, unsigned denies = 6) {
    slow::Policy p;
    p.variables = !one_in(5);
    p.has_principal = has_principal;
    for (size_t n = 1 + below(4); n > 0; --n)
      p.statements.push_back(statement(has_principal, denies));
    return p;
  }

 private:
  std::mt19937 random_;
};

// Policies in both forms.
class Pool {
 public:
  Pool(Generator& g, PolicyUse use, size_t count) : use_(use) {
    const bool principal = use == PolicyUse::kResource || use == PolicyUse::kResourceControl;
    for (size_t i = 0; i < count; ++i) {
      auto made = g.policy(principal, use == PolicyUse::kResourceControl ? 1 : 6);
      if (use == PolicyUse::kResourceControl)
        for (auto& s : made.statements) {
          s.everybody = true;
          s.not_principal = s.not_action = false;
        }
      add(std::move(made));
    }
  }
  struct Both {
    slow::Policy slow;
    PolicyPtr fast;
  };
  const Both& add(slow::Policy policy) {
    auto parsed = parse_policy(policy.json(), use_);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message) << policy.json();
    made_.push_back({std::move(policy), parsed ? *parsed : nullptr});
    return made_.back();
  }
  const Both& pick(Generator& g) const { return made_[g.below(made_.size())]; }

 private:
  PolicyUse use_;
  std::deque<Both> made_;
};

using Chosen = std::vector<const Pool::Both*>;

std::vector<AppliedPolicy> fast(const Chosen& chosen) {
  std::vector<AppliedPolicy> out;
  for (const auto* each : chosen) out.push_back({each->fast, "", "p", "x"});
  return out;
}
slow::Policies plain(const Chosen& chosen) {
  slow::Policies out;
  for (const auto* each : chosen) out.push_back(&each->slow);
  return out;
}

struct Case {
  Caller caller;
  Context context;
  std::string action, resource, resource_account;
  Chosen identity, boundary, session, resource_policies, grants;
  std::vector<Chosen> service_control, resource_control;
  bool has_organization = false, management = false, other_management = false;
  bool mandatory = false, aws_managed = false, owner_only = false;
};

AuthorizationRequest request_of(const Case& c) {
  AuthorizationRequest r;
  r.caller = &c.caller;
  r.action = c.action;
  r.resource = c.resource;
  r.resource_account = c.resource_account;
  r.context = c.context;
  r.identity = fast(c.identity);
  r.boundary = fast(c.boundary);
  r.session = fast(c.session);
  std::vector<AppliedPolicy> of_resource = fast(c.resource_policies);
  std::vector<AppliedPolicy> grants = fast(c.grants);
  for (AppliedPolicy& grant : grants) {
    grant.is_grant = true;
    of_resource.push_back(grant);
  }
  r.resource_policies = of_resource;
  r.owner_account_only = c.owner_only;
  r.resource_policy_mandatory = c.mandatory;
  r.aws_managed = c.aws_managed;
  r.only_given_keys = true;
  auto callers = std::make_shared<OrganizationFacts>();
  callers->is_management = c.management;
  for (const auto& level : c.service_control) callers->service_control.push_back(fast(level));
  auto theirs = std::make_shared<OrganizationFacts>();
  theirs->is_management = c.other_management;
  for (const auto& level : c.resource_control) theirs->resource_control.push_back(fast(level));
  if (c.has_organization) r.organization = callers, r.resource_organization = theirs;
  return r;
}

std::string low(std::string text) {
  for (char& ch : text) ch = static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
  return text;
}

slow::Request slow_request_of(const Case& c) {
  const Principal& p = c.caller.principal;
  using Kind = Principal::Kind;
  slow::Request r;
  r.principal = p.kind == Kind::kUser            ? "user"
                : p.kind == Kind::kRoot          ? "root"
                : p.kind == Kind::kAssumedRole   ? "session"
                : p.kind == Kind::kFederatedUser ? "federated-user"
                : p.kind == Kind::kService       ? "service"
                : p.kind == Kind::kFederated     ? "federated"
                                                 : "anonymous";
  r.account = p.account.text;
  r.arn = p.arn;
  r.id = p.id;
  r.name = p.name;
  r.role_arn = p.role_arn;
  r.role_id = p.role_id;
  r.action = c.action;
  r.resource = c.resource;
  r.resource_account = c.resource_account;
  for (const auto& [key, values] : c.context.entries) r.context[low(key)] = values;
  r.identity = plain(c.identity);
  r.boundary = plain(c.boundary);
  r.session = plain(c.session);
  r.resource_policies = plain(c.resource_policies);
  r.grants = plain(c.grants);
  r.resource_policies.insert(r.resource_policies.end(), r.grants.begin(), r.grants.end());
  r.owner_only = c.owner_only;
  if (c.has_organization) {
    for (const auto& level : c.service_control) r.service_control.push_back(plain(level));
    for (const auto& level : c.resource_control) r.resource_control.push_back(plain(level));
  }
  r.management = c.management;
  r.resource_in_management = c.other_management;
  r.service_linked = p.role_arn.find("/aws-service-role/") != std::string::npos;
  r.mandatory = c.mandatory;
  r.aws_managed = c.aws_managed;
  return r;
}

class Cases {
 public:
  explicit Cases(unsigned seed) : g(seed) {}

  Case make() {
    Case c;
    c.caller.principal = principal(c.context);
    c.action = g.pick(kActions);
    c.resource = g.pick(kResources);
    c.resource_account = g.one_in(3) ? kB : kA;
    add_keys(c.context);
    const bool has_identity = !c.caller.principal.account.text.empty() &&
                              c.caller.principal.kind != Principal::Kind::kRoot;
    if (has_identity) {
      c.identity = choose(identity, 3);
      if (g.one_in(4)) c.boundary = choose(identity, 1, 1);
      if (c.caller.principal.kind != Principal::Kind::kUser && g.one_in(3))
        c.session = choose(identity, 2, 1);
    }
    if (g.one_in(2)) c.resource_policies = choose(resource, 2, 1);
    if (g.one_in(6)) c.grants = choose(resource, 1, 1);
    c.owner_only = g.one_in(12);
    c.has_organization = g.one_in(3);
    if (c.has_organization) {
      for (size_t n = g.below(3); n > 0; --n) {
        c.service_control.push_back(choose(service_control, 2));
        if (!g.one_in(4)) c.service_control.back().push_back(&everything);
      }
      for (size_t n = g.below(3); n > 0; --n)
        c.resource_control.push_back(choose(resource_control, 1));
    }
    c.management = g.one_in(10);
    c.other_management = g.one_in(10);
    c.mandatory = g.one_in(6);
    c.aws_managed = g.one_in(10);
    return c;
  }

  Chosen choose(const Pool& pool, size_t most, size_t least = 0) {
    Chosen out;
    for (size_t n = least + g.below(most - least + 1); n > 0; --n) out.push_back(&pool.pick(g));
    return out;
  }

  Generator g;
  Pool identity{g, PolicyUse::kIdentity, 1500};
  Pool resource{g, PolicyUse::kResource, 1000};
  Pool service_control{g, PolicyUse::kServiceControl, 300};
  Pool resource_control{g, PolicyUse::kResourceControl, 300};
  Pool single{g, PolicyUse::kIdentity, 0};
  const Pool::Both& everything = single.add(allow_everything());

  static slow::Policy allow_everything() {
    slow::Policy p;
    slow::Statement s;
    s.actions = {"*"};
    s.resources = {"*"};
    p.statements = {s};
    return p;
  }

 private:
  Principal principal(Context& context) {
    using Kind = Principal::Kind;
    Principal p;
    const Kind kinds[] = {
        Kind::kUser,    Kind::kUser,          Kind::kAssumedRole, Kind::kAssumedRole, Kind::kRoot,
        Kind::kService, Kind::kFederatedUser, Kind::kFederated,   Kind::kAnonymous,   Kind::kUser};
    p.kind = kinds[g.below(10)];
    if (p.kind == Kind::kService) p.name = "lambda.amazonaws.com";
    if (p.kind == Kind::kFederated) p.name = "accounts.google.com";
    if (p.kind == Kind::kService || p.kind == Kind::kFederated || p.kind == Kind::kAnonymous)
      return p;
    p.account = AccountId{kA};
    context.add("aws:PrincipalAccount", kA);
    switch (p.kind) {
      case Kind::kUser:
        p.arn = "arn:aws:iam::111111111111:user/ann";
        // Now and then the user was deleted and made anew: another id.
        p.id = g.one_in(5) ? "AIDANEWNEWNEWNEWNEWN" : "AIDAANNANNANNANNANNA";
        p.name = "ann";
        context.add("aws:username", "ann");
        context.add("aws:PrincipalArn", p.arn);
        break;
      case Kind::kAssumedRole:
        p.arn = "arn:aws:sts::111111111111:assumed-role/deploy/s1";
        p.role_arn = g.one_in(10) ? "arn:aws:iam::111111111111:role/aws-service-role/x/deploy"
                                  : "arn:aws:iam::111111111111:role/path/deploy";
        p.role_id = "AROADEPLOYDEPLOYDEPL";
        p.id = p.role_id + ":s1";
        context.add("aws:PrincipalArn", p.role_arn);
        break;
      case Kind::kFederatedUser:
        p.arn = "arn:aws:sts::111111111111:federated-user/fred";
        p.role_arn = "arn:aws:iam::111111111111:user/ann";
        p.role_id = "AIDAANNANNANNANNANNA";
        p.id = "111111111111:fred";
        context.add("aws:PrincipalArn", p.arn);
        break;
      default:
        p.arn = "arn:aws:iam::111111111111:root";
        p.id = kA;
        context.add("aws:PrincipalArn", p.arn);
    }
    return p;
  }

  void add_keys(Context& context) {
    auto maybe = [&](const char* key, Texts values) {
      if (!g.one_in(3)) context.add(key, std::move(values));
    };
    maybe("aws:PrincipalTag/team", {g.one_in(2) ? "red" : "b"});
    maybe("aws:ResourceTag/env", {g.one_in(2) ? "prod" : "red"});
    maybe("aws:TagKeys", g.one_in(2) ? Texts{"a", "b"} : g.one_in(2) ? Texts{} : Texts{"c"});
    maybe("aws:CalledVia", {"cloudformation.amazonaws.com", "athena.amazonaws.com"});
    maybe("s3:prefix", {g.one_in(2) ? "home/ann" : ""});
    maybe("aws:SourceIp", {"10.1.2.3"});
    maybe("x:v6", {"2001:db8::1"});
    maybe("aws:CurrentTime", {"2026-03-01T12:00:00Z"});
    maybe("aws:EpochTime", {"1772366400"});
    maybe("aws:SecureTransport", {g.one_in(2) ? "true" : "false"});
    maybe("aws:MultiFactorAuthPresent", {g.one_in(2) ? "true" : "false"});
    maybe("x:num", {g.one_in(2) ? "10" : "11"});
    maybe("x:bin", {"10"});
    maybe("x:wild", {"*"});
    maybe("aws:SourceArn", {g.one_in(2) ? "arn:aws:s3:::b" : "none"});
    maybe("aws:PrincipalOrgID", {"o-1"});
  }
};

std::string story(const Case& c) {
  std::string out = c.action + " on " + c.resource + " of " + c.resource_account + " by " +
                    c.caller.principal.arn + c.caller.principal.name + "\n";
  for (const auto& [key, values] : c.context.entries) {
    out += "  " + key + " =";
    for (const auto& value : values) out += " " + value;
    out += "\n";
  }
  auto add = [&](const char* kind, const Chosen& chosen) {
    for (const auto* each : chosen) out += std::string(kind) + ": " + each->slow.json() + "\n";
  };
  add("identity", c.identity);
  add("boundary", c.boundary);
  add("session", c.session);
  add("resource", c.resource_policies);
  for (const auto& level : c.service_control) add("service control", level);
  for (const auto& level : c.resource_control) add("resource control", level);
  return out;
}

size_t count_of(size_t usual) {
  const char* more = std::getenv("DRYDOCK_DIFFERENTIAL");
  return more ? static_cast<size_t>(std::atoll(more)) : usual;
}

TEST(Differential, AgreesWithTheSlowEvaluator) {
  const size_t count = count_of(20000);
  size_t seen[3] = {};
  for (size_t done = 0; done < count;) {
    Cases cases(static_cast<unsigned>(done + 1));
    for (size_t i = 0; i < 20000 && done < count; ++i, ++done) {
      const Case c = cases.make();
      const auto request = request_of(c);
      const Decision decision = evaluate(request);
      const auto expected = slow::decide(slow_request_of(c));
      const char effect = decision.allowed()                         ? 'a'
                          : decision.effect == Effect::kExplicitDeny ? 'e'
                                                                     : 'i';
      ASSERT_EQ(effect, expected.effect) << done << ": " << expected.kind << "\n"
                                         << decision.message << "\n"
                                         << story(c);
      ASSERT_EQ(decision.kind, expected.kind) << done << "\n" << story(c);
      ++seen[effect == 'a' ? 0 : effect == 'e' ? 1 : 2];
    }
  }
  // The mix must be one: a generator that only denies would prove nothing.
  for (size_t each : seen) EXPECT_GT(each, count / 20);
}

// The IAM User Guide, "Policy evaluation logic": an explicit deny overrides any allow.
TEST(Properties, AnAddedDenyNeverAllows) {
  Cases cases(7);
  Pool denies(cases.g, PolicyUse::kIdentity, 0);
  for (int i = 0; i < 4000; ++i) {
    Case c = cases.make();
    const bool before = evaluate(request_of(c)).allowed();
    slow::Policy extra;
    extra.statements = {cases.g.statement(false, 1)};
    c.identity.push_back(&denies.add(extra));
    EXPECT_TRUE(before || !evaluate(request_of(c)).allowed()) << story(c);
  }
}

TEST(Properties, RemovingAnAllowNeverAllows) {
  Cases cases(8);
  Pool identity(cases.g, PolicyUse::kIdentity, 0), resource(cases.g, PolicyUse::kResource, 0);
  for (int i = 0; i < 4000; ++i) {
    Case c = cases.make();
    const bool before = evaluate(request_of(c)).allowed();
    // What stays of a policy stays in place: a boundary without statements is still a boundary.
    auto weaken = [&](Chosen& chosen, Pool& pool) {
      if (chosen.empty() || !cases.g.one_in(2)) return;
      slow::Policy less = chosen.front()->slow;
      auto& statement = less.statements[cases.g.below(less.statements.size())];
      if (statement.deny) return;
      statement.actions = {"none:None"};
      statement.not_action = false;
      chosen.front() = &pool.add(less);
    };
    weaken(c.identity, identity);
    weaken(c.boundary, identity);
    weaken(c.session, identity);
    weaken(c.resource_policies, resource);
    EXPECT_TRUE(before || !evaluate(request_of(c)).allowed()) << story(c);
  }
}

TEST(Properties, OrderNeverMatters) {
  Cases cases(9);
  Pool identity(cases.g, PolicyUse::kIdentity, 0), resource(cases.g, PolicyUse::kResource, 0);
  std::mt19937 random(10);
  for (int i = 0; i < 4000; ++i) {
    Case c = cases.make();
    const Decision before = evaluate(request_of(c));
    auto shuffle = [&](Chosen& chosen, Pool& pool) {
      for (auto& each : chosen) {
        slow::Policy other = each->slow;
        std::shuffle(other.statements.begin(), other.statements.end(), random);
        each = &pool.add(other);
      }
      std::shuffle(chosen.begin(), chosen.end(), random);
    };
    shuffle(c.identity, identity);
    shuffle(c.boundary, identity);
    shuffle(c.session, identity);
    shuffle(c.resource_policies, resource);
    const Decision after = evaluate(request_of(c));
    EXPECT_EQ(after.effect, before.effect) << story(c);
    EXPECT_EQ(after.kind, before.kind) << story(c);
  }
}

// "Permissions boundaries for IAM entities": the intersection of both.
TEST(Properties, BoundaryIntersectsIdentity) {
  Cases cases(11);
  for (int i = 0; i < 8000; ++i) {
    Case c = cases.make();
    if (c.caller.principal.kind != Principal::Kind::kUser || c.boundary.empty()) continue;
    c.resource_policies.clear();
    c.resource_account = kA;
    c.mandatory = false;
    const bool both = evaluate(request_of(c)).allowed();
    Case only = c;
    only.boundary.clear();
    const bool identity = evaluate(request_of(only)).allowed();
    only.identity = c.boundary;
    const bool boundary = evaluate(request_of(only)).allowed();
    EXPECT_EQ(both, identity && boundary) << story(c);
  }
}

// The trace tells the same decision.
TEST(Properties, TraceChangesNothing) {
  Cases cases(12);
  for (int i = 0; i < 4000; ++i) {
    const Case c = cases.make();
    const auto request = request_of(c);
    std::vector<StatementTrace> trace;
    const Decision plain = evaluate(request), traced = evaluate(request, trace);
    EXPECT_EQ(plain.effect, traced.effect);
    EXPECT_EQ(plain.message, traced.message);
    EXPECT_EQ(plain.allowed(), plain.message.empty());
  }
}

// What api/allowed_before.h builds on: keys that were not looked at could have been anything.
TEST(Properties, OnlyKeysThatWereAskedForMatter) {
  Cases cases(13);
  size_t with_keys = 0;
  for (int i = 0; i < 8000; ++i) {
    Case c = cases.make();
    AskedKeys asked;
    const Decision before = evaluate(request_of(c), asked);
    if (!asked.complete()) continue;
    with_keys += asked.names().size() > 1;
    std::erase_if(c.context.entries, [&](const auto& entry) {
      for (std::string_view name : asked.names())
        if (low(std::string(name)) == low(entry.first)) return false;
      return true;
    });
    AskedKeys again;
    const Decision after = evaluate(request_of(c), again);
    EXPECT_EQ(after.effect, before.effect) << story(c);
    EXPECT_EQ(again.names().size(), asked.names().size()) << story(c);
  }
  EXPECT_GT(with_keys, 1000u);
}

}  // namespace
}  // namespace drydock
