// Roles.
#include "services/iam/roles.h"

#include "gen/iam_handlers.h"
#include "services/iam/attachments.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"
#include "services/iam/last_use.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"
#include "services/iam/trust.h"

namespace drydock::iam {
namespace {

constexpr int64_t kDefaultSessionSeconds = 3600;

Role full_role(Call& call, const RoleRow& row) {
  Role role = role_of(call.txn(), call.account().text, row);
  role.PermissionsBoundary = boundary_of(row.Boundary);
  role.Tags = tags_or_none(row.Tags);
  return role;
}

Result<void> check_session_duration(const std::optional<int64_t>& seconds) {
  if (!seconds || (*seconds >= 3600 && *seconds <= 43200)) return {};
  return errors::ValidationError(
      "1 validation error detected: Value '" + std::to_string(*seconds) +
      "' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200");
}

}  // namespace

void put_new_role(Call& call, RoleRow& row) {
  if (row.Id.empty()) row.Id = unique_id(call, "AROA");
  row.Created = call.now();
  if (row.MaxSessionDuration == 0) row.MaxSessionDuration = kDefaultSessionSeconds;
  kUniqueIds.put(call.txn(), kInstallation, {row.Id}, arn_of(call.account().text, row));
  save(call, row);
}

void erase_role(Call& call, const RoleRow& row) {
  kUniqueIds.erase(call.txn(), kInstallation, {row.Id});
  kRoles.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  permissions_changed(call);
}

Result<CreateRoleOutput> create_role(Call& call, const CreateRoleInput& in) {
  RoleRow row;
  row.Name = in.RoleName;
  row.Path = in.Path.value_or("/");
  Context context = tag_context(in.Tags);
  add_boundary_context(context, in.PermissionsBoundary);
  TRY(call.authorize("iam:CreateRole", arn_of(call.account().text, row), std::move(context)));
  if (is_service_linked(row)) {
    return errors::InvalidInput(
        "Cannot create a role in the path /aws-service-role/: it is reserved for service-linked roles.");
  }
  TRY(check_session_duration(in.MaxSessionDuration));
  TRY(check_new<RoleRow>(call, row.Name, row.Path));
  row.Trust = TRY(stored_trust(call, in.AssumeRolePolicyDocument));
  row.Description = in.Description;
  row.MaxSessionDuration = in.MaxSessionDuration.value_or(kDefaultSessionSeconds);
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  row.Id = unique_id(call, "AROA");
  if (in.PermissionsBoundary) TRY(set_boundary(call, row, in.PermissionsBoundary));
  put_new_role(call, row);
  return CreateRoleOutput{.Role = full_role(call, row)};
}

Result<GetRoleOutput> get_role(Call& call, const GetRoleInput& in) {
  auto row = TRY(find<RoleRow>(call, in.RoleName));
  GetRoleOutput out{.Role = full_role(call, row)};
  out.Role.RoleLastUsed = role_last_used(call, row);
  return out;
}

Result<ListRolesOutput> list_roles(Call& call, const ListRolesInput& in) {
  std::vector<Role> all;
  for (const auto& row : kRoles.scan(call.txn(), call.global_space())) {
    if (row.Path.starts_with(in.PathPrefix.value_or("/")))
      all.push_back(role_of(call.txn(), call.account().text, row));
  }
  ListRolesOutput out;
  TRY(paginate(in, out, out.Roles, std::move(all), [](const Role& r) { return r.RoleName; }));
  return out;
}

Result<UpdateRoleOutput> update_role(Call& call, const UpdateRoleInput& in) {
  auto row = TRY(find<RoleRow>(call, in.RoleName));
  // The description is all that may be changed of a service-linked role.
  if (in.MaxSessionDuration) TRY(check_modifiable(row));
  TRY(check_session_duration(in.MaxSessionDuration));
  if (in.Description) row.Description = in.Description;
  if (in.MaxSessionDuration) row.MaxSessionDuration = *in.MaxSessionDuration;
  save(call, row);
  return UpdateRoleOutput{};
}

Result<UpdateRoleDescriptionOutput> update_role_description(Call& call,
                                                            const UpdateRoleDescriptionInput& in) {
  auto row = TRY(find<RoleRow>(call, in.RoleName));
  row.Description = in.Description;
  save(call, row);
  return UpdateRoleDescriptionOutput{.Role = full_role(call, row)};
}

Result<UpdateAssumeRolePolicyOutput> update_assume_role_policy(
    Call& call, const UpdateAssumeRolePolicyInput& in) {
  auto row = TRY(find_bounded<RoleRow>(call, in.RoleName));
  TRY(check_modifiable(row));
  row.Trust = TRY(stored_trust(call, in.PolicyDocument));
  save(call, row);
  return UpdateAssumeRolePolicyOutput{};
}

Result<DeleteRoleOutput> delete_role(Call& call, const DeleteRoleInput& in) {
  auto row = TRY(find<RoleRow>(call, in.RoleName));
  TRY(check_modifiable(row));
  if (!row.InstanceProfiles.empty())
    return errors::DeleteConflict(
        "Cannot delete entity, must remove roles from instance profile first.");
  if (!row.Attached.empty())
    return errors::DeleteConflict("Cannot delete entity, must detach all policies first.");
  if (!row.Inline.empty())
    return errors::DeleteConflict("Cannot delete entity, must delete policies first.");
  TRY(set_boundary(call, row, std::nullopt));
  erase_role(call, row);
  return DeleteRoleOutput{};
}

}  // namespace drydock::iam
