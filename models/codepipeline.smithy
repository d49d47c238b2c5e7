$version: "2"
// CodePipeline: pipelines, their executions, approvals and jobs of Lambda actions.
namespace drydock.codepipeline

@awsService(signingName: "codepipeline", hostPrefix: "codepipeline", protocol: "json11", version: "2015-07-09",
            targetPrefix: "CodePipeline_20150709")
service codepipeline

@length(min: 1, max: 100) @pattern("[A-Za-z0-9.@\\-_]+")
string Name
@length(min: 1, max: 100) @pattern("[a-zA-Z0-9_\\-]+")
string ArtifactName
@length(max: 1024) @pattern("arn:aws(-[\\w]+)*:iam::[0-9]{12}:role/.*")
string RoleArn
@pattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
string Uuid
@length(min: 4, max: 30)
string RegionName
@length(min: 1, max: 100) @pattern("[A-Za-z0-9@\\-_]+")
string Namespace
@length(min: 1, max: 2048)
string NextToken
enum Category { Source Build Deploy Test Invoke Approval Compute }
enum Owner { AWS ThirdParty Custom }
enum ExecutionMode { QUEUED SUPERSEDED PARALLEL }
enum PipelineType { V1 V2 }
list StringList { member: String }
map StringMap { key: String  value: String }

// ---- a pipeline
structure EncryptionKey { @required @length(min: 1, max: 400) id: String  @required type: EncryptionKeyType }
enum EncryptionKeyType { KMS }
enum ArtifactStoreType { S3 }
structure ArtifactStore {
    @required type: ArtifactStoreType
    @required @length(min: 3, max: 63) @pattern("[a-zA-Z0-9\\-\\.]+") location: String
    encryptionKey: EncryptionKey
}
map ArtifactStores { key: RegionName  value: ArtifactStore }
structure ActionTypeId {
    @required category: Category
    @required owner: Owner
    @required @length(min: 1, max: 35) @pattern("[0-9A-Za-z_-]+") provider: String
    @required @length(min: 1, max: 9) @pattern("[0-9A-Za-z_-]+") version: String
}
structure OutputArtifact { @required name: ArtifactName  files: StringList }
structure InputArtifact { @required name: ArtifactName }
list OutputArtifacts { member: OutputArtifact }
list InputArtifacts { member: InputArtifact }
map ActionConfigurationMap { key: ActionConfigurationKey  value: ActionConfigurationValue }
@length(min: 1, max: 50)
string ActionConfigurationKey
@length(min: 1, max: 50000)
string ActionConfigurationValue
structure EnvironmentVariable { @required name: String  @required value: String  type: String }
list EnvironmentVariables { member: EnvironmentVariable }
structure ActionDeclaration {
    @required name: Name
    @required actionTypeId: ActionTypeId
    @range(min: 1, max: 999) runOrder: Integer
    configuration: ActionConfigurationMap
    commands: StringList
    outputArtifacts: OutputArtifacts
    inputArtifacts: InputArtifacts
    outputVariables: StringList
    roleArn: RoleArn
    region: RegionName
    namespace: Namespace
    @range(min: 5, max: 86400) timeoutInMinutes: Integer
    environmentVariables: EnvironmentVariables
}
list Actions { member: ActionDeclaration }
structure Blocker { @required name: String  @required type: String }
list Blockers { member: Blocker }
enum FailureResult { ROLLBACK FAIL RETRY SKIP }
structure RetryConfiguration { retryMode: RetryMode }
structure FailureConditions { result: FailureResult  retryConfiguration: RetryConfiguration  conditions: Document }
structure StageDeclaration {
    @required name: Name
    blockers: Blockers
    @required actions: Actions
    onFailure: FailureConditions
    onSuccess: Document
    beforeEntry: Document
}
list Stages { member: StageDeclaration }
structure VariableDeclaration { @required @length(min: 1, max: 128) @pattern("[A-Za-z0-9@\\-_]+") name: String  defaultValue: String  description: String }
list VariableDeclarations { member: VariableDeclaration }
structure PipelineDeclaration {
    @required name: Name
    @required roleArn: RoleArn
    artifactStore: ArtifactStore
    artifactStores: ArtifactStores
    @required stages: Stages
    @range(min: 1) version: Integer
    executionMode: ExecutionMode
    pipelineType: PipelineType
    variables: VariableDeclarations
    triggers: Document
}
structure Tag { @required @length(min: 1, max: 128) key: String  @required @length(max: 256) value: String }
list TagList { member: Tag }

@iam(action: "codepipeline:CreatePipeline", also: ["iam:PassRole"], tagAction: "codepipeline:TagResource")
operation CreatePipeline {
    input := { @required pipeline: PipelineDeclaration  tags: TagList }
    output := { pipeline: PipelineDeclaration  tags: TagList }
}
structure PipelineMetadata { pipelineArn: String  created: Timestamp  updated: Timestamp }
@iam(action: "codepipeline:GetPipeline", resource: "arn:{partition}:codepipeline:{region}:{account}:{name}")
operation GetPipeline {
    input := { @required name: Name  @range(min: 1) version: Integer }
    output := { pipeline: PipelineDeclaration  metadata: PipelineMetadata }
}
@iam(action: "codepipeline:UpdatePipeline", also: ["iam:PassRole"])
operation UpdatePipeline {
    input := { @required pipeline: PipelineDeclaration }
    output := { pipeline: PipelineDeclaration }
}
@iam(action: "codepipeline:DeletePipeline", resource: "arn:{partition}:codepipeline:{region}:{account}:{name}")
operation DeletePipeline { input := { @required name: Name } }
structure PipelineSummary { name: String  version: Integer  pipelineType: String  executionMode: String  created: Timestamp  updated: Timestamp }
list PipelineSummaries { member: PipelineSummary }
@iam(action: "codepipeline:ListPipelines", resource: "arn:{partition}:codepipeline:{region}:{account}:*")
operation ListPipelines {
    input := { nextToken: NextToken  @range(min: 1, max: 1000) maxResults: Integer }
    output := { @required pipelines: PipelineSummaries  nextToken: String }
}
@iam(action: "codepipeline:TagResource", resource: "{resourceArn}")
operation TagResource { input := { @required resourceArn: String  @required tags: TagList } }
@iam(action: "codepipeline:UntagResource", resource: "{resourceArn}")
operation UntagResource { input := { @required resourceArn: String  @required tagKeys: StringList } }
@iam(action: "codepipeline:ListTagsForResource", resource: "{resourceArn}")
operation ListTagsForResource {
    input := { @required resourceArn: String  nextToken: NextToken  maxResults: Integer }
    output := { tags: TagList  nextToken: String }
}

// ---- executions
structure PipelineVariable { @required name: String  @required value: String }
list PipelineVariables { member: PipelineVariable }
structure ResolvedVariable { name: String  resolvedValue: String }
list ResolvedVariables { member: ResolvedVariable }
structure SourceRevisionOverride { @required actionName: Name  @required revisionType: RevisionType  @required @length(min: 1, max: 1500) revisionValue: String }
enum RevisionType { COMMIT_ID IMAGE_DIGEST S3_OBJECT_VERSION_ID S3_OBJECT_KEY }
list SourceRevisionOverrides { member: SourceRevisionOverride }
@length(min: 1, max: 128) @pattern("[a-zA-Z0-9-]+")
string ClientRequestToken
@iam(action: "codepipeline:StartPipelineExecution", resource: "arn:{partition}:codepipeline:{region}:{account}:{name}")
operation StartPipelineExecution {
    input := { @required name: Name  variables: PipelineVariables  clientRequestToken: ClientRequestToken  sourceRevisions: SourceRevisionOverrides }
    output := { pipelineExecutionId: String }
}
/// The same by a rule of EventBridge. The event's id makes a repeated delivery harmless.
@internal @iam(action: "codepipeline:StartPipelineExecution", resource: "arn:{partition}:codepipeline:{region}:{account}:{name}")
operation StartPipelineExecutionForEvent {
    input := {
        @required name: Name
        @required triggerDetail: String
        @required eventId: String
        variables: PipelineVariables
        sourceRevisions: SourceRevisionOverrides
    }
    output := { pipelineExecutionId: String }
}
@iam(action: "codepipeline:StopPipelineExecution", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}")
operation StopPipelineExecution {
    input := { @required pipelineName: Name  @required pipelineExecutionId: Uuid  abandon: Boolean  @length(max: 200) reason: String }
    output := { pipelineExecutionId: String }
}
structure StageExecution { pipelineExecutionId: String  status: String  type: String }
structure TransitionState { enabled: Boolean  lastChangedBy: String  lastChangedAt: Timestamp  disabledReason: String }
structure ErrorDetails { code: String  message: String }
structure ActionRevision { revisionId: String  revisionChangeId: String  created: Timestamp }
structure ActionExecution {
    actionExecutionId: String
    status: String
    summary: String
    lastStatusChange: Timestamp
    token: String
    lastUpdatedBy: String
    externalExecutionId: String
    externalExecutionUrl: String
    percentComplete: Integer
    errorDetails: ErrorDetails
}
structure ActionState { actionName: String  currentRevision: ActionRevision  latestExecution: ActionExecution  entityUrl: String  revisionUrl: String }
list ActionStates { member: ActionState }
list StageExecutions { member: StageExecution }
structure StageState {
    stageName: String
    inboundExecution: StageExecution
    inboundExecutions: StageExecutions
    inboundTransitionState: TransitionState
    actionStates: ActionStates
    latestExecution: StageExecution
}
list StageStates { member: StageState }
@iam(action: "codepipeline:GetPipelineState", resource: "arn:{partition}:codepipeline:{region}:{account}:{name}")
operation GetPipelineState {
    input := { @required name: Name }
    output := { pipelineName: String  pipelineVersion: Integer  @required stageStates: StageStates  created: Timestamp  updated: Timestamp }
}
structure ArtifactRevision {
    name: String
    revisionId: String
    revisionChangeIdentifier: String
    revisionSummary: String
    created: Timestamp
    revisionUrl: String
}
list ArtifactRevisions { member: ArtifactRevision }
structure ExecutionTrigger { triggerType: String  triggerDetail: String }
structure PipelineExecution {
    pipelineName: String
    pipelineVersion: Integer
    pipelineExecutionId: String
    status: String
    statusSummary: String
    @required artifactRevisions: ArtifactRevisions
    variables: ResolvedVariables
    trigger: ExecutionTrigger
    executionMode: String
    executionType: String
}
@iam(action: "codepipeline:GetPipelineExecution", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}")
operation GetPipelineExecution {
    input := { @required pipelineName: Name  @required pipelineExecutionId: Uuid }
    output := { pipelineExecution: PipelineExecution }
}
structure SourceRevision { actionName: String  revisionId: String  revisionSummary: String  revisionUrl: String }
list SourceRevisions { member: SourceRevision }
structure StopTrigger { reason: String }
structure PipelineExecutionSummary {
    pipelineExecutionId: String
    status: String
    statusSummary: String
    startTime: Timestamp
    lastUpdateTime: Timestamp
    @required sourceRevisions: SourceRevisions
    trigger: ExecutionTrigger
    stopTrigger: StopTrigger
    executionMode: String
    executionType: String
}
list PipelineExecutionSummaries { member: PipelineExecutionSummary }
structure SucceededInStage { stageName: String }
structure ExecutionFilter { succeededInStage: SucceededInStage }
@iam(action: "codepipeline:ListPipelineExecutions", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}")
operation ListPipelineExecutions {
    input := { @required pipelineName: Name  @range(min: 1, max: 100) maxResults: Integer  filter: ExecutionFilter  nextToken: NextToken }
    output := { @required pipelineExecutionSummaries: PipelineExecutionSummaries  nextToken: String }
}
structure S3Location { bucket: String  key: String }
structure ArtifactDetail { name: String  s3location: S3Location }
list ArtifactDetails { member: ArtifactDetail }
structure ActionExecutionInput {
    actionTypeId: ActionTypeId
    configuration: StringMap
    resolvedConfiguration: StringMap
    roleArn: String
    region: String
    @required inputArtifacts: ArtifactDetails
    namespace: String
}
structure ActionExecutionResult { externalExecutionId: String  externalExecutionSummary: String  externalExecutionUrl: String  errorDetails: ErrorDetails }
structure ActionExecutionOutput { @required outputArtifacts: ArtifactDetails  executionResult: ActionExecutionResult  outputVariables: StringMap }
structure ActionExecutionDetail {
    pipelineExecutionId: String
    actionExecutionId: String
    pipelineVersion: Integer
    stageName: String
    actionName: String
    startTime: Timestamp
    lastUpdateTime: Timestamp
    updatedBy: String
    status: String
    input: ActionExecutionInput
    output: ActionExecutionOutput
}
list ActionExecutionDetails { member: ActionExecutionDetail }
structure ActionExecutionFilter { pipelineExecutionId: Uuid }
@iam(action: "codepipeline:ListActionExecutions", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}")
operation ListActionExecutions {
    input := { @required pipelineName: Name  filter: ActionExecutionFilter  @range(min: 1, max: 100) maxResults: Integer  nextToken: NextToken }
    output := { @required actionExecutionDetails: ActionExecutionDetails  nextToken: String }
}

// ---- what people do to executions
enum TransitionType { Inbound Outbound }
@iam(action: "codepipeline:EnableStageTransition", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}/{stageName}")
operation EnableStageTransition { input := { @required pipelineName: Name  @required stageName: Name  @required transitionType: TransitionType } }
@iam(action: "codepipeline:DisableStageTransition", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}/{stageName}")
operation DisableStageTransition {
    input := {
        @required pipelineName: Name
        @required stageName: Name
        @required transitionType: TransitionType
        @required @length(min: 1, max: 300) @pattern("[a-zA-Z0-9!@ \\(\\)\\.\\*\\?\\-]+") reason: String
    }
}
enum RetryMode { FAILED_ACTIONS ALL_ACTIONS }
@iam(action: "codepipeline:RetryStageExecution", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}/{stageName}")
operation RetryStageExecution {
    input := { @required pipelineName: Name  @required stageName: Name  @required pipelineExecutionId: Uuid  @required retryMode: RetryMode }
    output := { pipelineExecutionId: String }
}
enum ApprovalStatus { Approved Rejected }
structure ApprovalResult { @required @length(max: 512) summary: String  @required status: ApprovalStatus }
@iam(action: "codepipeline:PutApprovalResult", resource: "arn:{partition}:codepipeline:{region}:{account}:{pipelineName}/{stageName}/{actionName}")
operation PutApprovalResult {
    input := { @required pipelineName: Name  @required stageName: Name  @required actionName: Name  @required result: ApprovalResult  @required token: Uuid }
    output := { approvedAt: Timestamp }
}
structure CurrentRevision { @required revision: String  @required changeIdentifier: String  created: Timestamp  revisionSummary: String }
structure ExecutionDetails { summary: String  externalExecutionId: String  percentComplete: Integer }
@iam(action: "codepipeline:PutJobSuccessResult", resource: "*")
operation PutJobSuccessResult {
    input := {
        @required jobId: Uuid
        currentRevision: CurrentRevision
        @length(min: 1, max: 2048) continuationToken: String
        executionDetails: ExecutionDetails
        outputVariables: StringMap
    }
}
enum FailureType { JobFailed ConfigurationError PermissionError RevisionOutOfSync RevisionUnavailable SystemUnavailable }
structure FailureDetails { @required type: FailureType  @required @length(min: 1, max: 5000) message: String  externalExecutionId: String }
@iam(action: "codepipeline:PutJobFailureResult", resource: "*")
operation PutJobFailureResult { input := { @required jobId: Uuid  @required failureDetails: FailureDetails } }

@error("client") structure PipelineNotFoundException { message: String }
@error("client") structure PipelineNameInUseException { message: String }
@error("client") structure PipelineVersionNotFoundException { message: String }
@error("client") structure PipelineExecutionNotFoundException { message: String }
@error("client") structure PipelineExecutionNotStoppableException { message: String }
@error("client") structure DuplicatedStopRequestException { message: String }
@error("client") structure InvalidStructureException { message: String }
@error("client") structure InvalidStageDeclarationException { message: String }
@error("client") structure InvalidActionDeclarationException { message: String }
@error("client") structure InvalidTagsException { message: String }
@error("client") structure InvalidArnException { message: String }
@error("client") structure InvalidNextTokenException { message: String }
@error("client") structure ResourceNotFoundException { message: String }
@error("client") structure TooManyTagsException { message: String }
@error("client") structure LimitExceededException { message: String }
@error("client") structure StageNotFoundException { message: String }
@error("client") structure StageNotRetryableException { message: String }
@error("client") structure NotLatestPipelineExecutionException { message: String }
@error("client") structure ActionNotFoundException { message: String }
@error("client") structure InvalidApprovalTokenException { message: String }
@error("client") structure ApprovalAlreadyCompletedException { message: String }
@error("client") structure JobNotFoundException { message: String }
@error("client") structure InvalidJobStateException { message: String }
@error("client") structure ConcurrentPipelineExecutionsLimitExceededException { message: String }
@error("client") structure ConflictException { message: String }
@error("client") structure ValidationException { message: String }

// ---- stored rows
@record structure PipelineRow {
    @required Definition: PipelineDeclaration
    @required Version: Integer
    @required Created: Timestamp
    @required Updated: Timestamp
    @required Tags: TagList
    /// Numbers executions; the row is also what serialises all changes of the pipeline's executions.
    @required LastNumber: Integer
    @required Active: IntegerList
    @required Disabled: DisabledTransitions
    /// The execution that was last in each stage: stage name to number.
    @required Latest: LatestInStages
}
list IntegerList { member: Long }
structure DisabledTransition { @required Stage: String  @required Reason: String  @required By: String  @required At: Timestamp }
list DisabledTransitions { member: DisabledTransition }
structure LatestInStage { @required Stage: String  @required Number: Long }
list LatestInStages { member: LatestInStage }
/// An artifact that an action made.
@record structure ArtifactRow {
    @required Name: String
    @required Bucket: String
    @required Key: String
    @required Action: String
    RevisionId: String
    RevisionSummary: String
    RevisionUrl: String
    @required Created: Timestamp
    @required FromSource: Boolean
}
@record structure ActionRow {
    @required Name: String
    /// NotStarted, InProgress, Succeeded, Failed, Abandoned
    @required Status: String
    ExecutionId: String
    Started: Timestamp
    Updated: Timestamp
    UpdatedBy: String
    Summary: String
    ExternalId: String
    ExternalUrl: String
    ErrorCode: String
    ErrorMessage: String
    Token: String
    PercentComplete: Integer
    ResolvedConfiguration: StringMap
    @required OutputVariables: StringMap
    /// What the provider must know to find again what it began.
    Memory: Document
}
list ActionRows { member: ActionRow }
@record structure StageRow {
    @required Name: String
    /// NotStarted, InProgress, Succeeded, Failed, Stopped, Stopping, Cancelled
    @required Status: String
    @required Actions: ActionRows
    @required Retries: Integer
}
list StageRows { member: StageRow }
list ArtifactRows { member: ArtifactRow }
@record structure ExecutionRow {
    @required Id: String
    @required Number: Long
    @required Version: Integer
    @required Mode: String
    @required Status: String
    StatusSummary: String
    @required Started: Timestamp
    @required Updated: Timestamp
    @required TriggerType: String
    @required TriggerDetail: String
    @required Variables: StringMap
    @required Overrides: SourceRevisionOverrides
    /// Index of the stage it is in, or waits for.
    @required Stage: Integer
    @required Waiting: Boolean
    @required Stages: StageRows
    @required Artifacts: ArtifactRows
    StopReason: String
    StopAbandons: Boolean
    By: String
    /// The request's token, which is forgotten with the execution.
    Token: String
}
/// Earlier tries of actions, which a retry replaces in the execution's row.
@record structure PastActionRow { @required Stage: String  @required Number: Long  @required Action: ActionRow }
@record structure JobRow { @required Pipeline: String  @required Number: Long  @required Stage: String  @required Action: String  @required ActionExecutionId: String }
