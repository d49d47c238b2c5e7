"""Who may use a queue: identity policies, queue policies, both sides across accounts, and how a refusal reads."""
import json

import pytest
from expect import aws_error, fails
from sqs_json import sqs_json


@pytest.fixture
def sqs(account):
    return account.client("sqs")


def user(account, name, *statements):
    """Credentials of a new user with these statements, if any."""
    iam = account.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    return iam.create_access_key(UserName=name)["AccessKey"]


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def queue(account, name="q", policy=None):
    attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": policy})} if policy else {}
    return account.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], f"arn:aws:sqs:us-east-1:{account.id}:{name}"


def test_no_identity_policy(account):
    url, arn = queue(account)
    keys = user(account, "u")
    text = (f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: sqs:sendmessage on resource: {arn} "
            "because no identity-based policy allows the sqs:sendmessage action")
    with aws_error("AccessDenied", text, 403):
        account.client("sqs", credentials=keys).send_message(QueueUrl=url, MessageBody="x")
    with aws_error("AccessDenied", text, 403):  # a batch is the same action
        account.client("sqs", credentials=keys).send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}])
    refused = sqs_json(account, "SendMessage", {"QueueUrl": url, "MessageBody": "x"}, credentials=keys)
    assert refused.status == 403 and refused.body["__type"] == "com.amazon.coral.service#AccessDeniedException"
    assert refused.body["Message"].startswith(text)
    assert refused.headers["x-amzn-query-error"] == "AccessDenied;Sender"
    # Whether there is such a queue is told only to those who may ask.
    fails("AccessDenied", account.client("sqs", credentials=keys).send_message, QueueUrl=url + "none", MessageBody="x")


def test_the_queue_policy_alone_suffices_in_one_account(account):
    keys = user(account, "u")
    url, _ = queue(account, policy=[{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:user/u"},
                                     "Action": "SQS:SendMessage", "Resource": "*"}])
    client = account.client("sqs", credentials=keys)
    client.send_message(QueueUrl=url, MessageBody="x")
    fails("AccessDenied", client.receive_message, QueueUrl=url)


def test_an_explicit_deny_in_the_queue_policy(account):
    keys = user(account, "u", allow("sqs:*"))
    url, arn = queue(account, policy=[{"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*",
                                       "Condition": {"StringEquals": {"aws:username": "u"}}}])
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: sqs:sendmessage on resource: {arn} "
                                   "with an explicit deny in a resource-based policy", 403):
        account.client("sqs", credentials=keys).send_message(QueueUrl=url, MessageBody="x")
    account.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def test_both_sides_across_accounts(account, other_account):
    theirs = user(other_account, "t", allow("sqs:SendMessage"))
    nothing = user(other_account, "n")
    url, arn = queue(account)
    client = other_account.client("sqs", credentials=theirs)
    # The identity's side alone; AWS gives no reason across accounts.
    with aws_error("AccessDenied", f"User: arn:aws:iam::{other_account.id}:user/t is not authorized to perform: sqs:sendmessage "
                                   f"on resource: {arn} because no resource-based policy allows the sqs:sendmessage action", 403):
        client.send_message(QueueUrl=url, MessageBody="x")
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "sqs:*", "Resource": arn}]})})
    client.send_message(QueueUrl=url, MessageBody="x")
    with pytest.raises(Exception):
        other_account.client("sqs", credentials=nothing).send_message(QueueUrl=url, MessageBody="x")
    # Never across accounts, whatever the policy says.
    admin = other_account.client("sqs")
    for call, more in ((admin.set_queue_attributes, {"Attributes": {"DelaySeconds": "1"}}), (admin.delete_queue, {}),
                       (admin.tag_queue, {"Tags": {"a": "b"}}), (admin.remove_permission, {"Label": "l"})):
        fails("AccessDenied", call, QueueUrl=url, **more)
    assert admin.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"] == arn


def test_tags_decide(account):
    keys = user(account, "u", allow("sqs:SendMessage", Condition={"StringEquals": {"aws:ResourceTag/stage": "dev"}}),
                allow("sqs:CreateQueue"),
                allow("sqs:TagQueue", Condition={"StringEquals": {"aws:RequestTag/stage": "dev"},
                                                 "ForAllValues:StringEquals": {"aws:TagKeys": ["stage"]}}))
    client = account.client("sqs", credentials=keys)
    url = client.create_queue(QueueName="q", tags={"stage": "dev"})["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="x")
    assert "sqs:tagqueue" in fails("AccessDenied", client.create_queue, QueueName="p", tags={"stage": "prod"})
    fails("AccessDenied", client.tag_queue, QueueUrl=url, Tags={"stage": "dev", "more": "x"})
    account.client("sqs").untag_queue(QueueUrl=url, TagKeys=["stage"])
    fails("AccessDenied", client.send_message, QueueUrl=url, MessageBody="x")


def test_lists_are_asked_for_the_account(account):
    keys = user(account, "u", allow("sqs:ListQueues", f"arn:aws:sqs:us-east-1:{account.id}:*"))
    assert "QueueUrls" not in account.client("sqs", credentials=keys).list_queues()
    fails("AccessDenied", account.client("sqs", region="eu-west-1", credentials=keys).list_queues)


def test_bad_credentials(account):
    wrong = {**account.credentials, "SecretAccessKey": "no"}
    refused = sqs_json(account, "ListQueues", credentials=wrong)
    assert (refused.status, refused.headers["x-amzn-query-error"]) == (403, "SignatureDoesNotMatch;Sender")
    unknown = sqs_json(account, "ListQueues", credentials={"AccessKeyId": "AKIAUNKNOWNUNKNOWN00", "SecretAccessKey": "no"})
    assert (unknown.status, unknown.headers["x-amzn-query-error"]) == (403, "InvalidClientTokenId;Sender")
