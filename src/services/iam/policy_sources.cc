#include "services/iam/policy_sources.h"

#include "services/iam/managed_policies.h"

namespace drydock::iam {
namespace {

template <class Row>
std::string type_of() {
  if constexpr (std::is_same_v<Row, UserRow>) return "USER";
  if constexpr (std::is_same_v<Row, GroupRow>) return "GROUP";
  return "ROLE";
}

template <class Row>
void add_policies(Call& call, const Row& row, std::vector<PolicySource>& out) {
  for (const auto& policy : row.Inline)
    out.push_back({policy.Name, "", policy.Document, type_of<Row>(), row.Name});
  for (const auto& arn : row.Attached) {
    if (auto policy = read_managed(call.txn(), call.account().text, arn))
      out.push_back({policy->name, arn, policy->document, type_of<Row>(), row.Name});
  }
}

template <class Row>
Entity entity_of(Call& call, const Row& row) {
  return {arn_of(call.account().text, row), row.Name, type_of<Row>(), row.Id, row.Path};
}

void add_user(Call& call, const UserRow& user, Subject& out) {
  out.entities.push_back(entity_of(call, user));
  add_policies(call, user, out.policies);
  for (const auto& name : user.Groups) {
    if (auto group = read<GroupRow>(call.txn(), call.global_space(), name))
      add_policies(call, *group, out.policies);
  }
}

Subject of_policy(Call& call, const ManagedPolicy& policy) {
  Subject out;
  out.policies.push_back({policy.name, policy.arn, policy.document, "", ""});
  kAttachments.each(call.txn(), call.global_space(), {.prefix = {policy.arn}},
                    [&](const auto& key, const std::string&) {
                      const std::string& name = key.at(2);
                      if (auto user = read<UserRow>(call.txn(), call.global_space(), name);
                          user && key.at(1) == "User")
                        out.entities.push_back(entity_of(call, *user));
                      if (auto role = read<RoleRow>(call.txn(), call.global_space(), name);
                          role && key.at(1) == "Role")
                        out.entities.push_back(entity_of(call, *role));
                      return true;
                    });
  return out;
}

}  // namespace

Result<Subject> read_subject(Call& call, const std::string& arn_text) {
  auto arn = Arn::parse(arn_text);
  if (!arn || arn->service != "iam") return errors::InvalidInput("Invalid ARN: " + arn_text);
  Subject out;
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  if (arn->resource.starts_with("policy/")) {
    if (auto policy = read_managed(call.txn(), call.account().text, arn_text))
      return of_policy(call, *policy);
    return errors::NoSuchEntity("Policy " + arn_text + " was not found.");
  }
  if (arn->account != call.account().text) return errors::InvalidInput("Invalid ARN: " + arn_text);
  if (arn->resource.starts_with("user/")) {
    auto user = read<UserRow>(call.txn(), call.global_space(), name);
    if (!user) return no_such("user", name);
    add_user(call, *user, out);
  } else if (arn->resource.starts_with("role/")) {
    auto role = read<RoleRow>(call.txn(), call.global_space(), name);
    if (!role) return no_such("role", name);
    out.entities.push_back(entity_of(call, *role));
    add_policies(call, *role, out.policies);
  } else if (arn->resource.starts_with("group/")) {
    auto group = read<GroupRow>(call.txn(), call.global_space(), name);
    if (!group) return no_such("group", name);
    add_policies(call, *group, out.policies);
    for (const auto& user_name : group->Users) {
      if (auto user = read<UserRow>(call.txn(), call.global_space(), user_name))
        out.entities.push_back(entity_of(call, *user));
    }
  } else {
    return errors::InvalidInput("Invalid ARN: " + arn_text);
  }
  return out;
}

}  // namespace drydock::iam
