#include "main/rehearse/least_privilege.h"

#include <fstream>

#include "main/rehearse/steps.h"

namespace drydock::rehearse {

namespace {

std::expected<Value, std::string> put_on_trial(const Endpoint& endpoint, const Value& policies) {
  return admin_post(endpoint, "/policies/trial", Value::object({{"changes", policies}}));
}

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

bool rehearse_without_each(const Endpoint& endpoint, const Spec& spec, Report& report,
                           const Value& policies) {
  const auto places = places_of(policies);
  size_t number = 0;
  for (const Place& place : places) {
    const std::string what = "[" + std::to_string(++number) + "/" + std::to_string(places.size()) +
                             "] without " + name_of(policies, place);
    const int64_t begun = steady_ms();
    if (auto set = put_on_trial(endpoint, without(policies, place)); !set) {
      report.finished(what, false, 0, set.error(), 0);
      return false;
    }
    Report quiet(Report::Style::kSilent);
    Steps steps(endpoint, spec, quiet, BuildLogs::kHide);
    const bool passed = steps.run() && steps.clean_up();
    (void)put_on_trial(endpoint, Value(Value::Object{}));
    const auto& done = quiet.steps().as_list();
    const std::string at = done.empty() ? "" : done.back()["step"].string_or("");
    if (!passed) steps.clean_up();
    report.finished(what, !passed, steady_ms() - begun,
                    passed ? "it still works" : "stops at: " + at, 0);
    if (passed) return false;
  }
  return true;
}

}  // namespace

bool prove_least_privilege(const Endpoint& endpoint, const Spec& spec, Report& report,
                           const std::string& since, Minimal minimal,
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
  if (auto set = put_on_trial(endpoint, *policies); !set) {
    report.note(set.error());
    return false;
  }
  Steps steps(endpoint, spec, report, BuildLogs::kHide);
  const bool works = steps.run() && steps.clean_up();
  (void)put_on_trial(endpoint, Value(Value::Object{}));
  report.summary("leastPrivilegePolicies", *policies);
  if (!works) return false;
  if (minimal == Minimal::kReplayed) return replay_without_each(endpoint, report, *policies, since);
  return rehearse_without_each(endpoint, spec, report, *policies);
}

}  // namespace drydock::rehearse
