// Stages: named deployments with variables and settings.
#include "base/text.h"
#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
// "/*/*/logging/loglevel", "/pets/GET/throttling/rateLimit": kept and shown, under the key
// "resource/METHOD".
Result<void> patch_setting(Stage& stage, const PatchOperation& operation,
                           const std::vector<std::string>& path) {
  std::string key = path[0] + "/" + path[1], what = path[2] + "/" + path[3],
              value = operation.value.value_or("");
  if (!stage.methodSettings) stage.methodSettings.emplace();
  MethodSetting* setting = find_key(*stage.methodSettings, key);
  if (!setting) {
    stage.methodSettings->emplace_back(key, MethodSetting{});
    setting = &stage.methodSettings->back().second;
  }
  if (what == "logging/loglevel")
    setting->loggingLevel = value;
  else if (what == "logging/dataTrace")
    setting->dataTraceEnabled = TRY(patch_boolean(operation));
  else if (what == "metrics/enabled")
    setting->metricsEnabled = TRY(patch_boolean(operation));
  else if (what == "throttling/burstLimit" && parse_int(value))
    setting->throttlingBurstLimit = parse_int(value);
  else if (what == "throttling/rateLimit" && parse_double(value))
    setting->throttlingRateLimit = parse_double(value);
  else
    return bad_patch(operation);
  return {};
}

Result<void> patch(Call& call, const std::string& api, Stage& stage,
                   const PatchOperation& operation) {
  auto path = patch_path(operation);
  bool remove = operation.op == "remove";
  if (path.size() == 1 && path[0] == "deploymentId" && operation.value) {
    TRY(find_deployment(call, api, *operation.value));
    stage.deploymentId = operation.value;
  } else if (path.size() == 1 && path[0] == "description") {
    stage.description = remove ? std::nullopt : operation.value;
  } else if (path.size() == 1 && path[0] == "tracingEnabled") {
    stage.tracingEnabled = TRY(patch_boolean(operation));
  } else if (path.size() == 1 && path[0] == "documentationVersion") {
    stage.documentationVersion = remove ? std::nullopt : operation.value;
  } else if (path.size() == 1 && path[0] == "cacheClusterEnabled") {
    if (TRY(patch_boolean(operation))) return not_implemented("A stage's cache");
  } else if (path.size() == 2 && path[0] == "variables") {
    if (!stage.variables) stage.variables.emplace();
    if (remove)
      erase_key(*stage.variables, path[1]);
    else
      put_key(*stage.variables, path[1], operation.value.value_or(""));
    if (stage.variables->empty()) stage.variables.reset();
  } else if (path[0] == "accessLogSettings") {
    if (remove && path.size() == 1) {
      stage.accessLogSettings.reset();
      return {};
    }
    if (!stage.accessLogSettings) stage.accessLogSettings.emplace();
    if (path.size() == 2 && path[1] == "destinationArn")
      stage.accessLogSettings->destinationArn = operation.value;
    else if (path.size() == 2 && path[1] == "format")
      stage.accessLogSettings->format = operation.value;
    else
      return bad_patch(operation);
  } else if (path.size() == 4) {
    return patch_setting(stage, operation, path);
  } else {
    return bad_patch(operation);
  }
  return {};
}
}  // namespace

Result<Stage> create_stage(Call& call, const CreateStageInput& in) {
  TRY(find_deployment(call, in.restApiId, in.deploymentId));
  if (kStages.contains(call.txn(), call.space(), {in.restApiId, in.stageName}))
    return errors::ConflictException("Stage already exists");
  if (in.cacheClusterEnabled.value_or(false)) return not_implemented("A stage's cache");
  if (in.tags && !in.tags->empty())
    TRY(authorize_tags(call, "/restapis/" + in.restApiId + "/stages/" + in.stageName));
  StageRow row;
  row.Stage.stageName = in.stageName;
  row.Stage.deploymentId = in.deploymentId;
  row.Stage.description = in.description;
  row.Stage.cacheClusterEnabled = false;
  row.Stage.cacheClusterStatus = "NOT_AVAILABLE";
  row.Stage.methodSettings.emplace();
  if (in.variables && !in.variables->empty()) row.Stage.variables = in.variables;
  row.Stage.documentationVersion = in.documentationVersion;
  row.Stage.tracingEnabled = in.tracingEnabled.value_or(false);
  if (in.tags && !in.tags->empty()) row.Stage.tags = in.tags;
  row.Stage.createdDate = row.Stage.lastUpdatedDate = Timestamp{call.now().ms / 1000 * 1000};
  kStages.put(call.txn(), call.space(), {in.restApiId, in.stageName}, row);
  return row.Stage;
}

Result<Stage> get_stage(Call& call, const GetStageInput& in) {
  StageRow row = TRY(find_stage(call, in.restApiId, in.stageName));
  return row.Stage;
}

Result<GetStagesOutput> get_stages(Call& call, const GetStagesInput& in) {
  TRY(find_api(call, in.restApiId));
  GetStagesOutput out;
  out.item.emplace();
  for (StageRow& row : kStages.scan(call.txn(), call.space(), {.prefix = {in.restApiId}}))
    if (!in.deploymentId || row.Stage.deploymentId == *in.deploymentId)
      out.item->push_back(std::move(row.Stage));
  return out;
}

Result<Stage> update_stage(Call& call, const UpdateStageInput& in) {
  StageRow row = TRY(find_stage(call, in.restApiId, in.stageName));
  if (in.patchOperations)
    for (const PatchOperation& operation : *in.patchOperations)
      TRY(patch(call, in.restApiId, row.Stage, operation));
  row.Stage.lastUpdatedDate = Timestamp{call.now().ms / 1000 * 1000};
  kStages.put(call.txn(), call.space(), {in.restApiId, in.stageName}, row);
  return row.Stage;
}

Result<DeleteStageOutput> delete_stage(Call& call, const DeleteStageInput& in) {
  TRY(find_stage(call, in.restApiId, in.stageName));
  kStages.erase(call.txn(), call.space(), {in.restApiId, in.stageName});
  return DeleteStageOutput{};
}

}  // namespace drydock::apigateway
