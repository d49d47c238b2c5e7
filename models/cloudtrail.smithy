$version: "2"
namespace drydock.cloudtrail

@awsService(signingName: "cloudtrail", hostPrefix: "cloudtrail", protocol: "json11", version: "2013-11-01",
            targetPrefix: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101")
service cloudtrail

@iam(action: "cloudtrail:LookupEvents", resource: "*")
operation LookupEvents {
    input := {
        LookupAttributes: LookupAttributesList
        StartTime: Timestamp
        EndTime: Timestamp
        EventCategory: String
        MaxResults: Integer
        NextToken: String
    }
    output := { Events: EventsList  NextToken: String }
    errors: [InvalidLookupAttributesException, InvalidTimeRangeException, InvalidMaxResultsException, InvalidNextTokenException,
             InvalidEventCategoryException]
}

list LookupAttributesList { member: LookupAttribute }
structure LookupAttribute {
    @required AttributeKey: LookupAttributeKey
    @required @length(min: 1, max: 2000) AttributeValue: String
}
enum LookupAttributeKey {
    EVENT_ID = "EventId"
    EVENT_NAME = "EventName"
    READ_ONLY = "ReadOnly"
    USERNAME = "Username"
    RESOURCE_TYPE = "ResourceType"
    RESOURCE_NAME = "ResourceName"
    EVENT_SOURCE = "EventSource"
    ACCESS_KEY_ID = "AccessKeyId"
}

list EventsList { member: Event }
structure Event {
    EventId: String
    EventName: String
    ReadOnly: String
    AccessKeyId: String
    EventTime: Timestamp
    EventSource: String
    Username: String
    Resources: ResourceList
    CloudTrailEvent: String
}
list ResourceList { member: Resource }
structure Resource { ResourceType: String  ResourceName: String }

@error("client") @httpError(400) structure InvalidLookupAttributesException { message: String }
@error("client") @httpError(400) structure InvalidTimeRangeException { message: String }
@error("client") @httpError(400) structure InvalidMaxResultsException { message: String }
@error("client") @httpError(400) structure InvalidNextTokenException { message: String }
@error("client") @httpError(400) structure InvalidEventCategoryException { message: String }
