// The stored rows of CodeBuild.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// {region, account, project's ARN}, in the installation's space: whom policies share it with.
inline const Table<std::string> kShares{"codebuild.share"};

inline constexpr size_t kPageSize = 100;  // of names and ids in one answer

inline constexpr const char* kBuildJob = "codebuild.build";  // id: build ARN

inline Unexpected invalid(std::string text) {
  return errors::InvalidInputException(std::move(text));
}

std::string project_arn(const Space& space, std::string_view name);
std::string build_arn(const Space& space, std::string_view id);
// "project:uuid" of an id or a build's ARN.
std::string build_id_of(std::string_view id_or_arn);
// What a request names by its name, of the caller's account and region, or by an ARN, of the ARN's.
struct Named {
  Space space;
  std::string name;  // of the project; of a build its id
};
Named named_project(Call& call, const std::string& name_or_arn);
Named named_build(Call& call, const std::string& id_or_arn);
// The project is gone, or shared with nobody from now on.
void end_sharing(Call& call, const std::string& project_arn);
// `names` becomes the page that the token asks for, the token the next one's. The token is a
// position.
Result<std::optional<std::string>> cut_page(std::vector<std::string>& names,
                                            const std::optional<std::string>& token,
                                            size_t page_size = kPageSize);

}  // namespace drydock::codebuild
