// The build specification, versions 0.1 and 0.2: text to data. Pure; the text is the user's.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::codebuild {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

enum class OnFailure { kDefault, kAbort, kContinue };

struct PhaseSpec {
  std::string name;  // "INSTALL"
  bool present = false;
  OnFailure on_failure = OnFailure::kDefault;
  std::vector<std::string> commands;
  std::vector<std::string> finally;
};

struct ArtifactSpec {
  std::string identifier;  // of secondary artifacts
  std::vector<std::string> files, exclude_paths;
  std::string name, base_directory, s3_prefix;
  bool discard_paths = false;
  bool enable_symlinks = false;
};

struct Buildspec {
  enum class Version { k01, k02 } version = Version::k02;
  NamedTexts variables, parameter_store, secrets_manager;
  std::vector<std::string> exported_variables;
  bool git_credential_helper = false;
  NamedTexts runtime_versions;
  std::array<PhaseSpec, 4> phases;  // INSTALL, PRE_BUILD, BUILD, POST_BUILD
  std::optional<ArtifactSpec> artifacts;
  std::vector<ArtifactSpec> secondary_artifacts;
  std::vector<std::string> cache_paths;
  std::vector<std::string> report_groups;  // named in the log, nothing else
};

// The error is the message that AWS shows behind YAML_FILE_ERROR.
std::expected<Buildspec, std::string> parse_buildspec(std::string_view text);

}  // namespace drydock::codebuild
