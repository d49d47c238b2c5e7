#include "services/iam/principals.h"

#include "api/server.h"
#include "auth/generation.h"
#include "base/read_mostly.h"
#include "services/iam/aws_managed.h"
#include "services/iam/entities.h"
#include "services/iam/managed_policies.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostCached = 20000;

struct Caches {
  ReadMostly<EntityPolicies> policies{kMostCached};
  ReadMostly<KeyFacts> keys{kMostCached};
};

template <class Row>
void add_policies(Txn& txn, const std::string& account, const Row& row, AppliedPolicies& out) {
  auto carrier = arn_of(account, row);
  for (const auto& inline_policy : row.Inline) {
    out.push_back({compiled_policy(inline_policy.Document, PolicyUse::kIdentity),
                   {},
                   inline_policy.Name,
                   carrier});
  }
  for (const auto& arn : row.Attached) {
    if (auto policy = read_managed(txn, account, arn)) {
      out.push_back(
          {compiled_policy(policy->document, PolicyUse::kIdentity), arn, policy->name, carrier});
    }
  }
}

template <class Row>
void add_boundary(Txn& txn, const std::string& account, const Row& row, AppliedPolicies& out) {
  if (!row.Boundary) return;
  auto policy = read_managed(txn, account, *row.Boundary);
  // A boundary that is gone still binds: without a policy it allows nothing.
  out.push_back({policy ? compiled_policy(policy->document, PolicyUse::kBoundary) : nullptr,
                 *row.Boundary, policy ? policy->name : "", arn_of(account, row)});
}

KeyFactsPtr read_key(Txn& txn, const std::string& id) {
  auto key = kAccessKeys.get(txn, kInstallation, {id});
  if (!key || key->Status != "Active") return nullptr;
  auto user = read<UserRow>(txn, {key->Account, ""}, key->UserName);
  if (!user) return nullptr;
  KeyFacts facts;
  facts.secret = key->Secret;
  auto& principal = facts.caller.principal;
  principal.kind = Principal::Kind::kUser;
  principal.account = AccountId{key->Account};
  principal.arn = arn_of(key->Account, *user);
  principal.id = user->Id;
  principal.name = user->Name;
  for (const auto& tag : user->Tags) principal.tags.emplace_back(tag.Key, tag.Value);
  return std::make_shared<const KeyFacts>(std::move(facts));
}

EntityPolicies principal_policies(Txn& txn, const Principal& p) {
  switch (p.kind) {
    case Principal::Kind::kUser: return user_policies(txn, p.account.text, p.name, p.id);
    case Principal::Kind::kAssumedRole:
      return role_policies(txn, p.account.text, p.role_name, p.role_id);
    // A federated user has the permissions of the user who federated it, named where a session
    // names its role.
    case Principal::Kind::kFederatedUser:
      if (p.role_id == p.account.text) {
        return {{{compiled_policy(std::string(kEverything), PolicyUse::kIdentity),
                  {},
                  "root",
                  "arn:aws:iam::" + p.account.text + ":root"}},
                {}};
      }
      return user_policies(txn, p.account.text, p.role_name, p.role_id);
    default: return {};
  }
}

IdentityPolicies policies_of(Server& server, Caches& caches, const Principal& p) {
  IdentityPolicies out;
  using Kind = Principal::Kind;
  const auto add_session_policies = [&] {
    // Inline documents first, then those of ARNs.
    const size_t inline_count = p.session_policies.size() -
                                std::min(p.session_policies.size(), p.session_policy_arns.size());
    for (size_t i = 0; i < p.session_policies.size(); ++i) {
      const bool managed = i >= inline_count;
      out.session.push_back({compiled_policy(p.session_policies[i], PolicyUse::kSession),
                             managed ? p.session_policy_arns[i - inline_count] : "",
                             managed ? "" : "session policy", p.arn});
    }
  };
  // The root user has no policies, but a session of AssumeRoot has its task's.
  if (p.kind == Kind::kRoot) add_session_policies();
  if (p.kind != Kind::kUser && p.kind != Kind::kAssumedRole && p.kind != Kind::kFederatedUser)
    return out;
  const std::string& id = p.kind == Kind::kUser ? p.id : p.role_id;
  auto held = caches.policies.get(id, authorization_generation(), [&] {
    auto txn = server.engine().begin_read();
    return std::make_shared<EntityPolicies>(principal_policies(*txn, p));
  });
  out.identity = held->identity.as_part_of(held);
  out.boundary = held->boundary.as_part_of(held);
  add_session_policies();
  return out;
}

void add_tags_to(ResourceFacts& facts, const TagList& tags) {
  for (const auto& tag : tags) facts.tags.emplace_back(tag.Key, tag.Value);
}

bool is_sts(std::string_view action) {
  return action.size() > 4 && equals_ignore_case(action.substr(0, 4), "sts:");
}

template <class Row>
std::optional<Row> read_resource(Txn& txn, const Arn& arn) {
  auto slash = arn.resource.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  auto row = read<Row>(txn, {arn.account, ""}, arn.resource.substr(slash + 1));
  if (row && arn_of(arn.account, *row) != arn.text()) row.reset();
  return row;
}

ResourceFacts role_facts(Txn& txn, std::string_view action, const Arn& arn) {
  auto role = read_resource<RoleRow>(txn, arn);
  ResourceFacts facts;
  // AWS does not look at a role's tags for PassRole.
  if (role && !equals_ignore_case(action, "iam:PassRole")) add_tags_to(facts, role->Tags);
  if (!is_sts(action)) return facts;
  // To sts:AssumeRole a role is a resource with a policy; one that is not there trusts nobody.
  facts.policy_mandatory = true;
  facts.is_trust = true;
  if (role)
    facts.policies.push_back(
        {compiled_policy(role->Trust, PolicyUse::kTrust), {}, arn.text(), arn.text()});
  return facts;
}

// To sts:AssumeRoot the root user of an account is a resource. Which accounts may is a matter of
// the organization, which STS asks afterwards; here only the caller's own policies count. A caller
// of the account itself is named by its account, or it would need no policy.
constexpr std::string_view kRootTrust =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"CentralizedRootAccess","Effect":"Allow","Principal":{"AWS":"*"},
"Action":"sts:AssumeRoot","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}}]})";

ResourceFacts root_facts(const Arn& arn) {
  ResourceFacts facts;
  facts.policies.push_back(
      {compiled_policy(std::string(kRootTrust), PolicyUse::kResource), {}, arn.text(), arn.text()});
  return facts;
}

std::optional<ResourceFacts> facts_of(Txn& txn, std::string_view action, const Arn& arn) {
  if (arn.resource.starts_with("role/")) return role_facts(txn, action, arn);
  if (arn.resource == "root" && is_sts(action)) return root_facts(arn);
  ResourceFacts facts;
  if (arn.resource.starts_with("user/")) {
    if (auto user = read_resource<UserRow>(txn, arn)) add_tags_to(facts, user->Tags);
  } else if (arn.resource.starts_with("policy/") && arn.account != "aws") {
    auto name = arn.resource.substr(arn.resource.rfind('/') + 1);
    if (auto policy = kPolicies.get(txn, {arn.account, ""}, {to_lower(name)}))
      add_tags_to(facts, policy->Tags);
  } else if (arn.resource.starts_with("instance-profile/")) {
    auto name = arn.resource.substr(arn.resource.rfind('/') + 1);
    if (auto profile = kInstanceProfiles.get(txn, {arn.account, ""}, {to_lower(name)}))
      add_tags_to(facts, profile->Tags);
  } else if (arn.resource.starts_with("server-certificate/")) {
    auto name = arn.resource.substr(arn.resource.rfind('/') + 1);
    if (auto certificate = kServerCertificates.get(txn, {arn.account, ""}, {to_lower(name)}))
      add_tags_to(facts, certificate->Tags);
  } else if (arn.resource.starts_with("mfa/")) {
    auto name = arn.resource.substr(arn.resource.rfind('/') + 1);
    if (auto device = kMfaDevices.get(txn, {arn.account, ""}, {to_lower(name)}))
      add_tags_to(facts, device->Tags);
  } else if (arn.resource.starts_with("oidc-provider/")) {
    auto name = arn.resource.substr(arn.resource.find('/') + 1);
    if (auto provider = kOidcProviders.get(txn, {arn.account, ""}, {name}))
      add_tags_to(facts, provider->Tags);
  } else if (arn.resource.starts_with("saml-provider/")) {
    auto name = arn.resource.substr(arn.resource.find('/') + 1);
    if (auto provider = kSamlProviders.get(txn, {arn.account, ""}, {name}))
      add_tags_to(facts, provider->Tags);
  }
  return facts;
}

// The unique id of a user or role by its ARN, its ARN by the id.
std::optional<std::string> other_name(Txn& txn, std::string_view name) {
  auto arn = Arn::parse(name);
  if (!arn) return kUniqueIds.get(txn, kInstallation, {name});
  if (arn->service != "iam") return std::nullopt;
  if (arn->resource.starts_with("user/"))
    if (auto user = read_resource<UserRow>(txn, *arn)) return user->Id;
  if (arn->resource.starts_with("role/"))
    if (auto role = read_resource<RoleRow>(txn, *arn)) return role->Id;
  return std::nullopt;
}

}  // namespace

EntityPolicies user_policies(Txn& txn, const std::string& account, const std::string& name,
                             std::string_view id) {
  EntityPolicies out;
  auto user = read<UserRow>(txn, {account, ""}, name);
  if (!user || user->Id != id) return out;
  add_policies(txn, account, *user, out.identity);
  for (const auto& group : user->Groups) {
    if (auto row = read<GroupRow>(txn, {account, ""}, group))
      add_policies(txn, account, *row, out.identity);
  }
  add_boundary(txn, account, *user, out.boundary);
  return out;
}

EntityPolicies role_policies(Txn& txn, const std::string& account, const std::string& name,
                             std::string_view id) {
  EntityPolicies out;
  auto role = read<RoleRow>(txn, {account, ""}, name);
  if (!role || role->Id != id) return out;
  add_policies(txn, account, *role, out.identity);
  add_boundary(txn, account, *role, out.boundary);
  return out;
}

EntityPolicies group_policies(Txn& txn, const std::string& account, const std::string& name) {
  EntityPolicies out;
  if (auto group = read<GroupRow>(txn, {account, ""}, name))
    add_policies(txn, account, *group, out.identity);
  return out;
}

void register_principals(Registry& registry) {
  Server& server = registry.server();
  auto caches = std::make_shared<Caches>();
  registry.access_keys([&server, caches](std::string_view id) -> KeyFactsPtr {
    if (!id.starts_with("AKIA")) return nullptr;
    return caches->keys.get(id, authorization_generation(), [&] {
      auto txn = server.engine().begin_read();
      return read_key(*txn, std::string(id));
    });
  });
  registry.identity_policies([&server, caches](Txn&, const Principal& principal) {
    return policies_of(server, *caches, principal);
  });
  registry.resource_facts("iam", facts_of);
  registry.principal_ids([](Txn& txn, std::string_view name) { return other_name(txn, name); });
  registry.at_start([] { authorization_changed(); });
}

}  // namespace drydock::iam
