// Customer managed policies: create, read, list, delete; AWS's own are read from a table.
#include "services/iam/managed_policies.h"

#include "gen/iam_handlers.h"
#include "services/iam/aws_managed.h"
#include "services/iam/documents.h"
#include "services/iam/entities.h"
#include "services/iam/paging.h"
#include "services/iam/tags.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostPolicies = 1500;
constexpr size_t kMostPolicyCharacters = 6144;

std::string version_id(int64_t number) { return "v" + std::to_string(number); }

Unexpected no_policy(std::string_view arn) {
  return errors::NoSuchEntity("Policy " + std::string(arn) + " was not found.");
}

size_t count_uses(Call& call, const Table<std::string>& table, const std::string& arn) {
  return table.scan(call.txn(), call.global_space(), {.prefix = {arn}}).size();
}

}  // namespace

std::string policy_arn(std::string_view account, const PolicyRow& row) {
  return entity_arn(account, "policy", row.Path, row.Name);
}

Result<void> check_policy_size(const std::string& document) {
  if (document_size(document) <= kMostPolicyCharacters) return {};
  return errors::LimitExceeded("Cannot exceed quota for PolicySize: " +
                               std::to_string(kMostPolicyCharacters));
}

std::optional<PolicyRow> read_policy(Txn& txn, const std::string& account, std::string_view arn) {
  auto slash = arn.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto row = kPolicies.get(txn, {account, ""}, {to_lower(arn.substr(slash + 1))});
  if (row && policy_arn(account, *row) != arn) row.reset();
  return row;
}

std::optional<ManagedPolicy> read_managed(Txn& txn, const std::string& account,
                                          std::string_view arn) {
  if (auto* aws = find_aws_managed(arn))
    return ManagedPolicy{std::string(arn), std::string(aws->name), std::string(aws->document)};
  auto row = read_policy(txn, account, arn);
  if (!row) return std::nullopt;
  for (const auto& version : row->Versions) {
    if (version.Number == row->DefaultVersion)
      return ManagedPolicy{std::string(arn), row->Name, version.Document};
  }
  return std::nullopt;
}

Result<PolicyRow> find_policy(Call& call, const std::string& arn) {
  auto parts = Arn::parse(arn);
  if (!parts || parts->service != "iam" || !parts->resource.starts_with("policy/")) {
    return errors::ValidationError("ARN " + arn + " is not valid.");
  }
  if (parts->account == "aws") {
    if (!find_aws_managed(arn)) return no_policy(arn);
    return fault("AccessDenied", "Cannot perform this operation on AWS managed policies.", 403);
  }
  auto row = read_policy(call.txn(), call.account().text, arn);
  if (!row) return no_policy(arn);
  return std::move(*row);
}

void save_policy(Call& call, const PolicyRow& row) {
  kPolicies.put(call.txn(), call.global_space(), {to_lower(row.Name)}, row);
  permissions_changed(call);
}

Result<void> count_use(Call& call, const std::string& arn, PolicyUsage usage, int change) {
  if (arn.starts_with(kAwsManagedPrefix)) return {};
  auto row = TRY(find_policy(call, arn));
  (usage == PolicyUsage::kAttachment ? row.Attachments : row.BoundaryUses) += change;
  save_policy(call, row);
  return {};
}

Policy aws_policy(Call& call, const AwsManagedPolicy& from) {
  Policy policy;
  policy.PolicyName = std::string(from.name);
  policy.PolicyId = from.id();
  policy.Arn = from.arn();
  policy.Path = std::string(from.path);
  policy.DefaultVersionId = "v1";
  policy.AttachmentCount = count_uses(call, kAttachments, *policy.Arn);
  policy.PermissionsBoundaryUsageCount = count_uses(call, kBoundaryUses, *policy.Arn);
  policy.IsAttachable = true;
  policy.CreateDate = kAwsPolicyDate;
  policy.UpdateDate = kAwsPolicyDate;
  return policy;
}

Policy policy_of(Call& call, const PolicyRow& row) {
  Policy policy;
  policy.PolicyName = row.Name;
  policy.PolicyId = row.Id;
  policy.Arn = policy_arn(call.account().text, row);
  policy.Path = row.Path;
  policy.DefaultVersionId = version_id(row.DefaultVersion);
  policy.AttachmentCount = row.Attachments;
  policy.PermissionsBoundaryUsageCount = row.BoundaryUses;
  policy.IsAttachable = true;
  policy.CreateDate = row.Created;
  policy.UpdateDate = row.Updated;
  return policy;
}

Result<CreatePolicyOutput> create_policy(Call& call, const CreatePolicyInput& in) {
  PolicyRow row;
  row.Name = in.PolicyName;
  row.Path = in.Path.value_or("/");
  TRY(call.authorize("iam:CreatePolicy", policy_arn(call.account().text, row),
                     tag_context(in.Tags)));
  TRY(check_name("policyName", in.PolicyName));
  TRY(check_path("path", row.Path));
  TRY(check_document(in.PolicyDocument));
  TRY(check_policy_size(in.PolicyDocument));
  if (kPolicies.contains(call.txn(), call.global_space(), {to_lower(in.PolicyName)})) {
    return errors::EntityAlreadyExists("A policy called " + in.PolicyName +
                                       " already exists. Duplicate names are not allowed.");
  }
  TRY(check_quota(call, kPolicies.raw(), "PoliciesPerAccount", kMostPolicies));
  row.Id = unique_id(call, "ANPA");
  row.Description = in.Description;
  row.Created = row.Updated = call.now();
  if (in.Tags) TRY(add_tags(row.Tags, *in.Tags));
  row.Versions = {{.Number = 1, .Document = in.PolicyDocument, .Created = call.now()}};
  row.DefaultVersion = row.LastVersion = 1;
  save_policy(call, row);
  CreatePolicyOutput out{.Policy = policy_of(call, row)};
  out.Policy->Tags = tags_or_none(row.Tags);
  return out;
}

Result<GetPolicyOutput> get_policy(Call& call, const GetPolicyInput& in) {
  if (auto* aws = find_aws_managed(in.PolicyArn))
    return GetPolicyOutput{.Policy = aws_policy(call, *aws)};
  auto row = TRY(find_policy(call, in.PolicyArn));
  GetPolicyOutput out{.Policy = policy_of(call, row)};
  out.Policy->Description = row.Description;
  out.Policy->Tags = row.Tags;
  return out;
}

Result<ListPoliciesOutput> list_policies(Call& call, const ListPoliciesInput& in) {
  const std::string scope = in.Scope.value_or("All");
  std::vector<Policy> all;
  if (scope != "AWS") {
    for (const auto& row : kPolicies.scan(call.txn(), call.global_space()))
      all.push_back(policy_of(call, row));
  }
  if (scope != "Local") {
    for (const auto& policy : aws_managed_policies()) all.push_back(aws_policy(call, policy));
  }
  const bool boundaries = in.PolicyUsageFilter.value_or("") == "PermissionsBoundary";
  std::erase_if(all, [&](const Policy& policy) {
    if (!policy.Path->starts_with(in.PathPrefix.value_or("/"))) return true;
    if (boundaries) return *policy.PermissionsBoundaryUsageCount == 0;
    if (in.OnlyAttached.value_or(false)) return *policy.AttachmentCount == 0;
    return false;
  });
  ListPoliciesOutput out;
  TRY(paginate(in, out, out.Policies, std::move(all), [](const Policy& p) { return *p.Arn; }));
  return out;
}

Result<DeletePolicyOutput> delete_policy(Call& call, const DeletePolicyInput& in) {
  auto row = TRY(find_policy(call, in.PolicyArn));
  if (row.Attachments + row.BoundaryUses > 0)
    return errors::DeleteConflict("Cannot delete a policy attached to entities.");
  if (row.Versions.size() > 1) {
    return errors::DeleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default "
        "version is deleted with the policy.");
  }
  kPolicies.erase(call.txn(), call.global_space(), {to_lower(row.Name)});
  permissions_changed(call);
  return DeletePolicyOutput{};
}

}  // namespace drydock::iam
