// Groups and who is in them. Users and groups name each other in their rows; both are written
// together.
#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/attachments.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostGroupsPerUser = 10;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<CreateGroupOutput> create_group(Call& call, const CreateGroupInput& in) {
  GroupRow row;
  row.Name = in.GroupName;
  row.Path = in.Path.value_or("/");
  TRY(call.authorize("iam:CreateGroup", arn_of(call.account().text, row)));
  TRY(check_new<GroupRow>(call, row.Name, row.Path));
  row.Id = unique_id(call, "AGPA");
  row.Created = call.now();
  save(call, row);
  return CreateGroupOutput{.Group = group_of(call.account().text, row)};
}

Result<GetGroupOutput> get_group(Call& call, const GetGroupInput& in) {
  auto row = TRY(find<GroupRow>(call, in.GroupName));
  GetGroupOutput out{.Group = group_of(call.account().text, row)};
  std::vector<User> members;
  for (const auto& name : row.Users) {
    if (auto user = read<UserRow>(call.txn(), call.global_space(), name))
      members.push_back(user_of(call.account().text, *user));
  }
  TRY(paginate(in, out, out.Users, std::move(members), [](const User& u) { return *u.UserName; }));
  return out;
}

Result<ListGroupsOutput> list_groups(Call& call, const ListGroupsInput& in) {
  std::vector<Group> all;
  for (const auto& row : kGroups.scan(call.txn(), call.global_space())) {
    if (row.Path.starts_with(in.PathPrefix.value_or("/")))
      all.push_back(group_of(call.account().text, row));
  }
  ListGroupsOutput out;
  TRY(paginate(in, out, out.Groups, std::move(all), [](const Group& g) { return g.GroupName; }));
  return out;
}

Result<UpdateGroupOutput> update_group(Call& call, const UpdateGroupInput& in) {
  auto row = TRY(find<GroupRow>(call, in.GroupName));
  const GroupRow before = row;
  if (in.NewPath) row.Path = *in.NewPath;
  if (in.NewGroupName) row.Name = *in.NewGroupName;
  TRY(call.authorize("iam:UpdateGroup", arn_of(call.account().text, row)));
  TRY(check_path("newPath", row.Path));
  if (to_lower(row.Name) != to_lower(before.Name))
    TRY(check_new<GroupRow>(call, row.Name, row.Path));
  if (row.Name != before.Name) {
    TRY(check_name("newGroupName", row.Name));
    for (const auto& name : row.Users) {
      auto user = read<UserRow>(call.txn(), call.global_space(), name);
      if (!user) continue;
      std::replace(user->Groups.begin(), user->Groups.end(), before.Name, row.Name);
      save(call, *user);
    }
    move_uses(call, before, row);
    kGroups.erase(call.txn(), call.global_space(), {to_lower(before.Name)});
  }
  save(call, row);
  return UpdateGroupOutput{};
}

Result<DeleteGroupOutput> delete_group(Call& call, const DeleteGroupInput& in) {
  auto row = TRY(find<GroupRow>(call, in.GroupName));
  if (!row.Users.empty())
    return errors::DeleteConflict("Cannot delete entity, must remove users from group first.");
  if (!row.Attached.empty())
    return errors::DeleteConflict("Cannot delete entity, must detach all policies first.");
  if (!row.Inline.empty())
    return errors::DeleteConflict("Cannot delete entity, must delete policies first.");
  kGroups.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  permissions_changed(call);
  return DeleteGroupOutput{};
}

Result<AddUserToGroupOutput> add_user_to_group(Call& call, const AddUserToGroupInput& in) {
  auto group = TRY(find<GroupRow>(call, in.GroupName));
  auto user = read<UserRow>(call.txn(), call.global_space(), in.UserName);
  if (!user) return no_such("user", in.UserName);
  if (contains(group.Users, user->Name)) return AddUserToGroupOutput{};
  if (user->Groups.size() >= kMostGroupsPerUser) {
    return errors::LimitExceeded("Cannot exceed quota for GroupsPerUser: " +
                                 std::to_string(kMostGroupsPerUser));
  }
  group.Users.push_back(user->Name);
  user->Groups.push_back(group.Name);
  save(call, group);
  save(call, *user);
  return AddUserToGroupOutput{};
}

Result<RemoveUserFromGroupOutput> remove_user_from_group(Call& call,
                                                         const RemoveUserFromGroupInput& in) {
  auto group = TRY(find<GroupRow>(call, in.GroupName));
  auto user = read<UserRow>(call.txn(), call.global_space(), in.UserName);
  if (!user) return no_such("user", in.UserName);
  std::erase(group.Users, user->Name);
  std::erase(user->Groups, group.Name);
  save(call, group);
  save(call, *user);
  return RemoveUserFromGroupOutput{};
}

Result<ListGroupsForUserOutput> list_groups_for_user(Call& call, const ListGroupsForUserInput& in) {
  auto user = TRY(find<UserRow>(call, in.UserName));
  std::vector<Group> all;
  for (const auto& name : user.Groups) {
    if (auto group = read<GroupRow>(call.txn(), call.global_space(), name))
      all.push_back(group_of(call.account().text, *group));
  }
  ListGroupsForUserOutput out;
  TRY(paginate(in, out, out.Groups, std::move(all), [](const Group& g) { return g.GroupName; }));
  return out;
}

}  // namespace drydock::iam
