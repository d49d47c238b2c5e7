// The stored rows of CodeBuild.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "gen/codebuild.h"
#include "store/table.h"

namespace drydock::codebuild {

inline const Table<ProjectRow> kProjects{"codebuild.project"};  // {name}
inline const Table<BuildRow> kBuilds{"codebuild.build"};        // {build id "project:uuid"}
inline const Table<std::string> kBuildOrder{
    "codebuild.build_order"};  // {start time ms, build id}: the id
inline const Table<std::string> kTokens{
    "codebuild.token"};  // {project, idempotency token}: the build's id

inline constexpr size_t kPageSize = 100;  // of names and ids in one answer

inline constexpr const char* kBuildJob = "codebuild.build";  // id: build ARN

inline Unexpected invalid(std::string text) {
  return errors::InvalidInputException(std::move(text));
}

std::string project_arn(const Space& space, std::string_view name);
std::string build_arn(const Space& space, std::string_view id);
// "project:uuid" of an id or a build's ARN.
std::string build_id_of(std::string_view id_or_arn);

}  // namespace drydock::codebuild
