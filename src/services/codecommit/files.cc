// Reading files and folders at a commit.
#include "gen/codecommit_handlers.h"
#include "services/codecommit/git_objects.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {
namespace {

constexpr uint64_t kLargestFile = 6 << 20;
constexpr uint64_t kLargestBlob = 20 << 20;

std::string plain_path(std::string path) {
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::string mode_name(git_filemode_t mode) {
  return mode == GIT_FILEMODE_BLOB_EXECUTABLE ? "EXECUTABLE"
         : mode == GIT_FILEMODE_LINK          ? "SYMLINK"
                                              : "NORMAL";
}

// The commit that a specifier means; without one, the default branch's.
Result<GitCommit> specified(const Opened& opened, const std::optional<std::string>& specifier) {
  std::string text = specifier.value_or(opened.row.DefaultBranch.value_or("HEAD"));
  auto id = resolve_commit(*opened.git, text);
  if (!id) return errors::CommitDoesNotExistException("Commit " + text + " does not exist");
  return find_commit(opened.git.get(), *id);
}

GitBlob find_blob(git_repository* git, const git_oid* id) {
  git_blob* raw = nullptr;
  git_blob_lookup(&raw, git, id);
  return GitBlob(raw);
}

std::string content_of(const GitBlob& blob) {
  return {static_cast<const char*>(git_blob_rawcontent(blob.get())),
          static_cast<size_t>(git_blob_rawsize(blob.get()))};
}

}  // namespace

Result<GetBlobOutput> get_blob(Call& call, const GetBlobInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  if (!is_object_id(in.blobId))
    return errors::InvalidBlobIdException("The specified blob ID " + in.blobId + " is not valid");
  git_oid id;
  git_oid_fromstr(&id, in.blobId.c_str());
  GitBlob blob = find_blob(opened.git.get(), &id);
  if (!blob)
    return errors::BlobIdDoesNotExistException("The specified blob " + in.blobId +
                                               " does not exist");
  if (git_blob_rawsize(blob.get()) > static_cast<git_object_size_t>(kLargestBlob))
    return errors::FileTooLargeException(
        "The specified file exceeds the file size limit for AWS CodeCommit.");
  return GetBlobOutput{content_of(blob)};
}

Result<GetFileOutput> get_file(Call& call, const GetFileInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  GitCommit commit = TRY(specified(opened, in.commitSpecifier));
  GitTree tree = tree_of(commit.get());
  std::string path = plain_path(in.filePath);
  GitEntry entry = path.empty() ? nullptr : find_entry(tree.get(), path);
  if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_BLOB)
    return errors::FileDoesNotExistException("The file " + in.filePath +
                                             " does not exist at the commit " +
                                             text_of(git_commit_id(commit.get())));
  GitBlob blob = find_blob(opened.git.get(), git_tree_entry_id(entry.get()));
  if (!blob || git_blob_rawsize(blob.get()) > static_cast<git_object_size_t>(kLargestFile))
    return errors::FileTooLargeException(
        "The specified file exceeds the file size limit for AWS CodeCommit.");
  return GetFileOutput{.commitId = text_of(git_commit_id(commit.get())),
                       .blobId = text_of(git_blob_id(blob.get())),
                       .filePath = path,
                       .fileMode = mode_name(git_tree_entry_filemode(entry.get())),
                       .fileSize = static_cast<int64_t>(git_blob_rawsize(blob.get())),
                       .fileContent = content_of(blob)};
}

Result<GetFolderOutput> get_folder(Call& call, const GetFolderInput& in) {
  Opened opened = TRY(open_repository(call, in.repositoryName));
  GitCommit commit = TRY(specified(opened, in.commitSpecifier));
  GitTree tree = tree_of(commit.get());
  std::string path = plain_path(in.folderPath);
  if (!path.empty()) {
    GitEntry entry = find_entry(tree.get(), path);
    if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE)
      return errors::FolderDoesNotExistException("The folder " + in.folderPath +
                                                 " does not exist at the commit " +
                                                 text_of(git_commit_id(commit.get())));
    git_tree* raw = nullptr;
    git_tree_lookup(&raw, opened.git.get(), git_tree_entry_id(entry.get()));
    tree.reset(raw);
  }
  GetFolderOutput out{.commitId = text_of(git_commit_id(commit.get())),
                      .folderPath = path,
                      .treeId = text_of(git_tree_id(tree.get()))};
  for (size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
    std::string name = git_tree_entry_name(entry), id = text_of(git_tree_entry_id(entry));
    std::string absolute = path.empty() ? name : path + "/" + name;
    git_filemode_t mode = git_tree_entry_filemode(entry);
    if (mode == GIT_FILEMODE_TREE)
      out.subFolders.push_back({id, absolute, name});
    else if (mode == GIT_FILEMODE_COMMIT)
      out.subModules.push_back({id, absolute, name});
    else if (mode == GIT_FILEMODE_LINK)
      out.symbolicLinks.push_back({id, absolute, name, mode_name(mode)});
    else
      out.files.push_back({id, absolute, name, mode_name(mode)});
  }
  return out;
}

}  // namespace drydock::codecommit
