// The /_drydock/ endpoints about IAM's decisions: why, denies, uses.
#include "api/admin.h"
#include "api/server_impl.h"
#include "base/time.h"

namespace drydock {

namespace {

constexpr size_t kMostDenies = 200;

std::string query_value(const HttpRequest& request, std::string_view name) {
  const auto query = request.query();
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

}  // namespace

std::optional<HttpResponse> ServerImpl::serve_iam_admin(const HttpRequest& request,
                                                        std::string_view path, const Value& body) {
  if (path.starts_with("/policies/")) return serve_policies_admin(request, path, body);
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  if (path == "/why") {
    // The newest deny, or the newest decision of all when nothing was denied.
    auto denies = decisions_.denies_since(Timestamp{}, 1);
    if (!denies.empty())
      return json_answer(Value::object({{"decisions", Value(Value::List(std::move(denies)))}}));
    const std::string last = decisions_.last_request_id();
    Value answer = last.empty() ? Value() : why(last);
    if (answer.is_null())
      return json_answer(Value::object({{"message", "nothing has been decided yet"}}), 404);
    return json_answer(std::move(answer));
  }
  if (path.starts_with("/why/")) {
    const std::string id(path.substr(5));
    Value answer = why(id);
    if (answer.is_null())
      return json_answer(
          Value::object({{"message", "no decision is known for " + id +
                                         ": denies are kept (the last 10000), allowed requests "
                                         "only for a while (the last 4096 decisions)"}}),
          404);
    return json_answer(std::move(answer));
  }
  if (path == "/denies") {
    const Timestamp since = parse_iso8601(query_value(request, "since")).value_or(Timestamp{});
    auto denies = decisions_.denies_since(since, kMostDenies + 1);
    const bool more = denies.size() > kMostDenies;
    if (more) denies.pop_back();
    Value answer = Value::object({{"denies", Value(Value::List(std::move(denies)))}});
    if (more) answer.set("more", true);  // older ones
    return json_answer(std::move(answer));
  }
  if (path == "/used-permissions") {
    const auto uses = decisions_.uses(query_value(request, "principal"), Timestamp{});
    Value list = Value::list();
    for (const Use& use : uses)
      list.push_back(Value::object({{"principal", acting_principal(use.sample.caller.principal)},
                                    {"action", use.sample.action},
                                    {"resource", use.sample.resource},
                                    {"denied", use.outcome == Outcome::kDenied},
                                    {"count", static_cast<int64_t>(use.count)}}));
    return json_answer(Value::object({{"uses", std::move(list)}}));
  }
  return std::nullopt;
}

}  // namespace drydock
