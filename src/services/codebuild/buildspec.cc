#include "services/codebuild/buildspec.h"

#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace drydock::codebuild {

namespace {

constexpr size_t kMaxBuildspecBytes = 1 << 20;
constexpr size_t kMaxCommands = 2000;
constexpr size_t kMaxCommandBytes = 256 << 10;
constexpr size_t kMaxEntries = 2000;
constexpr int kMaxFlowDepth = 64;

using Failure = std::unexpected<std::string>;

std::string at_line(const YAML::Node& node) {
  return " at line " + std::to_string(node.Mark().line + 1);
}

struct Reader {
  std::string problem;  // the first one
  bool fail(std::string text) {
    if (problem.empty()) problem = std::move(text);
    return false;
  }

  // Scalars of any kind as they are written: dates and numbers stay text.
  bool text(const YAML::Node& node, const std::string& what, std::string& out) {
    if (!node || node.IsNull()) return true;
    if (!node.IsScalar())
      return fail("Expected " + what + " to be of string type: found subkeys instead" +
                  at_line(node));
    if (node.Scalar().size() > kMaxCommandBytes)
      return fail(what + " is longer than " + std::to_string(kMaxCommandBytes) + " bytes");
    out = node.Scalar();
    return true;
  }
  bool flag(const YAML::Node& node, const std::string& what, bool& out) {
    std::string value;
    if (!text(node, what, value)) return false;
    if (value.empty()) return true;
    std::string lower = to_lower(value);
    if (lower == "yes" || lower == "true" || lower == "on")
      out = true;
    else if (lower == "no" || lower == "false" || lower == "off")
      out = false;
    else
      return fail("Expected " + what + " to be yes or no, found " + value + at_line(node));
    return true;
  }
  // A list of texts; a single text is a list of one.
  bool texts(const YAML::Node& node, const std::string& what, std::vector<std::string>& out) {
    if (!node || node.IsNull()) return true;
    if (node.IsScalar()) {
      out.push_back(node.Scalar());
      return true;
    }
    if (!node.IsSequence())
      return fail("Expected " + what + " to be a list of strings: found subkeys instead" +
                  at_line(node));
    if (node.size() > kMaxCommands)
      return fail(what + " has more than " + std::to_string(kMaxCommands) + " entries");
    size_t index = 0;
    for (const auto& item : node) {
      std::string place = what + "[" + std::to_string(index++) + "]";
      if (!item.IsScalar()) {
        return fail("Expected " + place + " to be of string type: found " +
                    (item.IsNull() ? "no value" : "subkeys instead") + at_line(item) +
                    ", value of the key tag on line " +
                    std::to_string(std::max(0, item.Mark().line)) + " might be empty");
      }
      std::string value;
      if (!text(item, place, value)) return false;
      out.push_back(std::move(value));
    }
    return true;
  }
  bool map(const YAML::Node& node, const std::string& what, NamedTexts& out) {
    if (!node || node.IsNull()) return true;
    if (!node.IsMap()) return fail("Expected " + what + " to be a map" + at_line(node));
    if (node.size() > kMaxEntries)
      return fail(what + " has more than " + std::to_string(kMaxEntries) + " entries");
    for (const auto& entry : node) {
      std::string value, name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (!text(entry.second, what + "." + name, value)) return false;
      out.emplace_back(name, value);
    }
    return true;
  }
};

bool read_phase(Reader& reader, const YAML::Node& node, const std::string& name, PhaseSpec& phase,
                Buildspec& spec) {
  phase.present = true;
  if (node.IsNull()) return true;
  if (!node.IsMap()) return reader.fail("Expected phase " + name + " to be a map" + at_line(node));
  for (const auto& entry : node) {
    std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (key == "commands") {
      if (!reader.texts(entry.second, "Commands", phase.commands)) return false;
    } else if (key == "finally") {
      if (!reader.texts(entry.second, "Finally", phase.finally)) return false;
    } else if (key == "on-failure") {
      std::string value;
      if (!reader.text(entry.second, "on-failure", value)) return false;
      if (value == "ABORT")
        phase.on_failure = OnFailure::kAbort;
      else if (value == "CONTINUE")
        phase.on_failure = OnFailure::kContinue;
      else
        return reader.fail("Invalid on-failure value: " + value + ". Expecting: ABORT,CONTINUE" +
                           at_line(entry.second));
    } else if (key == "runtime-versions" && name == "install") {
      if (!reader.map(entry.second, "runtime-versions", spec.runtime_versions)) return false;
    } else if (key == "run-as") {
      std::string user;
      if (!reader.text(entry.second, "run-as", user)) return false;
      if (!user.empty() && user != "root")
        return reader.fail("run-as " + user + " is not available here: commands run as root");
    }
  }
  return true;
}

bool read_artifact(Reader& reader, const YAML::Node& node, const std::string& identifier,
                   ArtifactSpec& out) {
  out.identifier = identifier;
  if (!node.IsMap()) return reader.fail("Expected artifacts to be a map" + at_line(node));
  return reader.texts(node["files"], "artifacts.files", out.files) &&
         reader.texts(node["exclude-paths"], "artifacts.exclude-paths", out.exclude_paths) &&
         reader.text(node["name"], "artifacts.name", out.name) &&
         reader.text(node["base-directory"], "artifacts.base-directory", out.base_directory) &&
         reader.text(node["s3-prefix"], "artifacts.s3-prefix", out.s3_prefix) &&
         reader.flag(node["discard-paths"], "artifacts.discard-paths", out.discard_paths) &&
         reader.flag(node["enable-symlinks"], "artifacts.enable-symlinks", out.enable_symlinks);
}

bool read(Reader& reader, const YAML::Node& root, Buildspec& spec) {
  if (!root.IsMap()) return reader.fail("wrong number of container tags, expected 1");
  std::string version;
  if (!reader.text(root["version"], "version", version)) return false;
  if (version == "0.1")
    spec.version = Buildspec::Version::k01;
  else if (version == "0.2")
    spec.version = Buildspec::Version::k02;
  else if (version.empty())
    return reader.fail("Missing buildspec version. Expecting: 0.1,0.2");
  else
    return reader.fail("Invalid buildspec version: " + version + ". Expecting: 0.1,0.2");
  std::string user;
  if (!reader.text(root["run-as"], "run-as", user)) return false;
  if (!user.empty() && user != "root")
    return reader.fail("run-as " + user + " is not available here: commands run as root");

  // 0.1 has "environment_variables: {plaintext: …}" where 0.2 has "env: {variables: …}".
  if (auto old = root["environment_variables"];
      old && old.IsMap() &&
      !reader.map(old["plaintext"], "environment_variables.plaintext", spec.variables))
    return false;
  if (auto env = root["env"]; env && !env.IsNull()) {
    if (!env.IsMap()) return reader.fail("Expected env to be a map" + at_line(env));
    std::string shell;
    if (!reader.text(env["shell"], "env.shell", shell)) return false;
    if (!shell.empty() && shell != "bash" && shell != "/bin/sh" && shell != "sh" &&
        shell != "/bin/bash") {
      return reader.fail("Invalid shell: " + shell + ". Expecting: bash,/bin/sh");
    }
    if (!reader.map(env["variables"], "env.variables", spec.variables) ||
        !reader.map(env["parameter-store"], "env.parameter-store", spec.parameter_store) ||
        !reader.map(env["secrets-manager"], "env.secrets-manager", spec.secrets_manager) ||
        !reader.texts(env["exported-variables"], "env.exported-variables",
                      spec.exported_variables) ||
        !reader.flag(env["git-credential-helper"], "env.git-credential-helper",
                     spec.git_credential_helper)) {
      return false;
    }
  }
  static const char* const kNames[] = {"install", "pre_build", "build", "post_build"};
  static const char* const kTypes[] = {"INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD"};
  for (size_t i = 0; i < 4; ++i) spec.phases[i].name = kTypes[i];
  auto phases = root["phases"];
  if (!phases || !phases.IsMap())
    return reader.fail("Could not find any phases in the buildspec: phases is required");
  for (const auto& entry : phases) {
    std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    size_t index = 0;
    while (index < 4 && name != kNames[index]) ++index;
    if (index == 4)
      return reader.fail("Invalid buildspec phase name: " + name +
                         ". Expecting: build,install,post_build,pre_build");
    if (!read_phase(reader, entry.second, name, spec.phases[index], spec)) return false;
  }
  if (auto artifacts = root["artifacts"]; artifacts && !artifacts.IsNull()) {
    ArtifactSpec primary;
    if (!read_artifact(reader, artifacts, "", primary)) return false;
    if (auto secondary = artifacts["secondary-artifacts"]; secondary && secondary.IsMap()) {
      for (const auto& entry : secondary) {
        ArtifactSpec one;
        if (!read_artifact(reader, entry.second, entry.first.IsScalar() ? entry.first.Scalar() : "",
                           one))
          return false;
        spec.secondary_artifacts.push_back(std::move(one));
      }
    }
    if (primary.files.empty() && spec.secondary_artifacts.empty())
      return reader.fail("artifacts.files is required" + at_line(artifacts));
    spec.artifacts = std::move(primary);
  }
  if (auto reports = root["reports"]; reports && !reports.IsNull()) {
    if (!reports.IsMap()) return reader.fail("Expected reports to be a map" + at_line(reports));
    if (reports.size() > kMaxEntries)
      return reader.fail("reports has more than " + std::to_string(kMaxEntries) + " entries");
    for (const auto& entry : reports)
      spec.report_groups.push_back(entry.first.IsScalar() ? entry.first.Scalar() : "");
  }
  if (auto cache = root["cache"];
      cache && cache.IsMap() && !reader.texts(cache["paths"], "cache.paths", spec.cache_paths))
    return false;
  return true;
}

// The YAML library recurses; brackets are what nests cheaply.
bool too_deep(std::string_view text) {
  int depth = 0;
  for (char c : text) {
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > kMaxFlowDepth) return true;
    if (c == '\n') depth = depth > 8 ? depth : 0;  // commands hold brackets of their own
  }
  return false;
}

}  // namespace

std::expected<Buildspec, std::string> parse_buildspec(std::string_view text) {
  if (text.size() > kMaxBuildspecBytes)
    return Failure("the buildspec is longer than " + std::to_string(kMaxBuildspecBytes) + " bytes");
  if (!is_utf8(text)) return Failure("yaml: invalid leading UTF-8 octet");
  if (too_deep(text)) return Failure("the buildspec is nested too deeply");
  try {
    Buildspec spec;
    Reader reader;
    if (!read(reader, YAML::Load(std::string(text)), spec)) return Failure(reader.problem);
    return spec;
  } catch (const YAML::Exception& error) {
    return Failure(error.msg + " at line " + std::to_string(error.mark.line + 1));
  }
}

}  // namespace drydock::codebuild
