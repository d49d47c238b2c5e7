"""Buses under customer managed keys: what EventBridge asks of KMS, as whom, and what comes of a deny."""
import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from customer_keys import NO_IDENTITY, allow, denied, document, key_policy, make_key, make_user, set_user_policy
from signed import json_call
from stacks import delete, deploy, update
from test_codepipeline import until

SERVICE = {"Service": "events.amazonaws.com"}


def events(who, operation, **members):
    return json_call(who, "events", f"AWSEvents.{operation}", **members)


def fails(code, who, operation, **members):
    """The message, up to the sentence with the authorization id."""
    with pytest.raises(ClientError) as caught:
        events(who, operation, **members)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"].split(". Go to https://")[0]


def arn_of(account, bus):
    return f"arn:aws:events:us-east-1:{account.id}:event-bus/{bus}"


def for_bus(account, bus, *actions):
    """A key policy's statement for EventBridge and one bus, as AWS's guide has it."""
    return {**allow(*actions, StringEquals={"kms:EncryptionContext:aws:events:event-bus:arn": arn_of(account, bus),
                                           "aws:SourceArn": arn_of(account, bus)}), "Principal": SERVICE}


def for_account(account):
    return {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "kms:*", "Resource": "*"}


def set_key_policy(account, key, *statements):
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(account, *statements))


def put(account, bus, **more):
    return events(account, "PutEvents", Entries=[{"EventBusName": bus, "Source": "my.app", "DetailType": "t", "Detail": "{}", **more}])


@pytest.fixture
def key(account):
    return make_key(account, for_account(account), for_bus(account, "orders", "kms:GenerateDataKey", "kms:Decrypt"))


@pytest.fixture
def received(account):
    """A rule for all events of my.app and aws.* on the bus, to a queue: received() gives the bodies that came since."""
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document({**allow("sqs:SendMessage", resource=queue), "Principal": SERVICE})})

    def connect(bus):
        events(account, "PutRule", Name="r", EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": ""}]}))
        events(account, "PutTargets", Rule="r", EventBusName=bus, Targets=[{"Id": "q", "Arn": queue}])

        def bodies(wanted):
            found = []
            def some():
                found.extend(json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []))
                return len(found) >= wanted
            assert until(some), found
            return found
        return bodies
    return connect


def test_giving_a_bus_its_key(account, key):
    user, credentials = make_user(account, allow("events:*"))
    mine = SimpleNamespace(url=account.url, credentials=credentials)
    def create(who=mine, code="AccessDeniedException", **more):
        return fails(code, who, "CreateEventBus", Name="orders", KmsKeyIdentifier=key, **more)
    assert create() == f"Access to call kms:DescribeKey is denied. Reason: {denied(user, 'kms:DescribeKey', key, NO_IDENTITY)}"
    set_user_policy(account, user, allow("events:*"), allow("kms:DescribeKey"))
    assert create(code="ValidationException") == \
        f"Parameter {key} is not valid. Reason: {denied(user, 'kms:GenerateDataKeyWithoutPlaintext', key, NO_IDENTITY)}"
    set_user_policy(account, user, allow("events:*"), allow("kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", StringEquals={
        "kms:ViaService": "events.us-east-1.amazonaws.com"}))
    untold = "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
    set_key_policy(account, key, for_account(account))
    assert create() == f"Access to call kms:GenerateDataKey is denied. Reason: events.amazonaws.com is not authorized to perform: kms:GenerateDataKey on {key} {untold}"
    set_key_policy(account, key, for_account(account), for_bus(account, "orders", "kms:GenerateDataKey"), for_bus(account, "others", "kms:Decrypt"))
    assert create() == f"Access to call kms:Decrypt is denied. Reason: events.amazonaws.com is not authorized to perform: kms:Decrypt on {key} {untold}"
    set_key_policy(account, key, for_account(account), for_bus(account, "orders", "kms:GenerateDataKey", "kms:Decrypt"))
    assert events(mine, "CreateEventBus", Name="orders", KmsKeyIdentifier=key) == {"EventBusArn": arn_of(account, "orders"), "KmsKeyIdentifier": key}
    assert events(mine, "DescribeEventBus", Name="orders")["KmsKeyIdentifier"] == key


def test_names_of_keys(account, key):
    account.client("kms").create_alias(AliasName="alias/bus", TargetKeyId=key)
    alias = f"arn:aws:kms:us-east-1:{account.id}:alias/bus"
    assert events(account, "CreateEventBus", Name="orders", KmsKeyIdentifier="alias/bus")["KmsKeyIdentifier"] == alias
    assert events(account, "UpdateEventBus", Name="orders", Description="d") == {
        "Arn": arn_of(account, "orders"), "Name": "orders", "KmsKeyIdentifier": alias, "Description": "d"}
    assert events(account, "UpdateEventBus", Name="orders", KmsKeyIdentifier=key.split("/")[1])["KmsKeyIdentifier"] == key
    assert "KmsKeyIdentifier" not in events(account, "UpdateEventBus", Name="orders", KmsKeyIdentifier="")
    assert fails("ValidationException", account, "CreateEventBus", Name="b", KmsKeyIdentifier="not-a-key").startswith(
        "Parameter Invalid keyId 'not-a-key' (Service: Kms, Status Code: 400, Request ID: ")
    managed = f"arn:aws:kms:us-east-1:{account.id}:alias/aws/events"
    assert fails("ValidationException", account, "UpdateEventBus", Name="orders", KmsKeyIdentifier="alias/aws/events") == \
        f"Parameter {managed} is not valid. Reason: Provided Arn is not in correct format."
    account.client("kms").disable_key(KeyId=key)
    assert fails("ValidationException", account, "CreateEventBus", Name="b", KmsKeyIdentifier=key) == f"Parameter {key} is not valid. Reason: {key} is disabled."
    for unserved in ({"DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:{account.id}:q"}}, {"LogConfig": {"Level": "INFO"}}):
        fails("NotImplemented", account, "CreateEventBus", Name="b", **unserved)


def test_rules_and_targets_are_read_and_written_as_the_caller(account, key):
    events(account, "CreateEventBus", Name="orders", KmsKeyIdentifier=key)
    on = {"EventBusName": "orders"}
    calls = [("PutRule", {"Name": "r", "EventPattern": "{\"source\":[\"a\"]}", **on}),
             ("PutTargets", {"Rule": "r", "Targets": [{"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{account.id}:q"}], **on}),
             ("DescribeRule", {"Name": "r", **on}), ("ListRules", on), ("ListTargetsByRule", {"Rule": "r", **on}),
             ("DisableRule", {"Name": "r", **on}), ("EnableRule", {"Name": "r", **on})]
    user, credentials = make_user(account, allow("events:*"))
    mine = SimpleNamespace(url=account.url, credentials=credentials)
    for operation, members in calls:
        events(account, operation, **members)
        assert fails("NotAuthorizedException", mine, operation, **members) == "Cannot perform Kms:Decrypt on KMS key configured on event bus."
    # Which rules lead to a target is no part of what is enciphered; nor is what goes.
    assert events(mine, "ListRuleNamesByTarget", TargetArn=f"arn:aws:sqs:us-east-1:{account.id}:q", **on)["RuleNames"] == ["r"]
    set_user_policy(account, user, allow("events:*"), allow("kms:Decrypt", StringEquals={
        "kms:ViaService": "events.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:events:event-bus:arn": arn_of(account, "orders")}))
    for operation, members in calls:
        events(mine, operation, **members)


def test_events_are_enciphered_and_matched_as_eventbridge(account, key, received):
    kms = account.client("kms")
    events(account, "CreateEventBus", Name="orders", KmsKeyIdentifier=key)
    bodies = received("orders")
    assert put(account, "orders", DetailType="first")["FailedEntryCount"] == 0
    assert [body["detail-type"] for body in bodies(1)] == ["first"]
    kms.disable_key(KeyId=key)
    [entry] = put(account, "orders")["Entries"]
    assert entry == {"ErrorCode": "KMSEncryptionException", "ErrorMessage": f"{key} is disabled."}
    assert fails("ValidationException", account, "UpdateEventBus", Name="orders", KmsKeyIdentifier="") == \
        f"Parameter kmsKeyIdentifier is not valid. Reason: {key} is disabled."
    kms.enable_key(KeyId=key)
    # Rules that cannot be read want nothing: the event was taken, and is gone.
    set_key_policy(account, key, for_account(account), for_bus(account, "orders", "kms:GenerateDataKey"))
    assert put(account, "orders", DetailType="lost")["FailedEntryCount"] == 0
    set_key_policy(account, key, for_account(account), for_bus(account, "orders", "kms:Decrypt"))
    assert put(account, "orders")["Entries"][0]["ErrorCode"] == "KMSEncryptionException"
    set_key_policy(account, key, for_account(account), for_bus(account, "orders", "kms:GenerateDataKey", "kms:Decrypt"))
    put(account, "orders", DetailType="last")
    assert [body["detail-type"] for body in bodies(1)] == ["last"]


def test_events_of_services_need_no_key_of_their_own_but_their_rules_do(account, received):
    key = make_key(account, for_account(account), for_bus(account, "default", "kms:GenerateDataKey", "kms:Decrypt"))
    events(account, "UpdateEventBus", Name="default", KmsKeyIdentifier=key)
    bodies = received("default")
    set_key_policy(account, key, for_account(account), for_bus(account, "default", "kms:Decrypt"))
    account.client("codecommit").create_repository(repositoryName="repo")
    account.client("codecommit").put_file(repositoryName="repo", branchName="main", filePath="a", fileContent=b"x")
    found = bodies(1)
    assert found[0]["source"] == "aws.codecommit"
    assert put(account, "default")["Entries"][0]["ErrorCode"] == "KMSEncryptionException"


def test_cloudformation(account, key):
    properties = {"Name": "orders", "KmsKeyIdentifier": key}
    deploy(account, "bus", {"Bus": {"Type": "AWS::Events::EventBus", "Properties": properties}})
    assert events(account, "DescribeEventBus", Name="orders")["KmsKeyIdentifier"] == key
    update(account, "bus", {"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "orders"}}})
    assert "KmsKeyIdentifier" not in events(account, "DescribeEventBus", Name="orders")
    delete(account, "bus")
