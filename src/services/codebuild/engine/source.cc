// DOWNLOAD_SOURCE: from CodePipeline's artifact bucket, S3, CodeCommit or another git host, or
// nothing at all.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3.h"
#include "services/codebuild/engine/archive.h"
#include "services/codebuild/engine/context.h"

namespace drydock::codebuild {

namespace {

constexpr size_t kMaxObjects = 100000;  // below an S3 prefix
constexpr int64_t kGitTimeoutMs = 20 * 60 * 1000;
constexpr size_t kMaxGitOutput = 64 << 10;

PhaseFailure from_fault(const Fault& fault, const std::string& which) {
  return {"CLIENT_ERROR",
          fault.code + ": " + fault.message + (which.empty() ? "" : " for " + which)};
}

// An object to a file on the machine; its version, when it has one.
std::expected<std::string, Fault> fetch(BuildContext& context, const std::string& bucket,
                                        const std::string& key,
                                        const std::optional<std::string>& version,
                                        const std::string& path) {
  auto client = context.role->client();
  if (!client) return std::unexpected(client.error());
  s3::GetObjectRequest input{.Bucket = bucket, .Key = key};
  if (version && !version->empty()) input.VersionId = version;
  auto object = client->call<s3::GetObject>(input);
  if (!object) return std::unexpected(object.error());
  std::ofstream file(path, std::ios::binary);
  bool whole = object->Body.each_piece([&](std::string_view piece) {
    return static_cast<bool>(file.write(piece.data(), static_cast<std::streamsize>(piece.size())));
  });
  file.close();
  if (!whole || !file) return std::unexpected(Fault{"InternalError", "cannot write " + path});
  return object->VersionId.value_or("");
}

Outcome unpack_object(BuildContext& context, const std::string& bucket, const std::string& key,
                      const std::optional<std::string>& version, const std::string& folder,
                      const std::string& which) {
  std::string archive = context.workspace->scratch("source-archive");
  auto fetched = fetch(context, bucket, key, version, archive);
  if (!fetched) return std::unexpected(from_fault(fetched.error(), which));
  auto unpacked = extract(archive, folder);
  ::unlink(archive.c_str());
  if (!unpacked)
    return phase_failure("CLIENT_ERROR",
                         "cannot unpack " + bucket + "/" + key + ": " + unpacked.error());
  if (which.starts_with("primary") && !fetched->empty()) context.resolved_version = *fetched;
  return {};
}

Outcome from_s3(BuildContext& context, const ProjectSource& source,
                const std::optional<std::string>& version, const std::string& folder,
                const std::string& which) {
  std::string location = source.location.value_or("");
  if (location.starts_with("arn:aws:s3:::")) location.erase(0, 13);
  size_t slash = location.find('/');
  if (slash == std::string::npos)
    return phase_failure("CLIENT_ERROR", "Invalid S3 source location: " + location);
  std::string bucket = location.substr(0, slash), key = location.substr(slash + 1);
  if (!key.empty() && !key.ends_with("/"))
    return unpack_object(context, bucket, key, version, folder, which);
  auto client = context.role->client();
  if (!client) return std::unexpected(from_fault(client.error(), which));
  std::optional<std::string> token;
  size_t count = 0;
  do {
    auto page = client->call<s3::ListObjectsV2>(
        {.Bucket = bucket, .Prefix = key, .ContinuationToken = token});
    if (!page) return std::unexpected(from_fault(page.error(), which));
    for (const auto& entry : page->Contents.value_or(std::vector<s3::ObjectEntry>{})) {
      std::string name = entry.Key.value_or("").substr(key.size());
      if (name.empty() || name.ends_with("/")) continue;
      if (name.find("..") != std::string::npos || name.front() == '/' || ++count > kMaxObjects) {
        return phase_failure("CLIENT_ERROR",
                             "The object " + *entry.Key + " cannot be part of a source");
      }
      std::string path = folder;
      auto parts = split(name, '/');
      for (size_t i = 0; i + 1 < parts.size(); ++i)
        ::mkdir((path += "/" + std::string(parts[i])).c_str(), 0755);
      auto fetched = fetch(context, bucket, *entry.Key, {}, folder + "/" + name);
      if (!fetched) return std::unexpected(from_fault(fetched.error(), which));
    }
    token = page->NextContinuationToken;
  } while (token);
  return {};
}

// The password that CodeCommit's credential program would make: a signature over host and path.
std::string git_password(const std::string& secret, const std::string& region,
                         const std::string& host, const std::string& path, Timestamp now) {
  std::string time = to_basic_iso8601(now).substr(0, 15);  // without the Z
  std::string scope = time.substr(0, 8) + "/" + region + "/codecommit/aws4_request";
  std::string canonical = "GIT\n" + path + "\n\nhost:" + host + "\n\nhost\n";
  std::string to_sign =
      "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + to_hex(sha256(canonical));
  std::string key =
      hmac_sha256(hmac_sha256(hmac_sha256(hmac_sha256("AWS4" + secret, time.substr(0, 8)), region),
                              "codecommit"),
                  "aws4_request");
  return time + "Z" + to_hex(hmac_sha256(key, to_sign));
}

// Runs git in a sandbox of its own, with the source folder at /source.
Outcome run_git(BuildContext& context, const std::string& script, const std::string& folder,
                std::string& output) {
  SandboxOptions options;
  options.command = {"/bin/bash", "-c", script};
  options.environment =
      trust_environment(context.server.settings().bundle_path, context.server.settings().ca_path);
  for (const auto& [name, value] :
       {std::pair("PATH", "/usr/local/bin:/usr/bin:/bin"), std::pair("HOME", "/root"),
        std::pair("GIT_TERMINAL_PROMPT", "0"), std::pair("LANG", "C.UTF-8")}) {
    options.environment.emplace_back(name, value);
  }
  options.working_directory = "/source";
  options.mounts = {{folder, "/source", Mount::Access::kWrite},
                    {context.workspace->control(), kControlInside, Mount::Access::kRead}};
  options.network.server_socket = context.server.settings().server_socket;
  options.network.outside =
      context.server.settings().builds_reach_outside ? Outside::kEverything : Outside::kNothing;
  options.timeout_ms = kGitTimeoutMs;
  auto sandbox = start_sandbox(options);
  if (!sandbox) return phase_failure("INTERNAL_ERROR", sandbox.error());
  auto exit = (*sandbox)->wait([&](std::string_view piece) {
    if (output.size() < kMaxGitOutput) output += piece;
  });
  if (exit.code != 0)
    return phase_failure("GIT_ERROR", "git clone failed: " + std::string(trim(output)));
  return {};
}

bool is_commit(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string quoted(const std::string& text) { return "'" + replace_all(text, "'", "'\\''") + "'"; }

Outcome from_git(BuildContext& context, const ProjectSource& source, const std::string& version,
                 const std::string& folder, std::string& commit) {
  std::string url = source.location.value_or(""), credentials;
  if (source.type == "CODECOMMIT") {
    if (!url.starts_with("https://"))
      return phase_failure("CLIENT_ERROR", "Invalid CodeCommit source location: " + url);
    size_t slash = url.find('/', 8);
    std::string host = url.substr(8, slash - 8),
                path = slash == std::string::npos ? "" : url.substr(slash);
    // git-codecommit.REGION.amazonaws.com
    auto labels = split(host, '.');
    std::string region = labels.size() > 2 ? std::string(labels[1]) : context.space.region;
    auto given = context.role->credentials();
    if (!given) return std::unexpected(from_fault(given.error(), "primary source"));
    std::string user = (*given)["AccessKeyId"].as_string() + "%" + (*given)["Token"].as_string();
    std::string password = git_password((*given)["SecretAccessKey"].as_string(), region, host, path,
                                        context.server.clock().now());
    context.log->mask(password);
    if (!Workspace::write(context.workspace->control() + "/git-credentials",
                          "https://" + percent_encode(user) + ":" + password + "@" + host + "\n")) {
      return phase_failure("INTERNAL_ERROR", "cannot write the build's folder");
    }
    credentials =
        "-c credential.helper='store --file " + std::string(kControlInside) + "/git-credentials' ";
  }
  // A commit may lie anywhere in the history: then all of it is needed.
  int64_t depth = is_commit(version) ? 0 : source.gitCloneDepth.value_or(0);
  std::string script =
      "set -e; git " + credentials + "clone -q " +
      (depth > 0 ? "--depth " + std::to_string(depth) + " --no-single-branch " : "") + "-- " +
      quoted(url) + " . ; ";
  if (!version.empty())
    script += "git -c advice.detachedHead=false checkout -q " + quoted(version) + " -- ; ";
  script += "git config --unset-all credential.helper || true; echo; git rev-parse HEAD";
  std::string output;
  Outcome done = run_git(context, script, folder, output);
  ::unlink((context.workspace->control() + "/git-credentials").c_str());
  if (!done) return done;
  std::string text(trim(output));
  commit = text.size() >= 40 ? text.substr(text.size() - 40) : "";
  return {};
}

Outcome one_source(BuildContext& context, const ProjectSource& source, const std::string& version,
                   const std::string& folder, const std::string& which) {
  if (source.type == "NO_SOURCE") return {};
  if (source.type == "S3")
    return from_s3(context, source, version.empty() ? std::nullopt : std::optional(version), folder,
                   which);
  std::string commit;
  Outcome done = from_git(context, source, version, folder, commit);
  if (done && which.starts_with("primary")) context.resolved_version = commit;
  return done;
}

Outcome from_pipeline(BuildContext& context) {
  const auto inputs =
      context.row.pipelineAction->inputArtifacts.value_or(std::vector<PipelineArtifact>{});
  for (size_t i = 0; i < inputs.size(); ++i) {
    std::string folder = i == 0 ? context.workspace->source() : context.workspace->secondary(i);
    if (i > 0) {
      ::mkdir(folder.c_str(), 0700);
      context.secondary_sources.emplace_back(inputs[i].name,
                                             context.workspace->secondary_inside(i));
    }
    std::string which = std::string(i == 0 ? "primary source" : "secondary source") +
                        " and source version arn:aws:s3:::" + inputs[i].bucket + "/" +
                        inputs[i].key;
    if (Outcome done = unpack_object(context, inputs[i].bucket, inputs[i].key, {}, folder, which);
        !done)
      return done;
    if (i == 0 && inputs[i].revision) context.resolved_version = *inputs[i].revision;
  }
  return {};
}

Outcome read_buildspec(BuildContext& context) {
  const ProjectSource& source = *context.row.build.source;
  std::string given = source.buildspec.value_or(""), text;
  bool is_inline = given.find('\n') != std::string::npos || given.starts_with("{");
  if (is_inline) {
    text = given;
  } else if (given.starts_with("arn:aws:s3:::")) {
    size_t slash = given.find('/');
    std::string path = context.workspace->scratch("buildspec");
    auto fetched =
        slash == std::string::npos
            ? std::expected<std::string, Fault>(std::unexpected(Fault{"InvalidArn", given}))
            : fetch(context, given.substr(13, slash - 13), given.substr(slash + 1), {}, path);
    if (!fetched)
      return phase_failure("YAML_FILE_ERROR",
                           fetched.error().code + ": " + fetched.error().message);
    std::ifstream file(path, std::ios::binary);
    text = (std::ostringstream() << file.rdbuf()).str();
  } else {
    std::string name = given.empty() ? "buildspec.yml" : given;
    std::string inside =
        name.front() == '/' ? name : context.workspace->source_inside() + "/" + name;
    if (inside.starts_with("$CODEBUILD_SRC_DIR"))
      inside = context.workspace->source_inside() + inside.substr(18);
    std::string path = context.workspace->on_machine(inside);
    if (path.empty() || ::access((path).c_str(), R_OK) != 0) {
      bool yaml = given.empty() &&
                  ::access((context.workspace->source() + "/buildspec.yaml").c_str(), R_OK) == 0;
      if (!yaml)
        return phase_failure("YAML_FILE_ERROR", "stat " + inside + ": no such file or directory");
      path = context.workspace->source() + "/buildspec.yaml";
    }
    char real[4096];
    if (!::realpath(path.c_str(), real) ||
        !std::string_view(real).starts_with(std::string(context.workspace->source()))) {
      return phase_failure("YAML_FILE_ERROR",
                           "the buildspec " + inside + " leads outside the source");
    }
    context.log->container("YAML location is " + inside);
    std::ifstream file(path, std::ios::binary);
    text = (std::ostringstream() << file.rdbuf()).str();
  }
  auto spec = parse_buildspec(text);
  if (!spec) return phase_failure("YAML_FILE_ERROR", spec.error());
  context.spec = std::move(*spec);
  return {};
}

}  // namespace

Outcome download_source(BuildContext& context) {
  const Build& build = context.row.build;
  std::string version = build.sourceVersion.value_or("");
  if (context.row.pipelineAction) {
    if (Outcome done = from_pipeline(context); !done) return done;
  } else {
    std::string which =
        "primary source" + (version.empty() ? std::string() : " and source version " + version);
    if (Outcome done =
            one_source(context, *build.source, version, context.workspace->source(), which);
        !done)
      return done;
  }
  size_t index = context.secondary_sources.size();
  for (const auto& secondary : build.secondarySources.value_or(std::vector<ProjectSource>{})) {
    ++index;
    std::string identifier = secondary.sourceIdentifier.value_or(""), wanted;
    for (const auto& one : build.secondarySourceVersions.value_or(std::vector<SourceVersion>{})) {
      if (one.sourceIdentifier == identifier) wanted = one.sourceVersion;
    }
    ::mkdir(context.workspace->secondary(index).c_str(), 0700);
    context.secondary_sources.emplace_back(identifier, context.workspace->secondary_inside(index));
    if (Outcome done = one_source(context, secondary, wanted, context.workspace->secondary(index),
                                  "secondary source " + identifier);
        !done)
      return done;
  }
  context.log->container("CODEBUILD_SRC_DIR=" + context.workspace->source_inside());
  for (const auto& [identifier, folder] : context.secondary_sources)
    context.log->container("CODEBUILD_SRC_DIR_" + identifier + "=" + folder);
  return read_buildspec(context);
}

}  // namespace drydock::codebuild
