"""Queues: making, finding, attributes, permissions, tags, in both protocols."""
import json

import pytest
from expect import aws_error, fails, fails_with
from sqs_json import sqs_json


@pytest.fixture
def sqs(account):
    return account.client("sqs")


def arn_of(account, name):
    return f"arn:aws:sqs:us-east-1:{account.id}:{name}"


def test_a_message_goes_through(account, sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    assert url == f"{account.url}/{account.id}/q"
    assert sqs.get_queue_url(QueueName="q")["QueueUrl"] == url
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
    assert (message["Body"], message["MessageId"]) == ("hello", sent["MessageId"])
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.delete_queue(QueueUrl=url)
    with aws_error("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", 400):
        sqs.send_message(QueueUrl=url, MessageBody="hello")


def test_the_json_protocol(account):
    url = sqs_json(account, "CreateQueue", {"QueueName": "q", "Attributes": {"DelaySeconds": "0"}, "tags": {"k": "v"}}).body["QueueUrl"]
    sent = sqs_json(account, "SendMessage", {"QueueUrl": url, "MessageBody": "hello",
                                             "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "1"}}})
    assert sent.status == 200 and sent.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert sent.body["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
    got = sqs_json(account, "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20, "AttributeNames": ["All"],
                                               "MessageAttributeNames": ["All"]}).body["Messages"][0]
    assert got["MD5OfMessageAttributes"] == sent.body["MD5OfMessageAttributes"]
    assert got["MessageAttributes"] == {"n": {"DataType": "Number", "StringValue": "1"}}
    assert got["Attributes"]["ApproximateReceiveCount"] == "1"
    assert sqs_json(account, "ListQueueTags", {"QueueUrl": url}).body == {"Tags": {"k": "v"}}
    missing = sqs_json(account, "GetQueueUrl", {"QueueName": "no"})
    assert missing.status == 400
    assert missing.body == {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "The specified queue does not exist."}
    assert missing.headers["x-amzn-query-error"] == "AWS.SimpleQueueService.NonExistentQueue;Sender"
    wrong = sqs_json(account, "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 11})
    assert wrong.headers["x-amzn-query-error"] == "InvalidParameterValue;Sender"
    assert wrong.body["__type"] == "com.amazon.coral.service#InvalidParameterValueException"
    handle = sqs_json(account, "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": "x"})
    assert (handle.status, handle.body["__type"]) == (404, "com.amazonaws.sqs#ReceiptHandleIsInvalid")


def test_names(sqs):
    message = fails("InvalidParameterValue", sqs.create_queue, QueueName="a b")
    assert message == "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    fails("InvalidParameterValue", sqs.create_queue, QueueName="q.fifo")
    fails("InvalidParameterValue", sqs.create_queue, QueueName="q", Attributes={"FifoQueue": "true"})
    sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})
    assert fails("InvalidAttributeName", sqs.create_queue, QueueName="x", Attributes={"FifoQueue": "false"}) == "Unknown Attribute FifoQueue."
    fails("AWS.SimpleQueueService.NonExistentQueue", sqs.get_queue_url, QueueName="none")


def test_the_same_queue_again(sqs):
    first = sqs.create_queue(QueueName="q", Attributes={"DelaySeconds": "5"})["QueueUrl"]
    assert sqs.create_queue(QueueName="q")["QueueUrl"] == first
    assert sqs.create_queue(QueueName="q", Attributes={"DelaySeconds": "5"})["QueueUrl"] == first
    with aws_error("QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute DelaySeconds", 400):
        sqs.create_queue(QueueName="q", Attributes={"DelaySeconds": "6"})


def test_attributes(account, sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert told.pop("CreatedTimestamp") == told.pop("LastModifiedTimestamp")
    assert told == {"QueueArn": arn_of(account, "q"), "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
                    "ApproximateNumberOfMessagesDelayed": "0", "VisibilityTimeout": "30", "MaximumMessageSize": "1048576",
                    "MessageRetentionPeriod": "345600", "DelaySeconds": "0", "ReceiveMessageWaitTimeSeconds": "0",
                    "SqsManagedSseEnabled": "true"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0", "DelaySeconds": "900"})
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "DelaySeconds"])["Attributes"]
    assert told == {"VisibilityTimeout": "0", "DelaySeconds": "900"}
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url)
    for name, value in (("VisibilityTimeout", "43201"), ("DelaySeconds", "-1"), ("MessageRetentionPeriod", "59"), ("MaximumMessageSize", "x")):
        message = fails("InvalidAttributeValue", sqs.set_queue_attributes, QueueUrl=url, Attributes={name: value})
        assert message == f"Invalid value for the parameter {name}."
    assert fails("InvalidAttributeName", sqs.set_queue_attributes, QueueUrl=url, Attributes={"Foo": "1"}) == "Unknown Attribute Foo."
    assert fails("InvalidAttributeName", sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Foo"]) == "Unknown Attribute Foo."


def test_lists_in_pages(account, sqs):
    assert "QueueUrls" not in sqs.list_queues()
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("a1", "a2", "a3", "b1")]
    assert sqs.list_queues()["QueueUrls"] == urls
    page = sqs.list_queues(QueueNamePrefix="a", MaxResults=2)
    assert page["QueueUrls"] == urls[:2]
    rest = sqs.list_queues(QueueNamePrefix="a", MaxResults=2, NextToken=page["NextToken"])
    assert rest["QueueUrls"] == urls[2:3] and "NextToken" not in rest
    assert "QueueUrls" not in account.client("sqs", region="eu-west-1").list_queues()


def test_tags(sqs):
    url = sqs.create_queue(QueueName="q", tags={"a": "1"})["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"b": "2", "c": "3"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a", "c"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "2"}


def test_policies(account, other_account, sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sqs:*",
                                                        "Resource": arn_of(account, "q")}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(document)})
    assert json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]) == document
    # Kept by unique id: who is made anew under the same name is somebody else.
    account.client("iam").delete_role(RoleName="r")
    shown = json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert shown["Statement"][0]["Principal"]["AWS"].startswith("AROA")
    for broken in ("{", "{}", json.dumps(document)):  # the role of the last one is gone
        message = fails("InvalidAttributeValue", sqs.set_queue_attributes, QueueUrl=url, Attributes={"Policy": broken})
        assert message == "Invalid value for the parameter Policy."
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=[other_account.id], Actions=["SendMessage", "GetQueueUrl"])
    assert json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]) == {
        "Version": "2008-10-17", "Id": f"{arn_of(account, 'q')}/SQSDefaultPolicy",
        "Statement": [{"Sid": "l", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{other_account.id}:root"},
                       "Action": ["SQS:SendMessage", "SQS:GetQueueUrl"], "Resource": arn_of(account, "q")}]}
    theirs = other_account.client("sqs")
    assert theirs.get_queue_url(QueueName="q", QueueOwnerAWSAccountId=account.id)["QueueUrl"] == url
    theirs.send_message(QueueUrl=url, MessageBody="x")
    message = fails("InvalidParameterValue", sqs.add_permission, QueueUrl=url, Label="l", AWSAccountIds=[other_account.id], Actions=["*"])
    assert message == "Value l for parameter Label is invalid. Reason: Already exists."
    fails("InvalidParameterValue", sqs.add_permission, QueueUrl=url, Label="m", AWSAccountIds=[other_account.id], Actions=["Fly"])
    assert fails_with(403, "OverLimit", sqs.add_permission, QueueUrl=url, Label="m", AWSAccountIds=[other_account.id],
                      Actions=["SendMessage"] * 8)["Error"]["Message"] == "8 Actions were found, maximum allowed is 7."
    sqs.remove_permission(QueueUrl=url, Label="l")
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    fails("InvalidParameterValue", sqs.remove_permission, QueueUrl=url, Label="l")
    fails("AccessDenied", theirs.send_message, QueueUrl=url, MessageBody="x")
