// Users.
#include <algorithm>

#include "gen/iam_handlers.h"
#include "services/iam/attachments.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"

namespace drydock::iam {
namespace {

User full_user(std::string_view account, const UserRow& row) {
  User user = user_of(account, row);
  user.PermissionsBoundary = boundary_of(row.Boundary);
  user.Tags = tags_or_none(row.Tags);
  return user;
}

User root_user(Call& call) {
  User user;
  user.UserId = call.account().text;
  user.Arn = "arn:aws:iam::" + call.account().text + ":root";
  user.CreateDate = account_created(call);
  return user;
}

void rename_in(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  for (auto& name : names) {
    if (name == from) name = to;
  }
}

// Everything that knows the user by its name learns the new one.
void rename(Call& call, const UserRow& before, UserRow& after) {
  Txn& txn = call.txn();
  for (const auto& id : before.AccessKeys) {
    if (auto key = kAccessKeys.get(txn, kInstallation, {id})) {
      key->UserName = after.Name;
      kAccessKeys.put(txn, kInstallation, {id}, *key);
    }
  }
  for (const auto& id : before.ServiceCredentials) {
    if (auto credential = kServiceCredentials.get(txn, kInstallation, {id})) {
      credential->UserName = after.Name;
      kServiceCredentials.put(txn, kInstallation, {id}, *credential);
    }
  }
  for (const auto& name : before.Groups) {
    if (auto group = read<GroupRow>(txn, call.global_space(), name)) {
      rename_in(group->Users, before.Name, after.Name);
      save(call, *group);
    }
  }
  move_uses(call, before, after);
  kUsers.erase(txn, call.global_space(), {to_lower(before.Name)});
}

}  // namespace

Result<CreateUserOutput> create_user(Call& call, const CreateUserInput& in) {
  UserRow row;
  row.Name = in.UserName;
  row.Path = in.Path.value_or("/");
  Context context = tag_context(in.Tags);
  add_boundary_context(context, in.PermissionsBoundary);
  TRY(call.authorize("iam:CreateUser", arn_of(call.account().text, row), std::move(context)));
  TRY(check_new<UserRow>(call, row.Name, row.Path));
  row.Id = unique_id(call, "AIDA");
  row.Created = call.now();
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  if (in.PermissionsBoundary) TRY(set_boundary(call, row, in.PermissionsBoundary));
  kUniqueIds.put(call.txn(), kInstallation, {row.Id}, arn_of(call.account().text, row));
  save(call, row);
  return CreateUserOutput{.User = full_user(call.account().text, row)};
}

Result<GetUserOutput> get_user(Call& call, const GetUserInput& in) {
  if (!in.UserName && call.caller().principal.kind == Principal::Kind::kRoot) {
    TRY(call.authorize("iam:GetUser", "arn:aws:iam::" + call.account().text + ":root"));
    return GetUserOutput{.User = root_user(call)};
  }
  auto row = TRY(find<UserRow>(call, TRY(user_or_caller(call, in.UserName))));
  return GetUserOutput{.User = full_user(call.account().text, row)};
}

Result<ListUsersOutput> list_users(Call& call, const ListUsersInput& in) {
  std::vector<User> all;
  for (const auto& row : kUsers.scan(call.txn(), call.global_space())) {
    if (row.Path.starts_with(in.PathPrefix.value_or("/")))
      all.push_back(user_of(call.account().text, row));
  }
  ListUsersOutput out;
  TRY(paginate(in, out, out.Users, std::move(all), [](const User& u) { return *u.UserName; }));
  return out;
}

Result<UpdateUserOutput> update_user(Call& call, const UpdateUserInput& in) {
  auto row = TRY(find<UserRow>(call, in.UserName));
  const UserRow before = row;
  if (in.NewPath) row.Path = *in.NewPath;
  if (in.NewUserName) row.Name = *in.NewUserName;
  // AWS does ask for the user as it will be, too.
  if (in.NewPath || in.NewUserName)
    TRY(call.authorize("iam:UpdateUser", arn_of(call.account().text, row)));
  TRY(check_path("newPath", row.Path));
  if (to_lower(row.Name) != to_lower(before.Name))
    TRY(check_new<UserRow>(call, row.Name, row.Path));
  if (row.Name != before.Name) {
    TRY(check_name("newUserName", row.Name));
    rename(call, before, row);
  }
  kUniqueIds.put(call.txn(), kInstallation, {row.Id}, arn_of(call.account().text, row));
  save(call, row);
  return UpdateUserOutput{};
}

Result<DeleteUserOutput> delete_user(Call& call, const DeleteUserInput& in) {
  auto row = TRY(find<UserRow>(call, in.UserName));
  auto conflict = [](std::string_view what) {
    return errors::DeleteConflict("Cannot delete entity, must " + std::string(what) + " first.");
  };
  if (!row.Attached.empty()) return conflict("detach all policies");
  if (!row.Inline.empty()) return conflict("delete policies");
  if (!row.AccessKeys.empty()) return conflict("delete access keys");
  if (!row.Groups.empty()) return conflict("remove users from group");
  if (!row.ServiceCredentials.empty()) return conflict("delete service specific credentials");
  if (row.Password) return conflict("delete login profile");
  if (row.MfaDevices && !row.MfaDevices->empty()) return conflict("delete MFA device");
  if (row.SshKeys && !row.SshKeys->empty()) return conflict("delete SSH public keys");
  if (row.SigningCertificates && !row.SigningCertificates->empty())
    return conflict("delete signing certificates");
  TRY(set_boundary(call, row, std::nullopt));
  kUniqueIds.erase(call.txn(), kInstallation, {row.Id});
  kUsers.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  permissions_changed(call);
  return DeleteUserOutput{};
}

}  // namespace drydock::iam
