"""Streams: what they tell of each kind of write, iterators, views, life and end, permissions, time to live."""
import json
import time

import pytest

from expect import aws_error
from stacks import delete, deploy, update

KEY = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
       "BillingMode": "PAY_PER_REQUEST"}


def stream_of(view="NEW_AND_OLD_IMAGES"):
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}


def make(account, name="tab", view="NEW_AND_OLD_IMAGES"):
    return account.client("dynamodb").create_table(TableName=name, **KEY, **stream_of(view))["TableDescription"]


class Reader:
    def __init__(self, account, arn, kind="TRIM_HORIZON", credentials=None, **more):
        self.client = account.client("dynamodbstreams", credentials=credentials)
        self.shard = self.client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        self.next = self.client.get_shard_iterator(StreamArn=arn, ShardId=self.shard, ShardIteratorType=kind, **more)["ShardIterator"]

    def read(self, **more):
        answer = self.client.get_records(ShardIterator=self.next, **more)
        self.next = answer.get("NextShardIterator")
        return answer["Records"]


def put(account, id_, table="tab", **attributes):
    account.client("dynamodb").put_item(TableName=table, Item={"id": {"S": id_}, **attributes})


def test_what_a_stream_tells(aws):
    ddb = aws.client("dynamodb")
    table = make(aws)
    arn = table["LatestStreamArn"]
    assert arn == f"arn:aws:dynamodb:us-east-1:{aws.id}:table/tab/stream/{table['LatestStreamLabel']}"
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    put(aws, "a", n={"N": "1"})
    put(aws, "a", n={"N": "1"})  # changes nothing
    ddb.update_item(TableName="tab", Key={"id": {"S": "a"}}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "2"}})
    ddb.delete_item(TableName="tab", Key={"id": {"S": "a"}})
    ddb.delete_item(TableName="tab", Key={"id": {"S": "a"}})  # nothing there
    ddb.batch_write_item(RequestItems={"tab": [{"PutRequest": {"Item": {"id": {"S": "b"}, "x": {"B": b"\x00"}}}}]})
    ddb.transact_write_items(TransactItems=[{"Put": {"TableName": "tab", "Item": {"id": {"S": "c"}}}}, {"Delete": {"TableName": "tab", "Key": {"id": {"S": "b"}}}}])
    records = Reader(aws, arn).read()
    assert [r["eventName"] for r in records] == ["INSERT", "MODIFY", "REMOVE", "INSERT", "INSERT", "REMOVE"]
    one = records[1]
    assert (one["eventVersion"], one["eventSource"], one["awsRegion"], len(one["eventID"])) == ("1.1", "aws:dynamodb", "us-east-1", 32)
    change = dict(one["dynamodb"])
    sequence = change.pop("SequenceNumber")
    assert change.pop("ApproximateCreationDateTime") and len(sequence) >= 21 and "userIdentity" not in one
    assert change == {"Keys": {"id": {"S": "a"}}, "OldImage": {"id": {"S": "a"}, "n": {"N": "1"}}, "NewImage": {"id": {"S": "a"}, "n": {"N": "2"}},
                      "SizeBytes": 15, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert records[3]["dynamodb"]["NewImage"] == {"id": {"S": "b"}, "x": {"B": b"\x00"}}
    numbers = [r["dynamodb"]["SequenceNumber"] for r in records]
    assert numbers == sorted(numbers) and len(set(numbers)) == 6
    for kind, first in (("AT_SEQUENCE_NUMBER", 1), ("AFTER_SEQUENCE_NUMBER", 2)):
        found = Reader(aws, arn, kind, SequenceNumber=sequence).read()
        assert found[0]["eventID"] == records[first]["eventID"]
    reader = Reader(aws, arn, "LATEST")
    assert reader.read() == []
    put(aws, "d")
    assert [r["dynamodb"]["Keys"] for r in reader.read()] == [{"id": {"S": "d"}}] and reader.read() == []
    reader = Reader(aws, arn)
    assert [len(reader.read(Limit=5)) for _ in range(3)] == [5, 2, 0]


@pytest.mark.parametrize("view, images", [("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}), ("OLD_IMAGE", {"OldImage"})])
def test_views(aws, view, images):
    arn = make(aws, view=view)["LatestStreamArn"]
    put(aws, "a", n={"N": "1"})
    put(aws, "a", n={"N": "2"})
    aws.client("dynamodb").delete_item(TableName="tab", Key={"id": {"S": "a"}})
    records = Reader(aws, arn).read()
    assert [r["eventName"] for r in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert {name for name in records[1]["dynamodb"] if name.endswith("Image")} == images
    assert ("NewImage" in records[0]["dynamodb"], "OldImage" in records[2]["dynamodb"]) == ("NewImage" in images, "OldImage" in images)


def test_life_and_end(own_account, own_server):
    ddb, streams = own_account.client("dynamodb"), own_account.client("dynamodbstreams")
    ddb.create_table(TableName="tab", **KEY)
    assert "LatestStreamArn" not in ddb.describe_table(TableName="tab")["Table"]
    put(own_account, "before")
    first = ddb.update_table(TableName="tab", **stream_of("KEYS_ONLY"))["TableDescription"]["LatestStreamArn"]
    with aws_error("ValidationException", "Table already has an enabled stream: TableName: tab"):
        ddb.update_table(TableName="tab", **stream_of())
    put(own_account, "a")
    table = ddb.update_table(TableName="tab", StreamSpecification={"StreamEnabled": False})["TableDescription"]
    assert table["LatestStreamArn"] == first and "StreamSpecification" not in table
    put(own_account, "unseen")
    described = streams.describe_stream(StreamArn=first)["StreamDescription"]
    assert (described["StreamStatus"], described["StreamViewType"], described["TableName"], described["KeySchema"]) == (
        "DISABLED", "KEYS_ONLY", "tab", KEY["KeySchema"])
    assert "EndingSequenceNumber" in described["Shards"][0]["SequenceNumberRange"]
    reader = Reader(own_account, first)
    assert [r["dynamodb"]["Keys"]["id"]["S"] for r in reader.read()] == ["a"] and reader.next is None
    own_server.advance(1)
    second = ddb.update_table(TableName="tab", **stream_of())["TableDescription"]["LatestStreamArn"]
    assert [s["StreamArn"] for s in streams.list_streams(TableName="tab")["Streams"]] == [first, second]
    page = streams.list_streams(Limit=1)
    assert [s["StreamArn"] for s in streams.list_streams(ExclusiveStartStreamArn=page["LastEvaluatedStreamArn"])["Streams"]] == [second]
    ddb.delete_table(TableName="tab")
    assert streams.describe_stream(StreamArn=second)["StreamDescription"]["StreamStatus"] == "DISABLED"
    late = Reader(own_account, second)
    own_server.advance(16 * 60)
    with aws_error("ExpiredIteratorException", status=400):
        late.read()
    with aws_error("ResourceNotFoundException", f"Requested resource not found: Stream: {first}x not found", 400):
        streams.describe_stream(StreamArn=first + "x")
    with aws_error("ValidationException", status=400):
        streams.get_records(ShardIterator="x")


def test_changes_by_time_to_live_are_dynamodbs(own_account, own_server):
    arn = make(own_account)["LatestStreamArn"]
    own_account.client("dynamodb").update_time_to_live(TableName="tab", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    put(own_account, "a", until={"N": str(int(time.time()) - 60)})
    reader, deadline = Reader(own_account, arn), time.monotonic() + 120
    found = []
    while not found and time.monotonic() < deadline:
        own_server.advance(61)  # the job looks once a minute
        found = [record for record in reader.read() if record["eventName"] == "REMOVE"]
    assert found[0]["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}


def test_permissions(aws, other_account):
    arn = make(aws)["LatestStreamArn"]
    put(aws, "a")
    iam = aws.client("iam")
    iam.create_user(UserName="u")
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    user = aws.client("dynamodbstreams", credentials=keys)

    def allow(actions, resource):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]}))

    def denied(action, resource=arn):
        return aws_error("AccessDeniedException", f"User: arn:aws:iam::{aws.id}:user/u is not authorized to perform: dynamodb:{action} on resource: "
                         f"{resource} because no identity-based policy allows the dynamodb:{action} action", 400)

    allow("dynamodb:*", f"arn:aws:dynamodb:us-east-1:{aws.id}:table/tab")  # of the table is not of its stream
    with denied("DescribeStream"):
        user.describe_stream(StreamArn=arn)
    with denied("ListStreams", "*"):
        user.list_streams()
    allow(["dynamodb:DescribeStream", "dynamodb:GetShardIterator"], arn)
    with denied("GetRecords"):
        Reader(aws, arn, credentials=keys).read()
    allow(["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"], f"arn:aws:dynamodb:*:{aws.id}:table/tab/stream/*")
    assert len(Reader(aws, arn, credentials=keys).read()) == 1
    # A table's policy says nothing of its stream, so nobody of another account reads it.
    with aws_error("AccessDeniedException", f"User: {other_account.client('sts').get_caller_identity()['Arn']} is not authorized to perform: "
                   f"dynamodb:DescribeStream on resource: {arn} because no resource-based policy allows the dynamodb:DescribeStream action", 400):
        other_account.client("dynamodbstreams").describe_stream(StreamArn=arn)


def test_stacks(aws):
    def table(**more):
        return {"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "tab", **KEY, **more}}}

    arn = deploy(aws, "s", table(StreamSpecification={"StreamViewType": "NEW_IMAGE"}), Arn={"Fn::GetAtt": ["T", "StreamArn"]})["Arn"]
    assert aws.client("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]["StreamViewType"] == "NEW_IMAGE"
    update(aws, "s", table())
    assert aws.client("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"
    delete(aws, "s")
