// Integrations without the proxy format: MOCK, HTTP_PROXY, and a function that gets the body alone
// (AWS).
#include <re2/re2.h>

#include "base/text.h"
#include "http/client.h"
#include "services/apigateway/stage/lambda_call.h"
#include "services/apigateway/stage/stage_request.h"

namespace drydock::apigateway {

namespace {
const std::string* template_for(const std::optional<Map<std::string>>& templates,
                                std::string_view content_type) {
  if (!templates) return nullptr;
  std::string type(trim(content_type.substr(0, content_type.find(';'))));
  if (type.empty()) type = "application/json";
  const std::string* fallback = nullptr;
  for (const auto& [name, text] : *templates) {
    if (equals_ignore_case(name, type)) return &text;
    if (name == "application/json" || name == "$default") fallback = &text;
  }
  return fallback;
}

// A literal in single quotes, as parameter mappings write it.
std::optional<std::string> literal(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('\'') || !text.ends_with('\'')) return std::nullopt;
  return std::string(text.substr(1, text.size() - 2));
}

// The response whose pattern the text matches, else the one without a pattern.
const IntegrationResponse* response_for(const Integration& integration,
                                        const std::optional<std::string>& text) {
  const IntegrationResponse* fallback = nullptr;
  if (!integration.integrationResponses) return nullptr;
  for (const auto& [status, response] : *integration.integrationResponses) {
    if (!response.selectionPattern || response.selectionPattern->empty()) {
      if (!fallback) fallback = &response;
    } else if (text && RE2::FullMatch(*text, *response.selectionPattern)) {
      return &response;
    }
  }
  return fallback;
}

HttpResponse respond(const StageRequest& request, const IntegrationResponse& chosen,
                     std::string body) {
  HttpResponse response;
  response.status = static_cast<int>(parse_int(chosen.statusCode.value_or("200")).value_or(200));
  constexpr std::string_view kTarget = "method.response.header.";
  if (chosen.responseParameters)
    for (const auto& [target, source] : *chosen.responseParameters)
      if (target.starts_with(kTarget))
        if (auto value = literal(source))
          set_header(response.headers, target.substr(kTarget.size()), *value);
  if (const std::string* text =
          template_for(chosen.responseTemplates, request.http->header("Accept")))
    body = *text;
  if (!find_header(response.headers, "Content-Type"))
    response.headers.emplace_back("Content-Type", "application/json");
  response.body = Payload(std::move(body));
  return response;
}
}  // namespace

HttpResponse mock(const StageRequest& request) {
  const Integration& integration = request.integration();
  // The request template names the status: {"statusCode": 200}, or {statusCode:200} as some tools
  // write it.
  std::string status;
  if (const std::string* text =
          template_for(integration.requestTemplates, request.http->header("Content-Type")))
    RE2::PartialMatch(*text, R"(["']?statusCode["']?\s*:\s*["']?(\d{3}))", &status);
  if (status.empty()) return internal_error(500);
  const IntegrationResponse* chosen = nullptr;
  if (integration.integrationResponses)
    for (const auto& [code, response] : *integration.integrationResponses)
      if (code == status && !response.selectionPattern) chosen = &response;
  if (!chosen) chosen = response_for(integration, status);
  if (!chosen) return internal_error(500);
  return respond(request, *chosen, "");
}

HttpResponse lambda_custom(const StageRequest& request) {
  const Integration& integration = request.integration();
  std::string payload = request.http->body.read_all();
  if (const std::string* text =
          template_for(integration.requestTemplates, request.http->header("Content-Type")))
    payload = *text;
  if (payload.empty()) payload = "{}";
  std::string type = "RequestResponse";
  if (integration.requestParameters)
    for (const auto& [target, source] : *integration.requestParameters)
      if (equals_ignore_case(target, "integration.request.header.X-Amz-Invocation-Type"))
        type = literal(source).value_or(type);
  auto answer = call_function(request, payload, type);
  if (!answer) return internal_error(500);
  std::string body = answer->Payload.value_or("");
  std::optional<std::string> error;
  if (answer->FunctionError)
    if (auto json = parse_json(body)) error = (*json)["errorMessage"].string_or("");
  const IntegrationResponse* chosen = response_for(integration, error);
  if (!chosen) return internal_error(500);
  return respond(request, *chosen, std::move(body));
}

HttpResponse http_proxy(const StageRequest& request) {
  const Integration& integration = request.integration();
  std::string url = with_stage_variables(integration.uri.value_or(""), request.stage);
  if (integration.requestParameters)
    for (const auto& [target, source] : *integration.requestParameters) {
      constexpr std::string_view kTarget = "integration.request.path.",
                                 kSource = "method.request.path.";
      if (!target.starts_with(kTarget)) continue;
      std::string value = literal(source).value_or("");
      if (source.starts_with(kSource))
        for (const auto& [name, parameter] : request.match.parameters)
          if (name == source.substr(kSource.size())) value = parameter;
      url = replace_all(std::move(url), "{" + target.substr(kTarget.size()) + "}", value);
    }
  for (const auto& [name, value] : request.match.parameters)
    url = replace_all(std::move(url), "{" + name + "}", value);
  if (!request.http->raw_query().empty())
    url +=
        (url.find('?') == std::string::npos ? "?" : "&") + std::string(request.http->raw_query());
  Headers headers;
  for (const auto& [name, value] : request.http->headers)
    if (!equals_ignore_case(name, "Host") && !equals_ignore_case(name, "Connection") &&
        !equals_ignore_case(name, "Content-Length") &&
        !equals_ignore_case(name, "Transfer-Encoding") && !equals_ignore_case(name, "Expect"))
      headers.emplace_back(name, value);
  HttpTarget target{.url = url};
  target.timeout_seconds =
      static_cast<int>((integration.timeoutInMillis.value_or(29000) + 999) / 1000);
  std::string method = integration.httpMethod == "ANY"
                           ? request.http->method
                           : integration.httpMethod.value_or(request.http->method);
  auto answer = http_request(target, method, headers, request.http->body.read_all());
  if (!answer)
    return gateway_error(504, "InternalServerErrorException",
                         "Network error communicating with endpoint");
  for (std::string_view hop : {"Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive"})
    erase_header(answer->headers, hop);
  return std::move(*answer);
}

}  // namespace drydock::apigateway
