$version: "2"
namespace drydock.dynamodb

// Items and keys are documents here: the handlers read AttributeValues themselves, with AWS's own texts.
@awsService(signingName: "dynamodb", hostPrefix: "dynamodb", protocol: "json10", version: "2012-08-10",
            targetPrefix: "DynamoDB_20120810", global: false)
service dynamodb

// ---- tables

@iam(action: "dynamodb:CreateTable", also: ["dynamodb:TagResource", "dynamodb:PutResourcePolicy", "kms:DescribeKey", "kms:CreateGrant"])
operation CreateTable {
    input := {
        @required TableName: TableArn
        @required AttributeDefinitions: AttributeDefinitions
        @required KeySchema: KeySchemaList
        LocalSecondaryIndexes: LocalSecondaryIndexList
        GlobalSecondaryIndexes: GlobalSecondaryIndexList
        BillingMode: BillingMode
        ProvisionedThroughput: ProvisionedThroughput
        StreamSpecification: StreamSpecification
        SSESpecification: SSESpecification
        Tags: TagList
        TableClass: TableClass
        DeletionProtectionEnabled: Boolean
        ResourcePolicy: PolicyText
        OnDemandThroughput: OnDemandThroughput
        WarmThroughput: Document
    }
    output := { TableDescription: TableDescription }
}

@iam(action: "dynamodb:DescribeTable")
operation DescribeTable {
    input := { @required TableName: TableArn }
    output := { Table: TableDescription }
}

@iam(action: "dynamodb:ListTables", resource: "*")
operation ListTables {
    input := {
        ExclusiveStartTableName: TableName
        Limit: ListTablesLimit
    }
    output := {
        TableNames: StringList
        LastEvaluatedTableName: String
    }
}

@iam(action: "dynamodb:UpdateTable", also: ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt"])
operation UpdateTable {
    input := {
        @required TableName: TableArn
        AttributeDefinitions: AttributeDefinitions
        BillingMode: BillingMode
        ProvisionedThroughput: ProvisionedThroughput
        GlobalSecondaryIndexUpdates: GlobalSecondaryIndexUpdateList
        StreamSpecification: StreamSpecification
        SSESpecification: SSESpecification
        ReplicaUpdates: Document
        TableClass: TableClass
        DeletionProtectionEnabled: Boolean
        OnDemandThroughput: OnDemandThroughput
        WarmThroughput: Document
    }
    output := { TableDescription: TableDescription }
}

@iam(action: "dynamodb:DeleteTable")
operation DeleteTable {
    input := { @required TableName: TableArn }
    output := { TableDescription: TableDescription }
}

@iam(action: "dynamodb:DescribeTimeToLive")
operation DescribeTimeToLive {
    input := { @required TableName: TableArn }
    output := { TimeToLiveDescription: TimeToLiveDescription }
}

@iam(action: "dynamodb:UpdateTimeToLive", also: ["kms:Decrypt"])
operation UpdateTimeToLive {
    input := {
        @required TableName: TableArn
        @required TimeToLiveSpecification: TimeToLiveSpecification
    }
    output := { TimeToLiveSpecification: TimeToLiveSpecification }
}

@iam(action: "dynamodb:DescribeContinuousBackups")
operation DescribeContinuousBackups {
    input := { @required TableName: TableArn }
    output := { ContinuousBackupsDescription: ContinuousBackupsDescription }
}

@iam(action: "dynamodb:UpdateContinuousBackups")
operation UpdateContinuousBackups {
    input := {
        @required TableName: TableArn
        @required PointInTimeRecoverySpecification: PointInTimeRecoverySpecification
    }
    output := { ContinuousBackupsDescription: ContinuousBackupsDescription }
}

@iam(action: "dynamodb:DescribeLimits", resource: "*")
operation DescribeLimits {
    output := {
        AccountMaxReadCapacityUnits: Long
        AccountMaxWriteCapacityUnits: Long
        TableMaxReadCapacityUnits: Long
        TableMaxWriteCapacityUnits: Long
    }
}

@iam(action: "dynamodb:DescribeEndpoints", resource: "*")
operation DescribeEndpoints {
    output := { @required Endpoints: EndpointList }
}

@iam(action: "dynamodb:TagResource")
operation TagResource {
    input := {
        @required ResourceArn: ResourceArn
        @required Tags: TagList
    }
}

@iam(action: "dynamodb:UntagResource")
operation UntagResource {
    input := {
        @required ResourceArn: ResourceArn
        @required TagKeys: TagKeyList
    }
}

@iam(action: "dynamodb:ListTagsOfResource")
operation ListTagsOfResource {
    input := {
        @required ResourceArn: ResourceArn
        NextToken: String
    }
    output := {
        Tags: TagList
        NextToken: String
    }
}

@iam(action: "dynamodb:PutResourcePolicy")
operation PutResourcePolicy {
    input := {
        @required ResourceArn: ResourceArn
        @required Policy: PolicyText
        ExpectedRevisionId: String
        ConfirmRemoveSelfResourceAccess: Boolean
    }
    output := { RevisionId: String }
}

@iam(action: "dynamodb:GetResourcePolicy")
operation GetResourcePolicy {
    input := { @required ResourceArn: ResourceArn }
    output := {
        Policy: String
        RevisionId: String
    }
}

@iam(action: "dynamodb:DeleteResourcePolicy")
operation DeleteResourcePolicy {
    input := {
        @required ResourceArn: ResourceArn
        ExpectedRevisionId: String
    }
    output := { RevisionId: String }
}

// ---- items

@iam(action: "dynamodb:PutItem", also: ["kms:Decrypt"])
@dataEvent
operation PutItem {
    input := {
        @required TableName: TableArn
        @required Item: Document
        Expected: Document
        ReturnValues: ReturnValue
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ReturnItemCollectionMetrics: ReturnItemCollectionMetrics
        ConditionalOperator: ConditionalOperator
        ConditionExpression: String
        ExpressionAttributeNames: Document
        ExpressionAttributeValues: Document
        ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
    }
    output := {
        Attributes: Document
        ConsumedCapacity: Document
        ItemCollectionMetrics: Document
    }
}

@iam(action: "dynamodb:GetItem", also: ["kms:Decrypt"])
@dataEvent
operation GetItem {
    input := {
        @required TableName: TableArn
        @required Key: Document
        AttributesToGet: AttributeNameList
        ConsistentRead: Boolean
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ProjectionExpression: String
        ExpressionAttributeNames: Document
    }
    output := {
        Item: Document
        ConsumedCapacity: Document
    }
}

@iam(action: "dynamodb:UpdateItem", also: ["kms:Decrypt"])
@dataEvent
operation UpdateItem {
    input := {
        @required TableName: TableArn
        @required Key: Document
        AttributeUpdates: Document
        Expected: Document
        ConditionalOperator: ConditionalOperator
        ReturnValues: ReturnValue
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ReturnItemCollectionMetrics: ReturnItemCollectionMetrics
        UpdateExpression: String
        ConditionExpression: String
        ExpressionAttributeNames: Document
        ExpressionAttributeValues: Document
        ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
    }
    output := {
        Attributes: Document
        ConsumedCapacity: Document
        ItemCollectionMetrics: Document
    }
}

@iam(action: "dynamodb:DeleteItem", also: ["kms:Decrypt"])
@dataEvent
operation DeleteItem {
    input := {
        @required TableName: TableArn
        @required Key: Document
        Expected: Document
        ConditionalOperator: ConditionalOperator
        ReturnValues: ReturnValue
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ReturnItemCollectionMetrics: ReturnItemCollectionMetrics
        ConditionExpression: String
        ExpressionAttributeNames: Document
        ExpressionAttributeValues: Document
        ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
    }
    output := {
        Attributes: Document
        ConsumedCapacity: Document
        ItemCollectionMetrics: Document
    }
}

@iam(action: "dynamodb:Query", also: ["kms:Decrypt"])
@dataEvent
operation Query {
    input := {
        @required TableName: TableArn
        IndexName: IndexName
        Select: Select
        AttributesToGet: AttributeNameList
        Limit: PositiveInteger
        ConsistentRead: Boolean
        KeyConditions: Document
        QueryFilter: Document
        ConditionalOperator: ConditionalOperator
        ScanIndexForward: Boolean
        ExclusiveStartKey: Document
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ProjectionExpression: String
        FilterExpression: String
        KeyConditionExpression: String
        ExpressionAttributeNames: Document
        ExpressionAttributeValues: Document
    }
    output := {
        Items: DocumentList
        Count: Integer
        ScannedCount: Integer
        LastEvaluatedKey: Document
        ConsumedCapacity: Document
    }
}

@iam(action: "dynamodb:Scan", also: ["kms:Decrypt"])
@dataEvent
operation Scan {
    input := {
        @required TableName: TableArn
        IndexName: IndexName
        AttributesToGet: AttributeNameList
        Limit: PositiveInteger
        Select: Select
        ScanFilter: Document
        ConditionalOperator: ConditionalOperator
        ExclusiveStartKey: Document
        ReturnConsumedCapacity: ReturnConsumedCapacity
        TotalSegments: TotalSegments
        Segment: Segment
        ProjectionExpression: String
        FilterExpression: String
        ExpressionAttributeNames: Document
        ExpressionAttributeValues: Document
        ConsistentRead: Boolean
    }
    output := {
        Items: DocumentList
        Count: Integer
        ScannedCount: Integer
        LastEvaluatedKey: Document
        ConsumedCapacity: Document
    }
}

@iam(action: "dynamodb:BatchGetItem", also: ["kms:Decrypt"])
@dataEvent
operation BatchGetItem {
    input := {
        @required RequestItems: BatchGetRequestMap
        ReturnConsumedCapacity: ReturnConsumedCapacity
    }
    output := {
        Responses: Document
        UnprocessedKeys: Document
        ConsumedCapacity: DocumentList
    }
}

@iam(action: "dynamodb:BatchWriteItem", also: ["kms:Decrypt"])
@dataEvent
operation BatchWriteItem {
    input := {
        @required RequestItems: BatchWriteRequestMap
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ReturnItemCollectionMetrics: ReturnItemCollectionMetrics
    }
    output := {
        UnprocessedItems: Document
        ItemCollectionMetrics: Document
        ConsumedCapacity: DocumentList
    }
}

@iam(action: "dynamodb:GetItem", also: ["kms:Decrypt"])
@dataEvent
operation TransactGetItems {
    input := {
        @required TransactItems: TransactGetItemList
        ReturnConsumedCapacity: ReturnConsumedCapacity
    }
    output := {
        ConsumedCapacity: DocumentList
        Responses: DocumentList
    }
}

@iam(action: "dynamodb:PutItem", also: ["dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem", "kms:Decrypt"])
@dataEvent
operation TransactWriteItems {
    input := {
        @required TransactItems: TransactWriteItemList
        ReturnConsumedCapacity: ReturnConsumedCapacity
        ReturnItemCollectionMetrics: ReturnItemCollectionMetrics
        ClientRequestToken: ClientRequestToken
    }
    output := {
        ConsumedCapacity: DocumentList
        ItemCollectionMetrics: Document
    }
}

// ---- shapes of tables

@length(min: 1, max: 1024)
string TableArn
@length(min: 3, max: 255) @pattern("[a-zA-Z0-9_.-]+")
string TableName
@length(min: 3, max: 255) @pattern("[a-zA-Z0-9_.-]+")
string IndexName
@length(min: 1, max: 1283)
string ResourceArn
string PolicyText
@range(min: 1, max: 100)
integer ListTablesLimit
@range(min: 1)
long PositiveLong
@range(min: 1)
integer PositiveInteger
@range(min: 1, max: 1000000)
integer TotalSegments
@range(min: 0, max: 999999)
integer Segment
@length(min: 1, max: 255)
string KeySchemaAttributeName
@length(min: 1, max: 36)
string ClientRequestToken

enum BillingMode { PROVISIONED  PAY_PER_REQUEST }
enum TableClass { STANDARD  STANDARD_INFREQUENT_ACCESS }
enum ScalarAttributeType { B  N  S }
enum KeyType { HASH  RANGE }
enum ProjectionType { ALL  INCLUDE  KEYS_ONLY }
enum ReturnValue { ALL_NEW  UPDATED_OLD  ALL_OLD  NONE  UPDATED_NEW }
enum ReturnConsumedCapacity { INDEXES  TOTAL  NONE }
enum ReturnItemCollectionMetrics { SIZE  NONE }
enum ReturnValuesOnConditionCheckFailure { ALL_OLD  NONE }
enum ConditionalOperator { OR  AND }
enum Select { SPECIFIC_ATTRIBUTES  COUNT  ALL_ATTRIBUTES  ALL_PROJECTED_ATTRIBUTES }
enum SSEType { AES256  KMS }

list StringList { member: String }
list DocumentList { member: Document }
@length(min: 1)
list AttributeNameList { member: AttributeName }
@length(max: 65535)
string AttributeName

list AttributeDefinitions { member: AttributeDefinition }
structure AttributeDefinition {
    @required AttributeName: KeySchemaAttributeName
    @required AttributeType: ScalarAttributeType
}
@length(min: 1, max: 2)
list KeySchemaList { member: KeySchemaElement }
structure KeySchemaElement {
    @required AttributeName: KeySchemaAttributeName
    @required KeyType: KeyType
}
structure IndexProjection {
    ProjectionType: ProjectionType
    NonKeyAttributes: NonKeyAttributeNameList
}
@length(min: 1, max: 20)
list NonKeyAttributeNameList { member: NonKeyAttributeName }
@length(min: 1, max: 255)
string NonKeyAttributeName
structure ProvisionedThroughput {
    @required ReadCapacityUnits: PositiveLong
    @required WriteCapacityUnits: PositiveLong
}
structure OnDemandThroughput {
    MaxReadRequestUnits: Long
    MaxWriteRequestUnits: Long
}
list LocalSecondaryIndexList { member: LocalSecondaryIndex }
structure LocalSecondaryIndex {
    @required IndexName: IndexName
    @required KeySchema: KeySchemaList
    @required Projection: IndexProjection
}
list GlobalSecondaryIndexList { member: GlobalSecondaryIndex }
structure GlobalSecondaryIndex {
    @required IndexName: IndexName
    @required KeySchema: KeySchemaList
    @required Projection: IndexProjection
    ProvisionedThroughput: ProvisionedThroughput
    OnDemandThroughput: OnDemandThroughput
    WarmThroughput: Document
}
list GlobalSecondaryIndexUpdateList { member: GlobalSecondaryIndexUpdate }
structure GlobalSecondaryIndexUpdate {
    Update: UpdateIndexAction
    Create: GlobalSecondaryIndex
    Delete: DeleteIndexAction
}
structure UpdateIndexAction {
    @required IndexName: IndexName
    ProvisionedThroughput: ProvisionedThroughput
    OnDemandThroughput: OnDemandThroughput
    WarmThroughput: Document
}
structure DeleteIndexAction { @required IndexName: IndexName }
structure StreamSpecification {
    @required StreamEnabled: Boolean
    StreamViewType: StreamViewType
}
enum StreamViewType { NEW_IMAGE OLD_IMAGE NEW_AND_OLD_IMAGES KEYS_ONLY }
structure SSESpecification {
    Enabled: Boolean
    SSEType: SSEType
    KMSMasterKeyId: String
}
structure SSEDescription {
    Status: String
    SSEType: String
    KMSMasterKeyArn: String
    InaccessibleEncryptionDateTime: Timestamp
}
list TagList { member: Tag }
structure Tag {
    @required Key: TagKey
    @required Value: TagValue
}
@length(min: 1, max: 128)
string TagKey
@length(min: 0, max: 256)
string TagValue
list TagKeyList { member: TagKey }

structure TableDescription {
    AttributeDefinitions: AttributeDefinitions
    TableName: String
    KeySchema: KeySchemaList
    TableStatus: String
    CreationDateTime: Timestamp
    ProvisionedThroughput: ProvisionedThroughputDescription
    TableSizeBytes: Long
    ItemCount: Long
    TableArn: String
    TableId: String
    BillingModeSummary: BillingModeSummary
    LocalSecondaryIndexes: LocalSecondaryIndexDescriptionList
    GlobalSecondaryIndexes: GlobalSecondaryIndexDescriptionList
    SSEDescription: SSEDescription
    TableClassSummary: TableClassSummary
    DeletionProtectionEnabled: Boolean
    OnDemandThroughput: OnDemandThroughput
    WarmThroughput: WarmThroughputDescription
    StreamSpecification: StreamSpecification
    LatestStreamLabel: String
    LatestStreamArn: String
}
structure WarmThroughputDescription {
    ReadUnitsPerSecond: Long
    WriteUnitsPerSecond: Long
    Status: String
}
structure ProvisionedThroughputDescription {
    LastIncreaseDateTime: Timestamp
    LastDecreaseDateTime: Timestamp
    NumberOfDecreasesToday: Long
    ReadCapacityUnits: Long
    WriteCapacityUnits: Long
}
structure BillingModeSummary {
    BillingMode: String
    LastUpdateToPayPerRequestDateTime: Timestamp
}
structure TableClassSummary {
    TableClass: String
    LastUpdateDateTime: Timestamp
}
list LocalSecondaryIndexDescriptionList { member: LocalSecondaryIndexDescription }
structure LocalSecondaryIndexDescription {
    IndexName: String
    KeySchema: KeySchemaList
    Projection: IndexProjection
    IndexSizeBytes: Long
    ItemCount: Long
    IndexArn: String
}
list GlobalSecondaryIndexDescriptionList { member: GlobalSecondaryIndexDescription }
structure GlobalSecondaryIndexDescription {
    IndexName: String
    KeySchema: KeySchemaList
    Projection: IndexProjection
    IndexStatus: String
    Backfilling: Boolean
    ProvisionedThroughput: ProvisionedThroughputDescription
    IndexSizeBytes: Long
    ItemCount: Long
    IndexArn: String
    OnDemandThroughput: OnDemandThroughput
    WarmThroughput: WarmThroughputDescription
}
structure TimeToLiveSpecification {
    @required Enabled: Boolean
    @required AttributeName: KeySchemaAttributeName
}
structure TimeToLiveDescription {
    TimeToLiveStatus: String
    AttributeName: String
}
structure PointInTimeRecoverySpecification {
    @required PointInTimeRecoveryEnabled: Boolean
    RecoveryPeriodInDays: RecoveryPeriod
}
@range(min: 1, max: 35)
integer RecoveryPeriod
structure ContinuousBackupsDescription {
    @required ContinuousBackupsStatus: String
    PointInTimeRecoveryDescription: PointInTimeRecoveryDescription
}
structure PointInTimeRecoveryDescription {
    PointInTimeRecoveryStatus: String
    RecoveryPeriodInDays: Integer
    EarliestRestorableDateTime: Timestamp
    LatestRestorableDateTime: Timestamp
}
list EndpointList { member: Endpoint }
structure Endpoint {
    @required Address: String
    @required CachePeriodInMinutes: Long
}

// ---- shapes of batches and transactions

@length(min: 1, max: 100)
map BatchGetRequestMap { key: TableArn  value: KeysAndAttributes }
structure KeysAndAttributes {
    @required Keys: KeyList
    AttributesToGet: AttributeNameList
    ConsistentRead: Boolean
    ProjectionExpression: String
    ExpressionAttributeNames: Document
}
@length(min: 1, max: 100)
list KeyList { member: Document }
@length(min: 1, max: 25)
map BatchWriteRequestMap { key: TableArn  value: WriteRequests }
@length(min: 1, max: 25)
list WriteRequests { member: WriteRequest }
structure WriteRequest {
    PutRequest: PutRequest
    DeleteRequest: DeleteRequest
}
structure PutRequest { @required Item: Document }
structure DeleteRequest { @required Key: Document }

@length(min: 1, max: 100)
list TransactGetItemList { member: TransactGetItem }
structure TransactGetItem { @required Get: TransactGet }
structure TransactGet {
    @required Key: Document
    @required TableName: TableArn
    ProjectionExpression: String
    ExpressionAttributeNames: Document
}
@length(min: 1, max: 100)
list TransactWriteItemList { member: TransactWriteItem }
structure TransactWriteItem {
    ConditionCheck: TransactConditionCheck
    Put: TransactPut
    Delete: TransactDelete
    Update: TransactUpdate
}
structure TransactConditionCheck {
    @required Key: Document
    @required TableName: TableArn
    @required ConditionExpression: String
    ExpressionAttributeNames: Document
    ExpressionAttributeValues: Document
    ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
}
structure TransactPut {
    @required Item: Document
    @required TableName: TableArn
    ConditionExpression: String
    ExpressionAttributeNames: Document
    ExpressionAttributeValues: Document
    ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
}
structure TransactDelete {
    @required Key: Document
    @required TableName: TableArn
    ConditionExpression: String
    ExpressionAttributeNames: Document
    ExpressionAttributeValues: Document
    ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
}
structure TransactUpdate {
    @required Key: Document
    @required UpdateExpression: String
    @required TableName: TableArn
    ConditionExpression: String
    ExpressionAttributeNames: Document
    ExpressionAttributeValues: Document
    ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure
}

// ---- errors

@error("client") @httpError(400)
structure ResourceNotFoundException { message: String }
@error("client") @httpError(400)
structure ResourceInUseException { message: String }
@error("client") @httpError(400)
structure ConditionalCheckFailedException { message: String  Item: Document }
@error("client") @httpError(400)
structure TransactionCanceledException { message: String  CancellationReasons: DocumentList }
@error("client") @httpError(400)
structure IdempotentParameterMismatchException { message: String }
@error("client") @httpError(400)
structure LimitExceededException { message: String }
@error("client") @httpError(400)
structure PolicyNotFoundException { message: String }

// ---- stored rows

/// A table. Its items live under Id, so that a table made again under the same name starts empty.
@record
structure TableRow {
    @required Name: String
    @required Id: String
    @required Arn: String
    @required Created: Timestamp
    @required AttributeDefinitions: AttributeDefinitions
    @required KeySchema: KeySchemaList
    @required BillingMode: String
    ReadCapacityUnits: Long
    WriteCapacityUnits: Long
    LastIncrease: Timestamp
    LastDecrease: Timestamp
    PayPerRequestSince: Timestamp
    @required Indexes: IndexRowList
    @required DeletionProtection: Boolean
    TableClass: String
    TableClassUpdated: Timestamp
    SseType: String
    SseKey: String
    /// The table key, as KMS sealed it; DynamoDB's grant; when the key was found to be unusable.
    SseDataKey: Blob
    SseGrant: String
    SseInaccessibleSince: Timestamp
    @required Tags: TagList
    TtlAttribute: String
    TtlChanged: Timestamp
    RecoverySince: Timestamp
    RecoveryDays: Integer
    Policy: String
    PolicyRevision: String
    OnDemandThroughput: OnDemandThroughput
    /// Of the latest stream; with a view type it is enabled.
    StreamLabel: String
    StreamViewType: String
}
/// The changes of a table from when a stream was enabled; also for a day after it was disabled or the table deleted.
@record
structure StreamRow {
    @required Table: String
    @required Label: String
    @required ViewType: String
    @required KeySchema: KeySchemaList
    @required Created: Timestamp
    Closed: Timestamp
}
/// Items are stored as those of tables are.
@record
structure ChangeRow {
    @required Id: String
    @required Time: Timestamp
    @required Keys: Blob
    Old: Blob
    New: Blob
    /// DynamoDB itself, by time to live.
    @required Expired: Boolean
    @required Bytes: Long
}
list IndexRowList { member: IndexRow }
structure IndexRow {
    @required Name: String
    @required Id: String
    @required Global: Boolean
    @required KeySchema: KeySchemaList
    @required ProjectionType: String
    @required NonKeyAttributes: StringList
    @required Backfilling: Boolean
    ReadCapacityUnits: Long
    WriteCapacityUnits: Long
    OnDemandThroughput: OnDemandThroughput
}
/// What a client request token was used for.
@record
structure TransactionRow {
    @required Digest: String
    @required Time: Timestamp
}
