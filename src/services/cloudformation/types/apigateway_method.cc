// AWS::ApiGateway::Method: the method, its integration and both kinds of responses.
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value of_method(const Value& properties) {
  return pick(properties, {"RestApiId", "ResourceId", "HttpMethod"});
}

void add(Value& input, Value more) {
  for (auto& member : more.as_object()) input.set(member.name, std::move(member.value));
}

Result<void> put_integration(Work& w) {
  const Value& integration = w["Integration"];
  if (!integration.is_object()) return {};
  Value input = of_method(w.properties);
  add(input,
      pick(integration, {"Type", "IntegrationHttpMethod:integrationHttpMethod", "Uri",
                         "ConnectionType", "ConnectionId", "Credentials", "RequestParameters",
                         "RequestTemplates", "PassthroughBehavior", "CacheNamespace",
                         "CacheKeyParameters", "ContentHandling", "TimeoutInMillis"}));
  TRY(w.call("apigateway", "PutIntegration", std::move(input)));
  if (!integration["IntegrationResponses"].is_list()) return {};
  for (const Value& response : integration["IntegrationResponses"].as_list()) {
    Value one = of_method(w.properties);
    add(one, pick(response, {"StatusCode", "SelectionPattern", "ResponseParameters",
                             "ResponseTemplates", "ContentHandling"}));
    TRY(w.call("apigateway", "PutIntegrationResponse", std::move(one)));
  }
  return {};
}

Result<void> put_method(Work& w) {
  Value input = of_method(w.properties);
  add(input,
      pick(w.properties, {"ApiKeyRequired", "AuthorizerId", "OperationName", "RequestParameters",
                          "RequestModels", "RequestValidatorId", "AuthorizationScopes"}));
  input.set("authorizationType", w["AuthorizationType"].string_or("NONE"));
  TRY(w.call("apigateway", "PutMethod", std::move(input)));
  return {};
}

Result<void> fill(Work& w) {
  if (w["MethodResponses"].is_list())
    for (const Value& response : w["MethodResponses"].as_list()) {
      Value one = of_method(w.properties);
      add(one, pick(response, {"StatusCode", "ResponseParameters", "ResponseModels"}));
      TRY(w.call("apigateway", "PutMethodResponse", std::move(one)));
    }
  return put_integration(w);
}

Result<void> create(Work& w) {
  // A half-made method of an earlier run is made anew.
  if (w.again) TRY(deleted(w.call("apigateway", "DeleteMethod", of_method(w.properties))));
  TRY(put_method(w));
  w.made(w.name);
  return fill(w);
}

// A deployment holds its own copy, so a method may be made anew without being missed.
Result<void> update(Work& w) {
  TRY(deleted(w.call("apigateway", "DeleteMethod", of_method(w.before))));
  TRY(put_method(w));
  return fill(w);
}

Result<void> remove(Work& w) {
  return deleted(w.call("apigateway", "DeleteMethod", of_method(w.properties)));
}

}  // namespace

extern const ResourceType kApiGatewayMethod = {
    .name = "AWS::ApiGateway::Method",
    .properties =
        "RestApiId!# ResourceId!# HttpMethod!# ApiKeyRequired AuthorizationType AuthorizerId AuthorizationScopes OperationName RequestParameters "
        "RequestModels RequestValidatorId MethodResponses Integration",
    .name_max = 64,
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
