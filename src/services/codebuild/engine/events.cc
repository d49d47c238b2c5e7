// What EventBridge is told of builds.
#include "services/codebuild/engine/engine.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

namespace {

// "Sep 1, 2017 4:12:29 PM"
std::string event_time(Timestamp time) {
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::string iso = to_iso8601_ms(time);  // 2026-01-02T03:04:05.678Z
  auto number = [&](size_t at) { return (iso[at] - '0') * 10 + (iso[at + 1] - '0'); };
  int hour = number(11);
  return std::string(kMonths[number(5) - 1]) + " " + std::to_string(number(8)) + ", " +
         iso.substr(0, 4) + " " + std::to_string(hour % 12 == 0 ? 12 : hour % 12) +
         iso.substr(13, 6) + (hour < 12 ? " AM" : " PM");
}

Value contexts_of(const BuildPhase& phase) {
  Value list = Value::list();
  for (const auto& context : phase.contexts.value_or(std::vector<PhaseContext>{})) {
    list.push_back(context.statusCode.value_or("") + ": " + context.message.value_or(""));
  }
  if (list.size() == 0) list.push_back(": ");
  return list;
}

Value additional_information(const Build& build) {
  Value phases = Value::list();
  for (const auto& phase : build.phases.value_or(std::vector<BuildPhase>{})) {
    Value one = Value::object({{"phase-context", contexts_of(phase)},
                               {"start-time", event_time(*phase.startTime)},
                               {"phase-type", *phase.phaseType}});
    if (phase.endTime) {
      one.set("end-time", event_time(*phase.endTime));
      one.set("duration-in-seconds", phase.durationInSeconds.value_or(0));
    }
    if (phase.phaseStatus) one.set("phase-status", *phase.phaseStatus);
    phases.push_back(std::move(one));
  }
  Value environment =
      Value::object({{"image", build.environment->image},
                     {"privileged-mode", build.environment->privilegedMode.value_or(false)},
                     {"compute-type", build.environment->computeType},
                     {"type", build.environment->type}});
  Value variables = Value::list();
  for (const auto& variable :
       build.environment->environmentVariables.value_or(std::vector<EnvironmentVariable>{})) {
    variables.push_back(Value::object({{"name", variable.name},
                                       {"type", variable.type.value_or("PLAINTEXT")},
                                       {"value", variable.value}}));
  }
  environment.set("environment-variables", std::move(variables));
  Value source = Value::object({{"type", build.source->type}});
  if (build.source->location) source.set("location", *build.source->location);
  Value info = Value::object(
      {{"cache",
        Value::object({{"type", build.cache ? build.cache->type : std::string("NO_CACHE")}})},
       {"build-number", build.buildNumber.value_or(0)},
       {"timeout-in-minutes", build.timeoutInMinutes.value_or(60)},
       {"build-complete", build.buildComplete.value_or(false)},
       {"initiator", build.initiator.value_or("")},
       {"build-start-time", event_time(*build.startTime)},
       {"source", std::move(source)},
       {"environment", std::move(environment)},
       {"project-file-system-locations", Value::list()}});
  if (build.sourceVersion) info.set("source-version", *build.sourceVersion);
  if (build.artifacts && build.artifacts->location)
    info.set("artifact", Value::object({{"location", *build.artifacts->location}}));
  if (build.logs && build.logs->groupName) {
    info.set("logs", Value::object({{"group-name", *build.logs->groupName},
                                    {"stream-name", *build.logs->streamName},
                                    {"deep-link", build.logs->deepLink.value_or("")}}));
  }
  info.set("phases", std::move(phases));
  return info;
}

}  // namespace

void emit_build_state(Call& call, const Build& build) {
  Value detail = Value::object({{"build-status", *build.buildStatus},
                                {"project-name", *build.projectName},
                                {"build-id", *build.arn},
                                {"additional-information", additional_information(build)},
                                {"current-phase", *build.currentPhase},
                                {"current-phase-context", "[]"},
                                {"version", "1"}});
  call.emit("aws.codebuild", "CodeBuild Build State Change", {*build.arn}, std::move(detail));
}

void emit_phase_change(Call& call, const Build& build, const BuildPhase& completed) {
  Value detail =
      Value::object({{"completed-phase", *completed.phaseType},
                     {"project-name", *build.projectName},
                     {"build-id", *build.arn},
                     {"completed-phase-context", to_json(contexts_of(completed))},
                     {"additional-information", additional_information(build)},
                     {"completed-phase-status", completed.phaseStatus.value_or("")},
                     {"completed-phase-duration-seconds", completed.durationInSeconds.value_or(0)},
                     {"version", "1"},
                     {"completed-phase-start", event_time(*completed.startTime)},
                     {"completed-phase-end", event_time(*completed.endTime)}});
  call.emit("aws.codebuild", "CodeBuild Build Phase Change", {*build.arn}, std::move(detail));
}

}  // namespace drydock::codebuild
