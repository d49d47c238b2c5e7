"""Queues, topics, their policies and subscriptions as resources of a stack."""
import json

import pytest
from botocore.exceptions import WaiterError


@pytest.fixture
def cfn(account):
    return account.client("cloudformation")


def template(delay, with_subscription=True, filter_policy=None):
    resources = {
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {
            "QueueName": {"Fn::Sub": "${AWS::StackName}-work"}, "DelaySeconds": delay, "Tags": [{"Key": "a", "Value": str(delay)}],
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}}},
        "Fifo": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True, "ContentBasedDeduplication": True}},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": f"d{delay}"}},
        "QueuePolicy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
                                                    "Resource": {"Fn::GetAtt": ["Queue", "Arn"]}, "Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}}}]}}},
        "TopicPolicy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": {
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish",
                                                    "Resource": {"Ref": "Topic"}}]}}}}
    if with_subscription:
        resources["Subscription"] = {"Type": "AWS::SNS::Subscription", "Properties": {
            "TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}, "RawMessageDelivery": True,
            **({"FilterPolicy": filter_policy} if filter_policy else {})}}
    outputs = {"Url": {"Value": {"Ref": "Queue"}}, "Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}, "Topic": {"Value": {"Ref": "Topic"}},
               "TopicName": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}, "Fifo": {"Value": {"Fn::GetAtt": ["Fifo", "QueueName"]}}}
    return json.dumps({"Resources": resources, "Outputs": outputs})


def outputs_of(cfn):
    stack = cfn.describe_stacks(StackName="s")["Stacks"][0]
    return stack["StackStatus"], {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}


def wait(cfn, kind):
    cfn.get_waiter(kind).wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def test_a_topic_that_feeds_a_queue(account, cfn):
    sqs, sns = account.client("sqs"), account.client("sns")
    cfn.create_stack(StackName="s", TemplateBody=template(0))
    wait(cfn, "stack_create_complete")
    _, outputs = outputs_of(cfn)
    assert outputs["Url"] == f"https://sqs.us-east-1.amazonaws.com/{account.id}/s-work" and outputs["Name"] == "s-work"
    assert outputs["Topic"] == f"arn:aws:sns:us-east-1:{account.id}:{outputs['TopicName']}" and outputs["Fifo"].endswith(".fifo")
    sns.publish(TopicArn=outputs["Topic"], Message="hello")
    for _ in range(6):
        got = sqs.receive_message(QueueUrl=outputs["Url"], WaitTimeSeconds=20).get("Messages")
        if got:
            break
    assert got[0]["Body"] == "hello"
    tags = sqs.list_queue_tags(QueueUrl=outputs["Url"])["Tags"]
    assert tags["a"] == "0" and tags["aws:cloudformation:logical-id"] == "Queue"
    cfn.update_stack(StackName="s", TemplateBody=template(5, filter_policy={"kind": ["x"]}))
    wait(cfn, "stack_update_complete")
    assert sqs.get_queue_attributes(QueueUrl=outputs["Url"], AttributeNames=["DelaySeconds"])["Attributes"] == {"DelaySeconds": "5"}
    assert sqs.list_queue_tags(QueueUrl=outputs["Url"])["Tags"]["a"] == "5"
    assert sns.get_topic_attributes(TopicArn=outputs["Topic"])["Attributes"]["DisplayName"] == "d5"
    made = sns.list_subscriptions_by_topic(TopicArn=outputs["Topic"])["Subscriptions"][0]["SubscriptionArn"]
    assert json.loads(sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]["FilterPolicy"]) == {"kind": ["x"]}
    cfn.update_stack(StackName="s", TemplateBody=template(5, with_subscription=False))
    wait(cfn, "stack_update_complete")
    assert sns.list_subscriptions()["Subscriptions"] == []
    cfn.delete_stack(StackName="s")
    wait(cfn, "stack_delete_complete")
    assert "QueueUrls" not in sqs.list_queues() and sns.list_topics()["Topics"] == []


def test_a_topic_with_its_own_subscriptions(account, cfn):
    def body(*names):
        return json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t", "Subscription": [
            {"Protocol": "sqs", "Endpoint": f"arn:aws:sqs:us-east-1:{account.id}:{name}"} for name in names]}}}})
    sns = account.client("sns")

    def names():
        return sorted(s["Endpoint"].rsplit(":", 1)[1] for s in sns.list_subscriptions()["Subscriptions"])
    cfn.create_stack(StackName="s", TemplateBody=body("a", "b"))
    wait(cfn, "stack_create_complete")
    assert names() == ["a", "b"]
    cfn.update_stack(StackName="s", TemplateBody=body("b", "c"))
    wait(cfn, "stack_update_complete")
    assert names() == ["b", "c"]


def test_what_is_not_served_fails_the_stack(cfn):
    cfn.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TracingConfig": "Active"}}}}))
    with pytest.raises(WaiterError):
        wait(cfn, "stack_create_complete")
    reasons = [e.get("ResourceStatusReason", "") for e in cfn.describe_stack_events(StackName="s")["StackEvents"] if e["LogicalResourceId"] == "T"]
    assert any("Tracing of a topic is not implemented" in r for r in reasons)
