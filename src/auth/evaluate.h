// The IAM decision: one request against every policy that applies. Pure, table-tested, the only
// place.
//
// Order and wording: the IAM User Guide's policy evaluation logic and its access-denied messages.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/policy.h"
#include "auth/principal.h"
#include "base/ids.h"
#include "base/time.h"

namespace drydock {

class AskedKeys;

// Condition keys of the request: name (any case) to values. Those about principal, time, transport
// and organization need not be added: the evaluator makes them when a policy asks
// (add_global_keys).
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

// A policy with where it comes from, for messages and `drydock why`.
struct AppliedPolicy {
  PolicyPtr policy;
  std::string arn;          // of a managed policy; empty for inline and resource policies
  std::string name;         // inline: its name; resource policy: the resource's ARN
  std::string attached_to;  // ARN of the user, group, role or resource that carries it
  // A grant of KMS: what it allows needs no policy of the caller's, of whatever account.
  bool is_grant = false;
};

// Policies of one kind, shared: every request of a principal has the same. Copies are cheap; a
// change of one leaves the others as they were.
class AppliedPolicies {
 public:
  AppliedPolicies() = default;
  AppliedPolicies(std::vector<AppliedPolicy> list)
      : list_(list.empty() ? nullptr
                           : std::make_shared<std::vector<AppliedPolicy>>(std::move(list))) {}
  AppliedPolicies(std::initializer_list<AppliedPolicy> list)
      : AppliedPolicies(std::vector<AppliedPolicy>(list)) {}
  const AppliedPolicy* begin() const { return list_ ? list_->data() : nullptr; }
  const AppliedPolicy* end() const { return list_ ? list_->data() + list_->size() : nullptr; }
  size_t size() const { return list_ ? list_->size() : 0; }
  bool empty() const { return !list_; }
  void clear() { list_ = nullptr; }
  void push_back(AppliedPolicy policy) {
    if (part_ || list_.use_count() != 1)
      list_ = std::make_shared<std::vector<AppliedPolicy>>(begin(), end());
    part_ = false;
    list_->push_back(std::move(policy));
  }
  // The same list, kept alive and counted by the owner that it is a member of: threads that each
  // have an owner of their own do not write each other's counts.
  AppliedPolicies as_part_of(const std::shared_ptr<const void>& owner) const {
    AppliedPolicies out;
    if (list_) out.list_ = {owner, list_.get()};
    out.part_ = true;
    return out;
  }
  // The same list, not counted at all: for a request that ends before the owner does.
  AppliedPolicies borrowed() const { return as_part_of(nullptr); }

 private:
  std::shared_ptr<std::vector<AppliedPolicy>> list_;  // null: none
  bool part_ = false;                                 // the count says nothing about the list
};

// The grants among the policies of a resource.
AppliedPolicies grants_of(const AppliedPolicies& policies);

// What an organization means for the decisions about one of its accounts. Kept and shared by the
// service that owns organizations, because it is asked for every request.
using PolicyLevels = std::vector<std::vector<AppliedPolicy>>;  // root, units, account
struct OrganizationFacts {
  std::string id;    // "o-…"; empty: the account is in none
  std::string path;  // "o-…/r-…/ou-…/": of the unit that holds the account
  // Control policies reach neither its principals nor its resources; the evaluator sees to that.
  bool is_management = false;
  // Empty: the type of policy is not in use. A level without policies allows nothing.
  PolicyLevels service_control, resource_control;
};
using OrganizationPtr = std::shared_ptr<const OrganizationFacts>;  // null: in none

struct AuthorizationRequest {
  const Caller* caller = nullptr;
  std::string_view action;       // "s3:GetObject"; outlives this, as `resource` does
  std::string_view resource;     // ARN or "*"
  std::string resource_account;  // owner of the resource; empty: the caller's own account
  Context context;
  AppliedPolicies identity;
  AppliedPolicies boundary;  // empty: no boundary set
  AppliedPolicies session;   // empty: no session policy given
  AppliedPolicies resource_policies;
  OrganizationPtr organization;  // of the caller's account: its service control policies
  OrganizationPtr
      resource_organization;            // of the resource's account: its resource control policies
  OrganizationPtr source_organization;  // of aws:SourceAccount
  // The resource's own policy must allow even in one account (role trust, KMS keys).
  bool resource_policy_mandatory = false;
  // Other accounts never get this action, whatever the resource's policy says (kms:PutKeyPolicy).
  bool owner_account_only = false;
  bool is_trust = false;     // wording: role trust policy
  bool aws_managed = false;  // AWS's own resource in a customer's account (an aws/… KMS key)
  // For the global keys.
  std::string region;
  Timestamp now;
  // Simulations: nothing is implied but what the caller is; time, network and the rest are given.
  bool only_given_keys = false;
};

// Adds the global condition keys that the request implies and its context does not have yet. Only
// for who shows the context: decisions do this by themselves.
void add_global_keys(const AuthorizationRequest& request, Context& context);

enum class Effect { kAllow, kExplicitDeny, kImplicitDeny };

// Why one statement did or did not match; for the explanation and near misses. It refers to texts
// of the request and lives no longer.
struct StatementTrace {
  std::string_view policy;       // ARN or name
  std::string_view policy_kind;  // "identity-based policy", "resource-based policy", …
  std::string_view attached_to;
  std::string sid;     // or "#2" by position
  int position = 1;    // in its document
  SourceRange source;  // of the statement in its document
  int level = -1;      // control policies: 0 is the root
  PolicyPtr document;  // what it stands in; see source_of()
  bool is_deny = false;
  bool matched = false;
  // "Action", "Resource", "Principal", "Condition"; empty when matched
  std::string_view failed_element;
  std::string detail;  // expected and actual, for people
  // The first condition that failed.
  std::string condition_operator, condition_key;
  std::vector<std::string> expected, actual;
};

struct Decision {
  Effect effect = Effect::kImplicitDeny;
  std::string kind;         // kind of policy that decided a deny: "identity-based policy", …
  std::string policy_arn;   // explicit deny by a managed policy
  std::string policy_name;  // explicit deny by another one: AppliedPolicy's name
  std::string attached_to;  // explicit deny: who carries the policy
  std::string sid;
  SourceRange source;   // explicit deny: of the statement in its document
  int level = -1;       // control policies: the first level that denies or does not allow
  std::string message;  // AWS's deny message, without the authorization id tail; empty when allowed
  bool allowed() const { return effect == Effect::kAllow; }
};

Decision evaluate(const AuthorizationRequest& request);
// The same, saying which condition keys it looked at (auth/keys.h): whatever the others are, it is
// the same. `asked` refers to texts of the policies.
Decision evaluate(const AuthorizationRequest& request, AskedKeys& asked);
// The same with a trace of every statement. Slower; for denies and `drydock why`.
Decision evaluate(const AuthorizationRequest& request, std::vector<StatementTrace>& trace);

}  // namespace drydock
