// Groups and who is in them.
#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

namespace {

std::vector<UserRow> members_of(Call& call, const std::string& group) {
  std::vector<UserRow> members;
  for (UserRow& user : kUsers.scan(call.txn(), call.global_space()))
    if (user.Groups && std::count(user.Groups->begin(), user.Groups->end(), group)) members.push_back(std::move(user));
  return members;
}

}  // namespace

Result<CreateGroupOutput> create_group(Call& call, const CreateGroupInput& in) {
  if (kGroups.contains(call.txn(), call.global_space(), {in.GroupName}))
    return errors::EntityAlreadyExistsException("Group with name " + in.GroupName + " already exists.");
  GroupRow row{.Name = in.GroupName, .Path = in.Path.value_or("/"), .Id = "AGPA" + call.random().upper_base32(17), .Created = whole_seconds(call.now())};
  save(call, row);
  return CreateGroupOutput{.Group = group_of(call, row)};
}

Result<GetGroupOutput> get_group(Call& call, const GetGroupInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:GetGroup"));
  std::vector<User> all;
  for (const UserRow& user : members_of(call, row.Name)) all.push_back(user_of(call, user));
  GetGroupOutput out;
  out.Group = group_of(call, row);
  out.Users = page_of(std::move(all), in.Marker, in.MaxItems, [](const User& u) { return u.UserName; }, out.IsTruncated, out.Marker);
  return out;
}

Result<ListGroupsOutput> list_groups(Call& call, const ListGroupsInput& in) {
  std::vector<Group> all;
  for (const GroupRow& row : kGroups.scan(call.txn(), call.global_space()))
    if (!in.PathPrefix || row.Path.starts_with(*in.PathPrefix)) all.push_back(group_of(call, row));
  ListGroupsOutput out;
  out.Groups = page_of(std::move(all), in.Marker, in.MaxItems, [](const Group& g) { return g.GroupName; }, out.IsTruncated, out.Marker);
  return out;
}

Result<DeleteGroupOutput> delete_group(Call& call, const DeleteGroupInput& in) {
  GroupRow row = TRY(open_group(call, in.GroupName, "iam:DeleteGroup"));
  if (!members_of(call, row.Name).empty()) return errors::DeleteConflictException("Cannot delete entity, must remove users from group first.");
  if (row.Attached && !row.Attached->empty()) return errors::DeleteConflictException("Cannot delete entity, must detach all policies first.");
  if (row.Inline && !row.Inline->empty()) return errors::DeleteConflictException("Cannot delete entity, must delete policies first.");
  kGroups.erase(call.txn(), call.global_space(), {row.Name});
  forget_principals_after(call);
  return DeleteGroupOutput{};
}

Result<AddUserToGroupOutput> add_user_to_group(Call& call, const AddUserToGroupInput& in) {
  GroupRow group = TRY(open_group(call, in.GroupName, "iam:AddUserToGroup"));
  auto user = kUsers.get(call.txn(), call.global_space(), {in.UserName});
  if (!user) return errors::NoSuchEntityException("The user with name " + in.UserName + " cannot be found.");
  Names groups = user->Groups.value_or(Names{});
  if (!std::count(groups.begin(), groups.end(), group.Name)) groups.push_back(group.Name);
  if (groups.size() > 10) return errors::LimitExceededException("Cannot exceed quota for GroupsPerUser: 10");
  user->Groups = std::move(groups);
  save(call, *user);
  return AddUserToGroupOutput{};
}

Result<RemoveUserFromGroupOutput> remove_user_from_group(Call& call, const RemoveUserFromGroupInput& in) {
  GroupRow group = TRY(open_group(call, in.GroupName, "iam:RemoveUserFromGroup"));
  auto user = kUsers.get(call.txn(), call.global_space(), {in.UserName});
  if (!user || !user->Groups || !std::erase(*user->Groups, group.Name))
    return errors::NoSuchEntityException("The user with name " + in.UserName + " cannot be found.");
  save(call, *user);
  return RemoveUserFromGroupOutput{};
}

Result<ListGroupsForUserOutput> list_groups_for_user(Call& call, const ListGroupsForUserInput& in) {
  UserRow user = TRY(open_user(call, in.UserName, "iam:ListGroupsForUser"));
  std::vector<Group> all;
  if (user.Groups)
    for (const std::string& name : *user.Groups)
      if (auto group = kGroups.get(call.txn(), call.global_space(), {name})) all.push_back(group_of(call, *group));
  std::sort(all.begin(), all.end(), [](const Group& a, const Group& b) { return a.GroupName < b.GroupName; });
  ListGroupsForUserOutput out;
  out.Groups = page_of(std::move(all), in.Marker, in.MaxItems, [](const Group& g) { return g.GroupName; }, out.IsTruncated, out.Marker);
  return out;
}

}  // namespace drydock::iam
