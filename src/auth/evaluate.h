// The IAM decision: one request against every policy that applies. Pure, table-tested, the only
// place.
//
// Order and wording: the IAM User Guide's policy evaluation logic and its access-denied messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/policy.h"
#include "auth/principal.h"
#include "base/ids.h"

namespace drydock {

// Condition keys of the request: name (any case) to values. Global keys about principal, time and
// transport are added by the evaluator's caller (api) through fill_global_context.
struct Context {
  std::vector<std::pair<std::string, std::vector<std::string>>> entries;
  void add(std::string key, std::string value) {
    entries.push_back({std::move(key), {std::move(value)}});
  }
  void add(std::string key, std::vector<std::string> values) {
    entries.push_back({std::move(key), std::move(values)});
  }
  const std::vector<std::string>* find(std::string_view key) const;  // case-insensitive
};

void fill_global_context(Context& context, const Caller& caller, std::string_view region,
                         std::string_view resource_account, Timestamp now);

// A policy with where it comes from, for messages and `drydock why`.
struct AppliedPolicy {
  PolicyPtr policy;
  std::string arn;          // of a managed policy; empty for inline and resource policies
  std::string name;         // inline: its name; resource policy: the resource's ARN
  std::string attached_to;  // ARN of the user, group, role or resource that carries it
};

struct AuthorizationRequest {
  const Caller* caller = nullptr;
  std::string action;            // "s3:GetObject"
  std::string resource;          // ARN or "*"
  std::string resource_account;  // owner of the resource; empty: the caller's own account
  Context context;
  std::vector<AppliedPolicy> identity;
  std::vector<AppliedPolicy> boundary;  // empty vector: no boundary set
  std::vector<AppliedPolicy> session;   // empty: no session policy given
  std::vector<AppliedPolicy> resource_policies;
  std::vector<std::vector<AppliedPolicy>>
      service_control;  // per level, root to account; empty: none
  std::vector<std::vector<AppliedPolicy>> resource_control;
  // The resource's own policy must allow even in one account (role trust, KMS keys).
  bool resource_policy_mandatory = false;
  bool is_trust = false;  // wording: role trust policy
};

enum class Effect { kAllow, kExplicitDeny, kImplicitDeny };

// Why one statement did or did not match; for the explanation and near misses.
struct StatementTrace {
  std::string policy;       // ARN or name
  std::string policy_kind;  // "identity-based policy", "resource-based policy", …
  std::string attached_to;
  std::string sid;  // or "#2" by position
  bool is_deny = false;
  bool matched = false;
  std::string failed_element;  // "Action", "Resource", "Principal", "Condition"; empty when matched
  std::string detail;          // expected and actual, for people
};

struct Decision {
  Effect effect = Effect::kImplicitDeny;
  std::string kind;        // kind of policy that decided a deny: "identity-based policy", …
  std::string policy_arn;  // explicit deny by a managed policy
  std::string sid;
  std::string message;  // AWS's deny message, without the authorization id tail; empty when allowed
  bool allowed() const { return effect == Effect::kAllow; }
};

Decision evaluate(const AuthorizationRequest& request);
// The same with a trace of every statement. Slower; for denies and `drydock why`.
Decision evaluate(const AuthorizationRequest& request, std::vector<StatementTrace>& trace);

}  // namespace drydock
