$version: "2"
// A query service for the tests of modelc, shape and wire.
namespace drydock.toyquery

@awsService(signingName: "toyquery", hostPrefix: "toyquery", protocol: "query", version: "2010-05-08",
            xmlNamespace: "https://toy.amazonaws.com/doc/2010-05-08/", global: true)
service toyquery

/// Makes a role.
@iam(action: "toyquery:CreateRole", resource: "arn:{partition}:toy::{account}:role{Path|/}{RoleName}")
operation CreateRole {
    input := {
        @required RoleName: RoleName
        Path: String
        @range(min: 1, max: 100) MaxItems: Integer
        Tags: TagList
        Names: NameList
        @xmlFlattened Flat: FlatList
        Env: Environment
        State: StatusType
        When: Timestamp
        Secret: Blob
        Enabled: Boolean
        Inner: Inner
    }
    output := { @required Role: Role  Names: NameList  Env: Environment  @xmlFlattened Flat: FlatList  When: Timestamp }
    errors: [NoSuchEntityException]
}
@noauth operation Ping {}

@length(min: 3, max: 8) @pattern("[\\w+=,.@-]+")
string RoleName
enum StatusType { ACTIVE = "Active"  INACTIVE = "Inactive" }
@length(max: 2) list TagList { member: Tag }
list NameList { member: RoleName }
list FlatList { member: String }
map Environment { key: RoleName  value: String }
structure Tag { @required Key: String  @required Value: String }
structure Inner { @required default: String  Deeper: Inner }
structure Role { @required Role: String  Tags: TagList  Size: Long }
@error("client") @httpError(404) @errorCode("NoSuchEntity")
structure NoSuchEntityException { message: String }
