#include "main/rehearse/least_privilege.h"

#include <fstream>
#include <set>

#include "base/encoding.h"
#include "base/text.h"
#include "main/rehearse/steps.h"
#include "main/rehearse/trial.h"

namespace drydock::rehearse {

namespace {

// Every statement of the set: list ("roles"), policy in it, statement in that.
struct Place {
  const char* list;
  size_t policy, statement;
};

std::vector<Place> places_of(const Value& policies) {
  std::vector<Place> places;
  for (const char* list : {"roles", "resources"})
    for (size_t i = 0; i < policies[list].size(); ++i) {
      const size_t count = policies[list].as_list()[i]["document"]["Statement"].size();
      for (size_t k = 0; k < count; ++k) places.push_back({list, i, k});
    }
  return places;
}

std::string name_of(const Value& policies, const Place& place) {
  const Value& policy = policies[place.list].as_list()[place.policy];
  const Value& statement = policy["document"]["Statement"].as_list()[place.statement];
  const std::string of = policy["role"].string_or("") + policy["resource"].string_or("");
  return "statement " + statement["Sid"].string_or("") + " of " + of.substr(of.rfind(':') + 1) +
         (policy.find("kind") ? " (" + policy["kind"].string_or("") + ")" : "");
}

// A document needs a statement: the last one is left to allow what nobody asks for.
Value without(Value policies, const Place& place) {
  Value& statements =
      policies.set(place.list).as_list()[place.policy].set("document").set("Statement");
  if (statements.size() > 1) {
    statements.as_list().erase(statements.as_list().begin() +
                               static_cast<Value::List::difference_type>(place.statement));
    return policies;
  }
  Value& only = statements.as_list().front();
  if (only.find("Principal"))
    only.set("Principal", Value::object({{"Service", "nobody.amazonaws.com"}}));
  else
    only.set("Action", "drydock:Nothing");
  return policies;
}

// How many of the rehearsal's calls would be denied under `policies`; an error ready to print.
std::expected<size_t, std::string> denied_by(const Endpoint& endpoint, const Value& policies,
                                             const std::string& since) {
  auto answer = admin_post(endpoint, "/policies/replay",
                           Value::object({{"changes", policies}, {"since", since}}));
  if (!answer) return std::unexpected(answer.error());
  return (*answer)["denied"].size();
}

bool replay_without_each(const Endpoint& endpoint, Report& report, const Value& policies,
                         const std::string& since) {
  const auto places = places_of(policies);
  report.begin("each of " + std::to_string(places.size()) + " statements is needed");
  // Calls whose principals the clean-up took away are denied with any policies.
  auto always = denied_by(endpoint, policies, since);
  for (const Place& place : places) {
    report.running(name_of(policies, place));
    auto denied = always ? denied_by(endpoint, without(policies, place), since) : always;
    if (!denied || *denied <= *always) {
      report.failed(denied ? "without " + name_of(policies, place) +
                                 " no call of the rehearsal would be denied"
                           : denied.error());
      return false;
    }
  }
  report.done("by replay of the calls; --prove-minimal rehearses without each");
  return true;
}

// Denies since a rehearsal's beginning: those that were not there before, as `watched` wants them.
class Denies {
 public:
  explicit Denies(const Endpoint& endpoint) : endpoint_(endpoint) {
    if (auto health = admin_get(endpoint_, "/health")) since_ = (*health)["time"].string_or("");
    for (const Value& deny : all()) seen_.insert(deny["authorizationId"].string_or(""));
  }
  // Each one once, oldest first.
  Value::List fresh() {
    Value::List found;
    for (Value& deny : all())
      if (seen_.insert(deny["authorizationId"].string_or("")).second)
        found.insert(found.begin(), std::move(deny));
    return found;
  }

 private:
  Value::List all() const {
    auto answer = admin_get(endpoint_, "/denies?since=" + percent_encode(since_));
    return answer && (*answer)["denies"].is_list() ? (*answer)["denies"].as_list() : Value::List{};
  }
  const Endpoint& endpoint_;
  std::string since_;
  std::set<std::string> seen_;
};

std::string role_of(const Value& deny) {
  const Value& arns = deny["context"]["aws:PrincipalArn"];
  return arns.size() ? arns.as_list().front().string_or("") : deny["principal"].string_or("");
}

// Whether the call that was denied is one that the statement allows.
bool is_allowed_by(const Value& policies, const Place& place, const Value& deny) {
  const Value& policy = policies[place.list].as_list()[place.policy];
  const Value& actions = policy["document"]["Statement"].as_list()[place.statement]["Action"];
  const std::string action = deny["action"].string_or("");
  bool named = actions.string_or("") == action;
  for (size_t i = 0; actions.is_list() && i < actions.size(); ++i)
    named = named || actions.as_list()[i].string_or("") == action;
  if (!named) return false;
  if (policy.find("role")) return glob_match(policy["role"].string_or(""), role_of(deny));
  const std::string holder = policy["resource"].string_or("");
  const std::string resource = deny["resource"].string_or("");
  return glob_match(holder, resource) || glob_match(holder + "/*", resource) ||
         glob_match(holder + ":*", resource);
}

// One rehearsal without one statement. It must not pass: a step stops, or, where AWS too goes on
// without telling (a function's log lines), a call is denied that the whole set allows.
bool rehearse_without(const Endpoint& endpoint, const Spec& spec, Report& report, Trial& trial,
                      const Value& policies, const Place& place, const std::string& what) {
  const int64_t begun = steady_ms();
  const auto tell = [&](bool good, const std::string& detail) {
    report.finished(what, good, steady_ms() - begun, detail, 0);
    return good;
  };
  Denies denies(endpoint);
  if (auto set = trial.put(without(policies, place)); !set) return tell(false, set.error());
  std::string denied_at, denied;
  Report quiet(Report::Style::kSilent);
  const auto look = [&](const std::string& step) {
    for (const Value& deny : denies.fresh())
      if (denied.empty() && is_allowed_by(policies, place, deny)) {
        denied = deny["action"].string_or("") + " was denied";
        denied_at = step;
      }
  };
  quiet.after_each_step(look);
  Steps steps(endpoint, spec, quiet, BuildLogs::kHide);
  const bool passed = steps.run() && steps.clean_up();
  const bool held = trial.end();
  look("the end");
  std::string stopped_at;
  for (const Value& step : quiet.steps().as_list())
    if (stopped_at.empty() && step["status"].string_or("") == "failed")
      stopped_at = step["step"].string_or("");
  if (!passed) steps.clean_up();
  if (!held) return tell(false, "the machine was too busy: the trial ended early");
  if (denied.empty())
    return tell(false, passed ? "it still works"
                              : "stops at " + stopped_at + ", but not for want of this statement");
  return tell(true, passed ? "at " + denied_at + ": " + denied + ", which stops no step"
                           : "stops at " + stopped_at + ": " + denied);
}

bool rehearse_without_each(const Endpoint& endpoint, const Spec& spec, Report& report, Trial& trial,
                           const Value& policies) {
  const auto places = places_of(policies);
  size_t number = 0, unneeded = 0;
  for (const Place& place : places) {
    const std::string what = "[" + std::to_string(++number) + "/" + std::to_string(places.size()) +
                             "] without " + name_of(policies, place);
    if (!rehearse_without(endpoint, spec, report, trial, policies, place, what)) ++unneeded;
  }
  if (unneeded)
    report.note("\n" + std::to_string(unneeded) + " of " + std::to_string(places.size()) +
                " statements were not shown to be needed.");
  return unneeded == 0;
}

// With the generated policies nothing is denied that was not denied before: not only the steps
// pass.
bool rehearse_with(const Endpoint& endpoint, const Spec& spec, Report& report, Trial& trial,
                   const Value& policies, const Value& denied_before) {
  std::set<std::pair<std::string, std::string>> before;
  for (const Value& deny : denied_before.as_list())
    before.insert({role_of(deny), deny["action"].string_or("")});
  Denies denies(endpoint);
  if (auto set = trial.put(policies); !set) {
    report.note(set.error());
    return false;
  }
  Steps steps(endpoint, spec, report, BuildLogs::kHide);
  if (!steps.run() || !steps.clean_up()) return false;
  report.begin("no call is denied that was not before");
  std::string more;
  for (const Value& deny : denies.fresh())
    if (!before.contains({role_of(deny), deny["action"].string_or("")}))
      more += (more.empty() ? "" : "\n") + deny["message"].string_or("");
  if (!trial.end()) more = "the machine was too busy: the trial ended early";
  if (!more.empty()) {
    report.failed(more);
    return false;
  }
  report.done();
  return true;
}

}  // namespace

bool prove_least_privilege(const Endpoint& endpoint, const Spec& spec, Report& report,
                           const std::string& since, const Value& denied_before, Minimal minimal,
                           const std::string& policies_file) {
  auto policies = admin_post(endpoint, "/policies/generate",
                             Value::object({{"since", since}, {"drawnNames", "wildcard"}}));
  if (!policies) {
    report.note(policies.error());
    return false;
  }
  if (!policies_file.empty()) {
    std::ofstream file(policies_file, std::ios::binary | std::ios::trunc);
    file << to_pretty_json(*policies) << "\n";
    if (!file.flush()) {
      report.note("cannot write " + policies_file);
      return false;
    }
    report.note("\nThe generated policies are in " + policies_file + ".");
  }
  report.note("\nAgain, with the policies generated for " +
              std::to_string((*policies)["roles"].size()) + " roles and " +
              std::to_string((*policies)["resources"].size()) + " resources alone:");
  Trial trial(endpoint);
  const bool works = rehearse_with(endpoint, spec, report, trial, *policies, denied_before);
  report.summary("leastPrivilegePolicies", *policies);
  if (!works) return false;
  if (minimal == Minimal::kReplayed) return replay_without_each(endpoint, report, *policies, since);
  return rehearse_without_each(endpoint, spec, report, trial, *policies);
}

}  // namespace drydock::rehearse
