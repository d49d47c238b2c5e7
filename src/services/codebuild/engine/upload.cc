// UPLOAD_ARTIFACTS: the files that the buildspec names, to S3 as the build's role.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/encoding.h"
#include "base/text.h"
#include "services/codebuild/engine/archive.h"
#include "services/codebuild/engine/artifact_key.h"
#include "services/codebuild/engine/context.h"
#include "services/codebuild/engine/file_selection.h"

namespace drydock::codebuild {

namespace {

struct Sums {
  std::string sha256, md5;
};

Sums sums_of(const Payload& payload) {
  Digest sha(Digest::Kind::kSha256), md5(Digest::Kind::kMd5);
  payload.each_piece([&](std::string_view piece) {
    sha.update(piece);
    md5.update(piece);
    return true;
  });
  return {to_hex(sha.finish()), to_hex(md5.finish())};
}

// What links lead to, as long as it is the build's own; empty otherwise. The commands' folders are
// seen here from outside, where a link of theirs could lead to any file of the machine.
std::string own_path(const BuildContext& context, const std::string& path) {
  char root[4096], real[4096];
  if (!::realpath(context.workspace->scratch("").c_str(), root) || !::realpath(path.c_str(), real))
    return {};
  return std::string_view(real).starts_with(std::string(root) + "/") ? real : std::string();
}

// Where a link leads whose target is named as commands see it.
std::string target_of_link(const BuildContext& context, const std::string& path) {
  char target[4096] = {};
  ssize_t n = ::readlink(path.c_str(), target, sizeof target - 1);
  if (n > 0 && target[0] == '/')
    return own_path(context, context.workspace->on_machine(std::string(target)));
  return own_path(context, path);
}

enum class Links { kFollow, kKeep };

// Folders that a base directory means: itself, or those that its pattern matches.
std::vector<std::string> base_folders(BuildContext& context, const std::string& base) {
  std::string inside = base.empty() || base == "." ? context.workspace->source_inside()
                       : base.front() == '/'       ? base
                                             : context.workspace->source_inside() + "/" + base;
  while (inside.size() > 1 && (inside.ends_with("/") || inside.ends_with("/.")))
    inside.resize(inside.rfind('/'));
  size_t wild = inside.find_first_of("*?");
  if (wild == std::string::npos) {
    std::string path = context.workspace->on_machine(inside);
    struct stat info {};
    if (!path.empty()) path = own_path(context, path);
    if (path.empty() || ::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return {};
    return {path};
  }
  size_t slash = inside.rfind('/');
  std::string parent = context.workspace->on_machine(inside.substr(0, slash)),
              pattern = inside.substr(slash + 1);
  if (!parent.empty()) parent = own_path(context, parent);
  std::vector<std::string> found;
  DIR* open = parent.empty() || wild < slash ? nullptr : ::opendir(parent.c_str());
  if (!open) return {};
  while (dirent* entry = ::readdir(open)) {
    struct stat info {};
    std::string path = parent + "/" + entry->d_name;
    if (entry->d_name[0] != '.' && glob_match(pattern, entry->d_name) &&
        ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
      found.push_back(path);
  }
  ::closedir(open);
  return found;
}

std::expected<std::vector<ArchiveEntry>, PhaseFailure> gather(BuildContext& context,
                                                              const ArtifactSpec& spec,
                                                              Links links) {
  std::string shown = spec.base_directory.empty() ? "." : spec.base_directory;
  context.log->container("Expanding base directory path: " + shown);
  auto folders = base_folders(context, spec.base_directory);
  if (folders.empty())
    return phase_failure("CLIENT_ERROR", "no matching base directory path found for " + shown);
  context.log->container("Assembling file list");
  context.log->container("Expanding " + shown);
  std::vector<ArchiveEntry> entries;
  std::set<std::string> names;
  for (const auto& folder : folders) {
    context.log->container("Expanding file paths for base directory " + shown);
    // Patterns may begin with the base directory's own path.
    std::vector<std::string> patterns;
    for (std::string pattern : spec.files) {
      if (pattern.starts_with("/")) {
        std::string real = context.workspace->on_machine(pattern);
        pattern = real.starts_with(folder + "/") ? real.substr(folder.size() + 1) : pattern;
      }
      patterns.push_back(pattern);
    }
    for (auto& path : select_files(folder, patterns, spec.exclude_paths)) {
      std::string name = spec.discard_paths ? path.substr(path.rfind('/') + 1) : path;
      std::string full = folder + "/" + path;
      struct stat info {};
      bool is_link = ::lstat(full.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
      std::string own;
      if (is_link &&
          links == Links::kKeep)  // the link itself; what is above it must be the build's
        own = own_path(context, full.substr(0, full.rfind('/'))).empty() ? "" : full;
      else
        own = is_link ? target_of_link(context, full) : own_path(context, full);
      if (own.empty()) {
        context.log->container("Passing over " + name + ": it leads out of the build");
        continue;
      }
      if (is_link && links == Links::kFollow &&
          (::stat(own.c_str(), &info) != 0 || !S_ISREG(info.st_mode)))
        continue;
      if (names.insert(name).second) entries.push_back({own, name});
    }
  }
  context.log->container("Found " + std::to_string(entries.size()) + " file(s)");
  if (entries.empty()) return phase_failure("CLIENT_ERROR", "no matching artifact paths found");
  return entries;
}

// `unencrypted` is the artifact's encryptionDisabled.
Outcome put(BuildContext& context, const std::string& bucket, const std::string& key, Payload body,
            const std::string& type, const Sums& sums, const std::optional<bool>& unencrypted) {
  auto client = context.role->client();
  if (!client)
    return phase_failure("CLIENT_ERROR", client.error().code + ": " + client.error().message);
  s3::PutObjectRequest input{
      .Bucket = bucket, .Key = key, .Body = std::move(body), .ContentType = type};
  input.Metadata.emplace();
  input.Metadata->emplace_back("codebuild-buildarn", *context.row.build.arn);
  input.Metadata->emplace_back("codebuild-content-md5", sums.md5);
  input.Metadata->emplace_back("codebuild-content-sha256", sums.sha256);
  put_under_key(context, unencrypted, input);
  auto done = client->call<s3::PutObject>(input);
  if (!done)
    return phase_failure("CLIENT_ERROR", "Error in UPLOAD_ARTIFACTS phase: " + done.error().code +
                                             ": " + done.error().message);
  return {};
}

Outcome put_zip(BuildContext& context, const std::vector<ArchiveEntry>& entries,
                const std::string& bucket, const std::string& key,
                const std::optional<bool>& unencrypted, BuildArtifacts& described) {
  std::string path = context.workspace->scratch("artifact-" + std::to_string(::rand()) + ".zip");
  auto written = write_zip(path, entries);
  struct stat info {};
  if (!written || ::stat(path.c_str(), &info) != 0)
    return phase_failure("CLIENT_ERROR",
                         "cannot pack the artifact: " + (written ? path : written.error()));
  Payload body =
      Payload::from_file(path, 0, static_cast<uint64_t>(info.st_size), Payload::Keep::kRemove);
  Sums sums = sums_of(body);
  described.location = "arn:aws:s3:::" + bucket + "/" + key;
  described.sha256sum = sums.sha256;
  described.md5sum = sums.md5;
  return put(context, bucket, key, body, "application/zip", sums, unencrypted);
}

// An artifact to the bucket that the project names.
Outcome put_project_artifact(BuildContext& context, const ProjectArtifacts& target,
                             const ArtifactSpec& spec, const std::vector<ArchiveEntry>& entries,
                             BuildArtifacts& described) {
  std::string bucket = target.location.value_or(""), name = target.name.value_or("");
  if (target.overrideArtifactName.value_or(false) && !spec.name.empty()) name = spec.name;
  std::string key;
  auto add = [&](std::string part) {
    while (part.starts_with("/")) part.erase(0, 1);
    while (part.ends_with("/")) part.pop_back();
    if (!part.empty()) key += (key.empty() ? "" : "/") + part;
  };
  add(target.path.value_or(""));
  if (target.namespaceType == "BUILD_ID") add(context.uuid);
  add(spec.s3_prefix);
  add(name);
  if (target.packaging == "ZIP")
    return put_zip(context, entries, bucket, key, target.encryptionDisabled, described);
  described.location = "arn:aws:s3:::" + bucket + (key.empty() ? "" : "/" + key);
  for (const auto& entry : entries) {
    struct stat info {};
    if (::stat(entry.path.c_str(), &info) != 0) continue;
    Payload body = Payload::from_file(entry.path, 0, static_cast<uint64_t>(info.st_size));
    if (Outcome done = put(context, bucket, key.empty() ? entry.name : key + "/" + entry.name, body,
                           "binary/octet-stream", sums_of(body), target.encryptionDisabled);
        !done)
      return done;
  }
  return {};
}

// Only a zip can hold links.
Links links_of(const ProjectArtifacts& target, const ArtifactSpec& spec) {
  return spec.enable_symlinks && target.packaging == "ZIP" ? Links::kKeep : Links::kFollow;
}

}  // namespace

Outcome upload_artifacts(BuildContext& context, const std::optional<ArtifactSpec>& primary,
                         const std::vector<ArtifactSpec>& secondary, UploadedArtifacts& described) {
  if (!primary) return {};
  auto find_secondary = [&](const std::string& identifier) -> const ArtifactSpec* {
    for (const auto& spec : secondary) {
      if (spec.identifier == identifier) return &spec;
    }
    return nullptr;
  };
  if (context.row.pipelineAction) {
    auto outputs =
        context.row.pipelineAction->outputArtifacts.value_or(std::vector<PipelineArtifact>{});
    for (const auto& output : outputs) {
      // One output is what `artifacts` says; several are told apart by the identifiers of secondary
      // artifacts.
      const ArtifactSpec* spec =
          outputs.size() == 1 && !primary->files.empty() ? &*primary : find_secondary(output.name);
      if (!spec)
        return phase_failure("CLIENT_ERROR", "no definition for artifact " + output.name +
                                                 " in secondary-artifacts");
      auto entries = gather(context, *spec, spec->enable_symlinks ? Links::kKeep : Links::kFollow);
      if (!entries) return std::unexpected(entries.error());
      BuildArtifacts one{.artifactIdentifier = output.name};
      if (Outcome done = put_zip(context, *entries, output.bucket, output.key, {}, one); !done)
        return done;
      if (outputs.size() == 1)
        described.primary = one;
      else
        described.secondary.push_back(one);
    }
    return {};
  }
  if (context.row.artifacts.type == "S3" && !primary->files.empty()) {
    auto entries = gather(context, *primary, links_of(context.row.artifacts, *primary));
    if (!entries) return std::unexpected(entries.error());
    if (Outcome done = put_project_artifact(context, context.row.artifacts, *primary, *entries,
                                            described.primary);
        !done)
      return done;
  }
  for (const auto& target : context.row.secondaryArtifacts) {
    if (target.type != "S3") continue;
    const ArtifactSpec* spec = find_secondary(target.artifactIdentifier.value_or(""));
    if (!spec)
      return phase_failure("CLIENT_ERROR", "no definition for artifact " +
                                               target.artifactIdentifier.value_or("") +
                                               " in secondary-artifacts");
    auto entries = gather(context, *spec, links_of(target, *spec));
    if (!entries) return std::unexpected(entries.error());
    BuildArtifacts one{.artifactIdentifier = target.artifactIdentifier};
    if (Outcome done = put_project_artifact(context, target, *spec, *entries, one); !done)
      return done;
    described.secondary.push_back(one);
  }
  return {};
}

}  // namespace drydock::codebuild
