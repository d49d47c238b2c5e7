#include "services/lambda/url_door.h"

#include "api/door_access.h"
#include "api/organization_facts.h"
#include "api/server.h"
#include "auth/sigv4.h"
#include "base/log.h"
#include "services/lambda/runtime/fleet.h"
#include "services/lambda/tables.h"
#include "services/lambda/url_payload.h"

namespace drydock::lambda {

namespace {
constexpr size_t kMaxUrlBytes = 6291456;  // of a request, as of a synchronous invocation
constexpr std::string_view kForbidden =
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

struct UrlHost {
  std::string id, region;
};
// <id>.lambda-url.<region>.<anything>; an empty id: no such host.
UrlHost url_host(std::string_view host) {
  static constexpr std::string_view kMark = ".lambda-url.";
  const size_t dot = host.find('.');
  if (dot == 0 || dot == std::string_view::npos || !host.substr(dot).starts_with(kMark)) return {};
  std::string_view rest = host.substr(dot + kMark.size());
  return {std::string(host.substr(0, dot)), std::string(rest.substr(0, rest.find('.')))};
}

HttpResponse forbidden() { return url_error(403, "AccessDeniedException", "Message", kForbidden); }

// AWS does write "message" where the signature is what is wrong.
HttpResponse unsigned_answer(std::string_view type, std::string_view message) {
  return url_error(403, type, "message", message);
}

struct Visit {
  Server& server;
  HttpRequest& http;
  FunctionRef function;
  UrlRow url;
  UrlRequest request;
  Caller caller;
};

// Who signed. An answer means nobody whom we know.
std::optional<HttpResponse> identify(Visit& visit) {
  auto claim = sigv4::parse(visit.http);
  if (!claim) return unsigned_answer(claim.error().code, claim.error().message);
  if (!*claim) return forbidden();
  const sigv4::Claim& made = **claim;
  if (made.service != "lambda")
    return unsigned_answer("InvalidSignatureException",
                           "Credential should be scoped to correct service: 'lambda'. ");
  if (made.region != visit.function.space.region)
    return unsigned_answer("InvalidSignatureException",
                           "Credential should be scoped to a valid region. ");
  auto secret = visit.server.secret_of(made.access_key_id);
  auto found = visit.server.caller_of(made.access_key_id, made.session_token);
  if (!secret || !found)
    return unsigned_answer("UnrecognizedClientException",
                           "The security token included in the request is invalid.");
  // Clients sign by the machine's own time, whatever the server's clock was moved to.
  const Timestamp now = visit.server.clock().unmoved_now();
  if (auto verified = sigv4::verify(made, visit.http, *secret, now, false); !verified)
    return unsigned_answer("InvalidSignatureException", verified.error().message);
  found->source_ip = visit.caller.source_ip;
  found->user_agent = visit.caller.user_agent;
  visit.caller = std::move(*found);
  visit.caller.access_key_id = made.access_key_id;
  auto txn = visit.server.engine().begin_read();
  if (auto facts = organization_facts(visit.server, *txn, visit.caller.principal.account.text))
    visit.request.organization = facts->id;
  visit.request.caller = &visit.caller;
  return std::nullopt;
}

// AWS does ask for both actions since October 2025. Nobody signs for a URL of type NONE, so there
// the function's own policy must say yes to everybody.
bool may_visit(const Visit& visit) {
  const Region region{visit.function.space.region};
  const std::string arn = visit.function.qualified_arn();
  Context url, function;
  url.add("lambda:FunctionUrlAuthType", visit.url.AuthType);
  function.add("lambda:InvokedViaFunctionUrl", "true");
  const auto asks = [&](std::string_view action, Context context) {
    return authorize_visit(visit.server, visit.request.request_id, visit.caller, region, action,
                           arn, std::move(context))
        .has_value();
  };
  return asks("lambda:InvokeFunctionUrl", std::move(url)) &&
         asks("lambda:InvokeFunction", std::move(function));
}

HttpResponse run_function(Visit& visit, std::string event) {
  auto view = visit.server.engine().begin_read();
  auto version = find_version(*view, visit.function,
                              static_cast<double>(visit.server.random().next() >> 11) * 0x1p-53);
  auto function = find_function(*view, visit.function);
  view.reset();
  if (!version || !function) return forbidden();  // deleted meanwhile
  Invocation invocation;
  invocation.function = visit.function;
  invocation.version = std::move(*version);
  invocation.reserved = function->Reserved;
  invocation.request_id = visit.request.request_id;
  invocation.event = std::move(event);
  auto result = fleet_of(visit.server)->invoke(std::move(invocation));
  if (!result) {
    const Fault& fault = result.error();
    log::info("lambda: URL of " + visit.function.qualified_arn() + ": " + fault.code + ": " +
              fault.message);
    if (fault.code != "TooManyRequestsException") return url_response("");
    HttpResponse busy = url_error(429, fault.code, "message", fault.message);
    Value body = fault.members.is_object() ? fault.members : Value::object();
    body.set("message", fault.message);
    busy.body = Payload(to_json(body));
    return busy;
  }
  return url_response(result->function_error.empty() ? result->payload : "");
}

HttpResponse serve_visit(Visit& visit) {
  if (visit.url.AuthType == "AWS_IAM")
    if (auto answer = identify(visit)) return std::move(*answer);
  if (!may_visit(visit)) return forbidden();
  const auto too_large = [] {
    return url_error(413, "RequestEntityTooLargeException", "message",
                     "Request must be smaller than 6291456 bytes for the InvokeFunction operation");
  };
  if (visit.http.body.size() > kMaxUrlBytes) return too_large();
  std::string event = to_json(url_event(visit.request, visit.http.body.read_all()));
  if (event.size() > kMaxUrlBytes) return too_large();
  return run_function(visit, std::move(event));
}

HttpResponse serve_url(Server& server, HttpRequest& http, const std::string& request_id) {
  const UrlHost host = url_host(http.host());
  Visit visit{
      .server = server, .http = http, .function = {}, .url = {}, .request = {}, .caller = {}};
  auto view = server.engine().begin_read();
  auto owner = kUrlOwners.get(*view, kInstallation, {host.id});
  if (!owner || owner->Region != host.region) return forbidden();
  visit.function = {{owner->Account, owner->Region}, owner->Name, owner->Qualifier};
  auto url = kUrls.get(*view, visit.function.space, {owner->Name, owner->Qualifier});
  view.reset();
  if (!url) return forbidden();
  visit.url = std::move(*url);
  if (visit.url.Cors)
    if (auto answer = url_preflight(*visit.url.Cors, http)) return std::move(*answer);
  visit.caller.source_ip = http.peer == "sandbox" || http.peer.empty() ? "127.0.0.1" : http.peer;
  visit.caller.user_agent = http.header("User-Agent");
  visit.request = {.http = &http,
                   .url_id = visit.url.Id,
                   .account = owner->Account,
                   .region = owner->Region,
                   .source_ip = visit.caller.source_ip,
                   .request_id = request_id,
                   .now = server.clock().now(),
                   .caller = nullptr,
                   .organization = {}};
  HttpResponse response = serve_visit(visit);
  if (visit.url.Cors) tell_origin(*visit.url.Cors, http, response);
  return response;
}
}  // namespace

Door url_door(Server& server) {
  Door door;
  door.name = "lambda-url";
  door.matches = [](const HttpRequest& head) { return !url_host(head.host()).id.empty(); };
  door.serve = [&server](HttpRequest& http) {
    const std::string request_id = server.random().uuid();
    HttpResponse response = serve_url(server, http, request_id);
    set_header(response.headers, "x-amzn-RequestId", request_id);
    return response;
  };
  return door;
}

}  // namespace drydock::lambda
