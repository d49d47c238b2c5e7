import pytest
from ddb_helpers import fails, invalid


def test_every_type_comes_back(ddb, table):
    item = {"id": {"S": "all"}, "n": {"N": "-12.5"}, "b": {"B": b"\x00\xff"}, "t": {"BOOL": False}, "z": {"NULL": True}, "e": {"S": ""},
            "l": {"L": [{"S": "x"}, {"M": {"k": {"N": "1"}}}, {"L": []}]}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": [b"a", b"b"]}}
    ddb.put_item(TableName=table, Item=item)
    assert ddb.get_item(TableName=table, Key={"id": {"S": "all"}})["Item"] == item
    assert "Item" not in ddb.get_item(TableName=table, Key={"id": {"S": "none"}})


@pytest.mark.parametrize("given, shown", [
    ("1.0", "1"), ("-0", "0"), ("1e3", "1000"), ("0.0010", "0.001"), ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    ("1E-130", "0." + "0" * 129 + "1"), ("-9.9999999999999999999999999999999999999E+125", "-" + "9" * 38 + "0" * 88)])
def test_numbers_are_exact(ddb, table, given, shown):
    ddb.put_item(TableName=table, Item={"id": {"S": "n"}, "n": {"N": given}})
    assert ddb.get_item(TableName=table, Key={"id": {"S": "n"}})["Item"]["n"]["N"] == shown


@pytest.mark.parametrize("value, message", [
    ({"N": ""}, "The parameter cannot be converted to a numeric value"),
    ({"N": "abc"}, "The parameter cannot be converted to a numeric value: abc"),
    ({"N": "1" * 39}, "Attempting to store more than 38 significant digits in a Number"),
    ({"N": "1e126"}, "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ({"N": "1e-131"}, "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    ({"SS": []}, "One or more parameter values were invalid: An string set  may not be empty"),
    ({"SS": ["a", "a"]}, "One or more parameter values were invalid: Input collection [a, a] contains duplicates."),
    ({"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
    ({"NULL": False}, "One or more parameter values were invalid: Null attribute value types must have the value of true"),
    ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ({"S": "a", "N": "1"}, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
])
def test_values_that_aws_refuses(ddb, table, value, message):
    assert invalid(ddb.put_item, TableName=table, Item={"id": {"S": "x"}, "v": value}) == message


def test_wrong_json_kinds(raw, table):
    status, answer = raw("PutItem", {"TableName": table, "Item": {"id": {"S": 5}}})
    assert status == 400 and answer["__type"].endswith("SerializationException") and answer["Message"] == "NUMBER_VALUE cannot be converted to String"


@pytest.mark.parametrize("item, message", [
    ({"x": {"S": "a"}}, "One or more parameter values were invalid: Missing the key id in the item"),
    ({"id": {"N": "1"}}, "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"),
    ({"id": {"S": ""}}, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"),
    ({"id": {"S": "a" * 2049}}, "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"),
    ({"id": {"S": "a"}, "v": {"S": "x" * (400 * 1024)}}, "Item size has exceeded the maximum allowed size"),
])
def test_items_that_do_not_fit_the_table(ddb, table, item, message):
    assert invalid(ddb.put_item, TableName=table, Item=item) == message


@pytest.mark.parametrize("key", [{}, {"id": {"N": "1"}}, {"nope": {"S": "a"}}, {"id": {"S": "a"}, "x": {"S": "b"}}])
def test_keys_that_do_not_fit_the_table(ddb, table, key):
    message = "The provided key element does not match the schema"
    assert invalid(ddb.get_item, TableName=table, Key=key) == message
    assert invalid(ddb.delete_item, TableName=table, Key=key) == message
    assert invalid(ddb.update_item, TableName=table, Key=key) == message


def test_an_item_just_small_enough(ddb, table):
    ddb.put_item(TableName=table, Item={"id": {"S": "a"}, "v": {"S": "x" * (400 * 1024 - 4)}})
    assert invalid(ddb.update_item, TableName=table, Key={"id": {"S": "a"}}, UpdateExpression="SET w = :w", ExpressionAttributeValues={":w": {"S": "x"}}) == \
        "Item size to update has exceeded the maximum allowed size"


def test_missing_table(ddb):
    for call, arguments in ((ddb.put_item, {"Item": {"id": {"S": "a"}}}), (ddb.get_item, {"Key": {"id": {"S": "a"}}}),
                            (ddb.delete_item, {"Key": {"id": {"S": "a"}}}), (ddb.update_item, {"Key": {"id": {"S": "a"}}}), (ddb.scan, {})):
        assert fails("ResourceNotFoundException", call, TableName="missing", **arguments) == "Requested resource not found"


def test_put_and_delete_return_the_old_item(ddb, table):
    assert "Attributes" not in ddb.put_item(TableName=table, Item={"id": {"S": "a"}, "v": {"N": "1"}}, ReturnValues="ALL_OLD")
    assert ddb.put_item(TableName=table, Item={"id": {"S": "a"}}, ReturnValues="ALL_OLD")["Attributes"] == {"id": {"S": "a"}, "v": {"N": "1"}}
    assert ddb.delete_item(TableName=table, Key={"id": {"S": "a"}}, ReturnValues="ALL_OLD")["Attributes"] == {"id": {"S": "a"}}
    assert "Attributes" not in ddb.delete_item(TableName=table, Key={"id": {"S": "a"}}, ReturnValues="ALL_OLD")
    assert invalid(ddb.put_item, TableName=table, Item={"id": {"S": "a"}}, ReturnValues="ALL_NEW") == "ReturnValues can only be ALL_OLD or NONE"


def test_update_return_values(ddb, table):
    def update(kind):
        ddb.put_item(TableName=table, Item={"id": {"S": "a"}, "x": {"N": "1"}, "m": {"M": {"k": {"S": "v"}}}})
        return ddb.update_item(TableName=table, Key={"id": {"S": "a"}}, UpdateExpression="SET x = x + :one, m.k = :s",
                               ExpressionAttributeValues={":one": {"N": "1"}, ":s": {"S": "w"}}, ReturnValues=kind).get("Attributes")
    assert update("NONE") is None
    assert update("UPDATED_OLD") == {"x": {"N": "1"}, "m": {"M": {"k": {"S": "v"}}}}
    assert update("UPDATED_NEW") == {"x": {"N": "2"}, "m": {"M": {"k": {"S": "w"}}}}
    assert update("ALL_OLD")["x"] == {"N": "1"} and update("ALL_NEW")["x"] == {"N": "2"}


def test_update_makes_the_item(ddb, table):
    ddb.update_item(TableName=table, Key={"id": {"S": "new"}})
    assert ddb.get_item(TableName=table, Key={"id": {"S": "new"}})["Item"] == {"id": {"S": "new"}}


def test_failed_condition_may_show_the_item(raw, ddb, table):
    ddb.put_item(TableName=table, Item={"id": {"S": "a"}, "v": {"N": "1"}})
    request = {"TableName": table, "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)"}
    status, answer = raw("PutItem", request)
    assert status == 400 and answer["message"] == "The conditional request failed" and "Item" not in answer
    status, answer = raw("PutItem", {**request, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
    assert answer["Item"] == {"id": {"S": "a"}, "v": {"N": "1"}}


def test_capacity_units(ddb, table):
    def units(call, **arguments):
        return call(TableName=table, ReturnConsumedCapacity="TOTAL", **arguments)["ConsumedCapacity"]["CapacityUnits"]
    key = {"id": {"S": "a"}}
    assert units(ddb.get_item, Key=key) == 0.5
    assert units(ddb.get_item, Key=key, ConsistentRead=True) == 1
    assert units(ddb.put_item, Item={**key, "v": {"S": "x" * 5000}}) == 5
    assert units(ddb.get_item, Key=key) == 1
    assert units(ddb.put_item, Item=key) == 5
    assert units(ddb.delete_item, Key=key) == 1
    assert ddb.put_item(TableName=table, Item=key, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"] == \
        {"TableName": table, "CapacityUnits": 1, "Table": {"CapacityUnits": 1}}


def test_tables_of_accounts_are_apart(ddb_url, other_keys, ddb, table):
    from ddb_helpers import client_for
    other = client_for(ddb_url, other_keys)
    fails("ResourceNotFoundException", other.get_item, TableName=table, Key={"id": {"S": "a"}})
    arn = ddb.describe_table(TableName=table)["Table"]["TableArn"]
    fails("AccessDeniedException", other.get_item, TableName=arn, Key={"id": {"S": "a"}})


def test_a_resource_policy_opens_the_table(ddb_url, other_keys, raw, ddb, table):
    import json
    from ddb_helpers import client_for
    arn = ddb.describe_table(TableName=table)["Table"]["TableArn"]
    ddb.put_item(TableName=table, Item={"id": {"S": "a"}})
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{other_keys['Id']}:root"},
                                                      "Action": "dynamodb:GetItem", "Resource": arn}]}
    status, answer = raw("PutResourcePolicy", {"ResourceArn": arn, "Policy": json.dumps(policy)})
    assert status == 200, answer
    other = client_for(ddb_url, other_keys)
    assert other.get_item(TableName=arn, Key={"id": {"S": "a"}})["Item"] == {"id": {"S": "a"}}
    fails("AccessDeniedException", other.put_item, TableName=arn, Item={"id": {"S": "b"}})
    assert json.loads(raw("GetResourcePolicy", {"ResourceArn": arn})[1]["Policy"]) == policy
    raw("DeleteResourcePolicy", {"ResourceArn": arn})
    fails("AccessDeniedException", other.get_item, TableName=arn, Key={"id": {"S": "a"}})
