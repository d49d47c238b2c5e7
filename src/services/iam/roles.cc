// Roles, their trust, tags and boundaries.
#include "gen/iam_handlers.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"
#include "services/iam/trust.h"

namespace drydock::iam {

namespace {
constexpr int64_t kDefaultSessionSeconds = 3600;
constexpr size_t kMaxTrustBytes = 2048;

size_t without_blanks(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += c != ' ' && c != '\n' && c != '\t' && c != '\r';
  return count;
}

Result<void> check_trust_size(std::string_view document) {
  // White space does not count (IAM quotas).
  if (without_blanks(document) > kMaxTrustBytes)
    return errors::LimitExceededException("Cannot exceed quota for ACLSizePerRole: " + std::to_string(kMaxTrustBytes));
  return {};
}
}  // namespace

Result<CreateRoleOutput> create_role(Call& call, const CreateRoleInput& in) {
  RoleRow row{.Name = in.RoleName, .Path = in.Path.value_or("/"), .Id = "AROA" + call.random().upper_base32(17), .Created = whole_seconds(call.now()), .MaxSessionSeconds = in.MaxSessionDuration.value_or(kDefaultSessionSeconds)};
  Context context = tag_context(in.Tags);
  if (in.PermissionsBoundary) context.add("iam:PermissionsBoundary", *in.PermissionsBoundary);
  TRY(call.authorize("iam:CreateRole", role_arn(call.account().text, row), std::move(context)));
  // AWS does ask for TagRole too when tags come with the creation.
  if (in.Tags && !in.Tags->empty()) TRY(call.authorize("iam:TagRole", role_arn(call.account().text, row), tag_context(in.Tags)));
  if (kRoles.contains(call.txn(), call.global_space(), {in.RoleName}))
    return errors::EntityAlreadyExistsException("Role with name " + in.RoleName + " already exists.");
  TRY(check_trust_size(in.AssumeRolePolicyDocument));
  row.Trust = TRY(stored_trust(call.txn(), in.AssumeRolePolicyDocument));
  row.Description = in.Description;
  row.Boundary = in.PermissionsBoundary;
  if (in.Tags) TRY(merge_tags(row.Tags, *in.Tags));
  save(call, row);
  kPrincipalIds.put(call.txn(), kInstallation, {row.Id}, role_arn(call.account().text, row));
  return CreateRoleOutput{.Role = role_of(call, row)};
}

Result<GetRoleOutput> get_role(Call& call, const GetRoleInput& in) {
  return GetRoleOutput{.Role = role_of(call, TRY(open_role(call, in.RoleName, "iam:GetRole")))};
}

Result<ListRolesOutput> list_roles(Call& call, const ListRolesInput& in) {
  std::vector<Role> all;
  for (const RoleRow& row : kRoles.scan(call.txn(), call.global_space()))
    if (!in.PathPrefix || row.Path.starts_with(*in.PathPrefix)) all.push_back(role_of(call, row));
  ListRolesOutput out;
  out.Roles = page_of(std::move(all), in.Marker, in.MaxItems, [](const Role& r) { return r.RoleName; }, out.IsTruncated, out.Marker);
  for (Role& role : out.Roles) {  // AWS does leave these out of lists
    role.Tags.reset();
    role.PermissionsBoundary.reset();
    role.RoleLastUsed.reset();
  }
  return out;
}

Result<UpdateRoleOutput> update_role(Call& call, const UpdateRoleInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:UpdateRole"));
  if (in.Description) row.Description = in.Description;
  if (in.MaxSessionDuration) row.MaxSessionSeconds = *in.MaxSessionDuration;
  save(call, row);
  return UpdateRoleOutput{};
}

Result<UpdateRoleDescriptionOutput> update_role_description(Call& call, const UpdateRoleDescriptionInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:UpdateRoleDescription"));
  row.Description = in.Description;
  save(call, row);
  return UpdateRoleDescriptionOutput{.Role = role_of(call, row)};
}

Result<UpdateAssumeRolePolicyOutput> update_assume_role_policy(Call& call, const UpdateAssumeRolePolicyInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:UpdateAssumeRolePolicy"));
  TRY(check_trust_size(in.PolicyDocument));
  row.Trust = TRY(stored_trust(call.txn(), in.PolicyDocument));
  save(call, row);
  return UpdateAssumeRolePolicyOutput{};
}

Result<DeleteRoleOutput> delete_role(Call& call, const DeleteRoleInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:DeleteRole"));
  if (row.Attached && !row.Attached->empty()) return errors::DeleteConflictException("Cannot delete entity, must detach all policies first.");
  if (row.Inline && !row.Inline->empty()) return errors::DeleteConflictException("Cannot delete entity, must delete policies first.");
  bool in_profile = false;
  kInstanceProfiles.each(call.txn(), call.global_space(), {}, [&](const auto&, const InstanceProfileRow& profile) { return !(in_profile = profile.Role == row.Name); });
  if (in_profile) return errors::DeleteConflictException("Cannot delete entity, must remove roles from instance profile first.");
  kRoles.erase(call.txn(), call.global_space(), {row.Name});
  kPrincipalIds.erase(call.txn(), kInstallation, {row.Id});
  forget_principals_after(call);
  return DeleteRoleOutput{};
}

Result<TagRoleOutput> tag_role(Call& call, const TagRoleInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:TagRole", tag_context(in.Tags)));
  TRY(merge_tags(row.Tags, in.Tags));
  save(call, row);
  return TagRoleOutput{};
}

Result<UntagRoleOutput> untag_role(Call& call, const UntagRoleInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:UntagRole"));
  remove_tags(row.Tags, in.TagKeys);
  save(call, row);
  return UntagRoleOutput{};
}

Result<ListRoleTagsOutput> list_role_tags(Call& call, const ListRoleTagsInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:ListRoleTags"));
  ListRoleTagsOutput out;
  out.Tags = page_of(row.Tags.value_or(Tags{}), in.Marker, in.MaxItems, [](const Tag& t) { return t.Key; }, out.IsTruncated, out.Marker);
  return out;
}

Result<PutRolePermissionsBoundaryOutput> put_role_permissions_boundary(Call& call, const PutRolePermissionsBoundaryInput& in) {
  Context context;
  context.add("iam:PermissionsBoundary", in.PermissionsBoundary);
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:PutRolePermissionsBoundary", std::move(context)));
  row.Boundary = in.PermissionsBoundary;
  save(call, row);
  return PutRolePermissionsBoundaryOutput{};
}

Result<DeleteRolePermissionsBoundaryOutput> delete_role_permissions_boundary(Call& call, const DeleteRolePermissionsBoundaryInput& in) {
  RoleRow row = TRY(open_role(call, in.RoleName, "iam:DeleteRolePermissionsBoundary"));
  row.Boundary.reset();
  save(call, row);
  return DeleteRolePermissionsBoundaryOutput{};
}

Result<DescribeRoleForSessionOutput> describe_role_for_session(Call& call, const DescribeRoleForSessionInput& in) {
  auto arn = Arn::parse(in.RoleArn);
  auto row = arn ? kRoles.get(call.txn(), {arn->account, ""}, {arn->resource.substr(arn->resource.rfind('/') + 1)}) : std::nullopt;
  if (!row || role_arn(arn->account, *row) != in.RoleArn) return errors::NoSuchEntityException("The role " + in.RoleArn + " cannot be found.");
  DescribeRoleForSessionOutput out{.RoleId = row->Id, .RoleName = row->Name, .RoleArn = in.RoleArn, .AccountId = arn->account, .MaxSessionSeconds = row->MaxSessionSeconds};
  out.Tags = row->Tags;
  return out;
}

}  // namespace drydock::iam
