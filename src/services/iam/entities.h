// Users, groups and roles have much in common: a name that is unique in the account, a path, a
// unique id, policies and (mostly) tags. Kind<Row> tells them apart, so that one template serves
// the operations that AWS has three times.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "base/text.h"
#include "services/iam/tables.h"

namespace drydock::iam {

using TagList = std::vector<Tag>;

template <class Row>
struct Kind;
template <>
struct Kind<UserRow> {
  static constexpr std::string_view kWord = "user", kTitle = "User", kIdPrefix = "AIDA",
                                    kParameter = "userName";
  static constexpr std::string_view kQuota = "UsersPerAccount", kPolicyQuota = "PoliciesPerUser";
  static constexpr size_t kMost = 5000, kMostInlineBytes = 2048;
  static constexpr const Table<UserRow>& table = kUsers;
};
template <>
struct Kind<GroupRow> {
  static constexpr std::string_view kWord = "group", kTitle = "Group", kIdPrefix = "AGPA",
                                    kParameter = "groupName";
  static constexpr std::string_view kQuota = "GroupsPerAccount", kPolicyQuota = "PoliciesPerGroup";
  static constexpr size_t kMost = 300, kMostInlineBytes = 5120;
  static constexpr const Table<GroupRow>& table = kGroups;
};
template <>
struct Kind<RoleRow> {
  static constexpr std::string_view kWord = "role", kTitle = "Role", kIdPrefix = "AROA",
                                    kParameter = "roleName";
  static constexpr std::string_view kQuota = "RolesPerAccount", kPolicyQuota = "PoliciesPerRole";
  static constexpr size_t kMost = 1000, kMostInlineBytes = 10240;
  static constexpr const Table<RoleRow>& table = kRoles;
};

// "arn:aws:iam::<account>:<word><path><name>"; `path` begins and ends with a slash.
std::string entity_arn(std::string_view account, std::string_view word, std::string_view path,
                       std::string_view name);
template <class Row>
std::string arn_of(std::string_view account, const Row& row) {
  return entity_arn(account, Kind<Row>::kWord, row.Path, row.Name);
}

// The row by its name in the account of `space`; nothing when there is none.
template <class Row>
std::optional<Row> read(Txn& txn, const Space& space, const std::string& name) {
  auto row = Kind<Row>::table.get(txn, space, {to_lower(name)});
  if (row && row->Name != name) row.reset();
  return row;
}

// AWS: "The role with name x cannot be found."
Unexpected no_such(std::string_view word, const std::string& name);

// Condition keys of an entity's own tags and boundary, as IAM's operations have them.
void add_entity_context(Context& context, const TagList& tags);
void add_boundary_context(Context& context, const std::optional<std::string>& boundary);

// Finds the entity and asks IAM whether the caller may do this call's operation on it. A caller
// without permission does not learn whether it exists.
template <class Row>
Result<Row> find(Call& call, const std::string& name, Context context = {}) {
  auto row = read<Row>(call.txn(), call.global_space(), name);
  auto arn = row ? arn_of(call.account().text, *row)
                 : entity_arn(call.account().text, Kind<Row>::kWord, "/", name);
  if constexpr (requires { row->Tags; }) {
    if (row) add_entity_context(context, row->Tags);
  }
  TRY(call.authorize(call.operation().action, arn, std::move(context)));
  if (!row) return no_such(Kind<Row>::kWord, name);
  return std::move(*row);
}
// The same for an operation that changes the entity's permissions: iam:PermissionsBoundary is the
// boundary it has.
template <class Row>
Result<Row> find_bounded(Call& call, const std::string& name, Context context = {}) {
  if constexpr (requires(Row row) { row.Boundary; }) {
    if (auto row = read<Row>(call.txn(), call.global_space(), name))
      add_boundary_context(context, row->Boundary);
  }
  return find<Row>(call, name, std::move(context));
}

// Writes the row and lets the cached permissions of all principals go when the call commits.
void permissions_changed(Call& call);
template <class Row>
void save(Call& call, const Row& row) {
  Kind<Row>::table.put(call.txn(), call.global_space(), {to_lower(row.Name)}, row);
  permissions_changed(call);
}

// Checks that a name and a path are well formed, in AWS's words.
Result<void> check_name(std::string_view parameter, const std::string& name);
Result<void> check_path(std::string_view parameter, const std::string& path);
// That the account has room for one more row, and that the name is free.
Result<void> check_quota(Call& call, const RawTable& table, std::string_view quota, size_t most);
template <class Row>
Result<void> check_new(Call& call, const std::string& name, const std::string& path) {
  TRY(check_name(Kind<Row>::kParameter, name));
  TRY(check_path("path", path));
  if (Kind<Row>::table.contains(call.txn(), call.global_space(), {to_lower(name)})) {
    return errors::EntityAlreadyExists(std::string(Kind<Row>::kTitle) + " with name " + name +
                                       " already exists.");
  }
  return check_quota(call, Kind<Row>::table.raw(), Kind<Row>::kQuota, Kind<Row>::kMost);
}

// "AROA" and seventeen characters.
std::string unique_id(Call& call, std::string_view prefix);

// UserName when given; else the calling user. Others must name one.
Result<std::string> user_or_caller(Call& call, const std::optional<std::string>& user_name);

// The same as a row that may be the caller's if that is the root user: find() and save() for the
// operations on what people sign in with, which root users have too.
Result<UserRow> find_person(Call& call, const std::optional<std::string>& user_name);
void save_person(Call& call, const UserRow& row);
bool is_root_user(const Call& call, const UserRow& row);

std::optional<AttachedPermissionsBoundary> boundary_of(const std::optional<std::string>& arn);
std::optional<TagList> tags_or_none(const TagList& tags);

User user_of(std::string_view account, const UserRow& row);
Group group_of(std::string_view account, const GroupRow& row);
Role role_of(Txn& txn, std::string_view account, const RoleRow& row);
InstanceProfile instance_profile_of(Txn& txn, std::string_view account,
                                    const InstanceProfileRow& row);

// An account is as old as what it was made with: its administrator or the role to enter it by.
Timestamp account_created(Call& call);

}  // namespace drydock::iam
