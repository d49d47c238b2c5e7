$version: "2"
// Simple Queue Service. Its older clients speak the query protocol; the names for that are the xmlName traits.
namespace drydock.sqs

@awsService(signingName: "sqs", hostPrefix: "sqs", protocol: "json10", version: "2012-11-05", targetPrefix: "AmazonSQS",
            xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/")
service sqs

// A queue is named by its URL, so handlers find it first and ask IAM themselves.

@iam(action: "sqs:CreateQueue", tagAction: "sqs:TagQueue")
operation CreateQueue {
    input := {
        @required QueueName: String
        @xmlFlattened @xmlName("Attribute") Attributes: AttributeMap
        @xmlFlattened @xmlName("Tag") tags: TagMap
    }
    output := { QueueUrl: String }
    errors: [QueueNameExists, InvalidAttributeName, InvalidAttributeValue]
}

@iam(action: "sqs:DeleteQueue")
operation DeleteQueue {
    input := { @required QueueUrl: String }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:GetQueueUrl")
operation GetQueueUrl {
    input := { @required QueueName: String  QueueOwnerAWSAccountId: String }
    output := { QueueUrl: String }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:ListQueues", resource: "arn:{partition}:sqs:{region}:{account}:*")
operation ListQueues {
    input := { QueueNamePrefix: String  NextToken: String  MaxResults: Integer }
    output := { @xmlFlattened @xmlName("QueueUrl") QueueUrls: UrlList  NextToken: String }
}

@iam(action: "sqs:GetQueueAttributes")
operation GetQueueAttributes {
    input := { @required QueueUrl: String  @xmlFlattened @xmlName("AttributeName") AttributeNames: NameList }
    output := { @xmlFlattened @xmlName("Attribute") Attributes: AttributeMap }
    errors: [QueueDoesNotExist, InvalidAttributeName]
}

@iam(action: "sqs:SetQueueAttributes")
operation SetQueueAttributes {
    input := { @required QueueUrl: String  @required @xmlFlattened @xmlName("Attribute") Attributes: AttributeMap }
    errors: [QueueDoesNotExist, InvalidAttributeName, InvalidAttributeValue, OverLimit]
}

@iam(action: "sqs:PurgeQueue")
operation PurgeQueue {
    input := { @required QueueUrl: String }
    errors: [QueueDoesNotExist, PurgeQueueInProgress]
}

@iam(action: "sqs:ListDeadLetterSourceQueues")
operation ListDeadLetterSourceQueues {
    input := { @required QueueUrl: String  NextToken: String  MaxResults: Integer }
    output := { @required @xmlFlattened @xmlName("QueueUrl") queueUrls: UrlList  NextToken: String }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:AddPermission")
operation AddPermission {
    input := {
        @required QueueUrl: String
        @required Label: String
        @required @xmlFlattened @xmlName("AWSAccountId") AWSAccountIds: NameList
        @required @xmlFlattened @xmlName("ActionName") Actions: NameList
    }
    errors: [QueueDoesNotExist, OverLimit]
}

@iam(action: "sqs:RemovePermission")
operation RemovePermission {
    input := { @required QueueUrl: String  @required Label: String }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:TagQueue")
operation TagQueue {
    input := { @required QueueUrl: String  @required @xmlFlattened @xmlName("Tag") Tags: TagMap }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:UntagQueue")
operation UntagQueue {
    input := { @required QueueUrl: String  @required @xmlFlattened @xmlName("TagKey") TagKeys: TagKeyList }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:ListQueueTags")
operation ListQueueTags {
    input := { @required QueueUrl: String }
    output := { @xmlFlattened @xmlName("Tag") Tags: TagMap }
    errors: [QueueDoesNotExist]
}

@iam(action: "sqs:SendMessage", also: ["kms:GenerateDataKey", "kms:Decrypt"]) @dataEvent
operation SendMessage {
    input := {
        @required QueueUrl: String
        @required MessageBody: String
        DelaySeconds: Integer
        @xmlFlattened @xmlName("MessageAttribute") MessageAttributes: MessageAttributeMap
        @xmlFlattened @xmlName("MessageSystemAttribute") MessageSystemAttributes: MessageAttributeMap
        MessageDeduplicationId: String
        MessageGroupId: String
    }
    output := {
        MD5OfMessageBody: String
        MD5OfMessageAttributes: String
        MD5OfMessageSystemAttributes: String
        MessageId: String
        SequenceNumber: String
    }
    errors: [QueueDoesNotExist, InvalidMessageContents]
}

@iam(action: "sqs:SendMessage", also: ["kms:GenerateDataKey", "kms:Decrypt"]) @dataEvent
operation SendMessageBatch {
    input := {
        @required QueueUrl: String
        @required @xmlFlattened @xmlName("SendMessageBatchRequestEntry") Entries: SendEntryList
    }
    output := {
        @required @xmlFlattened @xmlName("SendMessageBatchResultEntry") Successful: SendResultList
        @required @xmlFlattened @xmlName("BatchResultErrorEntry") Failed: BatchErrorList
    }
    errors: [QueueDoesNotExist, EmptyBatchRequest, TooManyEntriesInBatchRequest, BatchEntryIdsNotDistinct, InvalidBatchEntryId,
             BatchRequestTooLong]
}

@iam(action: "sqs:ReceiveMessage", also: ["kms:Decrypt"]) @dataEvent @waits
operation ReceiveMessage {
    input := {
        @required QueueUrl: String
        @xmlFlattened @xmlName("AttributeName") AttributeNames: NameList
        @xmlFlattened @xmlName("MessageSystemAttributeName") MessageSystemAttributeNames: NameList
        @xmlFlattened @xmlName("MessageAttributeName") MessageAttributeNames: NameList
        MaxNumberOfMessages: Integer
        VisibilityTimeout: Integer
        WaitTimeSeconds: Integer
        ReceiveRequestAttemptId: String
    }
    output := { @xmlFlattened @xmlName("Message") Messages: MessageList }
    errors: [QueueDoesNotExist, OverLimit]
}

@iam(action: "sqs:DeleteMessage") @dataEvent
operation DeleteMessage {
    input := { @required QueueUrl: String  @required ReceiptHandle: String }
    errors: [QueueDoesNotExist, ReceiptHandleIsInvalid]
}

@iam(action: "sqs:DeleteMessage") @dataEvent
operation DeleteMessageBatch {
    input := {
        @required QueueUrl: String
        @required @xmlFlattened @xmlName("DeleteMessageBatchRequestEntry") Entries: DeleteEntryList
    }
    output := {
        @required @xmlFlattened @xmlName("DeleteMessageBatchResultEntry") Successful: BatchIdList
        @required @xmlFlattened @xmlName("BatchResultErrorEntry") Failed: BatchErrorList
    }
    errors: [QueueDoesNotExist, EmptyBatchRequest, TooManyEntriesInBatchRequest, BatchEntryIdsNotDistinct, InvalidBatchEntryId]
}

@iam(action: "sqs:ChangeMessageVisibility") @dataEvent
operation ChangeMessageVisibility {
    input := { @required QueueUrl: String  @required ReceiptHandle: String  @required VisibilityTimeout: Integer }
    errors: [QueueDoesNotExist, ReceiptHandleIsInvalid]
}

@iam(action: "sqs:ChangeMessageVisibility") @dataEvent
operation ChangeMessageVisibilityBatch {
    input := {
        @required QueueUrl: String
        @required @xmlFlattened @xmlName("ChangeMessageVisibilityBatchRequestEntry") Entries: VisibilityEntryList
    }
    output := {
        @required @xmlFlattened @xmlName("ChangeMessageVisibilityBatchResultEntry") Successful: BatchIdList
        @required @xmlFlattened @xmlName("BatchResultErrorEntry") Failed: BatchErrorList
    }
    errors: [QueueDoesNotExist, EmptyBatchRequest, TooManyEntriesInBatchRequest, BatchEntryIdsNotDistinct, InvalidBatchEntryId]
}

// ---- shapes

list NameList { member: String }
list UrlList { member: String }
list TagKeyList { member: String }
map AttributeMap { @xmlName("Name") key: String  @xmlName("Value") value: String }
map TagMap { @xmlName("Key") key: String  @xmlName("Value") value: String }
map MessageAttributeMap { @xmlName("Name") key: String  @xmlName("Value") value: MessageAttributeValue }
structure MessageAttributeValue { @required DataType: String  StringValue: String  BinaryValue: Blob }

list SendEntryList { member: SendEntry }
structure SendEntry {
    @required Id: String
    @required MessageBody: String
    DelaySeconds: Integer
    @xmlFlattened @xmlName("MessageAttribute") MessageAttributes: MessageAttributeMap
    @xmlFlattened @xmlName("MessageSystemAttribute") MessageSystemAttributes: MessageAttributeMap
    MessageDeduplicationId: String
    MessageGroupId: String
}
list SendResultList { member: SendResult }
structure SendResult {
    @required Id: String
    @required MessageId: String
    @required MD5OfMessageBody: String
    MD5OfMessageAttributes: String
    MD5OfMessageSystemAttributes: String
    SequenceNumber: String
}
list DeleteEntryList { member: DeleteEntry }
structure DeleteEntry { @required Id: String  @required ReceiptHandle: String }
list VisibilityEntryList { member: VisibilityEntry }
structure VisibilityEntry { @required Id: String  @required ReceiptHandle: String  VisibilityTimeout: Integer }
list BatchIdList { member: BatchId }
structure BatchId { @required Id: String }
list BatchErrorList { member: BatchError }
structure BatchError { @required Id: String  @required SenderFault: Boolean  @required Code: String  Message: String }

list MessageList { member: Message }
structure Message {
    MessageId: String
    ReceiptHandle: String
    MD5OfBody: String
    Body: String
    @xmlFlattened @xmlName("Attribute") Attributes: AttributeMap
    MD5OfMessageAttributes: String
    @xmlFlattened @xmlName("MessageAttribute") MessageAttributes: MessageAttributeMap
}

@error("client") @httpError(400) structure QueueDoesNotExist { message: String }
@error("client") @httpError(400) structure QueueNameExists { message: String }
@error("client") @httpError(400) structure InvalidAttributeName { message: String }
@error("client") @httpError(400) structure InvalidAttributeValue { message: String }
@error("client") @httpError(400) structure InvalidMessageContents { message: String }
@error("client") @httpError(403) structure OverLimit { message: String }
@error("client") @httpError(403) structure PurgeQueueInProgress { message: String }
@error("client") @httpError(404) structure ReceiptHandleIsInvalid { message: String }
@error("client") @httpError(400) structure EmptyBatchRequest { message: String }
@error("client") @httpError(400) structure TooManyEntriesInBatchRequest { message: String }
@error("client") @httpError(400) structure BatchEntryIdsNotDistinct { message: String }
@error("client") @httpError(400) structure InvalidBatchEntryId { message: String }
@error("client") @httpError(400) structure BatchRequestTooLong { message: String }

// ---- rows

@record
structure QueueRow {
    @required Name: String
    /// Of its messages; a purge gives another one, so all that was there is out of reach at once.
    @required Id: String
    @required Created: Timestamp
    @required Changed: Timestamp
    /// As they were set; the rest have AWS's defaults. Without the policy.
    @required Attributes: AttributeMap
    /// Kept with unique ids of users and roles.
    Policy: String
    @required Tags: TagMap
    Purged: Timestamp
}

@record
structure MessageRow {
    @required MessageId: String
    @required Body: String
    @required Attributes: MessageAttributeMap
    @required SystemAttributes: MessageAttributeMap
    @required SenderId: String
    @required Sent: Timestamp
    /// Not to be received before.
    @required Visible: Timestamp
    /// Its place in the queue's order.
    @required Sequence: Long
    @required Receives: Long
    FirstReceived: Timestamp
    /// Drawn at each receive; part of the receipt handle.
    Receipt: String
    Group: String
    Deduplication: String
    DeadLetterSource: String
    /// Sealed by KMS, of queues with a key.
    DataKey: Blob
}
