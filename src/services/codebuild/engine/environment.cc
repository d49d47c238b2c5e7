// What a build's commands find in their environment, and the sandbox they run in.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/encoding.h"
#include "base/text.h"
#include "services/codebuild/engine/context.h"

namespace drydock::codebuild {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

void set(Variables& variables, const std::string& name, std::string value) {
  auto same = std::find_if(variables.begin(), variables.end(),
                           [&](const auto& v) { return v.first == name; });
  if (same == variables.end())
    variables.emplace_back(name, std::move(value));
  else
    same->second = std::move(value);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::string> parameter(BuildContext& context, const std::string& name) {
  Client client = TRY(context.role->client());
  // As AWS does, by the operation that takes several names.
  Value output = TRY(client.call(
      "ssm", "GetParameters",
      Value::object({{"Names", Value::list({Value(name)})}, {"WithDecryption", true}})));
  const Value& found = output["Parameters"];
  if (found.size() == 0) return fault("ParameterNotFound", "parameter does not exist: " + name);
  return found.as_list()[0]["Value"].string_or("");
}

// secret-id:json-key:version-stage:version-id; an ARN as the id has colons of its own.
Result<std::string> secret(BuildContext& context, const std::string& reference) {
  auto parts = split(reference, ':');
  size_t id_parts = reference.starts_with("arn:") ? 7 : 1;
  std::string id;
  for (size_t i = 0; i < std::min(id_parts, parts.size()); ++i)
    id += (i ? ":" : "") + std::string(parts[i]);
  auto rest = [&](size_t n) {
    return id_parts + n < parts.size() ? std::string(parts[id_parts + n]) : std::string();
  };
  Value input = Value::object({{"SecretId", id}});
  if (!rest(1).empty()) input.set("VersionStage", rest(1));
  if (!rest(2).empty()) input.set("VersionId", rest(2));
  Client client = TRY(context.role->client());
  Value output = TRY(client.call("secretsmanager", "GetSecretValue", std::move(input)));
  std::string text = output["SecretString"].string_or("");
  if (rest(0).empty()) return text;
  auto json = parse_json(text);
  const Value* member = json ? json->find(rest(0)) : nullptr;
  if (!member) return fault("InvalidJsonKey", "the key " + rest(0) + " is not in the secret " + id);
  return member->is_string() ? member->as_string() : to_json(*member);
}

// The package registries that the machine itself uses; no passwords.
void add_registries(BuildContext& context, Variables& variables) {
  for (const char* name :
       {"npm_config_registry", "NPM_CONFIG_REGISTRY", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL",
        "PIP_TRUSTED_HOST", "PIP_FIND_LINKS", "PIP_NO_INDEX"}) {
    if (const char* value = std::getenv(name); value && *value) set(variables, name, value);
  }
  const char* home = std::getenv("HOME");
  std::string npmrc, user = std::string(home ? home : "/root") + "/.npmrc";
  const std::string own = read_text(user);
  for (auto line : split(own, '\n')) {
    std::string_view key = trim(line.substr(0, line.find('=')));
    if (key == "registry" || key.ends_with(":registry") || key == "strict-ssl")
      npmrc += std::string(line) + "\n";
  }
  if (!npmrc.empty()) Workspace::write(context.workspace->home() + "/.npmrc", npmrc);
  std::string pip_user = std::string(home ? home : "/root");
  for (const auto& path : {pip_user + "/.config/pip/pip.conf", pip_user + "/.pip/pip.conf"}) {
    const std::string content = read_text(path);
    for (auto line : split(content, '\n')) {
      auto equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      std::string_view key = trim(line.substr(0, equals)), value = trim(line.substr(equals + 1));
      if (key == "index-url") set(variables, "PIP_INDEX_URL", std::string(value));
      if (key == "extra-index-url") set(variables, "PIP_EXTRA_INDEX_URL", std::string(value));
    }
  }
}

// The same for all builds of a project.
std::string project_uuid(const std::string& arn) {
  std::string hex = to_hex(sha256(arn)).substr(0, 32);
  for (size_t at : {8, 13, 18, 23}) hex.insert(at, "-");
  return hex;
}

void add_built_in(BuildContext& context, Variables& variables) {
  const Build& build = context.row.build;
  const std::string& region = context.space.region;
  std::string path = "/codebuild/environment/npm/bin:/codebuild/environment/python/bin:";
  path += std::string(kControlInside) + "/first:";
  if (!context.runtime.node_folder.empty()) path += context.runtime.node_folder + "/bin:";
  path += "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:" +
          std::string(kControlInside) + "/bin";
  set(variables, "PATH", path);
  set(variables, "HOME", "/root");
  set(variables, "USER", "root");
  set(variables, "LANG", "C.UTF-8");
  set(variables, "SHELL", "/bin/bash");
  set(variables, "AWS_DEFAULT_REGION", region);
  set(variables, "AWS_REGION", region);
  set(variables, "AWS_EXECUTION_ENV", "AWS_ECS_EC2");
  set(variables, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", context.role->path());
  set(variables, "CODEBUILD_BUILD_ARN", *build.arn);
  set(variables, "CODEBUILD_BUILD_ID", *build.id);
  set(variables, "CODEBUILD_BUILD_IMAGE", build.environment->image);
  set(variables, "CODEBUILD_BUILD_NUMBER", std::to_string(build.buildNumber.value_or(0)));
  set(variables, "CODEBUILD_BUILD_SUCCEEDING", "1");
  set(variables, "CODEBUILD_INITIATOR", build.initiator.value_or(""));
  set(variables, "CODEBUILD_KMS_KEY_ID", build.encryptionKey.value_or(""));
  set(variables, "CODEBUILD_LOG_PATH", build.logs->streamName.value_or(""));
  set(variables, "CODEBUILD_PROJECT_ARN", project_arn(context.space, *build.projectName));
  set(variables, "CODEBUILD_PROJECT_UUID",
      project_uuid(project_arn(context.space, *build.projectName)));
  set(variables, "CODEBUILD_CI", "true");
  if (!context.resolved_version.empty())
    set(variables, "CODEBUILD_RESOLVED_SOURCE_VERSION", context.resolved_version);
  set(variables, "CODEBUILD_SOURCE_REPO_URL",
      build.source->type == "CODEPIPELINE" ? "" : build.source->location.value_or(""));
  set(variables, "CODEBUILD_SOURCE_VERSION", build.sourceVersion.value_or(""));
  set(variables, "CODEBUILD_SRC_DIR", context.workspace->source_inside());
  for (const auto& [identifier, folder] : context.secondary_sources)
    set(variables, "CODEBUILD_SRC_DIR_" + identifier, folder);
  set(variables, "CODEBUILD_START_TIME", std::to_string(build.startTime->ms));
  // Package managers: one cache for all builds, an environment that is this build's.
  set(variables, "npm_config_cache", std::string(kCacheInside) + "/npm");
  set(variables, "npm_config_prefix", std::string(kEnvironmentInside) + "/npm");
  set(variables, "npm_config_prefer_offline", "true");
  set(variables, "npm_config_update_notifier", "false");
  set(variables, "npm_config_fund", "false");
  set(variables, "npm_config_audit", "false");
  set(variables, "PIP_CACHE_DIR", std::string(kCacheInside) + "/pip");
  set(variables, "PYTHONUSERBASE", std::string(kEnvironmentInside) + "/python");
  set(variables, "PIP_BREAK_SYSTEM_PACKAGES", "1");
  set(variables, "PIP_ROOT_USER_ACTION", "ignore");
  set(variables, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
  // The Serverless Framework sleeps this long between two looks at a stack; here stacks are done at
  // once.
  set(variables, "SLS_AWS_MONITORING_FREQUENCY", "100");
  set(variables, "SLS_TELEMETRY_DISABLED", "1");
  set(variables, "SLS_TRACKING_DISABLED", "1");
  set(variables, "CDK_DISABLE_VERSION_CHECK", "1");
  set(variables, "NODE_COMPILE_CACHE", std::string(kCacheInside) + "/node");  // Node 22.1 and later
  set(variables, "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE", "1");
}

}  // namespace

Outcome make_environment(BuildContext& context) {
  Variables variables =
      trust_environment(context.server.settings().bundle_path, context.server.settings().ca_path);
  add_built_in(context, variables);
  add_registries(context, variables);
  // StartBuild's and the project's own win over the buildspec's.
  for (const auto& [name, value] : context.spec.variables) set(variables, name, value);
  auto from_parameter = [&](const std::string& name, const std::string& reference) -> Outcome {
    auto value = parameter(context, reference);
    if (!value)
      return phase_failure("CLIENT_ERROR", "Decrypted Variables Error Message: " +
                                               value.error().code + ": " + value.error().message);
    context.log->mask(*value);
    set(variables, name, std::move(*value));
    return {};
  };
  auto from_secret = [&](const std::string& name, const std::string& reference) -> Outcome {
    auto value = secret(context, reference);
    if (!value)
      return phase_failure("CLIENT_ERROR", "Secrets Manager Error Message: " + value.error().code +
                                               ": " + value.error().message);
    context.log->mask(*value);
    set(variables, name, std::move(*value));
    return {};
  };
  for (const auto& [name, reference] : context.spec.parameter_store) {
    if (Outcome done = from_parameter(name, reference); !done) return done;
  }
  for (const auto& [name, reference] : context.spec.secrets_manager) {
    if (Outcome done = from_secret(name, reference); !done) return done;
  }
  for (const auto& variable : context.row.build.environment->environmentVariables.value_or(
           std::vector<EnvironmentVariable>{})) {
    Outcome done;
    std::string type = variable.type.value_or("PLAINTEXT");
    if (type == "PARAMETER_STORE")
      done = from_parameter(variable.name, variable.value);
    else if (type == "SECRETS_MANAGER")
      done = from_secret(variable.name, variable.value);
    else
      set(variables, variable.name, variable.value);
    if (!done) return done;
  }
  if (context.spec.git_credential_helper) {
    Workspace::write(
        context.workspace->home() + "/.gitconfig",
        "[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n");
  }
  context.environment = std::move(variables);
  return {};
}

NamedTexts runtime_versions(const BuildContext& context) {
  auto value_of = [&](std::string_view name) -> std::string {
    for (const auto& variable : context.row.build.environment->environmentVariables.value_or(
             std::vector<EnvironmentVariable>{}))
      if (variable.name == name && variable.type.value_or("PLAINTEXT") == "PLAINTEXT")
        return variable.value;
    for (const auto& [known, value] : context.spec.variables)
      if (known == name) return value;
    return {};
  };
  NamedTexts out = context.spec.runtime_versions;
  for (auto& [runtime, version] : out) {
    std::string expanded;
    for (size_t at = 0; at < version.size();) {
      if (version[at] != '$') {
        expanded += version[at++];
        continue;
      }
      bool braced = at + 1 < version.size() && version[at + 1] == '{';
      size_t begin = at + (braced ? 2 : 1), end = begin;
      auto of_name = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
      };
      while (end < version.size() && of_name(version[end])) ++end;
      expanded += value_of(std::string_view(version).substr(begin, end - begin));
      at = braced && end < version.size() && version[end] == '}' ? end + 1 : end;
    }
    version = std::move(expanded);
  }
  return out;
}

SandboxOptions sandbox_options(const BuildContext& context) {
  const Workspace& workspace = *context.workspace;
  SandboxOptions options;
  options.environment = context.environment;
  options.working_directory = workspace.source_inside();
  auto writable = [&](const std::string& from, const std::string& to) {
    options.mounts.push_back({from, to, Mount::Access::kWrite});
  };
  writable(workspace.home(), "/root");
  writable(workspace.temporary(), "/tmp");
  writable(workspace.source(), workspace.source_inside());
  for (size_t i = 0; i < context.secondary_sources.size(); ++i)
    writable(workspace.secondary(i + 1), context.secondary_sources[i].second);
  writable(workspace.control(), kControlInside);
  if (context.reuse.folder.empty())
    writable(workspace.environment(), kEnvironmentInside);
  else
    options.mounts.push_back({context.reuse.folder, kEnvironmentInside, Mount::Access::kRead});
  writable(workspace.shared("cache"), kCacheInside);
  options.mounts.push_back({workspace.shared("runtimes"), kRuntimesInside, Mount::Access::kRead});
  options.network.server_socket = context.server.settings().server_socket;
  options.network.outside =
      context.server.settings().builds_reach_outside ? Outside::kEverything : Outside::kNothing;
  const std::string& compute = context.row.build.environment->computeType;
  uint64_t gigabytes = compute == "BUILD_GENERAL1_MEDIUM"            ? 8
                       : compute == "BUILD_GENERAL1_LARGE"           ? 16
                       : compute.starts_with("BUILD_GENERAL1_SMALL") ? 4
                                                                     : 64;
  options.memory_bytes = gigabytes << 30;
  options.max_processes = 4096;
  return options;
}

}  // namespace drydock::codebuild
