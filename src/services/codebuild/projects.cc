// Projects: what is built, where and as whom.
#include <algorithm>

#include "api/server.h"
#include "base/text.h"
#include "gen/codebuild_handlers.h"
#include "services/codebuild/tables.h"

namespace drydock::codebuild {

std::string project_arn(const Space& space, std::string_view name) {
  return Arn{.service = "codebuild",
             .region = space.region,
             .account = space.account,
             .resource = "project/" + std::string(name)}
      .text();
}
std::string build_arn(const Space& space, std::string_view id) {
  return Arn{.service = "codebuild",
             .region = space.region,
             .account = space.account,
             .resource = "build/" + std::string(id)}
      .text();
}
std::string build_id_of(std::string_view id_or_arn) {
  auto arn = Arn::parse(id_or_arn);
  if (arn && arn->resource.starts_with("build/")) return arn->resource.substr(6);
  return std::string(id_or_arn);
}

namespace {
Named named(Call& call, const std::string& text, std::string_view kind) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "codebuild" || !arn->resource.starts_with(kind))
    return {call.space(), text};
  return {{arn->account, arn->region}, arn->resource.substr(kind.size())};
}
}  // namespace

Named named_project(Call& call, const std::string& name_or_arn) {
  return named(call, name_or_arn, "project/");
}
Named named_build(Call& call, const std::string& id_or_arn) {
  return named(call, id_or_arn, "build/");
}

Result<std::optional<std::string>> cut_page(std::vector<std::string>& names,
                                            const std::optional<std::string>& token,
                                            size_t page_size) {
  size_t from = 0;
  if (token) {
    auto number = parse_int(*token);
    if (!number || *number < 0 || static_cast<size_t>(*number) > names.size())
      return invalid("Invalid nextToken: " + *token);
    from = static_cast<size_t>(*number);
  }
  std::optional<std::string> next;
  const size_t end = std::min(names.size(), from + page_size);
  if (end < names.size()) next = std::to_string(end);
  names = {names.begin() + static_cast<ptrdiff_t>(from),
           names.begin() + static_cast<ptrdiff_t>(end)};
  return next;
}

namespace {

constexpr size_t kMaxProjects = 5000;
constexpr int64_t kDefaultTimeout = 60, kDefaultQueuedTimeout = 480;  // minutes

Result<void> check_source(const ProjectSource& source, std::string_view what) {
  std::string start = "Invalid project " + std::string(what) + ": ";
  bool located = source.location && !source.location->empty();
  if (source.type == "NO_SOURCE") {
    if (located) return invalid(start + "location must be empty for source type NO_SOURCE");
    if (!source.buildspec || source.buildspec->empty())
      return invalid(start + "buildspec must be set for source type NO_SOURCE");
  } else if (source.type != "CODEPIPELINE" && !located) {
    return invalid(start + "location must not be empty for source type " + source.type);
  }
  if (source.type == "S3" && source.location->find('/') == std::string::npos) {
    return invalid(start + "location must be <bucket>/<path> for source type S3");
  }
  return {};
}

Result<void> check_project(const Project& project) {
  const ProjectSource& source = *project.source;
  const ProjectArtifacts& artifacts = *project.artifacts;
  TRY(check_source(source, "source"));
  if ((source.type == "CODEPIPELINE") != (artifacts.type == "CODEPIPELINE")) {
    return invalid(
        "Invalid artifacts: artifact type CODEPIPELINE should be used with source type CODEPIPELINE only");
  }
  std::vector<std::string> identifiers;
  for (const auto& secondary : project.secondarySources.value_or(std::vector<ProjectSource>{})) {
    TRY(check_source(secondary, "secondary source"));
    if (!secondary.sourceIdentifier || secondary.sourceIdentifier->empty()) {
      return invalid("Invalid project secondary source: sourceIdentifier must not be empty");
    }
    if (std::find(identifiers.begin(), identifiers.end(), *secondary.sourceIdentifier) !=
        identifiers.end()) {
      return invalid("Invalid project secondary source: sourceIdentifier must be unique");
    }
    identifiers.push_back(*secondary.sourceIdentifier);
  }
  if (artifacts.type == "S3" && (!artifacts.location || artifacts.location->empty())) {
    return invalid("Invalid artifacts: location must not be empty for artifact type S3");
  }
  for (const auto& variable :
       project.environment->environmentVariables.value_or(std::vector<EnvironmentVariable>{})) {
    if (variable.name.starts_with("CODEBUILD_")) {
      return invalid("Invalid environment variable name: " + variable.name +
                     ". The prefix CODEBUILD_ is reserved");
    }
  }
  return {};
}

// The role must be one that CodeBuild may assume for this project.
Result<void> check_role(Call& call, const std::string& role, const std::string& project) {
  auto arn = Arn::parse(role);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/"))
    return invalid("Invalid service role: " + role);
  if (arn->account != call.account().text) {
    return invalid("Invalid service role: Service role account ID does not match caller's account");
  }
  TRY(call.pass_role(role, "codebuild.amazonaws.com", project));
  auto assumed =
      call.server()
          .client_as_service("codebuild.amazonaws.com", project, call.account().text, call.region())
          .assume_role(role, "AWSCodeBuild-" + call.random().uuid());
  if (!assumed) return invalid("CodeBuild is not authorized to perform: sts:AssumeRole on " + role);
  return {};
}

void fill_defaults(Project& project, const Space& space) {
  if (!project.source->insecureSsl) project.source->insecureSsl = false;
  if (project.source->type == "CODECOMMIT" && !project.source->gitCloneDepth)
    project.source->gitCloneDepth = 1;
  if (!project.environment->environmentVariables)
    project.environment->environmentVariables.emplace();
  for (auto& variable : *project.environment->environmentVariables) {
    if (!variable.type) variable.type = "PLAINTEXT";
  }
  if (project.environment->type == "linuxContainer") project.environment->type = "LINUX_CONTAINER";
  if (!project.environment->privilegedMode) project.environment->privilegedMode = false;
  if (!project.environment->imagePullCredentialsType)
    project.environment->imagePullCredentialsType = "CODEBUILD";
  if (!project.cache) project.cache = ProjectCache{.type = "NO_CACHE"};
  if (!project.encryptionKey) {
    project.encryptionKey = Arn{.service = "kms",
                                .region = space.region,
                                .account = space.account,
                                .resource = "alias/aws/s3"}
                                .text();
  }
  if (!project.artifacts->encryptionDisabled) project.artifacts->encryptionDisabled = false;
  if (project.artifacts->type != "NO_ARTIFACTS") {
    if (!project.artifacts->name) project.artifacts->name = *project.name;
    if (!project.artifacts->packaging) project.artifacts->packaging = "NONE";
  }
}

}  // namespace

Result<CreateProjectOutput> create_project(Call& call, const ProjectInput& in) {
  Space space = call.space();
  std::string arn = project_arn(space, in.name);
  Project project{
      .name = in.name,
      .arn = arn,
      .description = in.description,
      .source = in.source,
      .secondarySources = in.secondarySources,
      .sourceVersion = in.sourceVersion,
      .secondarySourceVersions = in.secondarySourceVersions,
      .artifacts = in.artifacts,
      .secondaryArtifacts = in.secondaryArtifacts,
      .cache = in.cache,
      .environment = in.environment,
      .serviceRole = in.serviceRole,
      .timeoutInMinutes = in.timeoutInMinutes.value_or(kDefaultTimeout),
      .queuedTimeoutInMinutes = in.queuedTimeoutInMinutes.value_or(kDefaultQueuedTimeout),
      .encryptionKey = in.encryptionKey,
      .tags = in.tags.value_or(std::vector<Tag>{}),
      .created = call.now(),
      .lastModified = call.now(),
      .vpcConfig = in.vpcConfig,
      .badge = ProjectBadge{.badgeEnabled = in.badgeEnabled.value_or(false)},
      .logsConfig = in.logsConfig,
      .fileSystemLocations = in.fileSystemLocations,
      .buildBatchConfig = in.buildBatchConfig,
      .concurrentBuildLimit = in.concurrentBuildLimit,
      .projectVisibility = "PRIVATE",
      .autoRetryLimit = in.autoRetryLimit};
  TRY(check_project(project));
  fill_defaults(project, space);
  TRY(check_role(call, in.serviceRole, arn));
  if (kProjects.contains(call.txn(), space, {in.name})) {
    return errors::ResourceAlreadyExistsException("Project already exists: " + arn);
  }
  if (kProjects.scan(call.txn(), space).size() >= kMaxProjects) {
    return errors::AccountLimitExceededException(
        "Cannot have more than " + std::to_string(kMaxProjects) + " projects for the account");
  }
  kProjects.put(call.txn(), space, {in.name}, ProjectRow{.project = project, .lastBuildNumber = 0});
  return CreateProjectOutput{std::move(project)};
}

Result<UpdateProjectOutput> update_project(Call& call, const ProjectUpdate& in) {
  Space space = call.space();
  auto row = kProjects.get(call.txn(), space, {in.name});
  if (!row)
    return errors::ResourceNotFoundException("Project cannot be found: " +
                                             project_arn(space, in.name));
  Project& project = row->project;
  auto take = [](auto& to, const auto& from) {
    if (from) to = from;
  };
  take(project.description, in.description);
  take(project.source, in.source);
  take(project.secondarySources, in.secondarySources);
  take(project.sourceVersion, in.sourceVersion);
  take(project.secondarySourceVersions, in.secondarySourceVersions);
  take(project.artifacts, in.artifacts);
  take(project.secondaryArtifacts, in.secondaryArtifacts);
  take(project.cache, in.cache);
  take(project.environment, in.environment);
  take(project.serviceRole, in.serviceRole);
  take(project.timeoutInMinutes, in.timeoutInMinutes);
  take(project.queuedTimeoutInMinutes, in.queuedTimeoutInMinutes);
  take(project.encryptionKey, in.encryptionKey);
  take(project.tags, in.tags);
  take(project.vpcConfig, in.vpcConfig);
  take(project.logsConfig, in.logsConfig);
  take(project.fileSystemLocations, in.fileSystemLocations);
  take(project.buildBatchConfig, in.buildBatchConfig);
  take(project.concurrentBuildLimit, in.concurrentBuildLimit);
  take(project.autoRetryLimit, in.autoRetryLimit);
  if (in.badgeEnabled) project.badge = ProjectBadge{.badgeEnabled = *in.badgeEnabled};
  project.lastModified = call.now();
  TRY(check_project(project));
  fill_defaults(project, space);
  if (in.serviceRole) TRY(check_role(call, *in.serviceRole, *project.arn));
  kProjects.put(call.txn(), space, {in.name}, *row);
  return UpdateProjectOutput{std::move(row->project)};
}

// AWS does call the deletion of a project that is not there a success. Its builds stay until they
// are deleted.
Result<DeleteProjectOutput> delete_project(Call& call, const DeleteProjectInput& in) {
  auto row = kProjects.get(call.txn(), call.space(), {in.name});
  if (!row) return DeleteProjectOutput{};
  if (row->policy) end_sharing(call, *row->project.arn);
  kProjects.erase(call.txn(), call.space(), {in.name});
  return DeleteProjectOutput{};
}

Result<BatchGetProjectsOutput> batch_get_projects(Call& call, const BatchGetProjectsInput& in) {
  BatchGetProjectsOutput out{.projects = std::vector<Project>{},
                             .projectsNotFound = std::vector<std::string>{}};
  for (const auto& given : in.names) {
    const Named asked = named_project(call, given);
    TRY(call.authorize("codebuild:BatchGetProjects", project_arn(asked.space, asked.name)));
    auto row = kProjects.get(call.txn(), asked.space, {asked.name});
    if (row)
      out.projects->push_back(std::move(row->project));
    else
      out.projectsNotFound->push_back(given);
  }
  return out;
}

Result<ListProjectsOutput> list_projects(Call& call, const ListProjectsInput& in) {
  auto rows = kProjects.scan(call.txn(), call.space());
  std::string by = in.sortBy.value_or("NAME");
  if (by != "NAME") {
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      return by == "CREATED_TIME" ? *a.project.created < *b.project.created
                                  : *a.project.lastModified < *b.project.lastModified;
    });
  }
  if (in.sortOrder == "DESCENDING") std::reverse(rows.begin(), rows.end());
  ListProjectsOutput out{.projects = std::vector<std::string>{}};
  for (const auto& row : rows) out.projects->push_back(*row.project.name);
  out.nextToken = TRY(cut_page(*out.projects, in.nextToken));
  return out;
}

}  // namespace drydock::codebuild
