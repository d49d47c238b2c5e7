import pytest
from ddb_helpers import fails, index, invalid


def test_describe_shows_what_was_created(ddb, keys, make_table):
    name = make_table("id S", "n N", extra=["g S"], globals_=[index("by-g", "g", projection="INCLUDE", attributes=["x"])],
                      local=[index("by-l", "id", "g", "KEYS_ONLY")])
    shown = ddb.describe_table(TableName=name)["Table"]
    assert shown["TableArn"] == f"arn:aws:dynamodb:us-east-1:{keys['Id']}:table/{name}"
    assert shown["TableStatus"] == "ACTIVE"
    assert shown["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert shown["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    assert shown["GlobalSecondaryIndexes"][0]["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}
    assert shown["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
    assert shown["LocalSecondaryIndexes"][0]["IndexArn"] == shown["TableArn"] + "/index/by-l"
    assert ddb.describe_table(TableName=shown["TableArn"])["Table"] == shown


def test_counts_follow_items(ddb, table):
    for i in range(7):
        ddb.put_item(TableName=table, Item={"id": {"S": str(i)}})
    shown = ddb.describe_table(TableName=table)["Table"]
    assert (shown["ItemCount"], shown["TableSizeBytes"]) == (7, 7 * 3)


def test_provisioned_tables(ddb, make_table):
    name = make_table(BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6})
    shown = ddb.describe_table(TableName=name)["Table"]
    assert "BillingModeSummary" not in shown
    assert shown["ProvisionedThroughput"]["WriteCapacityUnits"] == 6
    shown = ddb.update_table(TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 6})["TableDescription"]
    assert shown["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
    assert "LastIncreaseDateTime" in shown["ProvisionedThroughput"]
    assert invalid(ddb.update_table, TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 6}).startswith(
        "The provisioned throughput for the table will not change.")
    shown = ddb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")["TableDescription"]
    assert shown["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


KEY = [{"AttributeName": "id", "KeyType": "HASH"}]
STRING = [{"AttributeName": "id", "AttributeType": "S"}]
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


@pytest.mark.parametrize("arguments, message", [
    (dict(TableName="ab"), "TableName must be at least 3 characters long and at most 255 characters long"),
    (dict(TableName="a b c"), "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: "
                              "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
    (dict(AttributeDefinitions=[{"AttributeName": "x", "AttributeType": "S"}]),
     "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. "
     "Keys: [id], AttributeDefinitions: [x]"),
    (dict(AttributeDefinitions=STRING + [{"AttributeName": "x", "AttributeType": "S"}]),
     "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes "
     "defined in AttributeDefinitions"),
    (dict(KeySchema=[{"AttributeName": "id", "KeyType": "RANGE"}]), "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    (dict(AttributeDefinitions=[]), "Invalid KeySchema: Some index key attribute have no definition"),
    (dict(KeySchema=KEY * 2, AttributeDefinitions=STRING + [{"AttributeName": "x", "AttributeType": "S"}]), "Both the Hash Key and the Range Key element in the KeySchema have the same name"),
    (dict(BillingMode="PROVISIONED"),
     "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
    (dict(ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}),
     "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"),
    (dict(LocalSecondaryIndexes=[index("loc", "id", "id")]),
     "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"),
    (dict(GlobalSecondaryIndexes=[index("glo", "nope")]),
     "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. "
     "Keys: [nope], AttributeDefinitions: [id]"),
    (dict(GlobalSecondaryIndexes=[index("glo", "id"), index("glo", "id")]), "One or more parameter values were invalid: Duplicate index name: glo"),
    (dict(GlobalSecondaryIndexes=[index("glo", "id", projection="INCLUDE")]),
     "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
])
def test_definitions_that_aws_refuses(ddb, arguments, message):
    base = dict(TableName="refused", AttributeDefinitions=STRING, KeySchema=KEY, **ON_DEMAND)
    assert invalid(ddb.create_table, **{**base, **arguments}) == message


def test_existing_and_missing_tables(ddb, table):
    assert fails("ResourceInUseException", ddb.create_table, TableName=table, AttributeDefinitions=STRING, KeySchema=KEY, **ON_DEMAND) == \
        f"Table already exists: {table}"
    assert fails("ResourceNotFoundException", ddb.describe_table, TableName="nope") == "Requested resource not found: Table: nope not found"
    assert fails("ResourceNotFoundException", ddb.delete_table, TableName="nope") == "Requested resource not found: Table: nope not found"


def test_a_table_made_again_is_empty(ddb, make_table):
    name = make_table()
    ddb.put_item(TableName=name, Item={"id": {"S": "old"}})
    assert ddb.delete_table(TableName=name)["TableDescription"]["TableStatus"] == "DELETING"
    ddb.create_table(TableName=name, AttributeDefinitions=STRING, KeySchema=KEY, **ON_DEMAND)
    assert ddb.scan(TableName=name)["Count"] == 0


def test_list_tables_in_pages(ddb, make_table):
    names = sorted(make_table() for _ in range(5))
    first = ddb.list_tables(Limit=2, ExclusiveStartTableName=names[0])
    assert first["TableNames"] == names[1:3] and first["LastEvaluatedTableName"] == names[2]
    assert invalid(ddb.list_tables, Limit=101) == \
        "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100"


def test_deletion_protection(raw, ddb, table):
    assert raw("UpdateTable", {"TableName": table, "DeletionProtectionEnabled": True})[1]["TableDescription"]["DeletionProtectionEnabled"]
    assert "currently protected against deletion" in invalid(ddb.delete_table, TableName=table)
    raw("UpdateTable", {"TableName": table, "DeletionProtectionEnabled": False})
    ddb.delete_table(TableName=table)


def test_backups_are_not_pretended(ddb):
    fails("NotImplemented", ddb.list_backups)


def test_time_to_live(ddb, table):
    import time
    now = int(time.time())
    assert ddb.describe_time_to_live(TableName=table)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
    ddb.put_item(TableName=table, Item={"id": {"S": "old"}, "ttl": {"N": str(now - 100)}})
    ddb.put_item(TableName=table, Item={"id": {"S": "ancient"}, "ttl": {"N": "1"}})
    ddb.put_item(TableName=table, Item={"id": {"S": "later"}, "ttl": {"N": str(now + 3000)}})
    ddb.put_item(TableName=table, Item={"id": {"S": "text"}, "ttl": {"S": "1"}})
    specification = {"Enabled": True, "AttributeName": "ttl"}
    assert ddb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)["TimeToLiveSpecification"] == specification
    assert ddb.describe_time_to_live(TableName=table)["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    assert invalid(ddb.update_time_to_live, TableName=table, TimeToLiveSpecification=specification) == "TimeToLive is already enabled"
    ids = lambda: sorted(item["id"]["S"] for item in ddb.scan(TableName=table)["Items"])
    until(lambda: ids() == ["ancient", "later", "text"])
    ddb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"})


def test_index_made_later_is_filled(ddb, table):
    for i in range(1200):
        if i % 100 == 0:
            ddb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": {"id": {"S": str(j)}, "g": {"S": str(j % 3)}}}} for j in range(i, i + 25)]})
    shown = ddb.update_table(TableName=table, AttributeDefinitions=STRING + [{"AttributeName": "g", "AttributeType": "S"}],
                             GlobalSecondaryIndexUpdates=[{"Create": index("by-g", "g")}])["TableDescription"]
    assert shown["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    until(lambda: ddb.describe_table(TableName=table)["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE")
    found = ddb.query(TableName=table, IndexName="by-g", KeyConditionExpression="g = :g", ExpressionAttributeValues={":g": {"S": "1"}}, Select="COUNT")
    assert found["Count"] == sum(1 for i in range(0, 1200, 100) for j in range(i, i + 25) if j % 3 == 1)
    ddb.update_table(TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-g"}}])
    shown = ddb.describe_table(TableName=table)["Table"]
    assert "GlobalSecondaryIndexes" not in shown and shown["AttributeDefinitions"] == STRING


def until(condition, seconds=10):
    import time
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def test_continuous_backups(ddb, table):
    shown = ddb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert shown["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    shown = ddb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    assert shown["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_tags(ddb, make_table):
    name = make_table(Tags=[{"Key": "team", "Value": "red"}])
    arn = ddb.describe_table(TableName=name)["Table"]["TableArn"]
    ddb.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "env", "Value": "dev"}])
    ddb.untag_resource(ResourceArn=arn, TagKeys=["env"])
    assert ddb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert "ResourcArn" in fails("ResourceNotFoundException", ddb.list_tags_of_resource, ResourceArn=arn + "x")


def test_limits_and_endpoints(ddb):
    assert ddb.describe_limits()["AccountMaxReadCapacityUnits"] == 80000
    assert ddb.describe_endpoints()["Endpoints"][0]["Address"] == "dynamodb.us-east-1.amazonaws.com"


def test_a_table_that_becomes_provisioned_says_so_of_its_indexes_too(ddb, make_table):
    name = make_table(**ON_DEMAND, GlobalSecondaryIndexes=[index("glo", "id")])
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
    assert invalid(ddb.update_table, TableName=name, BillingMode="PROVISIONED", ProvisionedThroughput=throughput) == (
        "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: glo")
    shown = ddb.update_table(TableName=name, BillingMode="PROVISIONED", ProvisionedThroughput=throughput, GlobalSecondaryIndexUpdates=[
        {"Update": {"IndexName": "glo", "ProvisionedThroughput": throughput}}])["TableDescription"]
    assert shown["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 2
