// DescribeRepositories of an account that has none.
#include "api/call.h"
#include "gen/ecr_handlers.h"

namespace drydock::ecr {

Result<DescribeRepositoriesOutput> describe_repositories(Call& call,
                                                         const DescribeRepositoriesInput& in) {
  const auto registry = in.registryId.value_or(call.account().text);
  const auto prefix = "arn:aws:ecr:" + call.region().text + ":" + registry + ":repository/";
  if (!in.repositoryNames || in.repositoryNames->empty()) {
    TRY(call.authorize("ecr:DescribeRepositories", prefix + "*"));
    return DescribeRepositoriesOutput{.repositories = std::vector<Repository>{}};
  }
  for (const auto& name : *in.repositoryNames)
    TRY(call.authorize("ecr:DescribeRepositories", prefix + name));
  return errors::RepositoryNotFoundException(
      "The repository with name '" + in.repositoryNames->front() +
      "' does not exist in the registry with id '" + registry + "'");
}

}  // namespace drydock::ecr
