// Branches, commits and differences.
#include "base/text.h"
#include "gen/codecommit_handlers.h"
#include "services/codecommit/git_objects.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {
namespace {

constexpr size_t kBranchPage = 1000;
constexpr size_t kMostCommitsInBatch = 100;
constexpr size_t kMostDifferences = 1000;

UserInfo user_info(const git_signature* signature) {
  int offset = signature->when.offset;
  char date[48];
  std::snprintf(date, sizeof date, "%lld %c%02d%02d", static_cast<long long>(signature->when.time),
                offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
  return {signature->name, signature->email, date};
}

Commit commit_info(git_commit* commit) {
  Commit out;
  out.commitId = text_of(git_commit_id(commit));
  out.treeId = text_of(git_commit_tree_id(commit));
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i)
    out.parents.push_back(text_of(git_commit_parent_id(commit, i)));
  out.message = git_commit_message_raw(commit);
  out.author = user_info(git_commit_author(commit));
  out.committer = user_info(git_commit_committer(commit));
  return out;
}

bool valid_branch_name(const std::string& name) {
  int valid = 0;
  return git_reference_name_is_valid(&valid, ("refs/heads/" + name).c_str()) == 0 && valid;
}

Result<size_t> page_start(const std::optional<std::string>& token) {
  if (!token) return size_t{0};
  auto n = parse_int(*token);
  if (!n || *n < 0)
    return errors::InvalidContinuationTokenException(
        "The specified continuation token is not valid.");
  return static_cast<size_t>(*n);
}

// Both ends of a difference below one path; an empty tree where it is not there.
Result<GitTree> tree_below(git_repository* git, const std::string& commit_id,
                           const std::optional<std::string>& path) {
  GitCommit commit = find_commit(git, commit_id);
  GitTree tree = tree_of(commit.get());
  std::string inner = path.value_or("");
  while (inner.starts_with('/')) inner.erase(0, 1);
  while (inner.ends_with('/')) inner.pop_back();
  if (inner.empty()) return tree;
  GitEntry entry = find_entry(tree.get(), inner);
  if (!entry) return errors::PathDoesNotExistException("The path " + *path + " does not exist");
  if (git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE)
    return tree;  // a file: the caller filters by name
  git_tree* raw = nullptr;
  git_tree_lookup(&raw, git, git_tree_entry_id(entry.get()));
  return GitTree(raw);
}

std::optional<BlobMetadata> blob_of(const git_diff_file& file, const std::string& prefix) {
  if (git_oid_is_zero(&file.id)) return std::nullopt;
  char mode[8];
  std::snprintf(mode, sizeof mode, "%06o", file.mode);
  return BlobMetadata{text_of(&file.id), prefix + file.path, std::string(mode)};
}

std::string folder_prefix(const std::optional<std::string>& path) {
  std::string prefix = path.value_or("");
  while (prefix.starts_with('/')) prefix.erase(0, 1);
  while (prefix.ends_with('/')) prefix.pop_back();
  return prefix.empty() ? prefix : prefix + "/";
}

Result<void> authorize_reference(Call& call, const std::string& repository,
                                 const std::string& branch) {
  Context context;
  context.add("codecommit:References", "refs/heads/" + branch);
  return call.authorize(call.operation().action,
                        repository_arn(call.account().text, call.region().text, repository),
                        std::move(context));
}

}  // namespace

Result<CreateBranchOutput> create_branch(Call& call, const CreateBranchInput& in) {
  TRY(authorize_reference(call, in.repositoryName, in.branchName));
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (!valid_branch_name(in.branchName))
    return errors::InvalidBranchNameException("The branch name " + in.branchName + " is not valid");
  if (!is_object_id(in.commitId))
    return errors::InvalidCommitIdException("The commit ID " + in.commitId + " is not valid");
  GitCommit commit = find_commit(opened.git.get(), in.commitId);
  if (!commit)
    return errors::CommitDoesNotExistException("Commit " + in.commitId + " does not exist");
  git_reference* raw = nullptr;
  int status = git_reference_create(&raw, opened.git.get(), ("refs/heads/" + in.branchName).c_str(),
                                    git_commit_id(commit.get()), 0, nullptr);
  git_reference_free(raw);
  if (status == GIT_EEXISTS)
    return errors::BranchNameExistsException("Branch " + in.branchName + " already exists");
  if (status != 0)
    return errors::InvalidBranchNameException("The branch name " + in.branchName + " is not valid");
  announce_changes(call.server(), call.account(), call.region(), in.repositoryName);
  return CreateBranchOutput{};
}

Result<GetBranchOutput> get_branch(Call& call, const GetBranchInput& in) {
  if (!in.repositoryName)
    return errors::RepositoryNameRequiredException(
        "A repository name is required, but was not specified.");
  if (!in.branchName)
    return errors::BranchNameRequiredException("A branch name is required, but was not specified.");
  Opened opened = TRY(open_repository(call, *in.repositoryName));
  auto commit = commit_of_branch(*opened.git, *in.branchName);
  if (!commit)
    return errors::BranchDoesNotExistException("Branch " + *in.branchName + " does not exist");
  return GetBranchOutput{{*in.branchName, *commit}};
}

Result<ListBranchesOutput> list_branches(Call& call, const ListBranchesInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  size_t start = TRY(page_start(in.nextToken)), at = 0;
  ListBranchesOutput out;
  for (auto& reference : references_of(*opened.git)) {
    if (!reference.name.starts_with("refs/heads/") || at++ < start) continue;
    if (out.branches.size() == kBranchPage) {
      out.nextToken = std::to_string(start + kBranchPage);
      break;
    }
    out.branches.push_back(reference.name.substr(std::string_view("refs/heads/").size()));
  }
  return out;
}

Result<DeleteBranchOutput> delete_branch(Call& call, const DeleteBranchInput& in) {
  TRY(authorize_reference(call, in.repositoryName, in.branchName));
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (opened.row.DefaultBranch == in.branchName)
    return errors::DefaultBranchCannotBeDeletedException(
        "The specified branch is the default branch for the repository, and cannot be deleted. "
        "To delete this branch, you must first set another branch as the default branch.");
  auto commit = commit_of_branch(*opened.git, in.branchName);
  if (!commit) return DeleteBranchOutput{};  // AWS does answer so
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, opened.git.get(), ("refs/heads/" + in.branchName).c_str()) == 0)
    git_reference_delete(raw);
  git_reference_free(raw);
  announce_changes(call.server(), call.account(), call.region(), in.repositoryName);
  return DeleteBranchOutput{BranchInfo{in.branchName, *commit}};
}

Result<GetCommitOutput> get_commit(Call& call, const GetCommitInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (!is_object_id(in.commitId))
    return errors::InvalidCommitIdException("The commit ID " + in.commitId + " is not valid");
  GitCommit commit = find_commit(opened.git.get(), in.commitId);
  if (!commit)
    return errors::CommitIdDoesNotExistException("Commit ID " + in.commitId + " does not exist");
  return GetCommitOutput{commit_info(commit.get())};
}

Result<BatchGetCommitsOutput> batch_get_commits(Call& call, const BatchGetCommitsInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (in.commitIds.size() > kMostCommitsInBatch)
    return errors::CommitIdsLimitExceededException(
        "The maximum number of allowed commit IDs in a batch request is 100. Verify that your batch requests "
        "contains no more than 100 commit IDs, and then try again.");
  BatchGetCommitsOutput out;
  for (auto& id : in.commitIds) {
    GitCommit commit = is_object_id(id) ? find_commit(opened.git.get(), id) : nullptr;
    if (commit)
      out.commits.push_back(commit_info(commit.get()));
    else
      out.errors.push_back(
          {id, is_object_id(id) ? "CommitIdDoesNotExistException" : "InvalidCommitIdException",
           "Commit ID " + id + " does not exist"});
  }
  return out;
}

Result<GetDifferencesOutput> get_differences(Call& call, const GetDifferencesInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  size_t start = TRY(page_start(in.NextToken));
  size_t most = kMostDifferences;
  if (in.MaxResults) {
    if (*in.MaxResults < 1)
      return errors::InvalidMaxResultsException(
          "The specified number of maximum results is not valid.");
    most = std::min<size_t>(most, static_cast<size_t>(*in.MaxResults));
  }
  GitTree before, after;
  auto after_id = resolve_commit(*opened.git, in.afterCommitSpecifier);
  if (!after_id)
    return errors::CommitDoesNotExistException("Commit " + in.afterCommitSpecifier +
                                               " does not exist");
  after = TRY(tree_below(opened.git.get(), *after_id, in.afterPath));
  if (in.beforeCommitSpecifier) {
    auto before_id = resolve_commit(*opened.git, *in.beforeCommitSpecifier);
    if (!before_id)
      return errors::CommitDoesNotExistException("Commit " + *in.beforeCommitSpecifier +
                                                 " does not exist");
    before = TRY(tree_below(opened.git.get(), *before_id, in.beforePath));
  }
  git_diff* raw = nullptr;
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  git_diff_tree_to_tree(&raw, opened.git.get(), before.get(), after.get(), &options);
  GitDiff diff(raw);
  GetDifferencesOutput out;
  size_t count = diff ? git_diff_num_deltas(diff.get()) : 0;
  for (size_t i = start; i < count && out.differences.size() < most; ++i) {
    const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
    const char* type = delta->status == GIT_DELTA_ADDED     ? "A"
                       : delta->status == GIT_DELTA_DELETED ? "D"
                                                            : "M";
    out.differences.push_back({blob_of(delta->old_file, folder_prefix(in.beforePath)),
                               blob_of(delta->new_file, folder_prefix(in.afterPath)), type});
  }
  if (start + out.differences.size() < count)
    out.NextToken = std::to_string(start + out.differences.size());
  return out;
}

}  // namespace drydock::codecommit
