// Inline policies of users, groups and roles: the same four operations on each.
#include <algorithm>

#include "auth/policy.h"
#include "gen/iam_handlers.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"

namespace drydock::iam {

namespace {

// Sum of a principal's inline policies without white space (IAM quotas).
constexpr size_t kMaxUserBytes = 2048, kMaxGroupBytes = 5120, kMaxRoleBytes = 10240;

size_t counted_bytes(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += c != ' ' && c != '\n' && c != '\t' && c != '\r';
  return count;
}

template <class Row>
Result<void> put(Call& call, Row& row, const std::string& name, const std::string& document, size_t max_bytes, const char* kind) {
  TRY(parse_policy(document, PolicyUse::kIdentity));
  InlineList policies = row.Inline.value_or(InlineList{});
  std::erase_if(policies, [&](const InlinePolicy& p) { return p.Name == name; });
  policies.push_back({.Name = name, .Document = document});
  size_t total = 0;
  for (const InlinePolicy& policy : policies) total += counted_bytes(policy.Document);
  if (total > max_bytes)
    return errors::LimitExceededException("Maximum policy size of " + std::to_string(max_bytes) + " bytes exceeded for " + kind + " " + row.Name);
  row.Inline = std::move(policies);
  save(call, row);
  return {};
}

template <class Row>
Result<std::string> get(const Row& row, const std::string& name, const char* kind) {
  if (row.Inline)
    for (const InlinePolicy& policy : *row.Inline)
      if (policy.Name == name) return encoded_document(policy.Document);
  return errors::NoSuchEntityException(std::string("The ") + kind + " policy with name " + name + " cannot be found.");
}

template <class Row>
Result<void> erase(Call& call, Row& row, const std::string& name, const char* kind) {
  if (!row.Inline || !std::erase_if(*row.Inline, [&](const InlinePolicy& p) { return p.Name == name; }))
    return errors::NoSuchEntityException(std::string("The ") + kind + " policy with name " + name + " cannot be found.");
  save(call, row);
  return {};
}

template <class Row, class In, class Out>
Out list(const Row& row, const In& in) {
  Names names;
  if (row.Inline)
    for (const InlinePolicy& policy : *row.Inline) names.push_back(policy.Name);
  std::sort(names.begin(), names.end());
  Out out;
  out.PolicyNames = page_of(std::move(names), in.Marker, in.MaxItems, [](const std::string& n) { return n; }, out.IsTruncated, out.Marker);
  return out;
}

}  // namespace

Result<PutUserPolicyOutput> put_user_policy(Call& call, const PutUserPolicyInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:PutUserPolicy"));
  TRY(put(call, row, in.PolicyName, in.PolicyDocument, kMaxUserBytes, "user"));
  return PutUserPolicyOutput{};
}
Result<GetUserPolicyOutput> get_user_policy(Call& call, const GetUserPolicyInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:GetUserPolicy"));
  return GetUserPolicyOutput{.UserName = in.UserName, .PolicyName = in.PolicyName, .PolicyDocument = TRY(get(row, in.PolicyName, "user"))};
}
Result<DeleteUserPolicyOutput> delete_user_policy(Call& call, const DeleteUserPolicyInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:DeleteUserPolicy"));
  TRY(erase(call, row, in.PolicyName, "user"));
  return DeleteUserPolicyOutput{};
}
Result<ListUserPoliciesOutput> list_user_policies(Call& call, const ListUserPoliciesInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:ListUserPolicies"));
  return list<UserRow, ListUserPoliciesInput, ListUserPoliciesOutput>(row, in);
}

Result<PutGroupPolicyOutput> put_group_policy(Call& call, const PutGroupPolicyInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:PutGroupPolicy"));
  TRY(put(call, row, in.PolicyName, in.PolicyDocument, kMaxGroupBytes, "group"));
  return PutGroupPolicyOutput{};
}
Result<GetGroupPolicyOutput> get_group_policy(Call& call, const GetGroupPolicyInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:GetGroupPolicy"));
  return GetGroupPolicyOutput{.GroupName = in.GroupName, .PolicyName = in.PolicyName, .PolicyDocument = TRY(get(row, in.PolicyName, "group"))};
}
Result<DeleteGroupPolicyOutput> delete_group_policy(Call& call, const DeleteGroupPolicyInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:DeleteGroupPolicy"));
  TRY(erase(call, row, in.PolicyName, "group"));
  return DeleteGroupPolicyOutput{};
}
Result<ListGroupPoliciesOutput> list_group_policies(Call& call, const ListGroupPoliciesInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:ListGroupPolicies"));
  return list<GroupRow, ListGroupPoliciesInput, ListGroupPoliciesOutput>(row, in);
}

Result<PutRolePolicyOutput> put_role_policy(Call& call, const PutRolePolicyInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:PutRolePolicy"));
  TRY(put(call, row, in.PolicyName, in.PolicyDocument, kMaxRoleBytes, "role"));
  return PutRolePolicyOutput{};
}
Result<GetRolePolicyOutput> get_role_policy(Call& call, const GetRolePolicyInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:GetRolePolicy"));
  return GetRolePolicyOutput{.RoleName = in.RoleName, .PolicyName = in.PolicyName, .PolicyDocument = TRY(get(row, in.PolicyName, "role"))};
}
Result<DeleteRolePolicyOutput> delete_role_policy(Call& call, const DeleteRolePolicyInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:DeleteRolePolicy"));
  TRY(erase(call, row, in.PolicyName, "role"));
  return DeleteRolePolicyOutput{};
}
Result<ListRolePoliciesOutput> list_role_policies(Call& call, const ListRolePoliciesInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:ListRolePolicies"));
  return list<RoleRow, ListRolePoliciesInput, ListRolePoliciesOutput>(row, in);
}

}  // namespace drydock::iam
