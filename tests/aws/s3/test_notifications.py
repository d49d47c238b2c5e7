"""What happens to objects, told to EventBridge and to functions."""
import io
import json

import time
import zipfile

from expect import fails


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (held := condition()):
        assert time.monotonic() < deadline, "it never came to be"
    return held


def test_configurations(s3, bucket):
    def put(configuration):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    put({"EventBridgeConfiguration": {}})
    assert s3.get_bucket_notification_configuration(Bucket=bucket)["EventBridgeConfiguration"] == {}
    put({})
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    assert fails("InvalidArgument", put, {"LambdaFunctionConfigurations": [
        {"LambdaFunctionArn": "arn:aws:lambda:us-east-1:111111111111:function:none", "Events": ["s3:ObjectCreated:*"]}]}) == \
        "Unable to validate the following destination configurations"


def test_eventbridge(account, s3, bucket):
    events, logs = account.client("events"), account.client("logs")
    logs.create_log_group(logGroupName="/aws/events/s3")
    arn = f"arn:aws:logs:us-east-1:{account.id}:log-group:/aws/events/s3"
    logs.put_resource_policy(policyName="events", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
         "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": arn + ":*"}]}))
    events.put_rule(Name="objects", EventPattern=json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}))
    events.put_targets(Rule="objects", Targets=[{"Id": "log", "Arn": arn}])
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_object(Bucket=bucket, Key="a key", Body=b"four")
    s3.delete_object(Bucket=bucket, Key="a key")

    def heard():
        found = [json.loads(e["message"]) for e in logs.filter_log_events(logGroupName="/aws/events/s3").get("events", [])]
        return {e["detail-type"]: e for e in found} if len(found) == 2 else None
    told = until(heard)
    made = told["Object Created"]
    assert made["account"] == account.id and made["resources"] == [f"arn:aws:s3:::{bucket}"]
    assert (made["detail"]["object"]["key"], made["detail"]["object"]["size"], made["detail"]["reason"]) == ("a key", 4, "PutObject")
    assert told["Object Deleted"]["detail"]["deletion-type"] == "Permanently Deleted"


def test_queues_and_topics(account, s3, bucket):
    sqs, sns = account.client("sqs"), account.client("sns")
    queue, other = (f"arn:aws:sqs:us-east-1:{account.id}:{name}" for name in ("q", "by-topic"))
    topic = sns.create_topic(Name="t")["TopicArn"]

    def trust(service, action, resource, source):
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": action,
                                                                    "Resource": resource, "Condition": {"ArnEquals": {"aws:SourceArn": source}}}]})
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    by_topic = sqs.create_queue(QueueName="by-topic", Attributes={"Policy": trust("sns.amazonaws.com", "sqs:SendMessage", other, topic)})["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=other, Attributes={"RawMessageDelivery": "true"})
    wanted = {"QueueConfigurations": [{"Id": "1", "QueueArn": queue, "Events": ["s3:ObjectCreated:*"],
                                       "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}}],
              "TopicConfigurations": [{"Id": "2", "TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}]}

    def put():
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
    # The policies of both are asked before the configuration is taken.
    assert fails("InvalidArgument", put) == "Unable to validate the following destination configurations"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": trust("s3.amazonaws.com", "sqs:SendMessage", queue, f"arn:aws:s3:::{bucket}")})
    fails("InvalidArgument", put)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy",
                             AttributeValue=trust("s3.amazonaws.com", "sns:Publish", topic, f"arn:aws:s3:::{bucket}"))
    put()
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert told["TopicConfigurations"] == wanted["TopicConfigurations"]
    assert told["QueueConfigurations"][0]["QueueArn"] == queue

    def next_of(url):
        def one():
            for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", []):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                return json.loads(message["Body"])
        return until(one, 120)
    assert (next_of(url)["Event"], next_of(by_topic)["Event"]) == ("s3:TestEvent", "s3:TestEvent")
    for key in ("out/x", "in/x"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"four")
    s3.delete_object(Bucket=bucket, Key="out/x")
    record = next_of(url)["Records"][0]
    assert (record["eventName"], record["s3"]["object"]["key"], record["s3"]["configurationId"]) == ("ObjectCreated:Put", "in/x", "1")
    record = next_of(by_topic)["Records"][0]
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectRemoved:Delete", "out/x")


def test_a_function_is_called(account, s3, bucket, server):
    iam, functions = account.client("iam"), account.client("lambda")
    role = iam.create_role(RoleName="f", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    iam.put_role_policy(RoleName="f", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/seen/*"}]}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "import boto3, json\ndef handler(event, context):\n"
                                     "    record = event['Records'][0]\n"
                                     "    boto3.client('s3').put_object(Bucket=record['s3']['bucket']['name'], Key='seen/event', Body=json.dumps(record))\n")
    function = functions.create_function(FunctionName="f", Runtime="python3.12", Role=role, Handler="index.handler", Timeout=20, Code={"ZipFile": code.getvalue()})["FunctionArn"]
    functions.get_waiter("function_active").wait(FunctionName="f")
    wanted = {"LambdaFunctionConfigurations": [{"Id": "in", "LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"],
                                                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".txt"}]}}}]}
    fails("InvalidArgument", s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration=wanted)
    functions.add_permission(FunctionName="f", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
                             SourceArn=f"arn:aws:s3:::{bucket}", SourceAccount=account.id)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
    got = s3.get_bucket_notification_configuration(Bucket=bucket)["LambdaFunctionConfigurations"]
    assert got[0]["Id"] == "in" and [r["Value"] for r in got[0]["Filter"]["Key"]["FilterRules"]] == ["in/", ".txt"]
    s3.put_object(Bucket=bucket, Key="in/a b.txt", Body=b"hello")

    def seen():
        return [o for o in s3.list_objects_v2(Bucket=bucket, Prefix="seen/").get("Contents", [])]
    until(seen)
    record = json.loads(s3.get_object(Bucket=bucket, Key="seen/event")["Body"].read())
    assert record["eventName"] == "ObjectCreated:Put" and record["s3"]["object"]["key"] == "in/a+b.txt" and record["s3"]["object"]["size"] == 5
    assert record["s3"]["configurationId"] == "in" and record["eventSource"] == "aws:s3"
