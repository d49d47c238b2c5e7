"""Messages on their way: to queues and functions, as sns.amazonaws.com, where their policies decide; from EventBridge too."""
import json

import pytest
from expect import fails
from functions import make_function, make_role


@pytest.fixture
def sns(account):
    return account.client("sns")


def arn_of(account, service, name):
    return f"arn:aws:{service}:us-east-1:{account.id}:{name}"


def make_queue(account, name, *statements):
    attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})} if statements else {}
    return account.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def from_service(service, source, resource="*"):
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage", "Resource": resource,
            "Condition": {"ArnEquals": {"aws:SourceArn": source}}}


def receive(sqs, url):
    """The next message, however long it takes; gone from the queue."""
    for _ in range(6):
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"]).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message
    raise AssertionError("no message came")


def test_to_a_queue(account, sns):
    topic, sqs = sns.create_topic(Name="t")["TopicArn"], account.client("sqs")
    url = make_queue(account, "q", from_service("sns.amazonaws.com", topic))
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(account, "sqs", "q"))["SubscriptionArn"]
    attributes = {"n": {"DataType": "Number", "StringValue": "1"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    id_ = sns.publish(TopicArn=topic, Message="hello", Subject="s", MessageAttributes=attributes)["MessageId"]
    body = json.loads(receive(sqs, url)["Body"])
    assert (body["Type"], body["MessageId"], body["TopicArn"], body["Subject"], body["Message"]) == ("Notification", id_, topic, "s", "hello")
    assert body["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}, "b": {"Type": "Binary", "Value": "AP8="}}
    sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="RawMessageDelivery", AttributeValue="true")
    sns.publish(TopicArn=topic, Message="raw", MessageAttributes=attributes)
    message = receive(sqs, url)
    assert (message["Body"], message["MessageAttributes"]) == ("raw", attributes)
    sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps({"default": "d", "sqs": "for queues"}))
    assert receive(sqs, url)["Body"] == "for queues"
    batch = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "a", "Message": "1"}, {"Id": "b", "Message": ""}])
    assert [s["Id"] for s in batch["Successful"]] == ["a"] and [(f["Id"], f["Code"]) for f in batch["Failed"]] == [("b", "InvalidParameter")]
    assert receive(sqs, url)["Body"] == "1"


def test_what_is_refused(sns):
    topic = sns.create_topic(Name="t")["TopicArn"]
    for text, wrong in (("Empty message", {"Message": ""}), ("Message too long", {"Message": "x" * 262145}), ("Subject", {"Message": "m", "Subject": "s" * 101}),
                        ("Message Structure - JSON message body failed to parse", {"Message": "x", "MessageStructure": "json"}),
                        ("Message Structure - No default entry in JSON message body", {"Message": "{}", "MessageStructure": "json"})):
        assert fails("InvalidParameter", sns.publish, TopicArn=topic, **wrong) == f"Invalid parameter: {text}"
    fails("ParameterValueInvalid", sns.publish, TopicArn=topic, Message="m", MessageAttributes={"a": {"DataType": "Thing", "StringValue": "x"}})
    assert fails("InvalidParameter", sns.publish, Message="m") == "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
    fails("EmptyBatchRequest", sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[])
    fails("BatchEntryIdsNotDistinct", sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[{"Id": "a", "Message": "1"}] * 2)


def test_the_queue_policy_decides(account, sns):
    """Only one of four queues trusts this topic; what the others refuse goes to the subscription's dead letters."""
    topic, other = sns.create_topic(Name="t")["TopicArn"], sns.create_topic(Name="other")["TopicArn"]
    sqs = account.client("sqs")
    dead = make_queue(account, "dead", from_service("sns.amazonaws.com", topic))
    urls = {"right": make_queue(account, "right", from_service("sns.amazonaws.com", topic)),
            "wrong-source": make_queue(account, "wrong-source", from_service("sns.amazonaws.com", other)),
            "wrong-service": make_queue(account, "wrong-service", from_service("events.amazonaws.com", topic)),
            "none": make_queue(account, "none"),
            "denied": make_queue(account, "denied", from_service("sns.amazonaws.com", topic),
                                 {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"})}
    redrive = json.dumps({"deadLetterTargetArn": arn_of(account, "sqs", "dead")})
    for name in urls:
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(account, "sqs", name),
                      Attributes={"RedrivePolicy": redrive, "RawMessageDelivery": "true"})
    sns.publish(TopicArn=topic, Message="m")
    assert receive(sqs, urls.pop("right"))["Body"] == "m"
    for _ in urls:
        assert receive(sqs, dead)["Body"] == "m"
    for url in urls.values():
        assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0"


def test_across_accounts(account, other_account, sns):
    """Another account's topic to this account's queue: the subscriber needs the topic's policy, the topic the queue's."""
    theirs = other_account.client("sns")
    topic = theirs.create_topic(Name="t")["TopicArn"]
    endpoint = arn_of(account, "sqs", "q")
    url = make_queue(account, "q", from_service("sns.amazonaws.com", topic))
    fails("AuthorizationError", sns.subscribe, TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    theirs.add_permission(TopicArn=topic, Label="l", AWSAccountId=[account.id], ActionName=["Subscribe"])
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)["SubscriptionArn"]
    theirs.publish(TopicArn=topic, Message="m")
    assert json.loads(receive(account.client("sqs"), url)["Body"])["Message"] == "m"
    assert [s["SubscriptionArn"] for s in sns.list_subscriptions()["Subscriptions"]] == [made]
    sns.unsubscribe(SubscriptionArn=made)
    assert theirs.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_filter_policies(account, sns):
    topic, sqs = sns.create_topic(Name="t")["TopicArn"], account.client("sqs")
    trust = from_service("sns.amazonaws.com", topic)
    by_attribute, by_body = make_queue(account, "a", trust), make_queue(account, "b", trust)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(account, "sqs", "a"), Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps(
        {"kind": ["order", {"prefix": "re"}], "price": [{"numeric": [">=", 10, "<", 20]}], "test": [{"exists": False}], "who": [{"anything-but": ["me"]}]})})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(account, "sqs", "b"), Attributes={"RawMessageDelivery": "true",
                  "FilterPolicyScope": "MessageBody", "FilterPolicy": json.dumps({"a": {"b": ["x"]}})})

    def send(message, **attributes):
        kinds = {name: {"DataType": "Number" if isinstance(value, int) else "String", "StringValue": str(value)} for name, value in attributes.items()}
        sns.publish(TopicArn=topic, Message=message, MessageAttributes=kinds)
    good = {"kind": "order", "price": 10, "who": "you"}
    for number, wrong in enumerate(({"kind": "other"}, {"price": 20}, {"test": "x"}, {"who": "me"})):
        send(f"wrong {number}", **{**good, **wrong})
    send("no attributes")
    send('{"a": {"b": "y"}}')
    send("right", **good)
    send("prefix", **{**good, "kind": "return"})
    send('{"a": {"b": ["z", "x"]}}')
    assert sorted(receive(sqs, by_attribute)["Body"] for _ in range(2)) == ["prefix", "right"]
    assert receive(sqs, by_body)["Body"] == '{"a": {"b": ["z", "x"]}}'
    for url in (by_attribute, by_body):
        assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0"


ECHO = """import json, os, boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
"""


def test_to_a_function_and_back_into_a_queue(account, sns):
    """The function sends what it got to a queue, by AWS's own host name and the SDK of this machine."""
    topic, sqs = sns.create_topic(Name="t")["TopicArn"], account.client("sqs")
    url = make_queue(account, "q")
    role = make_role(account, actions=("logs:*", "sqs:SendMessage"))
    make_function(account, ECHO, role=role, Environment={"Variables": {"QUEUE": f"https://sqs.us-east-1.amazonaws.com/{account.id}/q"}}, Timeout=60)
    function = arn_of(account, "lambda", "function:f")
    account.client("lambda").add_permission(FunctionName="f", StatementId="1", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com", SourceArn=topic)
    made = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="hello")
    record = json.loads(receive(sqs, url)["Body"])["Records"][0]
    assert (record["EventSource"], record["EventSubscriptionArn"]) == ("aws:sns", made)
    assert (record["Sns"]["Message"], record["Sns"]["Subject"], record["Sns"]["MessageAttributes"]) == ("hello", None, {})


def test_from_eventbridge(account, sns):
    """A rule's targets: a queue and a topic, whose policies trust the rule."""
    events, sqs = account.client("events"), account.client("sqs")
    rule = events.put_rule(Name="r", EventPattern=json.dumps({"source": ["mine"]}))["RuleArn"]
    topic, untouched = sns.create_topic(Name="t")["TopicArn"], sns.create_topic(Name="untouched")["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish", "Resource": topic,
         "Condition": {"ArnEquals": {"aws:SourceArn": rule}}}]}))
    direct = make_queue(account, "direct", from_service("events.amazonaws.com", rule))
    by_topic = make_queue(account, "by-topic", {**from_service("sns.amazonaws.com", topic), "Condition": {}})
    distrusting = make_queue(account, "distrusting", from_service("events.amazonaws.com", rule + "x"))
    for one in (topic, untouched):  # a topic's first policy does not trust EventBridge
        sns.subscribe(TopicArn=one, Protocol="sqs", Endpoint=arn_of(account, "sqs", "by-topic"), Attributes={"RawMessageDelivery": "true"})
    sqs.create_queue(QueueName="f.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true", "Policy": json.dumps(
        {"Version": "2012-10-17", "Statement": [from_service("events.amazonaws.com", rule)]})})
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn_of(account, "sqs", "distrusting")}, {"Id": "2", "Arn": arn_of(account, "sqs", "direct")},
                                          {"Id": "3", "Arn": topic}, {"Id": "5", "Arn": untouched},
                                          {"Id": "4", "Arn": arn_of(account, "sqs", "f.fifo"), "SqsParameters": {"MessageGroupId": "g"}}])
    events.put_events(Entries=[{"Source": "mine", "DetailType": "d", "Detail": '{"a": 1}'}])
    assert json.loads(receive(sqs, direct)["Body"])["detail"] == {"a": 1}
    assert json.loads(receive(sqs, by_topic)["Body"])["detail"] == {"a": 1}
    fifo = sqs.get_queue_url(QueueName="f.fifo")["QueueUrl"]
    assert json.loads(receive(sqs, fifo)["Body"])["detail"] == {"a": 1}
    assert sqs.get_queue_attributes(QueueUrl=distrusting, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0"
    assert sqs.get_queue_attributes(QueueUrl=by_topic, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"] == "0"
