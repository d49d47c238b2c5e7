"""A stack's operation goes on when the server is killed at any moment: nothing is lost, made twice or left behind."""
import json
import random
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from conftest import DiskServer, new_account

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def body(count):
    resources = {"Key": {"Type": "AWS::KMS::Key", "Properties": {"Description": "x"}},
                 "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "crash", "AssumeRolePolicyDocument": TRUST}},
                 "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "crash"}},
                 "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "crash", "BillingMode": "PAY_PER_REQUEST",
                           "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}}
    for i in range(count):
        resources[f"Group{i}"] = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/crash/{i}", "RetentionInDays": 7}}
    return json.dumps({"Resources": resources})


def interrupted(server, call):
    """Makes the call and kills the server somewhere within."""
    thread = threading.Thread(target=lambda: _quiet(call))
    thread.start()
    time.sleep(random.uniform(0.002, 0.03))
    server.kill()
    thread.join()
    server.start()


def _quiet(call):
    try:
        call()
    except (BotoCoreError, ClientError):
        pass


def settled(cfn, name, call):
    """The stack's status at rest; makes the call again when the kill came before it was accepted."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            status = cfn.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except ClientError:
            _quiet(call)
            continue
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(0.02)
    raise AssertionError("the stack did not come to rest")


def test_kill_in_the_middle(tmp_path):
    server = DiskServer(tmp_path)
    try:
        account = new_account(server)
        cfn, logs = account.client("cloudformation"), account.client("logs")
        for round_ in range(6):
            name = f"crash{round_}"
            create = lambda: cfn.create_stack(StackName=name, TemplateBody=body(12), Capabilities=["CAPABILITY_NAMED_IAM"])
            interrupted(server, create)
            status = settled(cfn, name, create)
            assert status == "CREATE_COMPLETE", [(e["LogicalResourceId"], e["ResourceStatus"], e["ResourceStatusReason"])
                                                 for e in cfn.describe_stack_events(StackName=name)["StackEvents"] if "FAILED" in e["ResourceStatus"]]
            assert len(logs.describe_log_groups()["logGroups"]) == 12
            assert len(account.client("apigateway").get_rest_apis()["items"]) == 1
            keys = account.client("kms").list_keys()["Keys"]
            states = [account.client("kms").describe_key(KeyId=k["KeyId"])["KeyMetadata"]["KeyState"] for k in keys]
            assert states.count("Enabled") == 1
            interrupted(server, lambda: cfn.delete_stack(StackName=name))
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline:
                _quiet(lambda: cfn.delete_stack(StackName=name))
                if not cfn.describe_stacks()["Stacks"]:
                    break
                time.sleep(0.02)
            assert logs.describe_log_groups()["logGroups"] == [] and account.client("apigateway").get_rest_apis()["items"] == []
    finally:
        server.stop()
