// Which operation a request means: first the service, then the operation in the manner of its
// protocol.
#include "base/encoding.h"
#include "base/text.h"
#include "wire/query_params.h"
#include "wire/rest_route.h"
#include "wire/s3_address.h"
#include "wire/wire.h"

namespace drydock::wire {
namespace {

// Services that AWS has and we do not: what their clients can read decides how the fault is
// written.
constexpr Service kUnknownQueryService = {.name = "unknown", .protocol = Protocol::kQuery};
constexpr Service kUnknownJsonService = {.name = "unknown", .protocol = Protocol::kJson11};
constexpr Service kUnknownRestService = {.name = "unknown", .protocol = Protocol::kRestJson};

bool is_s3(const Service& service) {
  return service.signing_name == "s3" && service.name != "s3control";
}
bool is_json(const Service& service) {
  return service.protocol == Protocol::kJson10 || service.protocol == Protocol::kJson11;
}
bool is_rest(const Service& service) {
  return service.protocol == Protocol::kRestJson || service.protocol == Protocol::kRestXml;
}

// SQS alone speaks two protocols: JSON with today's SDKs, the query protocol with those from before
// the end of 2023. The same operations again, under a service that differs in nothing else.
const Service& sqs_in_query() {
  struct Twin {
    std::vector<Operation> operations;
    Service service;
  };
  static const Twin twin = [] {
    Twin made;
    for (const Service* service : all_services()) {
      if (service->name == "sqs") made.service = *service;
    }
    made.operations.assign(made.service.operations.begin(), made.service.operations.end());
    for (Operation& operation : made.operations) operation.service = &sqs_in_query;
    made.service.operations = made.operations;
    made.service.protocol = Protocol::kQuery;
    return made;
  }();
  return twin.service;
}

const Operation* find_operation(const Service& service, std::string_view name) {
  for (const Operation& operation : service.operations) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
}

Unexpected unknown_operation(const Service& service, std::string_view name) {
  return not_implemented("The operation " + std::string(service.name) + ":" +
                         std::string(name.substr(0, 128)));
}

// "dynamodb.us-east-1.amazonaws.com" belongs to host prefix "dynamodb".
bool host_is_of(std::string_view host, std::string_view prefix) {
  return !prefix.empty() && host.size() > prefix.size() && host.starts_with(prefix) &&
         host[prefix.size()] == '.';
}

std::string_view target_prefix_of(std::string_view target) {
  size_t dot = target.rfind('.');
  return dot == std::string_view::npos ? target : target.substr(0, dot);
}

// The services that the request may be for, the likeliest first.
std::vector<const Service*> candidates(const HttpRequest& request, std::string_view signing_service,
                                       std::string_view target, std::string_view host) {
  std::vector<const Service*> found;
  auto add = [&](const Service* service) {
    for (const Service* known : found) {
      if (known == service) return;
    }
    found.push_back(service);
  };
  if (!target.empty()) {
    std::string_view prefix = target_prefix_of(target);
    for (const Service* service : all_services()) {
      if (service->target_prefix == prefix && !prefix.empty()) add(service);
    }
    if (!found.empty()) return found;
  }
  if (is_s3_control(request, host)) {
    for (const Service* service : all_services()) {
      if (service->name == "s3control") return {service};
    }
  }
  // One signing name may stand for several services; the host tells them apart.
  for (const Service* service : all_services()) {
    if (!signing_service.empty() && service->signing_name == signing_service &&
        host_is_of(host, service->host_prefix))
      add(service);
  }
  for (const Service* service : all_services()) {
    if (!signing_service.empty() && service->signing_name == signing_service) add(service);
  }
  // Some clients sign with the host's name (iam-toolbox) where AWS says another (iam).
  for (const Service* service : all_services()) {
    if (found.empty() && !signing_service.empty() && service->host_prefix == signing_service)
      add(service);
  }
  if (!found.empty() || !signing_service.empty()) return found;
  // Unsigned: by the host, then by what an unsigned request can be at all.
  for (const Service* service : all_services()) {
    if (host_is_of(host, service->host_prefix) || (is_s3(*service) && s3_host(host).is_s3))
      add(service);
  }
  if (!found.empty()) return found;
  std::string action = query_param(request, "Action");
  for (const Service* service : all_services()) {
    if (!action.empty() && service->protocol == Protocol::kQuery &&
        find_operation(*service, action))
      add(service);
  }
  for (const Service* service : all_services()) {
    if (action.empty() && is_s3(*service)) add(service);
  }
  return found;
}

Result<Routed> route_rest(const Service& service, const HttpRequest& request,
                          std::string_view host) {
  std::string path(request.raw_path());
  if (path.empty()) path = "/";
  if (is_s3(service)) {
    std::string bucket = s3_bucket_of_host(host);
    if (!bucket.empty()) path = "/" + bucket + path;
  }
  QueryList query = request.query();
  RestMatch match = match_rest(service, request.method, path, query, request.headers);
  if (is_s3(service)) {
    bool has_key = path.find('/', 1) != std::string::npos && path.find('/', 1) + 1 < path.size();
    std::string_view asked = s3_subresource(query);
    if (!match.operation || (!asked.empty() && !match.names_query_key(asked))) {
      return unknown_operation(service, s3_operation_name(request.method, has_key, asked));
    }
  }
  if (!match.operation) return unknown_operation(service, request.method + " " + path);
  return Routed{&service, match.operation, std::move(match.labels)};
}

Result<Routed> route_in(const Service& service, const HttpRequest& request, std::string_view target,
                        std::string_view host) {
  if (is_rest(service)) return route_rest(service, request, host);
  std::string name;
  if (is_json(service)) {
    size_t dot = target.rfind('.');
    if (dot != std::string_view::npos) name = target.substr(dot + 1);
  } else {
    name = query_param(request, "Action");
  }
  if (name.empty())
    return fault("MissingAction", "The request is missing an action or a required parameter.", 400);
  const Operation* operation = find_operation(service, name);
  if (!operation) return unknown_operation(service, name);
  return Routed{&service, operation, {}};
}

Unexpected unknown_service(const HttpRequest& request, std::string_view signing_service,
                           std::string_view target, const Service** service_hint) {
  std::string name =
      signing_service.empty() ? request.host() : std::string(signing_service.substr(0, 64));
  std::string what = request.method + " " + std::string(request.raw_path().substr(0, 128));
  if (!target.empty()) {
    *service_hint = &kUnknownJsonService;
    what = target.substr(target.rfind('.') == std::string_view::npos ? 0 : target.rfind('.') + 1)
               .substr(0, 128);
  } else if (request.header("Content-Type").starts_with("application/x-www-form-urlencoded")) {
    *service_hint = &kUnknownQueryService;
    what = query_param(request, "Action").substr(0, 128);
  } else {
    *service_hint = &kUnknownRestService;
  }
  return not_implemented("The operation " + name + ":" + what);
}

}  // namespace

Result<Routed> route(const HttpRequest& request, std::string_view signing_service,
                     const Service** service_hint) {
  std::string host = request.host();
  std::string_view target = request.header("X-Amz-Target");
  std::vector<const Service*> services = candidates(request, signing_service, target, host);
  for (const Service*& service : services) {
    if (service->name == "sqs" && target.empty()) service = &sqs_in_query();
  }
  if (services.empty()) return unknown_service(request, signing_service, target, service_hint);
  *service_hint = services.front();
  Result<Routed> first = route_in(*services.front(), request, target, host);
  for (size_t i = 1; i < services.size() && !first; ++i) {
    if (Result<Routed> other = route_in(*services[i], request, target, host)) {
      *service_hint = services[i];
      return other;
    }
  }
  return first;
}

}  // namespace drydock::wire
