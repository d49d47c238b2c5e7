// What concerns the account as a whole: its summary, its alias, and everything in it at once.
#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/attachments.h"
#include "services/iam/aws_managed.h"
#include "services/iam/entities.h"
#include "services/iam/last_use.h"
#include "services/iam/managed_policies.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr std::string_view kGlobalEndpoint = "global-endpoint";

size_t count(Call& call, const RawTable& table) {
  size_t rows = 0;
  table.scan(call.txn(), call.global_space(), {}, [&](const auto&, std::string_view) {
    ++rows;
    return true;
  });
  return rows;
}

std::optional<std::vector<PolicyDetail>> details_of(const std::vector<InlinePolicyRow>& rows) {
  std::vector<PolicyDetail> out;
  for (const auto& row : rows) out.push_back({row.Name, percent_encode(row.Document)});
  return out;
}

UserDetail detail_of(Call& call, const UserRow& row) {
  auto user = user_of(call.account().text, row);
  UserDetail out;
  out.Path = user.Path;
  out.UserName = user.UserName;
  out.UserId = user.UserId;
  out.Arn = user.Arn;
  out.CreateDate = user.CreateDate;
  out.UserPolicyList = details_of(row.Inline);
  out.GroupList = row.Groups;
  out.AttachedManagedPolicies = attached_policies(row.Attached);
  out.PermissionsBoundary = boundary_of(row.Boundary);
  out.Tags = row.Tags;
  return out;
}

GroupDetail detail_of(Call& call, const GroupRow& row) {
  GroupDetail out;
  out.Path = row.Path;
  out.GroupName = row.Name;
  out.GroupId = row.Id;
  out.Arn = arn_of(call.account().text, row);
  out.CreateDate = row.Created;
  out.GroupPolicyList = details_of(row.Inline);
  out.AttachedManagedPolicies = attached_policies(row.Attached);
  return out;
}

RoleDetail detail_of(Call& call, const RoleRow& row) {
  auto role = role_of(call.txn(), call.account().text, row);
  RoleDetail out;
  out.Path = role.Path;
  out.RoleName = role.RoleName;
  out.RoleId = role.RoleId;
  out.Arn = role.Arn;
  out.CreateDate = role.CreateDate;
  out.AssumeRolePolicyDocument = role.AssumeRolePolicyDocument;
  out.InstanceProfileList.emplace();
  for (const auto& name : row.InstanceProfiles) {
    if (auto profile = kInstanceProfiles.get(call.txn(), call.global_space(), {to_lower(name)})) {
      out.InstanceProfileList->push_back(
          instance_profile_of(call.txn(), call.account().text, *profile));
    }
  }
  out.RolePolicyList = details_of(row.Inline);
  out.AttachedManagedPolicies = attached_policies(row.Attached);
  out.PermissionsBoundary = boundary_of(row.Boundary);
  out.Tags = row.Tags;
  out.RoleLastUsed = role_last_used(call, row);
  return out;
}

ManagedPolicyDetail detail_of(const Policy& policy) {
  ManagedPolicyDetail out;
  out.PolicyName = policy.PolicyName;
  out.PolicyId = policy.PolicyId;
  out.Arn = policy.Arn;
  out.Path = policy.Path;
  out.DefaultVersionId = policy.DefaultVersionId;
  out.AttachmentCount = policy.AttachmentCount;
  out.PermissionsBoundaryUsageCount = policy.PermissionsBoundaryUsageCount;
  out.IsAttachable = policy.IsAttachable;
  out.CreateDate = policy.CreateDate;
  out.UpdateDate = policy.UpdateDate;
  out.PolicyVersionList.emplace();
  return out;
}

ManagedPolicyDetail detail_of(Call& call, const AwsManagedPolicy& policy) {
  ManagedPolicyDetail out = detail_of(aws_policy(call, policy));
  out.PolicyVersionList->push_back({.Document = percent_encode(policy.document),
                                    .VersionId = "v1",
                                    .IsDefaultVersion = true,
                                    .CreateDate = kAwsPolicyDate});
  return out;
}

ManagedPolicyDetail detail_of(Call& call, const PolicyRow& row) {
  ManagedPolicyDetail out = detail_of(policy_of(call, row));
  out.Description = row.Description;
  for (const auto& version : row.Versions) {
    out.PolicyVersionList->push_back({.Document = percent_encode(version.Document),
                                      .VersionId = "v" + std::to_string(version.Number),
                                      .IsDefaultVersion = version.Number == row.DefaultVersion,
                                      .CreateDate = version.Created});
  }
  return out;
}

bool is_used(Call& call, const std::string& arn) {
  const ScanOptions one{.prefix = {arn}, .limit = 1};
  return !kAttachments.scan(call.txn(), call.global_space(), one).empty() ||
         !kBoundaryUses.scan(call.txn(), call.global_space(), one).empty();
}

// The name of one entity among all; read in full only when it is on the page.
struct Named {
  std::string kind, name;
};

template <class Row>
void gather(Call& call, std::vector<Named>& out, std::string kind, const Table<Row>& table) {
  table.each(call.txn(), call.global_space(), {}, [&](const auto& key, const Row&) {
    out.push_back({kind, key.back()});
    return true;
  });
}

}  // namespace

Result<GetAccountSummaryOutput> get_account_summary(Call& call, const GetAccountSummaryInput&) {
  int64_t access_keys = 0, attached = 0, versions = 0;
  for (const auto& user : kUsers.scan(call.txn(), call.global_space()))
    access_keys += user.AccessKeys.size();
  for (const auto& policy : kPolicies.scan(call.txn(), call.global_space())) {
    attached += policy.Attachments;
    versions += policy.Versions.size();
  }
  int64_t devices_in_use = 0;
  for (const auto& device : kMfaDevices.scan(call.txn(), call.global_space()))
    devices_in_use += device.UserId.has_value();
  const auto token_version = kTokenVersion.get(call.txn(), call.global_space(), {kGlobalEndpoint});
  GetAccountSummaryOutput out;
  out.SummaryMap = Map<int64_t>{
      {"Users", count(call, kUsers.raw())},
      {"UsersQuota", Kind<UserRow>::kMost},
      {"Groups", count(call, kGroups.raw())},
      {"GroupsQuota", Kind<GroupRow>::kMost},
      {"Roles", count(call, kRoles.raw())},
      {"RolesQuota", Kind<RoleRow>::kMost},
      {"Policies", count(call, kPolicies.raw())},
      {"PoliciesQuota", 1500},
      {"InstanceProfiles", count(call, kInstanceProfiles.raw())},
      {"InstanceProfilesQuota", 1000},
      {"PolicyVersionsInUse", versions},
      {"PolicyVersionsInUseQuota", 10000},
      {"VersionsPerPolicyQuota", 5},
      {"PolicySizeQuota", 6144},
      {"UserPolicySizeQuota", Kind<UserRow>::kMostInlineBytes},
      {"GroupPolicySizeQuota", Kind<GroupRow>::kMostInlineBytes},
      {"RolePolicySizeQuota", Kind<RoleRow>::kMostInlineBytes},
      {"AssumeRolePolicySizeQuota", 2048},
      {"AccessKeysPerUserQuota", 2},
      {"GroupsPerUserQuota", 10},
      {"AttachedPoliciesPerUserQuota", kMostAttached},
      {"AttachedPoliciesPerGroupQuota", kMostAttached},
      {"AttachedPoliciesPerRoleQuota", kMostAttached},
      {"AccountAccessKeysPresent", 0},
      {"AccountSigningCertificatesPresent", 0},
      {"AccountMFAEnabled", 0},
      {"AccountPasswordPresent",
       kRootUser.get(call.txn(), call.global_space(), {"root"}).value_or(UserRow{}).Password ? 1
                                                                                             : 0},
      {"MFADevices", count(call, kMfaDevices.raw())},
      {"MFADevicesInUse", devices_in_use},
      {"Providers", count(call, kOidcProviders.raw()) + count(call, kSamlProviders.raw())},
      {"ServerCertificates", count(call, kServerCertificates.raw())},
      {"ServerCertificatesQuota", 20},
      {"SigningCertificatesPerUserQuota", 2},
      {"GlobalEndpointTokenVersion", token_version == "v2Token" ? 2 : 1}};
  return out;
}

Result<SetSecurityTokenServicePreferencesOutput> set_security_token_service_preferences(
    Call& call, const SetSecurityTokenServicePreferencesInput& in) {
  kTokenVersion.put(call.txn(), call.global_space(), {kGlobalEndpoint},
                    in.GlobalEndpointTokenVersion);
  return SetSecurityTokenServicePreferencesOutput{};
}

Result<CreateAccountAliasOutput> create_account_alias(Call& call,
                                                      const CreateAccountAliasInput& in) {
  if (in.AccountAlias.find("--") != std::string::npos)
    return errors::ValidationError(
        "1 validation error detected: Value '" + in.AccountAlias +
        "' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression "
        "pattern: ^[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?$");
  if (AccountId::parse(in.AccountAlias))
    return errors::InvalidInput("The account alias must not be a 12-digit number.");
  auto owner = kAliases.get(call.txn(), kInstallation, {in.AccountAlias});
  if (owner)
    return errors::EntityAlreadyExists("The account alias " + in.AccountAlias + " already exists.");
  // An account has one alias; a new one takes the place of the old.
  if (auto old = kAccountAlias.get(call.txn(), call.global_space(), {"alias"}))
    kAliases.erase(call.txn(), kInstallation, {*old});
  kAccountAlias.put(call.txn(), call.global_space(), {"alias"}, in.AccountAlias);
  kAliases.put(call.txn(), kInstallation, {in.AccountAlias}, call.account().text);
  return CreateAccountAliasOutput{};
}

Result<DeleteAccountAliasOutput> delete_account_alias(Call& call,
                                                      const DeleteAccountAliasInput& in) {
  auto known = kAccountAlias.get(call.txn(), call.global_space(), {"alias"});
  if (known != in.AccountAlias)
    return errors::NoSuchEntity("The account alias with name " + in.AccountAlias +
                                " cannot be found.");
  kAccountAlias.erase(call.txn(), call.global_space(), {"alias"});
  kAliases.erase(call.txn(), kInstallation, {in.AccountAlias});
  return DeleteAccountAliasOutput{};
}

Result<ListAccountAliasesOutput> list_account_aliases(Call& call, const ListAccountAliasesInput&) {
  ListAccountAliasesOutput out;
  if (auto alias = kAccountAlias.get(call.txn(), call.global_space(), {"alias"}))
    out.AccountAliases.push_back(*alias);
  return out;
}

Result<GetAccountAuthorizationDetailsOutput> get_account_authorization_details(
    Call& call, const GetAccountAuthorizationDetailsInput& in) {
  auto wanted = [&](std::string_view kind) {
    if (!in.Filter) return true;
    for (const auto& filter : *in.Filter) {
      if (filter == kind) return true;
    }
    return false;
  };
  std::vector<Named> all, page;
  if (wanted("User")) gather(call, all, "User", kUsers);
  if (wanted("Group")) gather(call, all, "Group", kGroups);
  if (wanted("Role")) gather(call, all, "Role", kRoles);
  if (wanted("LocalManagedPolicy")) gather(call, all, "Policy", kPolicies);
  // Of AWS's own policies, those that something here has.
  if (wanted("AWSManagedPolicy"))
    for (const auto& policy : aws_managed_policies())
      if (is_used(call, policy.arn())) all.push_back({"AwsPolicy", policy.arn()});
  GetAccountAuthorizationDetailsOutput out;
  TRY(paginate(in, out, page, std::move(all),
               [](const Named& n) { return n.kind + "/" + n.name; }));
  for (const auto& item : page) {
    Key key{item.name};
    Space space = call.global_space();
    if (item.kind == "User")
      out.UserDetailList.push_back(detail_of(call, *kUsers.get(call.txn(), space, key)));
    else if (item.kind == "Group")
      out.GroupDetailList.push_back(detail_of(call, *kGroups.get(call.txn(), space, key)));
    else if (item.kind == "Role")
      out.RoleDetailList.push_back(detail_of(call, *kRoles.get(call.txn(), space, key)));
    else if (item.kind == "AwsPolicy")
      out.Policies.push_back(detail_of(call, *find_aws_managed(item.name)));
    else
      out.Policies.push_back(detail_of(call, *kPolicies.get(call.txn(), space, key)));
  }
  return out;
}

}  // namespace drydock::iam
