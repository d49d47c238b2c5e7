import pytest
from ddb_helpers import index, invalid


def fill(ddb, table, items):
    for i in range(0, len(items), 25):
        ddb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in items[i:i + 25]]})


@pytest.fixture
def numbers(ddb, ranged):
    fill(ddb, ranged, [{"id": {"S": "a"}, "n": {"N": str(n)}, "even": {"BOOL": n % 2 == 0}} for n in (-100, -2.5, -1, 0, 0.001, 1, 2, 10, 99.5)])
    fill(ddb, ranged, [{"id": {"S": "b"}, "n": {"N": "1"}}])
    return ranged


def query(ddb, table, condition, values, **more):
    return ddb.query(TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues={":id": {"S": "a"}, **values}, **more)


def ns(answer):
    return [item["n"]["N"] for item in answer["Items"]]


@pytest.mark.parametrize("condition, values, expected", [
    ("id = :id", {}, ["-100", "-2.5", "-1", "0", "0.001", "1", "2", "10", "99.5"]),
    ("id = :id AND n = :x", {":x": {"N": "1.0"}}, ["1"]),
    ("id = :id AND n < :x", {":x": {"N": "0"}}, ["-100", "-2.5", "-1"]),
    ("id = :id AND n <= :x", {":x": {"N": "0"}}, ["-100", "-2.5", "-1", "0"]),
    ("n > :x AND id = :id", {":x": {"N": "2"}}, ["10", "99.5"]),
    ("id = :id AND n >= :x", {":x": {"N": "2"}}, ["2", "10", "99.5"]),
    ("id = :id AND n BETWEEN :x AND :y", {":x": {"N": "-1"}, ":y": {"N": "1"}}, ["-1", "0", "0.001", "1"]),
    ("id = :id AND :x < n", {":x": {"N": "2"}}, ["10", "99.5"]),
])
def test_key_conditions(ddb, numbers, condition, values, expected):
    assert ns(query(ddb, numbers, condition, values)) == expected
    assert ns(query(ddb, numbers, condition, values, ScanIndexForward=False)) == expected[::-1]


@pytest.mark.parametrize("kind", ["S", "B"])
def test_begins_with(ddb, make_table, kind):
    table = make_table("id S", f"r {kind}")
    wrap = (lambda text: {"S": text}) if kind == "S" else (lambda text: {"B": text.encode("latin-1")})
    texts = ["a", "ab", "ab\x00", "abc", "ab\u00ff", "ac", "b"]
    fill(ddb, table, [{"id": {"S": "a"}, "r": wrap(text)} for text in texts])
    found = query(ddb, table, "id = :id AND begins_with(r, :r)", {":r": wrap("ab")})
    assert [item["r"] for item in found["Items"]] == [wrap(text) for text in ["ab", "ab\x00", "abc", "ab\u00ff"]]


def test_pages_in_both_directions(ddb, numbers):
    for forward in (True, False):
        seen, start = [], {}
        while True:
            page = query(ddb, numbers, "id = :id", {}, Limit=2, ScanIndexForward=forward, **start)
            seen += ns(page)
            if "LastEvaluatedKey" not in page:
                break
            assert page["LastEvaluatedKey"] == {"id": {"S": "a"}, "n": {"N": seen[-1]}}
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert len(seen) == 9 and (seen if forward else seen[::-1]) == sorted(seen, key=float)[::1 if forward else 1]


def test_filter_counts_and_select(ddb, numbers):
    answer = query(ddb, numbers, "id = :id", {":t": {"BOOL": True}}, FilterExpression="even = :t", ReturnConsumedCapacity="TOTAL")
    assert (answer["Count"], answer["ScannedCount"]) == (4, 9)
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 0.5
    answer = query(ddb, numbers, "id = :id", {}, Select="COUNT")
    assert answer["Count"] == 9 and "Items" not in answer
    assert query(ddb, numbers, "id = :id", {}, ProjectionExpression="n", Limit=1)["Items"] == [{"n": {"N": "-100"}}]


@pytest.mark.parametrize("condition, values, message", [
    ("n = :id", {}, "Query condition missed key schema element: id"),
    ("id = :id AND x = :x", {":x": {"N": "1"}}, "Query condition missed key schema element: n"),
    ("id > :id", {}, "Query key condition not supported"),
    ("id = :id OR n = :x", {":x": {"N": "1"}}, "Invalid operator used in KeyConditionExpression: OR"),
    ("id = :id AND n IN (:x)", {":x": {"N": "1"}}, "Invalid operator used in KeyConditionExpression: IN"),
    ("id = :id AND n <> :x", {":x": {"N": "1"}}, "Invalid operator used in KeyConditionExpression: <>"),
    ("id = :id AND n = :x", {":x": {"S": "1"}}, "One or more parameter values were invalid: Condition parameter type does not match schema type"),
    ("id = :id AND n.a = :x", {":x": {"S": "1"}}, "KeyConditionExpressions cannot have conditions on nested attributes"),
    ("id = :id AND n > :x AND n < :x", {":x": {"N": "1"}}, "KeyConditionExpressions must only contain one condition per key"),
    ("id = :id AND n > :x AND a < :x", {":x": {"N": "1"}}, "Conditions can be of length 1 or 2 only"),
    ("id = :id AND id = :x", {":x": {"S": "1"}}, "KeyConditionExpressions must only contain one condition per key"),
    ("id = :id AND n BETWEEN :x AND :y", {":x": {"N": "2"}, ":y": {"N": "1"}},
     "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
     "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"),
])
def test_key_conditions_that_aws_refuses(ddb, numbers, condition, values, message):
    assert invalid(query, ddb, numbers, condition, values) == message


def test_other_refusals(ddb, numbers):
    assert invalid(ddb.query, TableName=numbers) == \
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
    assert invalid(query, ddb, numbers, "id = :id", {":x": {"N": "1"}}, FilterExpression="n > :x") == \
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: n"
    assert invalid(query, ddb, numbers, "id = :id", {}, IndexName="nope") == "The table does not have the specified index: nope"
    assert invalid(query, ddb, numbers, "id = :id", {}, ExclusiveStartKey={"id": {"S": "b"}, "n": {"N": "1"}}) == \
        "The provided starting key is outside query boundaries based on provided conditions"
    assert invalid(query, ddb, numbers, "id = :id", {}, ExclusiveStartKey={"id": {"S": "b"}}) == "The provided starting key is invalid"
    assert invalid(ddb.scan, TableName=numbers, ExclusiveStartKey={"id": {"S": "b"}}) == \
        "The provided starting key is invalid: The provided key element does not match the schema"


def test_legacy_query_and_scan(ddb, numbers):
    conditions = {"id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
                  "n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "0"}, {"N": "2"}]}}
    answer = ddb.query(TableName=numbers, KeyConditions=conditions, QueryFilter={"even": {"ComparisonOperator": "EQ", "AttributeValueList": [{"BOOL": True}]}},
                       AttributesToGet=["n"])
    assert answer["Items"] == [{"n": {"N": "0"}}, {"n": {"N": "2"}}]
    answer = ddb.scan(TableName=numbers, ScanFilter={"even": {"ComparisonOperator": "NULL"}})
    assert answer["Items"] == [{"id": {"S": "b"}, "n": {"N": "1"}}]
    assert invalid(ddb.query, TableName=numbers, KeyConditions={"id": {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "a"}]}}) == \
        "Attempted conditional constraint is not an indexable operation"


def test_parallel_scan_sees_everything_once(ddb, table):
    fill(ddb, table, [{"id": {"S": f"item-{i}"}} for i in range(200)])
    for total in (1, 3, 7):
        seen = []
        for segment in range(total):
            start = {}
            while True:
                page = ddb.scan(TableName=table, Segment=segment, TotalSegments=total, Limit=23, **start)
                seen += [item["id"]["S"] for item in page["Items"]]
                if "LastEvaluatedKey" not in page:
                    break
                start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert sorted(seen) == sorted(f"item-{i}" for i in range(200))
    assert invalid(ddb.scan, TableName=table, Segment=3, TotalSegments=3) == \
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 3 is not less than TotalSegments: 3"
    assert "TotalSegments parameter is required" in invalid(ddb.scan, TableName=table, Segment=3)


def test_pages_end_at_a_megabyte(ddb, table):
    fill(ddb, table, [{"id": {"S": str(i)}, "v": {"S": "x" * 100_000}} for i in range(25)])
    first = ddb.scan(TableName=table, ReturnConsumedCapacity="TOTAL")
    assert first["Count"] == 11 and "LastEvaluatedKey" in first
    assert first["ConsumedCapacity"]["CapacityUnits"] == pytest.approx(11 * 100_006 / 4096 / 2, abs=1)
    assert sum(page["Count"] for page in ddb.get_paginator("scan").paginate(TableName=table)) == 25


def test_global_indexes(ddb, make_table):
    table = make_table("id S", extra=["g S", "r N"], globals_=[index("all", "g", "r"), index("keys", "g", projection="KEYS_ONLY"),
                                                                  index("some", "g", projection="INCLUDE", attributes=["x"])])
    fill(ddb, table, [{"id": {"S": str(i)}, "g": {"S": "one"}, "r": {"N": str(-i)}, "x": {"N": "1"}, "y": {"N": "2"}} for i in range(5)])
    ddb.put_item(TableName=table, Item={"id": {"S": "sparse"}, "g": {"S": "one"}})
    by = lambda name, **more: ddb.query(TableName=table, IndexName=name, KeyConditionExpression="g = :g",
                                        ExpressionAttributeValues={":g": {"S": "one"}}, **more)
    assert [item["id"]["S"] for item in by("all")["Items"]] == ["4", "3", "2", "1", "0"]
    assert by("keys")["Count"] == 6 and by("keys", Limit=1)["Items"][0].keys() == {"id", "g"}
    assert {frozenset(item) for item in by("some")["Items"]} == {frozenset({"id", "g", "x"}), frozenset({"id", "g"})}
    assert ddb.scan(TableName=table, IndexName="all")["Count"] == 5
    page = by("keys", Limit=2)
    rest = by("keys", ExclusiveStartKey=page["LastEvaluatedKey"])
    assert page["LastEvaluatedKey"].keys() == {"id", "g"} and rest["Count"] == 4
    assert invalid(by, "keys", ConsistentRead=True) == "Consistent reads are not supported on global secondary indexes"
    assert invalid(by, "keys", Select="ALL_ATTRIBUTES") == \
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index keys because its projection type is not ALL"
    assert "does not project [y]" in invalid(by, "some", ProjectionExpression="y")
    # Rows follow their item.
    ddb.update_item(TableName=table, Key={"id": {"S": "4"}}, UpdateExpression="SET g = :h", ExpressionAttributeValues={":h": {"S": "two"}})
    ddb.delete_item(TableName=table, Key={"id": {"S": "3"}})
    assert [item["id"]["S"] for item in by("all")["Items"]] == ["2", "1", "0"]
    assert invalid(ddb.put_item, TableName=table, Item={"id": {"S": "z"}, "r": {"S": "text"}}) == \
        "One or more parameter values were invalid: Type mismatch for Index Key r Expected: N Actual: S IndexName: all"
    written = ddb.put_item(TableName=table, Item={"id": {"S": "w"}, "g": {"S": "one"}, "r": {"N": "1"}}, ReturnConsumedCapacity="INDEXES")
    assert written["ConsumedCapacity"]["CapacityUnits"] == 4 and written["ConsumedCapacity"]["GlobalSecondaryIndexes"]["keys"] == {"CapacityUnits": 1}


def test_local_indexes(ddb, make_table):
    table = make_table("id S", "n N", extra=["r S"], local=[index("by-r", "id", "r", "KEYS_ONLY")])
    fill(ddb, table, [{"id": {"S": "a"}, "n": {"N": str(i)}, "r": {"S": "zyx"[i]}, "v": {"S": "v"}} for i in range(3)])
    by = lambda **more: ddb.query(TableName=table, IndexName="by-r", KeyConditionExpression="id = :a", ExpressionAttributeValues={":a": {"S": "a"}}, **more)
    assert [item["n"]["N"] for item in by(ConsistentRead=True)["Items"]] == ["2", "1", "0"]
    assert "v" not in by()["Items"][0] and by(Select="ALL_ATTRIBUTES")["Items"][0]["v"] == {"S": "v"}
    assert by(Limit=1)["LastEvaluatedKey"].keys() == {"id", "n", "r"}
    metrics = ddb.put_item(TableName=table, Item={"id": {"S": "a"}, "n": {"N": "9"}}, ReturnItemCollectionMetrics="SIZE")["ItemCollectionMetrics"]
    assert metrics == {"ItemCollectionKey": {"id": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
