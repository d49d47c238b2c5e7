$version: "2"
namespace drydock.dynamodbstreams

// DynamoDB's second interface: the changes of tables. It works on DynamoDB's tables, so its handlers stand in
// src/services/dynamodb (streams.cc).
@awsService(signingName: "dynamodb", hostPrefix: "streams.dynamodb", protocol: "json10", version: "2012-08-10",
            targetPrefix: "DynamoDBStreams_20120810", global: false)
service dynamodbstreams

@iam(action: "dynamodb:ListStreams", resource: "*")
operation ListStreams {
    input := {
        @length(min: 3, max: 255) @pattern("[a-zA-Z0-9_.-]+") TableName: String
        @range(min: 1, max: 100) Limit: Integer
        ExclusiveStartStreamArn: StreamArn
    }
    output := { Streams: StreamList  LastEvaluatedStreamArn: String }
    errors: [ResourceNotFoundException]
}

@iam(action: "dynamodb:DescribeStream", resource: "{StreamArn}")
operation DescribeStream {
    input := {
        @required StreamArn: StreamArn
        @range(min: 1, max: 100) Limit: Integer
        ExclusiveStartShardId: ShardId
    }
    output := { StreamDescription: StreamDescription }
    errors: [ResourceNotFoundException]
}

@iam(action: "dynamodb:GetShardIterator", resource: "{StreamArn}") @dataEvent
operation GetShardIterator {
    input := {
        @required StreamArn: StreamArn
        @required ShardId: ShardId
        @required ShardIteratorType: ShardIteratorType
        @length(min: 21, max: 40) SequenceNumber: String
    }
    output := { ShardIterator: String }
    errors: [ResourceNotFoundException, TrimmedDataAccessException]
}

// The iterator says which stream it is of, so the handler asks.
@iam(action: "dynamodb:GetRecords", also: ["kms:Decrypt"]) @dataEvent
operation GetRecords {
    input := {
        @required @length(min: 1, max: 2048) ShardIterator: String
        @range(min: 1, max: 1000) Limit: Integer
    }
    output := { Records: RecordList  NextShardIterator: String }
    errors: [ResourceNotFoundException, ExpiredIteratorException, TrimmedDataAccessException]
}

@length(min: 37, max: 1024)
string StreamArn
@length(min: 28, max: 65)
string ShardId
enum ShardIteratorType { TRIM_HORIZON LATEST AT_SEQUENCE_NUMBER AFTER_SEQUENCE_NUMBER }

list StreamList { member: Stream }
structure Stream { StreamArn: String  TableName: String  StreamLabel: String }
list KeySchema { member: KeySchemaElement }
structure KeySchemaElement { @required AttributeName: String  @required KeyType: String }
structure SequenceNumberRange { StartingSequenceNumber: String  EndingSequenceNumber: String }
list ShardList { member: Shard }
structure Shard { ShardId: String  SequenceNumberRange: SequenceNumberRange  ParentShardId: String }
structure StreamDescription {
    StreamArn: String
    StreamLabel: String
    StreamStatus: String
    StreamViewType: String
    CreationRequestDateTime: Timestamp
    TableName: String
    KeySchema: KeySchema
    Shards: ShardList
    LastEvaluatedShardId: String
}
list RecordList { member: Record }
structure Record {
    eventID: String
    eventName: String
    eventVersion: String
    eventSource: String
    awsRegion: String
    dynamodb: StreamRecord
    userIdentity: Identity
}
structure StreamRecord {
    ApproximateCreationDateTime: Timestamp
    Keys: Document
    NewImage: Document
    OldImage: Document
    SequenceNumber: String
    SizeBytes: Long
    StreamViewType: String
}
structure Identity { PrincipalId: String  Type: String }

@error("client") structure ResourceNotFoundException { message: String }
@error("client") structure ExpiredIteratorException { message: String }
@error("client") structure TrimmedDataAccessException { message: String }
