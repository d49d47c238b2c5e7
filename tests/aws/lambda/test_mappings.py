"""Event source mappings of queues: configurations, what the function gets, failures, filters, windows, permissions, stacks."""
import json
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from conftest import PROGRAM, DiskServer, new_account
from expect import aws_error
from function_urls import ask_lambda
from functions import make_function, make_role
from stacks import delete, deploy, update

READ = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
# Tells what it got in a second queue, "seen"; fails when the body says so.
CODE = """
import boto3, json, os
sqs = boto3.client("sqs")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(event))
    if any(record["body"] == "fail" for record in event["Records"]):
        raise ValueError("failed")
    return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "again"]}
"""


def until(look, seconds=120):
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


class Fed:
    """A function fed from a queue."""

    def __init__(self, account, queue=None, name="f", actions=READ, **queue_attributes):
        self.account, self.sqs, self.client = account, account.client("sqs"), account.client("lambda")
        self.url = queue or self.sqs.create_queue(QueueName="q.fifo" if "FifoQueue" in queue_attributes else "q", Attributes=queue_attributes)["QueueUrl"]
        self.seen = self.sqs.create_queue(QueueName="seen-" + name)["QueueUrl"]
        self.name = name
        self.role = make_role(account, name=name + "-role", actions=(*LOGS, *actions))
        self.allow("seen", ["sqs:SendMessage"], self.arn_of(self.seen))
        make_function(account, CODE, name=name, role=self.role, Environment={"Variables": {"SEEN": self.seen}})

    @staticmethod
    def arn_of(url):
        account, name = url.split("/")[-2:]
        return f"arn:aws:sqs:us-east-1:{account}:{name}"

    @property
    def arn(self):
        return self.arn_of(self.url)

    def allow(self, policy, actions, resource="*"):
        self.account.client("iam").put_role_policy(RoleName=self.name + "-role", PolicyName=policy, PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]}))

    def map(self, **more):
        status, made = ask_lambda(self.account, "POST", "/2015-03-31/event-source-mappings", EventSourceArn=self.arn, FunctionName=self.name, **more)
        assert status == 202, made
        assert self.settled(made["UUID"]) in ("Enabled", "Disabled")
        return made["UUID"]

    def settled(self, uuid):
        def state():
            found = self.client.get_event_source_mapping(UUID=uuid)["State"]
            return found if found in ("Enabled", "Disabled") else None
        return until(state)

    def send(self, *bodies, **more):
        return [self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)["MessageId"] for body in bodies]

    def events(self, count=1):
        """The next events that the function got."""
        found = []

        def enough():
            for message in self.sqs.receive_message(QueueUrl=self.seen, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
                self.sqs.delete_message(QueueUrl=self.seen, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
            return len(found) >= count
        assert until(enough), found
        return found

    def records(self, count):
        """The next records, of however many events."""
        found = []
        while len(found) < count:
            found += [record for event in self.events() for record in event["Records"]]
        return found

    def left(self, url=None):
        counts = self.sqs.get_queue_attributes(QueueUrl=url or self.url, AttributeNames=["All"])["Attributes"]
        return int(counts["ApproximateNumberOfMessages"]) + int(counts["ApproximateNumberOfMessagesNotVisible"])


def test_configurations(aws):
    fed = Fed(aws)
    client, function = fed.client, f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
    made = client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")
    uuid = made["UUID"]
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert {name: made[name] for name in ("BatchSize", "MaximumBatchingWindowInSeconds", "EventSourceArn", "FunctionArn", "State",
                                          "StateTransitionReason", "FunctionResponseTypes")} == {
        "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "EventSourceArn": fed.arn, "FunctionArn": function, "State": "Creating",
        "StateTransitionReason": "USER_INITIATED", "FunctionResponseTypes": []}
    assert fed.settled(uuid) == "Enabled"
    with aws_error("ResourceConflictException", f'An event source mapping with SQS arn (" {fed.arn} ") and function (" f ") already exists. '
                   f"Please update or delete the existing mapping with UUID {uuid}", 409):
        client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")
    changed = client.update_event_source_mapping(UUID=uuid, BatchSize=3, Enabled=False)
    assert (changed["State"], changed["BatchSize"]) == ("Disabling", 3) and fed.settled(uuid) == "Disabled"
    fed.send("waits")
    assert client.update_event_source_mapping(UUID=uuid, Enabled=True)["State"] == "Enabling" and fed.settled(uuid) == "Enabled"
    assert fed.records(1)[0]["body"] == "waits"
    assert ask_lambda(aws, "GET", f"/2015-03-31/event-source-mappings/{uuid}")[1]["EventSourceMappingArn"] == (
        f"arn:aws:lambda:us-east-1:{aws.id}:event-source-mapping:{uuid}")
    ids = lambda **by: [m["UUID"] for m in client.list_event_source_mappings(**by)["EventSourceMappings"]]  # noqa: E731
    assert ids() == ids(FunctionName=function) == ids(EventSourceArn=fed.arn) == [uuid]
    assert ids(FunctionName="g") == ids(EventSourceArn=fed.arn_of(fed.seen)) == []
    assert client.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"

    def gone():
        return not ids()
    assert until(gone)
    for call in (client.get_event_source_mapping, client.update_event_source_mapping, client.delete_event_source_mapping):
        with aws_error("ResourceNotFoundException", "The resource you requested does not exist.", 404):
            call(UUID=uuid)


def test_refused_configurations(aws):
    fed = Fed(aws, VisibilityTimeout="2")

    def refused(text, code="InvalidParameterValueException", **members):
        status, answer = ask_lambda(aws, "POST", "/2015-03-31/event-source-mappings", **{"EventSourceArn": fed.arn, "FunctionName": "f", **members})
        assert status == 400 and text in answer.get("Message", answer.get("message", "")), answer

    refused("Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds")
    fed.sqs.set_queue_attributes(QueueUrl=fed.url, Attributes={"VisibilityTimeout": "30"})
    refused("Function does not exist", FunctionName="none")
    refused("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10", BatchSize=11)
    refused("Invalid filter pattern definition.", FilterCriteria={"Filters": [{"Pattern": '{"body": 1}'}]})
    refused("StartingPosition is not valid for SQS event sources.", StartingPosition="LATEST")
    refused("Unrecognized event source", EventSourceArn="arn:aws:sns:us-east-1:111111111111:t")
    refused("SQS Error Code: AWS.SimpleQueueService.NonExistentQueue", EventSourceArn=fed.arn + "-none")
    refused("is not implemented by Drydock", EventSourceArn=f"arn:aws:kinesis:us-east-1:{aws.id}:stream/s")
    refused("not supported for SQS event sources", BisectBatchOnFunctionError=True)
    refused("", MaximumBatchingWindowInSeconds=301)
    refused("", ScalingConfig={"MaximumConcurrency": 1})


@pytest.mark.parametrize("missing", READ)
def test_the_role_must_be_able_to_read(server, aws, missing):
    fed = Fed(aws, actions=[action for action in READ if action != missing])
    with pytest.raises(ClientError) as caught:
        fed.client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (
        "InvalidParameterValueException", f"The provided execution role does not have permissions to call {missing.split(':')[1]} on SQS", 400)
    told = subprocess.run([PROGRAM, "why", answer["ResponseMetadata"]["RequestId"], "--json", "--url", server.url], capture_output=True, text=True,
                          timeout=60)
    denied, = [decision for decision in json.loads(told.stdout)["decisions"] if decision["effect"] != "ALLOW"]
    assert denied["action"] == missing and ":assumed-role/f-role/" in denied["principal"]
    fed.allow("rest", [missing])
    fed.map()


def test_callers_are_held_to_functions_by_a_condition_key(aws):
    fed, iam = Fed(aws), aws.client("iam")
    function = f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
    iam.create_user(UserName="u")
    user = aws.client("lambda", credentials=iam.create_access_key(UserName="u")["AccessKey"])

    def allow(*names):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": [f"lambda:{name}EventSourceMapping" for name in ("Create", "Get", "Update", "Delete")], "Resource": "*",
             "Condition": {"ArnEquals": {"lambda:FunctionArn": list(names)}}}]}))

    def denied(action, resource):
        return aws_error("AccessDeniedException", f"User: arn:aws:iam::{aws.id}:user/u is not authorized to perform: lambda:{action} on resource: "
                         f"{resource} because no identity-based policy allows the lambda:{action} action", 403)

    allow(function + "-other")
    with denied("CreateEventSourceMapping", "*"):
        user.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")
    allow(function)
    uuid = user.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")["UUID"]
    fed.settled(uuid)
    assert user.get_event_source_mapping(UUID=uuid)["FunctionArn"] == function
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:event-source-mapping:{uuid}"
    with denied("UpdateEventSourceMapping", arn):
        user.update_event_source_mapping(UUID=uuid, FunctionName="other")
    with denied("ListEventSourceMappings", "*"):
        user.list_event_source_mappings()
    allow(function + "-other")
    for action in ("Get", "Update", "Delete"):
        with denied(f"{action}EventSourceMapping", arn):
            getattr(user, f"{action.lower()}_event_source_mapping")(UUID=uuid)


def test_tags(aws):
    fed, iam = Fed(aws), aws.client("iam")
    uuid = fed.map(Tags={"team": "a", "x": "1"})
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:event-source-mapping:{uuid}"
    fed.client.tag_resource(Resource=arn, Tags={"x": "2", "y": "3"})
    fed.client.untag_resource(Resource=arn, TagKeys=["y"])
    assert fed.client.list_tags(Resource=arn)["Tags"] == {"team": "a", "x": "2"}
    with aws_error("ResourceNotFoundException", "The resource you requested does not exist.", 404):
        fed.client.list_tags(Resource=arn + "x")
    iam.create_user(UserName="u")
    user = aws.client("lambda", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    for team in ("b", "a"):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "lambda:GetEventSourceMapping", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": team}}},
            {"Effect": "Allow", "Action": "lambda:CreateEventSourceMapping", "Resource": "*"}]}))
        if team == "b":
            with aws_error("AccessDeniedException"):
                user.get_event_source_mapping(UUID=uuid)
    assert user.get_event_source_mapping(UUID=uuid)["UUID"] == uuid
    # Tags at the creation want their own permission.
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    status, answer = ask_lambda(type("Caller", (), {"url": aws.url, "credentials": keys}), "POST", "/2015-03-31/event-source-mappings",
                                EventSourceArn=fed.arn, FunctionName="f", Tags={"team": "a"})
    assert status == 403 and "not authorized to perform: lambda:TagResource" in answer["Message"], answer


def test_what_the_function_gets(aws):
    fed = Fed(aws)
    fed.map()
    sent = fed.sqs.send_message(QueueUrl=fed.url, MessageBody="hello", MessageAttributes={
        "t": {"DataType": "String", "StringValue": "v"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}})
    record = fed.records(1)[0]
    assert record["attributes"].pop("SentTimestamp") and record["attributes"].pop("ApproximateFirstReceiveTimestamp")
    assert record["attributes"].pop("SenderId") and record.pop("receiptHandle")
    assert record == {
        "messageId": sent["MessageId"], "body": "hello", "attributes": {"ApproximateReceiveCount": "1"}, "md5OfBody": sent["MD5OfMessageBody"],
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"], "eventSource": "aws:sqs", "eventSourceARN": fed.arn, "awsRegion": "us-east-1",
        "messageAttributes": {"t": {"stringValue": "v", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
                              "b": {"binaryValue": "AAE=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"}}}
    assert until(lambda: fed.left() == 0), "what the function did is deleted"
    fed.send(*(str(n) for n in range(25)))
    assert sorted(int(r["body"]) for r in fed.records(25)) == list(range(25))
    assert until(lambda: fed.left() == 0)


def test_failures_go_to_the_dead_letters(own_account, own_server):
    dead = own_account.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    fed = Fed(own_account, VisibilityTimeout="600", RedrivePolicy=json.dumps({"deadLetterTargetArn": Fed.arn_of(dead), "maxReceiveCount": 2}))
    fed.map()
    fed.send("fail")
    for count in ("1", "2"):
        assert [r["attributes"]["ApproximateReceiveCount"] for r in fed.records(1)] == [count]
        own_server.advance(600)
    assert until(lambda: fed.left(dead) == 1) and fed.left() == 0


def test_items_that_failed_come_back_alone(own_account, own_server):
    fed = Fed(own_account, VisibilityTimeout="600")
    fed.sqs.send_message_batch(QueueUrl=fed.url, Entries=[{"Id": "a", "MessageBody": "again"}, {"Id": "b", "MessageBody": "done"}])
    uuid = fed.map(FunctionResponseTypes=["ReportBatchItemFailures"])
    assert sorted(r["body"] for r in fed.records(2)) == ["again", "done"]
    assert until(lambda: fed.left() == 1)
    own_server.advance(600)
    assert [r["body"] for r in fed.records(1)] == ["again"]
    # Without that setting the answer means nothing: what did not raise is done.
    fed.client.update_event_source_mapping(UUID=uuid, FunctionResponseTypes=[])
    fed.settled(uuid)
    own_server.advance(600)
    assert until(lambda: fed.left() == 0)


def test_polling_goes_on_after_a_crash(tmp_path):
    server = DiskServer(tmp_path)
    try:
        fed = Fed(new_account(server))
        uuid = fed.map()
        server.kill()
        server.start()
        assert fed.settled(uuid) == "Enabled"
        fed.send("after")
        assert fed.records(1)[0]["body"] == "after"
    finally:
        server.kill()


def test_filters_take_messages_out(aws):
    fed = Fed(aws)
    fed.map(FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"kind": ["order"], "price": [{"numeric": [">", 10]}]}})},
                                        {"Pattern": json.dumps({"body": ["plain"]})},
                                        {"Pattern": json.dumps({"messageAttributes": {"m": {"stringValue": [{"prefix": "x"}]}}})}]})
    bodies = ['{"kind": "order", "price": 11}', "plain", '{"kind": "order", "price": 9}', "other", '{"kind": "bill"}']
    fed.send(*bodies)
    fed.send("attributed", MessageAttributes={"m": {"DataType": "String", "StringValue": "xy"}})
    assert sorted(r["body"] for r in fed.records(3)) == sorted([bodies[0], "plain", "attributed"])
    assert until(lambda: fed.left() == 0), "what the filters leave out is deleted"


def test_windows_gather(own_account, own_server):
    fed = Fed(own_account, VisibilityTimeout="900")
    fed.map(BatchSize=12, MaximumBatchingWindowInSeconds=300)
    fed.send(*(str(n) for n in range(12)))
    assert [len(event["Records"]) for event in fed.events()] == [12], "full before its time"
    assert until(lambda: fed.left() == 0)
    fed.send("one", "two")

    def gathered():
        counts = fed.sqs.get_queue_attributes(QueueUrl=fed.url, AttributeNames=["All"])["Attributes"]
        return counts["ApproximateNumberOfMessages"] == "0"
    assert until(gathered)
    assert fed.left() == 2 and fed.left(fed.seen) == 0
    own_server.advance(300)
    assert [len(event["Records"]) for event in fed.events()] == [2], "its time is over"


def test_fifo_queues_keep_their_order(aws):
    fed = Fed(aws, FifoQueue="true", ContentBasedDeduplication="true")
    fed.send(*(str(n) for n in range(12)), MessageGroupId="g")
    fed.map(BatchSize=5)
    records = fed.records(12)
    assert [r["body"] for r in records] == [str(n) for n in range(12)]
    assert records[0]["attributes"]["MessageGroupId"] == "g"
    status, answer = ask_lambda(aws, "POST", "/2015-03-31/event-source-mappings", EventSourceArn=fed.arn, FunctionName="f", MaximumBatchingWindowInSeconds=1)
    assert status == 400, answer


def test_across_accounts_both_sides_must_allow(aws, other_account):
    queue = other_account.client("sqs").create_queue(QueueName="theirs")["QueueUrl"]
    fed = Fed(aws, queue=queue)
    with aws_error("InvalidParameterValueException", "The provided execution role does not have permissions to call ReceiveMessage on SQS"):
        fed.client.create_event_source_mapping(EventSourceArn=fed.arn, FunctionName="f")
    theirs = other_account.client("sqs")
    theirs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": fed.role}, "Action": list(READ), "Resource": fed.arn}]})})
    fed.map()
    theirs.send_message(QueueUrl=queue, MessageBody="from afar")
    assert fed.records(1)[0]["eventSourceARN"] == fed.arn


def test_a_role_that_lost_its_permission_reads_nothing(own_account, own_server):
    fed = Fed(own_account, actions=())
    fed.allow("read", list(READ))
    fed.map()
    fed.send("first")
    assert fed.records(1)[0]["body"] == "first"
    assert until(lambda: fed.left() == 0)
    own_account.client("iam").delete_role_policy(RoleName="f-role", PolicyName="read")

    assert until(lambda: "cannot read " + fed.arn in own_server.log())
    fed.send("second")
    assert fed.left() == 1
    fed.allow("read", list(READ))
    own_server.advance(5)
    assert fed.records(1)[0]["body"] == "second"


# ---- stacks

def stack(batch, **more):
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}, "Policies": [
            {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(READ), "Resource": "*"}]}}]}}
    return {"R": role, "Q": {"Type": "AWS::SQS::Queue", "Properties": {}},
            "F": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["R", "Arn"]},
                                                                  "Code": {"ZipFile": "def handler(e, c): pass"}}},
            "M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]}, "FunctionName": {"Fn::GetAtt": ["F", "Arn"]}, "BatchSize": batch, **more}}}


def test_stacks(aws):
    outputs = deploy(aws, "s", stack(5, Tags=[{"Key": "k", "Value": "v"}], FunctionResponseTypes=["ReportBatchItemFailures"], ScalingConfig={"MaximumConcurrency": 2}),
                     Id={"Ref": "M"}, Same={"Fn::GetAtt": ["M", "Id"]}, Queue={"Ref": "Q"})
    assert outputs["Id"] == outputs["Same"]
    client, sqs = aws.client("lambda"), aws.client("sqs")
    made = client.get_event_source_mapping(UUID=outputs["Id"])
    assert (made["State"], made["BatchSize"], made["FunctionResponseTypes"]) == ("Enabled", 5, ["ReportBatchItemFailures"])
    sqs.send_message(QueueUrl=outputs["Queue"], MessageBody="x")

    def done():
        counts = sqs.get_queue_attributes(QueueUrl=outputs["Queue"], AttributeNames=["All"])["Attributes"]
        return counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0"
    assert until(done)
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:event-source-mapping:{outputs['Id']}"
    assert client.list_tags(Resource=arn)["Tags"] == {"k": "v"}
    update(aws, "s", stack(7, Enabled=False))
    assert client.list_tags(Resource=arn)["Tags"] == {}
    made = client.get_event_source_mapping(UUID=outputs["Id"])
    assert (made["State"], made["BatchSize"], made["FunctionResponseTypes"]) == ("Disabled", 7, [])
    delete(aws, "s")
    assert client.list_event_source_mappings()["EventSourceMappings"] == []
