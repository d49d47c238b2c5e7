// Builds: starting, stopping and describing them. The engine folder runs them.
#include "gen/codebuild_handlers.h"

#include <algorithm>
#include <set>

#include "api/server.h"
#include "base/text.h"
#include "services/codebuild/engine/engine.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

namespace {

Unexpected no_build(const Space& space, const std::string& id) {
  return errors::ResourceNotFoundException("Build " + build_arn(space, id) + " does not exist");
}

std::string initiator_of(const Call& call) {
  const Principal& who = call.caller().principal;
  if (who.kind == Principal::Kind::kAssumedRole) return who.role_name + "/" + who.name;
  if (who.kind == Principal::Kind::kRoot) return "root";
  return who.name;
}

std::string project_of(const std::string& build_id) {
  return build_id.substr(0, build_id.rfind(':'));
}

void override_variables(std::vector<EnvironmentVariable>& variables,
                        const std::vector<EnvironmentVariable>& overrides) {
  for (EnvironmentVariable variable : overrides) {
    if (!variable.type) variable.type = "PLAINTEXT";
    auto same = std::find_if(variables.begin(), variables.end(),
                             [&](const auto& v) { return v.name == variable.name; });
    if (same == variables.end())
      variables.push_back(std::move(variable));
    else
      *same = std::move(variable);
  }
}

// Where an S3 artifact will lie, as the build's description says it.
std::string artifact_location(const ProjectArtifacts& artifacts, const std::string& build_id) {
  std::string path = "arn:aws:s3:::" + artifacts.location.value_or("");
  if (artifacts.path && !artifacts.path->empty()) path += "/" + *artifacts.path;
  if (artifacts.namespaceType == "BUILD_ID") path += "/" + build_id.substr(build_id.rfind(':') + 1);
  if (artifacts.name && !artifacts.name->empty() && *artifacts.name != "/")
    path += "/" + *artifacts.name;
  return path;
}

BuildArtifacts describe_artifacts(const ProjectArtifacts& artifacts, const std::string& build_id) {
  BuildArtifacts out{.overrideArtifactName = artifacts.overrideArtifactName,
                     .encryptionDisabled = artifacts.encryptionDisabled.value_or(false),
                     .artifactIdentifier = artifacts.artifactIdentifier};
  if (artifacts.type == "S3") out.location = artifact_location(artifacts, build_id);
  return out;
}

LogsLocation logs_location(const Space& space, const LogsConfig& config,
                           const std::string& build_id) {
  std::string project = project_of(build_id), uuid = build_id.substr(project.size() + 1);
  auto cloudwatch = config.cloudWatchLogs.value_or(CloudWatchLogsConfig{.status = "ENABLED"});
  LogsLocation out{.cloudWatchLogs = cloudwatch,
                   .s3Logs = config.s3Logs.value_or(S3LogsConfig{.status = "DISABLED"})};
  if (out.s3Logs->status == "ENABLED" && out.s3Logs->location) {
    std::string path = *out.s3Logs->location;  // a bucket, with or without a prefix, or their ARN
    if (path.starts_with("arn:aws:s3:::")) path.erase(0, 13);
    while (path.ends_with("/")) path.pop_back();
    path += "/" + uuid + ".gz";
    out.s3LogsArn = "arn:aws:s3:::" + path;
    out.s3DeepLink =
        "https://s3.console.aws.amazon.com/s3/object/" + path + "?region=" + space.region;
  }
  if (cloudwatch.status != "ENABLED") return out;
  out.groupName = cloudwatch.groupName.value_or("/aws/codebuild/" + project);
  out.streamName = cloudwatch.streamName && !cloudwatch.streamName->empty()
                       ? *cloudwatch.streamName + "/" + uuid
                       : uuid;
  out.deepLink = "https://console.aws.amazon.com/cloudwatch/home?region=" + space.region +
                 "#logsV2:log-groups/log-group/" + replace_all(*out.groupName, "/", "$252F") +
                 "/log-events/" + replace_all(*out.streamName, "/", "$252F");
  out.cloudWatchLogsArn = "arn:aws:logs:" + space.region + ":" + space.account +
                          ":log-group:" + *out.groupName + ":log-stream:" + *out.streamName;
  return out;
}

Result<Build> start(Call& call, const StartBuildInput& in) {
  Space space = call.space();
  auto row = kProjects.get(call.txn(), space, {in.projectName});
  if (!row)
    return errors::ResourceNotFoundException("Project cannot be found: " +
                                             project_arn(space, in.projectName));
  const Project& project = row->project;
  if (in.codePipelineAction && call.http())
    return invalid("Invalid input: codePipelineAction is not a parameter of this operation");

  // The same token means the same build: whoever lost the answer asks again.
  if (in.idempotencyToken) {
    if (auto known = kTokens.get(call.txn(), space, {in.projectName, *in.idempotencyToken})) {
      if (auto build = kBuilds.get(call.txn(), space, {*known})) return std::move(build->build);
    }
  }

  ProjectSource source = *project.source;
  if (in.sourceTypeOverride) source.type = *in.sourceTypeOverride;
  if (in.sourceLocationOverride) source.location = in.sourceLocationOverride;
  if (in.gitCloneDepthOverride) source.gitCloneDepth = in.gitCloneDepthOverride;
  if (in.buildspecOverride) source.buildspec = in.buildspecOverride;
  if (in.insecureSslOverride) source.insecureSsl = in.insecureSslOverride;
  if (in.codePipelineAction) {
    source.type = "CODEPIPELINE";
    source.location.reset();
  }
  if (source.type == "CODEPIPELINE" && !in.codePipelineAction) {
    return invalid(
        "Project source type CODEPIPELINE: builds of this project are started by CodePipeline, or with a source type override");
  }
  ProjectEnvironment environment = *project.environment;
  if (in.environmentTypeOverride) environment.type = *in.environmentTypeOverride;
  if (in.imageOverride) environment.image = *in.imageOverride;
  if (in.computeTypeOverride) environment.computeType = *in.computeTypeOverride;
  if (in.privilegedModeOverride) environment.privilegedMode = in.privilegedModeOverride;
  if (!environment.environmentVariables) environment.environmentVariables.emplace();
  if (in.environmentVariablesOverride)
    override_variables(*environment.environmentVariables, *in.environmentVariablesOverride);
  for (const auto& variable : *environment.environmentVariables) {
    if (variable.name.starts_with("CODEBUILD_"))
      return invalid("Invalid environment variable name: " + variable.name +
                     ". The prefix CODEBUILD_ is reserved");
  }
  if (in.serviceRoleOverride)
    TRY(call.pass_role(*in.serviceRoleOverride, "codebuild.amazonaws.com",
                       project_arn(space, in.projectName)));

  ProjectArtifacts artifacts = in.artifactsOverride.value_or(*project.artifacts);
  if (source.type != "CODEPIPELINE" && artifacts.type == "CODEPIPELINE")
    artifacts = ProjectArtifacts{.type = "NO_ARTIFACTS"};
  if (in.codePipelineAction) artifacts = ProjectArtifacts{.type = "CODEPIPELINE"};
  auto secondary_artifacts = in.secondaryArtifactsOverride.value_or(
      project.secondaryArtifacts.value_or(std::vector<ProjectArtifacts>{}));
  LogsConfig logs = in.logsConfigOverride.value_or(project.logsConfig.value_or(LogsConfig{}));

  std::string id = in.projectName + ":" + call.random().uuid();
  std::string initiator = initiator_of(call);
  if (in.codePipelineAction && in.codePipelineAction->pipeline)
    initiator = "codepipeline/" + *in.codePipelineAction->pipeline;
  ++row->lastBuildNumber;
  Build build{
      .id = id,
      .arn = build_arn(space, id),
      .buildNumber = row->lastBuildNumber,
      .startTime = call.now(),
      .currentPhase = "QUEUED",
      .buildStatus = "IN_PROGRESS",
      .sourceVersion = in.sourceVersion ? in.sourceVersion : project.sourceVersion,
      .projectName = in.projectName,
      .source = source,
      .secondarySources =
          in.secondarySourcesOverride ? in.secondarySourcesOverride : project.secondarySources,
      .secondarySourceVersions = in.secondarySourcesVersionOverride
                                     ? in.secondarySourcesVersionOverride
                                     : project.secondarySourceVersions,
      .artifacts = describe_artifacts(artifacts, id),
      .cache = in.cacheOverride ? in.cacheOverride : project.cache,
      .environment = environment,
      .serviceRole = in.serviceRoleOverride ? in.serviceRoleOverride : project.serviceRole,
      .logs = logs_location(space, logs, id),
      .timeoutInMinutes =
          in.timeoutInMinutesOverride ? in.timeoutInMinutesOverride : project.timeoutInMinutes,
      .queuedTimeoutInMinutes = in.queuedTimeoutInMinutesOverride
                                    ? in.queuedTimeoutInMinutesOverride
                                    : project.queuedTimeoutInMinutes,
      .buildComplete = false,
      .initiator = initiator,
      .vpcConfig = project.vpcConfig,
      .encryptionKey = in.encryptionKeyOverride ? in.encryptionKeyOverride : project.encryptionKey};
  if (in.codePipelineAction) {
    // The pipeline's key is not the build's: AWS does put these artifacts, too, under that of the
    // project.
    const auto& inputs = in.codePipelineAction->inputArtifacts;
    if (!build.sourceVersion && inputs && !inputs->empty()) {
      build.sourceVersion = "arn:aws:s3:::" + inputs->front().bucket + "/" + inputs->front().key;
    }
    const auto& outputs = in.codePipelineAction->outputArtifacts;
    if (outputs && outputs->size() == 1)
      build.artifacts->location =
          "arn:aws:s3:::" + outputs->front().bucket + "/" + outputs->front().key;
  }
  if (!secondary_artifacts.empty()) {
    build.secondaryArtifacts.emplace();
    for (const auto& secondary : secondary_artifacts)
      build.secondaryArtifacts->push_back(describe_artifacts(secondary, id));
  }
  Timestamp now = call.now();
  build.phases = std::vector<BuildPhase>{{.phaseType = "SUBMITTED",
                                          .phaseStatus = "SUCCEEDED",
                                          .startTime = now,
                                          .endTime = now,
                                          .durationInSeconds = 0},
                                         {.phaseType = "QUEUED", .startTime = now}};

  Value input = to_value(in);
  kProjects.put(call.txn(), space, {in.projectName}, *row);
  kBuilds.put(call.txn(), space, {id},
              BuildRow{.build = build,
                       .artifacts = artifacts,
                       .secondaryArtifacts = secondary_artifacts,
                       .logsConfig = logs,
                       .pipelineAction = in.codePipelineAction,
                       .stopRequested = false,
                       .attempts = 0,
                       .retryInput = input});
  kBuildOrder.put(call.txn(), space, {now.ms, id}, id);
  if (in.idempotencyToken)
    kTokens.put(call.txn(), space, {in.projectName, *in.idempotencyToken}, id);
  call.start_job(kBuildJob, *build.arn, now,
                 Value::object({{"account", space.account}, {"region", space.region}, {"id", id}}));
  emit_build_state(call, build);
  return build;
}

Result<std::vector<std::string>> page_of(std::vector<std::string> ids,
                                         const std::optional<std::string>& order,
                                         const std::optional<std::string>& token,
                                         std::optional<std::string>& next) {
  if (order.value_or("DESCENDING") == "DESCENDING") std::reverse(ids.begin(), ids.end());
  size_t from = 0;
  if (token) {  // the last id of the page before
    auto last = std::find(ids.begin(), ids.end(), *token);
    if (last == ids.end()) return invalid("Invalid nextToken: " + *token);
    from = static_cast<size_t>(last - ids.begin()) + 1;
  }
  std::vector<std::string> page(
      ids.begin() + static_cast<ptrdiff_t>(from),
      ids.begin() + static_cast<ptrdiff_t>(std::min(ids.size(), from + kPageSize)));
  if (from + page.size() < ids.size()) next = page.back();
  return page;
}

}  // namespace

Result<StartBuildOutput> start_build(Call& call, const StartBuildInput& in) {
  return StartBuildOutput{TRY(start(call, in))};
}

Result<RetryBuildOutput> retry_build(Call& call, const RetryBuildInput& in) {
  std::string id = build_id_of(in.id);
  TRY(call.authorize("codebuild:RetryBuild", project_arn(call.space(), project_of(id))));
  auto row = kBuilds.get(call.txn(), call.space(), {id});
  if (!row) return no_build(call.space(), id);
  if (!row->build.buildComplete.value_or(false))
    return invalid("Build " + *row->build.arn + " is in progress and cannot be retried");
  StartBuildInput again;
  from_value(shape_of<StartBuildInput>(), Value(*row->retryInput), &again);
  if (again.codePipelineAction)
    return invalid("Build " + *row->build.arn +
                   " was started by CodePipeline: retry the stage there");
  again.idempotencyToken = in.idempotencyToken;
  return RetryBuildOutput{TRY(start(call, again))};
}

Result<StopBuildOutput> stop_build(Call& call, const StopBuildInput& in) {
  std::string id = build_id_of(in.id);
  TRY(call.authorize("codebuild:StopBuild", project_arn(call.space(), project_of(id))));
  auto row = kBuilds.get(call.txn(), call.space(), {id});
  if (!row) return no_build(call.space(), id);
  if (row->build.buildComplete.value_or(false)) return StopBuildOutput{std::move(row->build)};
  row->stopRequested = true;
  kBuilds.put(call.txn(), call.space(), {id}, *row);
  call.after_commit([arn = *row->build.arn] { interrupt_build(arn); });
  return StopBuildOutput{std::move(row->build)};
}

Result<BatchGetBuildsOutput> batch_get_builds(Call& call, const BatchGetBuildsInput& in) {
  BatchGetBuildsOutput out{.builds = std::vector<Build>{},
                           .buildsNotFound = std::vector<std::string>{}};
  std::set<std::string> asked;
  for (const auto& given : in.ids) {
    const Named build = named_build(call, given);
    const std::string project = project_arn(build.space, project_of(build.name));
    if (asked.insert(project).second) TRY(call.authorize("codebuild:BatchGetBuilds", project));
    auto row = kBuilds.get(call.txn(), build.space, {build.name});
    if (row)
      out.builds->push_back(std::move(row->build));
    else
      out.buildsNotFound->push_back(given);
  }
  return out;
}

Result<BatchDeleteBuildsOutput> batch_delete_builds(Call& call, const BatchDeleteBuildsInput& in) {
  BatchDeleteBuildsOutput out{.buildsDeleted = std::vector<std::string>{},
                              .buildsNotDeleted = std::vector<BuildNotDeleted>{}};
  for (const auto& given : in.ids) {
    std::string id = build_id_of(given);
    TRY(call.authorize("codebuild:BatchDeleteBuilds", project_arn(call.space(), project_of(id))));
    auto row = kBuilds.get(call.txn(), call.space(), {id});
    if (!row || !row->build.buildComplete.value_or(false)) {
      out.buildsNotDeleted->push_back(
          {.id = given, .statusCode = row ? "BUILD_IN_PROGRESS" : "BUILD_NOT_FOUND"});
      continue;
    }
    kBuilds.erase(call.txn(), call.space(), {id});
    kBuildOrder.erase(call.txn(), call.space(), {row->build.startTime->ms, id});
    out.buildsDeleted->push_back(*row->build.arn);
  }
  return out;
}

Result<ListBuildsOutput> list_builds(Call& call, const ListBuildsInput& in) {
  ListBuildsOutput out;
  out.ids = TRY(page_of(kBuildOrder.scan(call.txn(), call.space()), in.sortOrder, in.nextToken,
                        out.nextToken));
  return out;
}

Result<ListBuildsForProjectOutput> list_builds_for_project(Call& call,
                                                           const ListBuildsForProjectInput& in) {
  const Named project = named_project(call, in.projectName);
  const std::string arn = project_arn(project.space, project.name);
  TRY(call.authorize("codebuild:ListBuildsForProject", arn));
  if (!kProjects.contains(call.txn(), project.space, {project.name}))
    return errors::ResourceNotFoundException("The provided project " + arn + " does not exist");
  std::vector<std::string> ids;
  for (auto& id : kBuildOrder.scan(call.txn(), project.space)) {
    if (project_of(id) == project.name) ids.push_back(std::move(id));
  }
  ListBuildsForProjectOutput out;
  out.ids = TRY(page_of(std::move(ids), in.sortOrder, in.nextToken, out.nextToken));
  return out;
}

}  // namespace drydock::codebuild
