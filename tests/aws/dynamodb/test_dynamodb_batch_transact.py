import threading

import pytest
from botocore.exceptions import ClientError
from ddb_helpers import client_for, fails, invalid


def key(text):
    return {"id": {"S": text}}


def test_batches(ddb, make_table):
    one, two = make_table(), make_table()
    answer = ddb.batch_write_item(RequestItems={one: [{"PutRequest": {"Item": key(str(i))}} for i in range(3)],
                                                two: [{"PutRequest": {"Item": {**key("x"), "v": {"N": "1"}, "w": {"N": "2"}}}}]},
                                  ReturnConsumedCapacity="TOTAL")
    assert answer["UnprocessedItems"] == {} and {c["TableName"]: c["CapacityUnits"] for c in answer["ConsumedCapacity"]} == {one: 3, two: 1}
    got = ddb.batch_get_item(RequestItems={one: {"Keys": [key("0"), key("2"), key("none")]}, two: {"Keys": [key("x")], "ProjectionExpression": "v"}})
    assert sorted(item["id"]["S"] for item in got["Responses"][one]) == ["0", "2"]
    assert got["Responses"][two] == [{"v": {"N": "1"}}] and got["UnprocessedKeys"] == {}
    ddb.batch_write_item(RequestItems={one: [{"DeleteRequest": {"Key": key("0")}}, {"PutRequest": {"Item": key("9")}}]})
    assert sorted(item["id"]["S"] for item in ddb.scan(TableName=one)["Items"]) == ["1", "2", "9"]


def test_batches_that_aws_refuses(ddb, table):
    assert invalid(ddb.batch_get_item, RequestItems={table: {"Keys": [key("a"), key("a")]}}) == "Provided list of item keys contains duplicates"
    assert invalid(ddb.batch_write_item, RequestItems={table: [{"PutRequest": {"Item": key("a")}}, {"DeleteRequest": {"Key": key("a")}}]}) == \
        "Provided list of item keys contains duplicates"
    invalid(ddb.batch_write_item, RequestItems={table: [{"PutRequest": {"Item": key(str(i))}} for i in range(26)]})
    invalid(ddb.batch_get_item, RequestItems={table: {"Keys": [key(str(i)) for i in range(101)]}})
    assert fails("ResourceNotFoundException", ddb.batch_get_item, RequestItems={"missing": {"Keys": [key("a")]}}) == "Requested resource not found"


def test_transactions_write_all_or_nothing(ddb, make_table):
    one, two = make_table(), make_table()
    ddb.put_item(TableName=one, Item={**key("counter"), "n": {"N": "1"}})
    ddb.put_item(TableName=two, Item=key("gone"))
    ddb.transact_write_items(TransactItems=[
        {"Update": {"TableName": one, "Key": key("counter"), "UpdateExpression": "SET n = n + :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}},
        {"Put": {"TableName": two, "Item": key("new"), "ConditionExpression": "attribute_not_exists(id)"}},
        {"Delete": {"TableName": two, "Key": key("gone")}},
        {"ConditionCheck": {"TableName": one, "Key": key("nope"), "ConditionExpression": "attribute_not_exists(id)"}}])
    assert ddb.get_item(TableName=one, Key=key("counter"))["Item"]["n"] == {"N": "2"}
    assert [item["id"]["S"] for item in ddb.scan(TableName=two)["Items"]] == ["new"]
    with pytest.raises(ClientError) as caught:
        ddb.transact_write_items(TransactItems=[
            {"Put": {"TableName": two, "Item": key("other")}},
            {"Put": {"TableName": two, "Item": key("new"), "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
            {"Update": {"TableName": one, "Key": key("counter"), "UpdateExpression": "SET x = absent"}}])
    error = caught.value.response
    assert error["Error"]["Code"] == "TransactionCanceledException"
    assert error["Error"]["Message"] == \
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]"
    assert error["CancellationReasons"][1] == {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": key("new")}
    assert error["CancellationReasons"][2]["Message"] == "The provided expression refers to an attribute that does not exist in the item"
    assert "Item" not in ddb.get_item(TableName=two, Key=key("other"))


def test_transactions_that_aws_refuses(ddb, table):
    assert invalid(ddb.transact_write_items, TransactItems=[{"Put": {"TableName": table, "Item": key("a")}}, {"Delete": {"TableName": table, "Key": key("a")}}]) == \
        "Transaction request cannot include multiple operations on one item"
    assert invalid(ddb.transact_write_items, TransactItems=[{}]) == "TransactItems can only contain one of Check, Put, Update or Delete"
    fails("ResourceNotFoundException", ddb.transact_write_items, TransactItems=[{"Put": {"TableName": "missing", "Item": key("a")}}])


def test_client_request_token(ddb, table):
    update = {"Update": {"TableName": table, "Key": key("a"), "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}}
    for _ in range(3):
        ddb.transact_write_items(TransactItems=[update], ClientRequestToken="token-of-test")
    assert ddb.get_item(TableName=table, Key=key("a"))["Item"]["n"] == {"N": "1"}
    fails("IdempotentParameterMismatchException", ddb.transact_write_items, TransactItems=[{"Delete": {"TableName": table, "Key": key("a")}}],
          ClientRequestToken="token-of-test")


def test_transactional_reads(ddb, table):
    ddb.put_item(TableName=table, Item={**key("a"), "v": {"N": "1"}})
    answer = ddb.transact_get_items(ReturnConsumedCapacity="TOTAL", TransactItems=[
        {"Get": {"TableName": table, "Key": key("a"), "ProjectionExpression": "v"}}, {"Get": {"TableName": table, "Key": key("none")}}])
    assert answer["Responses"] == [{"Item": {"v": {"N": "1"}}}, {}]
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == 4


def test_concurrent_counters_lose_nothing(ddb_url, keys, ddb, table):
    def count():
        mine = client_for(ddb_url, keys)
        for _ in range(50):
            mine.update_item(TableName=table, Key=key("a"), UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}})
    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ddb.get_item(TableName=table, Key=key("a"))["Item"]["n"] == {"N": "300"}
