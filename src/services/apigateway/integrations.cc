// Integrations: what a method does with a request.
#include "base/text.h"
#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
Result<Integration*> integration_of(Method& method) {
  if (!method.methodIntegration)
    return errors::NotFoundException("Invalid Integration identifier specified");
  return &*method.methodIntegration;
}

bool is_lambda_uri(std::string_view uri) {
  return uri.find(":lambda:path/2015-03-31/functions/") != std::string_view::npos &&
         uri.ends_with("/invocations");
}

// Mapping templates (VTL) are not evaluated; a MOCK's template only names its status, and a fixed
// text is only itself.
bool is_plain_template(std::string_view text) {
  return text.find("#set") == std::string_view::npos &&
         text.find("$input") == std::string_view::npos &&
         text.find("$context") == std::string_view::npos &&
         text.find("#if") == std::string_view::npos &&
         text.find("#foreach") == std::string_view::npos &&
         text.find("$util") == std::string_view::npos &&
         text.find("#define") == std::string_view::npos;
}

Result<void> check_templates(const std::optional<Map<std::string>>& templates) {
  if (templates)
    for (const auto& [type, text] : *templates)
      if (!is_plain_template(text)) return not_implemented("A mapping template in VTL");
  return {};
}

Result<void> check(const Integration& integration) {
  const std::string type = integration.type.value_or(""), uri = integration.uri.value_or("");
  if (integration.connectionType == "VPC_LINK") return not_implemented("A VPC link");
  if (type == "MOCK") return {};
  if (uri.empty()) return errors::BadRequestException("Invalid HTTP endpoint specified for URI");
  if (!integration.httpMethod)
    return errors::BadRequestException("Enumeration value for HttpMethod must be non-empty");
  if (type == "AWS" || type == "AWS_PROXY") {
    if (!uri.starts_with("arn:"))
      return errors::BadRequestException("Invalid ARN specified in the request");
    if (!is_lambda_uri(uri))
      return not_implemented("An integration with another service than Lambda");
    if (type == "AWS" && !integration.requestTemplates) return {};
  } else if (!uri.starts_with("http://") && !uri.starts_with("https://")) {
    return errors::BadRequestException("Invalid HTTP endpoint specified for URI");
  }
  return {};
}

Result<void> patch(Integration& integration, const PatchOperation& operation) {
  auto path = patch_path(operation);
  bool remove = operation.op == "remove";
  auto text = remove ? std::nullopt : operation.value;
  if (path[0] == "uri")
    integration.uri = text;
  else if (path[0] == "httpMethod")
    integration.httpMethod = text;
  else if (path[0] == "type")
    integration.type = text;
  else if (path[0] == "credentials")
    integration.credentials = text;
  else if (path[0] == "passthroughBehavior")
    integration.passthroughBehavior = text;
  else if (path[0] == "contentHandling")
    integration.contentHandling = text;
  else if (path[0] == "timeoutInMillis" && operation.value) {
    auto number = parse_int(*operation.value);
    if (!number || *number < 50 || *number > 29000)
      return errors::BadRequestException("Timeout should be between 50 ms and 29000 ms");
    integration.timeoutInMillis = *number;
  } else if ((path[0] == "requestTemplates" || path[0] == "requestParameters") &&
             path.size() == 2) {
    auto& map = path[0] == "requestTemplates" ? integration.requestTemplates
                                              : integration.requestParameters;
    if (!map) map.emplace();
    if (remove)
      erase_key(*map, path[1]);
    else
      put_key(*map, path[1], operation.value.value_or(""));
  } else {
    return bad_patch(operation);
  }
  return {};
}
}  // namespace

Result<Integration> put_integration(Call& call, const PutIntegrationInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  Integration integration;
  integration.type = in.type;
  integration.httpMethod = in.integrationHttpMethod;
  integration.uri = in.uri;
  integration.connectionType = in.connectionType;
  integration.credentials = in.credentials;
  if (in.requestParameters && !in.requestParameters->empty())
    integration.requestParameters = in.requestParameters;
  if (in.requestTemplates && !in.requestTemplates->empty())
    integration.requestTemplates = in.requestTemplates;
  integration.passthroughBehavior = in.passthroughBehavior.value_or("WHEN_NO_MATCH");
  integration.contentHandling = in.contentHandling;
  integration.timeoutInMillis = in.timeoutInMillis.value_or(29000);
  integration.cacheNamespace = in.cacheNamespace.value_or(in.resourceId);
  integration.cacheKeyParameters = in.cacheKeyParameters.value_or(std::vector<std::string>{});
  TRY(check(integration));
  TRY(check_templates(integration.requestTemplates));
  if (in.credentials && in.credentials->find("*:user/") == std::string::npos)
    TRY(call.pass_role(*in.credentials, "apigateway.amazonaws.com",
                       "arn:aws:apigateway:" + call.region().text + "::/restapis/" + in.restApiId));
  // AWS does drop the old integration's responses.
  method->methodIntegration = integration;
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return integration;
}

Result<Integration> get_integration(Call& call, const MethodInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  return *TRY(integration_of(*method));
}

Result<Integration> update_integration(Call& call, const MethodPatchInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  Integration* integration = TRY(integration_of(*method));
  if (in.patchOperations)
    for (const PatchOperation& operation : *in.patchOperations) {
      TRY(patch(*integration, operation));
      if (operation.path == "/credentials" && operation.value && operation.op != "remove")
        TRY(call.pass_role(
            *operation.value, "apigateway.amazonaws.com",
            "arn:aws:apigateway:" + call.region().text + "::/restapis/" + in.restApiId));
    }
  TRY(check(*integration));
  TRY(check_templates(integration->requestTemplates));
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return *integration;
}

Result<DeleteIntegrationOutput> delete_integration(Call& call, const MethodInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  TRY(integration_of(*method));
  method->methodIntegration.reset();
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return DeleteIntegrationOutput{};
}

Result<IntegrationResponse> put_integration_response(Call& call,
                                                     const PutIntegrationResponseInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  Integration* integration = TRY(integration_of(*method));
  if (!method->methodResponses || !find_key(*method->methodResponses, in.statusCode))
    return errors::NotFoundException("Invalid Response status code specified");
  TRY(check_templates(in.responseTemplates));
  IntegrationResponse response{.statusCode = in.statusCode,
                               .selectionPattern = in.selectionPattern,
                               .responseParameters = in.responseParameters,
                               .responseTemplates = in.responseTemplates,
                               .contentHandling = in.contentHandling};
  if (!integration->integrationResponses) integration->integrationResponses.emplace();
  put_key(*integration->integrationResponses, in.statusCode, response);
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return response;
}

Result<IntegrationResponse> get_integration_response(Call& call, const ResponseInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  Integration* integration = TRY(integration_of(*method));
  auto* response = integration->integrationResponses
                       ? find_key(*integration->integrationResponses, in.statusCode)
                       : nullptr;
  if (!response) return errors::NotFoundException("Invalid Response status code specified");
  return *response;
}

Result<DeleteIntegrationResponseOutput> delete_integration_response(Call& call,
                                                                    const ResponseInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  Integration* integration = TRY(integration_of(*method));
  if (!integration->integrationResponses ||
      !erase_key(*integration->integrationResponses, in.statusCode))
    return errors::NotFoundException("Invalid Response status code specified");
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return DeleteIntegrationResponseOutput{};
}

}  // namespace drydock::apigateway
