#include "services/apigateway/stage/door.h"

#include <map>
#include <mutex>

#include "api/door_access.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "services/apigateway/stage/stage_request.h"

namespace drydock::apigateway {

namespace {
constexpr std::string_view kPathForm = "/_aws/execute-api/";
constexpr size_t kMaxSites = 256;
constexpr uint64_t kMaxBodyBytes = 10 << 20;  // AWS's limit

// <api>.execute-api.<anything>: the api; else empty.
std::string api_of_host(std::string_view host) {
  size_t dot = host.find('.');
  if (dot == std::string_view::npos || !host.substr(dot).starts_with(".execute-api.")) return {};
  return std::string(host.substr(0, dot));
}

// Takes the next segment off an encoded path: "/DEV/x" gives "DEV" and leaves "/x".
std::string take_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  size_t end = path.find('/');
  std::string segment = percent_decode(path.substr(0, end));
  path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  return segment;
}

// Ready sites by deployment; a deployment never changes, so neither does its site.
std::shared_ptr<const Site> site_of(Txn& txn, const Space& space, const std::string& api,
                                    const std::string& deployment) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Site>> sites;
  std::string key = space.account + "/" + space.region + "/" + api + "/" + deployment;
  {
    std::lock_guard lock(mutex);
    if (auto found = sites.find(key); found != sites.end()) return found->second;
  }
  auto row = kDeployments.get(txn, space, {api, deployment});
  if (!row) return nullptr;
  auto site = build_site(std::move(*row));
  std::lock_guard lock(mutex);
  if (sites.size() >= kMaxSites) sites.clear();
  sites[key] = site;
  return site;
}

// AWS does hide most of the account in these messages.
std::string masked(std::string message, const StageRequest& request) {
  const std::string& account = request.space.account;
  if (account.size() != 12) return message;
  return replace_all(
      std::move(message), ":execute-api:" + request.space.region + ":" + account + ":",
      ":execute-api:" + request.space.region + ":********" + account.substr(8) + ":");
}

HttpResponse denied(const StageRequest& request, const Fault& fault) {
  HttpResponse response = gateway_error(403, "AccessDeniedException", "");
  response.body = Payload(to_json(Value::object({{"Message", masked(fault.message, request)}})));
  return response;
}

// Who calls, for methods with AWS_IAM; and whether they may. An answer means no.
std::optional<HttpResponse> authorize(StageRequest& request) {
  bool signed_method = request.match.method->authorizationType == "AWS_IAM";
  Caller caller;
  caller.source_ip = request.http->peer == "sandbox" || request.http->peer.empty()
                         ? "127.0.0.1"
                         : request.http->peer;
  caller.user_agent = request.http->header("User-Agent");
  if (signed_method) {
    auto claim = sigv4::parse(*request.http);
    if (!claim) return gateway_error(403, claim.error().code, claim.error().message);
    if (!*claim)
      return gateway_error(403, "MissingAuthenticationTokenException",
                           "Missing Authentication Token");
    if ((*claim)->service != "execute-api")
      return gateway_error(403, "InvalidSignatureException",
                           "Credential should be scoped to correct service: 'execute-api'. ");
    auto secret = request.server->secret_of((*claim)->access_key_id);
    auto found = request.server->caller_of((*claim)->access_key_id, (*claim)->session_token);
    if (!secret || !found)
      return gateway_error(403, "UnrecognizedClientException",
                           "The security token included in the request is invalid.");
    // Clients sign by the machine's own time, whatever the server's clock was moved to.
    const Timestamp now = request.server->clock().unmoved_now();
    if (auto verified = sigv4::verify(**claim, *request.http, *secret, now, false); !verified)
      return gateway_error(403, "InvalidSignatureException", verified.error().message);
    std::string ip = std::move(caller.source_ip), agent = std::move(caller.user_agent);
    caller = std::move(*found);
    caller.access_key_id = (*claim)->access_key_id;
    caller.source_ip = std::move(ip);
    caller.user_agent = std::move(agent);
    request.caller = caller;
  } else if (!request.site->api.policy) {
    return std::nullopt;  // open to everyone
  }
  auto allowed =
      authorize_visit(*request.server, request.request_id, caller, Region{request.space.region},
                      "execute-api:Invoke", request.called_arn());
  if (!allowed) return denied(request, allowed.error());
  return std::nullopt;
}

HttpResponse integrate(const StageRequest& request) {
  const std::string& type = *request.integration().type;
  if (type == "AWS_PROXY") return lambda_proxy(request);
  if (type == "AWS") return lambda_custom(request);
  if (type == "MOCK") return mock(request);
  return http_proxy(request);
}

HttpResponse serve_stage(StageRequest& request, std::string_view path) {
  auto view = request.server->engine().begin_read();
  auto owner = kOwners.get(*view, Space{}, {request.api_id});
  if (!owner) return gateway_error(403, "ForbiddenException", "Forbidden");
  request.space = {owner->Account, owner->Region};
  std::string stage_name = take_segment(path);
  auto stage = kStages.get(*view, request.space, {request.api_id, stage_name});
  // AWS does say "Forbidden" for an unknown stage, and "Missing Authentication Token" for none at
  // all.
  if (stage_name.empty())
    return gateway_error(403, "MissingAuthenticationTokenException",
                         "Missing Authentication Token");
  if (!stage || !stage->Stage.deploymentId)
    return gateway_error(403, "ForbiddenException", "Forbidden");
  request.stage = std::move(stage->Stage);
  request.site = site_of(*view, request.space, request.api_id, *request.stage.deploymentId);
  view.reset();
  if (!request.site || request.site->api.disableExecuteApiEndpoint.value_or(false))
    return gateway_error(403, "ForbiddenException", "Forbidden");
  request.path = path.empty() ? "/" : std::string(path);
  request.match = match_site(*request.site, request.http->method, request.path);
  if (!request.match.method || !request.match.method->methodIntegration)
    return gateway_error(403, "MissingAuthenticationTokenException",
                         "Missing Authentication Token");
  if (request.http->body.size() > kMaxBodyBytes)
    return gateway_error(413, "RequestTooLargeException", "Request Too Long");
  if (auto answer = authorize(request)) return std::move(*answer);
  return integrate(request);
}
}  // namespace

HttpResponse gateway_error(int status, std::string_view type, std::string_view message) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"},
                      {"x-amzn-ErrorType", std::string(type)}};
  response.body = Payload(to_json(Value::object({{"message", message}})));
  return response;
}

HttpResponse internal_error(int status) {
  return gateway_error(status, "InternalServerErrorException", "Internal server error");
}

std::string with_stage_variables(std::string text, const Stage& stage) {
  if (stage.variables)
    for (const auto& [name, value] : *stage.variables)
      text = replace_all(std::move(text), "${stageVariables." + name + "}", value);
  return text;
}

bool is_binary(const RestApi& api, std::string_view media_type) {
  if (!api.binaryMediaTypes) return false;
  std::string type = to_lower(trim(media_type.substr(0, media_type.find(';'))));
  for (const std::string& binary : *api.binaryMediaTypes)
    if (binary == "*/*" || (!type.empty() && glob_match(to_lower(binary), type))) return true;
  return false;
}

Door stage_door(Server& server) {
  Door door;
  door.name = "execute-api";
  door.matches = [](const HttpRequest& head) {
    return !api_of_host(head.host()).empty() || head.target.starts_with(kPathForm);
  };
  door.serve = [&server](HttpRequest& http) {
    StageRequest request;
    request.server = &server;
    request.http = &http;
    request.request_id = server.random().uuid();
    request.extended_request_id = to_base64(server.random().bytes(11));
    request.now = server.clock().now();
    std::string raw_path(http.raw_path());
    std::string_view path = raw_path;
    request.api_id = api_of_host(http.host());
    if (request.api_id.empty()) {
      path.remove_prefix(kPathForm.size() - 1);
      request.api_id = take_segment(path);
    }
    HttpResponse response = serve_stage(request, path);
    set_header(response.headers, "x-amzn-RequestId", request.request_id);
    set_header(response.headers, "x-amz-apigw-id", request.extended_request_id);
    return response;
  };
  return door;
}

std::optional<ResourceFacts> stage_facts(Txn& txn, const Arn& arn) {
  auto parts = split(arn.resource, '/');
  if (parts.size() < 2) return std::nullopt;
  std::string api(parts[0]), stage_name(parts[1]);
  Space space{arn.account, arn.region};
  auto stage = kStages.get(txn, space, {api, stage_name});
  auto site = stage && stage->Stage.deploymentId
                  ? site_of(txn, space, api, *stage->Stage.deploymentId)
                  : nullptr;
  if (!site) return std::nullopt;
  ResourceFacts facts;
  facts.owner_account = arn.account;
  if (stage->Stage.tags) facts.tags = *stage->Stage.tags;
  if (site->api.policy) {
    // The short form of resources in API policies: execute-api:/stage/METHOD/path.
    std::string document =
        replace_all(*site->api.policy, "\"execute-api:/",
                    "\"arn:aws:execute-api:" + arn.region + ":" + arn.account + ":" + api + "/");
    if (auto policy = compiled_policy(document, PolicyUse::kResource))
      facts.policies.push_back(
          {.policy = policy,
           .name = "arn:aws:apigateway:" + arn.region + "::/restapis/" + api,
           .attached_to = "arn:aws:apigateway:" + arn.region + "::/restapis/" + api});
  }
  return facts;
}

}  // namespace drydock::apigateway
