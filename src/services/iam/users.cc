// Users, their tags and boundaries.
#include "gen/iam_handlers.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

Result<CreateUserOutput> create_user(Call& call, const CreateUserInput& in) {
  if (kUsers.contains(call.txn(), call.global_space(), {in.UserName}))
    return errors::EntityAlreadyExistsException("User with name " + in.UserName + " already exists.");
  UserRow row{.Name = in.UserName, .Path = in.Path.value_or("/"), .Id = "AIDA" + call.random().upper_base32(17), .Created = whole_seconds(call.now())};
  row.Boundary = in.PermissionsBoundary;
  if (in.Tags) TRY(merge_tags(row.Tags, *in.Tags));
  save(call, row);
  kPrincipalIds.put(call.txn(), kInstallation, {row.Id}, user_arn(call.account().text, row));
  return CreateUserOutput{.User = user_of(call, row)};
}

Result<GetUserOutput> get_user(Call& call, const GetUserInput& in) {
  const Principal& caller = call.caller().principal;
  if (!in.UserName && caller.kind == Principal::Kind::kRoot) {
    TRY(call.authorize("iam:GetUser", caller.arn));
    return GetUserOutput{.User = User{.Path = "/", .UserName = "root", .UserId = call.account().text, .Arn = caller.arn, .CreateDate = {}}};
  }
  const std::string name = TRY(user_name_or_caller(call, in.UserName));
  return GetUserOutput{.User = user_of(call, TRY(open_user(call, name, "iam:GetUser")))};
}

Result<ListUsersOutput> list_users(Call& call, const ListUsersInput& in) {
  std::vector<User> all;
  for (const UserRow& row : kUsers.scan(call.txn(), call.global_space()))
    if (!in.PathPrefix || row.Path.starts_with(*in.PathPrefix)) all.push_back(user_of(call, row));
  ListUsersOutput out;
  out.Users = page_of(std::move(all), in.Marker, in.MaxItems, [](const User& u) { return u.UserName; }, out.IsTruncated, out.Marker);
  for (User& user : out.Users) user.Tags.reset();  // AWS does leave them out of lists
  return out;
}

Result<UpdateUserOutput> update_user(Call& call, const UpdateUserInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:UpdateUser"));
  if (in.NewUserName && *in.NewUserName != row.Name) {
    if (kUsers.contains(call.txn(), call.global_space(), {*in.NewUserName}))
      return errors::EntityAlreadyExistsException("User with name " + *in.NewUserName + " already exists.");
    Names key_ids;
    kUserKeys.each(call.txn(), call.global_space(), {.prefix = {row.Name}}, [&](const auto& parts, const auto&) { key_ids.push_back(parts.at(1)); return true; });
    for (const std::string& id : key_ids) {
      auto key = kAccessKeys.get(call.txn(), kInstallation, {id});
      if (!key) continue;
      key->UserName = *in.NewUserName;
      kAccessKeys.put(call.txn(), kInstallation, {id}, *key);
      kUserKeys.erase(call.txn(), call.global_space(), {row.Name, id});
      kUserKeys.put(call.txn(), call.global_space(), {*in.NewUserName, id}, "");
    }
    kUsers.erase(call.txn(), call.global_space(), {row.Name});
    row.Name = *in.NewUserName;
  }
  if (in.NewPath) row.Path = *in.NewPath;
  save(call, row);
  kPrincipalIds.put(call.txn(), kInstallation, {row.Id}, user_arn(call.account().text, row));
  return UpdateUserOutput{};
}

Result<DeleteUserOutput> delete_user(Call& call, const DeleteUserInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:DeleteUser"));
  if (row.Attached && !row.Attached->empty()) return errors::DeleteConflictException("Cannot delete entity, must detach all policies first.");
  if (row.Inline && !row.Inline->empty()) return errors::DeleteConflictException("Cannot delete entity, must delete policies first.");
  if (row.Groups && !row.Groups->empty()) return errors::DeleteConflictException("Cannot delete entity, must remove users from group first.");
  bool has_keys = false;
  kUserKeys.each(call.txn(), call.global_space(), {.prefix = {row.Name}, .limit = 1}, [&](const auto&, const auto&) { return !(has_keys = true); });
  if (has_keys) return errors::DeleteConflictException("Cannot delete entity, must delete access keys first.");
  kUserCredentials.each(call.txn(), call.global_space(), {.prefix = {row.Name}, .limit = 1}, [&](const auto&, const auto&) { return !(has_keys = true); });
  if (has_keys) return errors::DeleteConflictException("Cannot delete entity, must delete service specific credentials first.");
  kUsers.erase(call.txn(), call.global_space(), {row.Name});
  kPrincipalIds.erase(call.txn(), kInstallation, {row.Id});
  forget_principals_after(call);
  return DeleteUserOutput{};
}

Result<TagUserOutput> tag_user(Call& call, const TagUserInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:TagUser", tag_context(in.Tags)));
  TRY(merge_tags(row.Tags, in.Tags));
  save(call, row);
  return TagUserOutput{};
}

Result<UntagUserOutput> untag_user(Call& call, const UntagUserInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:UntagUser"));
  remove_tags(row.Tags, in.TagKeys);
  save(call, row);
  return UntagUserOutput{};
}

Result<ListUserTagsOutput> list_user_tags(Call& call, const ListUserTagsInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:ListUserTags"));
  ListUserTagsOutput out;
  out.Tags = page_of(row.Tags.value_or(Tags{}), in.Marker, in.MaxItems, [](const Tag& t) { return t.Key; }, out.IsTruncated, out.Marker);
  return out;
}

Result<PutUserPermissionsBoundaryOutput> put_user_permissions_boundary(Call& call, const PutUserPermissionsBoundaryInput& in) {
  Context context;
  context.add("iam:PermissionsBoundary", in.PermissionsBoundary);
  UserRow row = TRY(open_user(call, in.UserName, "iam:PutUserPermissionsBoundary", std::move(context)));
  row.Boundary = in.PermissionsBoundary;
  save(call, row);
  return PutUserPermissionsBoundaryOutput{};
}

Result<DeleteUserPermissionsBoundaryOutput> delete_user_permissions_boundary(Call& call, const DeleteUserPermissionsBoundaryInput& in) {
  UserRow row = TRY(open_user(call, in.UserName, "iam:DeleteUserPermissionsBoundary"));
  row.Boundary.reset();
  save(call, row);
  return DeleteUserPermissionsBoundaryOutput{};
}

}  // namespace drydock::iam
