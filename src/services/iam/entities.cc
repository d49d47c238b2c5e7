#include "services/iam/entities.h"

#include "base/encoding.h"
#include "services/iam/cache.h"
#include "services/iam/tables.h"
#include "services/iam/trust.h"

namespace drydock::iam {

namespace {

std::string iam_arn(std::string_view account, std::string_view kind, std::string_view path, std::string_view name) {
  std::string out = "arn:aws:iam::";
  ((((out += account) += ':') += kind) += path) += name;
  return out;
}

std::optional<AttachedPermissionsBoundary> boundary_of(const std::optional<std::string>& arn) {
  if (!arn) return std::nullopt;
  return AttachedPermissionsBoundary{.PermissionsBoundaryType = "Policy", .PermissionsBoundaryArn = *arn};
}

}  // namespace

std::string user_arn(std::string_view account, const UserRow& row) { return iam_arn(account, "user", row.Path, row.Name); }
std::string group_arn(std::string_view account, const GroupRow& row) { return iam_arn(account, "group", row.Path, row.Name); }
std::string role_arn(std::string_view account, const RoleRow& row) { return iam_arn(account, "role", row.Path, row.Name); }
std::string policy_arn(std::string_view account, const PolicyRow& row) { return iam_arn(account, "policy", row.Path, row.Name); }
std::string instance_profile_arn(std::string_view account, const InstanceProfileRow& row) { return iam_arn(account, "instance-profile", row.Path, row.Name); }

Result<UserRow> open_user(Call& call, const std::string& name, std::string_view action, Context context) {
  auto row = kUsers.get(call.txn(), call.global_space(), {name});
  TRY(call.authorize(action, row ? user_arn(call.account().text, *row) : iam_arn(call.account().text, "user", "/", name), std::move(context)));
  if (!row) return errors::NoSuchEntityException("The user with name " + name + " cannot be found.");
  return std::move(*row);
}

Result<GroupRow> open_group(Call& call, const std::string& name, std::string_view action, Context context) {
  auto row = kGroups.get(call.txn(), call.global_space(), {name});
  TRY(call.authorize(action, row ? group_arn(call.account().text, *row) : iam_arn(call.account().text, "group", "/", name), std::move(context)));
  if (!row) return errors::NoSuchEntityException("The group with name " + name + " cannot be found.");
  return std::move(*row);
}

Result<RoleRow> open_role(Call& call, const std::string& name, std::string_view action, Context context) {
  auto row = kRoles.get(call.txn(), call.global_space(), {name});
  TRY(call.authorize(action, row ? role_arn(call.account().text, *row) : iam_arn(call.account().text, "role", "/", name), std::move(context)));
  if (!row) return errors::NoSuchEntityException("The role with name " + name + " cannot be found.");
  return std::move(*row);
}

Result<InstanceProfileRow> open_instance_profile(Call& call, const std::string& name, std::string_view action) {
  auto row = kInstanceProfiles.get(call.txn(), call.global_space(), {name});
  TRY(call.authorize(action, row ? instance_profile_arn(call.account().text, *row) : iam_arn(call.account().text, "instance-profile", "/", name), {}));
  if (!row) return errors::NoSuchEntityException("Instance Profile " + name + " cannot be found.");
  return std::move(*row);
}

void save(Call& call, const UserRow& row) {
  kUsers.put(call.txn(), call.global_space(), {row.Name}, row);
  forget_principals_after(call);
}
void save(Call& call, const GroupRow& row) {
  kGroups.put(call.txn(), call.global_space(), {row.Name}, row);
  forget_principals_after(call);
}
void save(Call& call, const RoleRow& row) {
  kRoles.put(call.txn(), call.global_space(), {row.Name}, row);
  forget_principals_after(call);
}

User user_of(const Call& call, const UserRow& row) {
  User user{.Path = row.Path, .UserName = row.Name, .UserId = row.Id, .Arn = user_arn(call.account().text, row), .CreateDate = row.Created};
  user.PermissionsBoundary = boundary_of(row.Boundary);
  if (row.Tags && !row.Tags->empty()) user.Tags = row.Tags;
  return user;
}

Group group_of(const Call& call, const GroupRow& row) {
  return Group{.Path = row.Path, .GroupName = row.Name, .GroupId = row.Id, .Arn = group_arn(call.account().text, row), .CreateDate = row.Created};
}

Role role_of(Call& call, const RoleRow& row) {
  Role role{.Path = row.Path, .RoleName = row.Name, .RoleId = row.Id, .Arn = role_arn(call.account().text, row), .CreateDate = row.Created};
  role.AssumeRolePolicyDocument = encoded_document(shown_trust(call.txn(), row.Trust));
  role.Description = row.Description;
  role.MaxSessionDuration = row.MaxSessionSeconds;
  role.PermissionsBoundary = boundary_of(row.Boundary);
  if (row.Tags && !row.Tags->empty()) role.Tags = row.Tags;
  role.RoleLastUsed = RoleLastUsed{.LastUsedDate = row.LastUsed};
  return role;
}

Result<std::string> user_name_or_caller(Call& call, const std::optional<std::string>& name) {
  if (name) return *name;
  if (call.caller().principal.kind == Principal::Kind::kUser) return call.caller().principal.name;
  return errors::ValidationErrorException("Must specify userName when calling with non-User credentials");
}

std::string encoded_document(std::string_view document) { return percent_encode(document); }
Timestamp whole_seconds(Timestamp t) { return {t.ms / 1000 * 1000}; }

Result<void> merge_tags(std::optional<Tags>& into, const Tags& more) {
  Tags merged = into.value_or(Tags{});
  for (const Tag& tag : more) {
    bool replaced = false;
    for (Tag& old : merged)
      if (old.Key == tag.Key) {
        old.Value = tag.Value;
        replaced = true;
      }
    if (!replaced) merged.push_back(tag);
  }
  if (merged.size() > 50) return errors::LimitExceededException("The number of tags has reached the maximum limit.");
  into = std::move(merged);
  return {};
}

void remove_tags(std::optional<Tags>& from, const Names& keys) {
  if (!from) return;
  std::erase_if(*from, [&](const Tag& tag) {
    for (const std::string& key : keys)
      if (key == tag.Key) return true;
    return false;
  });
}

Context tag_context(const std::optional<Tags>& tags) {
  Context context;
  if (!tags) return context;
  std::vector<std::string> keys;
  for (const Tag& tag : *tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  if (!keys.empty()) context.add("aws:TagKeys", std::move(keys));
  return context;
}

}  // namespace drydock::iam
