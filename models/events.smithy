$version: "2"
// EventBridge: buses, rules, targets and events.
namespace drydock.events

@awsService(signingName: "events", hostPrefix: "events", protocol: "json11", version: "2015-10-07", targetPrefix: "AWSEvents")
service events

@length(min: 1, max: 64) @pattern("[\\.\\-_A-Za-z0-9]+")
string RuleName
@length(min: 1, max: 1600) @pattern("(arn:aws[\\w-]*:events:[a-z]{2}-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+")
string BusNameOrArn
@length(min: 1, max: 256) @pattern("[/\\.\\-_A-Za-z0-9]+")
string BusName
@length(max: 4096)
string EventPattern
@length(max: 256)
string ScheduleExpression
@length(max: 512)
string RuleDescription
@length(min: 1, max: 1600)
string ResourceArn
@length(min: 1, max: 64) @pattern("[\\.\\-_A-Za-z0-9]+")
string TargetId
@length(max: 8192)
string TargetInput
@length(max: 256)
string TargetInputPath
@length(min: 1, max: 2048)
string NextToken
@range(min: 1, max: 100)
integer PageLimit
enum RuleState { ENABLED DISABLED ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS }
structure Tag { @required Key: TagKey  @required Value: TagValue }
@length(min: 1, max: 128)
string TagKey
@length(max: 256)
string TagValue
list TagList { member: Tag }
list TagKeyList { member: TagKey }

structure InputTransformer { InputPathsMap: PathsMap  @required InputTemplate: Template }
@length(max: 100)
map PathsMap { key: String  value: String }
@length(min: 1, max: 8192)
string Template
structure SqsParameters { MessageGroupId: String }
structure DeadLetterConfig { Arn: ResourceArn }
structure RetryPolicy { @range(min: 0, max: 185) MaximumRetryAttempts: Integer  @range(min: 60, max: 86400) MaximumEventAgeInSeconds: Integer }
structure Target {
    @required Id: TargetId
    @required Arn: ResourceArn
    RoleArn: ResourceArn
    Input: TargetInput
    InputPath: TargetInputPath
    InputTransformer: InputTransformer
    SqsParameters: SqsParameters
    DeadLetterConfig: DeadLetterConfig
    RetryPolicy: RetryPolicy
    // Kept and given back; targets of these kinds are not served.
    KinesisParameters: Document
    RunCommandParameters: Document
    EcsParameters: Document
    BatchParameters: Document
    HttpParameters: Document
    RedshiftDataParameters: Document
    SageMakerPipelineParameters: Document
    AppSyncParameters: Document
}
@length(min: 1, max: 100)
list TargetList { member: Target }
list Targets { member: Target }
@length(min: 1, max: 100)
list TargetIdList { member: TargetId }
structure FailedTarget { TargetId: String  ErrorCode: String  ErrorMessage: String }
list FailedTargets { member: FailedTarget }
structure Rule {
    Name: String
    Arn: String
    EventPattern: String
    State: String
    Description: String
    ScheduleExpression: String
    RoleArn: String
    ManagedBy: String
    EventBusName: String
}
list Rules { member: Rule }
list Names { member: String }
@length(max: 2048)
string KmsKeyIdentifier
structure BusDeadLetterConfig { Arn: String }
structure EventBus { Name: String  Arn: String  Description: String  Policy: String  CreationTime: Timestamp  LastModifiedTime: Timestamp }
list EventBuses { member: EventBus }

// ---- rules; the handlers ask IAM, because the ARN depends on the bus
@iam(action: "events:PutRule", also: ["iam:PassRole", "kms:Decrypt"], tagAction: "events:TagResource")
operation PutRule {
    input := {
        @required Name: RuleName
        ScheduleExpression: ScheduleExpression
        EventPattern: EventPattern
        State: RuleState
        Description: RuleDescription
        RoleArn: ResourceArn
        Tags: TagList
        EventBusName: BusNameOrArn
    }
    output := { RuleArn: String }
}
@iam(action: "events:DescribeRule", also: ["kms:Decrypt"])
operation DescribeRule {
    input := { @required Name: RuleName  EventBusName: BusNameOrArn }
    output := {
        Name: String
        Arn: String
        EventPattern: String
        ScheduleExpression: String
        State: String
        Description: String
        RoleArn: String
        ManagedBy: String
        EventBusName: String
        CreatedBy: String
    }
}
@iam(action: "events:ListRules", also: ["kms:Decrypt"])
operation ListRules {
    input := { NamePrefix: RuleName  EventBusName: BusNameOrArn  NextToken: NextToken  Limit: PageLimit }
    output := { @required Rules: Rules  NextToken: String }
}
@iam(action: "events:DeleteRule")
operation DeleteRule { input := { @required Name: RuleName  EventBusName: BusNameOrArn  Force: Boolean } }
@iam(action: "events:EnableRule", also: ["kms:Decrypt"])
operation EnableRule { input := { @required Name: RuleName  EventBusName: BusNameOrArn } }
@iam(action: "events:DisableRule", also: ["kms:Decrypt"])
operation DisableRule { input := { @required Name: RuleName  EventBusName: BusNameOrArn } }
@iam(action: "events:PutTargets", also: ["iam:PassRole", "kms:Decrypt"])
operation PutTargets {
    input := { @required Rule: RuleName  EventBusName: BusNameOrArn  @required Targets: TargetList }
    output := { @required FailedEntryCount: Integer  @required FailedEntries: FailedTargets }
}
@iam(action: "events:RemoveTargets")
operation RemoveTargets {
    input := { @required Rule: RuleName  EventBusName: BusNameOrArn  @required Ids: TargetIdList  Force: Boolean }
    output := { @required FailedEntryCount: Integer  @required FailedEntries: FailedTargets }
}
@iam(action: "events:ListTargetsByRule", also: ["kms:Decrypt"])
operation ListTargetsByRule {
    input := { @required Rule: RuleName  EventBusName: BusNameOrArn  NextToken: NextToken  Limit: PageLimit }
    output := { @required Targets: Targets  NextToken: String }
}
@iam(action: "events:ListRuleNamesByTarget")
operation ListRuleNamesByTarget {
    input := { @required TargetArn: ResourceArn  EventBusName: BusNameOrArn  NextToken: NextToken  Limit: PageLimit }
    output := { @required RuleNames: Names  NextToken: String }
}
@iam(action: "events:TagResource", resource: "{ResourceARN}")
operation TagResource { input := { @required ResourceARN: ResourceArn  @required Tags: TagList } }
@iam(action: "events:UntagResource", resource: "{ResourceARN}")
operation UntagResource { input := { @required ResourceARN: ResourceArn  @required TagKeys: TagKeyList } }
@iam(action: "events:ListTagsForResource", resource: "{ResourceARN}")
operation ListTagsForResource {
    input := { @required ResourceARN: ResourceArn }
    output := { @required Tags: TagList }
}

// ---- buses
@iam(action: "events:CreateEventBus", resource: "arn:{partition}:events:{region}:{account}:event-bus/{Name}",
     also: ["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"], tagAction: "events:TagResource")
operation CreateEventBus {
    input := {
        @required Name: BusName
        EventSourceName: String
        Description: RuleDescription
        KmsKeyIdentifier: KmsKeyIdentifier
        DeadLetterConfig: BusDeadLetterConfig
        LogConfig: Document
        Tags: TagList
    }
    output := { EventBusArn: String  Description: String  KmsKeyIdentifier: String }
}
/// Takes the place of what was set of the members that are given.
@iam(action: "events:UpdateEventBus", resource: "arn:{partition}:events:{region}:{account}:event-bus/{Name|default}",
     also: ["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt"])
operation UpdateEventBus {
    input := {
        Name: BusName
        KmsKeyIdentifier: KmsKeyIdentifier
        Description: RuleDescription
        DeadLetterConfig: BusDeadLetterConfig
        LogConfig: Document
    }
    output := { Arn: String  Name: String  KmsKeyIdentifier: String  Description: String }
}
@iam(action: "events:DescribeEventBus", resource: "arn:{partition}:events:{region}:{account}:event-bus/{Name|default}")
operation DescribeEventBus {
    input := { Name: BusNameOrArn }
    output := {
        Name: String
        Arn: String
        Description: String
        KmsKeyIdentifier: String
        Policy: String
        CreationTime: Timestamp
        LastModifiedTime: Timestamp
    }
}
@iam(action: "events:ListEventBuses", resource: "*")
operation ListEventBuses {
    input := { NamePrefix: BusName  NextToken: NextToken  Limit: PageLimit }
    output := { @required EventBuses: EventBuses  NextToken: String }
}
@iam(action: "events:DeleteEventBus", resource: "arn:{partition}:events:{region}:{account}:event-bus/{Name}")
operation DeleteEventBus { input := { @required Name: BusName } }
structure Condition { @required Type: String  @required Key: String  @required Value: String }
@iam(action: "events:PutPermission", resource: "*")
operation PutPermission {
    input := { EventBusName: BusName  Action: String  Principal: String  StatementId: String  Condition: Condition  Policy: String }
}
@iam(action: "events:RemovePermission", resource: "*")
operation RemovePermission { input := { StatementId: String  RemoveAllPermissions: Boolean  EventBusName: BusName } }

// ---- events
list StringList { member: String }
structure PutEventsEntry {
    Time: Timestamp
    Source: String
    Resources: StringList
    DetailType: String
    Detail: String
    EventBusName: BusNameOrArn
    TraceHeader: String
}
@length(min: 1, max: 10)
list PutEventsEntries { member: PutEventsEntry }
structure PutEventsResult { EventId: String  ErrorCode: String  ErrorMessage: String }
list PutEventsResults { member: PutEventsResult }
/// One question to IAM per entry: the bus is the resource.
@iam(action: "events:PutEvents")
@dataEvent
operation PutEvents {
    input := { @required Entries: PutEventsEntries  EndpointId: String }
    output := { @required FailedEntryCount: Integer  @required Entries: PutEventsResults }
}
@iam(action: "events:TestEventPattern", resource: "*")
@dataEvent
operation TestEventPattern {
    input := { @required EventPattern: EventPattern  @required Event: String }
    output := { @required Result: Boolean }
}
structure ServiceEvent {
    @required Source: String
    @required DetailType: String
    @required Resources: StringList
    @required Detail: Document
    @required Time: Timestamp
    @required EventId: String
}
list ServiceEvents { member: ServiceEvent }
/// What AWS services say, with the reserved sources aws.*, on the default bus of the account and region of the call.
@internal
operation PutServiceEvents { input := { @required Entries: ServiceEvents } }

/// An event as it is, to a bus that is a rule's target, maybe in another account.
@internal @iam(action: "events:PutEvents", resource: "{EventBusName}")
operation PutEventToBus { input := { @required EventBusName: BusNameOrArn  @required Event: Document } }

@error("client") structure ResourceNotFoundException { message: String }
@error("client") structure NotAuthorizedException { message: String }
@error("client") structure ResourceAlreadyExistsException { message: String }
@error("client") structure InvalidEventPatternException { message: String }
@error("client") structure LimitExceededException { message: String }
@error("client") structure ValidationException { message: String }
@error("client") structure PolicyLengthExceededException { message: String }

// ---- stored rows
@record structure BusRow {
    @required Name: String
    Description: String
    Policy: String
    @required Created: Timestamp
    @required Tags: TagList
    /// As it is shown: the ARN of a key or alias; and a data key of it, as KMS sealed it.
    KmsKeyIdentifier: String
    DataKey: Blob
    Modified: Timestamp
}
@record structure RuleRow {
    @required Name: String
    @required Bus: String
    EventPattern: String
    ScheduleExpression: String
    @required State: String
    Description: String
    RoleArn: String
    CreatedBy: String
    @required Tags: TagList
}
