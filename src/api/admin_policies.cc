// The /_drydock/policies/ endpoints: what was observed as the smallest policies, what changed
// policies would do to it, and a trial in which given policies stand in for those of the store.
#include <time.h>

#include <algorithm>

#include "api/admin.h"
#include "api/least_privilege.h"
#include "api/policy_changes.h"
#include "api/server_impl.h"
#include "auth/explain.h"
#include "auth/generation.h"

namespace drydock {

namespace {

HttpResponse problem(const Fault& fault) {
  return json_answer(Value::object({{"message", fault.message}}), 400);
}

// Whether `asked` (an ARN, or a role's or user's name; empty: all) means this principal.
bool is_asked(std::string_view asked, std::string_view principal) {
  if (asked.empty() || asked == principal) return true;
  return principal.ends_with(asked) && principal.size() > asked.size() &&
         principal[principal.size() - asked.size() - 1] == '/';
}

Result<std::vector<Use>> asked_uses(Decisions& decisions, const Value& body) {
  const Timestamp since = parse_iso8601(body["since"].string_or("")).value_or(Timestamp{});
  const std::string role = body["role"].string_or("");
  auto uses = decisions.uses("", since);
  std::erase_if(uses, [&](const Use& use) {
    return !is_asked(role, acting_principal(use.sample.caller.principal));
  });
  if (uses.empty() && !role.empty())
    return fault("NothingObserved", "no call of " + role + " was observed", 400);
  return uses;
}

// How long a trial lasts that nobody renews.
constexpr int64_t kTrialMs = 30'000;
constexpr int64_t kLongestTrialMs = 3'600'000;

int64_t steady_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

std::string_view outcome_name(Outcome outcome) {
  return outcome == Outcome::kAllowed ? "allowed" : "denied";
}

}  // namespace

// Every observed call again, under `changes`: which would end otherwise, and only because of them
// (`changes`); and which of the allowed ones would be denied, for whatever reason (`denied`).
Value ServerImpl::replay(const std::vector<Use>& uses, const PolicyChanges& changes) {
  Value list = Value::list(), denied = Value::list();
  int64_t gone = 0;
  auto txn = engine_->begin_read();
  for (const Use& use : uses) {
    const Question& q = use.sample;
    std::optional<IdentityPolicies> policies;
    AuthorizationRequest request =
        gather(*txn, q.caller, q.region, q.action, q.resource, q.context, q.time, policies);
    const Outcome now = evaluate(request).allowed() ? Outcome::kAllowed : Outcome::kDenied;
    if (now != use.outcome) ++gone;
    changes.apply(request, use.needs);
    std::vector<StatementTrace> trace;
    const Decision decision = evaluate(request, trace);
    const Outcome then = decision.allowed() ? Outcome::kAllowed : Outcome::kDenied;
    if (then == Outcome::kDenied && use.outcome == Outcome::kAllowed)
      denied.push_back(Value::object({{"action", q.action},
                                      {"resource", q.resource},
                                      {"role", acting_principal(q.caller.principal)}}));
    if (then == use.outcome || then == now) continue;
    add_global_keys(request, request.context);
    Value change = explain(request, decision, trace);
    change.erase("policies");  // every statement of every policy, once for each call, is too much
    change.set("was", outcome_name(use.outcome));
    change.set("would", outcome_name(then));
    change.set("role", acting_principal(q.caller.principal));
    change.set("count", static_cast<int64_t>(use.count));
    change.set("requestId", q.request_id);
    list.push_back(std::move(change));
  }
  return Value::object({{"replayed", static_cast<int64_t>(uses.size())},
                        {"otherwiseByNow", gone},
                        {"denied", std::move(denied)},
                        {"changes", std::move(list)}});
}

std::string ServerImpl::set_trial(std::shared_ptr<const PolicyChanges> changes, int64_t hold_ms) {
  std::string id = random_.uuid();
  std::lock_guard lock(trial_mutex_);
  trial_ = {std::move(changes), id, hold_ms, steady_ms() + hold_ms};
  on_trial_.store(trial_.changes != nullptr, std::memory_order_release);
  authorization_changed();  // nothing that a request finds meanwhile is remembered for later
  return id;
}

bool ServerImpl::renew_trial(std::string_view id) {
  std::lock_guard lock(trial_mutex_);
  const int64_t now = steady_ms();
  if (!trial_.changes || trial_.id != id || trial_.until_ms <= now) return false;
  trial_.until_ms = now + trial_.hold_ms;
  return true;
}

std::shared_ptr<const PolicyChanges> ServerImpl::trial() {
  std::lock_guard lock(trial_mutex_);
  if (trial_.changes && trial_.until_ms <= steady_ms()) {
    trial_.changes = nullptr;
    on_trial_.store(false, std::memory_order_release);
  }
  return trial_.changes;
}

std::optional<HttpResponse> ServerImpl::serve_policies_admin(const HttpRequest& request,
                                                             std::string_view path,
                                                             const Value& body) {
  if (request.method != "POST") return std::nullopt;
  if (path == "/policies/generate") {
    const auto names =
        body["drawnNames"].string_or("") == "wildcard" ? DrawnNames::kWildcard : DrawnNames::kExact;
    auto uses = asked_uses(decisions_, body);
    if (!uses) return problem(uses.error());
    Value made = minimal_policies(*uses, names);
    made.set("lostCalls", static_cast<int64_t>(decisions_.lost_uses()));
    return json_answer(made);
  }
  if (path == "/policies/replay") {
    auto changes = read_policy_changes(body["changes"]);
    if (!changes) return problem(changes.error());
    auto uses = asked_uses(decisions_, body);
    if (!uses) return problem(uses.error());
    return json_answer(replay(*uses, *changes));
  }
  if (path == "/policies/unused") {
    auto answer = unused(body["role"].string_or(""));
    return answer ? json_answer(*answer) : problem(answer.error());
  }
  if (path == "/policies/trial") {
    // From now on these policies hold for whom they name; an empty set ends the trial, and so does
    // not renewing it: a rehearsal that was killed leaves none behind.
    auto changes = read_policy_changes(body["changes"]);
    if (!changes) return problem(changes.error());
    const int64_t hold_ms =
        body["holdSeconds"].is_int()
            ? std::clamp<int64_t>(body["holdSeconds"].as_int(), 1, kLongestTrialMs / 1000) * 1000
            : kTrialMs;
    auto trial =
        changes->empty() ? nullptr : std::make_shared<const PolicyChanges>(std::move(*changes));
    const bool on = trial != nullptr;
    Value answer = Value::object({{"status", "ready"}});
    const std::string id = set_trial(std::move(trial), hold_ms);
    if (on) answer.set("trial", id);
    return json_answer(answer);
  }
  if (path == "/policies/trial/status")
    return json_answer(Value::object({{"onTrial", trial() != nullptr}}));
  if (path == "/policies/trial/renew") {
    if (!renew_trial(body["trial"].string_or("")))
      return problem({"TrialEnded", "the trial is over: it was not renewed in time", 400, {}});
    return json_answer(Value::object({{"status", "ready"}}));
  }
  return std::nullopt;
}

}  // namespace drydock
