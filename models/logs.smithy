$version: "2"
namespace drydock.logs

@awsService(signingName: "logs", hostPrefix: "logs", protocol: "json11", version: "2014-03-28",
            targetPrefix: "Logs_20140328")
service logs

// ---- groups

@iam(action: "logs:CreateLogGroup", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:",
     also: ["logs:TagResource"])
operation CreateLogGroup {
    input := {
        @required logGroupName: LogGroupName
        @length(min: 0, max: 256) kmsKeyId: String
        tags: Tags
        logGroupClass: LogGroupClass
    }
    errors: [ResourceAlreadyExistsException, LimitExceededException, InvalidParameterException]
}

@iam(action: "logs:AssociateKmsKey", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation AssociateKmsKey {
    input := {
        logGroupName: LogGroupName
        resourceIdentifier: String
        @required @length(min: 0, max: 256) kmsKeyId: String
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:DisassociateKmsKey", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation DisassociateKmsKey {
    input := { logGroupName: LogGroupName  resourceIdentifier: String }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:DeleteLogGroup", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation DeleteLogGroup {
    input := { @required logGroupName: LogGroupName }
    errors: [ResourceNotFoundException]
}

// AWS does name the resource so, whatever prefix is asked for.
@iam(action: "logs:DescribeLogGroups", resource: "arn:{partition}:logs:{region}:{account}:log-group::log-stream:")
operation DescribeLogGroups {
    input := {
        logGroupNamePrefix: LogGroupName
        @length(min: 0, max: 512) logGroupNamePattern: String
        nextToken: NextToken
        @range(min: 1, max: 50) limit: Integer
        logGroupClass: LogGroupClass
    }
    output := {
        @required logGroups: LogGroups
        nextToken: String
    }
    errors: [InvalidParameterException]
}

@iam(action: "logs:PutRetentionPolicy", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation PutRetentionPolicy {
    input := {
        @required logGroupName: LogGroupName
        @required retentionInDays: Integer
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:DeleteRetentionPolicy", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation DeleteRetentionPolicy {
    input := { @required logGroupName: LogGroupName }
    errors: [ResourceNotFoundException]
}

// ---- streams

@iam(action: "logs:CreateLogStream", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{logStreamName}")
operation CreateLogStream {
    input := {
        @required logGroupName: LogGroupName
        @required logStreamName: LogStreamName
    }
    errors: [ResourceAlreadyExistsException, ResourceNotFoundException]
}

@iam(action: "logs:DeleteLogStream", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{logStreamName}")
operation DeleteLogStream {
    input := {
        @required logGroupName: LogGroupName
        @required logStreamName: LogStreamName
    }
    errors: [ResourceNotFoundException]
}

// The handler asks IAM itself: the group may be given as a name or as an ARN.
@iam(action: "logs:DescribeLogStreams")
operation DescribeLogStreams {
    input := {
        logGroupName: LogGroupName
        logGroupIdentifier: LogGroupIdentifier
        logStreamNamePrefix: LogStreamName
        orderBy: OrderBy
        descending: Boolean
        nextToken: NextToken
        @range(min: 1, max: 50) limit: Integer
    }
    output := {
        @required logStreams: LogStreams
        nextToken: String
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

// ---- events

@iam(action: "logs:PutLogEvents", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{logStreamName}")
@dataEvent
operation PutLogEvents {
    input := {
        @required logGroupName: LogGroupName
        @required logStreamName: LogStreamName
        @required logEvents: InputLogEvents
        sequenceToken: String
    }
    output := {
        @required nextSequenceToken: String
        rejectedLogEventsInfo: RejectedLogEventsInfo
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:GetLogEvents")
@dataEvent
operation GetLogEvents {
    input := {
        logGroupName: LogGroupName
        logGroupIdentifier: LogGroupIdentifier
        @required logStreamName: LogStreamName
        @range(min: 0) startTime: Long
        @range(min: 0) endTime: Long
        nextToken: NextToken
        @range(min: 1, max: 10000) limit: Integer
        startFromHead: Boolean
        unmask: Boolean
    }
    output := {
        @required events: OutputLogEvents
        @required nextForwardToken: String
        @required nextBackwardToken: String
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:FilterLogEvents")
@dataEvent
operation FilterLogEvents {
    input := {
        logGroupName: LogGroupName
        logGroupIdentifier: LogGroupIdentifier
        logStreamNames: LogStreamNames
        logStreamNamePrefix: LogStreamName
        @range(min: 0) startTime: Long
        @range(min: 0) endTime: Long
        @length(min: 0, max: 1024) filterPattern: String
        nextToken: NextToken
        @range(min: 1, max: 10000) limit: Integer
        interleaved: Boolean
        unmask: Boolean
    }
    output := {
        @required events: FilteredLogEvents
        @required searchedLogStreams: SearchedLogStreams
        nextToken: String
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

// ---- tags, the old API by group name and the new one by ARN

@iam(action: "logs:TagLogGroup", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation TagLogGroup {
    input := {
        @required logGroupName: LogGroupName
        @required tags: Tags
    }
    errors: [ResourceNotFoundException]
}

@iam(action: "logs:UntagLogGroup", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation UntagLogGroup {
    input := {
        @required logGroupName: LogGroupName
        @required tags: TagKeys
    }
    errors: [ResourceNotFoundException]
}

@iam(action: "logs:ListTagsLogGroup", resource: "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:")
operation ListTagsLogGroup {
    input := { @required logGroupName: LogGroupName }
    output := { @required tags: Tags }
    errors: [ResourceNotFoundException]
}

@iam(action: "logs:TagResource", resource: "{resourceArn}")
operation TagResource {
    input := {
        @required resourceArn: ResourceArn
        @required tags: Tags
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:UntagResource", resource: "{resourceArn}")
operation UntagResource {
    input := {
        @required resourceArn: ResourceArn
        @required tagKeys: TagKeys
    }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "logs:ListTagsForResource", resource: "{resourceArn}")
operation ListTagsForResource {
    input := { @required resourceArn: ResourceArn }
    output := { @required tags: Tags }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

// ---- resource policies: of the account and region, or of one group; for AWS services alone

@iam(action: "logs:PutResourcePolicy", resource: "*")
operation PutResourcePolicy {
    input := {
        policyName: String
        policyDocument: PolicyDocument
        resourceArn: String
        expectedRevisionId: String
    }
    output := { resourcePolicy: ResourcePolicy  revisionId: String }
    errors: [InvalidParameterException, LimitExceededException, OperationAbortedException, ResourceNotFoundException]
}

@iam(action: "logs:DescribeResourcePolicies", resource: "*")
operation DescribeResourcePolicies {
    input := {
        nextToken: NextToken
        @range(min: 1, max: 50) limit: Integer
        resourceArn: String
        policyScope: PolicyScope
    }
    output := {
        @required resourcePolicies: ResourcePolicies
        nextToken: String
    }
    errors: [InvalidParameterException, ResourceNotFoundException]
}

@iam(action: "logs:DeleteResourcePolicy", resource: "*")
operation DeleteResourcePolicy {
    input := {
        policyName: String
        resourceArn: String
        expectedRevisionId: String
    }
    errors: [InvalidParameterException, ResourceNotFoundException, OperationAbortedException]
}

// ---- shapes

@length(min: 1, max: 5120)
string PolicyDocument
enum PolicyScope { ACCOUNT RESOURCE }
list ResourcePolicies { member: ResourcePolicy }
structure ResourcePolicy {
    policyName: String
    policyDocument: String
    lastUpdatedTime: Long
    policyScope: String
    resourceArn: String
    revisionId: String
}

@length(min: 1, max: 512) @pattern("[.\\-_/#A-Za-z0-9]+")
string LogGroupName

@length(min: 1, max: 2048) @pattern("[\\w#+=/:,.@-]*")
string LogGroupIdentifier

@length(min: 1, max: 512) @pattern("[^:*]*")
string LogStreamName

@length(min: 1, max: 1011)
string ResourceArn

@length(min: 1, max: 2048)
string NextToken

enum LogGroupClass { STANDARD INFREQUENT_ACCESS }
enum OrderBy { LogStreamName LastEventTime }

@length(min: 1, max: 128)
string TagKey
@length(min: 0, max: 256)
string TagValue
@length(min: 0, max: 50)
map Tags { key: TagKey  value: TagValue }
@length(min: 1, max: 50)
list TagKeys { member: TagKey }

list LogGroups { member: LogGroup }
structure LogGroup {
    logGroupName: String
    creationTime: Long
    retentionInDays: Integer
    metricFilterCount: Integer
    arn: String
    storedBytes: Long
    kmsKeyId: String
    logGroupClass: String
    logGroupArn: String
}

list LogStreams { member: LogStream }
structure LogStream {
    logStreamName: String
    creationTime: Long
    firstEventTimestamp: Long
    lastEventTimestamp: Long
    lastIngestionTime: Long
    uploadSequenceToken: String
    arn: String
    storedBytes: Long
}

@length(min: 1, max: 100)
list LogStreamNames { member: LogStreamName }

@length(min: 1, max: 10000)
list InputLogEvents { member: InputLogEvent }
structure InputLogEvent {
    @required @range(min: 0) timestamp: Long
    @required @length(min: 1) message: String
}
structure RejectedLogEventsInfo {
    tooNewLogEventStartIndex: Integer
    tooOldLogEventEndIndex: Integer
    expiredLogEventEndIndex: Integer
}

list OutputLogEvents { member: OutputLogEvent }
structure OutputLogEvent {
    timestamp: Long
    message: String
    ingestionTime: Long
}

list FilteredLogEvents { member: FilteredLogEvent }
structure FilteredLogEvent {
    logStreamName: String
    timestamp: Long
    message: String
    ingestionTime: Long
    eventId: String
}
list SearchedLogStreams { member: SearchedLogStream }
structure SearchedLogStream {
    logStreamName: String
    searchedCompletely: Boolean
}

@error("client") @httpError(400) structure ResourceAlreadyExistsException { message: String }
@error("client") @httpError(400) structure ResourceNotFoundException { message: String }
@error("client") @httpError(400) structure InvalidParameterException { message: String }
@error("client") @httpError(400) structure LimitExceededException { message: String }
@error("client") @httpError(400) structure OperationAbortedException { message: String }

// ---- rows

@record
structure GroupRow {
    @required Name: String
    @required Created: Long
    RetentionInDays: Integer
    KmsKeyId: String
    Class: String
    @required Tags: Tags
    /// Its own resource policy.
    Policy: PolicyRow
}

/// Events are kept under the stream's Id, so that a stream of the same name made later starts empty.
@record
structure StreamRow {
    @required Name: String
    @required Id: String
    @required Created: Long
    @required NextSequence: Long
    FirstEvent: Long
    LastEvent: Long
    LastIngestion: Long
}

@record
structure EventRow {
    @required Message: String
    @required Ingested: Long
}

@record
structure PolicyRow {
    @required Name: String
    @required Document: String
    @required Updated: Long
    /// Of a group's own policy alone.
    Revision: String
}
