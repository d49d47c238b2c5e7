import re

import pytest
from ddb_helpers import fails, invalid

ITEM = {"id": {"S": "a"}, "n": {"N": "5"}, "s": {"S": "hello"}, "l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}, "m": {"M": {"k": {"S": "v"}}},
        "ss": {"SS": ["a", "b"]}}
VALUES = {":n": {"N": "5"}, ":s": {"S": "hel"}, ":big": {"N": "10"}, ":a": {"S": "a"}, ":ss": {"S": "SS"}}


@pytest.fixture
def item(ddb, table):
    ddb.put_item(TableName=table, Item=ITEM)
    return table


def update(ddb, table, expression, values=None, names=None, **more):
    if values:
        more["ExpressionAttributeValues"] = values
    if names:
        more["ExpressionAttributeNames"] = names
    return ddb.update_item(TableName=table, Key={"id": {"S": "a"}}, UpdateExpression=expression, ReturnValues="ALL_NEW", **more)["Attributes"]


@pytest.mark.parametrize("condition, holds", [
    ("n = :n", True), ("n <> :n", False), ("n < :big AND n > :n", False), ("n BETWEEN :n AND :big", True), ("n IN (:big, :n)", True),
    ("attribute_exists(m.k)", True), ("attribute_not_exists(m.x)", True), ("begins_with(s, :s)", True), ("contains(ss, :a)", True),
    ("attribute_type(ss, :ss)", True), ("size(l) < :n", True), ("NOT (n = :n)", False), ("n = :big OR s > :s", True), ("l[1] < l[2]", True),
    ("absent = :n", False), ("absent <> :n", True)])
def test_conditions(ddb, item, condition, holds):
    values = {name: value for name, value in VALUES.items() if name in re.findall(r":\w+", condition)}
    more = {"ExpressionAttributeValues": values} if values else {}
    call = dict(TableName=item, Key={"id": {"S": "a"}}, ConditionExpression=condition, **more)
    if holds:
        ddb.update_item(**call)
    else:
        assert fails("ConditionalCheckFailedException", ddb.update_item, **call) == "The conditional request failed"


def test_updates(ddb, item):
    after = update(ddb, item, "SET n = n - :n, fresh = if_not_exists(fresh, :a), l = list_append(l, :l) REMOVE s ADD ss :ss DELETE sss :ss",
                   {":n": {"N": "0.5"}, ":a": {"S": "x"}, ":l": {"L": [{"N": "4"}]}, ":ss": {"SS": ["c"]}})
    assert after == {"id": {"S": "a"}, "n": {"N": "4.5"}, "fresh": {"S": "x"}, "l": {"L": [{"N": str(i)} for i in (1, 2, 3, 4)]}, "m": ITEM["m"],
                     "ss": {"SS": ["a", "b", "c"]}}
    assert update(ddb, item, "REMOVE l[0], l[2] SET m.#x = :v", {":v": {"BOOL": True}}, {"#x": "k.dot"})["m"] == {"M": {"k": {"S": "v"}, "k.dot": {"BOOL": True}}}
    assert "ss" not in update(ddb, item, "DELETE ss :all", {":all": {"SS": ["a", "b", "c"]}})


@pytest.mark.parametrize("expression, values, message", [
    ("", None, "Invalid UpdateExpression: The expression can not be empty;"),
    ("SET", None, 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"'),
    ("SET n = ", None, 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "="'),
    ("SET name = :v", {":v": {"S": "x"}}, "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name"),
    ("SET a = :v", None, "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v"),
    ("SET #a = :v", {":v": {"S": "x"}}, "Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #a"),
    ("SET a = :v", {":v": {"S": "x"}, ":w": {"S": "x"}}, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
    ("SET a = :v", {"v": {"S": "x"}, ":v": {"S": "x"}}, 'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"'),
    ("SET a = :v", {":v": {"N": "x"}}, "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v"),
    ("SET a = :v, a.b = :v", {":v": {"S": "x"}}, "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of "
                                                 "these paths; path one: [a], path two: [a, b]"),
    ("SET id = :v", {":v": {"S": "x"}}, "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"),
    ("SET a = absent", None, "The provided expression refers to an attribute that does not exist in the item"),
    ("SET a = s + :v", {":v": {"N": "1"}}, "An operand in the update expression has an incorrect data type"),
    ("SET absent.a = :v", {":v": {"N": "1"}}, "The document path provided in the update expression is invalid for update"),
    ("ADD a :v", {":v": {"S": "x"}}, "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING"),
    ("SET a = :v SET b = :v", {":v": {"S": "x"}}, 'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'),
    ("SET a = foo(b)", None, "Invalid UpdateExpression: Invalid function name; function: foo"),
])
def test_updates_that_aws_refuses(ddb, item, expression, values, message):
    assert invalid(update, ddb, item, expression, values) == message


def test_names_and_values_only_with_expressions(ddb, table):
    assert invalid(ddb.put_item, TableName=table, Item={"id": {"S": "a"}}, ExpressionAttributeValues={":a": {"S": "b"}}) == \
        "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
    assert invalid(ddb.get_item, TableName=table, Key={"id": {"S": "a"}}, ExpressionAttributeNames={"#a": "b"}) == \
        "ExpressionAttributeNames can only be specified when using expressions"
    assert invalid(ddb.put_item, TableName=table, Item={"id": {"S": "a"}}, ConditionExpression="attribute_exists(id)",
                   Expected={"id": {"Exists": False}}) == \
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} " \
        "Expression parameters: {ConditionExpression}"


def test_projection(ddb, item):
    got = ddb.get_item(TableName=item, Key={"id": {"S": "a"}}, ProjectionExpression="m.k, l[2], l[0], #n, absent", ExpressionAttributeNames={"#n": "n"})["Item"]
    assert got == {"m": {"M": {"k": {"S": "v"}}}, "l": {"L": [{"N": "1"}, {"N": "3"}]}, "n": {"N": "5"}}
    assert ddb.get_item(TableName=item, Key={"id": {"S": "a"}}, ProjectionExpression="absent")["Item"] == {}
    assert "overlap" in invalid(ddb.get_item, TableName=item, Key={"id": {"S": "a"}}, ProjectionExpression="m, m.k")


def test_legacy_parameters(ddb, item):
    key = {"id": {"S": "a"}}
    assert ddb.get_item(TableName=item, Key=key, AttributesToGet=["n", "absent"])["Item"] == {"n": {"N": "5"}}
    after = ddb.update_item(TableName=item, Key=key, ReturnValues="ALL_NEW", AttributeUpdates={
        "n": {"Action": "ADD", "Value": {"N": "2"}}, "s": {"Action": "DELETE"}, "x": {"Value": {"S": "put"}},
        "ss": {"Action": "DELETE", "Value": {"SS": ["a"]}}, "l": {"Action": "ADD", "Value": {"L": [{"N": "4"}]}}})["Attributes"]
    assert after == {**key, "n": {"N": "7"}, "x": {"S": "put"}, "ss": {"SS": ["b"]}, "l": {"L": [{"N": str(i)} for i in (1, 2, 3, 4)]}, "m": ITEM["m"]}
    ddb.put_item(TableName=item, Item=key, Expected={"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "6"}]}, "zz": {"Exists": False}})
    fails("ConditionalCheckFailedException", ddb.put_item, TableName=item, Item=key, Expected={"id": {"Exists": False}})
    fails("ConditionalCheckFailedException", ddb.delete_item, TableName=item, Key=key, Expected={"n": {"Value": {"N": "7"}}})
    ddb.put_item(TableName=item, Item=key, ConditionalOperator="OR", Expected={
        "n": {"ComparisonOperator": "NOT_NULL"}, "id": {"ComparisonOperator": "IN", "AttributeValueList": [{"S": "a"}, {"S": "b"}]}})
    assert invalid(ddb.put_item, TableName=item, Item=key, Expected={"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}]}}) == \
        "One or more parameter values were invalid: Invalid number of argument(s) for the BETWEEN ComparisonOperator"
