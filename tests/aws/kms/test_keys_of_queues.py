"""Queues, topics and log groups with a customer's key: who has to be allowed what by the key."""
import json
import time

import pytest

import stacks
from expect import fails, fails_with
from sqs_json import sqs_json

ADMIN = {"Sid": "Admin", "Effect": "Allow", "Action": ["kms:Create*", "kms:Put*", "kms:Get*", "kms:Describe*", "kms:Disable*", "kms:Enable*"],
         "Resource": "*"}


def make_key(account, *statements):
    """A key whose policy does not hand permissions over to IAM; `statements` say who may use it."""
    policy = {"Version": "2012-10-17", "Statement": [dict(ADMIN, Principal={"AWS": f"arn:aws:iam::{account.id}:root"}), *statements]}
    return account.client("kms").create_key(Policy=json.dumps(policy), BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]


def let(principal, *actions, **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def user_of(account, name, *actions):
    iam = account.client("iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    return arn, iam.create_access_key(UserName=name)["AccessKey"]


def queue_with(account, key, name="q", **attributes):
    return account.client("sqs").create_queue(QueueName=name, Attributes={"KmsMasterKeyId": key, **attributes})["QueueUrl"]


def received(account, url, **more):
    return account.client("sqs").receive_message(QueueUrl=url, **more).get("Messages", [])


def wait_for(what, seconds=60):
    until = time.time() + seconds
    while time.time() < until:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


# ---- queues


def test_senders_need_a_data_key_and_its_opening(account):
    """SQS Developer Guide, "Configure KMS permissions for producers": kms:GenerateDataKey and kms:Decrypt."""
    arn, keys = user_of(account, "sender", "sqs:*")
    key = make_key(account, let({"AWS": arn}, "kms:GenerateDataKey"))
    url = queue_with(account, key)
    sqs = account.client("sqs", credentials=keys)
    answer = fails_with(400, "KMS.AccessDeniedException", sqs.send_message, QueueUrl=url, MessageBody="x")
    message = answer["Error"]["Message"]
    assert message.startswith(f"User: {arn} is not authorized to perform: kms:Decrypt on resource: {key} because no resource-based policy "
                              "allows the kms:Decrypt action"), message
    assert "(Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: " in message
    json_answer = sqs_json(account, "SendMessage", {"QueueUrl": url, "MessageBody": "x"}, credentials=keys)
    assert (json_answer.status, json_answer.headers["x-amzn-query-error"]) == (400, "KMS.AccessDeniedException;Sender")
    fails("KMS.AccessDeniedException", sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}])
    allow(account, key, let({"AWS": arn}, "kms:GenerateDataKey", "kms:Decrypt"))
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert [m["Body"] for m in sqs.receive_message(QueueUrl=url)["Messages"]] == ["x"]


def allow(account, key, *statements):
    policy = {"Version": "2012-10-17", "Statement": [dict(ADMIN, Principal={"AWS": f"arn:aws:iam::{account.id}:root"}), *statements]}
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy), BypassPolicyLockoutSafetyCheck=True)


def test_receivers_need_its_opening_and_a_refused_receive_takes_nothing(account):
    sender, sender_keys = user_of(account, "sender", "sqs:*")
    receiver, receiver_keys = user_of(account, "receiver", "sqs:*")
    key = make_key(account, let({"AWS": sender}, "kms:GenerateDataKey", "kms:Decrypt"))
    url = queue_with(account, key)
    account.client("sqs", credentials=sender_keys).send_message(QueueUrl=url, MessageBody="x")
    sqs = account.client("sqs", credentials=receiver_keys)
    message = fails("KMS.AccessDeniedException", sqs.receive_message, QueueUrl=url)
    assert message.startswith(f"User: {receiver} is not authorized to perform: kms:Decrypt on resource: {key}"), message
    allow(account, key, let({"AWS": [sender, receiver]}, "kms:GenerateDataKey", "kms:Decrypt"))
    taken = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
    assert [(m["Body"], m["Attributes"]["ApproximateReceiveCount"]) for m in taken] == [("x", "1")]


def test_the_key_sees_the_service_and_the_queue(account):
    arn, keys = user_of(account, "sender", "sqs:*", "kms:*")
    of_queue = f"arn:aws:sqs:us-east-1:{account.id}:q"
    key = make_key(account, let({"AWS": arn}, "kms:GenerateDataKey", "kms:Decrypt", StringEquals={
        "kms:ViaService": "sqs.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:sqs:arn": of_queue}))
    sqs = account.client("sqs", credentials=keys)
    sqs.send_message(QueueUrl=queue_with(account, key), MessageBody="x")
    other = queue_with(account, key, name="other")
    fails("KMS.AccessDeniedException", sqs.send_message, QueueUrl=other, MessageBody="x")
    fails("AccessDeniedException", account.client("kms", credentials=keys).generate_data_key, KeyId=key, KeySpec="AES_256",
          EncryptionContext={"aws:sqs:arn": of_queue})


def test_a_key_that_is_not_there_or_not_usable(account):
    sqs, kms = account.client("sqs"), account.client("kms")
    url = queue_with(account, "alias/none")
    assert fails("KMS.NotFoundException", sqs.send_message, QueueUrl=url, MessageBody="x").startswith(
        f"Alias arn:aws:kms:us-east-1:{account.id}:alias/none is not found.")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": key})
    sqs.send_message(QueueUrl=url, MessageBody="x")
    kms.disable_key(KeyId=key)
    fails("KMS.DisabledException", sqs.send_message, QueueUrl=url, MessageBody="x")
    fails("KMS.DisabledException", sqs.receive_message, QueueUrl=url)
    kms.schedule_key_deletion(KeyId=key)
    fails("KMS.InvalidStateException", sqs.send_message, QueueUrl=url, MessageBody="x")


def test_senders_of_another_account_need_both_sides(account, other_account):
    arn, keys = user_of(other_account, "sender", "sqs:*")
    key = make_key(account, let({"AWS": arn}, "kms:GenerateDataKey", "kms:Decrypt"))
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sqs:SendMessage", "Resource": "*"}]}
    url = queue_with(account, key.rsplit("/", 1)[1], Policy=json.dumps(policy))
    sqs = other_account.client("sqs", credentials=keys)
    message = fails("KMS.AccessDeniedException", sqs.send_message, QueueUrl=url, MessageBody="x")
    assert f"User: {arn} is not authorized to perform: kms:GenerateDataKey on resource: {key}" in message
    other_account.client("iam").put_user_policy(UserName="sender", PolicyName="key", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key}]}))
    sqs.send_message(QueueUrl=url, MessageBody="x")


def test_the_key_that_aws_keeps_for_sqs(account):
    arn, keys = user_of(account, "sender", "sqs:*")
    url = queue_with(account, "alias/aws/sqs")
    sqs = account.client("sqs", credentials=keys)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert [m["Body"] for m in sqs.receive_message(QueueUrl=url)["Messages"]] == ["x"]


def test_one_encryption_at_a_time(account):
    sqs = account.client("sqs")
    both = {"KmsMasterKeyId": "alias/aws/sqs", "SqsManagedSseEnabled": "true"}
    message = fails("InvalidAttributeValue", sqs.create_queue, QueueName="q", Attributes=both)
    assert message == ("You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")
    fails("InvalidAttributeValue", sqs.create_queue, QueueName="q", Attributes={"KmsDataKeyReusePeriodSeconds": "59"})
    url = queue_with(account, "alias/aws/sqs")
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (told["KmsMasterKeyId"], told["KmsDataKeyReusePeriodSeconds"], told["SqsManagedSseEnabled"]) == ("alias/aws/sqs", "300", "false")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"})
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "KmsMasterKeyId" not in told and told["SqsManagedSseEnabled"] == "true"


# ---- topics


def topic_with(account, key):
    return account.client("sns").create_topic(Name="t", Attributes={"KmsMasterKeyId": key})["TopicArn"]


def test_publishers_need_the_topics_key(account):
    arn, keys = user_of(account, "publisher", "sns:*")
    key = make_key(account)
    topic = topic_with(account, key)
    sns = account.client("sns", credentials=keys)
    answer = fails_with(400, "KMSAccessDenied", sns.publish, TopicArn=topic, Message="x")
    assert answer["Error"]["Message"].startswith(f"User: {arn} is not authorized to perform: kms:GenerateDataKey on resource: {key} because "
                                                 "no resource-based policy allows the kms:GenerateDataKey action")
    allow(account, key, let({"AWS": arn}, "kms:GenerateDataKey*", "kms:Decrypt", StringEquals={
        "kms:ViaService": "sns.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:sns:topicArn": topic}))
    sns.publish(TopicArn=topic, Message="x")
    account.client("kms").disable_key(KeyId=key)
    fails("KMSDisabled", sns.publish, TopicArn=topic, Message="x")
    account.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="")
    sns.publish(TopicArn=topic, Message="x")


def test_a_topic_reaches_a_queue_whose_key_lets_it(account):
    """SNS Developer Guide, "Subscribing an encrypted Amazon SQS queue": the key's policy names sns.amazonaws.com."""
    sns, sqs = account.client("sns"), account.client("sqs")
    service = {"Service": "sns.amazonaws.com"}
    key = make_key(account, let({"AWS": f"arn:aws:iam::{account.id}:root"}, "kms:Decrypt"))
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": service, "Action": "sqs:SendMessage", "Resource": "*"}]}
    url = queue_with(account, key, Policy=json.dumps(policy))
    dead = sqs.create_queue(QueueName="dead", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    of = "arn:aws:sqs:us-east-1:" + account.id + ":"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=of + "q", Attributes={
        "RawMessageDelivery": "true", "RedrivePolicy": json.dumps({"deadLetterTargetArn": of + "dead"})})
    sns.publish(TopicArn=topic, Message="refused")
    assert wait_for(lambda: received(account, dead))[0]["Body"] == "refused"
    allow(account, key, let({"AWS": f"arn:aws:iam::{account.id}:root"}, "kms:Decrypt"),
          let(service, "kms:GenerateDataKey", "kms:Decrypt", ArnEquals={"aws:SourceArn": topic}))
    sns.publish(TopicArn=topic, Message="let in")
    assert wait_for(lambda: received(account, url))[0]["Body"] == "let in"


# ---- log groups


def test_log_groups_ask_as_the_service(account):
    """CloudWatch Logs User Guide, "Encrypt log data using AWS KMS"."""
    logs = account.client("logs")
    arn = f"arn:aws:logs:us-east-1:{account.id}:log-group:g"
    key = make_key(account)
    refused = f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'"
    assert fails_with(400, "AccessDeniedException", logs.create_log_group, logGroupName="g", kmsKeyId=key)["Error"]["Message"] == refused
    logs.create_log_group(logGroupName="g")
    assert fails("AccessDeniedException", logs.associate_kms_key, logGroupName="g", kmsKeyId=key) == refused
    allow(account, key, let({"Service": "logs.us-east-1.amazonaws.com"}, "kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*",
                            "kms:Describe*", ArnEquals={"kms:EncryptionContext:aws:logs:arn": arn}))
    logs.associate_kms_key(logGroupName="g", kmsKeyId=key)
    assert logs.describe_log_groups(logGroupNamePrefix="g")["logGroups"][0]["kmsKeyId"] == key
    assert fails("AccessDeniedException", logs.create_log_group, logGroupName="other", kmsKeyId=key).endswith(":log-group:other'")
    logs.disassociate_kms_key(logGroupName="g")
    assert "kmsKeyId" not in logs.describe_log_groups(logGroupNamePrefix="g")["logGroups"][0]
    assert fails("ResourceNotFoundException", logs.associate_kms_key, logGroupName="none", kmsKeyId=key)


@pytest.mark.parametrize("action", ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"])
def test_who_may_change_a_log_groups_key(account, action):
    account.client("logs").create_log_group(logGroupName="g")
    arn, keys = user_of(account, "u", *({"logs:AssociateKmsKey", "logs:DisassociateKmsKey"} - {action}))
    logs = account.client("logs", credentials=keys)
    call = {"logs:AssociateKmsKey": lambda: logs.associate_kms_key(logGroupName="g", kmsKeyId="arn:aws:kms:us-east-1:1:key/x"),
            "logs:DisassociateKmsKey": lambda: logs.disassociate_kms_key(logGroupName="g")}[action]
    assert f"User: {arn} is not authorized to perform: {action} on resource: arn:aws:logs:us-east-1:{account.id}:log-group:g:log-stream:" in \
        fails("AccessDeniedException", call)


def test_a_stack_changes_the_keys_of_queues_topics_and_groups(account):
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    logs_key = make_key(account, let({"Service": "logs.us-east-1.amazonaws.com"}, "kms:GenerateDataKey*", "kms:Decrypt*"))

    def resources(**more):
        return {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q", **more.get("Q", {})}},
                "T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t", **more.get("T", {})}},
                "G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g", **more.get("G", {})}}}

    def told():
        topic = f"arn:aws:sns:us-east-1:{account.id}:t"
        queue = account.client("sqs").get_queue_attributes(QueueUrl=f"{account.url}/{account.id}/q", AttributeNames=["All"])["Attributes"]
        return (queue.get("KmsMasterKeyId"), queue["SqsManagedSseEnabled"],
                account.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"].get("KmsMasterKeyId"),
                account.client("logs").describe_log_groups(logGroupNamePrefix="g")["logGroups"][0].get("kmsKeyId"))

    stacks.deploy(account, "s", resources(Q={"SqsManagedSseEnabled": True}))
    assert told() == (None, "true", None, None)
    created = account.client("logs").describe_log_groups(logGroupNamePrefix="g")["logGroups"][0]["creationTime"]
    stacks.update(account, "s", resources(Q={"KmsMasterKeyId": key, "KmsDataKeyReusePeriodSeconds": 600}, T={"KmsMasterKeyId": key},
                                          G={"KmsKeyId": logs_key}))
    assert told() == (key, "false", key, logs_key)
    assert account.client("logs").describe_log_groups(logGroupNamePrefix="g")["logGroups"][0]["creationTime"] == created
    stacks.update(account, "s", resources(Q={"SqsManagedSseEnabled": True}))
    assert told() == (None, "true", None, None)
