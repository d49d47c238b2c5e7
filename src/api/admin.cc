// The /_drydock/ endpoints: health, reset, clock, accounts, served. For people and tests on this
// machine.
#include <sys/resource.h>

#include "api/admin.h"
#include "api/server_impl.h"
#include "api/version.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock {

namespace {

HttpResponse problem(int status, std::string message) {
  return json_answer(Value::object({{"message", std::move(message)}}), status);
}

HttpResponse of_result(Result<Value> result) {
  if (result) return json_answer(*result);
  return json_answer(
      Value::object({{"code", result.error().code}, {"message", result.error().message}}),
      result.error().status);
}

std::string_view enforcement_name(Enforcement enforcement) {
  switch (enforcement) {
    case Enforcement::kEnforce: return "enforce";
    case Enforcement::kAudit: return "audit";
    case Enforcement::kAuthenticate: return "authenticate";
    case Enforcement::kOff: return "off";
  }
  return "";
}

Value served_operations() {
  Value services = Value(Value::Object{});
  for (const Service* service : all_services()) {
    Value names = Value::list();
    for (const Operation& operation : service->operations)
      if (!operation.internal) names.push_back(operation.name);
    services.set(service->name, std::move(names));
  }
  return services;
}

}  // namespace

HttpResponse ServerImpl::serve_admin(HttpRequest& request) {
  std::string path = percent_decode(request.raw_path());
  path.erase(0, sizeof("/_drydock") - 1);
  const bool get = request.method == "GET" || request.method == "HEAD";
  const bool post = request.method == "POST";
  // A page in a browser must not be able to reset or read an installation: it cannot set this host.
  if (!request.header("Origin").empty()) return problem(403, "requests from web pages are refused");
  auto body = parse_json(request.body.size() ? request.body.read_all() : "{}");
  if (post && !body) return problem(400, "the body is no JSON: " + body.error().what);
  Client organizations = client_as_service(
      "organizations.amazonaws.com", {}, settings_.default_account.text, settings_.default_region);

  if (path == "/health" && get)
    return json_answer(Value::object({{"status", "ready"},
                                      {"version", kVersion},
                                      {"iam", enforcement_name(settings_.enforcement)},
                                      {"denied", static_cast<int64_t>(decisions_.denied())},
                                      {"url", settings_.public_url},
                                      {"data", settings_.data_folder},
                                      {"shellSocket", settings_.shell_socket},
                                      {"caFile", settings_.ca_path},
                                      {"bundleFile", settings_.bundle_path},
                                      {"region", settings_.default_region.text},
                                      {"defaultAccount", settings_.default_account.text},
                                      {"time", to_iso8601_ms(clock_->now())}}));
  if (path == "/reset" && post) {
    reset();
    return json_answer(Value::object({{"status", "ready"}}));
  }
  if (path == "/clock" && post) {
    const Value& seconds = (*body)["advance_seconds"];
    if (!seconds.is_number() || seconds.as_double() < 0 || seconds.as_double() > 1e10)
      return problem(400, "advance_seconds must be a number from 0 to 1e10");
    clock_->advance(static_cast<int64_t>(seconds.as_double() * 1000));
    jobs_->poke();
    return json_answer(Value::object({{"time", to_iso8601_ms(clock_->now())}}));
  }
  if (path == "/accounts" && post)
    return of_result(organizations.call("organizations", "ProvisionAccount", *body));
  if (path == "/accounts" && get)
    return of_result(organizations.call("organizations", "ListAllAccounts", {}));
  if (path.starts_with("/accounts/") && get)
    return of_result(organizations.call("organizations", "FindAccount",
                                        Value::object({{"NameOrId", path.substr(10)}})));
  if (auto answer = serve_iam_admin(request, path, body ? *body : Value()))
    return std::move(*answer);
  if (path == "/served" && get) return json_answer(served_operations());
  return problem(404, "no such endpoint: " + request.method + " /_drydock" + path);
}

}  // namespace drydock
