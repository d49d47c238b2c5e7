// Commits made through the API: CreateCommit, PutFile, DeleteFile, and a first one from an archive.
// All are a set of changes on the tip of a branch.
#include <algorithm>

#include "gen/codecommit_handlers.h"
#include "gen/s3.h"
#include "services/codecommit/git_objects.h"
#include "services/codecommit/repository.h"
#include "services/codecommit/zip_files.h"

namespace drydock::codecommit {
namespace {

constexpr size_t kMostEntries = 100;

struct Author {
  std::string name, email, message;
};

// One commit in the making: the index of the branch's tip with changes applied.
struct Draft {
  Opened opened;
  std::string branch;
  std::optional<std::string> tip;
  GitIndex index;
  std::vector<FileMetadata> added, updated, deleted;
};

git_filemode_t mode_of(const std::optional<std::string>& name) {
  return name == "EXECUTABLE" ? GIT_FILEMODE_BLOB_EXECUTABLE
         : name == "SYMLINK"  ? GIT_FILEMODE_LINK
                              : GIT_FILEMODE_BLOB;
}
std::string name_of(uint32_t mode) {
  return mode == GIT_FILEMODE_BLOB_EXECUTABLE ? "EXECUTABLE"
         : mode == GIT_FILEMODE_LINK          ? "SYMLINK"
                                              : "NORMAL";
}

Result<std::string> checked_path(std::string path) {
  if (path.starts_with('/')) path.erase(0, 1);
  bool valid = !path.empty() && path.size() <= 4096 && !path.ends_with('/') &&
               path.find('\0') == std::string::npos;
  for (size_t at = 0; valid && at <= path.size();) {
    size_t end = std::min(path.find('/', at), path.size());
    std::string_view part(path.data() + at, end - at);
    valid = !part.empty() && part != "." && part != ".." && part != ".git";
    at = end + 1;
  }
  if (!valid) return errors::InvalidPathException("The specified path is not valid: " + path);
  return path;
}

Result<Draft> begin_draft(Call& call, const std::string& repository, const std::string& branch,
                          const std::optional<std::string>& parent) {
  Context context;
  context.add("codecommit:References", "refs/heads/" + branch);
  TRY(call.authorize(call.operation().action,
                     repository_arn(call.account().text, call.region().text, repository),
                     std::move(context)));
  Draft draft{.opened = TRY(open_repository(call, repository)), .branch = branch};
  git_repository* git = draft.opened.git.get();
  int valid = 0;
  if (git_reference_name_is_valid(&valid, ("refs/heads/" + branch).c_str()) != 0 || !valid)
    return errors::InvalidBranchNameException("The branch name " + branch + " is not valid");
  draft.tip = commit_of_branch(*git, branch);
  if (!draft.tip && draft.opened.row.DefaultBranch)
    return errors::BranchDoesNotExistException("Branch " + branch + " does not exist");
  if (parent && !is_object_id(*parent))
    return errors::InvalidParentCommitIdException("The parent commit ID is not valid: " + *parent);
  if (draft.tip && !parent)
    return errors::ParentCommitIdRequiredException(
        "A parent commit ID is required. To view the full commit ID of a branch in a repository, use GetBranch or a Git "
        "command (for example, git pull or git log).");
  if (parent && !find_commit(git, *parent))
    return errors::ParentCommitDoesNotExistException("The parent commit ID does not exist: " +
                                                     *parent);
  if (parent && parent != draft.tip)
    return errors::ParentCommitIdOutdatedException(
        "The file could not be added because the provided parent commit ID is not the current tip of the specified "
        "branch. To view the full commit ID of the current head of the branch, use GetBranch.");
  git_index* raw = nullptr;
  git_index_new(&raw);
  draft.index.reset(raw);
  if (draft.tip) {
    GitCommit commit = find_commit(git, *draft.tip);
    git_index_read_tree(draft.index.get(), tree_of(commit.get()).get());
  }
  return draft;
}

const git_index_entry* entry_of(Draft& draft, const std::string& path) {
  return git_index_get_bypath(draft.index.get(), path.c_str(), 0);
}

bool has_folder(Draft& draft, const std::string& path) {
  size_t at;
  return git_index_find_prefix(&at, draft.index.get(), (path + "/").c_str()) == 0;
}

// False: the file is so already.
Result<bool> put(Draft& draft, const std::string& path, const git_oid& blob, git_filemode_t mode) {
  if (has_folder(draft, path))
    return errors::FileNameConflictsWithDirectoryNameException(
        "The file cannot be added because a folder has the same name: " + path);
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (entry_of(draft, path.substr(0, slash)))
      return fault("DirectoryNameConflictsWithFileNameException",
                   "A file has the same name as a folder of the path: " + path.substr(0, slash));
  const git_index_entry* old = entry_of(draft, path);
  if (old && git_oid_equal(&old->id, &blob) && old->mode == static_cast<uint32_t>(mode))
    return false;
  (old ? draft.updated : draft.added).push_back({path, text_of(&blob), name_of(mode)});
  git_index_entry entry{};
  entry.mode = mode;
  entry.id = blob;
  entry.path = path.c_str();
  git_index_add(draft.index.get(), &entry);
  return true;
}

Result<std::string> remove(Draft& draft, const std::string& path,
                           const std::optional<bool>& keep_empty_folders) {
  const git_index_entry* old = entry_of(draft, path);
  if (!old)
    return errors::FileDoesNotExistException("The file " + path + " does not exist in the branch " +
                                             draft.branch);
  std::string blob = text_of(&old->id);
  draft.deleted.push_back({path, blob, name_of(old->mode)});
  git_index_remove(draft.index.get(), path.c_str(), 0);
  size_t slash = path.rfind('/');
  if (keep_empty_folders.value_or(false) && slash != std::string::npos &&
      !has_folder(draft, path.substr(0, slash))) {
    git_oid empty;
    git_blob_create_from_buffer(&empty, draft.opened.git.get(), "", 0);
    TRY(put(draft, path.substr(0, slash) + "/.gitkeep", empty, GIT_FILEMODE_BLOB));
  }
  return blob;
}

git_oid new_blob(Draft& draft, const std::string& content) {
  git_oid id;
  git_blob_create_from_buffer(&id, draft.opened.git.get(), content.data(), content.size());
  return id;
}

// A name or address as git can hold it.
std::string clean(std::string text) {
  std::erase_if(text, [](char c) { return c == '<' || c == '>' || c == '\n' || c == '\0'; });
  return text;
}

struct Written {
  std::string commit, tree;
};

Result<Written> finish(Call& call, Draft& draft, Author author) {
  git_repository* git = draft.opened.git.get();
  git_oid tree, id, parent;
  git_index_write_tree_to(&tree, draft.index.get(), git);
  if (author.name.empty()) author.name = call.caller().principal.name;
  std::string by = clean(author.name) + " <" + clean(author.email) + "> " +
                   std::to_string(call.now().seconds()) + " +0000\n";
  std::string text = "tree " + text_of(&tree) + "\n";
  if (draft.tip) text += "parent " + *draft.tip + "\n";
  text += "author " + by + "committer " + by + "\n" + author.message;
  git_odb* odb = nullptr;
  git_repository_odb(&odb, git);
  int wrote = git_odb_write(&id, odb, text.data(), text.size(), GIT_OBJECT_COMMIT);
  git_odb_free(odb);
  std::string name = "refs/heads/" + draft.branch;
  git_reference* raw = nullptr;
  int moved = wrote;
  if (wrote == 0 && draft.tip) {
    git_oid_fromstr(&parent, draft.tip->c_str());
    moved = git_reference_create_matching(&raw, git, name.c_str(), &id, 1, &parent, nullptr);
  } else if (wrote == 0) {
    moved = git_reference_create(&raw, git, name.c_str(), &id, 0, nullptr);
  }
  git_reference_free(raw);
  if (moved != 0)
    return fault(
        "ConcurrentReferenceUpdateException",
        "The branch cannot be updated because it was updated by another user at the same time. Try again.");
  announce_changes(call.server(), call.account(), call.region(), draft.opened.row.Name);
  return Written{text_of(&id), text_of(&tree)};
}

Result<git_oid> content_of_entry(Draft& draft, const PutFileEntry& entry) {
  if (entry.fileContent && entry.sourceFile)
    return errors::FileContentAndSourceFileSpecifiedException(
        "The commit cannot be created because both a source file and file content have been specified for the "
        "same file. You cannot provide both. Either specify a source file or provide the file content directly.");
  if (entry.fileContent) return new_blob(draft, *entry.fileContent);
  if (!entry.sourceFile)
    return errors::FileContentRequiredException(
        "The file cannot be added because it is empty. Empty files cannot be added to the repository with this API.");
  std::string source = TRY(checked_path(entry.sourceFile->filePath));
  const git_index_entry* old = entry_of(draft, source);
  if (!old)
    return errors::FileDoesNotExistException("The file " + source +
                                             " does not exist in the branch " + draft.branch);
  git_oid id = old->id;
  if (entry.sourceFile->isMove.value_or(false)) TRY(remove(draft, source, std::nullopt));
  return id;
}

}  // namespace

Result<CreateCommitOutput> create_commit(Call& call, const CreateCommitInput& in) {
  Draft draft = TRY(begin_draft(call, in.repositoryName, in.branchName, in.parentCommitId));
  size_t entries = (in.putFiles ? in.putFiles->size() : 0) +
                   (in.deleteFiles ? in.deleteFiles->size() : 0) +
                   (in.setFileModes ? in.setFileModes->size() : 0);
  if (entries == 0)
    return errors::FileEntryRequiredException(
        "The commit cannot be created because no files have been specified as added, updated, or changed (PutFile or DeleteFile) "
        "for the commit.");
  if (entries > kMostEntries)
    return errors::MaximumFileEntriesExceededException(
        "The number of specified files to change as part of this commit exceeds the maximum number of files that can be "
        "changed in a single commit. Consider using a Git client for these changes.");
  if (in.deleteFiles)
    for (auto& entry : *in.deleteFiles)
      TRY(remove(draft, TRY(checked_path(entry.filePath)), in.keepEmptyFolders));
  if (in.putFiles)
    for (auto& entry : *in.putFiles) {
      std::string path = TRY(checked_path(entry.filePath));
      git_oid blob = TRY(content_of_entry(draft, entry));
      TRY(put(draft, path, blob, mode_of(entry.fileMode)));
    }
  if (in.setFileModes)
    for (auto& entry : *in.setFileModes) {
      std::string path = TRY(checked_path(entry.filePath));
      const git_index_entry* old = entry_of(draft, path);
      if (!old)
        return errors::FileDoesNotExistException("The file " + path +
                                                 " does not exist in the branch " + draft.branch);
      git_oid blob = old->id;
      TRY(put(draft, path, blob, mode_of(entry.fileMode)));
    }
  if (draft.added.empty() && draft.updated.empty() && draft.deleted.empty())
    return errors::NoChangeException(
        "The commit cannot be created because no changes will be made to the repository as a result of this commit. A commit must contain at "
        "least one change.");
  Written written = TRY(
      finish(call, draft,
             {in.authorName.value_or(""), in.email.value_or(""), in.commitMessage.value_or("")}));
  return CreateCommitOutput{written.commit, written.tree, std::move(draft.added),
                            std::move(draft.updated), std::move(draft.deleted)};
}

Result<PutFileOutput> put_file(Call& call, const PutFileInput& in) {
  Draft draft = TRY(begin_draft(call, in.repositoryName, in.branchName, in.parentCommitId));
  std::string path = TRY(checked_path(in.filePath));
  git_oid blob = new_blob(draft, in.fileContent);
  if (!TRY(put(draft, path, blob, mode_of(in.fileMode))))
    return errors::SameFileContentException(
        "The file was not added or updated because the content of the file is exactly the same as the content of that file in the "
        "repository and branch that you specified.");
  Written written = TRY(finish(
      call, draft, {in.name.value_or(""), in.email.value_or(""), in.commitMessage.value_or("")}));
  return PutFileOutput{written.commit, text_of(&blob), written.tree};
}

Result<DeleteFileOutput> delete_file(Call& call, const DeleteFileInput& in) {
  Draft draft = TRY(begin_draft(call, in.repositoryName, in.branchName, in.parentCommitId));
  std::string path = TRY(checked_path(in.filePath));
  std::string blob = TRY(remove(draft, path, in.keepEmptyFolders));
  Written written = TRY(finish(
      call, draft, {in.name.value_or(""), in.email.value_or(""), in.commitMessage.value_or("")}));
  return DeleteFileOutput{written.commit, blob, written.tree, path};
}

Result<ImportArchiveOutput> import_archive(Call& call, const ImportArchiveInput& in) {
  {
    Opened opened = TRY(open_repository(call, in.repositoryName));
    if (auto tip = commit_of_branch(*opened.git, in.branchName)) {
      TRY(call.authorize(
          call.operation().action,
          repository_arn(call.account().text, call.region().text, in.repositoryName)));
      return ImportArchiveOutput{*tip};
    }
  }
  Draft draft = TRY(begin_draft(call, in.repositoryName, in.branchName, std::nullopt));
  s3::GetObject::Input get{.Bucket = in.bucket, .Key = in.key};
  get.VersionId = in.versionId;
  auto object = TRY(call.client("codecommit.amazonaws.com").call<s3::GetObject>(get));
  std::optional<Fault> wrong;
  auto read = each_zip_file(object.Body, [&](const ZipFile& file) {
    auto path = checked_path(file.name);
    auto done = path ? put(draft, *path, new_blob(draft, file.content),
                           file.link         ? GIT_FILEMODE_LINK
                           : file.executable ? GIT_FILEMODE_BLOB_EXECUTABLE
                                             : GIT_FILEMODE_BLOB)
                     : Result<bool>(Unexpected(path.error()));
    if (!done) wrong = done.error();
    return !wrong;
  });
  if (wrong) return Unexpected(*wrong);
  if (!read)
    return fault("InvalidArchiveException", "The archive " + in.bucket + "/" + in.key +
                                                " cannot be imported: " + read.error());
  Written written = TRY(finish(call, draft, {"", "", "Initial commit"}));
  return ImportArchiveOutput{written.commit};
}

}  // namespace drydock::codecommit
