// What ECR stores of repositories and registries, and finding a repository for a caller.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "gen/ecr.h"
#include "store/table.h"

namespace drydock::ecr {

inline const Table<RepositoryRow> kRepositories{"ecr.repository"};  // {name}
// The registry's policy of an account and region, its principals by unique id.
inline const Table<std::string> kRegistryPolicies{"ecr.registry-policy"};  // {"policy"}

std::string repository_arn(const Space& space, std::string_view name);

// "the repository with name 'x' in the registry with id '123456789012'"
std::string named(std::string_view name, const Space& space);

struct FoundRepository {
  Space space;
  RepositoryRow row;
};
// Once IAM allows the action on it.
Result<FoundRepository> find_repository(Call& call, std::string_view action,
                                        const std::optional<std::string>& registry,
                                        const std::string& name);
void put_repository(Call& call, const FoundRepository& found);

// "Invalid parameter at 'x' failed to satisfy constraint: '…'"
Unexpected invalid_parameter(std::string_view name, std::string_view constraint);

}  // namespace drydock::ecr
