// Versions of customer managed policies; AWS's own have one.
#include <algorithm>

#include "base/encoding.h"
#include "gen/iam_handlers.h"
#include "services/iam/aws_managed.h"
#include "services/iam/documents.h"
#include "services/iam/managed_policies.h"
#include "services/iam/paging.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostVersions = 5;

PolicyVersion version_of(const PolicyRow& row, const PolicyVersionRow& version) {
  return {.VersionId = "v" + std::to_string(version.Number),
          .IsDefaultVersion = version.Number == row.DefaultVersion,
          .CreateDate = version.Created};
}

PolicyVersion aws_version() {
  return {.VersionId = "v1", .IsDefaultVersion = true, .CreateDate = kAwsPolicyDate};
}

Unexpected no_version(const std::string& arn, const std::string& id) {
  return errors::NoSuchEntity("Policy " + arn + " version " + id +
                              " does not exist or is not attachable.");
}

auto find_version(PolicyRow& row, const std::string& id) {
  return std::find_if(row.Versions.begin(), row.Versions.end(), [&](const PolicyVersionRow& v) {
    return "v" + std::to_string(v.Number) == id;
  });
}

}  // namespace

Result<CreatePolicyVersionOutput> create_policy_version(Call& call,
                                                        const CreatePolicyVersionInput& in) {
  auto row = TRY(find_policy(call, in.PolicyArn));
  TRY(check_document(in.PolicyDocument));
  TRY(check_policy_size(in.PolicyDocument));
  if (row.Versions.size() >= kMostVersions) {
    return errors::LimitExceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.");
  }
  row.Versions.push_back(
      {.Number = ++row.LastVersion, .Document = in.PolicyDocument, .Created = call.now()});
  if (in.SetAsDefault.value_or(false)) row.DefaultVersion = row.LastVersion;
  row.Updated = call.now();
  save_policy(call, row);
  return CreatePolicyVersionOutput{.PolicyVersion = version_of(row, row.Versions.back())};
}

Result<GetPolicyVersionOutput> get_policy_version(Call& call, const GetPolicyVersionInput& in) {
  GetPolicyVersionOutput out;
  if (auto* aws = find_aws_managed(in.PolicyArn)) {
    if (in.VersionId != "v1") return no_version(in.PolicyArn, in.VersionId);
    out.PolicyVersion = aws_version();
    out.PolicyVersion->Document = percent_encode(aws->document);
    return out;
  }
  auto row = TRY(find_policy(call, in.PolicyArn));
  auto version = find_version(row, in.VersionId);
  if (version == row.Versions.end()) return no_version(in.PolicyArn, in.VersionId);
  out.PolicyVersion = version_of(row, *version);
  out.PolicyVersion->Document = percent_encode(version->Document);
  return out;
}

Result<ListPolicyVersionsOutput> list_policy_versions(Call& call,
                                                      const ListPolicyVersionsInput& in) {
  ListPolicyVersionsOutput out;
  std::vector<PolicyVersion> all;
  if (find_aws_managed(in.PolicyArn)) {
    all.push_back(aws_version());
  } else {
    auto row = TRY(find_policy(call, in.PolicyArn));
    for (const auto& version : row.Versions) all.push_back(version_of(row, version));
  }
  // Newest first, as AWS lists them: by what is left when the number is counted down.
  TRY(paginate(in, out, out.Versions, std::move(all), [](const PolicyVersion& v) {
    auto text = std::to_string(1000000000 - std::stoll(v.VersionId->substr(1)));
    return std::string(10 - std::min<size_t>(10, text.size()), '0') + text;
  }));
  return out;
}

Result<SetDefaultPolicyVersionOutput> set_default_policy_version(
    Call& call, const SetDefaultPolicyVersionInput& in) {
  auto row = TRY(find_policy(call, in.PolicyArn));
  auto version = find_version(row, in.VersionId);
  if (version == row.Versions.end()) return no_version(in.PolicyArn, in.VersionId);
  row.DefaultVersion = version->Number;
  row.Updated = call.now();
  save_policy(call, row);
  return SetDefaultPolicyVersionOutput{};
}

Result<DeletePolicyVersionOutput> delete_policy_version(Call& call,
                                                        const DeletePolicyVersionInput& in) {
  auto row = TRY(find_policy(call, in.PolicyArn));
  auto version = find_version(row, in.VersionId);
  if (version == row.Versions.end()) return no_version(in.PolicyArn, in.VersionId);
  if (version->Number == row.DefaultVersion)
    return errors::DeleteConflict("Cannot delete the default version of a policy.");
  row.Versions.erase(version);
  row.Updated = call.now();
  save_policy(call, row);
  return DeletePolicyVersionOutput{};
}

}  // namespace drydock::iam
