#include "services/apigateway/stage/lambda_call.h"

#include "base/log.h"
#include "base/text.h"

namespace drydock::apigateway {

namespace {
// "arn:aws:apigateway:R:lambda:path/2015-03-31/functions/ARN/invocations"
std::string function_of_uri(const std::string& uri) {
  size_t begin = uri.find("/functions/");
  if (begin == std::string::npos) return {};
  begin += 11;
  return uri.substr(begin, uri.rfind("/invocations") - begin);
}
}  // namespace

Result<lambda::InvokeOutput> call_function(const StageRequest& request, std::string payload,
                                           std::string invocation_type) {
  const Integration& integration = request.integration();
  lambda::InvokeInput in;
  in.FunctionName =
      function_of_uri(with_stage_variables(integration.uri.value_or(""), request.stage));
  in.Payload = std::move(payload);
  in.InvocationType = std::move(invocation_type);
  auto arn = Arn::parse(in.FunctionName);
  Region region{arn && !arn->region.empty() ? arn->region : request.space.region};
  Client client = request.server->client_as_service(
      "apigateway.amazonaws.com", request.resource_arn(), request.space.account, region);
  if (integration.credentials && request.caller &&
      integration.credentials->find("*:user/") != std::string::npos)
    client = request.server->client_as(*request.caller, region);
  else if (integration.credentials)
    client = TRY(client.assume_role(*integration.credentials, "BackplaneAssumeRoleSession"));
  auto answer = client.call<lambda::Invoke>(in);
  if (!answer)
    log::info("apigateway: " + request.called_arn() + ": Execution failed: " + answer.error().code +
              ": " + answer.error().message);
  else if (answer->FunctionError)
    log::debug("apigateway: " + request.called_arn() + ": the function failed");
  return answer;
}

}  // namespace drydock::apigateway
