// What other services ask IAM in-process: a role that is to be assumed, and the administrator of a
// new account.
#include "gen/iam_handlers.h"
#include "services/iam/access_keys.h"
#include "services/iam/attachments.h"
#include "services/iam/entities.h"
#include "services/iam/roles.h"
#include "services/iam/trust.h"

namespace drydock::iam {
namespace {

constexpr std::string_view kAdministrator = "admin";
constexpr std::string_view kAdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

std::optional<AccessKeyRow> active_key(Call& call, const UserRow& user) {
  for (const auto& id : user.AccessKeys) {
    auto key = kAccessKeys.get(call.txn(), kInstallation, {id});
    if (key && key->Status == "Active") return key;
  }
  return std::nullopt;
}

Result<void> provision_role(Call& call, const std::string& name,
                            const std::string& trusted_account) {
  if (kRoles.contains(call.txn(), call.global_space(), {to_lower(name)})) return {};
  RoleRow role;
  role.Name = name;
  role.Path = "/";
  role.Trust = to_json(Value::object(
      {{"Version", "2012-10-17"},
       {"Statement",
        Value::list({Value::object(
            {{"Effect", "Allow"},
             {"Principal", Value::object({{"AWS", "arn:aws:iam::" + trusted_account + ":root"}})},
             {"Action", "sts:AssumeRole"}})})}}));
  put_new_role(call, role);
  TRY(attach_to(call, role, std::string(kAdministratorAccess)));
  save(call, role);
  return {};
}

}  // namespace

Result<ResolveRoleOutput> resolve_role(Call& call, const ResolveRoleInput& in) {
  ResolveRoleOutput out;
  auto arn = Arn::parse(in.RoleArn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) return out;
  auto role = read<RoleRow>(call.txn(), {arn->account, ""},
                            arn->resource.substr(arn->resource.rfind('/') + 1));
  if (!role || arn_of(arn->account, *role) != in.RoleArn) return out;
  out.Exists = true;
  out.Name = role->Name;
  out.Id = role->Id;
  out.MaxSessionDuration = role->MaxSessionDuration;
  out.Tags = role->Tags;
  return out;
}

Result<ResolvePrincipalOutput> resolve_principal(Call& call, const ResolvePrincipalInput& in) {
  ResolvePrincipalOutput out;
  auto arn = Arn::parse(in.Arn);
  if (!arn) return out;
  const auto parts = split(arn->resource, '/');
  const Space account{arn->account, ""};
  if (arn->service == "sts" && parts.size() == 3 && parts[0] == "assumed-role") {
    if (auto role = read<RoleRow>(call.txn(), account, std::string(parts[1]))) out.Id = role->Id;
    return out;
  }
  if (arn->service != "iam" || parts.size() < 2) return out;
  const std::string name(parts.back());
  if (parts[0] == "role") {
    auto role = read<RoleRow>(call.txn(), account, name);
    if (role && arn_of(arn->account, *role) == in.Arn) out.Id = role->Id;
  } else if (parts[0] == "user") {
    auto user = read<UserRow>(call.txn(), account, name);
    if (user && arn_of(arn->account, *user) == in.Arn) out.Id = user->Id;
  }
  return out;
}

Result<ResolvePoliciesOutput> resolve_policies(Call& call, const ResolvePoliciesInput& in) {
  ResolvePoliciesOutput out;
  for (const auto& arn : in.PolicyArns) {
    auto policy = read_managed(call.txn(), in.AccountId, arn);
    if (!policy) return errors::NoSuchEntity("Policy " + arn + " was not found.");
    out.PolicyDocuments.push_back(policy->document);
  }
  return out;
}

Result<ProvisionAdministratorOutput> provision_administrator(
    Call& call, const ProvisionAdministratorInput& in) {
  auto user = read<UserRow>(call.txn(), call.global_space(), std::string(kAdministrator));
  if (!user) {
    user.emplace();
    user->Name = kAdministrator;
    user->Path = "/";
    user->Id = unique_id(call, "AIDA");
    user->Created = call.now();
    kUniqueIds.put(call.txn(), kInstallation, {user->Id}, arn_of(call.account().text, *user));
    TRY(attach_to(call, *user, std::string(kAdministratorAccess)));
  }
  auto key = active_key(call, *user);
  if (!key) key = add_access_key(call, *user);
  save(call, *user);
  if (in.RoleName && in.TrustedAccount) TRY(provision_role(call, *in.RoleName, *in.TrustedAccount));
  return ProvisionAdministratorOutput{key->Id, key->Secret};
}

Result<FindAdministratorOutput> find_administrator(Call& call, const FindAdministratorInput&) {
  FindAdministratorOutput out;
  auto user = read<UserRow>(call.txn(), call.global_space(), std::string(kAdministrator));
  auto key = user ? active_key(call, *user) : std::nullopt;
  if (!key) return out;
  out.AccessKeyId = key->Id;
  out.SecretAccessKey = key->Secret;
  return out;
}

}  // namespace drydock::iam
