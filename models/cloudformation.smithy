$version: "2"
namespace drydock.cloudformation

// AWS CloudFormation. Handlers ask IAM themselves: the resource is the stack's ARN, which only its row knows, and the
// condition keys (RoleArn, TemplateUrl, ChangeSetName) come from the request.
@awsService(signingName: "cloudformation", hostPrefix: "cloudformation", protocol: "query", version: "2010-05-15",
            xmlNamespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/")
service cloudformation

// ---- shapes of several operations

@length(min: 1, max: 128) @pattern("[a-zA-Z][-a-zA-Z0-9]*") string StackName
@length(min: 1) @pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)") string StackNameOrId
@length(min: 1, max: 128) @pattern("[a-zA-Z][-a-zA-Z0-9]*") string NewChangeSetName
@length(min: 1, max: 1600) @pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*") string ChangeSetNameOrId
@length(min: 1, max: 51200) string TemplateBody
@length(min: 1, max: 5120) string TemplateUrl
@length(min: 20, max: 2048) string RoleArn
@length(min: 1, max: 128) @pattern("[a-zA-Z0-9][-a-zA-Z0-9]*") string ClientRequestToken
@length(min: 1, max: 1024) string NextToken
enum Capability { CAPABILITY_IAM = "CAPABILITY_IAM" CAPABILITY_NAMED_IAM = "CAPABILITY_NAMED_IAM" CAPABILITY_AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND" }
list Capabilities { member: Capability }
@length(max: 5) list NotificationArns { member: String }
list Strings { member: String }
structure Tag { @required Key: String @required Value: String }
@length(max: 50) list Tags { member: Tag }
structure Parameter { ParameterKey: String ParameterValue: String UsePreviousValue: Boolean ResolvedValue: String }
list Parameters { member: Parameter }
structure Output { OutputKey: String OutputValue: String Description: String ExportName: String }
list Outputs { member: Output }
structure RollbackTrigger { Arn: String Type: String }
list RollbackTriggers { member: RollbackTrigger }
structure RollbackConfiguration { RollbackTriggers: RollbackTriggers MonitoringTimeInMinutes: Integer }
structure DriftInformation { StackDriftStatus: String LastCheckTimestamp: Timestamp }
enum OnFailure { DO_NOTHING = "DO_NOTHING" ROLLBACK = "ROLLBACK" DELETE = "DELETE" }

// ---- stacks

@waits @iam(action: "cloudformation:CreateStack", keys: ["cloudformation:ResourceTypes={ResourceTypes}", "cloudformation:StackPolicyUrl={StackPolicyURL}"], also: ["cloudformation:TagResource", "iam:PassRole"])
operation CreateStack {
    input := {
        @required StackName: StackName
        TemplateBody: TemplateBody
        TemplateURL: TemplateUrl
        Parameters: Parameters
        DisableRollback: Boolean
        RollbackConfiguration: RollbackConfiguration
        @range(min: 1) TimeoutInMinutes: Integer
        NotificationARNs: NotificationArns
        Capabilities: Capabilities
        ResourceTypes: Strings
        RoleARN: RoleArn
        OnFailure: OnFailure
        StackPolicyBody: String
        StackPolicyURL: String
        Tags: Tags
        ClientRequestToken: ClientRequestToken
        EnableTerminationProtection: Boolean
        RetainExceptOnCreate: Boolean
        // In-process: nested stacks name their parent.
        ParentStackId: String
    }
    output := { StackId: String }
    errors: [AlreadyExistsException, InsufficientCapabilitiesException, LimitExceededException]
}

@waits @iam(action: "cloudformation:UpdateStack", keys: ["cloudformation:ResourceTypes={ResourceTypes}", "cloudformation:StackPolicyUrl={StackPolicyURL}"], also: ["cloudformation:SetStackPolicy", "cloudformation:TagResource", "cloudformation:UntagResource", "iam:PassRole"])
operation UpdateStack {
    input := {
        @required StackName: StackNameOrId
        TemplateBody: TemplateBody
        TemplateURL: TemplateUrl
        UsePreviousTemplate: Boolean
        StackPolicyDuringUpdateBody: String
        StackPolicyDuringUpdateURL: String
        Parameters: Parameters
        Capabilities: Capabilities
        ResourceTypes: Strings
        RoleARN: RoleArn
        RollbackConfiguration: RollbackConfiguration
        StackPolicyBody: String
        StackPolicyURL: String
        NotificationARNs: NotificationArns
        Tags: Tags
        DisableRollback: Boolean
        ClientRequestToken: ClientRequestToken
        RetainExceptOnCreate: Boolean
    }
    output := { StackId: String }
    errors: [InsufficientCapabilitiesException]
}

@waits @iam(action: "cloudformation:DeleteStack", also: ["iam:PassRole"])
operation DeleteStack {
    input := {
        @required StackName: StackNameOrId
        RetainResources: Strings
        RoleARN: RoleArn
        ClientRequestToken: ClientRequestToken
        DeletionMode: String
    }
}

structure Stack {
    StackId: String
    @required StackName: String
    ChangeSetId: String
    Description: String
    Parameters: Parameters
    @required CreationTime: Timestamp
    DeletionTime: Timestamp
    LastUpdatedTime: Timestamp
    RollbackConfiguration: RollbackConfiguration
    @required StackStatus: String
    StackStatusReason: String
    DisableRollback: Boolean
    NotificationARNs: NotificationArns
    TimeoutInMinutes: Integer
    Capabilities: Capabilities
    Outputs: Outputs
    RoleARN: String
    Tags: Tags
    EnableTerminationProtection: Boolean
    ParentId: String
    RootId: String
    DriftInformation: DriftInformation
}
list Stacks { member: Stack }
@iam(action: "cloudformation:DescribeStacks", also: ["cloudformation:ListStacks"])
operation DescribeStacks {
    input := { StackName: StackNameOrId NextToken: NextToken }
    output := { @required Stacks: Stacks NextToken: String }
}

structure StackSummary {
    StackId: String
    @required StackName: String
    TemplateDescription: String
    @required CreationTime: Timestamp
    LastUpdatedTime: Timestamp
    DeletionTime: Timestamp
    @required StackStatus: String
    StackStatusReason: String
    ParentId: String
    RootId: String
    DriftInformation: DriftInformation
}
list StackSummaries { member: StackSummary }
@iam(action: "cloudformation:ListStacks")
operation ListStacks {
    input := { NextToken: NextToken StackStatusFilter: Strings }
    output := { @required StackSummaries: StackSummaries NextToken: String }
}

@iam(action: "cloudformation:UpdateTerminationProtection")
operation UpdateTerminationProtection {
    input := { @required EnableTerminationProtection: Boolean @required StackName: StackNameOrId }
    output := { StackId: String }
}

@iam(action: "cloudformation:CancelUpdateStack")
operation CancelUpdateStack {
    input := { @required StackName: StackNameOrId ClientRequestToken: ClientRequestToken }
}

@waits @iam(action: "cloudformation:ContinueUpdateRollback", also: ["iam:PassRole"])
operation ContinueUpdateRollback {
    input := {
        @required StackName: StackNameOrId
        RoleARN: RoleArn
        ResourcesToSkip: Strings
        ClientRequestToken: ClientRequestToken
    }
    output := {}
}

@waits @iam(action: "cloudformation:RollbackStack", also: ["iam:PassRole"])
operation RollbackStack {
    input := {
        @required StackName: StackNameOrId
        RoleARN: RoleArn
        ClientRequestToken: ClientRequestToken
        RetainExceptOnCreate: Boolean
    }
    output := { StackId: String }
}

structure AccountLimit { Name: String Value: Integer }
list AccountLimits { member: AccountLimit }
@iam(action: "cloudformation:DescribeAccountLimits")
operation DescribeAccountLimits {
    input := { NextToken: NextToken }
    output := { AccountLimits: AccountLimits NextToken: String }
}

@waits @iam(action: "cloudformation:SetStackPolicy")
operation SetStackPolicy {
    input := { @required StackName: StackNameOrId @length(min: 1, max: 16384) StackPolicyBody: String StackPolicyURL: String }
}

@iam(action: "cloudformation:GetStackPolicy")
operation GetStackPolicy {
    input := { @required StackName: StackNameOrId }
    output := { StackPolicyBody: String }
}

// ---- resources and events

structure StackEvent {
    @required StackId: String
    @required EventId: String
    @required StackName: String
    LogicalResourceId: String
    PhysicalResourceId: String
    ResourceType: String
    @required Timestamp: Timestamp
    ResourceStatus: String
    ResourceStatusReason: String
    ResourceProperties: String
    ClientRequestToken: String
}
list StackEvents { member: StackEvent }
@iam(action: "cloudformation:DescribeStackEvents")
operation DescribeStackEvents {
    input := { StackName: StackNameOrId NextToken: NextToken }
    output := { @required StackEvents: StackEvents NextToken: String }
}

structure ResourceDrift { @required StackResourceDriftStatus: String }
structure StackResource {
    StackName: String
    StackId: String
    @required LogicalResourceId: String
    PhysicalResourceId: String
    @required ResourceType: String
    @required Timestamp: Timestamp
    @required ResourceStatus: String
    ResourceStatusReason: String
    Description: String
    DriftInformation: ResourceDrift
}
list StackResources { member: StackResource }
structure StackResourceDetail {
    StackName: String
    StackId: String
    @required LogicalResourceId: String
    PhysicalResourceId: String
    @required ResourceType: String
    @required LastUpdatedTimestamp: Timestamp
    @required ResourceStatus: String
    ResourceStatusReason: String
    Description: String
    Metadata: String
    DriftInformation: ResourceDrift
}
structure StackResourceSummary {
    @required LogicalResourceId: String
    PhysicalResourceId: String
    @required ResourceType: String
    @required LastUpdatedTimestamp: Timestamp
    @required ResourceStatus: String
    ResourceStatusReason: String
    DriftInformation: ResourceDrift
}
list StackResourceSummaries { member: StackResourceSummary }
@iam(action: "cloudformation:DescribeStackResource")
operation DescribeStackResource {
    input := { @required StackName: StackNameOrId @required LogicalResourceId: String }
    output := { StackResourceDetail: StackResourceDetail }
}
@iam(action: "cloudformation:DescribeStackResources")
operation DescribeStackResources {
    input := { StackName: StackNameOrId LogicalResourceId: String PhysicalResourceId: String }
    output := { StackResources: StackResources }
}
@iam(action: "cloudformation:ListStackResources")
operation ListStackResources {
    input := { @required StackName: StackNameOrId NextToken: NextToken }
    output := { StackResourceSummaries: StackResourceSummaries NextToken: String }
}
enum SignalStatus { SUCCESS = "SUCCESS" FAILURE = "FAILURE" }
@iam(action: "cloudformation:SignalResource")
operation SignalResource {
    input := {
        @required StackName: StackNameOrId
        @required LogicalResourceId: String
        @required @length(min: 1, max: 64) UniqueId: String
        @required Status: SignalStatus
    }
}
// A POST to a wait condition handle's signed address.
@record structure Signal { @required UniqueId: String @required Status: String Data: String Reason: String }

// ---- change sets

structure ChangeTarget { Attribute: String Name: String RequiresRecreation: String Path: String BeforeValue: String AfterValue: String AttributeChangeType: String }
structure ResourceChangeDetail { Target: ChangeTarget Evaluation: String ChangeSource: String CausingEntity: String }
list ResourceChangeDetails { member: ResourceChangeDetail }
structure ResourceChange {
    PolicyAction: String
    Action: String
    LogicalResourceId: String
    PhysicalResourceId: String
    ResourceType: String
    Replacement: String
    Scope: Strings
    Details: ResourceChangeDetails
    ChangeSetId: String
    BeforeContext: String
    AfterContext: String
}
structure Change { Type: String HookInvocationCount: Integer ResourceChange: ResourceChange }
list Changes { member: Change }

structure DeploymentConfig { Mode: String DisableRollback: Boolean }
enum ChangeSetType { CREATE = "CREATE" UPDATE = "UPDATE" IMPORT = "IMPORT" }
@waits @iam(action: "cloudformation:CreateChangeSet", keys: ["cloudformation:ResourceTypes={ResourceTypes}"], also: ["cloudformation:TagResource", "cloudformation:UntagResource", "iam:PassRole"])
operation CreateChangeSet {
    input := {
        @required StackName: StackNameOrId
        TemplateBody: TemplateBody
        TemplateURL: TemplateUrl
        UsePreviousTemplate: Boolean
        Parameters: Parameters
        Capabilities: Capabilities
        ResourceTypes: Strings
        RoleARN: RoleArn
        RollbackConfiguration: RollbackConfiguration
        NotificationARNs: NotificationArns
        Tags: Tags
        @required ChangeSetName: NewChangeSetName
        ClientToken: ClientRequestToken
        @length(max: 8192) Description: String
        ChangeSetType: ChangeSetType
        ResourcesToImport: Strings
        IncludeNestedStacks: Boolean
        OnStackFailure: OnFailure
        ImportExistingResources: Boolean
        DeploymentConfig: DeploymentConfig
    }
    output := { Id: String StackId: String }
    errors: [AlreadyExistsException, InsufficientCapabilitiesException, LimitExceededException]
}

@iam(action: "cloudformation:DescribeChangeSet")
operation DescribeChangeSet {
    input := {
        @required ChangeSetName: ChangeSetNameOrId
        StackName: StackNameOrId
        NextToken: NextToken
        IncludePropertyValues: Boolean
    }
    output := {
        ChangeSetName: String
        ChangeSetId: String
        StackId: String
        StackName: String
        Description: String
        Parameters: Parameters
        CreationTime: Timestamp
        ExecutionStatus: String
        Status: String
        StatusReason: String
        NotificationARNs: NotificationArns
        RollbackConfiguration: RollbackConfiguration
        Capabilities: Capabilities
        Tags: Tags
        Changes: Changes
        NextToken: String
        IncludeNestedStacks: Boolean
        ParentChangeSetId: String
        RootChangeSetId: String
        OnStackFailure: String
        ImportExistingResources: Boolean
    }
    errors: [ChangeSetNotFoundException]
}

@waits @iam(action: "cloudformation:ExecuteChangeSet", also: ["cloudformation:TagResource", "cloudformation:UntagResource"])
operation ExecuteChangeSet {
    input := {
        @required ChangeSetName: ChangeSetNameOrId
        StackName: StackNameOrId
        ClientRequestToken: ClientRequestToken
        DisableRollback: Boolean
        RetainExceptOnCreate: Boolean
    }
    output := {}
    errors: [ChangeSetNotFoundException, InvalidChangeSetStatusException]
}

@iam(action: "cloudformation:DeleteChangeSet")
operation DeleteChangeSet {
    input := { @required ChangeSetName: ChangeSetNameOrId StackName: StackNameOrId }
    output := {}
    errors: [InvalidChangeSetStatusException]
}

structure ChangeSetSummary {
    StackId: String
    StackName: String
    ChangeSetId: String
    ChangeSetName: String
    ExecutionStatus: String
    Status: String
    StatusReason: String
    CreationTime: Timestamp
    Description: String
    IncludeNestedStacks: Boolean
    ImportExistingResources: Boolean
}
list ChangeSetSummaries { member: ChangeSetSummary }
@iam(action: "cloudformation:ListChangeSets")
operation ListChangeSets {
    input := { @required StackName: StackNameOrId NextToken: NextToken }
    output := { Summaries: ChangeSetSummaries NextToken: String }
}

// ---- templates

enum TemplateStage { Original = "Original" Processed = "Processed" }
@iam(action: "cloudformation:GetTemplate")
operation GetTemplate {
    input := { StackName: StackNameOrId ChangeSetName: ChangeSetNameOrId TemplateStage: TemplateStage }
    output := { TemplateBody: String StagesAvailable: Strings }
    errors: [ChangeSetNotFoundException]
}
structure ParameterConstraints { AllowedValues: Strings }
structure ParameterDeclaration {
    ParameterKey: String
    DefaultValue: String
    ParameterType: String
    NoEcho: Boolean
    Description: String
    ParameterConstraints: ParameterConstraints
}
list ParameterDeclarations { member: ParameterDeclaration }
@waits @iam(action: "cloudformation:GetTemplateSummary")
operation GetTemplateSummary {
    input := { TemplateBody: TemplateBody TemplateURL: TemplateUrl StackName: StackNameOrId StackSetName: String }
    output := {
        Parameters: ParameterDeclarations
        Description: String
        Capabilities: Capabilities
        CapabilitiesReason: String
        ResourceTypes: Strings
        Version: String
        Metadata: String
        DeclaredTransforms: Strings
    }
}
structure TemplateParameter { ParameterKey: String DefaultValue: String NoEcho: Boolean Description: String }
list TemplateParameters { member: TemplateParameter }
@waits @iam(action: "cloudformation:ValidateTemplate")
operation ValidateTemplate {
    input := { TemplateBody: TemplateBody TemplateURL: TemplateUrl }
    output := {
        Parameters: TemplateParameters
        Description: String
        Capabilities: Capabilities
        CapabilitiesReason: String
        DeclaredTransforms: Strings
    }
}

// ---- exports

structure Export { ExportingStackId: String Name: String Value: String }
list Exports { member: Export }
@iam(action: "cloudformation:ListExports")
operation ListExports {
    input := { NextToken: NextToken }
    output := { Exports: Exports NextToken: String }
}
@iam(action: "cloudformation:ListImports")
operation ListImports {
    input := { @required ExportName: String NextToken: NextToken }
    output := { Imports: Strings NextToken: String }
}

// ---- errors

@error("client") @httpError(400) @errorCode("AlreadyExistsException") structure AlreadyExistsException { message: String }
@error("client") @httpError(400) @errorCode("InsufficientCapabilitiesException") structure InsufficientCapabilitiesException { message: String }
@error("client") @httpError(400) @errorCode("LimitExceededException") structure LimitExceededException { message: String }
@error("client") @httpError(404) @errorCode("ChangeSetNotFound") structure ChangeSetNotFoundException { message: String }
@error("client") @httpError(400) @errorCode("InvalidChangeSetStatus") structure InvalidChangeSetStatusException { message: String }

// ---- stored rows

@record structure StackRow {
    @required StackId: String
    @required StackName: String
    @required Uuid: String
    @required Status: String
    StatusReason: String
    @required Created: Timestamp
    Updated: Timestamp
    Deleted: Timestamp
    Description: String
    Parameters: StoredParameters
    Capabilities: Strings
    Outputs: Outputs
    Tags: Tags
    RoleARN: String
    NotificationARNs: Strings
    DisableRollback: Boolean
    OnFailure: String
    TimeoutInMinutes: Integer
    TerminationProtection: Boolean
    ParentId: String
    RootId: String
    ChangeSetId: String
    StackPolicy: String
    LastEvent: Long                 // number of the newest event
    Round: Long                     // counts the operations on this stack
    LastToken: String               // "update TOKEN": of the newest operation that had a ClientRequestToken
    Operation: RunningOperation     // the one that runs; after UPDATE_ROLLBACK_FAILED the one to continue
}
@record structure StoredParameter { @required Key: String @required Value: String @required Resolved: String NoEcho: Boolean FromSsm: Boolean }
list StoredParameters { member: StoredParameter }

// What runs now and what it aims at.
@record structure RunningOperation {
    @required Phase: String         // create, update, cleanup, rollback, update-rollback, rollback-cleanup, delete
    Caller: Document                // who asked (without a role the stack acts as them)
    Token: String                   // ClientRequestToken
    Deadline: Timestamp
    Parameters: StoredParameters    // of the template in slot "next"
    Tags: Tags
    Capabilities: Strings
    Description: String
    Retain: Strings                 // DeleteStack RetainResources, ContinueUpdateRollback ResourcesToSkip
    Force: Boolean                  // DeletionMode FORCE_DELETE_STACK
    DisableRollback: Boolean
    OnFailure: String
    CancelWanted: Boolean
    Failed: Strings                 // logical ids that failed
    Reason: String
}

@record structure ResourceRow {
    @required LogicalId: String
    @required Type: String
    PhysicalId: String
    @required Status: String
    StatusReason: String
    @required Updated: Timestamp
    Properties: Document            // resolved, as last applied
    Attributes: Document
    Tags: Document                  // stack tags as last applied
    Metadata: Document
    References: Strings
    DeletionPolicy: String
    UpdateReplacePolicy: String
    Round: Long                     // the operation that last finished with it
    Step: String                    // in flight: create, update, delete; absent: at rest
    Stage: String                   // of the step: call, stabilise
    Token: String                   // request token of the step
    Begun: Timestamp                // of the step
    Calls: Long                     // how often the step was begun; more than one after a crash
    Next: Document                  // properties being applied
    NextTags: Document
    Replacing: Boolean              // the step makes a successor; the old one is in Before
    Before: Document                // state before this operation; absent when it did not touch it
    Scratch: Document               // the type's own notes between polls
}
// A thing to delete in clean-up: replaced, or no longer in the template.
@record structure LeftoverRow { @required Resource: ResourceRow @required Number: Long Keep: Boolean }

@record structure EventRow {
    @required EventId: String
    LogicalId: String
    PhysicalId: String
    Type: String
    @required Time: Timestamp
    Status: String
    Reason: String
    Properties: String
    Token: String
}

@record structure ChangeSetRow {
    @required Id: String
    @required Name: String
    @required StackId: String
    @required Created: Timestamp
    @required Type: String
    @required Status: String
    StatusReason: String
    @required ExecutionStatus: String
    Description: String
    Parameters: StoredParameters
    Capabilities: Strings
    Tags: Tags
    RoleARN: String
    NotificationARNs: Strings
    Changes: Changes
    IncludeNestedStacks: Boolean
    ImportExistingResources: Boolean
    OnStackFailure: String
    StackRound: Long                // of the stack when the set was made; older sets are obsolete
    TemplateDescription: String
    DisableRollback: Boolean
}
@record structure ExportRow { @required Name: String @required Value: String @required StackId: String @required StackName: String }
