#include "services/lambda/url_payload.h"

#include <ctime>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::lambda {

namespace {
using Texts = std::optional<std::vector<std::string>>;

// "12/Mar/2020:19:03:58 +0000"
std::string url_time(Timestamp now) {
  time_t seconds = now.seconds();
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  strftime(text, sizeof text, "%d/%b/%Y:%H:%M:%S +0000", &parts);
  return text;
}

bool ends_at_connection(std::string_view name) {
  for (std::string_view hop :
       {"connection", "transfer-encoding", "expect", "keep-alive", "upgrade", "te"})
    if (equals_ignore_case(name, hop)) return true;
  return false;
}

// Only bodies of these kinds are texts to the function; AWS does hand it forms in base64.
bool is_text(std::string_view content_type) {
  const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         type == "application/json" || type == "application/xml" ||
         type == "application/javascript";
}

// Values of one name, with a comma between them.
void add_value(Value& map, const std::string& name, const std::string& value) {
  if (Value* known = map.find(name))
    *known = known->as_string() + "," + value;
  else
    map.set(name, value);
}

Value event_headers(const UrlRequest& request, const std::string& domain, Value& cookies) {
  const HttpRequest& http = *request.http;
  Value headers = Value::object();
  for (const auto& [name, value] : http.headers) {
    const std::string lower_name = to_lower(name);
    if (ends_at_connection(lower_name) || lower_name == "host") continue;
    if (request.caller && lower_name == "authorization") continue;
    if (lower_name == "cookie") {
      for (std::string_view cookie : split(value, ';'))
        if (!trim(cookie).empty()) cookies.push_back(trim(cookie));
      continue;
    }
    add_value(headers, lower_name, value);
  }
  headers.set("host", domain);
  headers.set("x-forwarded-for", request.source_ip);
  headers.set("x-forwarded-port", http.tls ? "443" : "80");
  headers.set("x-forwarded-proto", http.tls ? "https" : "http");
  return headers;
}

Value iam_of(const UrlRequest& request) {
  const Principal& principal = request.caller->principal;
  Value iam = Value::object({{"accessKey", request.caller->access_key_id},
                             {"accountId", principal.account.text},
                             {"callerId", principal.id},
                             {"cognitoIdentity", Value()},
                             {"principalOrgId", Value()},
                             {"userArn", principal.arn},
                             {"userId", principal.id}});
  if (!request.organization.empty()) iam.set("principalOrgId", request.organization);
  return iam;
}

std::string url_text(const Value& value) {
  if (value.is_string()) return value.as_string();
  return value.is_list() || value.is_object() ? to_json(value) : value.scalar_text();
}

// Headers that only the server may set, and bytes that would begin another header, are left out.
void add_url_header(Headers& headers, const std::string& name, std::string value) {
  std::erase_if(value, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
  if (name.empty()) return;
  for (char c : name)
    if (static_cast<unsigned char>(c) <= ' ' || c == ':' || static_cast<unsigned char>(c) >= 0x7f)
      return;
  for (std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection", "Date"})
    if (equals_ignore_case(name, own)) return;
  headers.emplace_back(name, std::move(value));
}

HttpResponse plain_answer(std::string_view payload) {
  HttpResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = Payload(std::string(payload));
  return response;
}

HttpResponse no_response() {
  HttpResponse response = plain_answer("Internal Server Error");
  response.status = 502;
  return response;
}

std::string listed(const Texts& texts) { return texts ? join(*texts, ",") : std::string(); }

// The value of Access-Control-Allow-Origin; empty: the origin is none of the configuration's.
std::string allowed_origin(const Cors& cors, std::string_view origin) {
  if (!cors.AllowOrigins || origin.empty()) return {};
  for (const std::string& allowed : *cors.AllowOrigins) {
    // With credentials a browser takes no "*".
    if (allowed == "*") return cors.AllowCredentials.value_or(false) ? std::string(origin) : "*";
    if (equals_ignore_case(allowed, origin)) return std::string(origin);
  }
  return {};
}

bool is_cors_header(std::string_view name) {
  return name.size() > 15 && equals_ignore_case(name.substr(0, 15), "access-control-");
}
}  // namespace

Value url_event(const UrlRequest& request, std::string body) {
  const HttpRequest& http = *request.http;
  const std::string domain = request.url_id + ".lambda-url." + request.region + ".on.aws";
  const std::string path(http.raw_path());
  Value cookies;
  Value headers = event_headers(request, domain, cookies);
  headers.set(
      "x-amzn-trace-id",
      "Root=1-" + request.request_id.substr(0, 8) + "-" +
          replace_all(request.request_id.substr(std::min<size_t>(9, request.request_id.size())),
                      "-", "")
              .substr(0, 24));
  Value event = Value::object({{"version", "2.0"},
                               {"routeKey", "$default"},
                               {"rawPath", path},
                               {"rawQueryString", std::string(http.raw_query())}});
  if (!cookies.is_null()) event.set("cookies", std::move(cookies));
  event.set("headers", std::move(headers));
  Value query;
  for (const auto& [name, value] : http.query()) add_value(query, name, value);
  if (!query.is_null()) event.set("queryStringParameters", std::move(query));
  // AWS does call the account of a URL that asks for no signature so.
  Value context = Value::object(
      {{"accountId", request.caller ? request.account : "anonymous"}, {"apiId", request.url_id}});
  if (request.caller) context.set("authorizer", Value::object({{"iam", iam_of(request)}}));
  context.set("domainName", domain);
  context.set("domainPrefix", request.url_id);
  context.set("http", Value::object({{"method", http.method},
                                     {"path", path},
                                     {"protocol", "HTTP/1.1"},
                                     {"sourceIp", request.source_ip},
                                     {"userAgent", std::string(http.header("User-Agent"))}}));
  context.set("requestId", request.request_id);
  context.set("routeKey", "$default");
  context.set("stage", "$default");
  context.set("time", url_time(request.now));
  context.set("timeEpoch", request.now.ms);
  event.set("requestContext", std::move(context));
  const bool binary = !body.empty() && !(is_text(http.header("Content-Type")) && is_utf8(body));
  if (!body.empty()) event.set("body", binary ? to_base64(body) : std::move(body));
  event.set("isBase64Encoded", binary);
  return event;
}

HttpResponse url_error(int status, std::string_view type, std::string_view key,
                       std::string_view message) {
  HttpResponse response = plain_answer(to_json(Value::object({{std::string(key), message}})));
  response.status = status;
  response.headers.emplace_back("x-amzn-ErrorType", type);
  return response;
}

HttpResponse url_response(std::string_view payload) {
  auto answer = parse_json(payload);
  if (!answer) return no_response();
  // What names no status is the body itself.
  const Value* status = answer->find("statusCode");
  if (!status) return plain_answer(payload);
  auto code = status->is_string()   ? parse_int(status->as_string())
              : status->is_number() ? std::optional(status->as_int())
                                    : std::nullopt;
  if (!code || *code < 200 || *code > 599) return no_response();
  HttpResponse response;
  response.status = static_cast<int>(*code);
  const Value& headers = (*answer)["headers"];
  if (!headers.is_null() && !headers.is_object()) return no_response();
  if (headers.is_object())
    for (const auto& [name, value] : headers.as_object())
      add_url_header(response.headers, name, url_text(value));
  if (!find_header(response.headers, "Content-Type"))
    response.headers.emplace_back("Content-Type", "application/json");
  const Value& cookies = (*answer)["cookies"];
  if (cookies.is_list())
    for (const Value& cookie : cookies.as_list())
      add_url_header(response.headers, "Set-Cookie", url_text(cookie));
  const Value& body = (*answer)["body"];
  std::string bytes = body.is_null() ? std::string() : url_text(body);
  if ((*answer)["isBase64Encoded"].bool_or(false)) {
    auto decoded = from_base64(bytes);
    if (!decoded) return no_response();
    bytes = std::move(*decoded);
  }
  response.body = Payload(std::move(bytes));
  return response;
}

std::optional<HttpResponse> url_preflight(const Cors& cors, const HttpRequest& request) {
  const std::string_view origin = request.header("Origin");
  const std::string_view method = request.header("Access-Control-Request-Method");
  if (request.method != "OPTIONS" || origin.empty() || method.empty()) return std::nullopt;
  HttpResponse response;
  if (allowed_origin(cors, origin).empty()) return response;
  tell_origin(cors, request, response);
  erase_header(response.headers, "Access-Control-Expose-Headers");
  if (cors.AllowMethods)
    add_url_header(response.headers, "Access-Control-Allow-Methods", listed(cors.AllowMethods));
  if (cors.AllowHeaders)
    add_url_header(response.headers, "Access-Control-Allow-Headers", listed(cors.AllowHeaders));
  if (cors.MaxAge)
    add_url_header(response.headers, "Access-Control-Max-Age", std::to_string(*cors.MaxAge));
  return response;
}

void tell_origin(const Cors& cors, const HttpRequest& request, HttpResponse& response) {
  std::erase_if(response.headers, [](const auto& header) { return is_cors_header(header.first); });
  const std::string origin = allowed_origin(cors, request.header("Origin"));
  if (origin.empty()) return;
  add_url_header(response.headers, "Access-Control-Allow-Origin", origin);
  if (origin != "*") add_url_header(response.headers, "Vary", "Origin");
  if (cors.AllowCredentials.value_or(false))
    add_url_header(response.headers, "Access-Control-Allow-Credentials", "true");
  if (cors.ExposeHeaders)
    add_url_header(response.headers, "Access-Control-Expose-Headers", listed(cors.ExposeHeaders));
}

}  // namespace drydock::lambda
