// Inline policies of users, groups and roles.
#include <algorithm>

#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

template <class Row>
auto find_inline(Row& row, const std::string& name) {
  return std::find_if(row.Inline.begin(), row.Inline.end(),
                      [&](const InlinePolicyRow& p) { return p.Name == name; });
}

template <class Row>
Unexpected no_inline(const std::string& name) {
  return errors::NoSuchEntity("The " + std::string(Kind<Row>::kWord) + " policy with name " + name +
                              " cannot be found.");
}

template <class Row>
Result<void> put(Call& call, const std::string& entity, const std::string& name,
                 const std::string& document) {
  auto row = TRY(find_bounded<Row>(call, entity));
  TRY(check_modifiable(row));
  TRY(check_name("policyName", name));
  TRY(check_document(document));
  auto known = find_inline(row, name);
  if (known == row.Inline.end())
    row.Inline.push_back({.Name = name, .Document = document});
  else
    known->Document = document;
  size_t size = 0;
  for (const auto& policy : row.Inline) size += document_size(policy.Document);
  if (size > Kind<Row>::kMostInlineBytes) {
    return errors::LimitExceeded(
        "Maximum policy size of " + std::to_string(Kind<Row>::kMostInlineBytes) +
        " bytes exceeded for " + std::string(Kind<Row>::kWord) + " " + entity);
  }
  save(call, row);
  return {};
}

template <class Row>
Result<std::string> get(Call& call, const std::string& entity, const std::string& name) {
  auto row = TRY(find<Row>(call, entity));
  auto known = find_inline(row, name);
  if (known == row.Inline.end()) return no_inline<Row>(name);
  return percent_encode(known->Document);
}

template <class Row>
Result<std::vector<std::string>> names(Call& call, const std::string& entity) {
  auto row = TRY(find<Row>(call, entity));
  std::vector<std::string> out;
  for (const auto& policy : row.Inline) out.push_back(policy.Name);
  return out;
}

template <class Row>
Result<void> erase(Call& call, const std::string& entity, const std::string& name) {
  auto row = TRY(find_bounded<Row>(call, entity));
  TRY(check_modifiable(row));
  auto known = find_inline(row, name);
  if (known == row.Inline.end()) return no_inline<Row>(name);
  row.Inline.erase(known);
  save(call, row);
  return {};
}

const std::string& itself(const std::string& name) { return name; }

}  // namespace

Result<PutUserPolicyOutput> put_user_policy(Call& call, const PutUserPolicyInput& in) {
  TRY(put<UserRow>(call, in.UserName, in.PolicyName, in.PolicyDocument));
  return PutUserPolicyOutput{};
}
Result<GetUserPolicyOutput> get_user_policy(Call& call, const GetUserPolicyInput& in) {
  return GetUserPolicyOutput{in.UserName, in.PolicyName,
                             TRY(get<UserRow>(call, in.UserName, in.PolicyName))};
}
Result<ListUserPoliciesOutput> list_user_policies(Call& call, const ListUserPoliciesInput& in) {
  ListUserPoliciesOutput out;
  TRY(paginate(in, out, out.PolicyNames, TRY(names<UserRow>(call, in.UserName)), itself));
  return out;
}
Result<DeleteUserPolicyOutput> delete_user_policy(Call& call, const DeleteUserPolicyInput& in) {
  TRY(erase<UserRow>(call, in.UserName, in.PolicyName));
  return DeleteUserPolicyOutput{};
}

Result<PutGroupPolicyOutput> put_group_policy(Call& call, const PutGroupPolicyInput& in) {
  TRY(put<GroupRow>(call, in.GroupName, in.PolicyName, in.PolicyDocument));
  return PutGroupPolicyOutput{};
}
Result<GetGroupPolicyOutput> get_group_policy(Call& call, const GetGroupPolicyInput& in) {
  return GetGroupPolicyOutput{in.GroupName, in.PolicyName,
                              TRY(get<GroupRow>(call, in.GroupName, in.PolicyName))};
}
Result<ListGroupPoliciesOutput> list_group_policies(Call& call, const ListGroupPoliciesInput& in) {
  ListGroupPoliciesOutput out;
  TRY(paginate(in, out, out.PolicyNames, TRY(names<GroupRow>(call, in.GroupName)), itself));
  return out;
}
Result<DeleteGroupPolicyOutput> delete_group_policy(Call& call, const DeleteGroupPolicyInput& in) {
  TRY(erase<GroupRow>(call, in.GroupName, in.PolicyName));
  return DeleteGroupPolicyOutput{};
}

Result<PutRolePolicyOutput> put_role_policy(Call& call, const PutRolePolicyInput& in) {
  TRY(put<RoleRow>(call, in.RoleName, in.PolicyName, in.PolicyDocument));
  return PutRolePolicyOutput{};
}
Result<GetRolePolicyOutput> get_role_policy(Call& call, const GetRolePolicyInput& in) {
  return GetRolePolicyOutput{in.RoleName, in.PolicyName,
                             TRY(get<RoleRow>(call, in.RoleName, in.PolicyName))};
}
Result<ListRolePoliciesOutput> list_role_policies(Call& call, const ListRolePoliciesInput& in) {
  ListRolePoliciesOutput out;
  TRY(paginate(in, out, out.PolicyNames, TRY(names<RoleRow>(call, in.RoleName)), itself));
  return out;
}
Result<DeleteRolePolicyOutput> delete_role_policy(Call& call, const DeleteRolePolicyInput& in) {
  TRY(erase<RoleRow>(call, in.RoleName, in.PolicyName));
  return DeleteRolePolicyOutput{};
}

}  // namespace drydock::iam
