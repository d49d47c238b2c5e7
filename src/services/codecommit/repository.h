// A repository of an account: its row, its folder on disk, and opening it with libgit2 for reading
// and small writes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/server.h"
#include "services/codecommit/tables.h"

struct git_repository;

namespace drydock::codecommit {

struct GitFree {
  void operator()(git_repository* repository) const;
};
using Git = std::unique_ptr<git_repository, GitFree>;

struct Reference {
  std::string name;    // refs/heads/main
  std::string target;  // object id
  std::string commit;  // of an annotated tag: the commit behind it
};

std::string repository_arn(std::string_view account, std::string_view region,
                           std::string_view name);
Result<void> check_name(std::string_view name);
// RepositoryDoesNotExistException when there is none.
Result<RepositoryRow> find_repository(Call& call, std::string_view name);
std::string folder_of(const Settings& settings, const AccountId& account, const Region& region,
                      std::string_view id);

// Makes an empty bare repository. The folder may be there from a try that was cut off.
void make_folder(const std::string& folder);
Git open_folder(const std::string& folder);  // null when it cannot be opened
struct Opened {
  RepositoryRow row;
  std::string folder;
  Git git;
};
Result<Opened> open_repository(Call& call, std::string_view name);

std::vector<Reference> references_of(git_repository& git);
std::optional<std::string> commit_of_branch(git_repository& git, std::string_view branch);
// A branch, tag, full reference name, HEAD or full commit id. Nothing cleverer: the text comes from
// outside.
std::optional<std::string> resolve_commit(git_repository& git, std::string_view specifier);
bool is_object_id(std::string_view text);

// Announces every reference that moved since it was last looked at: one event each, as AWS does,
// and sets the default branch by the first push. Atomic with the memory of what was announced, so a
// crash between a push and this loses nothing: it is repeated at the next start.
void announce_changes(Server& server, const AccountId& account, const Region& region,
                      const std::string& name);
void announce_all(Server& server);

}  // namespace drydock::codecommit
