// The /_drydock/ endpoints about IAM's decisions: why, denies, uses.
//
// An id may be a request's, an authorization's, a build's, a pipeline execution's, a stack's or a
// stack event's: what the services say about such a thing carries the authorization ids of its
// denies, and what is found in a deny (a session's name, a source ARN) may name it too.
#include <algorithm>

#include "api/admin.h"
#include "api/server_impl.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock {

namespace {

constexpr size_t kMostDenies = 200;
constexpr size_t kShortestSearch = 6;  // characters of an id that is looked for inside of denies
constexpr std::string_view kTailMark = "authorization id: ";

// The authorization ids in the messages of a service.
void add_ids(const Value& told, std::vector<std::string>& ids) {
  const std::string text = to_json(told);
  for (size_t at = text.find(kTailMark); at != std::string::npos; at = text.find(kTailMark, at)) {
    at += kTailMark.size();
    size_t end = text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz", at);
    std::string id = text.substr(at, end - at);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
}

Value with_source(Value deny, std::string_view found_by) {
  deny.set("foundBy", found_by);
  return deny;
}

std::string query_value(const HttpRequest& request, std::string_view name) {
  const auto query = request.query();
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

}  // namespace

std::vector<std::string> ServerImpl::ids_told_by_services(const std::string& id) {
  std::vector<std::string> ids;
  Caller asker;
  asker.principal.kind = Principal::Kind::kService;
  asker.principal.name = asker.principal.arn = "organizations.amazonaws.com";
  asker.source_account = settings_.default_account.text;
  asker.user_agent = kOwnAgent;
  auto accounts =
      client_as(asker, settings_.default_region).call("organizations", "ListAllAccounts", {});
  if (!accounts) return ids;
  const Value list = (*accounts)["Accounts"];
  if (!list.is_list()) return ids;
  for (const Value& account : list.as_list()) {
    Caller root = account_root(AccountId{account["Id"].string_or("")});
    root.user_agent = kOwnAgent;
    const Client client = client_as(root, settings_.default_region);
    // A stack by name or ARN, or the id of one of its events.
    if (auto events = client.call("cloudformation", "DescribeStackEvents",
                                  Value::object({{"StackName", id}})))
      add_ids(*events, ids);
    if (auto stacks = client.call("cloudformation", "ListStacks", {}); stacks && ids.empty()) {
      const Value summaries = (*stacks)["StackSummaries"];
      for (size_t i = 0; i < summaries.size(); ++i) {
        auto events =
            client.call("cloudformation", "DescribeStackEvents",
                        Value::object({{"StackName", summaries.as_list()[i]["StackId"]}}));
        const Value rows = events ? (*events)["StackEvents"] : Value::list();
        for (size_t k = 0; k < rows.size(); ++k)
          if (rows.as_list()[k]["EventId"].string_or("") == id) add_ids(rows.as_list()[k], ids);
      }
    }
    if (auto builds = client.call("codebuild", "BatchGetBuilds",
                                  Value::object({{"ids", Value::list({Value(id)})}})))
      add_ids(*builds, ids);
    auto pipelines = client.call("codepipeline", "ListPipelines", {});
    const Value names = pipelines ? (*pipelines)["pipelines"] : Value::list();
    for (size_t i = 0; i < names.size(); ++i) {
      auto actions =
          client.call("codepipeline", "ListActionExecutions",
                      Value::object({{"pipelineName", names.as_list()[i]["name"]},
                                     {"filter", Value::object({{"pipelineExecutionId", id}})}}));
      if (!actions) continue;
      add_ids(*actions, ids);
      // A build that an action started has ids of its own.
      const Value details = (*actions)["actionExecutionDetails"];
      for (size_t k = 0; k < details.size(); ++k) {
        const Value& result = details.as_list()[k]["output"]["executionResult"];
        const std::string build = result["externalExecutionId"].string_or("");
        if (build.find(':') == std::string::npos) continue;
        const std::string uuid = build.substr(build.rfind(':') + 1);
        for (const Value& deny : decisions_.denies_with(uuid, kMostDenies))
          ids.push_back(deny["authorizationId"].string_or(""));
      }
    }
  }
  return ids;
}

std::vector<Value> ServerImpl::why(const std::string& id) {
  std::vector<Value> found;
  for (Value& deny : decisions_.find(id)) found.push_back(with_source(std::move(deny), "id"));
  const auto asked = decisions_.recent(id);
  if (!asked.empty()) {
    auto txn = engine_->begin_read();
    for (const Recent& recent : asked) {
      if (recent.outcome == Outcome::kDenied) continue;  // explained when it happened
      Value again = explain_again(*txn, recent.question);
      again.set("explainedAgain", true);
      if (again["effect"].string_or("") != "ALLOW") again.set("decidedThen", "ALLOW");
      found.push_back(with_source(std::move(again), "id"));
    }
  }
  if (!found.empty()) return found;
  const auto told = ids_told_by_services(id);
  for (const std::string& authorization_id : told)
    for (Value& deny : decisions_.find(authorization_id))
      found.push_back(with_source(std::move(deny), "what the service reports of " + id));
  if (found.empty() && id.size() >= kShortestSearch) {
    // A build's session is named by the last part of its id.
    const std::string part = id.substr(id.find_last_of(":/") + 1);
    for (Value& deny :
         decisions_.denies_with(part.size() >= kShortestSearch ? part : id, kMostDenies))
      found.push_back(with_source(std::move(deny), "a denied call that names " + part));
  }
  return found;
}

std::optional<HttpResponse> ServerImpl::serve_iam_admin(const HttpRequest& request,
                                                        std::string_view path, const Value& body) {
  if (path.starts_with("/policies/")) return serve_policies_admin(request, path, body);
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  if (path == "/why") {
    // The newest deny, or the newest decision of all when nothing was denied.
    auto denies = decisions_.denies_since(Timestamp{}, 1);
    if (denies.empty()) {
      const std::string last = decisions_.last_request_id();
      if (!last.empty()) denies = why(last);
    }
    if (denies.empty())
      return json_answer(Value::object({{"message", "nothing has been decided yet"}}), 404);
    return json_answer(Value::object({{"decisions", Value(Value::List(denies))}}));
  }
  if (path.starts_with("/why/")) {
    const std::string id(path.substr(5));
    auto decisions = why(id);
    if (decisions.empty())
      return json_answer(
          Value::object({{"message", "no decision is known for " + id +
                                         ": denies are kept (the last 10000), allowed requests "
                                         "only for a while (the last 4096 decisions)"}}),
          404);
    return json_answer(Value::object({{"decisions", Value(Value::List(std::move(decisions)))}}));
  }
  if (path == "/denies") {
    const Timestamp since = parse_iso8601(query_value(request, "since")).value_or(Timestamp{});
    return json_answer(Value::object(
        {{"denies", Value(Value::List(decisions_.denies_since(since, kMostDenies)))}}));
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
