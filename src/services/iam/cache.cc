#include "services/iam/cache.h"

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "services/iam/aws_managed.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"
#include "services/iam/trust.h"

namespace drydock::iam {

namespace {

constexpr size_t kMaxCached = 4096;

template <class T>
class Cache {
 public:
  std::optional<T> find(const std::string& key) {
    std::shared_lock lock(mutex_);
    auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    return found->second;
  }
  uint64_t generation() {
    std::shared_lock lock(mutex_);
    return generation_;
  }
  // Kept only when nothing was forgotten since `seen`, so that a slow reader cannot bring old policies back.
  void keep(const std::string& key, const T& value, uint64_t seen) {
    std::unique_lock lock(mutex_);
    if (seen != generation_) return;
    if (entries_.size() >= kMaxCached) entries_.clear();
    entries_[key] = value;
  }
  void clear() {
    std::unique_lock lock(mutex_);
    ++generation_;
    entries_.clear();
  }

 private:
  std::shared_mutex mutex_;
  uint64_t generation_ = 0;
  std::unordered_map<std::string, T> entries_;
};

Cache<KeyFacts> keys;
Cache<IdentityPolicies> principals;
Cache<PolicyPtr> trusts;

void apply(std::vector<AppliedPolicy>& into, std::string_view document, PolicyUse use, std::string arn, std::string name, std::string attached_to) {
  auto parsed = parse_policy(document, use);
  if (!parsed) return;  // was checked when it was put
  into.push_back({*parsed, std::move(arn), std::move(name), std::move(attached_to)});
}

void apply_managed(Txn& txn, std::vector<AppliedPolicy>& into, const std::string& arn, PolicyUse use, const std::string& attached_to) {
  if (const std::string* document = aws_managed_document(arn)) {
    apply(into, *document, use, arn, arn, attached_to);
    return;
  }
  auto parsed = Arn::parse(arn);
  if (!parsed) return;
  auto row = kPolicies.get(txn, {parsed->account, ""}, {parsed->resource.substr(parsed->resource.rfind('/') + 1)});
  if (!row) return;
  for (const PolicyVersionEntry& version : row->Versions)
    if (version.Id == row->DefaultVersion) apply(into, version.Document, use, arn, arn, attached_to);
}

template <class Row>
void apply_all(Txn& txn, std::vector<AppliedPolicy>& into, const Row& row, const std::string& arn) {
  if (row.Inline)
    for (const InlinePolicy& policy : *row.Inline) apply(into, policy.Document, PolicyUse::kIdentity, "", policy.Name, arn);
  if (row.Attached)
    for (const std::string& policy : *row.Attached) apply_managed(txn, into, policy, PolicyUse::kIdentity, arn);
}

// A boundary that is set but cannot be read allows nothing.
void apply_boundary(Txn& txn, IdentityPolicies& policies, const std::optional<std::string>& boundary, const std::string& arn) {
  if (!boundary) return;
  apply_managed(txn, policies.boundary, *boundary, PolicyUse::kBoundary, arn);
  if (policies.boundary.empty())
    apply(policies.boundary, R"({"Version":"2012-10-17","Statement":[]})", PolicyUse::kBoundary, *boundary, *boundary, arn);
}

IdentityPolicies of_user(Txn& txn, const std::string& account, const std::string& name) {
  IdentityPolicies policies;
  auto user = kUsers.get(txn, {account, ""}, {name});
  if (!user) return policies;
  const std::string arn = user_arn(account, *user);
  apply_all(txn, policies.identity, *user, arn);
  if (user->Groups)
    for (const std::string& group_name : *user->Groups)
      if (auto group = kGroups.get(txn, {account, ""}, {group_name})) apply_all(txn, policies.identity, *group, group_arn(account, *group));
  apply_boundary(txn, policies, user->Boundary, arn);
  return policies;
}

IdentityPolicies of_role(Txn& txn, const Principal& principal) {
  IdentityPolicies policies;
  auto role = kRoles.get(txn, {principal.account.text, ""}, {principal.role_name});
  // A role that was deleted and made again is another one: sessions of the old have nothing.
  if (!role || role->Id != principal.role_id) return policies;
  const std::string arn = role_arn(principal.account.text, *role);
  apply_all(txn, policies.identity, *role, arn);
  apply_boundary(txn, policies, role->Boundary, arn);
  return policies;
}

}  // namespace

void forget_principals_after(Call& call) { call.after_commit(forget_everything); }

void forget_everything() {
  keys.clear();
  principals.clear();
  trusts.clear();
}

std::optional<KeyFacts> user_key_facts(Txn& txn, std::string_view access_key_id) {
  const std::string id(access_key_id);
  if (auto known = keys.find(id)) return known;
  const uint64_t seen = keys.generation();
  auto key = kAccessKeys.get(txn, kInstallation, {id});
  if (!key || key->Status != "Active") return std::nullopt;
  auto user = kUsers.get(txn, {key->Account, ""}, {key->UserName});
  if (!user) return std::nullopt;
  KeyFacts facts;
  facts.secret = key->Secret;
  Principal& principal = facts.caller.principal;
  principal.kind = Principal::Kind::kUser;
  principal.account = AccountId{key->Account};
  principal.arn = user_arn(key->Account, *user);
  principal.id = user->Id;
  principal.name = user->Name;
  if (user->Tags)
    for (const Tag& tag : *user->Tags) principal.tags.emplace_back(tag.Key, tag.Value);
  keys.keep(id, facts, seen);
  return facts;
}

IdentityPolicies identity_policies(Txn& txn, const Principal& principal) {
  std::string id;
  switch (principal.kind) {
    case Principal::Kind::kUser: id = principal.id; break;
    case Principal::Kind::kAssumedRole: id = principal.role_id; break;
    case Principal::Kind::kFederatedUser: id = principal.id; break;
    default: return {};
  }
  auto known = principals.find(id);
  if (!known) {
    const uint64_t seen = principals.generation();
    // A federated user has what the user who made the session has; that user's name is kept as the role name.
    known = principal.kind == Principal::Kind::kAssumedRole ? of_role(txn, principal)
            : of_user(txn, principal.account.text, principal.kind == Principal::Kind::kUser ? principal.name : principal.role_name);
    principals.keep(id, *known, seen);
  }
  for (size_t i = 0; i < principal.session_policies.size(); ++i) {
    const std::string arn = i < principal.session_policy_arns.size() ? principal.session_policy_arns[i] : "";
    apply(known->session, principal.session_policies[i], PolicyUse::kSession, arn, arn.empty() ? "session policy" : arn, principal.arn);
  }
  return std::move(*known);
}

std::optional<ResourceFacts> iam_resource_facts(Txn& txn, std::string_view action, const Arn& arn) {
  const bool assuming = action.starts_with("sts:");
  if (!arn.resource.starts_with("role/")) return std::nullopt;
  const std::string name = arn.resource.substr(arn.resource.rfind('/') + 1);
  auto role = kRoles.get(txn, {arn.account, ""}, {name});
  ResourceFacts facts;
  facts.policy_mandatory = facts.is_trust = assuming;
  // A role that does not exist trusts nobody: the caller learns no more than from a role that does not trust it.
  if (!role || "role" + role->Path + role->Name != arn.resource) return assuming ? std::optional(facts) : std::nullopt;
  if (role->Tags)
    for (const Tag& tag : *role->Tags) facts.tags.emplace_back(tag.Key, tag.Value);
  if (!assuming) return facts;
  auto trust = trusts.find(role->Id);
  if (!trust) {
    const uint64_t seen = trusts.generation();
    auto parsed = parse_policy(shown_trust(txn, role->Trust), PolicyUse::kTrust);
    if (!parsed) return facts;
    trust = *parsed;
    trusts.keep(role->Id, *trust, seen);
  }
  AppliedPolicy applied;
  applied.policy = *trust;
  applied.name = applied.attached_to = arn.text();
  facts.policies.push_back(std::move(applied));
  return facts;
}

}  // namespace drydock::iam
