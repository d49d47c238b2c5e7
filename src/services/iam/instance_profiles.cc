// Instance profiles.
#include "gen/iam_handlers.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

namespace {

InstanceProfile profile_of(Call& call, const InstanceProfileRow& row) {
  InstanceProfile profile{.Path = row.Path, .InstanceProfileName = row.Name, .InstanceProfileId = row.Id, .Arn = instance_profile_arn(call.account().text, row), .CreateDate = row.Created};
  if (row.Role)
    if (auto role = kRoles.get(call.txn(), call.global_space(), {*row.Role})) profile.Roles.push_back(role_of(call, *role));
  profile.Tags = row.Tags;
  return profile;
}

void save_profile(Call& call, const InstanceProfileRow& row) { kInstanceProfiles.put(call.txn(), call.global_space(), {row.Name}, row); }

}  // namespace

Result<CreateInstanceProfileOutput> create_instance_profile(Call& call, const CreateInstanceProfileInput& in) {
  if (kInstanceProfiles.contains(call.txn(), call.global_space(), {in.InstanceProfileName}))
    return errors::EntityAlreadyExistsException("Instance Profile " + in.InstanceProfileName + " already exists.");
  InstanceProfileRow row{.Name = in.InstanceProfileName, .Path = in.Path.value_or("/"), .Id = "AIPA" + call.random().upper_base32(17), .Created = whole_seconds(call.now())};
  row.Tags = in.Tags;
  save_profile(call, row);
  return CreateInstanceProfileOutput{.InstanceProfile = profile_of(call, row)};
}

Result<GetInstanceProfileOutput> get_instance_profile(Call& call, const GetInstanceProfileInput& in) {
  return GetInstanceProfileOutput{.InstanceProfile = profile_of(call, TRY(open_instance_profile(call, in.InstanceProfileName, "iam:GetInstanceProfile")))};
}

Result<DeleteInstanceProfileOutput> delete_instance_profile(Call& call, const DeleteInstanceProfileInput& in) {
  InstanceProfileRow row = TRY(open_instance_profile(call, in.InstanceProfileName, "iam:DeleteInstanceProfile"));
  if (row.Role) return errors::DeleteConflictException("Cannot delete entity, must remove roles from instance profile first.");
  kInstanceProfiles.erase(call.txn(), call.global_space(), {row.Name});
  return DeleteInstanceProfileOutput{};
}

Result<AddRoleToInstanceProfileOutput> add_role_to_instance_profile(Call& call, const AddRoleToInstanceProfileInput& in) {
  InstanceProfileRow row = TRY(open_instance_profile(call, in.InstanceProfileName, "iam:AddRoleToInstanceProfile"));
  auto role = kRoles.get(call.txn(), call.global_space(), {in.RoleName});
  if (!role) return errors::NoSuchEntityException("The role with name " + in.RoleName + " cannot be found.");
  TRY(call.pass_role(role_arn(call.account().text, *role), "ec2.amazonaws.com", ""));
  if (row.Role) return errors::LimitExceededException("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  row.Role = in.RoleName;
  save_profile(call, row);
  return AddRoleToInstanceProfileOutput{};
}

Result<RemoveRoleFromInstanceProfileOutput> remove_role_from_instance_profile(Call& call, const RemoveRoleFromInstanceProfileInput& in) {
  InstanceProfileRow row = TRY(open_instance_profile(call, in.InstanceProfileName, "iam:RemoveRoleFromInstanceProfile"));
  if (row.Role != in.RoleName) return errors::NoSuchEntityException("Role with name " + in.RoleName + " cannot be found in instance profile " + row.Name + ".");
  row.Role.reset();
  save_profile(call, row);
  return RemoveRoleFromInstanceProfileOutput{};
}

Result<ListInstanceProfilesOutput> list_instance_profiles(Call& call, const ListInstanceProfilesInput& in) {
  std::vector<InstanceProfile> all;
  for (const InstanceProfileRow& row : kInstanceProfiles.scan(call.txn(), call.global_space()))
    if (!in.PathPrefix || row.Path.starts_with(*in.PathPrefix)) all.push_back(profile_of(call, row));
  ListInstanceProfilesOutput out;
  out.InstanceProfiles = page_of(std::move(all), in.Marker, in.MaxItems, [](const InstanceProfile& p) { return p.InstanceProfileName; }, out.IsTruncated, out.Marker);
  return out;
}

Result<ListInstanceProfilesForRoleOutput> list_instance_profiles_for_role(Call& call, const ListInstanceProfilesForRoleInput& in) {
  RoleRow role = TRY(open_role(call, in.RoleName, "iam:ListInstanceProfilesForRole"));
  std::vector<InstanceProfile> all;
  for (const InstanceProfileRow& row : kInstanceProfiles.scan(call.txn(), call.global_space()))
    if (row.Role == role.Name) all.push_back(profile_of(call, row));
  ListInstanceProfilesForRoleOutput out;
  out.InstanceProfiles = page_of(std::move(all), in.Marker, in.MaxItems, [](const InstanceProfile& p) { return p.InstanceProfileName; }, out.IsTruncated, out.Marker);
  return out;
}

}  // namespace drydock::iam
