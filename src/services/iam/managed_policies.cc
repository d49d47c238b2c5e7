// Managed policies and their versions.
#include <algorithm>

#include "auth/policy.h"
#include "base/text.h"
#include "gen/iam_handlers.h"
#include "services/iam/attachments.h"
#include "services/iam/aws_managed.h"
#include "services/iam/cache.h"
#include "services/iam/entities.h"
#include "services/iam/tables.h"

namespace drydock::iam {

namespace {

constexpr size_t kMaxPolicyBytes = 6144;  // without white space (IAM quotas)
constexpr size_t kMaxVersions = 5;

Unexpected missing(const std::string& arn) { return errors::NoSuchEntityException("Policy " + arn + " does not exist or is not attachable."); }

Result<PolicyRow> find_policy(Call& call, const std::string& arn) {
  auto parsed = Arn::parse(arn);
  if (!parsed || !parsed->resource.starts_with("policy/")) return errors::InvalidInputException("ARN " + arn + " is not valid.");
  auto row = parsed->account == call.account().text ? kPolicies.get(call.txn(), call.global_space(), {parsed->resource.substr(parsed->resource.rfind('/') + 1)}) : std::nullopt;
  if (!row || policy_arn(call.account().text, *row) != arn)
    return errors::NoSuchEntityException("Policy " + arn + " was not found.");
  return std::move(*row);
}

Result<void> check_document(std::string_view document) {
  TRY(parse_policy(document, PolicyUse::kIdentity));
  size_t count = 0;
  for (char c : document) count += c != ' ' && c != '\n' && c != '\t' && c != '\r';
  if (count > kMaxPolicyBytes) return errors::LimitExceededException("Cannot exceed quota for PolicySize: " + std::to_string(kMaxPolicyBytes));
  return {};
}

Policy policy_of(Call& call, const PolicyRow& row) {
  const std::string arn = policy_arn(call.account().text, row);
  const Attachments used = attachments_of(call, arn);
  Policy policy{.PolicyName = row.Name, .PolicyId = row.Id, .Arn = arn, .Path = row.Path, .DefaultVersionId = row.DefaultVersion};
  policy.AttachmentCount = static_cast<int64_t>(used.users.size() + used.groups.size() + used.roles.size());
  policy.PermissionsBoundaryUsageCount = static_cast<int64_t>(used.boundaries);
  policy.IsAttachable = true;
  policy.Description = row.Description;
  policy.CreateDate = row.Created;
  policy.UpdateDate = row.Updated;
  policy.Tags = row.Tags;
  return policy;
}

Policy aws_policy_of(Call& call, const std::string& arn) {
  const std::string rest = arn.substr(sizeof("arn:aws:iam::aws:policy") - 1);
  const size_t slash = rest.rfind('/');
  const Attachments used = attachments_of(call, arn);
  Policy policy{.PolicyName = rest.substr(slash + 1), .PolicyId = "ANPAAWSMANAGED", .Arn = arn, .Path = rest.substr(0, slash + 1), .DefaultVersionId = "v1"};
  policy.AttachmentCount = static_cast<int64_t>(used.users.size() + used.groups.size() + used.roles.size());
  policy.IsAttachable = true;
  return policy;
}

PolicyVersion version_of(const PolicyRow& row, const PolicyVersionEntry& entry) {
  return PolicyVersion{.VersionId = entry.Id, .IsDefaultVersion = entry.Id == row.DefaultVersion, .CreateDate = entry.Created};
}

void save_policy(Call& call, const PolicyRow& row) {
  kPolicies.put(call.txn(), call.global_space(), {row.Name}, row);
  forget_principals_after(call);
}

}  // namespace

Result<CreatePolicyOutput> create_policy(Call& call, const CreatePolicyInput& in) {
  if (kPolicies.contains(call.txn(), call.global_space(), {in.PolicyName}))
    return errors::EntityAlreadyExistsException("A policy called " + in.PolicyName + " already exists. Duplicate names are not allowed.");
  TRY(check_document(in.PolicyDocument));
  const Timestamp now = whole_seconds(call.now());
  PolicyRow row{.Name = in.PolicyName, .Path = in.Path.value_or("/"), .Id = "ANPA" + call.random().upper_base32(17), .Created = now, .Updated = now, .DefaultVersion = "v1", .NextVersion = 2};
  row.Versions.push_back({.Id = "v1", .Document = in.PolicyDocument, .Created = now});
  row.Description = in.Description;
  if (in.Tags) TRY(merge_tags(row.Tags, *in.Tags));
  save_policy(call, row);
  return CreatePolicyOutput{.Policy = policy_of(call, row)};
}

Result<GetPolicyOutput> get_policy(Call& call, const GetPolicyInput& in) {
  if (aws_managed_document(in.PolicyArn)) return GetPolicyOutput{.Policy = aws_policy_of(call, in.PolicyArn)};
  return GetPolicyOutput{.Policy = policy_of(call, TRY(find_policy(call, in.PolicyArn)))};
}

Result<ListPoliciesOutput> list_policies(Call& call, const ListPoliciesInput& in) {
  std::vector<Policy> all;
  if (in.Scope.value_or("All") != "Local")
    each_aws_managed([&](const std::string& arn, const std::string&) { all.push_back(aws_policy_of(call, arn)); });
  if (in.Scope.value_or("All") != "AWS")
    for (const PolicyRow& row : kPolicies.scan(call.txn(), call.global_space())) all.push_back(policy_of(call, row));
  std::erase_if(all, [&](const Policy& policy) {
    return (in.PathPrefix && !policy.Path->starts_with(*in.PathPrefix)) || (in.OnlyAttached.value_or(false) && policy.AttachmentCount.value_or(0) == 0);
  });
  std::sort(all.begin(), all.end(), [](const Policy& a, const Policy& b) { return *a.Arn < *b.Arn; });
  ListPoliciesOutput out;
  out.Policies = page_of(std::move(all), in.Marker, in.MaxItems, [](const Policy& p) { return *p.Arn; }, out.IsTruncated, out.Marker);
  return out;
}

Result<DeletePolicyOutput> delete_policy(Call& call, const DeletePolicyInput& in) {
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  const Attachments used = attachments_of(call, in.PolicyArn);
  if (!used.users.empty() || !used.groups.empty() || !used.roles.empty() || used.boundaries)
    return errors::DeleteConflictException("Cannot delete a policy attached to entities.");
  if (row.Versions.size() > 1)
    return errors::DeleteConflictException("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.");
  kPolicies.erase(call.txn(), call.global_space(), {row.Name});
  forget_principals_after(call);
  return DeletePolicyOutput{};
}

Result<CreatePolicyVersionOutput> create_policy_version(Call& call, const CreatePolicyVersionInput& in) {
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  if (row.Versions.size() >= kMaxVersions)
    return errors::LimitExceededException("A managed policy can have up to " + std::to_string(kMaxVersions) + " versions. Before you create a new version, you must delete an existing version.");
  TRY(check_document(in.PolicyDocument));
  PolicyVersionEntry entry{.Id = "v" + std::to_string(row.NextVersion++), .Document = in.PolicyDocument, .Created = whole_seconds(call.now())};
  row.Versions.push_back(entry);
  row.Updated = entry.Created;
  if (in.SetAsDefault.value_or(false)) row.DefaultVersion = entry.Id;
  save_policy(call, row);
  return CreatePolicyVersionOutput{.PolicyVersion = version_of(row, entry)};
}

Result<GetPolicyVersionOutput> get_policy_version(Call& call, const GetPolicyVersionInput& in) {
  GetPolicyVersionOutput out;
  if (const std::string* document = aws_managed_document(in.PolicyArn); document && in.VersionId == "v1") {
    out.PolicyVersion = PolicyVersion{.Document = encoded_document(*document), .VersionId = "v1", .IsDefaultVersion = true};
    return out;
  }
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  for (const PolicyVersionEntry& entry : row.Versions)
    if (entry.Id == in.VersionId) {
      out.PolicyVersion = version_of(row, entry);
      out.PolicyVersion->Document = encoded_document(entry.Document);
      return out;
    }
  return errors::NoSuchEntityException("Policy " + in.PolicyArn + " version " + in.VersionId + " does not exist or is not attachable.");
}

Result<ListPolicyVersionsOutput> list_policy_versions(Call& call, const ListPolicyVersionsInput& in) {
  ListPolicyVersionsOutput out;
  out.IsTruncated = false;
  std::vector<PolicyVersion> all;
  if (aws_managed_document(in.PolicyArn)) {
    all.push_back(PolicyVersion{.VersionId = "v1", .IsDefaultVersion = true});
  } else {
    PolicyRow row = TRY(find_policy(call, in.PolicyArn));
    for (size_t i = row.Versions.size(); i-- > 0;) all.push_back(version_of(row, row.Versions[i]));
  }
  out.Versions = std::move(all);
  return out;
}

Result<DeletePolicyVersionOutput> delete_policy_version(Call& call, const DeletePolicyVersionInput& in) {
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  if (row.DefaultVersion == in.VersionId) return errors::DeleteConflictException("Cannot delete the default version of a policy.");
  if (!std::erase_if(row.Versions, [&](const PolicyVersionEntry& e) { return e.Id == in.VersionId; }))
    return errors::NoSuchEntityException("Policy " + in.PolicyArn + " version " + in.VersionId + " does not exist or is not attachable.");
  save_policy(call, row);
  return DeletePolicyVersionOutput{};
}

Result<SetDefaultPolicyVersionOutput> set_default_policy_version(Call& call, const SetDefaultPolicyVersionInput& in) {
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  bool found = false;
  for (const PolicyVersionEntry& entry : row.Versions) found = found || entry.Id == in.VersionId;
  if (!found) return missing(in.PolicyArn + " version " + in.VersionId);
  row.DefaultVersion = in.VersionId;
  row.Updated = whole_seconds(call.now());
  save_policy(call, row);
  return SetDefaultPolicyVersionOutput{};
}

Result<TagPolicyOutput> tag_policy(Call& call, const TagPolicyInput& in) {
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  TRY(merge_tags(row.Tags, in.Tags));
  save_policy(call, row);
  return TagPolicyOutput{};
}

Result<UntagPolicyOutput> untag_policy(Call& call, const UntagPolicyInput& in) {
  PolicyRow row = TRY(find_policy(call, in.PolicyArn));
  remove_tags(row.Tags, in.TagKeys);
  save_policy(call, row);
  return UntagPolicyOutput{};
}

}  // namespace drydock::iam
