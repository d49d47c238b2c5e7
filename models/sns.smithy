$version: "2"
// Simple Notification Service: topics, their policies, subscriptions of queues and functions.
namespace drydock.sns

@awsService(signingName: "sns", hostPrefix: "sns", protocol: "query", version: "2010-03-31",
            xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/")
service sns

@iam(action: "sns:CreateTopic", resource: "arn:{partition}:sns:{region}:{account}:{Name}", tagAction: "sns:TagResource")
operation CreateTopic {
    input := { @required Name: String  Attributes: AttributeMap  Tags: TagList  DataProtectionPolicy: String }
    output := { TopicArn: String }
    errors: [InvalidParameterException, TagLimitExceededException]
}

@iam(action: "sns:DeleteTopic", resource: "{TopicArn}")
operation DeleteTopic {
    input := { @required TopicArn: String }
    errors: [InvalidParameterException]
}

@iam(action: "sns:ListTopics", resource: "arn:{partition}:sns:{region}:{account}:*")
operation ListTopics {
    input := { NextToken: String }
    output := { Topics: TopicList  NextToken: String }
    errors: [InvalidParameterException]
}

@iam(action: "sns:GetTopicAttributes", resource: "{TopicArn}")
operation GetTopicAttributes {
    input := { @required TopicArn: String }
    output := { Attributes: AttributeMap }
    errors: [NotFoundException, InvalidParameterException]
}

@iam(action: "sns:SetTopicAttributes", resource: "{TopicArn}")
operation SetTopicAttributes {
    input := { @required TopicArn: String  @required AttributeName: String  AttributeValue: String }
    errors: [NotFoundException, InvalidParameterException]
}

@iam(action: "sns:AddPermission", resource: "{TopicArn}")
operation AddPermission {
    input := { @required TopicArn: String  @required Label: String  @required AWSAccountId: NameList  @required ActionName: NameList }
    errors: [NotFoundException, InvalidParameterException]
}

@iam(action: "sns:RemovePermission", resource: "{TopicArn}")
operation RemovePermission {
    input := { @required TopicArn: String  @required Label: String }
    errors: [NotFoundException, InvalidParameterException]
}

@iam(action: "sns:Subscribe", resource: "{TopicArn}", keys: ["sns:Endpoint={Endpoint}", "sns:Protocol={Protocol}"])
operation Subscribe {
    input := {
        @required TopicArn: String
        @required Protocol: String
        Endpoint: String
        Attributes: AttributeMap
        ReturnSubscriptionArn: Boolean
    }
    output := { SubscriptionArn: String }
    errors: [NotFoundException, InvalidParameterException, FilterPolicyLimitExceededException]
}

/// The token is what counts: it may confirm a subscription to a topic of another account.
@iam(action: "sns:ConfirmSubscription")
operation ConfirmSubscription {
    input := { @required TopicArn: String  @required Token: String  AuthenticateOnUnsubscribe: String }
    output := { SubscriptionArn: String }
    errors: [NotFoundException, InvalidParameterException]
}

// These have no resource type; whose subscription it is, is asked by the handlers.

@iam(action: "sns:Unsubscribe", resource: "arn:{partition}:sns:{region}:{account}:*")
operation Unsubscribe {
    input := { @required SubscriptionArn: String }
    errors: [InvalidParameterException]
}

@iam(action: "sns:GetSubscriptionAttributes", resource: "arn:{partition}:sns:{region}:{account}:*")
operation GetSubscriptionAttributes {
    input := { @required SubscriptionArn: String }
    output := { Attributes: AttributeMap }
    errors: [NotFoundException, InvalidParameterException]
}

@iam(action: "sns:SetSubscriptionAttributes", resource: "arn:{partition}:sns:{region}:{account}:*")
operation SetSubscriptionAttributes {
    input := { @required SubscriptionArn: String  @required AttributeName: String  AttributeValue: String }
    errors: [NotFoundException, InvalidParameterException, FilterPolicyLimitExceededException]
}

@iam(action: "sns:ListSubscriptions", resource: "arn:{partition}:sns:{region}:{account}:*")
operation ListSubscriptions {
    input := { NextToken: String }
    output := { Subscriptions: SubscriptionList  NextToken: String }
    errors: [InvalidParameterException]
}

@iam(action: "sns:ListSubscriptionsByTopic", resource: "{TopicArn}")
operation ListSubscriptionsByTopic {
    input := { @required TopicArn: String  NextToken: String }
    output := { Subscriptions: SubscriptionList  NextToken: String }
    errors: [NotFoundException, InvalidParameterException]
}

@iam(action: "sns:Publish", also: ["kms:GenerateDataKey", "kms:Decrypt"]) @dataEvent
operation Publish {
    input := {
        TopicArn: String
        TargetArn: String
        PhoneNumber: String
        @required Message: String
        Subject: String
        MessageStructure: String
        MessageAttributes: MessageAttributeMap
        MessageDeduplicationId: String
        MessageGroupId: String
    }
    output := { MessageId: String  SequenceNumber: String }
    errors: [NotFoundException, InvalidParameterException, InvalidParameterValueException]
}

@iam(action: "sns:Publish", resource: "{TopicArn}", also: ["kms:GenerateDataKey", "kms:Decrypt"]) @dataEvent
operation PublishBatch {
    input := { @required TopicArn: String  @required PublishBatchRequestEntries: PublishEntryList }
    output := { Successful: PublishResultList  Failed: BatchErrorList }
    errors: [NotFoundException, InvalidParameterException, EmptyBatchRequestException, TooManyEntriesInBatchRequestException,
             BatchEntryIdsNotDistinctException, InvalidBatchEntryIdException, BatchRequestTooLongException]
}

@iam(action: "sns:TagResource", resource: "{ResourceArn}")
operation TagResource {
    input := { @required ResourceArn: ResourceArn  @required Tags: TagList }
    errors: [ResourceNotFoundException, InvalidParameterException, TagLimitExceededException]
}

@iam(action: "sns:UntagResource", resource: "{ResourceArn}")
operation UntagResource {
    input := { @required ResourceArn: ResourceArn  @required TagKeys: TagKeyList }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

@iam(action: "sns:ListTagsForResource", resource: "{ResourceArn}")
operation ListTagsForResource {
    input := { @required ResourceArn: ResourceArn }
    output := { Tags: TagList }
    errors: [ResourceNotFoundException, InvalidParameterException]
}

// ---- shapes

@length(min: 1, max: 1011) string ResourceArn
list NameList { member: String }
map AttributeMap { key: String  value: String }
list TagList { member: Tag }
structure Tag { @required @length(min: 1, max: 128) Key: String  @required @length(min: 0, max: 256) Value: String }
list TagKeyList { member: TagKey }
@length(min: 1, max: 128) string TagKey
list TopicList { member: Topic }
structure Topic { TopicArn: String }
list SubscriptionList { member: Subscription }
structure Subscription { SubscriptionArn: String  Owner: String  Protocol: String  Endpoint: String  TopicArn: String }

map MessageAttributeMap { @xmlName("Name") key: String  @xmlName("Value") value: MessageAttributeValue }
structure MessageAttributeValue { DataType: String  StringValue: String  BinaryValue: Blob }
list PublishEntryList { member: PublishEntry }
structure PublishEntry {
    @required Id: String
    @required Message: String
    Subject: String
    MessageStructure: String
    MessageAttributes: MessageAttributeMap
    MessageDeduplicationId: String
    MessageGroupId: String
}
list PublishResultList { member: PublishResult }
structure PublishResult { Id: String  MessageId: String  SequenceNumber: String }
list BatchErrorList { member: BatchError }
structure BatchError { @required Id: String  @required Code: String  Message: String  @required SenderFault: Boolean }

@error("client") @httpError(404) @errorCode("NotFound") structure NotFoundException { message: String }
@error("client") @httpError(404) @errorCode("ResourceNotFound") structure ResourceNotFoundException { message: String }
@error("client") @httpError(400) @errorCode("InvalidParameter") structure InvalidParameterException { message: String }
@error("client") @httpError(400) @errorCode("ParameterValueInvalid") structure InvalidParameterValueException { message: String }
@error("client") @httpError(400) @errorCode("TagLimitExceeded") structure TagLimitExceededException { message: String }
@error("client") @httpError(403) @errorCode("FilterPolicyLimitExceeded") structure FilterPolicyLimitExceededException { message: String }
@error("client") @httpError(400) @errorCode("EmptyBatchRequest") structure EmptyBatchRequestException { message: String }
@error("client") @httpError(400) @errorCode("TooManyEntriesInBatchRequest") structure TooManyEntriesInBatchRequestException { message: String }
@error("client") @httpError(400) @errorCode("BatchEntryIdsNotDistinct") structure BatchEntryIdsNotDistinctException { message: String }
@error("client") @httpError(400) @errorCode("InvalidBatchEntryId") structure InvalidBatchEntryIdException { message: String }
@error("client") @httpError(400) @errorCode("BatchRequestTooLong") structure BatchRequestTooLongException { message: String }

// ---- rows

@record
structure TopicRow {
    @required Name: String
    @required Created: Timestamp
    /// As they were set, without the policy.
    @required Attributes: AttributeMap
    /// Kept with unique ids of users and roles; absent: AWS's default policy.
    Policy: String
    @required Tags: TagList
    @required Deleted: Long
}

@record
structure SubscriptionRow {
    @required Id: String
    @required Owner: String
    @required Protocol: String
    @required Endpoint: String
    @required Attributes: AttributeMap
    /// Until its endpoint's owner agrees: what the confirmation must name.
    Token: String
    @required Created: Timestamp
}
