// AWS::ApiGateway::Deployment and AWS::ApiGateway::Stage. A deployment with a StageName makes or
// moves that stage; the deployment that goes in the clean-up leaves the stage with its successor.
#include "base/text.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value patch(const char* op, std::string path, std::string value) {
  return Value::object({{"op", op}, {"path", std::move(path)}, {"value", std::move(value)}});
}

void append(Value& patches, const Value& more) {
  for (const Value& one : more.as_list()) patches.push_back(one);
}

Result<void> patch_stage(Work& w, const Value& api, const Value& stage, Value patches) {
  if (patches.size() == 0) return {};
  TRY(w.call(
      "apigateway", "UpdateStage",
      Value::object(
          {{"restApiId", api}, {"stageName", stage}, {"patchOperations", std::move(patches)}})));
  return {};
}

// Settings that CreateStage does not take, as patches.
Value setting_patches(const Value& settings) {
  Value patches = Value::list();
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"MetricsEnabled", "metrics/enabled"},
      {"LoggingLevel", "logging/loglevel"},
      {"DataTraceEnabled", "logging/dataTrace"},
      {"ThrottlingBurstLimit", "throttling/burstLimit"},
      {"ThrottlingRateLimit", "throttling/rateLimit"},
      {"CachingEnabled", "caching/enabled"},
      {"CacheTtlInSeconds", "caching/ttlInSeconds"},
      {"CacheDataEncrypted", "caching/dataEncrypted"}};
  auto settings_of = [&](const Value& one, const std::string& where) {
    for (auto [property, path] : kNames)
      if (const Value* found = one.find(property))
        patches.push_back(patch("replace", where + path, found->scalar_text()));
  };
  if (settings["MethodSettings"].is_list())
    for (const Value& one : settings["MethodSettings"].as_list()) {
      std::string resource = one["ResourcePath"].string_or("/*");
      if (resource.starts_with('/')) resource.erase(0, 1);
      settings_of(one, "/" + replace_all(resource.empty() ? "*" : resource, "/", "~1") + "/" +
                           one["HttpMethod"].string_or("*") + "/");
    }
  settings_of(settings, "/*/*/");
  if (settings["AccessLogSetting"].is_object()) {
    patches.push_back(patch("replace", "/accessLogSettings/destinationArn",
                            settings["AccessLogSetting"]["DestinationArn"].scalar_text()));
    patches.push_back(patch("replace", "/accessLogSettings/format",
                            settings["AccessLogSetting"]["Format"].scalar_text()));
  }
  return patches;
}

Value variable_patches(const Value& before, const Value& wanted) {
  Value patches = Value::list();
  if (wanted.is_object())
    for (const auto& [name, value] : wanted.as_object())
      patches.push_back(patch("replace", "/variables/" + name, value.scalar_text()));
  if (before.is_object())
    for (const auto& [name, value] : before.as_object())
      if (!wanted.find(name))
        patches.push_back(Value::object({{"op", "remove"}, {"path", "/variables/" + name}}));
  return patches;
}

Result<void> create_deployment(Work& w) {
  if (!w["DeploymentCanarySettings"].is_null())
    return not_implemented("The property DeploymentCanarySettings of AWS::ApiGateway::Deployment");
  Value input = pick(w.properties, {"RestApiId", "StageName", "Description"});
  const Value& stage = w["StageDescription"];
  for (const char* name :
       {"CacheClusterEnabled", "CacheClusterSize", "Variables", "TracingEnabled"})
    if (const Value* found = stage.find(name)) input.set(name, *found);
  if (const Value* text = stage.find("Description")) input.set("stageDescription", *text);
  Value answer = TRY(w.call("apigateway", "CreateDeployment", std::move(input)));
  w.attributes = Value::object({{"DeploymentId", answer["id"]}});
  w.made(answer["id"].as_string());
  if (w["StageName"].is_string())
    TRY(patch_stage(w, w["RestApiId"], w["StageName"], setting_patches(stage)));
  return {};
}

Result<void> update_deployment(Work& w) {
  if (w.changed("Description"))
    TRY(w.call("apigateway", "UpdateDeployment",
               Value::object(
                   {{"restApiId", w["RestApiId"]},
                    {"deploymentId", w.physical_id},
                    {"patchOperations", Value::list({patch("replace", "/description",
                                                           w["Description"].scalar_text())})}})));
  if (w["StageName"].is_string() && w.changed("StageDescription")) {
    Value patches = variable_patches(w.before["StageDescription"]["Variables"],
                                     w["StageDescription"]["Variables"]);
    append(patches, setting_patches(w["StageDescription"]));
    TRY(patch_stage(w, w["RestApiId"], w["StageName"], std::move(patches)));
  }
  return {};
}

// The newest deployment besides this one; empty when there is none.
Result<std::string> other_deployment(Work& w) {
  Value answer = TRY(w.call("apigateway", "GetDeployments",
                            Value::object({{"restApiId", w["RestApiId"]}, {"limit", 500}})));
  std::string id;
  double newest = -1;
  if (answer["items"].is_list())
    for (const Value& one : answer["items"].as_list()) {
      double created = one["createdDate"].is_number() ? one["createdDate"].as_double() : 0;
      if (one["id"].string_or("") == w.physical_id || created < newest) continue;
      newest = created;
      id = one["id"].string_or("");
    }
  return id;
}

Result<void> remove_deployment(Work& w) {
  Value of_this = Value::object({{"restApiId", w["RestApiId"]}, {"deploymentId", w.physical_id}});
  if (w["StageName"].is_string()) {
    Value stage = Value::object({{"restApiId", w["RestApiId"]}, {"stageName", w["StageName"]}});
    auto found = w.call("apigateway", "GetStage", stage);
    if (!found && !is_missing(found.error())) return fault(std::move(found).error());
    if (found && (*found)["deploymentId"].string_or("") == w.physical_id) {
      // A rollback gives the stage back to the deployment before; a deletion takes it along.
      std::string other = TRY(other_deployment(w));
      if (other.empty())
        TRY(deleted(w.call("apigateway", "DeleteStage", stage)));
      else
        TRY(patch_stage(w, w["RestApiId"], w["StageName"],
                        Value::list({patch("replace", "/deploymentId", other)})));
    }
  }
  return deleted(w.call("apigateway", "DeleteDeployment", std::move(of_this)));
}

// ---- stages

Result<void> create_stage(Work& w) {
  for (const char* name : {"CanarySetting", "ClientCertificateId"})
    if (!w[name].is_null())
      return not_implemented("The property " + std::string(name) + " of AWS::ApiGateway::Stage");
  Value input = pick(w.properties,
                     {"RestApiId", "DeploymentId", "Description", "CacheClusterEnabled",
                      "CacheClusterSize", "Variables", "DocumentationVersion", "TracingEnabled"});
  input.set("stageName", w.name);
  input.set("tags", tag_map(merged_tags(w["Tags"], w.tags)));
  auto made = w.call("apigateway", "CreateStage", std::move(input));
  if (!made && !w.adopts(made.error(), {"ConflictException"}))
    return fault(std::move(made).error());
  w.made(w.name);
  return patch_stage(w, w["RestApiId"], w.name, setting_patches(w.properties));
}

Result<void> update_stage(Work& w) {
  Value patches = Value::list();
  constexpr std::pair<const char*, const char*> kPlain[] = {
      {"DeploymentId", "/deploymentId"},
      {"Description", "/description"},
      {"TracingEnabled", "/tracingEnabled"},
      {"CacheClusterEnabled", "/cacheClusterEnabled"},
      {"CacheClusterSize", "/cacheClusterSize"}};
  for (auto [property, path] : kPlain)
    if (w.changed(property)) patches.push_back(patch("replace", path, w[property].scalar_text()));
  if (w.changed("Variables"))
    append(patches, variable_patches(w.before["Variables"], w["Variables"]));
  if (w.changed("MethodSettings") || w.changed("AccessLogSetting"))
    append(patches, setting_patches(w.properties));
  TRY(patch_stage(w, w["RestApiId"], w.physical_id, std::move(patches)));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  std::string arn = "arn:aws:apigateway:" + w.region + "::/restapis/" +
                    w["RestApiId"].scalar_text() + "/stages/" + w.physical_id;
  return retag(w, {"apigateway", "TagResource", "UntagResource", "tags", "tagKeys", TagForm::kMap},
               Value::object({{"resourceArn", arn}}), before, after);
}

Result<void> remove_stage(Work& w) {
  return deleted(
      w.call("apigateway", "DeleteStage",
             Value::object({{"restApiId", w["RestApiId"]}, {"stageName", w.physical_id}})));
}

}  // namespace

extern const ResourceType kApiGatewayDeployment = {
    .name = "AWS::ApiGateway::Deployment",
    .properties = "RestApiId!# StageName# StageDescription Description DeploymentCanarySettings#",
    .attributes = "DeploymentId",
    .create = create_deployment,
    .update = update_deployment,
    .remove = remove_deployment};
extern const ResourceType kApiGatewayStage = {
    .name = "AWS::ApiGateway::Stage",
    .properties =
        "RestApiId!# StageName# DeploymentId Description Variables MethodSettings AccessLogSetting TracingEnabled CacheClusterEnabled CacheClusterSize "
        "DocumentationVersion CanarySetting ClientCertificateId Tags",
    .name_property = "StageName",
    .name_max = 64,
    .create = create_stage,
    .update = update_stage,
    .remove = remove_stage};

}  // namespace drydock::cloudformation
