// The decision. First every policy is read once, giving for each kind its deny and how it allows;
// then decide() goes through AWS's order: explicit denies, organization, and the rules of one
// account or of two.
#include "auth/evaluate.h"

#include "auth/control.h"
#include "auth/matching.h"
#include "auth/message.h"
#include "auth/statement.h"

namespace drydock {
namespace {

// What the policies of one kind say together.
struct Verdict {
  const AppliedPolicy* deny_policy = nullptr;
  const Statement* deny = nullptr;
  PrincipalMatch allow = PrincipalMatch::kNone;  // the strongest Allow; identity policies: kDirect
  int level = -1;                                // control policies: of the deny
  bool granted = false;                          // a grant names the caller or its role
  bool allows() const { return allow != PrincipalMatch::kNone; }
};

std::string_view element_name(const Statement& s, Element element) {
  switch (element) {
    case Element::kMatched: return "";
    case Element::kAction: return s.not_action ? "NotAction" : "Action";
    case Element::kResource: return s.not_resource ? "NotResource" : "Resource";
    case Element::kPrincipal: return s.not_principal ? "NotPrincipal" : "Principal";
    case Element::kCondition: return "Condition";
  }
  return "";
}

class Evaluation {
 public:
  Evaluation(const AuthorizationRequest& request, AskedKeys* asked,
             std::vector<StatementTrace>* trace)
      : request_(request), subject_(request, asked), trace_(trace) {}

  Decision run() {
    const std::string_view resource_kind = request_.is_trust ? kTrustPolicy : kResourcePolicy;
    Levels service_control, resource_control;
    if (bound_by_service_control(request_))
      service_control = read_levels(request_.organization->service_control, kServiceControlPolicy);
    if (bound_by_resource_control(request_))
      resource_control =
          read_levels(request_.resource_organization->resource_control, kResourceControlPolicy);
    const auto resource = read(request_.resource_policies, resource_kind);
    const auto boundary = read(request_.boundary, kBoundaryPolicy);
    const auto session = read(request_.session, kSessionPolicy);
    const auto identity = read(request_.identity, kIdentityPolicy);

    if (service_control.verdict.deny)
      return explicit_deny(service_control.verdict, kServiceControlPolicy);
    if (resource_control.verdict.deny)
      return explicit_deny(resource_control.verdict, kResourceControlPolicy);
    if (resource.deny) return explicit_deny(resource, resource_kind);
    if (boundary.deny) return explicit_deny(boundary, kBoundaryPolicy);
    if (session.deny) return explicit_deny(session, kSessionPolicy);
    if (identity.deny) return explicit_deny(identity, kIdentityPolicy);
    // Resource control policies only ever deny: RCPFullAWSAccess is attached everywhere.
    if (service_control.silent_level >= 0)
      return implicit_deny(kServiceControlPolicy, service_control.silent_level);
    return decide(resource, boundary, session, identity, resource_kind);
  }

 private:
  struct Levels {
    Verdict verdict;
    int silent_level = -1;  // the first that does not allow
  };

  // What remains when nothing denies explicitly.
  Decision decide(const Verdict& resource, const Verdict& boundary, const Verdict& session,
                  const Verdict& identity, std::string_view resource_kind) const {
    const auto& principal = request_.caller->principal;
    using Kind = Principal::Kind;
    if (principal.kind == Kind::kService || principal.kind == Kind::kAnonymous ||
        principal.kind == Kind::kFederated) {
      return resource.allows() ? allow() : implicit_deny(resource_kind);
    }
    const bool one_account =
        request_.resource_account.empty() || request_.resource_account == principal.account.text;
    const bool identity_allows = identity.allows() || principal.kind == Kind::kRoot;
    const bool boundary_allows = request_.boundary.empty() || boundary.allows();
    // A root user's task policies only deny; what they leave, the root user may do.
    const bool session_allows = request_.session.empty()
                                    ? principal.kind != Kind::kFederatedUser
                                    : session.allows() || principal.kind == Kind::kRoot;

    if (one_account) {
      // Named itself: allowed whatever the others leave out. Named by its role: boundary and
      // session still limit.
      if (resource.allow == PrincipalMatch::kDirect) return allow();
      if (request_.resource_policy_mandatory && !resource.allows())
        return implicit_deny(resource_kind);
      if (!boundary_allows) return implicit_deny(kBoundaryPolicy);
      if (!session_allows) return implicit_deny(kSessionPolicy);
      if (resource.allow == PrincipalMatch::kRole || identity_allows) return allow();
      return implicit_deny(kIdentityPolicy);
    }
    // Two accounts: each must allow.
    if (!resource.allows() || request_.owner_account_only) return implicit_deny(resource_kind);
    if (!boundary_allows) return implicit_deny(kBoundaryPolicy);
    if (!session_allows) return implicit_deny(kSessionPolicy);
    return identity_allows || resource.granted ? allow() : implicit_deny(kIdentityPolicy);
  }

  template <class Policies>
  Verdict read(const Policies& policies, std::string_view kind, int level = -1) {
    Verdict verdict;
    for (const auto& applied : policies) {
      if (applied.policy) read_policy(applied, kind, level, verdict);
    }
    return verdict;
  }

  void read_policy(const AppliedPolicy& applied, std::string_view kind, int level,
                   Verdict& verdict) {
    for (const auto& statement : applied.policy->statements) {
      // A later Allow cannot add to the strongest one; only denies and the trace need the rest.
      if (!trace_ && !statement.deny && verdict.allow == PrincipalMatch::kDirect &&
          !applied.is_grant)
        continue;
      auto match = match_statement(statement, applied.policy->variables, subject_);
      if (trace_) add_trace(applied, kind, level, statement, match);
      if (!match.matched()) continue;
      if (!statement.deny) {
        if (match.principal > verdict.allow) verdict.allow = match.principal;
        // A grant to an account leaves it to the account's policies.
        verdict.granted =
            verdict.granted || (applied.is_grant && match.principal > PrincipalMatch::kAccount);
      } else if (!verdict.deny) {
        verdict.deny = &statement;
        verdict.deny_policy = &applied;
        verdict.level = level;
      }
    }
  }

  Levels read_levels(const PolicyLevels& levels, std::string_view kind) {
    Levels out;
    for (size_t i = 0; i < levels.size(); ++i) {
      const int level = static_cast<int>(i);
      auto verdict = read(levels[i], kind, level);
      if (!verdict.allows() && out.silent_level < 0) out.silent_level = level;
      if (verdict.deny && !out.verdict.deny) out.verdict = verdict;
    }
    return out;
  }

  void add_trace(const AppliedPolicy& applied, std::string_view kind, int level, const Statement& s,
                 const StatementMatch& match) {
    StatementTrace t;
    t.policy = applied.arn.empty() ? applied.name : applied.arn;
    t.policy_kind = kind;
    t.attached_to = applied.attached_to;
    t.sid = s.label();
    t.position = s.position;
    t.source = s.source;
    t.level = level;
    t.document = applied.policy;
    t.is_deny = s.deny;
    t.matched = match.matched();
    t.failed_element = element_name(s, match.failed);
    t.detail = describe_failure(s, match, subject_);
    if (match.condition) {
      t.condition_operator = match.condition->written;
      t.condition_key = match.condition->key;
      t.expected = match.condition->values;
      if (const auto* actual = subject_.keys.find(match.condition->key)) t.actual = *actual;
    }
    trace_->push_back(std::move(t));
  }

  static Decision allow() {
    Decision d;
    d.effect = Effect::kAllow;
    return d;
  }

  Decision implicit_deny(std::string_view kind, int level = -1) const {
    Decision d;
    d.kind = std::string(kind);
    d.level = level;
    d.message = deny_message(request_, d);
    return d;
  }

  Decision explicit_deny(const Verdict& verdict, std::string_view kind) const {
    Decision d;
    d.effect = Effect::kExplicitDeny;
    d.kind = std::string(kind);
    d.policy_arn = verdict.deny_policy->arn;
    d.policy_name = verdict.deny_policy->name;
    d.attached_to = verdict.deny_policy->attached_to;
    d.sid = verdict.deny->label();
    d.source = verdict.deny->source;
    d.level = verdict.level;
    d.message = deny_message(request_, d);
    return d;
  }

  const AuthorizationRequest& request_;
  Subject subject_;
  std::vector<StatementTrace>* trace_;
};

}  // namespace

AppliedPolicies grants_of(const AppliedPolicies& policies) {
  AppliedPolicies grants;
  for (const AppliedPolicy& policy : policies)
    if (policy.is_grant) grants.push_back(policy);
  return grants;
}

Decision evaluate(const AuthorizationRequest& request) {
  return Evaluation(request, nullptr, nullptr).run();
}

Decision evaluate(const AuthorizationRequest& request, AskedKeys& asked) {
  return Evaluation(request, &asked, nullptr).run();
}

Decision evaluate(const AuthorizationRequest& request, std::vector<StatementTrace>& trace) {
  return Evaluation(request, nullptr, &trace).run();
}

}  // namespace drydock
