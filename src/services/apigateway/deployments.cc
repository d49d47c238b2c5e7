// Deployments: an API frozen as it is, for stages to serve.
#include <algorithm>

#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
Deployment describe(const DeploymentRow& row, bool with_summary) {
  Deployment out;
  out.id = row.Id;
  out.description = row.Description;
  out.createdDate = Timestamp{row.Created / 1000 * 1000};
  if (!with_summary) return out;
  out.apiSummary.emplace();
  for (const PlacedResource& resource : placed_resources(row.Resources)) {
    if (resource.row.Methods.empty()) continue;
    Map<MethodSnapshot> methods;
    for (const auto& [name, method] : resource.row.Methods)
      methods.emplace_back(name, MethodSnapshot{.authorizationType = method.authorizationType,
                                                .apiKeyRequired = method.apiKeyRequired});
    out.apiSummary->emplace_back(resource.path, std::move(methods));
  }
  return out;
}

bool embeds_summary(const std::optional<std::vector<std::string>>& embed) {
  return embed && std::ranges::count(*embed, "apisummary");
}

// AWS does refuse to freeze what could not be served.
Result<void> check_deployable(const std::vector<ResourceRow>& rows) {
  bool any = false;
  for (const ResourceRow& row : rows)
    for (const auto& [name, method] : row.Methods) {
      any = true;
      if (!method.methodIntegration)
        return errors::BadRequestException("No integration defined for method");
    }
  if (!any) return errors::BadRequestException("The REST API doesn't contain any methods");
  return {};
}
}  // namespace

Result<Deployment> create_deployment(Call& call, const CreateDeploymentInput& in) {
  ApiRow api = TRY(find_api(call, in.restApiId));
  DeploymentRow row;
  row.Resources = kResources.scan(call.txn(), call.space(), {.prefix = {in.restApiId}});
  TRY(check_deployable(row.Resources));
  row.Id = call.random().base36(6);
  row.Created = call.now().ms;  // shown in whole seconds, kept whole for the order
  row.Description = in.description;
  row.RestApi = api.Api;
  kDeployments.put(call.txn(), call.space(), {in.restApiId, row.Id}, row);
  if (in.stageName) {
    auto stage = kStages.get(call.txn(), call.space(), {in.restApiId, *in.stageName});
    if (!stage) {
      stage.emplace();
      stage->Stage.stageName = in.stageName;
      stage->Stage.createdDate = Timestamp{row.Created / 1000 * 1000};
      stage->Stage.cacheClusterEnabled = false;
      stage->Stage.cacheClusterStatus = "NOT_AVAILABLE";
      stage->Stage.methodSettings.emplace();
      stage->Stage.tracingEnabled = false;
    }
    stage->Stage.deploymentId = row.Id;
    stage->Stage.lastUpdatedDate = Timestamp{row.Created / 1000 * 1000};
    if (in.stageDescription) stage->Stage.description = in.stageDescription;
    if (in.tracingEnabled) stage->Stage.tracingEnabled = in.tracingEnabled;
    if (in.variables && !in.variables->empty()) stage->Stage.variables = in.variables;
    kStages.put(call.txn(), call.space(), {in.restApiId, *in.stageName}, *stage);
  }
  return describe(row, false);
}

Result<Deployment> get_deployment(Call& call, const GetDeploymentInput& in) {
  DeploymentRow row = TRY(find_deployment(call, in.restApiId, in.deploymentId));
  return describe(row, embeds_summary(in.embed));
}

Result<GetDeploymentsOutput> get_deployments(Call& call, const GetDeploymentsInput& in) {
  TRY(find_api(call, in.restApiId));
  auto rows = kDeployments.scan(call.txn(), call.space(), {.prefix = {in.restApiId}});
  // The newest first: clients take the first one for the current.
  std::ranges::stable_sort(rows, std::ranges::greater{}, &DeploymentRow::Created);
  Page page = TRY(page_of(rows.size(), in.position, in.limit));
  GetDeploymentsOutput out{.position = page.next};
  out.items.emplace();
  for (size_t i = page.begin; i < page.end; ++i) out.items->push_back(describe(rows[i], false));
  return out;
}

Result<Deployment> update_deployment(Call& call, const UpdateDeploymentInput& in) {
  DeploymentRow row = TRY(find_deployment(call, in.restApiId, in.deploymentId));
  if (in.patchOperations)
    for (const PatchOperation& operation : *in.patchOperations) {
      if (operation.path != "/description") return bad_patch(operation);
      row.Description = operation.value;
    }
  kDeployments.put(call.txn(), call.space(), {in.restApiId, row.Id}, row);
  return describe(row, false);
}

Result<DeleteDeploymentOutput> delete_deployment(Call& call, const DeleteDeploymentInput& in) {
  TRY(find_deployment(call, in.restApiId, in.deploymentId));
  for (const StageRow& stage : kStages.scan(call.txn(), call.space(), {.prefix = {in.restApiId}}))
    if (stage.Stage.deploymentId == in.deploymentId)
      return errors::BadRequestException(
          "Active stages pointing to this deployment must be moved or deleted");
  kDeployments.erase(call.txn(), call.space(), {in.restApiId, in.deploymentId});
  return DeleteDeploymentOutput{};
}

}  // namespace drydock::apigateway
