// Instance profiles: a container for one role.
#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostInstanceProfiles = 1000;

std::string arn_of_profile(Call& call, const std::string& path, const std::string& name) {
  return entity_arn(call.account().text, "instance-profile", path, name);
}

Result<InstanceProfileRow> find_profile(Call& call, const std::string& name, Context context = {}) {
  auto row = kInstanceProfiles.get(call.txn(), call.global_space(), {to_lower(name)});
  TRY(call.authorize(call.operation().action, arn_of_profile(call, row ? row->Path : "/", name),
                     std::move(context)));
  if (!row || row->Name != name)
    return errors::NoSuchEntity("Instance Profile " + name + " cannot be found.");
  return std::move(*row);
}

void save_profile(Call& call, const InstanceProfileRow& row) {
  kInstanceProfiles.put(call.txn(), call.global_space(), {to_lower(row.Name)}, row);
}

const std::string& name_of(const InstanceProfile& profile) { return profile.InstanceProfileName; }

}  // namespace

Result<CreateInstanceProfileOutput> create_instance_profile(Call& call,
                                                            const CreateInstanceProfileInput& in) {
  InstanceProfileRow row;
  row.Name = in.InstanceProfileName;
  row.Path = in.Path.value_or("/");
  TRY(call.authorize("iam:CreateInstanceProfile", arn_of_profile(call, row.Path, row.Name),
                     tag_context(in.Tags)));
  TRY(check_name("instanceProfileName", row.Name));
  TRY(check_path("path", row.Path));
  if (kInstanceProfiles.contains(call.txn(), call.global_space(), {to_lower(row.Name)})) {
    return errors::EntityAlreadyExists("Instance Profile " + row.Name + " already exists.");
  }
  TRY(check_quota(call, kInstanceProfiles.raw(), "InstanceProfilesPerAccount",
                  kMostInstanceProfiles));
  row.Id = unique_id(call, "AIPA");
  row.Created = call.now();
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  save_profile(call, row);
  return CreateInstanceProfileOutput{.InstanceProfile =
                                         instance_profile_of(call.txn(), call.account().text, row)};
}

Result<GetInstanceProfileOutput> get_instance_profile(Call& call,
                                                      const GetInstanceProfileInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName));
  return GetInstanceProfileOutput{.InstanceProfile =
                                      instance_profile_of(call.txn(), call.account().text, row)};
}

Result<ListInstanceProfilesOutput> list_instance_profiles(Call& call,
                                                          const ListInstanceProfilesInput& in) {
  std::vector<InstanceProfile> all;
  for (const auto& row : kInstanceProfiles.scan(call.txn(), call.global_space())) {
    if (row.Path.starts_with(in.PathPrefix.value_or("/")))
      all.push_back(instance_profile_of(call.txn(), call.account().text, row));
  }
  ListInstanceProfilesOutput out;
  TRY(paginate(in, out, out.InstanceProfiles, std::move(all), name_of));
  return out;
}

Result<ListInstanceProfilesForRoleOutput> list_instance_profiles_for_role(
    Call& call, const ListInstanceProfilesForRoleInput& in) {
  auto role = TRY(find<RoleRow>(call, in.RoleName));
  std::vector<InstanceProfile> all;
  for (const auto& name : role.InstanceProfiles) {
    if (auto row = kInstanceProfiles.get(call.txn(), call.global_space(), {to_lower(name)})) {
      all.push_back(instance_profile_of(call.txn(), call.account().text, *row));
    }
  }
  ListInstanceProfilesForRoleOutput out;
  TRY(paginate(in, out, out.InstanceProfiles, std::move(all), name_of));
  return out;
}

Result<DeleteInstanceProfileOutput> delete_instance_profile(Call& call,
                                                            const DeleteInstanceProfileInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName));
  if (!row.Roles.empty())
    return errors::DeleteConflict(
        "Cannot delete entity, must remove roles from instance profile first.");
  kInstanceProfiles.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  return DeleteInstanceProfileOutput{};
}

Result<AddRoleToInstanceProfileOutput> add_role_to_instance_profile(
    Call& call, const AddRoleToInstanceProfileInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName));
  auto role = read<RoleRow>(call.txn(), call.global_space(), in.RoleName);
  if (!role) return no_such("role", in.RoleName);
  // AWS does ask for this as well: the profile hands the role to EC2.
  TRY(call.pass_role(arn_of(call.account().text, *role), "ec2.amazonaws.com",
                     arn_of_profile(call, row.Path, row.Name)));
  TRY(check_modifiable(*role));
  if (!row.Roles.empty())
    return errors::LimitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  row.Roles.push_back(role->Name);
  role->InstanceProfiles.push_back(row.Name);
  save_profile(call, row);
  save(call, *role);
  return AddRoleToInstanceProfileOutput{};
}

Result<RemoveRoleFromInstanceProfileOutput> remove_role_from_instance_profile(
    Call& call, const RemoveRoleFromInstanceProfileInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName));
  auto role = read<RoleRow>(call.txn(), call.global_space(), in.RoleName);
  if (!role || std::erase(row.Roles, in.RoleName) == 0) return no_such("role", in.RoleName);
  std::erase(role->InstanceProfiles, row.Name);
  save_profile(call, row);
  save(call, *role);
  return RemoveRoleFromInstanceProfileOutput{};
}

Result<TagInstanceProfileOutput> tag_instance_profile(Call& call,
                                                      const TagInstanceProfileInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName, tag_context(in.Tags)));
  TRY(add_tags(row.Tags, in.Tags));
  save_profile(call, row);
  return TagInstanceProfileOutput{};
}

Result<UntagInstanceProfileOutput> untag_instance_profile(Call& call,
                                                          const UntagInstanceProfileInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName, tag_key_context(in.TagKeys)));
  remove_tags(row.Tags, in.TagKeys);
  save_profile(call, row);
  return UntagInstanceProfileOutput{};
}

Result<ListInstanceProfileTagsOutput> list_instance_profile_tags(
    Call& call, const ListInstanceProfileTagsInput& in) {
  auto row = TRY(find_profile(call, in.InstanceProfileName));
  ListInstanceProfileTagsOutput out;
  TRY(paginate(in, out, out.Tags, row.Tags, [](const Tag& tag) { return tag.Key; }));
  return out;
}

}  // namespace drydock::iam
