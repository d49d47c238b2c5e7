$version: "2"
namespace drydock.codebuild

@awsService(signingName: "codebuild", hostPrefix: "codebuild", protocol: "json11", version: "2016-10-06",
            targetPrefix: "CodeBuild_20161006")
service codebuild

// ---- projects

@iam(action: "codebuild:CreateProject", resource: "arn:{partition}:codebuild:{region}:{account}:project/{name}", keys: ["codebuild:source.location={source.location}",
     "codebuild:source.buildspec={source.buildspec}",
     "codebuild:source.insecureSsl={source.insecureSsl}",
     "codebuild:source.auth.type={source.auth.type}",
     "codebuild:source.auth.resource={source.auth.resource}",
     "codebuild:source.buildStatusConfig.context={source.buildStatusConfig.context}",
     "codebuild:source.buildStatusConfig.targetUrl={source.buildStatusConfig.targetUrl}",
     "codebuild:artifacts.location={artifacts.location}",
     "codebuild:artifacts.encryptionDisabled={artifacts.encryptionDisabled}",
     "codebuild:artifacts.bucketOwnerAccess={artifacts.bucketOwnerAccess}",
     "codebuild:cache.type={cache.type}",
     "codebuild:cache.location={cache.location}",
     "codebuild:cache.modes={cache.modes}",
     "codebuild:environment.type={environment.type}",
     "codebuild:environment.image={environment.image}",
     "codebuild:environment.computeType={environment.computeType}",
     "codebuild:environment.privilegedMode={environment.privilegedMode}",
     "codebuild:environment.certificate={environment.certificate}",
     "codebuild:environment.imagePullCredentialsType={environment.imagePullCredentialsType}",
     "codebuild:environment.registryCredential.credential={environment.registryCredential.credential}",
     "codebuild:environment.registryCredential.credentialProvider={environment.registryCredential.credentialProvider}",
     "codebuild:logsConfig.s3Logs.status={logsConfig.s3Logs.status}",
     "codebuild:logsConfig.s3Logs.location={logsConfig.s3Logs.location}",
     "codebuild:logsConfig.s3Logs.encryptionDisabled={logsConfig.s3Logs.encryptionDisabled}",
     "codebuild:logsConfig.s3Logs.bucketOwnerAccess={logsConfig.s3Logs.bucketOwnerAccess}",
     "codebuild:vpcConfig.vpcId={vpcConfig.vpcId}",
     "codebuild:vpcConfig.subnets={vpcConfig.subnets}",
     "codebuild:vpcConfig.securityGroupIds={vpcConfig.securityGroupIds}",
     "codebuild:serviceRole={serviceRole}",
     "codebuild:encryptionKey={encryptionKey}",
     "codebuild:concurrentBuildLimit={concurrentBuildLimit}",
     "codebuild:autoRetryLimit={autoRetryLimit}",
     "codebuild:environment.environmentVariables={environment.environmentVariables}",
     "codebuild:environment.environmentVariables.name={environment.environmentVariables.name}",
     "codebuild:environment.environmentVariables.value={environment.environmentVariables.value}",
     "codebuild:environment.environmentVariables/{name}.value={environment.environmentVariables.value}",
     "codebuild:secondarySources={secondarySources}",
     "codebuild:secondarySources.sourceIdentifier={secondarySources.sourceIdentifier}",
     "codebuild:secondarySources.auth.resource={secondarySources.auth.resource}",
     "codebuild:secondarySources/{sourceIdentifier}.auth.resource={secondarySources.auth.resource}",
     "codebuild:secondarySources.auth.type={secondarySources.auth.type}",
     "codebuild:secondarySources/{sourceIdentifier}.auth.type={secondarySources.auth.type}",
     "codebuild:secondarySources.buildStatusConfig.context={secondarySources.buildStatusConfig.context}",
     "codebuild:secondarySources/{sourceIdentifier}.buildStatusConfig.context={secondarySources.buildStatusConfig.context}",
     "codebuild:secondarySources.buildStatusConfig.targetUrl={secondarySources.buildStatusConfig.targetUrl}",
     "codebuild:secondarySources/{sourceIdentifier}.buildStatusConfig.targetUrl={secondarySources.buildStatusConfig.targetUrl}",
     "codebuild:secondarySources.buildspec={secondarySources.buildspec}",
     "codebuild:secondarySources/{sourceIdentifier}.buildspec={secondarySources.buildspec}",
     "codebuild:secondarySources.insecureSsl={secondarySources.insecureSsl}",
     "codebuild:secondarySources/{sourceIdentifier}.insecureSsl={secondarySources.insecureSsl}",
     "codebuild:secondarySources.location={secondarySources.location}",
     "codebuild:secondarySources/{sourceIdentifier}.location={secondarySources.location}",
     "codebuild:secondaryArtifacts={secondaryArtifacts}",
     "codebuild:secondaryArtifacts.artifactIdentifier={secondaryArtifacts.artifactIdentifier}",
     "codebuild:secondaryArtifacts.bucketOwnerAccess={secondaryArtifacts.bucketOwnerAccess}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.bucketOwnerAccess={secondaryArtifacts.bucketOwnerAccess}",
     "codebuild:secondaryArtifacts.encryptionDisabled={secondaryArtifacts.encryptionDisabled}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.encryptionDisabled={secondaryArtifacts.encryptionDisabled}",
     "codebuild:secondaryArtifacts.location={secondaryArtifacts.location}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.location={secondaryArtifacts.location}",
     "codebuild:artifacts={artifacts}",
     "codebuild:cache={cache}",
     "codebuild:logsConfig={logsConfig}",
     "codebuild:logsConfig.s3Logs={logsConfig.s3Logs}",
     "codebuild:source={source}",
     "codebuild:environment={environment}",
     "codebuild:environment.registryCredential={environment.registryCredential}",
     "codebuild:vpcConfig={vpcConfig}",
     "codebuild:fileSystemLocations.identifier={fileSystemLocations.identifier}",
     "codebuild:fileSystemLocations.location={fileSystemLocations.location}",
     "codebuild:fileSystemLocations/{identifier}.location={fileSystemLocations.location}",
     "codebuild:fileSystemLocations.type={fileSystemLocations.type}",
     "codebuild:fileSystemLocations/{identifier}.type={fileSystemLocations.type}",
     "codebuild:buildBatchConfig={buildBatchConfig}",
     "codebuild:buildBatchConfig.serviceRole={buildBatchConfig.serviceRole}",
     "codebuild:buildBatchConfig.restrictions.computeTypesAllowed={buildBatchConfig.restrictions.computeTypesAllowed}",
     "codebuild:buildBatchConfig.restrictions.fleetsAllowed={buildBatchConfig.restrictions.fleetsAllowed}"], also: ["iam:PassRole"])
operation CreateProject {
    input: ProjectInput
    output := { project: Project }
    errors: [InvalidInputException, ResourceAlreadyExistsException, AccountLimitExceededException]
}
@iam(action: "codebuild:UpdateProject", resource: "arn:{partition}:codebuild:{region}:{account}:project/{name}", keys: ["codebuild:source.location={source.location}",
     "codebuild:source.buildspec={source.buildspec}",
     "codebuild:source.insecureSsl={source.insecureSsl}",
     "codebuild:source.auth.type={source.auth.type}",
     "codebuild:source.auth.resource={source.auth.resource}",
     "codebuild:source.buildStatusConfig.context={source.buildStatusConfig.context}",
     "codebuild:source.buildStatusConfig.targetUrl={source.buildStatusConfig.targetUrl}",
     "codebuild:artifacts.location={artifacts.location}",
     "codebuild:artifacts.encryptionDisabled={artifacts.encryptionDisabled}",
     "codebuild:artifacts.bucketOwnerAccess={artifacts.bucketOwnerAccess}",
     "codebuild:cache.type={cache.type}",
     "codebuild:cache.location={cache.location}",
     "codebuild:cache.modes={cache.modes}",
     "codebuild:environment.type={environment.type}",
     "codebuild:environment.image={environment.image}",
     "codebuild:environment.computeType={environment.computeType}",
     "codebuild:environment.privilegedMode={environment.privilegedMode}",
     "codebuild:environment.certificate={environment.certificate}",
     "codebuild:environment.imagePullCredentialsType={environment.imagePullCredentialsType}",
     "codebuild:environment.registryCredential.credential={environment.registryCredential.credential}",
     "codebuild:environment.registryCredential.credentialProvider={environment.registryCredential.credentialProvider}",
     "codebuild:logsConfig.s3Logs.status={logsConfig.s3Logs.status}",
     "codebuild:logsConfig.s3Logs.location={logsConfig.s3Logs.location}",
     "codebuild:logsConfig.s3Logs.encryptionDisabled={logsConfig.s3Logs.encryptionDisabled}",
     "codebuild:logsConfig.s3Logs.bucketOwnerAccess={logsConfig.s3Logs.bucketOwnerAccess}",
     "codebuild:vpcConfig.vpcId={vpcConfig.vpcId}",
     "codebuild:vpcConfig.subnets={vpcConfig.subnets}",
     "codebuild:vpcConfig.securityGroupIds={vpcConfig.securityGroupIds}",
     "codebuild:serviceRole={serviceRole}",
     "codebuild:encryptionKey={encryptionKey}",
     "codebuild:concurrentBuildLimit={concurrentBuildLimit}",
     "codebuild:autoRetryLimit={autoRetryLimit}",
     "codebuild:environment.environmentVariables={environment.environmentVariables}",
     "codebuild:environment.environmentVariables.name={environment.environmentVariables.name}",
     "codebuild:environment.environmentVariables.value={environment.environmentVariables.value}",
     "codebuild:environment.environmentVariables/{name}.value={environment.environmentVariables.value}",
     "codebuild:secondarySources={secondarySources}",
     "codebuild:secondarySources.sourceIdentifier={secondarySources.sourceIdentifier}",
     "codebuild:secondarySources.auth.resource={secondarySources.auth.resource}",
     "codebuild:secondarySources/{sourceIdentifier}.auth.resource={secondarySources.auth.resource}",
     "codebuild:secondarySources.auth.type={secondarySources.auth.type}",
     "codebuild:secondarySources/{sourceIdentifier}.auth.type={secondarySources.auth.type}",
     "codebuild:secondarySources.buildStatusConfig.context={secondarySources.buildStatusConfig.context}",
     "codebuild:secondarySources/{sourceIdentifier}.buildStatusConfig.context={secondarySources.buildStatusConfig.context}",
     "codebuild:secondarySources.buildStatusConfig.targetUrl={secondarySources.buildStatusConfig.targetUrl}",
     "codebuild:secondarySources/{sourceIdentifier}.buildStatusConfig.targetUrl={secondarySources.buildStatusConfig.targetUrl}",
     "codebuild:secondarySources.buildspec={secondarySources.buildspec}",
     "codebuild:secondarySources/{sourceIdentifier}.buildspec={secondarySources.buildspec}",
     "codebuild:secondarySources.insecureSsl={secondarySources.insecureSsl}",
     "codebuild:secondarySources/{sourceIdentifier}.insecureSsl={secondarySources.insecureSsl}",
     "codebuild:secondarySources.location={secondarySources.location}",
     "codebuild:secondarySources/{sourceIdentifier}.location={secondarySources.location}",
     "codebuild:secondaryArtifacts={secondaryArtifacts}",
     "codebuild:secondaryArtifacts.artifactIdentifier={secondaryArtifacts.artifactIdentifier}",
     "codebuild:secondaryArtifacts.bucketOwnerAccess={secondaryArtifacts.bucketOwnerAccess}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.bucketOwnerAccess={secondaryArtifacts.bucketOwnerAccess}",
     "codebuild:secondaryArtifacts.encryptionDisabled={secondaryArtifacts.encryptionDisabled}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.encryptionDisabled={secondaryArtifacts.encryptionDisabled}",
     "codebuild:secondaryArtifacts.location={secondaryArtifacts.location}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.location={secondaryArtifacts.location}",
     "codebuild:artifacts={artifacts}",
     "codebuild:cache={cache}",
     "codebuild:logsConfig={logsConfig}",
     "codebuild:logsConfig.s3Logs={logsConfig.s3Logs}",
     "codebuild:source={source}",
     "codebuild:environment={environment}",
     "codebuild:environment.registryCredential={environment.registryCredential}",
     "codebuild:vpcConfig={vpcConfig}",
     "codebuild:fileSystemLocations.identifier={fileSystemLocations.identifier}",
     "codebuild:fileSystemLocations.location={fileSystemLocations.location}",
     "codebuild:fileSystemLocations/{identifier}.location={fileSystemLocations.location}",
     "codebuild:fileSystemLocations.type={fileSystemLocations.type}",
     "codebuild:fileSystemLocations/{identifier}.type={fileSystemLocations.type}",
     "codebuild:buildBatchConfig={buildBatchConfig}",
     "codebuild:buildBatchConfig.serviceRole={buildBatchConfig.serviceRole}",
     "codebuild:buildBatchConfig.restrictions.computeTypesAllowed={buildBatchConfig.restrictions.computeTypesAllowed}",
     "codebuild:buildBatchConfig.restrictions.fleetsAllowed={buildBatchConfig.restrictions.fleetsAllowed}"], also: ["iam:PassRole"])
operation UpdateProject {
    input: ProjectUpdate
    output := { project: Project }
    errors: [InvalidInputException, ResourceNotFoundException]
}
@iam(action: "codebuild:DeleteProject", resource: "arn:{partition}:codebuild:{region}:{account}:project/{name}")
operation DeleteProject {
    input := { @required name: NonEmptyString }
    errors: [InvalidInputException]
}
// The handlers of operations on several projects ask IAM about each.
@iam(action: "codebuild:BatchGetProjects")
operation BatchGetProjects {
    input := { @required names: ProjectNames }
    output := { projects: Projects  projectsNotFound: ProjectNames }
    errors: [InvalidInputException]
}
@iam(action: "codebuild:ListProjects", resource: "*")
operation ListProjects {
    input := { sortBy: ProjectSortBy  sortOrder: SortOrder  nextToken: NonEmptyString }
    output := { nextToken: String  projects: ProjectNames }
    errors: [InvalidInputException]
}
// ---- sharing with other accounts

@iam(action: "codebuild:PutResourcePolicy")
operation PutResourcePolicy {
    input := { @required policy: NonEmptyString  @required resourceArn: NonEmptyString }
    output := { resourceArn: String }
    errors: [InvalidInputException, ResourceNotFoundException]
}
@iam(action: "codebuild:GetResourcePolicy")
operation GetResourcePolicy {
    input := { @required resourceArn: NonEmptyString }
    output := { policy: String }
    errors: [InvalidInputException, ResourceNotFoundException]
}
@iam(action: "codebuild:DeleteResourcePolicy")
operation DeleteResourcePolicy {
    input := { @required resourceArn: NonEmptyString }
    output := {}
    errors: [InvalidInputException]
}
@iam(action: "codebuild:ListSharedProjects", resource: "*")
operation ListSharedProjects {
    input := {
        sortBy: SharedResourceSortBy
        sortOrder: SortOrder
        @range(min: 1, max: 100) maxResults: Integer
        nextToken: NonEmptyString
    }
    output := { nextToken: String  projects: ProjectArns }
    errors: [InvalidInputException]
}

@iam(action: "codebuild:ListCuratedEnvironmentImages", resource: "*")
operation ListCuratedEnvironmentImages {
    input := {}
    output := { platforms: Platforms }
}

// ---- builds

@iam(action: "codebuild:StartBuild", resource: "arn:{partition}:codebuild:{region}:{account}:project/{projectName}", keys: ["codebuild:source.location={sourceLocationOverride}",
     "codebuild:source.buildspec={buildspecOverride}",
     "codebuild:source.insecureSsl={insecureSslOverride}",
     "codebuild:artifacts.location={artifactsOverride.location}",
     "codebuild:artifacts.encryptionDisabled={artifactsOverride.encryptionDisabled}",
     "codebuild:artifacts.bucketOwnerAccess={artifactsOverride.bucketOwnerAccess}",
     "codebuild:cache.type={cacheOverride.type}",
     "codebuild:cache.location={cacheOverride.location}",
     "codebuild:cache.modes={cacheOverride.modes}",
     "codebuild:environment.type={environmentTypeOverride}",
     "codebuild:environment.image={imageOverride}",
     "codebuild:environment.computeType={computeTypeOverride}",
     "codebuild:environment.privilegedMode={privilegedModeOverride}",
     "codebuild:logsConfig.s3Logs.status={logsConfigOverride.s3Logs.status}",
     "codebuild:logsConfig.s3Logs.location={logsConfigOverride.s3Logs.location}",
     "codebuild:serviceRole={serviceRoleOverride}",
     "codebuild:encryptionKey={encryptionKeyOverride}",
     "codebuild:logsConfig.s3Logs.encryptionDisabled={logsConfigOverride.s3Logs.encryptionDisabled}",
     "codebuild:logsConfig.s3Logs.bucketOwnerAccess={logsConfigOverride.s3Logs.bucketOwnerAccess}",
     "codebuild:environment.environmentVariables={environmentVariablesOverride}",
     "codebuild:environment.environmentVariables.name={environmentVariablesOverride.name}",
     "codebuild:environment.environmentVariables.value={environmentVariablesOverride.value}",
     "codebuild:environment.environmentVariables/{name}.value={environmentVariablesOverride.value}",
     "codebuild:secondarySources={secondarySourcesOverride}",
     "codebuild:secondarySources.sourceIdentifier={secondarySourcesOverride.sourceIdentifier}",
     "codebuild:secondarySources.auth.resource={secondarySourcesOverride.auth.resource}",
     "codebuild:secondarySources/{sourceIdentifier}.auth.resource={secondarySourcesOverride.auth.resource}",
     "codebuild:secondarySources.auth.type={secondarySourcesOverride.auth.type}",
     "codebuild:secondarySources/{sourceIdentifier}.auth.type={secondarySourcesOverride.auth.type}",
     "codebuild:secondarySources.buildStatusConfig.context={secondarySourcesOverride.buildStatusConfig.context}",
     "codebuild:secondarySources/{sourceIdentifier}.buildStatusConfig.context={secondarySourcesOverride.buildStatusConfig.context}",
     "codebuild:secondarySources.buildStatusConfig.targetUrl={secondarySourcesOverride.buildStatusConfig.targetUrl}",
     "codebuild:secondarySources/{sourceIdentifier}.buildStatusConfig.targetUrl={secondarySourcesOverride.buildStatusConfig.targetUrl}",
     "codebuild:secondarySources.buildspec={secondarySourcesOverride.buildspec}",
     "codebuild:secondarySources/{sourceIdentifier}.buildspec={secondarySourcesOverride.buildspec}",
     "codebuild:secondarySources.insecureSsl={secondarySourcesOverride.insecureSsl}",
     "codebuild:secondarySources/{sourceIdentifier}.insecureSsl={secondarySourcesOverride.insecureSsl}",
     "codebuild:secondarySources.location={secondarySourcesOverride.location}",
     "codebuild:secondarySources/{sourceIdentifier}.location={secondarySourcesOverride.location}",
     "codebuild:secondaryArtifacts={secondaryArtifactsOverride}",
     "codebuild:secondaryArtifacts.artifactIdentifier={secondaryArtifactsOverride.artifactIdentifier}",
     "codebuild:secondaryArtifacts.bucketOwnerAccess={secondaryArtifactsOverride.bucketOwnerAccess}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.bucketOwnerAccess={secondaryArtifactsOverride.bucketOwnerAccess}",
     "codebuild:secondaryArtifacts.encryptionDisabled={secondaryArtifactsOverride.encryptionDisabled}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.encryptionDisabled={secondaryArtifactsOverride.encryptionDisabled}",
     "codebuild:secondaryArtifacts.location={secondaryArtifactsOverride.location}",
     "codebuild:secondaryArtifacts/{artifactIdentifier}.location={secondaryArtifactsOverride.location}",
     "codebuild:artifacts={artifactsOverride}",
     "codebuild:cache={cacheOverride}",
     "codebuild:logsConfig={logsConfigOverride}",
     "codebuild:logsConfig.s3Logs={logsConfigOverride.s3Logs}"], also: ["iam:PassRole"])
operation StartBuild {
    input := {
        @required projectName: NonEmptyString
        secondarySourcesOverride: SourceList
        secondarySourcesVersionOverride: SourceVersions
        sourceVersion: String
        artifactsOverride: ProjectArtifacts
        secondaryArtifactsOverride: ArtifactsList
        environmentVariablesOverride: EnvironmentVariables
        sourceTypeOverride: SourceType
        sourceLocationOverride: String
        gitCloneDepthOverride: CloneDepth
        insecureSslOverride: Boolean
        buildspecOverride: String
        environmentTypeOverride: EnvironmentType
        imageOverride: NonEmptyString
        computeTypeOverride: ComputeType
        cacheOverride: ProjectCache
        serviceRoleOverride: NonEmptyString
        privilegedModeOverride: Boolean
        timeoutInMinutesOverride: BuildTimeout
        queuedTimeoutInMinutesOverride: QueuedTimeout
        encryptionKeyOverride: NonEmptyString
        idempotencyToken: String
        logsConfigOverride: LogsConfig
        /// Sent by CodePipeline inside the server; refused when it comes over the network.
        codePipelineAction: CodePipelineAction
    }
    output := { build: Build }
    errors: [InvalidInputException, ResourceNotFoundException, AccountLimitExceededException]
}
@iam(action: "codebuild:RetryBuild")
operation RetryBuild {
    input := { @required id: NonEmptyString  idempotencyToken: String }
    output := { build: Build }
    errors: [InvalidInputException, ResourceNotFoundException, AccountLimitExceededException]
}
@iam(action: "codebuild:StopBuild")
operation StopBuild {
    input := { @required id: NonEmptyString }
    output := { build: Build }
    errors: [InvalidInputException, ResourceNotFoundException]
}
@iam(action: "codebuild:BatchGetBuilds")
operation BatchGetBuilds {
    input := { @required ids: BuildIds }
    output := { builds: Builds  buildsNotFound: BuildIds }
    errors: [InvalidInputException]
}
@iam(action: "codebuild:BatchDeleteBuilds")
operation BatchDeleteBuilds {
    input := { @required ids: BuildIds }
    output := { buildsDeleted: BuildIds  buildsNotDeleted: BuildsNotDeleted }
    errors: [InvalidInputException]
}
@iam(action: "codebuild:ListBuilds", resource: "*")
operation ListBuilds {
    input := { sortOrder: SortOrder  nextToken: String }
    output := { ids: BuildIds  nextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "codebuild:ListBuildsForProject")
operation ListBuildsForProject {
    input := { @required projectName: NonEmptyString  sortOrder: SortOrder  nextToken: String }
    output := { ids: BuildIds  nextToken: String }
    errors: [InvalidInputException, ResourceNotFoundException]
}

// ---- shapes

enum SharedResourceSortBy { ARN MODIFIED_TIME }
@length(min: 1, max: 100) list ProjectArns { member: NonEmptyString }

@length(min: 1) string NonEmptyString
@length(min: 2, max: 150) @pattern("[A-Za-z0-9][A-Za-z0-9\\-_]{1,149}") string ProjectName
@length(max: 255) string Description
@range(min: 5, max: 2160) integer BuildTimeout
@range(min: 5, max: 480) integer QueuedTimeout
@range(min: 0) integer CloneDepth
@length(min: 1, max: 100) list ProjectNames { member: NonEmptyString }
@length(min: 1, max: 100) list BuildIds { member: NonEmptyString }
list Strings { member: String }
enum ProjectSortBy { NAME = "NAME"  CREATED_TIME = "CREATED_TIME"  LAST_MODIFIED_TIME = "LAST_MODIFIED_TIME" }
enum SortOrder { ASCENDING = "ASCENDING"  DESCENDING = "DESCENDING" }
enum SourceType {
    CODECOMMIT = "CODECOMMIT"  CODEPIPELINE = "CODEPIPELINE"  GITHUB = "GITHUB"  GITLAB = "GITLAB"  GITLAB_SELF_MANAGED = "GITLAB_SELF_MANAGED"
    S3 = "S3"  BITBUCKET = "BITBUCKET"  GITHUB_ENTERPRISE = "GITHUB_ENTERPRISE"  NO_SOURCE = "NO_SOURCE"
}
enum ArtifactsType { CODEPIPELINE = "CODEPIPELINE"  S3 = "S3"  NO_ARTIFACTS = "NO_ARTIFACTS" }
enum ArtifactPackaging { NONE = "NONE"  ZIP = "ZIP" }
enum ArtifactNamespace { NONE = "NONE"  BUILD_ID = "BUILD_ID" }
enum EnvironmentType {
    WINDOWS_CONTAINER = "WINDOWS_CONTAINER"  LINUX_CONTAINER = "LINUX_CONTAINER"  LINUX_GPU_CONTAINER = "LINUX_GPU_CONTAINER"
    ARM_CONTAINER = "ARM_CONTAINER"  WINDOWS_SERVER_2019_CONTAINER = "WINDOWS_SERVER_2019_CONTAINER"
    WINDOWS_SERVER_2022_CONTAINER = "WINDOWS_SERVER_2022_CONTAINER"  LINUX_LAMBDA_CONTAINER = "LINUX_LAMBDA_CONTAINER"
    ARM_LAMBDA_CONTAINER = "ARM_LAMBDA_CONTAINER"  LINUX_EC2 = "LINUX_EC2"  ARM_EC2 = "ARM_EC2"  WINDOWS_EC2 = "WINDOWS_EC2"  MAC_ARM = "MAC_ARM"
    // AWS's templates of 2017 wrote it so, and CodeBuild still takes it.
    OLD_LINUX = "linuxContainer"
}
enum ComputeType {
    SMALL = "BUILD_GENERAL1_SMALL"  MEDIUM = "BUILD_GENERAL1_MEDIUM"  LARGE = "BUILD_GENERAL1_LARGE"  XLARGE = "BUILD_GENERAL1_XLARGE"
    X2LARGE = "BUILD_GENERAL1_2XLARGE"  L1 = "BUILD_LAMBDA_1GB"  L2 = "BUILD_LAMBDA_2GB"  L4 = "BUILD_LAMBDA_4GB"  L8 = "BUILD_LAMBDA_8GB"
    L10 = "BUILD_LAMBDA_10GB"  ATTRIBUTE = "ATTRIBUTE_BASED_COMPUTE"  CUSTOM = "CUSTOM_INSTANCE_TYPE"
}
enum VariableType { PLAINTEXT = "PLAINTEXT"  PARAMETER_STORE = "PARAMETER_STORE"  SECRETS_MANAGER = "SECRETS_MANAGER" }
enum CredentialsType { CODEBUILD = "CODEBUILD"  SERVICE_ROLE = "SERVICE_ROLE" }
enum CacheType { NO_CACHE = "NO_CACHE"  S3 = "S3"  LOCAL = "LOCAL" }
enum CacheMode { DOCKER = "LOCAL_DOCKER_LAYER_CACHE"  SOURCE = "LOCAL_SOURCE_CACHE"  CUSTOM = "LOCAL_CUSTOM_CACHE" }
list CacheModes { member: CacheMode }
enum LogsStatus { ENABLED = "ENABLED"  DISABLED = "DISABLED" }
enum Visibility { PUBLIC_READ = "PUBLIC_READ"  PRIVATE = "PRIVATE" }

structure Tag {
    @length(min: 1, max: 127) key: String
    @length(max: 255) value: String
}
@length(max: 50) list Tags { member: Tag }

structure GitSubmodulesConfig { @required fetchSubmodules: Boolean }
structure SourceAuth { @required type: String  resource: String }
structure BuildStatusConfig { context: String  targetUrl: String }
structure ProjectSource {
    @required type: SourceType
    location: String
    gitCloneDepth: CloneDepth
    gitSubmodulesConfig: GitSubmodulesConfig
    buildspec: String
    auth: SourceAuth
    reportBuildStatus: Boolean
    buildStatusConfig: BuildStatusConfig
    insecureSsl: Boolean
    sourceIdentifier: String
}
@length(max: 12) list SourceList { member: ProjectSource }
structure SourceVersion { @required sourceIdentifier: String  @required sourceVersion: String }
list SourceVersions { member: SourceVersion }
structure ProjectArtifacts {
    @required type: ArtifactsType
    location: String
    path: String
    namespaceType: ArtifactNamespace
    name: String
    packaging: ArtifactPackaging
    overrideArtifactName: Boolean
    encryptionDisabled: Boolean
    artifactIdentifier: String
    bucketOwnerAccess: String
}
@length(max: 12) list ArtifactsList { member: ProjectArtifacts }
list FileSystemLocations { member: ProjectFileSystemLocation }
structure ProjectFileSystemLocation { type: String  location: String  mountPoint: String  identifier: String  mountOptions: String }
structure ProjectBuildBatchConfig {
    serviceRole: String
    combineArtifacts: Boolean
    restrictions: BatchRestrictions
    timeoutInMins: Integer
    batchReportMode: String
}
structure BatchRestrictions { maximumBuildsAllowed: Integer  computeTypesAllowed: TextList  fleetsAllowed: TextList }
list TextList { member: String }
structure ProjectCache { @required type: CacheType  location: String  modes: CacheModes }
structure EnvironmentVariable {
    @required @length(min: 1) name: String
    @required value: String
    type: VariableType
}
list EnvironmentVariables { member: EnvironmentVariable }
structure RegistryCredential { @required credential: String  @required credentialProvider: String }
structure ProjectEnvironment {
    @required type: EnvironmentType
    @required image: NonEmptyString
    @required computeType: ComputeType
    environmentVariables: EnvironmentVariables
    privilegedMode: Boolean
    certificate: String
    registryCredential: RegistryCredential
    imagePullCredentialsType: CredentialsType
}
structure CloudWatchLogsConfig { @required status: LogsStatus  groupName: String  streamName: String }
structure S3LogsConfig { @required status: LogsStatus  location: String  encryptionDisabled: Boolean  bucketOwnerAccess: String }
structure LogsConfig { cloudWatchLogs: CloudWatchLogsConfig  s3Logs: S3LogsConfig }
structure VpcConfig { vpcId: String  subnets: Strings  securityGroupIds: Strings }
structure ProjectBadge { badgeEnabled: Boolean  badgeRequestUrl: String }

structure ProjectInput {
    @required name: ProjectName
    description: Description
    @required source: ProjectSource
    secondarySources: SourceList
    sourceVersion: String
    secondarySourceVersions: SourceVersions
    @required artifacts: ProjectArtifacts
    secondaryArtifacts: ArtifactsList
    cache: ProjectCache
    @required environment: ProjectEnvironment
    @required serviceRole: NonEmptyString
    timeoutInMinutes: BuildTimeout
    queuedTimeoutInMinutes: QueuedTimeout
    encryptionKey: NonEmptyString
    tags: Tags
    vpcConfig: VpcConfig
    badgeEnabled: Boolean
    logsConfig: LogsConfig
    fileSystemLocations: FileSystemLocations
    buildBatchConfig: ProjectBuildBatchConfig
    concurrentBuildLimit: Integer
    autoRetryLimit: Integer
}
structure ProjectUpdate {
    @required name: NonEmptyString
    description: Description
    source: ProjectSource
    secondarySources: SourceList
    sourceVersion: String
    secondarySourceVersions: SourceVersions
    artifacts: ProjectArtifacts
    secondaryArtifacts: ArtifactsList
    cache: ProjectCache
    environment: ProjectEnvironment
    serviceRole: NonEmptyString
    timeoutInMinutes: BuildTimeout
    queuedTimeoutInMinutes: QueuedTimeout
    encryptionKey: NonEmptyString
    tags: Tags
    vpcConfig: VpcConfig
    badgeEnabled: Boolean
    logsConfig: LogsConfig
    fileSystemLocations: FileSystemLocations
    buildBatchConfig: ProjectBuildBatchConfig
    concurrentBuildLimit: Integer
    autoRetryLimit: Integer
}
structure Project {
    name: String
    arn: String
    description: String
    source: ProjectSource
    secondarySources: SourceList
    sourceVersion: String
    secondarySourceVersions: SourceVersions
    artifacts: ProjectArtifacts
    secondaryArtifacts: ArtifactsList
    cache: ProjectCache
    environment: ProjectEnvironment
    serviceRole: String
    timeoutInMinutes: Integer
    queuedTimeoutInMinutes: Integer
    encryptionKey: String
    tags: Tags
    created: Timestamp
    lastModified: Timestamp
    vpcConfig: VpcConfig
    badge: ProjectBadge
    logsConfig: LogsConfig
    fileSystemLocations: FileSystemLocations
    buildBatchConfig: ProjectBuildBatchConfig
    concurrentBuildLimit: Integer
    projectVisibility: Visibility
    autoRetryLimit: Integer
}
list Projects { member: Project }

structure PhaseContext { statusCode: String  message: String }
list PhaseContexts { member: PhaseContext }
structure BuildPhase {
    phaseType: String
    phaseStatus: String
    startTime: Timestamp
    endTime: Timestamp
    durationInSeconds: Long
    contexts: PhaseContexts
}
list BuildPhases { member: BuildPhase }
structure BuildArtifacts {
    location: String
    sha256sum: String
    md5sum: String
    overrideArtifactName: Boolean
    encryptionDisabled: Boolean
    artifactIdentifier: String
    bucketOwnerAccess: String
}
list BuildArtifactsList { member: BuildArtifacts }
structure LogsLocation {
    groupName: String
    streamName: String
    deepLink: String
    s3DeepLink: String
    cloudWatchLogsArn: String
    s3LogsArn: String
    cloudWatchLogs: CloudWatchLogsConfig
    s3Logs: S3LogsConfig
}
structure ExportedVariable { name: String  value: String }
list ExportedVariables { member: ExportedVariable }
structure Build {
    id: String
    arn: String
    buildNumber: Long
    startTime: Timestamp
    endTime: Timestamp
    currentPhase: String
    buildStatus: String
    sourceVersion: String
    resolvedSourceVersion: String
    projectName: String
    phases: BuildPhases
    source: ProjectSource
    secondarySources: SourceList
    secondarySourceVersions: SourceVersions
    artifacts: BuildArtifacts
    secondaryArtifacts: BuildArtifactsList
    cache: ProjectCache
    environment: ProjectEnvironment
    serviceRole: String
    logs: LogsLocation
    timeoutInMinutes: Integer
    queuedTimeoutInMinutes: Integer
    buildComplete: Boolean
    initiator: String
    vpcConfig: VpcConfig
    encryptionKey: String
    exportedEnvironmentVariables: ExportedVariables
    reportArns: Strings
    fileSystemLocations: FileSystemLocations
}
list Builds { member: Build }
structure BuildNotDeleted { id: String  statusCode: String }
list BuildsNotDeleted { member: BuildNotDeleted }
structure EnvironmentImage { name: String  description: String  versions: Strings }
list EnvironmentImages { member: EnvironmentImage }
structure EnvironmentLanguage { language: String  images: EnvironmentImages }
list EnvironmentLanguages { member: EnvironmentLanguage }
structure EnvironmentPlatform { platform: String  languages: EnvironmentLanguages }
list Platforms { member: EnvironmentPlatform }

// What CodePipeline tells of the action that a build is for.
structure PipelineArtifact { @required name: String  @required bucket: String  @required key: String  revision: String }
list PipelineArtifacts { member: PipelineArtifact }
structure CodePipelineAction {
    pipeline: String
    executionId: String
    stage: String
    action: String
    inputArtifacts: PipelineArtifacts
    outputArtifacts: PipelineArtifacts
    initiator: String
}

@error("client") @httpError(400) @errorCode("InvalidInputException")
structure InvalidInputException { message: String }
@error("client") @httpError(400) @errorCode("ResourceNotFoundException")
structure ResourceNotFoundException { message: String }
@error("client") @httpError(400) @errorCode("ResourceAlreadyExistsException")
structure ResourceAlreadyExistsException { message: String }
@error("client") @httpError(400) @errorCode("AccountLimitExceededException")
structure AccountLimitExceededException { message: String }

// ---- stored

@record
structure ProjectRow {
    @required project: Project
    @required lastBuildNumber: Long
    /// Its resource policy, with principals by unique id.
    policy: String
}

/// A build, with what it was started with beyond what its description shows.
@record
structure BuildRow {
    @required build: Build
    @required artifacts: ProjectArtifacts
    @required secondaryArtifacts: ArtifactsList
    @required logsConfig: LogsConfig
    pipelineAction: CodePipelineAction
    @required stopRequested: Boolean
    @required attempts: Long
    retryInput: Document
}
