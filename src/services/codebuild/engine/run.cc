// One build from QUEUED to COMPLETED: the phases in their order, each written to the build's row as
// it begins and ends.
#include "services/codebuild/engine/run.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "services/codebuild/engine/context.h"
#include "services/codebuild/engine/engine.h"
#include "services/codebuild/engine/script.h"

namespace drydock::codebuild {

namespace {

constexpr int64_t kMinuteMs = 60 * 1000;
constexpr int64_t kRuntimeTimeoutMs = 5 * kMinuteMs;
// AWS does let `npm install` pass where there is no package.json, for the npm of its images says so
// with a warning; npm 11 makes it an error. All else goes to the npm behind this one.
constexpr const char* kNpm = R"(#!/bin/bash
plain=1
case $1 in install|i) for word in "${@:2}"; do case $word in -g|--global|--prefix*) plain= ;; -*) ;; *) plain= ;; esac; done ;; *) plain= ;; esac
if [ -n "$plain" ]; then
  folder=$PWD
  while [ -n "$folder" ] && [ ! -e "$folder/package.json" ] && [ ! -d "$folder/node_modules" ]; do folder=${folder%/*}; done
  if [ -z "$folder" ]; then
    echo "npm WARN saveError ENOENT: no such file or directory, open '$PWD/package.json'" >&2
    echo "up to date in 0.1s"
    exit 0
  fi
fi
for npm in $(type -ap npm); do [ "$npm" -ef "$0" ] || exec "$npm" "$@"; done
echo "npm: command not found" >&2
exit 127
)";
constexpr size_t kShownCommand = 4096;  // of a command in a failure's message

std::string first_line(const std::string& command) {
  std::string text(trim(command));
  if (text.size() > kShownCommand) text = text.substr(0, kShownCommand) + "…";
  return text;
}

class Run {
 public:
  Run(Server& server, Space space, BuildRow row, RunningBuild& running)
      : context_{.server = server, .space = std::move(space), .row = std::move(row)},
        running_(running) {
    context_.id = *context_.row.build.id;
    context_.uuid = context_.id.substr(context_.id.rfind(':') + 1);
  }

  // False: the server is stopping, and the build must run again.
  bool run() {
    begin_again();
    end_phase("SUCCEEDED");  // QUEUED
    if (stop_asked()) return finish("STOPPED");
    begin_phase("PROVISIONING");
    if (Outcome done = provision(); !done) return fail(done.error());
    end_phase("SUCCEEDED");
    begin_phase("DOWNLOAD_SOURCE");
    if (Outcome done = prepare(); !done) return fail(done.error());
    end_phase("SUCCEEDED");
    std::string status = run_phases();
    if (status == "AGAIN") return false;
    if (status == "STOPPED" || status == "TIMED_OUT" || status == "FAULT") return finish(status);
    if (upload_due_) {
      begin_phase("UPLOAD_ARTIFACTS");
      Outcome uploaded = upload();
      if (!uploaded) {
        end_phase("FAILED", uploaded.error());
        status = "FAILED";
      } else {
        end_phase("SUCCEEDED", PhaseFailure{});
      }
    }
    if (status == "SUCCEEDED") store_cache(context_);
    return finish(status);
  }

 private:
  // ---- the row
  void update(const std::function<void(Call&, Build&)>& change) {
    auto done =
        context_.server.work_in(AccountId{context_.space.account}, Region{context_.space.region},
                                "codebuild", [&](Call& call) -> Result<void> {
                                  auto row = kBuilds.get(call.txn(), context_.space, {context_.id});
                                  if (!row) return {};
                                  change(call, row->build);
                                  kBuilds.put(call.txn(), context_.space, {context_.id}, *row);
                                  context_.row.build = row->build;
                                  if (row->stopRequested) running_.stop_requested = true;
                                  return {};
                                });
    if (!done) log::error("codebuild: " + context_.id + ": " + done.error().message);
  }
  // After a crash: from the start, under the same id.
  void begin_again() {
    update([&](Call& call, Build& build) {
      bool again = build.phases->size() > 2;
      build.phases->resize(1);
      build.phases->push_back({.phaseType = "QUEUED", .startTime = build.phases->front().endTime});
      build.currentPhase = "QUEUED";
      if (again) log_first_ = "Drydock was stopped during this build; it runs again from its start";
      (void)call;
    });
  }
  void begin_phase(const std::string& type) {
    update([&](Call& call, Build& build) {
      build.currentPhase = type;
      build.phases->push_back({.phaseType = type, .startTime = call.now()});
    });
    if (context_.log &&
        (type == "INSTALL" || type == "PRE_BUILD" || type == "BUILD" || type == "POST_BUILD")) {
      context_.log->container("Entering phase " + type);
    }
  }
  void end_phase(const std::string& status, const std::optional<PhaseFailure>& failure = {}) {
    std::string type;
    update([&](Call& call, Build& build) {
      BuildPhase& phase = build.phases->back();
      if (phase.endTime) return;
      phase.phaseStatus = status;
      phase.endTime = call.now();
      phase.durationInSeconds = (phase.endTime->ms - phase.startTime->ms) / 1000;
      if (failure)
        phase.contexts =
            std::vector<PhaseContext>{{.statusCode = failure->code, .message = failure->message}};
      type = *phase.phaseType;
      emit_phase_change(call, build, phase);
    });
    if (!context_.log || type.empty() || type == "QUEUED" || type == "PROVISIONING" ||
        type == "FINALIZING")
      return;
    context_.log->container("Phase complete: " + type + " State: " + status);
    context_.log->container("Phase context status code: " + (failure ? failure->code : "") +
                            " Message: " + (failure ? failure->message : ""));
  }
  bool fail(const PhaseFailure& failure) {
    if (stop_asked()) {
      end_phase("STOPPED");
      return finish("STOPPED");
    }
    end_phase("FAILED", failure);
    return finish(failure.code == "INTERNAL_ERROR" ? "FAULT" : "FAILED");
  }
  bool finish(const std::string& status) {
    begin_phase("FINALIZING");
    end_phase("SUCCEEDED", PhaseFailure{});
    context_.log.reset();  // whoever sees the build complete finds its whole log
    store_s3_log(context_);
    update([&](Call& call, Build& build) {
      build.currentPhase = "COMPLETED";
      build.phases->push_back({.phaseType = "COMPLETED", .startTime = call.now()});
      build.endTime = call.now();
      build.buildStatus = status;
      build.buildComplete = true;
      if (!context_.resolved_version.empty())
        build.resolvedSourceVersion = context_.resolved_version;
      if (!exported_.empty()) build.exportedEnvironmentVariables = exported_;
      if (uploaded_.primary.location) {
        build.artifacts->location = uploaded_.primary.location;
        build.artifacts->sha256sum = uploaded_.primary.sha256sum;
        build.artifacts->md5sum = uploaded_.primary.md5sum;
      }
      if (!uploaded_.secondary.empty()) build.secondaryArtifacts = uploaded_.secondary;
      emit_build_state(call, build);
      call.after_commit([&server = context_.server, arn = *build.arn] {
        server.waiters().wake("codebuild/" + arn);
      });
    });
    return true;
  }
  bool stop_asked() const { return running_.stop_requested; }
  int64_t time_left_ms() const {
    int64_t limit = context_.row.build.timeoutInMinutes.value_or(60) * kMinuteMs;
    return limit - (context_.server.clock().now().ms - started_ms_);
  }

  // ---- PROVISIONING
  Outcome provision() {
    const Build& build = context_.row.build;
    started_ms_ = context_.server.clock().now().ms;
    Region region{context_.space.region};
    std::string role = build.serviceRole.value_or("");
    context_.role = std::make_unique<RoleSession>(
        context_.server, project_arn(context_.space, *build.projectName), *build.arn,
        context_.space.account, region, role, "AWSCodeBuild-" + context_.uuid);
    if (auto client = context_.role->client(); !client) {
      return phase_failure("ACCESS_DENIED",
                           "CodeBuild is not authorized to perform: sts:AssumeRole on " + role +
                               ": " + client.error().message);
    }
    context_.log = std::make_unique<BuildLog>(
        context_.server.clock(), [session = context_.role.get()] { return session->client(); },
        build.logs->groupName.value_or(""), build.logs->streamName.value_or(""));
    if (auto credentials = context_.role->credentials()) {
      context_.log->mask((*credentials)["SecretAccessKey"].as_string());
      context_.log->mask((*credentials)["Token"].as_string());
    }
    if (auto opened = context_.log->open(); !opened) {
      context_.log.reset();
      return phase_failure(
          "ACCESS_DENIED",
          "Service role " + role +
              " does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build " +
              *build.arn + ". Error message: " + opened.error().message);
    }
    update([&](Call&, Build& row) { row.buildStatus = "IN_PROGRESS"; });
    context_.workspace =
        std::make_unique<Workspace>(context_.server.settings().data_folder, context_.uuid);
    if (s3_log_of(context_)) context_.log->copy_to(context_.workspace->scratch(kLogCopy));
    if (!log_first_.empty()) context_.log->container(log_first_);
    context_.log->container("Running on CodeBuild On-demand");
    context_.log->container("Waiting for agent ping");
    context_.log->container("Waiting for DOWNLOAD_SOURCE");
    return {};
  }

  // ---- DOWNLOAD_SOURCE
  Outcome prepare() {
    context_.log->container("Phase is DOWNLOAD_SOURCE");
    if (Outcome done = download_source(context_); !done) return done;
    context_.log->container("Processing environment variables");
    context_.runtime = plan_runtimes(runtime_versions(context_), *context_.workspace);
    for (const auto& note : context_.runtime.notes) context_.log->container(note);
    if (Outcome done = make_environment(context_); !done) return done;
    if (!context_.runtime.install_package.empty()) install_runtime();
    steps_ = steps_of(context_.spec);
    context_.reuse = plan_reuse(context_.spec, steps_, context_.runtime.salt, *context_.workspace);
    if (!context_.reuse.folder.empty()) {
      for (size_t index : context_.reuse.steps)
        steps_[index].reused = "an earlier build ran it; DRYDOCK_BUILD_REUSE=0 turns this off";
    }
    fetch_cache(context_);
    context_.log->container("Moving to directory " + context_.workspace->source_inside());
    context_.log->container("Registering with agent");
    size_t present = std::count_if(context_.spec.phases.begin(), context_.spec.phases.end(),
                                   [](const auto& phase) { return phase.present; });
    context_.log->container("Phases found in YAML: " + std::to_string(present));
    for (const auto& group : context_.spec.report_groups)
      context_.log->container("Reports are not served by Drydock: " + group + " is not written");
    for (const auto& phase : context_.spec.phases) {
      if (phase.present)
        context_.log->container(" " + phase.name + ": " + std::to_string(phase.commands.size()) +
                                " commands");
    }
    return write_script();
  }
  // A Node of another major version, from npm's own registry. The machine's serves when that fails.
  void install_runtime() {
    SandboxOptions options = sandbox_options(context_);
    ::mkdir(context_.runtime.install_folder.c_str(), 0700);
    options.mounts.push_back(
        {context_.runtime.install_folder, "/codebuild/install", Mount::Access::kWrite});
    options.command = {
        "/bin/bash", "-c",
        "unset npm_config_prefix; cd /codebuild/install && npm install --no-save --no-package-lock " +
            context_.runtime.install_package};
    options.timeout_ms = kRuntimeTimeoutMs;
    context_.log->container("Installing " + context_.runtime.install_package);
    std::string output;
    auto sandbox = start_sandbox(options);
    bool installed =
        sandbox &&
        (*sandbox)->wait([&](std::string_view piece) { output += piece.substr(0, 4096); }).code ==
            0;
    if (installed) return;
    context_.log->container(context_.runtime.install_package +
                            " is not to be had; this machine's nodejs is used: " +
                            std::string(trim(output)).substr(0, 1000));
    for (auto& [name, value] : context_.environment) {
      if (name == "PATH") value = replace_all(value, context_.runtime.node_folder + "/bin:", "");
    }
  }
  Outcome write_script() {
    auto add = [&](const ArtifactSpec& spec) {
      expansions_.insert(expansions_.end(), {spec.name, spec.base_directory, spec.s3_prefix});
      expansions_.insert(expansions_.end(), spec.files.begin(), spec.files.end());
      expansions_.insert(expansions_.end(), spec.exclude_paths.begin(), spec.exclude_paths.end());
    };
    if (context_.spec.artifacts) add(*context_.spec.artifacts);
    for (const auto& spec : context_.spec.secondary_artifacts) add(spec);
    token_ = context_.server.random().uuid();
    std::string folder = context_.workspace->control();
    for (const auto& file :
         build_script(context_.spec, steps_, expansions_, kControlInside, token_)) {
      if (!Workspace::write(folder + "/" + file.name, file.content))
        return phase_failure("INTERNAL_ERROR", "cannot write to " + folder);
    }
    // Names that AWS's images have and a machine may lack.
    ::mkdir((folder + "/bin").c_str(), 0755);
    (void)!::symlink("/usr/bin/python3", (folder + "/bin/python").c_str());
    ::mkdir((folder + "/first").c_str(), 0755);
    if (!Workspace::write(folder + "/first/npm", kNpm))
      return phase_failure("INTERNAL_ERROR", "cannot write to " + folder);
    ::chmod((folder + "/first/npm").c_str(), 0755);
    (void)!::symlink("/usr/bin/pip3", (folder + "/bin/pip").c_str());
    return {};
  }

  // ---- INSTALL to POST_BUILD. Returns the build's status so far.
  std::string run_phases() {
    SandboxOptions options = sandbox_options(context_);
    options.command = {"/bin/bash", std::string(kControlInside) + "/run.sh"};
    options.timeout_ms = std::max<int64_t>(time_left_ms(), 1);
    auto sandbox = start_sandbox(options);
    if (!sandbox) {
      begin_phase("INSTALL");
      end_phase("FAULT", PhaseFailure{"INTERNAL_ERROR", sandbox.error()});
      return "FAULT";
    }
    running_.set_sandbox(sandbox->get());
    MarkReader reader(token_);
    auto on_line = [&](const std::string& line) { context_.log->line(line); };
    auto on_mark = [&](const Mark& mark) { obey(mark); };
    SandboxExit exit =
        (*sandbox)->wait([&](std::string_view piece) { reader.feed(piece, on_line, on_mark); });
    reader.finish(on_line);
    running_.set_sandbox(nullptr);
    if (running_.server_stopping) return "AGAIN";
    if (stop_asked()) {
      end_phase("STOPPED");
      return "STOPPED";
    }
    if (exit.timed_out) {
      end_phase("TIMED_OUT", PhaseFailure{"BUILD_TIMED_OUT", "Build has timed out. "});
      return "TIMED_OUT";
    }
    if (phase_open_) {  // the sandbox ended before its program did
      std::string why =
          exit.note.empty() ? "exit status " + std::to_string(exit.code) : "the build " + exit.note;
      end_phase("FAILED", PhaseFailure{"COMMAND_EXECUTION_ERROR",
                                       "Error while executing command: " + running_command_ +
                                           ". Reason: " + why});
      return "FAILED";
    }
    if (!saw_phase_) {
      begin_phase("INSTALL");
      end_phase("FAULT", PhaseFailure{"INTERNAL_ERROR", "the build's program did not start"});
      return "FAULT";
    }
    if (installed_) keep_environment(context_.reuse, *context_.workspace);
    return failed_ ? "FAILED" : "SUCCEEDED";
  }
  void obey(const Mark& mark) {
    switch (mark.kind) {
      case Mark::Kind::kPhaseBegin:
        if (mark.index >= 4) return;
        saw_phase_ = phase_open_ = true;
        failure_.reset();
        running_command_.clear();
        begin_phase(context_.spec.phases[mark.index].name);
        break;
      case Mark::Kind::kCommand:
        if (mark.index >= steps_.size()) return;
        running_command_ = first_line(steps_[mark.index].command);
        context_.log->container("Running command " + running_command_);
        break;
      case Mark::Kind::kReused:
        if (mark.index >= steps_.size()) return;
        context_.log->container("Reusing the result of command " +
                                first_line(steps_[mark.index].command) + " (" +
                                steps_[mark.index].reused + ")");
        break;
      case Mark::Kind::kCommandEnd: {
        if (mark.code == 0 || mark.index >= steps_.size()) return;
        std::string command = first_line(steps_[mark.index].command),
                    status = "exit status " + std::to_string(mark.code);
        context_.log->container("Command did not exit successfully " + command + " " + status);
        if (!failure_)
          failure_ =
              PhaseFailure{"COMMAND_EXECUTION_ERROR",
                           "Error while executing command: " + command + ". Reason: " + status};
        break;
      }
      case Mark::Kind::kPhaseEnd:
        if (mark.index >= 4 || !phase_open_) return;
        phase_open_ = false;
        if (mark.code != 0) {
          failed_ = true;
          end_phase("FAILED", failure_.value_or(PhaseFailure{"COMMAND_EXECUTION_ERROR", ""}));
          bool aborted = context_.spec.phases[mark.index].on_failure == OnFailure::kAbort;
          if (mark.index == 2 && aborted) upload_due_ = false;
        } else {
          end_phase("SUCCEEDED", PhaseFailure{});
          if (mark.index == 0) installed_ = true;
        }
        // AWS does upload after a failed BUILD, but not when the build never came so far.
        if (mark.index == 2 &&
            !(mark.code != 0 && context_.spec.phases[2].on_failure == OnFailure::kAbort))
          upload_due_ = true;
        break;
      case Mark::Kind::kExported: {
        bool secret = mark.name.starts_with("AWS_");
        for (const auto& [name, reference] : context_.spec.secrets_manager)
          secret = secret || name == mark.name;
        for (const auto& [name, reference] : context_.spec.parameter_store)
          secret = secret || name == mark.name;
        if (!secret) exported_.push_back({.name = mark.name, .value = mark.value});
        break;
      }
      case Mark::Kind::kExpanded:
        if (mark.index >= expansions_.size()) return;
        expansions_[mark.index] = mark.value;
        while (expansions_[mark.index].ends_with("\n")) expansions_[mark.index].pop_back();
        break;
    }
  }

  // ---- UPLOAD_ARTIFACTS
  Outcome upload() {
    size_t next = 0;
    auto take = [&](ArtifactSpec& spec) {
      for (std::string* text : {&spec.name, &spec.base_directory, &spec.s3_prefix})
        *text = expansions_[next++];
      for (auto& file : spec.files) file = expansions_[next++];
      for (auto& path : spec.exclude_paths) path = expansions_[next++];
    };
    if (context_.spec.artifacts) take(*context_.spec.artifacts);
    for (auto& spec : context_.spec.secondary_artifacts) take(spec);
    return upload_artifacts(context_, context_.spec.artifacts, context_.spec.secondary_artifacts,
                            uploaded_);
  }

  BuildContext context_;
  RunningBuild& running_;
  int64_t started_ms_ = 0;
  std::string log_first_, token_, running_command_;
  std::vector<Step> steps_;
  std::vector<std::string> expansions_;
  std::optional<PhaseFailure> failure_;
  std::vector<ExportedVariable> exported_;
  UploadedArtifacts uploaded_;
  bool saw_phase_ = false, phase_open_ = false, failed_ = false, installed_ = false,
       upload_due_ = false;
};

}  // namespace

bool run_build(Server& server, const Space& space, BuildRow row, RunningBuild& running) {
  return Run(server, space, std::move(row), running).run();
}

}  // namespace drydock::codebuild
