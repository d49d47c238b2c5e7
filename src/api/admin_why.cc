// What an id leads to: the decisions of a request, or of a build, pipeline execution or stack, and
// the calls that were made in its name.
//
// An id may be a request's, an authorization's, a build's, a pipeline execution's, a stack's or a
// stack event's: what the services say about such a thing carries the authorization ids of its
// denies, the journal has the calls of its sessions, and what is found in a deny (a session's name,
// a source ARN) may name it too.
#include <algorithm>

#include "api/server_impl.h"
#include "base/text.h"

namespace drydock {

namespace {

constexpr size_t kMostFoundDenies = 200;
constexpr size_t kMostWork = 20;       // builds and stacks that one id leads to
constexpr size_t kShortestSearch = 6;  // characters of an id that is looked for inside of denies
constexpr std::string_view kTailMark = "authorization id: ";

void add_once(std::vector<std::string>& ids, std::string id) {
  if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end())
    ids.push_back(std::move(id));
}

// The authorization ids in the messages of a service.
void add_ids(const Value& told, std::vector<std::string>& ids) {
  const std::string text = to_json(told);
  for (size_t at = text.find(kTailMark); at != std::string::npos; at = text.find(kTailMark, at)) {
    at += kTailMark.size();
    size_t end = text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz", at);
    add_once(ids, text.substr(at, end - at));
  }
}

Value with_source(Value deny, std::string_view found_by) {
  deny.set("foundBy", found_by);
  return deny;
}

// The sessions of a build are named so; its id may be its ARN.
constexpr std::string_view kBuildSession = "AWSCodeBuild-";
std::string session_of_build(std::string_view id) {
  return std::string(kBuildSession) + std::string(id.substr(id.rfind(':') + 1));
}

std::string title_of(std::string_view work) {
  if (work.starts_with(kBuildSession))
    return "build " + std::string(work.substr(kBuildSession.size()));
  if (work.find(":stack/") != std::string_view::npos) return "stack " + std::string(work);
  return "pipeline execution " + std::string(work);
}

// "arn:…:stack/name/" of a stack on which an operation was begun.
std::string stack_of(const Value& call) {
  constexpr std::string_view kBegin[] = {"CreateStack",      "UpdateStack",
                                         "DeleteStack",      "RollbackStack",
                                         "ExecuteChangeSet", "ContinueUpdateRollback"};
  const std::string action = call["action"].string_or(""), arn = call["resource"].string_or("");
  if (call["outcome"].string_or("") != "allowed" || !action.starts_with("cloudformation:"))
    return {};
  const std::string_view name = std::string_view(action).substr(action.find(':') + 1);
  if (std::find(std::begin(kBegin), std::end(kBegin), name) == std::end(kBegin)) return {};
  const size_t slash = arn.find('/');
  const size_t end = slash == std::string::npos ? slash : arn.find('/', slash + 1);
  return end == std::string::npos ? std::string() : arn.substr(0, end + 1);
}

}  // namespace

// Of a build, an execution or a stack.
struct ServerImpl::Told {
  std::vector<std::string> authorization_ids;
  std::vector<std::string> works;  // as the journal names them
  Value list = Value::list();      // [{of, title, calls}]
};

// The calls of one work since then, and behind them those of the stacks it has changed.
void ServerImpl::add_work(Told& told, const std::string& work, std::string_view since) {
  if (told.works.size() >= kMostWork ||
      std::find(told.works.begin(), told.works.end(), work) != told.works.end())
    return;
  Value kept = journal_.calls_of(work), calls = Value::list();
  for (Value& call : kept.as_list())
    if (call["last"].string_or("") >= since) calls.push_back(std::move(call));
  if (!calls.size()) return;
  told.works.push_back(work);
  for (const Value& call : calls.as_list())
    add_once(told.authorization_ids, call["authorizationId"].string_or(""));
  Value one = Value::object({{"of", work}, {"title", title_of(work)}, {"calls", calls}});
  if (kept.size() >= Journal::kMostCalls) one.set("incomplete", true);  // more are not kept
  told.list.push_back(std::move(one));
  for (const Value& call : calls.as_list()) {
    const std::string stack = stack_of(call);
    if (stack.empty()) continue;
    for (const std::string& name : journal_.works_with(stack))
      add_work(told, name, call["first"].string_or(""));
  }
}

std::vector<Client> ServerImpl::account_roots() {
  std::vector<Client> roots;
  Caller asker;
  asker.principal.kind = Principal::Kind::kService;
  asker.principal.name = asker.principal.arn = "organizations.amazonaws.com";
  asker.source_account = settings_.default_account.text;
  asker.user_agent = kOwnAgent;
  auto accounts =
      client_as(asker, settings_.default_region).call("organizations", "ListAllAccounts", {});
  if (!accounts) return roots;
  const Value list = (*accounts)["Accounts"];
  if (!list.is_list()) return roots;
  for (const Value& account : list.as_list()) {
    Caller root = account_root(AccountId{account["Id"].string_or("")});
    root.user_agent = kOwnAgent;
    roots.push_back(client_as(std::move(root), settings_.default_region));
  }
  return roots;
}

ServerImpl::Told ServerImpl::told_by_services(const std::string& id) {
  Told told;
  std::vector<std::string>& ids = told.authorization_ids;
  add_work(told, session_of_build(id), {});
  add_work(told, id, {});
  for (const Client& client : account_roots()) {
    // A stack by name or ARN, or the id of one of its events.
    if (auto events = client.call("cloudformation", "DescribeStackEvents",
                                  Value::object({{"StackName", id}}))) {
      add_ids(*events, ids);
      const Value rows = (*events)["StackEvents"];
      if (rows.size()) add_work(told, rows.as_list()[0]["StackId"].string_or(""), {});
    }
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
      for (size_t k = details.size(); k-- > 0;) {  // the newest comes first there
        const Value& result = details.as_list()[k]["output"]["executionResult"];
        const std::string build = result["externalExecutionId"].string_or("");
        if (build.find(':') == std::string::npos) continue;
        add_work(told, session_of_build(build), {});
        const std::string uuid = build.substr(build.rfind(':') + 1);
        for (const Value& deny : decisions_.denies_with(uuid, kMostFoundDenies))
          add_once(ids, deny["authorizationId"].string_or(""));
      }
    }
  }
  return told;
}

Value ServerImpl::why(const std::string& id) {
  std::vector<Value> found;
  const auto answer = [&](Value work) {
    Value out = Value::object({{"decisions", Value(Value::List(std::move(found)))}});
    if (work.size()) out.set("work", std::move(work));
    return out;
  };
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
  if (!found.empty()) return answer({});
  Told told = told_by_services(id);
  for (const std::string& authorization_id : told.authorization_ids)
    for (Value& deny : decisions_.find(authorization_id))
      found.push_back(with_source(std::move(deny), "what was called for " + id));
  if (found.empty() && id.size() >= kShortestSearch) {
    // A build's session is named by the last part of its id.
    const std::string part = id.substr(id.find_last_of(":/") + 1);
    for (Value& deny :
         decisions_.denies_with(part.size() >= kShortestSearch ? part : id, kMostFoundDenies))
      found.push_back(with_source(std::move(deny), "a denied call that names " + part));
  }
  if (found.empty() && !told.list.size()) return {};
  std::stable_sort(found.begin(), found.end(), [](const Value& a, const Value& b) {
    return a["time"].string_or("") < b["time"].string_or("");
  });
  return answer(std::move(told.list));
}

}  // namespace drydock
