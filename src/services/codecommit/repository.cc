#include "services/codecommit/repository.h"

#include <git2.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include "base/log.h"
#include "base/text.h"

namespace drydock::codecommit {
namespace {

namespace fs = std::filesystem;

// A push stays the pack it came as: neither it nor a later clone compresses a large file again.
// Empty clones must keep the name of the first branch that the user's own git chooses (so no unborn
// HEAD is told), nothing may run outside of a request, and CodeBuild fetches by commit id.
// info/attributes overrules the tree's own export rules: AWS zips all of the tree.
constexpr std::string_view kConfig =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n\thooksPath = /dev/null\n"
    "[lsrefs]\n\tunborn = ignore\n"
    "[gc]\n\tautoDetach = false\n"
    "[receive]\n\tadvertisePushOptions = false\n\tunpackLimit = 1\n"
    "[pack]\n\tcompression = 1\n"
    "[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n";
constexpr std::string_view kAttributes = "* -export-ignore -export-subst\n";

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

void start_libgit2() {
  static const int once = [] {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return 0;
  }();
  (void)once;
}

// One announcement at a time for a repository.
std::mutex& announce_mutex(const std::string& id) {
  static std::mutex stripes[64];
  return stripes[std::hash<std::string>()(id) % 64];
}

Value event_detail(const RepositoryRow& row, const std::string& name, const std::string* commit,
                   const std::string* old_commit) {
  const bool branch = name.starts_with("refs/heads/");
  Value detail =
      Value::object({{"event", !commit      ? "referenceDeleted"
                               : old_commit ? "referenceUpdated"
                                            : "referenceCreated"},
                     {"repositoryName", row.Name},
                     {"repositoryId", row.Id},
                     {"referenceType", branch ? "branch" : "tag"},
                     {"referenceName",
                      name.substr(std::string_view(branch ? "refs/heads/" : "refs/tags/").size())},
                     {"referenceFullName", name}});
  if (commit) detail.set("commitId", *commit);
  if (old_commit) detail.set("oldCommitId", *old_commit);
  return detail;
}

std::string first_branch(const std::vector<Reference>& references) {
  std::string first;
  for (std::string_view liked : {"refs/heads/main", "refs/heads/master"})
    for (auto& r : references)
      if (r.name == liked && first.empty()) first = r.name;
  for (auto& r : references)
    if (first.empty() && r.name.starts_with("refs/heads/")) first = r.name;
  return first.empty() ? first : first.substr(std::string_view("refs/heads/").size());
}

Result<void> announce(Call& call, const std::string& name, const std::vector<Reference>& references,
                      std::string* new_default) {
  new_default->clear();
  auto row = kRepositories.get(call.txn(), call.space(), {name});
  if (!row) return {};
  std::string arn = repository_arn(call.account().text, call.region().text, name);
  auto emit = [&](const std::string& ref, const std::string* commit,
                  const std::string* old_commit) {
    call.emit("aws.codecommit", "CodeCommit Repository State Change", {arn},
              event_detail(*row, ref, commit, old_commit));
  };
  Map<std::string> announced;
  kReferences.each(call.txn(), call.space(), {.prefix = {row->Id}},
                   [&](const auto& key, const std::string& commit) {
                     announced.emplace_back(key[1], commit);
                     return true;
                   });
  bool changed = false;
  std::set<std::string> present;
  for (auto& ref : references) {
    present.insert(ref.name);
    const std::string* old_commit = nullptr;
    for (auto& [known, commit] : announced)
      if (known == ref.name) old_commit = &commit;
    if (old_commit && *old_commit == ref.commit) continue;
    emit(ref.name, &ref.commit, old_commit);
    kReferences.put(call.txn(), call.space(), {row->Id, ref.name}, ref.commit);
    changed = true;
  }
  for (auto& [known, commit] : announced) {
    if (present.contains(known)) continue;
    emit(known, nullptr, &commit);
    kReferences.erase(call.txn(), call.space(), {row->Id, known});
    changed = true;
  }
  if (!changed) return {};
  if (!row->DefaultBranch) {
    *new_default = first_branch(references);
    if (!new_default->empty()) row->DefaultBranch = *new_default;
  }
  row->Modified = call.now();
  kRepositories.put(call.txn(), call.space(), {name}, *row);
  return {};
}

}  // namespace

void GitFree::operator()(git_repository* repository) const { git_repository_free(repository); }

std::string repository_arn(std::string_view account, std::string_view region,
                           std::string_view name) {
  return Arn{.service = "codecommit",
             .region = std::string(region),
             .account = std::string(account),
             .resource = std::string(name)}
      .text();
}

Result<void> check_name(std::string_view name) {
  bool valid = !name.empty() && name.size() <= 100 && !name.ends_with(".git");
  for (char c : name)
    valid &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '.' || c == '-';
  if (valid) return {};
  return errors::InvalidRepositoryNameException(
      "The repository name is not valid. Repository names can be any valid combination of letters, numbers, periods, underscores, and "
      "dashes between 1 and 100 characters in length. Names are case sensitive. For more information, see Limits in the AWS CodeCommit "
      "User Guide. ");
}

Result<RepositoryRow> find_repository(Call& call, std::string_view name) {
  TRY(check_name(name));
  auto row = kRepositories.get(call.txn(), call.space(), {name});
  if (!row) return errors::RepositoryDoesNotExistException(std::string(name) + " does not exist");
  return std::move(*row);
}

std::string folder_of(const Settings& settings, const AccountId& account, const Region& region,
                      std::string_view id) {
  return settings.data_folder + "/git/" + account.text + "/" + region.text + "/" + std::string(id);
}

void make_folder(const std::string& folder) {
  std::error_code error;
  for (const char* part : {"/objects/pack", "/objects/info", "/refs/heads", "/refs/tags", "/info"})
    fs::create_directories(folder + part, error);
  write_file(folder + "/config", kConfig);
  write_file(folder + "/info/attributes", kAttributes);
  write_file(folder + "/HEAD", "ref: refs/heads/main\n");
}

Git open_folder(const std::string& folder) {
  start_libgit2();
  git_repository* raw = nullptr;
  git_repository_open_bare(&raw, folder.c_str());
  return Git(raw);
}

Result<Opened> open_repository(Call& call, std::string_view name) {
  Opened opened{.row = TRY(find_repository(call, name))};
  opened.folder = folder_of(call.server().settings(), call.account(), call.region(), opened.row.Id);
  opened.git = open_folder(opened.folder);
  if (!opened.git) {
    log::error("codecommit: the repository folder " + opened.folder + " cannot be opened");
    return fault("EncryptionIntegrityChecksFailedException",
                 "The repository's data cannot be read.", 500);
  }
  return opened;
}

std::vector<Reference> references_of(git_repository& git) {
  std::vector<Reference> found;
  for (const char* glob : {"refs/heads/*", "refs/tags/*"}) {
    git_reference_iterator* it = nullptr;
    if (git_reference_iterator_glob_new(&it, &git, glob) != 0) continue;
    git_reference* ref = nullptr;
    while (git_reference_next(&ref, it) == 0) {
      git_object* commit = nullptr;
      if (const git_oid* target = git_reference_target(ref)) {
        Reference r{git_reference_name(ref), git_oid_tostr_s(target), git_oid_tostr_s(target)};
        if (git_reference_peel(&commit, ref, GIT_OBJECT_COMMIT) == 0)
          r.commit = git_oid_tostr_s(git_object_id(commit));
        found.push_back(std::move(r));
      }
      git_object_free(commit);
      git_reference_free(ref);
    }
    git_reference_iterator_free(it);
  }
  return found;
}

std::optional<std::string> commit_of_branch(git_repository& git, std::string_view branch) {
  return resolve_commit(git, "refs/heads/" + std::string(branch));
}

bool is_object_id(std::string_view text) {
  if (text.size() != 40) return false;
  for (char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  return true;
}

std::optional<std::string> resolve_commit(git_repository& git, std::string_view specifier) {
  std::string text(specifier);
  if (is_object_id(text)) {
    git_oid id;
    git_commit* commit = nullptr;
    git_oid_fromstr(&id, text.c_str());
    if (git_commit_lookup(&commit, &git, &id) != 0) return std::nullopt;
    git_commit_free(commit);
    return text;
  }
  for (const std::string& name : {text, "refs/heads/" + text, "refs/tags/" + text}) {
    if (name != "HEAD" && !name.starts_with("refs/")) continue;
    git_reference* ref = nullptr;
    git_object* commit = nullptr;
    std::optional<std::string> found;
    if (git_reference_lookup(&ref, &git, name.c_str()) == 0 &&
        git_reference_peel(&commit, ref, GIT_OBJECT_COMMIT) == 0)
      found = git_oid_tostr_s(git_object_id(commit));
    git_object_free(commit);
    git_reference_free(ref);
    if (found) return found;
  }
  return std::nullopt;
}

void announce_changes(Server& server, const AccountId& account, const Region& region,
                      const std::string& name) {
  std::string id;
  {
    auto txn = server.engine().begin_read();
    auto row = kRepositories.get(*txn, {account.text, region.text}, {name});
    if (!row) return;
    id = row->Id;
  }
  std::lock_guard lock(announce_mutex(id));
  Git git = open_folder(folder_of(server.settings(), account, region, id));
  if (!git) return;
  std::vector<Reference> references = references_of(*git);
  std::string new_default;
  auto done = server.work_in(account, region, "codecommit", [&](Call& call) {
    return announce(call, name, references, &new_default);
  });
  if (!done)
    log::error("codecommit: the changes of " + name +
               " were not announced: " + done.error().message);
  if (done && !new_default.empty())
    git_repository_set_head(git.get(), ("refs/heads/" + new_default).c_str());
}

void announce_all(Server& server) {
  std::vector<Value> places;
  std::set<std::string> known;
  {
    auto txn = server.engine().begin_read();
    kPlaces.each(*txn, kInstallation, {}, [&](const auto& key, const Value& place) {
      known.insert(key[0]);
      places.push_back(place);
      return true;
    });
  }
  // Folders that no row names are left over from a delete or a create that was cut off.
  std::error_code error;
  for (auto& account : fs::directory_iterator(server.settings().data_folder + "/git", error))
    for (auto& region : fs::directory_iterator(account.path(), error))
      for (auto& folder : fs::directory_iterator(region.path(), error))
        if (!known.contains(folder.path().filename().string()))
          fs::remove_all(folder.path(), error);
  for (const Value& place : places)
    announce_changes(server, AccountId{place["account"].as_string()},
                     Region{place["region"].as_string()}, place["name"].as_string());
}

}  // namespace drydock::codecommit
