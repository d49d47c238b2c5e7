// One run of a build: what the parts of the engine share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/server.h"
#include "services/codebuild/buildspec.h"
#include "services/codebuild/engine/build_log.h"
#include "services/codebuild/engine/role_session.h"
#include "services/codebuild/engine/workspace.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

// Why a phase failed, as BatchGetBuilds and the log show it.
struct PhaseFailure {
  std::string code;  // "CLIENT_ERROR"
  std::string message;
};
using Outcome = std::expected<void, PhaseFailure>;
inline std::unexpected<PhaseFailure> phase_failure(std::string code, std::string message) {
  return std::unexpected(PhaseFailure{std::move(code), std::move(message)});
}

struct BuildContext {
  Server& server;
  Space space;
  BuildRow row;  // as it was when the run began; the row in the store is written by the run alone
  std::string id, uuid;
  std::unique_ptr<RoleSession> role;
  std::unique_ptr<BuildLog> log;
  std::unique_ptr<Workspace> workspace;
  Buildspec spec;
  Runtime runtime;
  Reuse reuse;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string resolved_version;
  std::vector<std::pair<std::string, std::string>> secondary_sources;  // identifier, folder inside
};

// source.cc: fills the workspace's source folders and reads the buildspec.
Outcome download_source(BuildContext& context);
// environment.cc: the variables of the commands; reads parameters and secrets as the role.
Outcome make_environment(BuildContext& context);
// The buildspec's runtime-versions, with $NAME and ${NAME} of plain variables in their place.
NamedTexts runtime_versions(const BuildContext& context);
SandboxOptions sandbox_options(const BuildContext& context);

// cache.cc: the project's cache, a file beside the build's program that it unpacks first and packs
// last.
void fetch_cache(BuildContext& context);
void store_cache(BuildContext& context);

// s3_log.cc: the bucket and key of the log in S3, when the project wants it there.
inline constexpr const char* kLogCopy = "log";  // in the workspace
struct S3Log {
  std::string bucket, key;
};
std::optional<S3Log> s3_log_of(const BuildContext& context);
// When the log is complete. A log that cannot be stored does not fail the build.
void store_s3_log(BuildContext& context);

// upload.cc: `spec` has its variables expanded. Fills `described` with where the artifacts went.
struct UploadedArtifacts {
  BuildArtifacts primary;
  std::vector<BuildArtifacts> secondary;
};
Outcome upload_artifacts(BuildContext& context, const std::optional<ArtifactSpec>& primary,
                         const std::vector<ArtifactSpec>& secondary, UploadedArtifacts& described);

}  // namespace drydock::codebuild
