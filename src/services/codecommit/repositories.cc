// Repositories and their tags.
#include <git2.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "gen/codecommit_handlers.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {
namespace {

constexpr size_t kPageSize = 1000;
constexpr size_t kMostNamesInBatch = 25;

RepositoryMetadata metadata(Call& call, const RepositoryRow& row) {
  const std::string& region = call.region().text;
  std::string host = "git-codecommit." + region + ".amazonaws.com/v1/repos/" + row.Name;
  return {.accountId = call.account().text,
          .repositoryId = row.Id,
          .repositoryName = row.Name,
          .repositoryDescription = row.Description,
          .defaultBranch = row.DefaultBranch,
          .lastModifiedDate = row.Modified,
          .creationDate = row.Created,
          .cloneUrlHttp = "https://" + host,
          .cloneUrlSsh = "ssh://" + host,
          .Arn = repository_arn(call.account().text, region, row.Name),
          .kmsKeyId = row.KmsKeyId};
}

void put_place(Call& call, const RepositoryRow& row) {
  kPlaces.put(
      call.txn(), kInstallation, {row.Id},
      Value::object(
          {{"account", call.account().text}, {"region", call.region().text}, {"name", row.Name}}));
}

// The repository that an ARN of this account and region names.
Result<RepositoryRow> by_arn(Call& call, const std::string& text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "codecommit" || arn->account != call.account().text ||
      arn->region != call.region().text)
    return errors::InvalidResourceArnException("The value for the resource ARN is not valid: " +
                                               text);
  return find_repository(call, arn->resource);
}

}  // namespace

Result<CreateRepositoryOutput> create_repository(Call& call, const CreateRepositoryInput& in) {
  TRY(check_name(in.repositoryName));
  if (kRepositories.contains(call.txn(), call.space(), {in.repositoryName}))
    return errors::RepositoryNameExistsException("Repository named " + in.repositoryName +
                                                 " already exists");
  RepositoryRow row{.Id = call.random().uuid(),
                    .Name = in.repositoryName,
                    .Description = in.repositoryDescription,
                    .Created = call.now(),
                    .Modified = call.now(),
                    .Tags = in.tags.value_or(Map<std::string>{}),
                    .KmsKeyId = in.kmsKeyId};
  // A folder whose row does not commit is swept at the next start.
  make_folder(folder_of(call.server().settings(), call.account(), call.region(), row.Id));
  kRepositories.put(call.txn(), call.space(), {row.Name}, row);
  put_place(call, row);
  return CreateRepositoryOutput{metadata(call, row)};
}

Result<GetRepositoryOutput> get_repository(Call& call, const GetRepositoryInput& in) {
  return GetRepositoryOutput{metadata(call, TRY(find_repository(call, in.repositoryName)))};
}

Result<ListRepositoriesOutput> list_repositories(Call& call, const ListRepositoriesInput& in) {
  auto rows = kRepositories.scan(call.txn(), call.space());
  if (in.sortBy == "lastModifiedDate")
    std::stable_sort(rows.begin(), rows.end(),
                     [](auto& a, auto& b) { return a.Modified < b.Modified; });
  if (in.order == "descending") std::reverse(rows.begin(), rows.end());
  size_t start = 0;
  if (in.nextToken) {
    auto n = parse_int(*in.nextToken);
    if (!n || *n < 0)
      return errors::InvalidContinuationTokenException(
          "The specified continuation token is not valid.");
    start = static_cast<size_t>(*n);
  }
  ListRepositoriesOutput out;
  for (size_t i = start; i < rows.size() && i < start + kPageSize; ++i)
    out.repositories.push_back({rows[i].Name, rows[i].Id});
  if (start + kPageSize < rows.size()) out.nextToken = std::to_string(start + kPageSize);
  return out;
}

Result<BatchGetRepositoriesOutput> batch_get_repositories(Call& call,
                                                          const BatchGetRepositoriesInput& in) {
  if (in.repositoryNames.size() > kMostNamesInBatch)
    return errors::MaximumRepositoryNamesExceededException(
        "The maximum number of allowed repository names was exceeded. Currently, this number is 100.");
  if (in.repositoryNames.empty()) TRY(call.authorize("codecommit:BatchGetRepositories", "*"));
  BatchGetRepositoriesOutput out;
  for (auto& name : in.repositoryNames) {
    TRY(call.authorize("codecommit:BatchGetRepositories",
                       repository_arn(call.account().text, call.region().text, name)));
    TRY(check_name(name));
    auto row = kRepositories.get(call.txn(), call.space(), {name});
    if (row)
      out.repositories.push_back(metadata(call, *row));
    else
      out.repositoriesNotFound.push_back(name);
  }
  return out;
}

Result<UpdateRepositoryNameOutput> update_repository_name(Call& call,
                                                          const UpdateRepositoryNameInput& in) {
  RepositoryRow row = TRY(find_repository(call, in.oldName));
  TRY(check_name(in.newName));
  if (kRepositories.contains(call.txn(), call.space(), {in.newName}))
    return errors::RepositoryNameExistsException("Repository named " + in.newName +
                                                 " already exists");
  kRepositories.erase(call.txn(), call.space(), {in.oldName});
  row.Name = in.newName;
  row.Modified = call.now();
  kRepositories.put(call.txn(), call.space(), {row.Name}, row);
  put_place(call, row);
  return UpdateRepositoryNameOutput{};
}

Result<UpdateRepositoryDescriptionOutput> update_repository_description(
    Call& call, const UpdateRepositoryDescriptionInput& in) {
  RepositoryRow row = TRY(find_repository(call, in.repositoryName));
  row.Description = in.repositoryDescription;
  row.Modified = call.now();
  kRepositories.put(call.txn(), call.space(), {row.Name}, row);
  return UpdateRepositoryDescriptionOutput{};
}

Result<UpdateDefaultBranchOutput> update_default_branch(Call& call,
                                                        const UpdateDefaultBranchInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (!commit_of_branch(*opened.git, in.defaultBranchName))
    return errors::BranchDoesNotExistException("Branch " + in.defaultBranchName +
                                               " does not exist");
  opened.row.DefaultBranch = in.defaultBranchName;
  opened.row.Modified = call.now();
  kRepositories.put(call.txn(), call.space(), {opened.row.Name}, opened.row);
  call.after_commit([folder = opened.folder, branch = in.defaultBranchName] {
    if (Git git = open_folder(folder))
      git_repository_set_head(git.get(), ("refs/heads/" + branch).c_str());
  });
  return UpdateDefaultBranchOutput{};
}

Result<DeleteRepositoryOutput> delete_repository(Call& call, const DeleteRepositoryInput& in) {
  TRY(check_name(in.repositoryName));
  auto row = kRepositories.get(call.txn(), call.space(), {in.repositoryName});
  if (!row) return DeleteRepositoryOutput{};  // AWS does answer so
  kRepositories.erase(call.txn(), call.space(), {row->Name});
  kPlaces.erase(call.txn(), kInstallation, {row->Id});
  kReferences.each(call.txn(), call.space(), {.prefix = {row->Id}},
                   [&](const auto& key, const auto&) {
                     kReferences.erase(call.txn(), call.space(), {key[0], key[1]});
                     return true;
                   });
  kUploads.each(call.txn(), call.space(), {.prefix = {row->Name}},
                [&](const auto& key, const auto&) {
                  kUploads.erase(call.txn(), call.space(), {key[0], key[1]});
                  return true;
                });
  call.after_commit(
      [folder = folder_of(call.server().settings(), call.account(), call.region(), row->Id)] {
        std::error_code error;
        std::filesystem::remove_all(folder, error);
      });
  return DeleteRepositoryOutput{row->Id};
}

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  RepositoryRow row = TRY(by_arn(call, in.resourceArn));
  for (auto& [key, value] : in.tags) {
    auto same = [&](auto& tag) { return tag.first == key; };
    std::erase_if(row.Tags, same);
    row.Tags.emplace_back(key, value);
  }
  constexpr size_t kMostTags = 50;
  if (row.Tags.size() > kMostTags)
    return fault("TooManyTagsException",
                 "The maximum number of tags for an AWS CodeCommit resource has been exceeded.");
  kRepositories.put(call.txn(), call.space(), {row.Name}, row);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  RepositoryRow row = TRY(by_arn(call, in.resourceArn));
  std::erase_if(row.Tags, [&](auto& tag) { return std::ranges::count(in.tagKeys, tag.first) > 0; });
  kRepositories.put(call.txn(), call.space(), {row.Name}, row);
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  return ListTagsForResourceOutput{.tags = TRY(by_arn(call, in.resourceArn)).Tags};
}

}  // namespace drydock::codecommit
