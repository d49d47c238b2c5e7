// The account's aliases and its summary.
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

Result<ListAccountAliasesOutput> list_account_aliases(Call& call, const ListAccountAliasesInput&) {
  ListAccountAliasesOutput out;
  out.IsTruncated = false;
  kAliases.each(call.txn(), call.global_space(), {}, [&](const auto& key, const auto&) { out.AccountAliases.push_back(key.at(0)); return true; });
  return out;
}

Result<CreateAccountAliasOutput> create_account_alias(Call& call, const CreateAccountAliasInput& in) {
  // An account has one alias: AWS does replace the old one.
  Names old;
  kAliases.each(call.txn(), call.global_space(), {}, [&](const auto& key, const auto&) { old.push_back(key.at(0)); return true; });
  for (const std::string& alias : old) kAliases.erase(call.txn(), call.global_space(), {alias});
  kAliases.put(call.txn(), call.global_space(), {in.AccountAlias}, "");
  return CreateAccountAliasOutput{};
}

Result<DeleteAccountAliasOutput> delete_account_alias(Call& call, const DeleteAccountAliasInput& in) {
  if (!kAliases.contains(call.txn(), call.global_space(), {in.AccountAlias}))
    return errors::NoSuchEntityException("The account alias " + in.AccountAlias + " does not exist.");
  kAliases.erase(call.txn(), call.global_space(), {in.AccountAlias});
  return DeleteAccountAliasOutput{};
}

Result<GetAccountSummaryOutput> get_account_summary(Call& call, const GetAccountSummaryInput&) {
  auto count = [&](const auto& table) { return static_cast<int64_t>(table.scan(call.txn(), call.global_space()).size()); };
  GetAccountSummaryOutput out;
  out.SummaryMap = Map<int64_t>{{"Users", count(kUsers)}, {"Groups", count(kGroups)}, {"Roles", count(kRoles)}, {"Policies", count(kPolicies)},
                                {"InstanceProfiles", count(kInstanceProfiles)}, {"UsersQuota", 5000}, {"GroupsQuota", 300}, {"RolesQuota", 1000},
                                {"PoliciesQuota", 1500}, {"AccessKeysPerUserQuota", 2}, {"AttachedPoliciesPerRoleQuota", 10},
                                {"AttachedPoliciesPerUserQuota", 10}, {"AttachedPoliciesPerGroupQuota", 10}, {"VersionsPerPolicyQuota", 5}, {"PolicySizeQuota", 6144}};
  return out;
}

}  // namespace drydock::iam
