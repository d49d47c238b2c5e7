// Methods of resources, and the responses they declare.
#include <algorithm>

#include "base/text.h"
#include "gen/apigateway_handlers.h"
#include "services/apigateway/tables.h"

namespace drydock::apigateway {

namespace {
constexpr std::string_view kMethodNames[] = {"GET",    "POST", "PUT",     "PATCH",
                                             "DELETE", "HEAD", "OPTIONS", "ANY"};

// Loads a resource, lets `change` change one of its methods, stores it.
template <class F>
auto change_method(Call& call, const std::string& api, const std::string& resource,
                   const std::string& name, F&& change)
    -> decltype(change(std::declval<Method&>())) {
  ResourceRow row = TRY(find_resource(call, api, resource));
  Method* method = TRY(find_method(row, name));
  auto result = change(*method);
  if (result) kResources.put(call.txn(), call.space(), {api, resource}, row);
  return result;
}

Result<void> check_authorization(const std::string& type) {
  if (type == "NONE" || type == "AWS_IAM") return {};
  if (type == "CUSTOM" || type == "COGNITO_USER_POOLS")
    return not_implemented("Authorization by " + type);
  return errors::BadRequestException(
      "Invalid authorization type specified. Must be one of [NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS]");
}

Result<void> patch(Method& method, const PatchOperation& operation) {
  auto path = patch_path(operation);
  bool remove = operation.op == "remove";
  if (path[0] == "authorizationType" && operation.value) {
    TRY(check_authorization(*operation.value));
    method.authorizationType = operation.value;
  } else if (path[0] == "apiKeyRequired") {
    if (TRY(patch_boolean(operation))) return not_implemented("API keys");
    method.apiKeyRequired = false;
  } else if (path[0] == "operationName") {
    method.operationName = remove ? std::nullopt : operation.value;
  } else if (path[0] == "requestParameters" && path.size() == 2) {
    if (!method.requestParameters) method.requestParameters.emplace();
    if (remove)
      erase_key(*method.requestParameters, path[1]);
    else
      put_key(*method.requestParameters, path[1], TRY(patch_boolean(operation)));
  } else if (path[0] == "requestModels" && path.size() == 2) {
    if (!method.requestModels) method.requestModels.emplace();
    if (remove)
      erase_key(*method.requestModels, path[1]);
    else
      put_key(*method.requestModels, path[1], operation.value.value_or(""));
  } else {
    return bad_patch(operation);
  }
  return {};
}
}  // namespace

Result<Method> put_method(Call& call, const PutMethodInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  if (!std::ranges::count(kMethodNames, in.httpMethod))
    return errors::BadRequestException(
        "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
  if (find_key(row.Methods, in.httpMethod))
    return errors::ConflictException("Method already exists for this resource");
  TRY(check_authorization(in.authorizationType));
  if (in.apiKeyRequired.value_or(false)) return not_implemented("API keys");
  if (in.requestValidatorId) return not_implemented("Request validators");
  Method method;
  method.httpMethod = in.httpMethod;
  method.authorizationType = in.authorizationType;
  method.apiKeyRequired = false;
  method.operationName = in.operationName;
  if (in.requestParameters && !in.requestParameters->empty())
    method.requestParameters = in.requestParameters;
  if (in.requestModels && !in.requestModels->empty()) method.requestModels = in.requestModels;
  row.Methods.emplace_back(in.httpMethod, method);
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return method;
}

Result<Method> get_method(Call& call, const MethodInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  return *TRY(find_method(row, in.httpMethod));
}

Result<Method> update_method(Call& call, const MethodPatchInput& in) {
  return change_method(call, in.restApiId, in.resourceId, in.httpMethod,
                       [&](Method& method) -> Result<Method> {
                         if (in.patchOperations)
                           for (const PatchOperation& operation : *in.patchOperations)
                             TRY(patch(method, operation));
                         return method;
                       });
}

Result<DeleteMethodOutput> delete_method(Call& call, const MethodInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  TRY(find_method(row, in.httpMethod));
  erase_key(row.Methods, in.httpMethod);
  kResources.put(call.txn(), call.space(), {in.restApiId, in.resourceId}, row);
  return DeleteMethodOutput{};
}

Result<MethodResponse> put_method_response(Call& call, const PutMethodResponseInput& in) {
  return change_method(
      call, in.restApiId, in.resourceId, in.httpMethod,
      [&](Method& method) -> Result<MethodResponse> {
        if (!method.methodResponses) method.methodResponses.emplace();
        if (find_key(*method.methodResponses, in.statusCode))
          return errors::ConflictException("Response already exists for this resource");
        MethodResponse response{.statusCode = in.statusCode,
                                .responseParameters = in.responseParameters,
                                .responseModels = in.responseModels};
        put_key(*method.methodResponses, in.statusCode, response);
        return response;
      });
}

Result<MethodResponse> get_method_response(Call& call, const ResponseInput& in) {
  ResourceRow row = TRY(find_resource(call, in.restApiId, in.resourceId));
  Method* method = TRY(find_method(row, in.httpMethod));
  MethodResponse* response =
      method->methodResponses ? find_key(*method->methodResponses, in.statusCode) : nullptr;
  if (!response) return errors::NotFoundException("Invalid Response status code specified");
  return *response;
}

Result<DeleteMethodResponseOutput> delete_method_response(Call& call, const ResponseInput& in) {
  return change_method(
      call, in.restApiId, in.resourceId, in.httpMethod,
      [&](Method& method) -> Result<DeleteMethodResponseOutput> {
        if (!method.methodResponses || !erase_key(*method.methodResponses, in.statusCode))
          return errors::NotFoundException("Invalid Response status code specified");
        return DeleteMethodResponseOutput{};
      });
}

}  // namespace drydock::apigateway
