// The stored repositories of ECR, and finding one for a caller.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "gen/ecr.h"
#include "store/table.h"

namespace drydock::ecr {

inline const Table<RepositoryRow> kRepositories{"ecr.repository"};  // {name}

std::string repository_arn(const Space& space, std::string_view name);

}  // namespace drydock::ecr
