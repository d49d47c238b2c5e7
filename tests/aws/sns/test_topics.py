"""Topics and subscriptions: attributes, policies, tags, confirmation, and who may use them."""
import json

import pytest
from expect import aws_error, fails, fails_with


@pytest.fixture
def sns(account):
    return account.client("sns")


def arn_of(account, name):
    return f"arn:aws:sns:us-east-1:{account.id}:{name}"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def user(account, name, *statements):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    return iam.create_access_key(UserName=name)["AccessKey"]


def test_topics(account, sns):
    arn = sns.create_topic(Name="t", Attributes={"DisplayName": "d"}, Tags=[{"Key": "k", "Value": "v"}])["TopicArn"]
    assert arn == arn_of(account, "t")
    assert sns.create_topic(Name="t")["TopicArn"] == arn
    assert fails("InvalidParameter", sns.create_topic, Name="t", Attributes={"DisplayName": "e"}) == (
        "Invalid parameter: Attributes Reason: Topic already exists with different attributes")
    assert fails("InvalidParameter", sns.create_topic, Name="t", Tags=[{"Key": "k", "Value": "w"}]) == (
        "Invalid parameter: Tags Reason: Topic already exists with different tags")
    assert fails("InvalidParameter", sns.create_topic, Name="a b") == "Invalid parameter: Topic Name"
    fails("NotImplemented", sns.create_topic, Name="t.fifo", Attributes={"FifoTopic": "true"})
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    policy = json.loads(told.pop("Policy"))
    assert policy["Id"] == "__default_policy_ID" and policy["Statement"][0]["Condition"] == {"StringEquals": {"AWS:SourceOwner": account.id}}
    assert json.loads(told.pop("EffectiveDeliveryPolicy"))["http"]["defaultHealthyRetryPolicy"]["numRetries"] == 3
    assert told == {"Owner": account.id, "TopicArn": arn, "DisplayName": "d", "SubscriptionsPending": "0", "SubscriptionsConfirmed": "0",
                    "SubscriptionsDeleted": "0"}
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="new")
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "new"
    assert fails("InvalidParameter", sns.set_topic_attributes, TopicArn=arn, AttributeName="Foo", AttributeValue="x") == (
        "Invalid parameter: AttributeName")
    assert [t["TopicArn"] for t in sns.list_topics()["Topics"]] == [arn]
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "l", "Value": "w"}])
    sns.untag_resource(ResourceArn=arn, TagKeys=["k"])
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "l", "Value": "w"}]
    sns.delete_topic(TopicArn=arn)
    sns.delete_topic(TopicArn=arn)
    with aws_error("NotFound", "Topic does not exist", 404):
        sns.get_topic_attributes(TopicArn=arn)
    fails_with(404, "ResourceNotFound", sns.list_tags_for_resource, ResourceArn=arn)
    assert fails("InvalidParameter", sns.publish, TopicArn="x", Message="m") == "Invalid parameter: TopicArn"


def test_topics_in_pages(sns):
    arns = [sns.create_topic(Name=f"t{number:03}")["TopicArn"] for number in range(101)]
    first = sns.list_topics()
    assert len(first["Topics"]) == 100
    rest = sns.list_topics(NextToken=first["NextToken"])
    assert [t["TopicArn"] for t in first["Topics"] + rest["Topics"]] == arns and "NextToken" not in rest


def test_policies(account, other_account, sns):
    arn = sns.create_topic(Name="t")["TopicArn"]
    for broken, text in (("{", "Invalid parameter: Policy Error: null"),
                         (document({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}),
                          "Invalid parameter: Policy statement action out of service scope!"),
                         (document({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:user/none"}, "Action": "sns:Publish",
                                    "Resource": arn}), "Invalid parameter: Policy Error: PrincipalNotFound")):
        assert fails("InvalidParameter", sns.set_topic_attributes, TopicArn=arn, AttributeName="Policy", AttributeValue=broken) == text
    sns.add_permission(TopicArn=arn, Label="l", AWSAccountId=[other_account.id], ActionName=["Publish", "GetTopicAttributes"])
    statements = json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"]
    assert statements[1] == {"Sid": "l", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{other_account.id}:root"},
                             "Action": ["SNS:Publish", "SNS:GetTopicAttributes"], "Resource": arn}
    other_account.client("sns").publish(TopicArn=arn, Message="m")
    assert fails("InvalidParameter", sns.add_permission, TopicArn=arn, Label="l", AWSAccountId=[other_account.id], ActionName=["Publish"]) == (
        "Invalid parameter: Statement already exists")
    fails("InvalidParameter", sns.add_permission, TopicArn=arn, Label="m", AWSAccountId=[other_account.id], ActionName=["Fly"])
    sns.remove_permission(TopicArn=arn, Label="l")
    fails("AuthorizationError", other_account.client("sns").publish, TopicArn=arn, Message="m")


def test_who_may_publish(account, other_account, sns):
    arn = sns.create_topic(Name="t")["TopicArn"]
    nobody = account.client("sns", credentials=user(account, "u"))
    with aws_error("AuthorizationError", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: SNS:Publish on resource: {arn} "
                                         "because no identity-based policy allows the SNS:Publish action", 403):
        nobody.publish(TopicArn=arn, Message="m")
    theirs = other_account.client("sns", credentials=user(other_account, "t", {"Effect": "Allow", "Action": "sns:Publish", "Resource": arn}))
    with aws_error("AuthorizationError", f"User: arn:aws:iam::{other_account.id}:user/t is not authorized to perform: SNS:Publish on resource: "
                                         f"{arn} because no resource-based policy allows the SNS:Publish action", 403):
        theirs.publish(TopicArn=arn, Message="m")
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document(
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "sns:Publish", "Resource": arn},
        {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": arn, "Condition": {"StringEquals": {"aws:username": "u"}}}))
    theirs.publish(TopicArn=arn, Message="m")
    with aws_error("AuthorizationError", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: SNS:Publish on resource: {arn} "
                                         "with an explicit deny in a resource-based policy", 403):
        nobody.publish(TopicArn=arn, Message="m")
    # The topic's side alone does not do across accounts.
    nothing = other_account.client("sns", credentials=user(other_account, "n"))
    fails("AuthorizationError", nothing.publish, TopicArn=arn, Message="m")


def test_keys_of_subscribing(account, sns):
    arn = sns.create_topic(Name="t", Tags=[{"Key": "stage", "Value": "dev"}])["TopicArn"]
    limited = account.client("sns", credentials=user(account, "u", {
        "Effect": "Allow", "Action": "sns:Subscribe", "Resource": "*", "Condition": {
            "StringEquals": {"sns:Protocol": "sqs", "aws:ResourceTag/stage": "dev"}, "StringLike": {"sns:Endpoint": "arn:aws:sqs:*:*:good"}}}))
    queue = f"arn:aws:sqs:us-east-1:{account.id}:"
    limited.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue + "good")
    fails("AuthorizationError", limited.subscribe, TopicArn=arn, Protocol="sqs", Endpoint=queue + "bad")
    fails("AuthorizationError", limited.subscribe, TopicArn=arn, Protocol="lambda", Endpoint=f"arn:aws:lambda:us-east-1:{account.id}:function:f")
    fails("AuthorizationError", limited.list_topics)


def test_subscriptions(account, sns):
    arn = sns.create_topic(Name="t")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{account.id}:q"
    made = sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})["SubscriptionArn"]
    assert made.startswith(arn + ":")
    assert sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)["SubscriptionArn"] == made
    fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "false"})
    told = sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]
    assert told == {"SubscriptionArn": made, "TopicArn": arn, "Owner": account.id, "Protocol": "sqs", "Endpoint": queue, "RawMessageDelivery": "true",
                    "PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true", "SubscriptionPrincipal": f"arn:aws:iam::{account.id}:root"}
    expected = [{"SubscriptionArn": made, "Owner": account.id, "Protocol": "sqs", "Endpoint": queue, "TopicArn": arn}]
    assert sns.list_subscriptions()["Subscriptions"] == expected
    assert sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] == expected
    sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="FilterPolicy", AttributeValue='{"a": ["b"]}')
    told = sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]
    assert (told["FilterPolicy"], told["FilterPolicyScope"]) == ('{"a": ["b"]}', "MessageAttributes")
    for broken in ("x", '{"a": "b"}', '{"a": []}', '{"a": [{"prefix": 1}]}', '{"a": {"b": ["c"]}}'):
        assert fails("InvalidParameter", sns.set_subscription_attributes, SubscriptionArn=made, AttributeName="FilterPolicy",
                     AttributeValue=broken).startswith("Invalid parameter: FilterPolicy: ")
    fails("NotImplemented", sns.set_subscription_attributes, SubscriptionArn=made, AttributeName="FilterPolicy", AttributeValue='{"a": [{"cidr": "10.0.0.0/8"}]}')
    for protocol in ("http", "https", "email", "sms"):
        fails_with(400, "NotImplemented", sns.subscribe, TopicArn=arn, Protocol=protocol, Endpoint="x")
    assert fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="pigeon", Endpoint="x") == (
        "Invalid parameter: Amazon SNS does not support this protocol string: pigeon")
    assert fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="sqs", Endpoint="x") == "Invalid parameter: SQS endpoint ARN"
    sns.unsubscribe(SubscriptionArn=made)
    sns.unsubscribe(SubscriptionArn=made)
    assert sns.list_subscriptions()["Subscriptions"] == [] and sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] == []
    with aws_error("NotFound", "Subscription does not exist", 404):
        sns.get_subscription_attributes(SubscriptionArn=made)


def test_subscriptions_of_others(account, other_account, sns):
    """The topic's owner subscribes a queue of another account: its owner confirms with the token that the queue gets."""
    topic = sns.create_topic(Name="t")["TopicArn"]
    sqs = other_account.client("sqs")
    queue = f"arn:aws:sqs:us-east-1:{other_account.id}:q"
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": document(
        {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue,
         "Condition": {"ArnEquals": {"aws:SourceArn": topic}}})})["QueueUrl"]
    assert sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"] == "pending confirmation"
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"][0]["SubscriptionArn"] == "PendingConfirmation"
    asked = json.loads(until_message(sqs, url)["Body"])
    assert asked["Type"] == "SubscriptionConfirmation" and asked["TopicArn"] == topic
    assert fails("InvalidParameter", other_account.client("sns").confirm_subscription, TopicArn=topic, Token="no") == "Invalid parameter: Token"
    confirmed = other_account.client("sns").confirm_subscription(TopicArn=topic, Token=asked["Token"])["SubscriptionArn"]
    assert confirmed.startswith(topic + ":")
    sns.publish(TopicArn=topic, Message="hello")
    assert json.loads(until_message(sqs, url)["Body"])["Message"] == "hello"


def until_message(sqs, url):
    """The next message of the queue, however long it takes; gone from it."""
    for _ in range(6):
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"]).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message
    raise AssertionError("no message came")
