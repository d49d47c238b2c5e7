// Resource policies of projects: who of other accounts may look at them and their builds.
#include <algorithm>
#include <set>

#include "api/server.h"
#include "auth/document.h"
#include "auth/policy.h"
#include "gen/codebuild_handlers.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {
namespace {

struct SharedProject {
  std::string name;
  ProjectRow row;
};

Result<SharedProject> find_shared(Call& call, std::string_view action, const std::string& arn) {
  TRY(call.authorize(action, Arn::parse(arn) ? std::string_view(arn) : "*"));
  const Named asked = named_project(call, arn);
  if (asked.name == arn) {
    auto other = Arn::parse(arn);
    if (other && other->service == "codebuild" && other->resource.starts_with("report-group/"))
      return not_implemented("Resource policies of report groups");
    return invalid("Invalid resource ARN: " + arn);
  }
  const Space own = call.space();
  std::optional<ProjectRow> row;
  if (asked.space.account == own.account && asked.space.region == own.region)
    row = kProjects.get(call.txn(), own, {asked.name});
  if (!row) return errors::ResourceNotFoundException("Project cannot be found: " + arn);
  return SharedProject{asked.name, std::move(*row)};
}

// Other accounts that a document lets in, by themselves or by their users and roles.
std::set<std::string> accounts_let_in(const Value& document, const std::string& own) {
  std::set<std::string> out;
  for (const Value& statement : one_or_more(document["Statement"])) {
    if (statement["Effect"].string_or("") != "Allow") continue;
    for (const std::string& principal : texts_of(statement["Principal"]["AWS"])) {
      auto arn = Arn::parse(principal);
      const std::string account = arn ? arn->account : principal;
      if (account.size() == 12 && account != own) out.insert(account);
    }
  }
  return out;
}

}  // namespace

void end_sharing(Call& call, const std::string& arn) {
  const std::string region = call.space().region;
  std::vector<std::string> accounts;
  kShares.each(call.txn(), kInstallation, {.prefix = {region}},
               [&](const auto&, const std::string& row) {
                 // "account ARN"
                 if (row.substr(row.find(' ') + 1) == arn)
                   accounts.push_back(row.substr(0, row.find(' ')));
                 return true;
               });
  for (const auto& account : accounts)
    kShares.erase(call.txn(), kInstallation, {region, account, arn});
}

Result<PutResourcePolicyOutput> put_resource_policy(Call& call, const PutResourcePolicyInput& in) {
  auto shared = TRY(find_shared(call, "codebuild:PutResourcePolicy", in.resourceArn));
  auto policy = parse_policy(in.policy, PolicyUse::kResource);
  if (!policy) return invalid("Invalid resource policy: " + policy.error().message);
  auto held = call.server().hold_principals(call.txn(), in.policy);
  if (!held) return invalid("Invalid resource policy: " + held.error().message);
  shared.row.policy = std::move(*held);
  kProjects.put(call.txn(), call.space(), {shared.name}, shared.row);
  end_sharing(call, in.resourceArn);
  auto document = parse_json(in.policy);
  if (document)
    for (const auto& account : accounts_let_in(*document, call.account().text))
      kShares.put(call.txn(), kInstallation, {call.space().region, account, in.resourceArn},
                  account + " " + in.resourceArn);
  return PutResourcePolicyOutput{.resourceArn = in.resourceArn};
}

Result<GetResourcePolicyOutput> get_resource_policy(Call& call, const GetResourcePolicyInput& in) {
  auto shared = TRY(find_shared(call, "codebuild:GetResourcePolicy", in.resourceArn));
  if (!shared.row.policy)
    return errors::ResourceNotFoundException("Resource policy not found for: " + in.resourceArn);
  return GetResourcePolicyOutput{.policy =
                                     call.server().show_principals(call.txn(), *shared.row.policy)};
}

// As with projects, deleting what is not there is a success.
Result<DeleteResourcePolicyOutput> delete_resource_policy(Call& call,
                                                          const DeleteResourcePolicyInput& in) {
  auto shared = find_shared(call, "codebuild:DeleteResourcePolicy", in.resourceArn);
  if (!shared) {
    if (shared.error().code == "ResourceNotFoundException") return DeleteResourcePolicyOutput{};
    return Unexpected(std::move(shared).error());
  }
  shared->row.policy.reset();
  kProjects.put(call.txn(), call.space(), {shared->name}, shared->row);
  end_sharing(call, in.resourceArn);
  return DeleteResourcePolicyOutput{};
}

Result<ListSharedProjectsOutput> list_shared_projects(Call& call,
                                                      const ListSharedProjectsInput& in) {
  const Space own = call.space();
  std::vector<std::pair<Timestamp, std::string>> found;
  for (const std::string& row :
       kShares.scan(call.txn(), kInstallation, {.prefix = {own.region, own.account}})) {
    const std::string arn = row.substr(row.find(' ') + 1);
    const Named named = named_project(call, arn);
    auto project = kProjects.get(call.txn(), named.space, {named.name});
    if (project) found.emplace_back(project->project.lastModified.value_or(Timestamp{}), arn);
  }
  if (in.sortBy == "MODIFIED_TIME")
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
  if (in.sortOrder == "DESCENDING") std::reverse(found.begin(), found.end());
  ListSharedProjectsOutput out{.projects = std::vector<std::string>{}};
  for (auto& [time, arn] : found) out.projects->push_back(std::move(arn));
  out.nextToken = TRY(cut_page(*out.projects, in.nextToken,
                               static_cast<size_t>(in.maxResults.value_or(kPageSize))));
  return out;
}

}  // namespace drydock::codebuild
