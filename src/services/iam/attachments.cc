#include "services/iam/attachments.h"

#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/aws_managed.h"
#include "services/iam/documents.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

Context policy_context(const std::string& arn) {
  Context context;
  context.add("iam:PolicyARN", arn);
  return context;
}

template <class Row>
Result<void> attach(Call& call, const std::string& name, const std::string& arn) {
  auto row = TRY(find_bounded<Row>(call, name, policy_context(arn)));
  TRY(check_modifiable(row));
  if (arn.starts_with(kLinkedPolicyPrefix))
    return errors::PolicyNotAttachable("Cannot attach a Service Role Policy to a Customer " +
                                       std::string(Kind<Row>::kTitle) + ".");
  // AWS's own text for these is not known.
  if (arn.starts_with(kRootTaskPrefix))
    return errors::PolicyNotAttachable("Cannot attach a root task policy to a " +
                                       std::string(Kind<Row>::kTitle) + ".");
  TRY(attach_to(call, row, arn));
  if (row.Attached.size() > kMostAttached) {
    return errors::LimitExceeded("Cannot exceed quota for " + std::string(Kind<Row>::kPolicyQuota) +
                                 ": " + std::to_string(kMostAttached));
  }
  save(call, row);
  return {};
}

template <class Row>
Result<void> detach(Call& call, const std::string& name, const std::string& arn) {
  auto row = TRY(find_bounded<Row>(call, name, policy_context(arn)));
  TRY(check_modifiable(row));
  auto known = std::find(row.Attached.begin(), row.Attached.end(), arn);
  if (known == row.Attached.end()) return errors::NoSuchEntity("Policy " + arn + " was not found.");
  row.Attached.erase(known);
  kAttachments.erase(call.txn(), call.global_space(), use_key(arn, row));
  TRY(count_use(call, arn, PolicyUsage::kAttachment, -1));
  save(call, row);
  return {};
}

// "/service-role/" of an ARN.
std::string path_of(const std::string& arn) {
  auto first = arn.find('/');
  return arn.substr(first, arn.rfind('/') - first + 1);
}

template <class Row, class In, class Out>
Result<Out> list(Call& call, const std::string& name, const In& in) {
  auto row = TRY(find<Row>(call, name));
  auto policies = attached_policies(row.Attached);
  std::erase_if(policies, [&](const AttachedPolicy& p) {
    return !path_of(*p.PolicyArn).starts_with(in.PathPrefix.value_or("/"));
  });
  Out out;
  TRY(paginate(in, out, out.AttachedPolicies, std::move(policies),
               [](const AttachedPolicy& p) { return *p.PolicyArn; }));
  return out;
}

template <class Row>
std::string path_of_entity(Call& call, const std::string& name) {
  auto row = read<Row>(call.txn(), call.global_space(), name);
  return row ? row->Path : "/";
}

// One entity that uses a policy.
struct Use {
  std::string kind, name, id;
};

}  // namespace

Result<ManagedPolicy> find_attachable(Call& call, const std::string& arn) {
  auto parts = Arn::parse(arn);
  if (!parts || parts->service != "iam" || !parts->resource.starts_with("policy/")) {
    return errors::ValidationError("ARN " + arn + " is not valid.");
  }
  auto policy = read_managed(call.txn(), call.account().text, arn);
  if (!policy)
    return errors::NoSuchEntity("Policy " + arn + " does not exist or is not attachable.");
  return std::move(*policy);
}

std::vector<AttachedPolicy> attached_policies(const std::vector<std::string>& arns) {
  std::vector<AttachedPolicy> out;
  for (const auto& arn : arns)
    out.push_back({.PolicyName = arn.substr(arn.rfind('/') + 1), .PolicyArn = arn});
  return out;
}

Result<AttachUserPolicyOutput> attach_user_policy(Call& call, const AttachUserPolicyInput& in) {
  TRY(attach<UserRow>(call, in.UserName, in.PolicyArn));
  return AttachUserPolicyOutput{};
}
Result<DetachUserPolicyOutput> detach_user_policy(Call& call, const DetachUserPolicyInput& in) {
  TRY(detach<UserRow>(call, in.UserName, in.PolicyArn));
  return DetachUserPolicyOutput{};
}
Result<ListAttachedUserPoliciesOutput> list_attached_user_policies(
    Call& call, const ListAttachedUserPoliciesInput& in) {
  return list<UserRow, ListAttachedUserPoliciesInput, ListAttachedUserPoliciesOutput>(
      call, in.UserName, in);
}

Result<AttachGroupPolicyOutput> attach_group_policy(Call& call, const AttachGroupPolicyInput& in) {
  TRY(attach<GroupRow>(call, in.GroupName, in.PolicyArn));
  return AttachGroupPolicyOutput{};
}
Result<DetachGroupPolicyOutput> detach_group_policy(Call& call, const DetachGroupPolicyInput& in) {
  TRY(detach<GroupRow>(call, in.GroupName, in.PolicyArn));
  return DetachGroupPolicyOutput{};
}
Result<ListAttachedGroupPoliciesOutput> list_attached_group_policies(
    Call& call, const ListAttachedGroupPoliciesInput& in) {
  return list<GroupRow, ListAttachedGroupPoliciesInput, ListAttachedGroupPoliciesOutput>(
      call, in.GroupName, in);
}

Result<AttachRolePolicyOutput> attach_role_policy(Call& call, const AttachRolePolicyInput& in) {
  TRY(attach<RoleRow>(call, in.RoleName, in.PolicyArn));
  return AttachRolePolicyOutput{};
}
Result<DetachRolePolicyOutput> detach_role_policy(Call& call, const DetachRolePolicyInput& in) {
  TRY(detach<RoleRow>(call, in.RoleName, in.PolicyArn));
  return DetachRolePolicyOutput{};
}
Result<ListAttachedRolePoliciesOutput> list_attached_role_policies(
    Call& call, const ListAttachedRolePoliciesInput& in) {
  return list<RoleRow, ListAttachedRolePoliciesInput, ListAttachedRolePoliciesOutput>(
      call, in.RoleName, in);
}

Result<ListEntitiesForPolicyOutput> list_entities_for_policy(Call& call,
                                                             const ListEntitiesForPolicyInput& in) {
  if (!find_aws_managed(in.PolicyArn)) TRY(find_policy(call, in.PolicyArn));
  std::vector<Use> uses;
  const std::string usage = in.PolicyUsageFilter.value_or("");
  auto gather = [&](const Table<std::string>& table) {
    table.each(call.txn(), call.global_space(), {.prefix = {in.PolicyArn}},
               [&](const auto& key, const std::string& id) {
                 uses.push_back({key[1], key[2], id});
                 return true;
               });
  };
  if (usage != "PermissionsBoundary") gather(kAttachments);
  if (usage != "PermissionsPolicy") gather(kBoundaryUses);
  auto order = [](const Use& use) { return use.kind + "/" + use.name; };
  std::sort(uses.begin(), uses.end(),
            [&](const Use& a, const Use& b) { return order(a) < order(b); });
  uses.erase(std::unique(uses.begin(), uses.end(),
                         [](const Use& a, const Use& b) { return a.id == b.id; }),
             uses.end());
  std::erase_if(uses, [&](const Use& use) {
    if (in.EntityFilter && *in.EntityFilter != use.kind) return true;
    if (!in.PathPrefix) return false;
    std::string path = use.kind == "User"   ? path_of_entity<UserRow>(call, use.name)
                       : use.kind == "Role" ? path_of_entity<RoleRow>(call, use.name)
                                            : path_of_entity<GroupRow>(call, use.name);
    return !path.starts_with(*in.PathPrefix);
  });
  ListEntitiesForPolicyOutput out;
  std::vector<Use> page;
  TRY(paginate(in, out, page, std::move(uses), order));
  for (const auto& use : page) {
    if (use.kind == "User")
      out.PolicyUsers.push_back({use.name, use.id});
    else if (use.kind == "Role")
      out.PolicyRoles.push_back({use.name, use.id});
    else
      out.PolicyGroups.push_back({use.name, use.id});
  }
  return out;
}

// ---- permissions boundaries

namespace {

template <class Row>
Result<void> put_boundary(Call& call, const std::string& name,
                          const std::optional<std::string>& arn) {
  Context context;
  if (arn) context.add("iam:PermissionsBoundary", *arn);
  auto row = TRY(find_bounded<Row>(call, name, std::move(context)));
  TRY(check_modifiable(row));
  if (!arn && !row.Boundary) {
    return errors::NoSuchEntity("The " + std::string(Kind<Row>::kWord) + " " + name +
                                " does not have a permissions boundary.");
  }
  TRY(set_boundary(call, row, arn));
  save(call, row);
  return {};
}

}  // namespace

Result<PutUserPermissionsBoundaryOutput> put_user_permissions_boundary(
    Call& call, const PutUserPermissionsBoundaryInput& in) {
  TRY(put_boundary<UserRow>(call, in.UserName, in.PermissionsBoundary));
  return PutUserPermissionsBoundaryOutput{};
}
Result<DeleteUserPermissionsBoundaryOutput> delete_user_permissions_boundary(
    Call& call, const DeleteUserPermissionsBoundaryInput& in) {
  TRY(put_boundary<UserRow>(call, in.UserName, std::nullopt));
  return DeleteUserPermissionsBoundaryOutput{};
}
Result<PutRolePermissionsBoundaryOutput> put_role_permissions_boundary(
    Call& call, const PutRolePermissionsBoundaryInput& in) {
  TRY(put_boundary<RoleRow>(call, in.RoleName, in.PermissionsBoundary));
  return PutRolePermissionsBoundaryOutput{};
}
Result<DeleteRolePermissionsBoundaryOutput> delete_role_permissions_boundary(
    Call& call, const DeleteRolePermissionsBoundaryInput& in) {
  TRY(put_boundary<RoleRow>(call, in.RoleName, std::nullopt));
  return DeleteRolePermissionsBoundaryOutput{};
}

}  // namespace drydock::iam
