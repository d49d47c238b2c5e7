// AWS::ApiGateway::RestApi, AWS::ApiGateway::Resource, AWS::ApiGateway::Account
#include "base/text.h"
#include "services/cloudformation/types/lists.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value replace_patch(std::string path, const Value& value) {
  return Value::object(
      {{"op", "replace"},
       {"path", std::move(path)},
       {"value", value.is_object() || value.is_list() ? to_json(value) : value.scalar_text()}});
}

// AWS does take an empty Policy text as none.
bool has_policy(const Value& policy) {
  return !policy.is_null() && !(policy.is_string() && policy.as_string().empty());
}

// An API has no unique name: after a crash the one that carries this resource's tags is ours.
Result<Value> find_made(Work& w) {
  Value apis = TRY(w.call("apigateway", "GetRestApis", Value::object({{"limit", 500}})));
  if (apis["items"].is_list())
    for (const Value& api : apis["items"].as_list())
      if (api["tags"]["aws:cloudformation:stack-id"].string_or("") == w.stack_id &&
          api["tags"]["aws:cloudformation:logical-id"].string_or("") == w.logical_id)
        return api;
  return Value();
}

Result<void> create_api(Work& w) {
  for (const char* name : {"Body", "BodyS3Location", "Parameters", "Mode"})
    if (!w[name].is_null())
      return not_implemented("The property " + std::string(name) + " of AWS::ApiGateway::RestApi");
  if (w["Name"].scalar_text().empty())
    return refuse("Name is required for AWS::ApiGateway::RestApi when no Body is given.");
  Value api = w.again ? TRY(find_made(w)) : Value();
  if (api.is_null()) {
    Value input = pick(w.properties, {"Name", "Description", "CloneFrom", "BinaryMediaTypes",
                                      "MinimumCompressionSize", "ApiKeySourceType:apiKeySource",
                                      "EndpointConfiguration", "DisableExecuteApiEndpoint"});
    if (has_policy(w["Policy"])) input.set("policy", w["Policy"]);
    input.set("tags", tag_map(merged_tags(w["Tags"], w.tags)));
    api = TRY(w.call("apigateway", "CreateRestApi", std::move(input)));
  }
  std::string id = api["id"].as_string();
  std::string root = api["rootResourceId"].string_or("");
  w.attributes = Value::object({{"RestApiId", id}, {"RootResourceId", root}});
  w.made(id);
  return {};
}

Result<void> update_api(Work& w) {
  Value patches = Value::list();
  constexpr std::pair<const char*, const char*> kPlain[] = {
      {"Name", "/name"},
      {"Description", "/description"},
      {"ApiKeySourceType", "/apiKeySource"},
      {"MinimumCompressionSize", "/minimumCompressionSize"},
      {"DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"}};
  for (auto [property, path] : kPlain)
    if (w.changed(property)) patches.push_back(replace_patch(path, w[property]));
  if (w.changed("Policy") && (has_policy(w["Policy"]) || has_policy(w.before["Policy"])))
    patches.push_back(replace_patch("/policy", has_policy(w["Policy"]) ? w["Policy"] : Value("")));
  auto endpoint = [](const Value& configuration) {  // AWS's default where nothing is said
    const Value& types = configuration["Types"];
    return types.is_list() && types.size() > 0 ? types.as_list()[0].string_or("EDGE")
                                               : std::string("EDGE");
  };
  std::string endpoint_before = endpoint(w.before["EndpointConfiguration"]),
              endpoint_wanted = endpoint(w["EndpointConfiguration"]);
  if (endpoint_before != endpoint_wanted)
    patches.push_back(
        replace_patch("/endpointConfiguration/types/" + endpoint_before, endpoint_wanted));
  auto media = [](const std::string& type) {
    return "/binaryMediaTypes/" + replace_all(replace_all(type, "~", "~0"), "/", "~1");
  };
  for (const std::string& type : gone(w.before["BinaryMediaTypes"], w["BinaryMediaTypes"]))
    patches.push_back(Value::object({{"op", "remove"}, {"path", media(type)}}));
  for (const std::string& type : gone(w["BinaryMediaTypes"], w.before["BinaryMediaTypes"]))
    patches.push_back(Value::object({{"op", "add"}, {"path", media(type)}}));
  if (patches.size() > 0)
    TRY(w.call(
        "apigateway", "UpdateRestApi",
        Value::object({{"restApiId", w.physical_id}, {"patchOperations", std::move(patches)}})));
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  std::string arn = "arn:aws:apigateway:" + w.region + "::/restapis/" + w.physical_id;
  return retag(w, {"apigateway", "TagResource", "UntagResource", "tags", "tagKeys", TagForm::kMap},
               Value::object({{"resourceArn", arn}}), before, after);
}

Result<void> remove_api(Work& w) {
  return deleted(
      w.call("apigateway", "DeleteRestApi", Value::object({{"restApiId", w.physical_id}})));
}

// ---- resources

Result<void> create_resource(Work& w) {
  auto made = w.call("apigateway", "CreateResource",
                     pick(w.properties, {"RestApiId", "ParentId", "PathPart"}));
  if (!made && w.adopts(made.error(), {"ConflictException"})) {
    Value all = TRY(w.call("apigateway", "GetResources",
                           Value::object({{"restApiId", w["RestApiId"]}, {"limit", 500}})));
    for (const Value& one : all["items"].as_list())
      if (one["parentId"] == w["ParentId"] && one["pathPart"] == w["PathPart"]) made = one;
  }
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object({{"ResourceId", (*made)["id"]}});
  w.made((*made)["id"].as_string());
  return {};
}
Result<void> update_resource(Work&) { return {}; }
Result<void> remove_resource(Work& w) {
  return deleted(
      w.call("apigateway", "DeleteResource",
             Value::object({{"restApiId", w["RestApiId"]}, {"resourceId", w.physical_id}})));
}

// ---- the account's logging role

Result<void> set_account(Work& w) {
  Value patches = Value::list({replace_patch("/cloudwatchRoleArn", w["CloudWatchRoleArn"])});
  TRY(w.call("apigateway", "UpdateAccount",
             Value::object({{"patchOperations", std::move(patches)}})));
  if (w.physical_id.empty()) w.made(w.name);
  w.attributes = Value::object({{"Id", w.physical_id}});
  return {};
}
// AWS does leave the account's settings as they are.
Result<void> leave_account(Work&) { return {}; }

}  // namespace

extern const ResourceType kApiGatewayRestApi = {
    .name = "AWS::ApiGateway::RestApi",
    .properties =
        "Name Description CloneFrom BinaryMediaTypes MinimumCompressionSize ApiKeySourceType EndpointConfiguration DisableExecuteApiEndpoint Policy "
        "FailOnWarnings Body BodyS3Location Parameters Mode Tags EndpointAccessMode~ SecurityPolicy~",
    .attributes = "RestApiId RootResourceId",
    .create = create_api,
    .update = update_api,
    .remove = remove_api};
extern const ResourceType kApiGatewayResource = {.name = "AWS::ApiGateway::Resource",
                                                 .properties = "RestApiId!# ParentId!# PathPart!#",
                                                 .attributes = "ResourceId",
                                                 .create = create_resource,
                                                 .update = update_resource,
                                                 .remove = remove_resource};
extern const ResourceType kApiGatewayAccount = {.name = "AWS::ApiGateway::Account",
                                                .properties = "CloudWatchRoleArn",
                                                .attributes = "Id",
                                                .name_max = 64,
                                                .create = set_account,
                                                .update = set_account,
                                                .remove = leave_account};

}  // namespace drydock::cloudformation
