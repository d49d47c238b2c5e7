$version: "2"
namespace drydock.toyjson

@awsService(signingName: "toyjson", hostPrefix: "toyjson", protocol: "json10", version: "2012-08-10", targetPrefix: "Toy_20120810")
service toyjson

@iam(action: "toyjson:PutItem", resource: "*")
operation PutItem {
    input := {
        @required @length(min: 3, max: 255) TableName: String
        @required Item: AttributeMap
        Keys: KeyList
        Limit: PositiveInteger
        Count: Long
        Ratio: Double
        At: Timestamp
        Policy: Document
    }
    output := { Attributes: AttributeMap  Count: Long  Ratio: Double  At: Timestamp  Policy: Document  Tree: Tree }
}
@range(min: 1) integer PositiveInteger
list KeyList { member: Key }
structure Key { @required AttributeName: String  @required KeyType: KeyType }
enum KeyType { HASH  RANGE }
map AttributeMap { key: AttributeName  value: AttributeValue }
@length(max: 10) string AttributeName
union AttributeValue { S: String  N: String  B: Blob  L: AttributeValues  M: AttributeMap  NULL: Boolean }
list AttributeValues { member: AttributeValue }
structure Tree { Left: Tree  Right: Branch  Kids: Trees }
structure Branch { Tree: Tree }
list Trees { member: Tree }
@record structure ItemRow { @required Name: String  Body: AttributeMap }
