// AWS::Lambda::Version, AWS::Lambda::Alias, AWS::Lambda::Permission,
// AWS::Lambda::EventInvokeConfig, AWS::Lambda::LayerVersion, AWS::Lambda::LayerVersionPermission,
// AWS::Lambda::Url, AWS::Lambda::EventSourceMapping
#include "base/text.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// ---- versions: Ref is the versioned ARN. Identical code gives the same version again.

Result<void> create_version(Work& w) {
  if (!w["ProvisionedConcurrencyConfig"].is_null())
    return not_implemented("The property ProvisionedConcurrencyConfig of AWS::Lambda::Version");
  Value answer = TRY(w.call("lambda", "PublishVersion",
                            pick(w.properties, {"FunctionName", "CodeSha256", "Description"})));
  w.attributes =
      Value::object({{"Version", answer["Version"]}, {"FunctionArn", answer["FunctionArn"]}});
  w.made(answer["FunctionArn"].as_string());
  return {};
}
Result<void> update_version(Work&) { return {}; }
Result<void> remove_version(Work& w) {
  size_t colon = w.physical_id.rfind(':');
  if (colon == std::string::npos) return {};
  return deleted(w.call("lambda", "DeleteFunction",
                        Value::object({{"FunctionName", w.physical_id.substr(0, colon)},
                                       {"Qualifier", w.physical_id.substr(colon + 1)}})));
}

// ---- aliases: Ref is the alias's ARN

Value alias_input(const Work& w) {
  Value input = pick(w.properties, {"FunctionName", "Name", "FunctionVersion", "Description"});
  if (w["RoutingConfig"]["AdditionalVersionWeights"].is_list()) {
    Value weights = Value(Value::Object{});
    for (const Value& one : w["RoutingConfig"]["AdditionalVersionWeights"].as_list())
      weights.set(one["FunctionVersion"].scalar_text(), one["FunctionWeight"]);
    input.set("RoutingConfig", Value::object({{"AdditionalVersionWeights", std::move(weights)}}));
  } else if (!w.before["RoutingConfig"].is_null()) {  // no longer said: all goes to one version
    input.set("RoutingConfig",
              Value::object({{"AdditionalVersionWeights", Value(Value::Object{})}}));
  }
  if (w["Description"].is_null() && !w.before["Description"].is_null())
    input.set("Description", "");
  return input;
}
Result<void> create_alias(Work& w) {
  auto made = w.call("lambda", "CreateAlias", alias_input(w));
  if (!made && w.adopts(made.error(), {"ResourceConflictException"}))
    made = w.call("lambda", "UpdateAlias", alias_input(w));
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object({{"AliasArn", (*made)["AliasArn"]}});
  w.made((*made)["AliasArn"].as_string());
  return {};
}
Result<void> update_alias(Work& w) {
  TRY(w.call("lambda", "UpdateAlias", alias_input(w)));
  return {};
}
Result<void> remove_alias(Work& w) {
  return deleted(w.call("lambda", "DeleteAlias", pick(w.properties, {"FunctionName", "Name"})));
}

// ---- permissions: Ref is the statement's id

Result<void> create_permission(Work& w) {
  Value input = pick(w.properties, {"FunctionName", "Action", "Principal", "SourceArn",
                                    "SourceAccount", "EventSourceToken", "FunctionUrlAuthType",
                                    "PrincipalOrgID", "InvokedViaFunctionUrl"});
  input.set("StatementId", w.name);
  auto made = w.call("lambda", "AddPermission", std::move(input));
  if (!made && !w.adopts(made.error(), {"ResourceConflictException"}))
    return fault(std::move(made).error());
  w.attributes = Value::object({{"Id", w.name}});
  w.made(w.name);
  return {};
}
Result<void> update_permission(Work&) { return {}; }
Result<void> remove_permission(Work& w) {
  return deleted(
      w.call("lambda", "RemovePermission",
             Value::object({{"FunctionName", w["FunctionName"]}, {"StatementId", w.physical_id}})));
}

// ---- asynchronous invocation

Value invoke_input(const Work& w) {
  return pick(w.properties, {"FunctionName", "Qualifier", "MaximumRetryAttempts",
                             "MaximumEventAgeInSeconds", "DestinationConfig"});
}
Result<void> put_invoke_config(Work& w) {
  TRY(w.call("lambda", "PutFunctionEventInvokeConfig", invoke_input(w)));
  if (w.physical_id.empty()) w.made(w.name);
  return {};
}
Result<void> remove_invoke_config(Work& w) {
  return deleted(w.call("lambda", "DeleteFunctionEventInvokeConfig",
                        pick(w.properties, {"FunctionName", "Qualifier"})));
}

// ---- URLs: Ref is the ARN of the function or alias

Value of_url(const Work& w) {
  return pick(w.properties, {"TargetFunctionArn:FunctionName", "Qualifier"});
}
Value url_input(const Work& w) {
  Value input = pick(w.properties, {"TargetFunctionArn:FunctionName", "Qualifier", "AuthType",
                                    "Cors", "InvokeMode"});
  if (w["Cors"].is_null() && !w.before["Cors"].is_null()) input.set("Cors", Value::object());
  if (w["InvokeMode"].is_null() && !w.before["InvokeMode"].is_null())
    input.set("InvokeMode", "BUFFERED");
  return input;
}
Result<void> create_url(Work& w) {
  auto made = w.call("lambda", "CreateFunctionUrlConfig", url_input(w));
  if (!made && w.adopts(made.error(), {"ResourceConflictException"}))
    made = w.call("lambda", "UpdateFunctionUrlConfig", url_input(w));
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object(
      {{"FunctionUrl", (*made)["FunctionUrl"]}, {"FunctionArn", (*made)["FunctionArn"]}});
  w.made((*made)["FunctionArn"].as_string());
  return {};
}
Result<void> update_url(Work& w) {
  TRY(w.call("lambda", "UpdateFunctionUrlConfig", url_input(w)));
  return {};
}
Result<void> remove_url(Work& w) {
  return deleted(w.call("lambda", "DeleteFunctionUrlConfig", of_url(w)));
}

// ---- event source mappings: Ref is the id

Value mapping_input(const Work& w) {
  return pick(w.properties,
              {"EventSourceArn", "FunctionName", "BatchSize", "Enabled", "FilterCriteria",
               "FunctionResponseTypes", "MaximumBatchingWindowInSeconds", "ScalingConfig",
               "StartingPosition", "BisectBatchOnFunctionError", "DestinationConfig",
               "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "ParallelizationFactor",
               "TumblingWindowInSeconds"});
}
void made_mapping(Work& w, const Value& mapping) {
  w.attributes = Value::object(
      {{"Id", mapping["UUID"]}, {"EventSourceMappingArn", mapping["EventSourceMappingArn"]}});
  w.made(mapping["UUID"].as_string());
}
Value of_mapping(const Work& w) { return Value::object({{"UUID", w.physical_id}}); }
Value mapping_tags(const Value& own, const Value& stack) {
  return user_tags(merged_tags(own, stack));
}
Result<void> create_mapping(Work& w) {
  Value input = mapping_input(w);
  if (Value tags = mapping_tags(w["Tags"], w.tags); tags.size() > 0)
    input.set("Tags", tag_map(tags));
  auto made = w.call("lambda", "CreateEventSourceMapping", std::move(input));
  if (!made && w.adopts(made.error(), {"ResourceConflictException"})) {
    Value listed = TRY(w.call("lambda", "ListEventSourceMappings",
                              pick(w.properties, {"EventSourceArn", "FunctionName"})));
    if (listed["EventSourceMappings"].size() > 0) {
      made_mapping(w, listed["EventSourceMappings"].as_list()[0]);
      return {};
    }
  }
  if (!made) return fault(std::move(made).error());
  made_mapping(w, *made);
  return {};
}
// What a template says no more is as if it had never been said.
Result<void> update_mapping(Work& w) {
  Value input = mapping_input(w);
  input.erase("EventSourceArn");
  input.erase("StartingPosition");
  const auto back_to = [&](std::string_view name, Value value) {
    if (w[name].is_null() && !w.before[name].is_null()) input.set(name, std::move(value));
  };
  const bool stream = w["EventSourceArn"].string_or("").find(":dynamodb:") != std::string::npos;
  back_to("BatchSize", stream ? 100 : 10);
  back_to("Enabled", true);
  back_to("FilterCriteria", Value::object());
  back_to("FunctionResponseTypes", Value::list());
  back_to("MaximumBatchingWindowInSeconds", 0);
  back_to("ScalingConfig", Value::object());
  back_to("BisectBatchOnFunctionError", false);
  back_to("DestinationConfig", Value::object());
  back_to("MaximumRecordAgeInSeconds", -1);
  back_to("MaximumRetryAttempts", -1);
  input.set("UUID", w.physical_id);
  TRY(w.call("lambda", "UpdateEventSourceMapping", std::move(input)));
  TRY(retag(w, {"lambda", "TagResource", "UntagResource", "Tags", "TagKeys", TagForm::kMap},
            Value::object({{"Resource", w.arn("lambda", "event-source-mapping:" + w.physical_id)}}),
            mapping_tags(w.before["Tags"], w.tags_before), mapping_tags(w["Tags"], w.tags)));
  return {};
}
Result<void> remove_mapping(Work& w) {
  return deleted(w.call("lambda", "DeleteEventSourceMapping", of_mapping(w)));
}
Result<bool> mapping_is_ready(Work& w) {
  Value mapping = TRY(w.call("lambda", "GetEventSourceMapping", of_mapping(w)));
  const std::string state = mapping["State"].string_or("");
  return state == "Enabled" || state == "Disabled";
}
Result<bool> mapping_is_gone(Work& w) {
  auto mapping = w.call("lambda", "GetEventSourceMapping", of_mapping(w));
  if (mapping) return false;
  if (is_missing(mapping.error())) return true;
  return fault(std::move(mapping).error());
}

// ---- layers: Ref is the version's ARN. Each create publishes a version; one that an earlier run
// of the same step published is the newest and no older than the step.

Result<void> create_layer_version(Work& w) {
  // Not a name_property: another version of the same layer may replace the one there is.
  std::string layer = w["LayerName"].string_or(w.name);
  Value answer;
  if (w.again) {
    Value listed = TRY(w.call("lambda", "ListLayerVersions",
                              Value::object({{"LayerName", layer}, {"MaxItems", 1}})));
    if (listed["LayerVersions"].size() > 0) {
      const Value& newest = listed["LayerVersions"].as_list()[0];
      auto made = parse_iso8601(newest["CreatedDate"].string_or(""));
      if (made && made->ms >= w.begun.ms) answer = newest;
    }
  }
  if (answer.is_null()) {
    Value input = pick(w.properties, {"Description", "Content", "CompatibleRuntimes", "LicenseInfo",
                                      "CompatibleArchitectures"});
    input.set("LayerName", layer);
    answer = TRY(w.call("lambda", "PublishLayerVersion", std::move(input)));
  }
  w.attributes = Value::object({{"LayerVersionArn", answer["LayerVersionArn"]}});
  w.made(answer["LayerVersionArn"].as_string());
  return {};
}
Result<void> update_layer_version(Work&) { return {}; }
Result<void> remove_layer_version(Work& w) {
  auto words = split(w.physical_id, ':');  // arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION
  if (words.size() != 8) return {};
  return deleted(w.call("lambda", "DeleteLayerVersion",
                        Value::object({{"LayerName", std::string(words[6])},
                                       {"VersionNumber", std::string(words[7])}})));
}

// ---- who may use a layer's version: Ref is its ARN and the statement's id

Value layer_of(const Work& w) {
  const std::string arn = w["LayerVersionArn"].scalar_text();
  const size_t colon = arn.rfind(':');
  if (colon == std::string::npos) return Value::object({{"LayerName", arn}});
  return Value::object(
      {{"LayerName", arn.substr(0, colon)}, {"VersionNumber", arn.substr(colon + 1)}});
}
Result<void> create_layer_permission(Work& w) {
  Value input = layer_of(w);
  for (std::string_view name : {"Action", "Principal", "OrganizationId"})
    if (!w[name].is_null()) input.set(name, w[name]);
  input.set("StatementId", w.name);
  auto made = w.call("lambda", "AddLayerVersionPermission", std::move(input));
  if (!made && !w.adopts(made.error(), {"ResourceConflictException"}))
    return fault(std::move(made).error());
  const std::string id = w["LayerVersionArn"].scalar_text() + "#" + w.name;
  w.attributes = Value::object({{"Id", id}});
  w.made(id);
  return {};
}
Result<void> update_layer_permission(Work&) { return {}; }  // nothing of it can change
Result<void> remove_layer_permission(Work& w) {
  Value input = layer_of(w);
  input.set("StatementId", w.physical_id.substr(w.physical_id.find('#') + 1));
  return deleted(w.call("lambda", "RemoveLayerVersionPermission", std::move(input)));
}

}  // namespace

extern const ResourceType kLambdaLayerPermission = {
    .name = "AWS::Lambda::LayerVersionPermission",
    .properties = "Action!# LayerVersionArn!# Principal!# OrganizationId#",
    .attributes = "Id",
    .name_max = 100,
    .create = create_layer_permission,
    .update = update_layer_permission,
    .remove = remove_layer_permission};
extern const ResourceType kLambdaUrl = {
    .name = "AWS::Lambda::Url",
    .properties = "TargetFunctionArn!# Qualifier# AuthType! Cors InvokeMode",
    .attributes = "FunctionArn FunctionUrl",
    .create = create_url,
    .update = update_url,
    .remove = remove_url};
extern const ResourceType kLambdaMapping = {
    .name = "AWS::Lambda::EventSourceMapping",
    .properties =
        "EventSourceArn# FunctionName! BatchSize Enabled FilterCriteria FunctionResponseTypes MaximumBatchingWindowInSeconds ScalingConfig StartingPosition# AmazonManagedKafkaEventSourceConfig~ BisectBatchOnFunctionError DestinationConfig DocumentDBEventSourceConfig~ KmsKeyArn~ LoggingConfig~ MaximumRecordAgeInSeconds MaximumRetryAttempts MetricsConfig~ ParallelizationFactor ProvisionedPollerConfig~ Queues~ SelfManagedEventSource~ SelfManagedKafkaEventSourceConfig~ SourceAccessConfigurations~ StartingPositionTimestamp~ Tags Topics~ TumblingWindowInSeconds",
    .attributes = "Id EventSourceMappingArn",
    .create = create_mapping,
    .update = update_mapping,
    .remove = remove_mapping,
    .ready = mapping_is_ready,
    .gone = mapping_is_gone};
extern const ResourceType kLambdaLayerVersion = {
    .name = "AWS::Lambda::LayerVersion",
    .properties =
        "LayerName# Content!# Description# CompatibleRuntimes# CompatibleArchitectures# LicenseInfo#",
    .attributes = "LayerVersionArn",
    .name_max = 64,
    .create = create_layer_version,
    .update = update_layer_version,
    .remove = remove_layer_version};
extern const ResourceType kLambdaVersion = {
    .name = "AWS::Lambda::Version",
    .properties =
        "FunctionName!# CodeSha256# Description# ProvisionedConcurrencyConfig# RuntimePolicy#~ FunctionScalingConfig~",
    .attributes = "Version FunctionArn",
    .create = create_version,
    .update = update_version,
    .remove = remove_version};
extern const ResourceType kLambdaAlias = {
    .name = "AWS::Lambda::Alias",
    .properties =
        "FunctionName!# FunctionVersion! Name!# Description RoutingConfig ProvisionedConcurrencyConfig~",
    .attributes = "AliasArn",
    .create = create_alias,
    .update = update_alias,
    .remove = remove_alias};
extern const ResourceType kLambdaPermission = {
    .name = "AWS::Lambda::Permission",
    .properties =
        "FunctionName!# Action!# Principal!# SourceArn# SourceAccount# EventSourceToken# FunctionUrlAuthType# PrincipalOrgID# InvokedViaFunctionUrl#",
    .attributes = "Id",
    .name_max = 100,
    .create = create_permission,
    .update = update_permission,
    .remove = remove_permission};
extern const ResourceType kLambdaEventInvokeConfig = {
    .name = "AWS::Lambda::EventInvokeConfig",
    .properties =
        "FunctionName!# Qualifier!# MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig",
    .name_max = 100,
    .create = put_invoke_config,
    .update = put_invoke_config,
    .remove = remove_invoke_config};

}  // namespace drydock::cloudformation
