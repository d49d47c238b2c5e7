"""Event source mappings of DynamoDB streams: what the function gets, order, retries, destinations, filters, permissions, stacks."""
import json
import time

import pytest

from expect import aws_error
from function_urls import ask_lambda
from functions import make_function, make_role
from stacks import delete, deploy

READ = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams")
LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
# Tells what it got in the queue "seen"; fails while an item's id says so, or names the items that do.
CODE = """
import boto3, json, os
sqs = boto3.client("sqs")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(event))
    bad = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["id"]["S"].startswith("bad")]
    if bad and os.environ["HOW"] == "raise":
        raise ValueError("failed")
    return {"batchItemFailures": [{"itemIdentifier": number} for number in bad]}
"""
TABLE = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
         "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}


def until(look, seconds=120):
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


class Followed:
    """A table whose stream feeds a function."""

    def __init__(self, account, actions=READ, how="raise"):
        self.account, self.ddb, self.client, self.sqs = account, account.client("dynamodb"), account.client("lambda"), account.client("sqs")
        self.arn = self.ddb.create_table(TableName="tab", **TABLE)["TableDescription"]["LatestStreamArn"]
        self.seen = self.sqs.create_queue(QueueName="seen")["QueueUrl"]
        self.role = make_role(account, name="f-role", actions=(*LOGS, "sqs:SendMessage", *actions))
        make_function(account, CODE, role=self.role, Environment={"Variables": {"SEEN": self.seen, "HOW": how}})

    def allow(self, *actions):
        self.account.client("iam").put_role_policy(RoleName="f-role", PolicyName="more", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}))

    def put(self, *ids):
        for one in ids:
            self.ddb.put_item(TableName="tab", Item={"id": {"S": one}})

    def map(self, **more):
        status, made = ask_lambda(self.account, "POST", "/2015-03-31/event-source-mappings",
                                  **{"EventSourceArn": self.arn, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON", **more})
        assert status == 202, made
        assert until(lambda: self.get(made["UUID"])["State"] in ("Enabled", "Disabled"))
        return made["UUID"]

    def get(self, uuid):
        return self.client.get_event_source_mapping(UUID=uuid)

    def messages(self, url, count=1):
        found = []

        def enough():
            for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
            return len(found) >= count
        assert until(enough), found
        return found

    def batches(self, count):
        """The ids in each of the next events."""
        events = []
        while len(events) < count:
            events += self.messages(self.seen)
        return [[r["dynamodb"]["Keys"]["id"]["S"] for r in event["Records"]] for event in events]

    def ids(self, count):
        found = []
        while len(found) < count:
            found += [one for batch in self.batches(1) for one in batch]
        return found


def test_configurations(aws):
    fed = Followed(aws)
    status, made = ask_lambda(aws, "POST", "/2015-03-31/event-source-mappings", EventSourceArn=fed.arn, FunctionName="f", StartingPosition="LATEST")
    assert status == 202
    assert {name: made.get(name) for name in ("BatchSize", "StartingPosition", "LastProcessingResult", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds",
                                              "BisectBatchOnFunctionError", "ParallelizationFactor", "TumblingWindowInSeconds", "DestinationConfig")} == {
        "BatchSize": 100, "StartingPosition": "LATEST", "LastProcessingResult": "No records processed", "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1, "BisectBatchOnFunctionError": False, "ParallelizationFactor": 1, "TumblingWindowInSeconds": 0,
        "DestinationConfig": {"OnFailure": {}}}
    with aws_error("ResourceConflictException", f'The event source arn (" {fed.arn} ") and function (" f ") provided mapping already exists. '
                   f"Please update or delete the existing mapping with UUID {made['UUID']}", 409):
        fed.client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f", StartingPosition="LATEST")

    def refused(text, **members):
        status, answer = ask_lambda(aws, "POST", "/2015-03-31/event-source-mappings",
                                    **{"EventSourceArn": fed.arn, "FunctionName": "f", "StartingPosition": "LATEST", **members})
        assert status == 400 and text in answer.get("Message", answer.get("message", "")), answer

    refused("Unsupported starting position for arn type: " + fed.arn, StartingPosition="AT_TIMESTAMP")
    refused("Stream not found: " + fed.arn + "x", EventSourceArn=fed.arn + "x")
    refused("Unrecognized event source", EventSourceArn=f"arn:aws:dynamodb:us-east-1:{aws.id}:table/tab")
    refused("is not implemented by Drydock", ParallelizationFactor=2)
    refused("is not implemented by Drydock", TumblingWindowInSeconds=30)
    refused("MaximumRecordAgeInSeconds must be", MaximumRecordAgeInSeconds=1)
    with aws_error("InvalidParameterValueException", "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
                   "Member must not be null."):
        fed.client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")


@pytest.mark.parametrize("missing", READ[:3])
def test_the_role_must_be_able_to_read(aws, missing):
    fed = Followed(aws, actions=[action for action in READ if action != missing])
    with aws_error("InvalidParameterValueException", f"Cannot access stream {fed.arn}. Please ensure the role can perform the GetRecords, "
                   "GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.", 400):
        fed.client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f", StartingPosition="LATEST")
    fed.allow(missing)
    fed.map()


def test_what_the_function_gets(aws):
    fed = Followed(aws)
    fed.put("early")
    uuid = fed.map()
    event = fed.messages(fed.seen)[0]
    record = event["Records"][0]
    change = record["dynamodb"]
    assert isinstance(change.pop("ApproximateCreationDateTime"), int) and len(change.pop("SequenceNumber")) >= 21 and len(record.pop("eventID")) == 32
    assert record == {"eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1", "eventSourceARN": fed.arn,
                      "dynamodb": {"Keys": {"id": {"S": "early"}}, "NewImage": {"id": {"S": "early"}}, "SizeBytes": 14,
                                   "StreamViewType": "NEW_AND_OLD_IMAGES"}}
    fed.put(*(f"{n:02}" for n in range(30)))
    assert fed.ids(30) == [f"{n:02}" for n in range(30)]
    assert until(lambda: fed.get(uuid)["LastProcessingResult"] == "OK")


def test_latest_begins_at_the_creation(aws):
    fed = Followed(aws)
    fed.put("before")
    fed.map(StartingPosition="LATEST")
    fed.put("after")
    assert fed.ids(1) == ["after"]


def test_filters(aws):
    fed = Followed(aws)
    fed.put("a", "b")
    fed.ddb.delete_item(TableName="tab", Key={"id": {"S": "a"}})
    fed.put("c")
    fed.map(FilterCriteria={"Filters": [{"Pattern": json.dumps({"eventName": ["REMOVE"]})},
                                        {"Pattern": json.dumps({"dynamodb": {"NewImage": {"id": {"S": [{"prefix": "c"}]}}}})}]})
    assert fed.ids(2) == ["a", "c"]


def test_failures_are_tried_again_then_given_up(own_account, own_server):
    fed = Followed(own_account)
    failures = fed.sqs.create_queue(QueueName="failures")["QueueUrl"]
    fed.put("bad", "good")
    uuid = fed.map(BatchSize=1, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:{own_account.id}:failures"}})
    assert fed.batches(1) == [["bad"]]
    assert until(lambda: fed.get(uuid)["LastProcessingResult"] == "PROBLEM: Function call failed")
    own_server.advance(60)
    assert fed.ids(2) == ["bad", "good"]
    told = fed.messages(failures)[0]
    info = told["DDBStreamBatchInfo"]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted" and told["requestContext"]["approximateInvokeCount"] == 2
    assert (info["streamArn"], info["batchSize"], info["startSequenceNumber"] == info["endSequenceNumber"]) == (fed.arn, 1, True)
    assert info["shardId"].startswith("shardId-") and told["responseContext"]["functionError"] == "Unhandled"


def test_batches_are_cut_in_two(own_account, own_server):
    fed = Followed(own_account)
    fed.put("a", "b", "bad", "c")
    fed.map(BisectBatchOnFunctionError=True, MaximumRetryAttempts=0)
    seen = []
    while not seen or seen[-1] != ["c"]:
        seen += fed.batches(1)
    assert seen[0] == ["a", "b", "bad", "c"] and ["a", "b"] in seen and ["bad"] in seen


def test_items_that_failed_are_where_it_goes_on(own_account, own_server):
    fed = Followed(own_account, how="name")
    fed.put("a", "bad", "c")
    fed.map(FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=1)
    seen = []
    while len(seen) < 2:
        seen += fed.batches(1)
        own_server.advance(60)
    assert seen[:2] == [["a", "bad", "c"], ["bad", "c"]]


def test_windows_gather(own_account, own_server):
    fed = Followed(own_account)
    fed.map(BatchSize=3, MaximumBatchingWindowInSeconds=300)
    fed.put("a", "b", "c")
    assert fed.batches(1) == [["a", "b", "c"]]
    fed.put("d", "e")
    own_server.advance(301)
    assert fed.batches(1) == [["d", "e"]]


def test_stacks(aws):
    resources = {
        "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}, "Policies": [
                {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Action": list(READ), "Resource": {"Fn::GetAtt": ["T", "StreamArn"]}}]}}]}},
        "T": {"Type": "AWS::DynamoDB::Table", "Properties": {**TABLE, "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["R", "Arn"]},
                                                              "Code": {"ZipFile": "def handler(e, c): pass"}}},
        "M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["T", "StreamArn"]}, "FunctionName": {"Ref": "F"}, "StartingPosition": "TRIM_HORIZON",
            "MaximumRetryAttempts": 3, "BisectBatchOnFunctionError": True}}}
    outputs = deploy(aws, "s", resources, Id={"Ref": "M"}, Table={"Ref": "T"})
    client = aws.client("lambda")
    made = client.get_event_source_mapping(UUID=outputs["Id"])
    assert (made["State"], made["MaximumRetryAttempts"], made["BisectBatchOnFunctionError"]) == ("Enabled", 3, True)
    aws.client("dynamodb").put_item(TableName=outputs["Table"], Item={"id": {"S": "x"}})
    assert until(lambda: client.get_event_source_mapping(UUID=outputs["Id"])["LastProcessingResult"] == "OK")
    delete(aws, "s")
