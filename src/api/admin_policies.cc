// The /_drydock/policies/ endpoints: what was observed as the smallest policies, what changed
// policies would do to it, and a trial in which given policies stand in for those of the store.
#include <time.h>

#include <algorithm>
#include <map>

#include "api/admin.h"
#include "api/least_privilege.h"
#include "api/policy_changes.h"
#include "api/server_impl.h"
#include "auth/explain.h"
#include "auth/generation.h"
#include "auth/message.h"

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

// With whoever took the asked role: its trust policy is about them.
enum class AskedUses { kOfRole, kOfAndAboutRole };
std::vector<Use> asked_uses(Decisions& decisions, const Value& body, AskedUses which) {
  const Timestamp since = parse_iso8601(body["since"].string_or("")).value_or(Timestamp{});
  const std::string role = body["role"].string_or("");
  auto uses = decisions.uses("", since);
  std::erase_if(uses, [&](Use& use) {
    if (is_asked(role, acting_principal(use.sample.caller.principal))) return false;
    use.needs.identity = false;  // those have policies of their own
    return which == AskedUses::kOfRole || use.needs.resource_kind != kTrustPolicy ||
           !is_asked(role, use.needs.holder);
  });
  return uses;
}

Fault nothing_known(const std::string& role, bool recording) {
  if (!recording)
    return {"NothingObserved",
            "the server decides nothing (--iam off or authenticate), so no calls are recorded: "
            "start it with --iam enforce or --iam audit",
            400,
            {}};
  return {"NothingObserved",
          "no call" + (role.empty() ? std::string(" of a role or user") : " of " + role) +
              " was observed",
          400,
          {}};
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
Value ServerImpl::replay(std::vector<Use> uses, const PolicyChanges& changes) {
  const auto gone = renew_callers(uses);
  Value list = Value::list(), denied = Value::list();
  int64_t otherwise = 0, stood_in = 0;
  auto txn = engine_->begin_read();
  for (const Use& use : uses) {
    const Question& q = use.sample;
    std::optional<IdentityPolicies> policies;
    AuthorizationRequest request =
        gather(*txn, q.caller, q.region, q.action, q.resource, q.context, q.time, policies);
    Outcome now = evaluate(request).allowed() ? Outcome::kAllowed : Outcome::kDenied;
    if (use.outcome == Outcome::kAllowed && now == Outcome::kDenied) {
      // A rehearsal that has cleaned up is replayed as it was.
      if (gone.contains(std::string(acting_principal(q.caller.principal))))
        stand_in_for_caller(request);
      stand_in_for_resource(request, use.needs);
      if (evaluate(request).allowed()) {
        now = Outcome::kAllowed;
        ++stood_in;
      }
    }
    if (now != use.outcome) ++otherwise;
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
    Value change = explain(request, decision, std::move(trace));
    change.erase("policies");  // every statement of every policy, once for each call, is too much
    change.set("was", outcome_name(use.outcome));
    change.set("would", outcome_name(then));
    change.set("role", acting_principal(q.caller.principal));
    change.set("count", static_cast<int64_t>(use.count));
    change.set("requestId", q.request_id);
    list.push_back(std::move(change));
  }
  return Value::object({{"replayed", static_cast<int64_t>(uses.size())},
                        {"otherwiseByNow", otherwise},
                        {"goneByNow", stood_in},
                        {"denied", std::move(denied)},
                        {"changes", std::move(list)}});
}

std::set<std::string> ServerImpl::renew_callers(std::vector<Use>& uses) {
  std::set<std::string> gone;
  std::map<std::string, std::string> ids;  // of roles and users by ARN; empty: gone
  for (Use& use : uses) {
    Principal& p = use.sample.caller.principal;
    const bool is_role = p.kind == Principal::Kind::kAssumedRole;
    if (!is_role && p.kind != Principal::Kind::kUser) continue;
    auto [at, is_new] = ids.try_emplace(std::string(acting_principal(p)));
    if (is_new) {
      Caller root = account_root(p.account);
      root.user_agent = kOwnAgent;
      const auto found = client_as(root, settings_.default_region)
                             .call("iam", is_role ? "GetRole" : "GetUser",
                                   is_role ? Value::object({{"RoleName", p.role_name}})
                                           : Value::object({{"UserName", p.name}}));
      const Value one = found ? (*found)[is_role ? "Role" : "User"] : Value();
      if (one["Arn"].string_or("") == at->first)
        at->second = one[is_role ? "RoleId" : "UserId"].string_or("");
    }
    if (at->second.empty()) {
      gone.insert(at->first);
      continue;
    }
    if (is_role) p.role_id = at->second;
    p.id = is_role ? at->second + ":" + p.name : at->second;
  }
  return gone;
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
  const std::string role = body["role"].string_or("");
  const bool recording = settings_.enforcement < Enforcement::kAuthenticate;
  if (path == "/policies/generate") {
    const auto names =
        body["drawnNames"].string_or("") == "wildcard" ? DrawnNames::kWildcard : DrawnNames::kExact;
    // A user has policies made when they are asked for by name.
    Value made = minimal_policies(asked_uses(decisions_, body, AskedUses::kOfAndAboutRole), names,
                                  role.empty() ? PoliciesFor::kRoles : PoliciesFor::kRolesAndUsers);
    if ((!role.empty() || !recording) && !made["roles"].size() && !made["resources"].size())
      return problem(nothing_known(role, recording));
    made.set("lostCalls", static_cast<int64_t>(decisions_.lost_uses()));
    return json_answer(made);
  }
  if (path == "/policies/replay") {
    auto changes = read_policy_changes(body["changes"]);
    if (!changes) return problem(changes.error());
    auto uses = asked_uses(decisions_, body, AskedUses::kOfRole);
    if ((!role.empty() || !recording) && uses.empty())
      return problem(nothing_known(role, recording));
    return json_answer(replay(std::move(uses), *changes));
  }
  if (path == "/policies/unused") {
    auto answer = unused(role);
    if (!recording && decisions_.uses("", Timestamp{}).empty())
      return problem(nothing_known({}, false));
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
