#include "services/iam/attachments.h"

#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/aws_managed.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

namespace {

constexpr size_t kMaxAttached = 10;

Context policy_context(const std::string& arn) {
  Context context;
  context.add("iam:PolicyARN", arn);
  return context;
}

Result<void> check_attachable(Call& call, const std::string& arn) {
  if (aws_managed_document(arn)) return {};
  auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "iam" || !parsed->resource.starts_with("policy/")) return errors::InvalidInputException("ARN " + arn + " is not valid.");
  auto row = parsed->account == call.account().text ? kPolicies.get(call.txn(), call.global_space(), {parsed->resource.substr(parsed->resource.rfind('/') + 1)}) : std::nullopt;
  if (!row || policy_arn(call.account().text, *row) != arn) return errors::NoSuchEntityException("Policy " + arn + " does not exist or is not attachable.");
  return {};
}

template <class Row>
Result<void> attach(Call& call, Row& row, const std::string& arn, const char* quota) {
  TRY(check_attachable(call, arn));
  Names attached = row.Attached.value_or(Names{});
  if (std::count(attached.begin(), attached.end(), arn)) return {};
  if (attached.size() >= kMaxAttached) return errors::LimitExceededException(std::string("Cannot exceed quota for ") + quota + ": " + std::to_string(kMaxAttached));
  attached.push_back(arn);
  row.Attached = std::move(attached);
  save(call, row);
  return {};
}

template <class Row>
Result<void> detach(Call& call, Row& row, const std::string& arn) {
  if (!row.Attached || !std::erase(*row.Attached, arn)) return errors::NoSuchEntityException("Policy " + arn + " was not found.");
  save(call, row);
  return {};
}

template <class Row, class In, class Out>
Out list(const Row& row, const In& in) {
  std::vector<AttachedPolicy> all;
  if (row.Attached)
    for (const std::string& arn : *row.Attached) all.push_back({.PolicyName = arn.substr(arn.rfind('/') + 1), .PolicyArn = arn});
  std::sort(all.begin(), all.end(), [](const AttachedPolicy& a, const AttachedPolicy& b) { return *a.PolicyName < *b.PolicyName; });
  Out out;
  out.AttachedPolicies = page_of(std::move(all), in.Marker, in.MaxItems, [](const AttachedPolicy& p) { return *p.PolicyName; }, out.IsTruncated, out.Marker);
  return out;
}

bool has(const std::optional<Names>& attached, const std::string& arn) { return attached && std::count(attached->begin(), attached->end(), arn); }

}  // namespace

Attachments attachments_of(Call& call, const std::string& arn) {
  Attachments found;
  for (const UserRow& user : kUsers.scan(call.txn(), call.global_space())) {
    if (has(user.Attached, arn)) found.users.push_back({.UserName = user.Name, .UserId = user.Id});
    found.boundaries += user.Boundary == arn;
  }
  for (const GroupRow& group : kGroups.scan(call.txn(), call.global_space()))
    if (has(group.Attached, arn)) found.groups.push_back({.GroupName = group.Name, .GroupId = group.Id});
  for (const RoleRow& role : kRoles.scan(call.txn(), call.global_space())) {
    if (has(role.Attached, arn)) found.roles.push_back({.RoleName = role.Name, .RoleId = role.Id});
    found.boundaries += role.Boundary == arn;
  }
  return found;
}

Result<AttachUserPolicyOutput> attach_user_policy(Call& call, const AttachUserPolicyInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:AttachUserPolicy", policy_context(in.PolicyArn)));
  TRY(attach(call, row, in.PolicyArn, "PoliciesPerUser"));
  return AttachUserPolicyOutput{};
}
Result<DetachUserPolicyOutput> detach_user_policy(Call& call, const DetachUserPolicyInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:DetachUserPolicy", policy_context(in.PolicyArn)));
  TRY(detach(call, row, in.PolicyArn));
  return DetachUserPolicyOutput{};
}
Result<ListAttachedUserPoliciesOutput> list_attached_user_policies(Call& call, const ListAttachedUserPoliciesInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:ListAttachedUserPolicies"));
  return list<UserRow, ListAttachedUserPoliciesInput, ListAttachedUserPoliciesOutput>(row, in);
}
Result<AttachGroupPolicyOutput> attach_group_policy(Call& call, const AttachGroupPolicyInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:AttachGroupPolicy", policy_context(in.PolicyArn)));
  TRY(attach(call, row, in.PolicyArn, "PoliciesPerGroup"));
  return AttachGroupPolicyOutput{};
}
Result<DetachGroupPolicyOutput> detach_group_policy(Call& call, const DetachGroupPolicyInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:DetachGroupPolicy", policy_context(in.PolicyArn)));
  TRY(detach(call, row, in.PolicyArn));
  return DetachGroupPolicyOutput{};
}
Result<ListAttachedGroupPoliciesOutput> list_attached_group_policies(Call& call, const ListAttachedGroupPoliciesInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:ListAttachedGroupPolicies"));
  return list<GroupRow, ListAttachedGroupPoliciesInput, ListAttachedGroupPoliciesOutput>(row, in);
}
Result<AttachRolePolicyOutput> attach_role_policy(Call& call, const AttachRolePolicyInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:AttachRolePolicy", policy_context(in.PolicyArn)));
  TRY(attach(call, row, in.PolicyArn, "PoliciesPerRole"));
  return AttachRolePolicyOutput{};
}
Result<DetachRolePolicyOutput> detach_role_policy(Call& call, const DetachRolePolicyInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:DetachRolePolicy", policy_context(in.PolicyArn)));
  TRY(detach(call, row, in.PolicyArn));
  return DetachRolePolicyOutput{};
}
Result<ListAttachedRolePoliciesOutput> list_attached_role_policies(Call& call, const ListAttachedRolePoliciesInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:ListAttachedRolePolicies"));
  return list<RoleRow, ListAttachedRolePoliciesInput, ListAttachedRolePoliciesOutput>(row, in);
}

Result<ListEntitiesForPolicyOutput> list_entities_for_policy(Call& call, const ListEntitiesForPolicyInput& in) {
  Attachments found = attachments_of(call, in.PolicyArn);
  const std::string filter = in.EntityFilter.value_or("");
  ListEntitiesForPolicyOutput out;
  out.IsTruncated = false;
  if (filter.empty() || filter == "User") out.PolicyUsers = std::move(found.users);
  if (filter.empty() || filter == "Group") out.PolicyGroups = std::move(found.groups);
  if (filter.empty() || filter == "Role") out.PolicyRoles = std::move(found.roles);
  return out;
}

}  // namespace drydock::iam
