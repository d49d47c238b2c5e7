#include "services/codebuild/engine/file_selection.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/text.h"

namespace drydock::codebuild {

namespace {

bool parts_match(const std::vector<std::string_view>& pattern, size_t p,
                 const std::vector<std::string_view>& path, size_t q) {
  for (; p < pattern.size(); ++p, ++q) {
    if (pattern[p] == "**") {
      if (p + 1 == pattern.size()) return q <= path.size();
      for (size_t skip = q; skip <= path.size(); ++skip) {
        if (parts_match(pattern, p + 1, path, skip)) return true;
      }
      return false;
    }
    if (q >= path.size() || !glob_match(pattern[p], path[q])) return false;
  }
  return q == path.size();
}

std::string cleaned(std::string_view pattern) {
  while (pattern.starts_with("./")) pattern.remove_prefix(2);
  return std::string(pattern);
}

void walk(const std::string& folder, const std::string& relative, size_t limit,
          std::vector<std::string>& found) {
  DIR* open = ::opendir((folder + "/" + relative).c_str());
  if (!open) return;
  while (dirent* entry = ::readdir(open)) {
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    std::string path = relative.empty() ? std::string(name) : relative + "/" + std::string(name);
    struct stat info {};
    if (found.size() >= limit || ::lstat((folder + "/" + path).c_str(), &info) != 0) continue;
    if (S_ISDIR(info.st_mode))
      walk(folder, path, limit, found);
    else if (S_ISREG(info.st_mode) || S_ISLNK(info.st_mode))
      found.push_back(std::move(path));
  }
  ::closedir(open);
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  // "**" at most a few times: each one multiplies the work.
  auto parts = split(pattern, '/');
  size_t deep = 0;
  for (auto part : parts) deep += part == "**";
  return deep <= 8 && parts_match(parts, 0, split(path, '/'), 0);
}

std::vector<std::string> select_files(const std::string& folder,
                                      const std::vector<std::string>& patterns,
                                      const std::vector<std::string>& excluded, size_t limit) {
  std::vector<std::string> chosen;
  std::vector<std::string> wanted, unwanted;
  bool plain = true;  // names without wildcards need no walk
  for (const auto& pattern : patterns) {
    wanted.push_back(cleaned(pattern));
    plain = plain && pattern.find_first_of("*?") == std::string::npos;
  }
  for (const auto& pattern : excluded) unwanted.push_back(cleaned(pattern));
  std::vector<std::string> all;
  if (plain) {
    for (const auto& name : wanted) {
      struct stat info {};
      if (!name.empty() && name.find("..") == std::string::npos &&
          ::lstat((folder + "/" + name).c_str(), &info) == 0 && !S_ISDIR(info.st_mode))
        all.push_back(name);
    }
  } else {
    walk(folder, "", limit, all);
  }
  for (auto& path : all) {
    bool take = plain;
    for (const auto& pattern : wanted) take = take || path_matches(pattern, path);
    for (const auto& pattern : unwanted) take = take && !path_matches(pattern, path);
    if (take) chosen.push_back(std::move(path));
  }
  return chosen;
}

}  // namespace drydock::codebuild
