// AWS_PROXY: the request as an event of format 1.0, and the function's answer as a response.
#include <ctime>

#include "base/encoding.h"
#include "base/text.h"
#include "services/apigateway/stage/lambda_call.h"
#include "services/apigateway/stage/stage_request.h"

namespace drydock::apigateway {

namespace {
constexpr size_t kMaxAnswerBytes = 10 << 20;

// "22/Nov/2026:21:55:00 +0000"
std::string request_time(Timestamp now) {
  time_t seconds = now.seconds();
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  strftime(text, sizeof text, "%d/%b/%Y:%H:%M:%S +0000", &parts);
  return text;
}

Value or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

// Last value wins in the single form; the other keeps all, in order.
struct Multi {
  Value single, multiple;
  void add(const std::string& name, const std::string& value) {
    single.set(name, value);
    multiple.set(name).push_back(value);
  }
};

bool hop_by_hop(std::string_view name) {
  for (std::string_view hop :
       {"connection", "transfer-encoding", "expect", "keep-alive", "upgrade", "te"})
    if (equals_ignore_case(name, hop)) return true;
  return false;
}

Value identity_of(const StageRequest& request) {
  Value identity = Value::object();
  for (const char* name : {"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller"})
    identity.set(name, Value());
  identity.set("sourceIp", request.http->peer == "sandbox" || request.http->peer.empty()
                               ? "127.0.0.1"
                               : request.http->peer);
  for (const char* name : {"principalOrgId", "accessKey", "cognitoAuthenticationType",
                           "cognitoAuthenticationProvider", "userArn"})
    identity.set(name, Value());
  identity.set("userAgent", or_null(std::string(request.http->header("User-Agent"))));
  identity.set("user", Value());
  if (request.caller) {
    const Principal& principal = request.caller->principal;
    identity.set("accountId", principal.account.text);
    identity.set("caller", principal.id);
    identity.set("accessKey", request.caller->access_key_id);
    identity.set("userArn", principal.arn);
    identity.set("user", principal.id);
  }
  return identity;
}

std::string text_of(const Value& value) {
  return value.is_string() ? value.as_string() : value.scalar_text();
}

// Headers that the gateway itself answers for; AWS does rename or drop what a function says of
// them.
bool remapped(std::string_view name) {
  for (std::string_view own : {"Connection", "Content-Length", "Date", "Server",
                               "Transfer-Encoding", "Upgrade", "Host", "Via", "Trailer"})
    if (equals_ignore_case(name, own)) return true;
  return false;
}

void add_header(Headers& headers, const std::string& name, const std::string& value) {
  std::string clean = value;
  std::erase_if(clean, [](char c) { return c == '\r' || c == '\n'; });
  if (name.empty() || name.find_first_of(" \r\n:") != std::string::npos) return;
  if (equals_ignore_case(name, "Content-Length") || equals_ignore_case(name, "Transfer-Encoding"))
    return;
  headers.emplace_back(remapped(name) ? "x-amzn-Remapped-" + name : name, clean);
}

std::string scrubbed(std::string text) {
  if (is_utf8(text)) return text;
  for (char& c : text)
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  return text;
}
}  // namespace

Value proxy_event(const StageRequest& request) {
  const HttpRequest& http = *request.http;
  Value event = Value::object({{"resource", request.match.resource->path},
                               {"path", percent_decode(request.path)},
                               {"httpMethod", http.method}});
  Multi headers;
  for (const auto& [name, value] : http.headers) {
    if (hop_by_hop(name) || equals_ignore_case(name, "Host")) continue;
    if (request.caller && equals_ignore_case(name, "Authorization")) continue;
    headers.add(name, value);
  }
  headers.add("Host", request.domain());
  std::string ip = http.peer == "sandbox" || http.peer.empty() ? "127.0.0.1" : http.peer;
  headers.add("X-Forwarded-For", ip);
  headers.add("X-Forwarded-Port", http.tls ? "443" : "80");
  headers.add("X-Forwarded-Proto", http.tls ? "https" : "http");
  headers.add("X-Amzn-Trace-Id",
              "Root=1-" + request.request_id.substr(0, 8) + "-" +
                  replace_all(request.request_id.substr(9), "-", "").substr(0, 24));
  event.set("headers", std::move(headers.single));
  event.set("multiValueHeaders", std::move(headers.multiple));
  Multi query;
  for (const auto& [name, value] : http.query()) query.add(name, value);
  event.set("queryStringParameters", std::move(query.single));
  event.set("multiValueQueryStringParameters", std::move(query.multiple));
  Value parameters;
  for (const auto& [name, value] : request.match.parameters) parameters.set(name, value);
  event.set("pathParameters", std::move(parameters));
  Value variables;
  if (request.stage.variables)
    for (const auto& [name, value] : *request.stage.variables) variables.set(name, value);
  event.set("stageVariables", std::move(variables));
  event.set("requestContext",
            Value::object({{"resourceId", request.match.resource->row.Id},
                           {"resourcePath", request.match.resource->path},
                           {"httpMethod", http.method},
                           {"extendedRequestId", request.extended_request_id},
                           {"requestTime", request_time(request.now)},
                           {"path", "/" + *request.stage.stageName + percent_decode(request.path)},
                           {"accountId", request.space.account},
                           {"protocol", "HTTP/1.1"},
                           {"stage", *request.stage.stageName},
                           {"domainPrefix", request.api_id},
                           {"requestTimeEpoch", request.now.ms},
                           {"requestId", request.request_id},
                           {"identity", identity_of(request)},
                           {"domainName", request.domain()},
                           {"deploymentId", request.site->deployment_id},
                           {"apiId", request.api_id}}));
  if (request.match.method->operationName)
    event.set("requestContext").set("operationName", *request.match.method->operationName);
  std::string body = http.body.read_all();
  bool binary = !body.empty() && is_binary(request.site->api, http.header("Content-Type"));
  event.set("body",
            body.empty() ? Value() : Value(binary ? to_base64(body) : scrubbed(std::move(body))));
  event.set("isBase64Encoded", binary);
  return event;
}

HttpResponse proxy_response(const StageRequest& request, std::string_view payload) {
  auto answer = parse_json(payload);
  if (!answer || !answer->is_object()) return internal_error(502);
  HttpResponse response;
  const Value& status = (*answer)["statusCode"];
  auto code = status.is_string()   ? parse_int(status.as_string())
              : status.is_number() ? std::optional(status.as_int())
                                   : std::nullopt;
  if (status.is_null()) code = 200;
  if (!code || *code < 100 || *code > 599) return internal_error(502);
  response.status = static_cast<int>(*code);
  for (const char* field : {"headers", "multiValueHeaders"})
    if (const Value* value = answer->find(field); value && !value->is_null() && !value->is_object())
      return internal_error(502);
  const Value& multiple = (*answer)["multiValueHeaders"];
  if (const Value& single = (*answer)["headers"]; single.is_object())
    for (const auto& [name, value] : single.as_object()) {
      if (value.is_list() || value.is_object()) return internal_error(502);
      // AWS does merge both; a name in the multi-value form counts there.
      bool twice = false;
      if (multiple.is_object())
        for (const auto& member : multiple.as_object())
          twice |= equals_ignore_case(member.name, name);
      if (!twice) add_header(response.headers, name, text_of(value));
    }
  if (multiple.is_object())
    for (const auto& [name, values] : multiple.as_object()) {
      if (!values.is_list()) return internal_error(502);
      for (const Value& value : values.as_list())
        add_header(response.headers, name, text_of(value));
    }
  const Value& body = (*answer)["body"];
  if (!body.is_null() && !body.is_string()) return internal_error(502);
  std::string bytes = body.is_string() ? body.as_string() : "";
  if (bytes.size() > kMaxAnswerBytes) return internal_error(502);
  // AWS does decode only for clients whose first accepted type is binary; else the text goes out as
  // it is.
  if ((*answer)["isBase64Encoded"].bool_or(false)) {
    std::string_view accept = request.http->header("Accept");
    if (is_binary(request.site->api, accept.substr(0, accept.find(',')))) {
      auto decoded = from_base64(bytes);
      if (!decoded) return internal_error(500);
      bytes = std::move(*decoded);
    }
  }
  if (!find_header(response.headers, "Content-Type"))
    response.headers.emplace_back("Content-Type", "application/json");
  response.body = Payload(std::move(bytes));
  return response;
}

HttpResponse lambda_proxy(const StageRequest& request) {
  auto answer = call_function(request, to_json(proxy_event(request)), "RequestResponse");
  if (!answer) return internal_error(500);
  if (answer->FunctionError) return internal_error(502);
  return proxy_response(request, answer->Payload.value_or(""));
}

}  // namespace drydock::apigateway
