// `drydock rehearse`: reads the file, runs the steps, explains a failure, sums up.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

#include "auth/explain.h"
#include "base/encoding.h"
#include "main/commands.h"
#include "main/rehearse/least_privilege.h"
#include "main/rehearse/own_server.h"
#include "main/rehearse/print_commands.h"
#include "main/rehearse/report.h"
#include "main/rehearse/steps.h"

namespace drydock {

namespace {

using namespace rehearse;

constexpr size_t kExplained = 3;

// Calls that were denied since `since`, newest first.
Value denies_since(const Endpoint& endpoint, const std::string& since) {
  auto answer = admin_get(endpoint, "/denies?since=" + percent_encode(since));
  return answer ? (*answer)["denies"] : Value::list();
}

void explain_failure(Report& report, const Value& denies) {
  if (!denies.size()) return;
  report.note("\nDenied calls, newest first:");
  size_t shown = 0;
  for (const Value& deny : denies.as_list()) {
    if (shown++ == kExplained) break;
    report.note("\n" + explanation_text(deny));
  }
}

void sum_up(Report& report, const Steps& steps, const Value& denies, int64_t total_ms) {
  report.note("\n" + report.paint("It works.", "1;32") + " " + seconds_text(total_ms) + " in all.");
  std::string endpoint_url;
  for (const auto& [name, value] : steps.variables())
    if (name.ends_with(".ServiceEndpoint")) endpoint_url = value;
  for (const auto& [project, phases] : steps.build_phases().as_object()) {
    std::string line = "  build " + project + ":";
    for (const auto& [phase, seconds] : phases.as_object())
      if (seconds.as_double() >= 0.05)
        line += " " + phase + " " + seconds_text(static_cast<int64_t>(seconds.as_double() * 1000)) +
                ",";
    if (line.ends_with(',')) line.pop_back();
    report.note(line);
  }
  if (!endpoint_url.empty()) report.note("  API: " + endpoint_url);
  if (denies.size()) {
    const bool passed = denies.as_list().front()["passed"].bool_or(false);
    report.note("  " + std::to_string(denies.size()) +
                (passed ? " calls passed that would be denied on AWS (--iam audit):"
                        : " calls were denied on the way, as they are on AWS:"));
    // Each action of a principal once, with how often.
    std::vector<std::pair<std::string, size_t>> lines;
    std::vector<std::string> ids;
    for (const Value& deny : denies.as_list()) {
      const std::string line =
          deny["action"].string_or("") + " for " + deny["principal"].string_or("");
      const auto at = std::find_if(lines.begin(), lines.end(),
                                   [&](const auto& one) { return one.first == line; });
      if (at != lines.end()) {
        ++at->second;
        continue;
      }
      lines.emplace_back(line, 1);
      ids.push_back(deny["authorizationId"].string_or(""));
    }
    for (size_t i = 0; i < lines.size(); ++i)
      report.note("    " + lines[i].first +
                  (lines[i].second > 1 ? ", " + std::to_string(lines[i].second) + " times" : "") +
                  "   (drydock why " + ids[i] + ")");
  }
}

void how_to_look_further(Report& report, const Endpoint& endpoint, const Spec& spec,
                         const Variables& variables) {
  std::string path;
  for (const auto& [name, value] : variables)
    if (name.ends_with(".ServiceEndpoint")) path = value;
  report.note("\nLook further:");
  report.note("  export DRYDOCK_URL=" + endpoint.url);
  report.note("  drydock shell --account " + spec.accounts.back() +
              " -- aws cloudformation describe-stacks");
  if (!path.empty()) {
    size_t id_at = path.find("//") + 2, stage_at = path.rfind('/');
    report.note("  curl " + endpoint.url + "/_aws/execute-api/" +
                path.substr(id_at, path.find('.') - id_at) + path.substr(stage_at) + "/…");
  }
}

}  // namespace

int run_rehearse(const Endpoint& given, const RehearseOptions& options) {
  auto spec = read_spec(options.file);
  if (!spec) return failed(spec.error());
  if (options.print_commands) {
    const CleanUp clean_up = options.keep ? CleanUp::kSkip : CleanUp::kAppend;
    std::fputs(commands_of(*spec, clean_up).c_str(), stdout);
    return 0;
  }
  Report report(options.json ? Report::Style::kJson : Report::Style::kPeople);
  Endpoint endpoint = given;
  OwnServer own;
  if (options.start) {
    auto started = own.start(options.data_folder);
    if (!started) return failed(started.error());
    endpoint.url = *started;
  }
  auto health = admin_get(endpoint, "/health");
  if (!health) return failed(health.error());
  const std::string since = (*health)["time"].string_or("");
  const int64_t begun = steady_ms();
  report.title(spec->name + " on " + endpoint.url);
  report.summary("url", endpoint.url);

  Steps steps(endpoint, *spec, report, options.logs ? BuildLogs::kShow : BuildLogs::kHide);
  bool good = steps.run();
  const int64_t delivered_ms = steady_ms() - begun;
  Value denies = denies_since(endpoint, since);
  if (!good) {
    explain_failure(report, denies);
    report.note("\nNothing was cleaned up, so that it can be looked at.");
    how_to_look_further(report, endpoint, *spec, steps.variables());
  } else {
    sum_up(report, steps, denies, delivered_ms);
    if (options.keep) {
      how_to_look_further(report, endpoint, *spec, steps.variables());
    } else if (!spec->cleanup.empty()) {
      report.note("\nClean-up (--keep leaves everything):");
      good = steps.clean_up();
    }
    if (good && options.least_privilege)
      good = prove_least_privilege(endpoint, *spec, report, since, denies,
                                   options.prove_minimal ? Minimal::kRehearsed : Minimal::kReplayed,
                                   options.policies_file);
  }
  Value outputs = Value(Value::Object{});
  for (const auto& [name, value] : steps.variables()) outputs.set(name, value);
  report.summary("outputs", std::move(outputs));
  report.summary("buildPhases", steps.build_phases());
  report.summary("deniedCalls", std::move(denies));
  report.summary("deliveredSeconds", static_cast<double>(delivered_ms) / 1000);
  if (options.start && (options.keep || !good)) report.summary("serverProcess", own.pid());
  report.finish(good);
  if (options.start && (options.keep || !good)) {
    report.note("\nThe server goes on at " + endpoint.url + " (process " +
                std::to_string(own.pid()) + "); stop it with: kill " + std::to_string(own.pid()));
    own.leave_running();
  }
  return good ? 0 : 1;
}

}  // namespace drydock
