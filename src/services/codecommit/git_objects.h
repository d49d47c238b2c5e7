// RAII for libgit2's objects. Only for .cc files of this folder.
#pragma once

#include <git2.h>

#include <memory>
#include <string>

namespace drydock::codecommit {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* p) const {
    free(p);
  }
};
using GitCommit = std::unique_ptr<git_commit, Freed<git_commit_free>>;
using GitTree = std::unique_ptr<git_tree, Freed<git_tree_free>>;
using GitEntry = std::unique_ptr<git_tree_entry, Freed<git_tree_entry_free>>;
using GitBlob = std::unique_ptr<git_blob, Freed<git_blob_free>>;
using GitDiff = std::unique_ptr<git_diff, Freed<git_diff_free>>;
using GitIndex = std::unique_ptr<git_index, Freed<git_index_free>>;
using GitSignature = std::unique_ptr<git_signature, Freed<git_signature_free>>;
using GitReference = std::unique_ptr<git_reference, Freed<git_reference_free>>;

inline std::string text_of(const git_oid* id) {
  char text[GIT_OID_HEXSZ + 1];
  return git_oid_tostr(text, sizeof text, id);
}
// Null when there is no such object of this kind.
inline GitCommit find_commit(git_repository* git, const std::string& id) {
  git_oid oid;
  git_commit* raw = nullptr;
  if (git_oid_fromstr(&oid, id.c_str()) == 0) git_commit_lookup(&raw, git, &oid);
  return GitCommit(raw);
}
inline GitTree tree_of(git_commit* commit) {
  git_tree* raw = nullptr;
  git_commit_tree(&raw, commit);
  return GitTree(raw);
}
inline GitEntry find_entry(git_tree* tree, const std::string& path) {
  git_tree_entry* raw = nullptr;
  git_tree_entry_bypath(&raw, tree, path.c_str());
  return GitEntry(raw);
}

}  // namespace drydock::codecommit
