"""Messages: attributes and checksums, visibility, delays, batches, dead letters, FIFO queues, time."""
import hashlib
import json
import threading
import time

import pytest
from expect import aws_error, fails


@pytest.fixture
def sqs(account):
    return account.client("sqs")


def bodies(sqs, url, **more):
    return [m["Body"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **more).get("Messages", [])]


def test_attributes_and_checksums(sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    attributes = {"s.a": {"DataType": "String", "StringValue": "x"}, "s.b": {"DataType": "Number.int", "StringValue": "7"},
                  "bin": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    sent = sqs.send_message(QueueUrl=url, MessageBody="b", MessageAttributes=attributes,
                            MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}})
    expected = hashlib.md5()
    for name in sorted(attributes):
        value = attributes[name]
        raw = value.get("BinaryValue") or value["StringValue"].encode()
        for part in (name.encode(), value["DataType"].encode()):
            expected.update(len(part).to_bytes(4, "big") + part)
        expected.update((b"\2" if "BinaryValue" in value else b"\1") + len(raw).to_bytes(4, "big") + raw)
    assert sent["MD5OfMessageAttributes"] == expected.hexdigest()
    assert len(sent["MD5OfMessageSystemAttributes"]) == 32
    got = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"], VisibilityTimeout=0)["Messages"][0]
    assert got["MessageAttributes"] == attributes and got["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert got["Attributes"]["AWSTraceHeader"] == "Root=1" and got["Attributes"]["SentTimestamp"].isdigit()
    assert set(got["Attributes"]) == {"SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "AWSTraceHeader"}
    some = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["s.*"], VisibilityTimeout=0)["Messages"][0]
    assert set(some["MessageAttributes"]) == {"s.a", "s.b"} and "Attributes" not in some
    none = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert "MessageAttributes" not in none and "MD5OfMessageAttributes" not in none


def test_what_is_refused(sqs):
    url = sqs.create_queue(QueueName="q", Attributes={"MaximumMessageSize": "1024"})["QueueUrl"]
    assert fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x" * 1025) == (
        "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.")
    assert fails("MissingParameter", sqs.send_message, QueueUrl=url, MessageBody="") == "The request must contain the parameter MessageBody."
    assert "'#x1'" in fails("InvalidMessageContents", sqs.send_message, QueueUrl=url, MessageBody="\x01")
    assert fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", DelaySeconds=901) == (
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")
    assert fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageDeduplicationId="d").endswith(
        "The request includes a parameter that is not valid for this queue type.")
    for value in ({"DataType": "Thing", "StringValue": "x"}, {"DataType": "String", "StringValue": ""}, {"DataType": "Number", "StringValue": "x"}):
        fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes={"a": value})
    fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x",
          MessageAttributes={"AWS.x": {"DataType": "String", "StringValue": "x"}})
    assert fails("InvalidParameterValue", sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11) == (
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.")
    assert fails("InvalidParameterValue", sqs.receive_message, QueueUrl=url, WaitTimeSeconds=21) == (
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.")
    fails("InvalidAttributeName", sqs.receive_message, QueueUrl=url, AttributeNames=["Foo"])
    with aws_error("ReceiptHandleIsInvalid", 'The input receipt handle "x" is not a valid receipt handle.', 404):
        sqs.delete_message(QueueUrl=url, ReceiptHandle="x")


def test_visibility(sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    first = sqs.receive_message(QueueUrl=url)["Messages"][0]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]) == ("0", "1")
    assert bodies(sqs, url) == []
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
    second = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"][0]
    assert second["Attributes"] == {"ApproximateReceiveCount": "2"}
    # The first receipt is worth nothing any more, and AWS says nothing of it.
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    message = fails("InvalidParameterValue", sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=1)
    assert message.endswith("Reason: Message does not exist or is not available for visibility timeout change.")
    fails("InvalidParameterValue", sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=43201)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=43200)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_time(own_server, own_account):
    sqs = own_account.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"MessageRetentionPeriod": "3600"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=600)
    assert bodies(sqs, url) == []
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"
    own_server.advance(601)
    assert bodies(sqs, url) == ["late"]
    own_server.advance(31)  # the visibility timeout
    assert bodies(sqs, url) == ["late"]
    own_server.advance(3600)
    assert bodies(sqs, url) == []
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0"


def test_long_poll(account, sqs):
    url = sqs.create_queue(QueueName="q", Attributes={"ReceiveMessageWaitTimeSeconds": "20"})["QueueUrl"]
    got = []
    waiting = threading.Thread(target=lambda: got.extend(bodies(account.client("sqs"), url)))
    waiting.start()
    sqs.send_message(QueueUrl=url, MessageBody="m")
    waiting.join(60)
    assert got == ["m"]
    # What comes by time alone wakes too.
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=1)
    deadline, got = time.monotonic() + 60, []
    while not got and time.monotonic() < deadline:
        got = bodies(sqs, url)
    assert got == ["delayed"]


def test_batches(sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "2", "DelaySeconds": 1000}, {"Id": "c", "MessageBody": "3"}])
    assert [s["Id"] for s in sent["Successful"]] == ["a", "c"]
    assert [(f["Id"], f["SenderFault"], f["Code"]) for f in sent["Failed"]] == [("b", True, "InvalidParameterValue")]
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert sorted(m["Body"] for m in got) == ["1", "3"]
    changed = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
        {"Id": "x", "ReceiptHandle": got[0]["ReceiptHandle"], "VisibilityTimeout": 60}, {"Id": "y", "ReceiptHandle": "no", "VisibilityTimeout": 1}])
    assert [s["Id"] for s in changed["Successful"]] == ["x"] and changed["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
    deleted = sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(got)])
    assert len(deleted["Successful"]) == 2 and "Failed" not in deleted
    entry = {"Id": "a", "MessageBody": "x"}
    prefix = "AWS.SimpleQueueService."
    assert fails(prefix + "TooManyEntriesInBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=[{**entry, "Id": str(i)} for i in range(11)]
                 ) == "Maximum number of entries per request are 10. You have sent 11."
    assert fails(prefix + "BatchEntryIdsNotDistinct", sqs.send_message_batch, QueueUrl=url, Entries=[entry, entry]) == "Id a repeated."
    fails(prefix + "InvalidBatchEntryId", sqs.send_message_batch, QueueUrl=url, Entries=[{**entry, "Id": "a b"}])
    fails(prefix + "BatchRequestTooLong", sqs.send_message_batch, QueueUrl=url, Entries=[
        {"Id": str(i), "MessageBody": "x" * 600_000} for i in range(2)])


def test_dead_letters(account, sqs):
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    dead_arn = f"arn:aws:sqs:us-east-1:{account.id}:dead"
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url = sqs.create_queue(QueueName="q", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})["QueueUrl"]
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    assert bodies(sqs, url) == ["m"] and bodies(sqs, url) == ["m"] and bodies(sqs, url) == []
    got = sqs.receive_message(QueueUrl=dead, AttributeNames=["DeadLetterQueueSourceArn"], WaitTimeSeconds=20)["Messages"][0]
    assert (got["Body"], got["Attributes"]["DeadLetterQueueSourceArn"]) == ("m", f"arn:aws:sqs:us-east-1:{account.id}:q")
    for broken, reason in (("x", "Redrive policy is not a valid JSON map."),
                           (json.dumps({"maxReceiveCount": 2}), "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."),
                           (json.dumps({"deadLetterTargetArn": dead_arn}), "Redrive policy does not contain mandatory attribute: maxReceiveCount."),
                           (json.dumps({"deadLetterTargetArn": dead_arn + "x", "maxReceiveCount": 2}), "Dead letter target does not exist.")):
        message = fails("InvalidParameterValue", sqs.set_queue_attributes, QueueUrl=url, Attributes={"RedrivePolicy": broken})
        assert message == f"Value {broken} for parameter RedrivePolicy is invalid. Reason: {reason}"


def test_purge(sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    sqs.purge_queue(QueueUrl=url)
    assert bodies(sqs, url) == []
    with aws_error("AWS.SimpleQueueService.PurgeQueueInProgress", "Only one PurgeQueue operation on q is allowed every 60 seconds.", 403):
        sqs.purge_queue(QueueUrl=url)


def test_fifo(sqs):
    url = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    assert fails("MissingParameter", sqs.send_message, QueueUrl=url, MessageBody="x") == "The request must contain the parameter MessageGroupId."
    message = fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageGroupId="g")
    assert message == "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d", DelaySeconds=1)
    for number in range(3):
        for group in ("g", "h"):
            sqs.send_message(QueueUrl=url, MessageBody=f"{group}{number}", MessageGroupId=group, MessageDeduplicationId=f"{group}{number}")
    first = sqs.send_message(QueueUrl=url, MessageBody="again", MessageGroupId="g", MessageDeduplicationId="g0")
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, AttributeNames=["All"])["Messages"][0]
    assert got["Body"] == "g0" and got["MessageId"] == first["MessageId"]
    assert got["Attributes"]["MessageGroupId"] == "g" and got["Attributes"]["MessageDeduplicationId"] == "g0"
    assert got["Attributes"]["SequenceNumber"] == first["SequenceNumber"] and len(first["SequenceNumber"]) == 20
    # While g's first is out, only h goes on, in its order.
    assert bodies(sqs, url) == ["h0", "h1", "h2"] and bodies(sqs, url) == []
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    assert bodies(sqs, url) == ["g1", "g2"]


def test_deduplication(own_server, own_account):
    sqs = own_account.client("sqs")
    url = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true",
                                                           "VisibilityTimeout": "0"})["QueueUrl"]
    for _ in range(2):
        sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="g")
    assert bodies(sqs, url) == ["same"]
    own_server.advance(301)
    sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="g")
    assert bodies(sqs, url) == ["same", "same"]


def test_many_receivers_get_each_message_once(account, sqs):
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    for start in range(0, 40, 10):
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": str(start + i)} for i in range(10)])
    got, lock = [], threading.Lock()

    def work():
        client = account.client("sqs")
        while True:
            mine = bodies(client, url, VisibilityTimeout=600)
            with lock:
                got.extend(mine)
                if len(got) >= 40 or not mine:
                    return
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    while left := bodies(sqs, url, VisibilityTimeout=600):
        got.extend(left)
    assert sorted(map(int, got)) == list(range(40))
