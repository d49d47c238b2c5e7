#include "services/iam/entities.h"

#include <algorithm>

#include "auth/generation.h"
#include "services/iam/principals.h"
#include "services/iam/trust.h"

namespace drydock::iam {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string entity_arn(std::string_view account, std::string_view word, std::string_view path,
                       std::string_view name) {
  std::string arn = "arn:aws:iam::";
  arn.append(account).append(":").append(word).append(path).append(name);
  return arn;
}

Unexpected no_such(std::string_view word, const std::string& name) {
  return errors::NoSuchEntity("The " + std::string(word) + " with name " + name +
                              " cannot be found.");
}

void add_entity_context(Context& context, const TagList& tags) {
  for (const auto& tag : tags) context.add("iam:ResourceTag/" + tag.Key, tag.Value);
}

void add_boundary_context(Context& context, const std::optional<std::string>& boundary) {
  if (boundary && !context.find("iam:PermissionsBoundary"))
    context.add("iam:PermissionsBoundary", *boundary);
}

void permissions_changed(Call& call) {
  call.after_commit([] { authorization_changed(); });
}

Result<void> check_name(std::string_view parameter, const std::string& name) {
  for (char c : name) {
    if (is_alphanumeric(c) || std::string_view("+=,.@_-").find(c) != std::string_view::npos)
      continue;
    return errors::ValidationError(
        "The specified value for " + std::string(parameter) +
        " is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-");
  }
  return {};
}

Result<void> check_path(std::string_view parameter, const std::string& path) {
  bool good = path.starts_with('/') && path.ends_with('/');
  for (char c : path) good = good && c > ' ' && c < '\x7f';
  if (good) return {};
  return errors::ValidationError(
      "The specified value for " + std::string(parameter) +
      " is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.");
}

Result<void> check_quota(Call& call, const RawTable& table, std::string_view quota, size_t most) {
  size_t count = 0;
  table.scan(call.txn(), call.global_space(), {.limit = most}, [&](const auto&, std::string_view) {
    ++count;
    return true;
  });
  if (count < most) return {};
  return errors::LimitExceeded("Cannot exceed quota for " + std::string(quota) + ": " +
                               std::to_string(most));
}

std::string unique_id(Call& call, std::string_view prefix) {
  return std::string(prefix) + call.random().upper_base32(17);
}

Result<std::string> user_or_caller(Call& call, const std::optional<std::string>& user_name) {
  if (user_name) return *user_name;
  const auto& principal = call.caller().principal;
  if (principal.kind == Principal::Kind::kUser) return principal.name;
  return errors::ValidationError("Must specify userName when calling with non-User credentials");
}

Result<UserRow> find_person(Call& call, const std::optional<std::string>& user_name) {
  if (user_name || call.caller().principal.kind != Principal::Kind::kRoot)
    return find<UserRow>(call, TRY(user_or_caller(call, user_name)));
  TRY(call.authorize(call.operation().action, "arn:aws:iam::" + call.account().text + ":root"));
  if (auto row = kRootUser.get(call.txn(), call.global_space(), {"root"})) return std::move(*row);
  UserRow row;
  row.Name = "root";
  row.Id = call.account().text;
  return row;
}

bool is_root_user(const Call& call, const UserRow& row) { return row.Id == call.account().text; }

void save_person(Call& call, const UserRow& row) {
  if (!is_root_user(call, row)) return save(call, row);
  kRootUser.put(call.txn(), call.global_space(), {"root"}, row);
}

std::optional<AttachedPermissionsBoundary> boundary_of(const std::optional<std::string>& arn) {
  if (!arn) return std::nullopt;
  // AWS does answer "Policy" here, though its model says "PermissionsBoundaryPolicy".
  return AttachedPermissionsBoundary{.PermissionsBoundaryType = "Policy",
                                     .PermissionsBoundaryArn = *arn};
}

std::optional<TagList> tags_or_none(const TagList& tags) {
  if (tags.empty()) return std::nullopt;
  return tags;
}

User user_of(std::string_view account, const UserRow& row) {
  User user;
  user.Path = row.Path;
  user.UserName = row.Name;
  user.UserId = row.Id;
  user.Arn = arn_of(account, row);
  user.CreateDate = row.Created;
  return user;
}

Group group_of(std::string_view account, const GroupRow& row) {
  return {.Path = row.Path,
          .GroupName = row.Name,
          .GroupId = row.Id,
          .Arn = arn_of(account, row),
          .CreateDate = row.Created};
}

Role role_of(Txn& txn, std::string_view account, const RoleRow& row) {
  Role role;
  role.Path = row.Path;
  role.RoleName = row.Name;
  role.RoleId = row.Id;
  role.Arn = arn_of(account, row);
  role.CreateDate = row.Created;
  role.AssumeRolePolicyDocument = shown_trust(txn, row.Trust);
  role.Description = row.Description;
  role.MaxSessionDuration = row.MaxSessionDuration;
  return role;
}

InstanceProfile instance_profile_of(Txn& txn, std::string_view account,
                                    const InstanceProfileRow& row) {
  InstanceProfile profile;
  profile.Path = row.Path;
  profile.InstanceProfileName = row.Name;
  profile.InstanceProfileId = row.Id;
  profile.Arn = entity_arn(account, "instance-profile", row.Path, row.Name);
  profile.CreateDate = row.Created;
  for (const auto& name : row.Roles) {
    if (auto role = read<RoleRow>(txn, {std::string(account), ""}, name))
      profile.Roles.push_back(role_of(txn, account, *role));
  }
  profile.Tags = row.Tags;
  return profile;
}

Timestamp account_created(Call& call) {
  Timestamp first = call.now();
  for (const auto& user : kUsers.scan(call.txn(), call.global_space()))
    first = std::min(first, user.Created);
  for (const auto& role : kRoles.scan(call.txn(), call.global_space()))
    first = std::min(first, role.Created);
  return first;
}

}  // namespace drydock::iam
