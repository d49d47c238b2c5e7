"""`drydock policies generate` across accounts: the generated policies of roles and resources do everything alone, whoever owns what."""
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]
from conftest import new_account  # noqa: E402
from functions import make_function  # noqa: E402
from test_policies import allow, document, generated, role, session  # noqa: E402


def grant(principal, action, resource="*"):
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}


class Far:
    """What an account shares with a role of another one, and what its services do with it."""

    def __init__(self, account, worker):
        self.id, who = account.id, {"AWS": worker}
        kms, secrets, s3, sqs, sns, awslambda, events = (
            account.client(name) for name in ("kms", "secretsmanager", "s3", "sqs", "sns", "lambda", "events"))
        near_root = {"AWS": [f"arn:aws:iam::{account.id}:root", worker.replace("role/worker", "root")]}
        self.key = kms.create_key(Policy=document(grant(near_root, "kms:*")))["KeyMetadata"]["Arn"]
        self.secret = secrets.create_secret(Name="shared", SecretString="x", KmsKeyId=self.key)["ARN"]
        secrets.put_resource_policy(SecretId=self.secret, ResourcePolicy=document(grant(who, "secretsmanager:*")))
        self.bucket = f"far-{account.id}"
        s3.create_bucket(Bucket=self.bucket)
        s3.put_bucket_policy(Bucket=self.bucket, Policy=document(grant(who, "s3:*", [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"])))
        self.queue, queue = sqs.create_queue(QueueName="tasks")["QueueUrl"], f"arn:aws:sqs:us-east-1:{account.id}:tasks"
        sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": document(grant("*", "sqs:*", queue))})
        self.topic = sns.create_topic(Name="news")["TopicArn"]
        sns.set_topic_attributes(TopicArn=self.topic, AttributeName="Policy", AttributeValue=document(grant(who, "sns:Publish", self.topic)))
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=queue)
        self.function = make_function(account, "def handler(event, context): return 1", name="called")["FunctionArn"]
        self.bus = events.create_event_bus(Name="bus")["EventBusArn"]
        events.put_permission(EventBusName="bus", Policy=document({"Sid": "s", **grant(who, "events:PutEvents", self.bus)}))
        self.rule = events.put_rule(Name="rule", EventBusName="bus", EventPattern=json.dumps({"source": ["me"]}))["RuleArn"]
        for sid, principal, more in (("role", worker, {}), ("events", "events.amazonaws.com", {}), ("s3", "s3.amazonaws.com", {})):
            awslambda.add_permission(FunctionName="called", StatementId=sid, Action="lambda:InvokeFunction", Principal=principal, **more)
        events.put_targets(Rule="rule", EventBusName="bus", Targets=[{"Id": "1", "Arn": self.function}])
        s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": self.function, "Events": ["s3:ObjectCreated:*"]}]})


def work(near, worker, far):
    mine = session(near, worker)

    def client(service):
        return near.client(service, credentials=mine)
    assert client("secretsmanager").get_secret_value(SecretId=far.secret)["SecretString"] == "x"
    client("s3").put_object(Bucket=far.bucket, Key="a/b", Body=b"x")
    assert client("s3").get_object(Bucket=far.bucket, Key="a/b")["Body"].read() == b"x"
    client("s3").list_objects_v2(Bucket=far.bucket, Prefix="a/")
    client("sqs").send_message(QueueUrl=far.queue, MessageBody="x")
    client("sns").publish(TopicArn=far.topic, Message="x")
    assert client("lambda").invoke(FunctionName=far.function)["StatusCode"] == 200
    client("dynamodb").put_item(TableName="table", Item={"i": {"S": "x"}})
    client("dynamodb").batch_get_item(RequestItems={"table": {"Keys": [{"i": {"S": "x"}}]}})
    entry = {"EventBusName": far.bus, "Source": "me", "DetailType": "d", "Detail": "{}"}
    assert client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    client("kms").encrypt(KeyId=far.key, Plaintext=b"x")


SERVICES = ("events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com")


def calls_of_services(server):
    """How often each service has called somebody's function or queue, allowed or not."""
    counts = dict.fromkeys(SERVICES, 0)
    for use in server.admin("GET", "used-permissions")["uses"]:
        if use["principal"] in counts and use["action"] in ("lambda:InvokeFunction", "sqs:SendMessage"):
            counts[use["principal"]] += use["count"]
    return counts


def wait_for_services(server, before):
    until = time.monotonic() + 120
    while not all(count > before[name] for name, count in calls_of_services(server).items()):
        assert time.monotonic() < until, calls_of_services(server)
        time.sleep(0.1)


def test_generated_policies_suffice_alone(own_server, own_account):
    server, near = own_server, own_account
    worker = role(near, "worker", {"AWS": f"arn:aws:iam::{near.id}:root"}, allow("*"))
    near.client("dynamodb").create_table(TableName="table", AttributeDefinitions=[{"AttributeName": "i", "AttributeType": "S"}],
                                         KeySchema=[{"AttributeName": "i", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")
    far = Far(new_account(server), worker)
    before = calls_of_services(server)
    work(near, worker, far)
    wait_for_services(server, before)
    made = generated(server)
    resources = {one["resource"]: one["document"]["Statement"] for one in made["resources"]}
    # Each service may act for what it acted for alone, although the permissions here say nothing about that.
    sources = {s["Principal"]["Service"]: s["Condition"] for s in resources[far.function] if "Service" in s["Principal"]}
    assert sources == {"events.amazonaws.com": {"ArnLike": {"aws:SourceArn": far.rule}},
                       "s3.amazonaws.com": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{far.bucket}"}, "StringEquals": {"aws:SourceAccount": far.id}}}
    assert [s["Condition"] for s in resources[f"arn:aws:sqs:us-east-1:{far.id}:tasks"] if s["Principal"] == {"Service": "sns.amazonaws.com"}] == [
        {"ArnLike": {"aws:SourceArn": far.topic}}]
    assert {far.key, far.secret, far.topic, far.bus, f"arn:aws:s3:::{far.bucket}"} < set(resources)
    denied = server.admin("GET", "denies")["denies"]
    server.admin("POST", "policies/trial", {"changes": {"roles": made["roles"], "resources": made["resources"]}, "holdSeconds": 600})
    before = calls_of_services(server)
    work(near, worker, far)
    wait_for_services(server, before)
    server.admin("POST", "policies/trial", {"changes": {}})
    assert server.admin("GET", "denies")["denies"] == denied
