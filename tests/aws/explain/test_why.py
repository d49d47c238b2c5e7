"""`drydock why`: every decision can be explained, by whatever id somebody has of it."""
import json
import os
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from conftest import PROGRAM  # noqa: E402
from expect import fails  # noqa: E402


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def user_with(account, name, *statements):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=document(*statements))
    return iam.create_access_key(UserName=name)["AccessKey"]


def drydock(server, *arguments, code=0):
    run = subprocess.run([PROGRAM, *arguments, "--url", server.url], capture_output=True, text=True, timeout=60)
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout + run.stderr


def why(server, id_):
    return json.loads(drydock(server, "why", id_, "--json"))["decisions"]


def denied(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def test_a_deny_names_near_miss_fix_and_account(server, account):
    keys = user_with(account, "u", allow("logs:*", "arn:aws:logs:*:*:log-group:other:*", Sid="Near"))
    answer = denied(account.client("logs", credentials=keys).create_log_group, logGroupName="mine")
    message = answer["Error"]["Message"]
    assert ("because no identity-based policy allows the logs:CreateLogGroup action. Go to "
            "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/") in message
    authorization_id = message.rsplit("authorization id: ", 1)[1]
    for id_ in (answer["ResponseMetadata"]["RequestId"], authorization_id):
        decision = why(server, id_)[0]
        assert decision["authorizationId"] == authorization_id
        assert decision["effect"] == "IMPLICIT_DENY" and decision["kind"] == "identity-based policy"
        near = decision["nearMisses"][0]
        assert (near["sid"], near["failedElement"]) == ("Near", "Resource")
        assert decision["fix"]["account"] == account.id
        assert decision["fix"]["statement"] == {"Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": decision["resource"]}
    text = drydock(server, "why", authorization_id)
    assert "Action matches, Resource does not: has arn:aws:logs:*:*:log-group:other:*" in text
    assert f"in account {account.id}, add to" in text
    # What it says is enough.
    account.client("iam").put_user_policy(UserName="u", PolicyName="fix", PolicyDocument=document(decision["fix"]["statement"]))
    account.client("logs", credentials=keys).create_log_group(logGroupName="mine")


def test_allowed_requests_are_explained_too(server, account):
    answer = account.client("logs").create_log_group(logGroupName="mine")
    decision = why(server, answer["ResponseMetadata"]["RequestId"])[0]
    assert decision["effect"] == "ALLOW" and decision["action"] == "logs:CreateLogGroup"
    assert [s["effect"] for s in decision["matchedStatements"]] == ["Allow"]
    assert decision["context"]["aws:PrincipalArn"] == [f"arn:aws:iam::{account.id}:user/admin"]


def test_the_chain_of_principals(server, account, other_account):
    other_account.client("iam").create_role(RoleName="far", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account.id}:root"}))
    account.client("iam").create_role(RoleName="near", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account.id}:root"}))
    account.client("iam").put_role_policy(RoleName="near", PolicyName="p", PolicyDocument=document(allow("sts:AssumeRole")))
    near = account.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account.id}:role/near", RoleSessionName="one")["Credentials"]
    far = account.client("sts", credentials=near).assume_role(RoleArn=f"arn:aws:iam::{other_account.id}:role/far", RoleSessionName="two")["Credentials"]
    answer = denied(account.client("iam", credentials=far).list_roles)
    decision = why(server, answer["ResponseMetadata"]["RequestId"])[0]
    assert [link["principal"] for link in decision["chain"]] == [
        f"arn:aws:iam::{account.id}:user/admin", f"arn:aws:sts::{account.id}:assumed-role/near/one",
        f"arn:aws:sts::{other_account.id}:assumed-role/far/two"]
    assert " -> ".join(link["principal"] for link in decision["chain"]) in drydock(server, "why", "--last")


def test_the_denying_policy_is_named(server, account):
    iam = account.client("iam")
    keys = user_with(account, "u", allow("*"))
    arn = iam.create_policy(PolicyName="No", PolicyDocument=document(
        {"Sid": "NoRoles", "Effect": "Deny", "Action": "iam:ListRoles", "Resource": "*"}))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    answer = denied(account.client("iam", credentials=keys).list_roles)
    assert f" with an explicit deny in an identity-based policy: {arn}. Go to https://" in answer["Error"]["Message"]
    decision = why(server, answer["ResponseMetadata"]["RequestId"])[0]
    assert (decision["effect"], decision["policyArn"], decision["sid"]) == ("EXPLICIT_DENY", arn, "NoRoles")


def test_a_stack_event_leads_to_the_deny(server, account):
    keys = user_with(account, "u", allow("cloudformation:*"))
    stacks = account.client("cloudformation", credentials=keys)
    stacks.create_stack(StackName="denied-stack", TemplateBody=json.dumps(
        {"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g"}}}}))
    with pytest.raises(Exception):
        stacks.get_waiter("stack_create_complete").wait(StackName="denied-stack", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    events = stacks.describe_stack_events(StackName="denied-stack")["StackEvents"]
    failed = [e for e in events if e["ResourceStatus"] == "CREATE_FAILED" and e["LogicalResourceId"] == "Logs"][0]
    for id_ in ("denied-stack", failed["EventId"], failed["StackId"]):
        decision = why(server, id_)[0]
        assert decision["action"] == "logs:CreateLogGroup" and decision["calledVia"] == ["cloudformation.amazonaws.com"]


def test_everything_that_is_missing_and_what_the_request_could_be(server, account, other_account):
    # A boundary, a session policy and the role's own policies: none of them allows it.
    iam = account.client("iam")
    iam.create_role(RoleName="bound", AssumeRolePolicyDocument=trust({"AWS": account.id}), PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    session = account.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account.id}:role/bound", RoleSessionName="one", Policy=document(allow("logs:*")))["Credentials"]
    answer = denied(account.client("sqs", credentials=session).create_queue, QueueName="q")
    decision, = why(server, answer["ResponseMetadata"]["RequestId"])
    assert [fix["where"].split(" of ")[0] for fix in [decision["fix"], *decision["furtherFixes"]]] == [
        "the permissions boundary", "the session policy that was given when arn:aws:iam::%s:role/bound was assumed" % account.id, "an identity-based policy"]
    near = [m for m in decision["nearMisses"] if m["policy"].endswith("/ReadOnlyAccess")][0]
    assert near["detail"].startswith("has sqs:Get*, sqs:List*") and len(near["detail"]) < 200
    # What is missing is in the request.
    role = other_account.client("iam").create_role(RoleName="far", AssumeRolePolicyDocument=document(
        {"Sid": "Known", "Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "abc"}}}))
    answer = denied(account.client("sts").assume_role, RoleArn=role["Role"]["Arn"], RoleSessionName="two")
    decision, = why(server, answer["ResponseMetadata"]["RequestId"])
    assert [(a["sid"], a["failedElement"]) for a in decision["alternatives"]] == [("Known", "Condition")]
    assert f"  or a request that statement Known of {role['Role']['Arn']} allows: StringEquals sts:ExternalId: expected abc" in drydock(
        server, "why", answer["ResponseMetadata"]["RequestId"])


def test_a_deny_says_in_which_account_it_stands(server, account, other_account):
    bucket = f"bucket-{account.id}"
    account.client("s3").create_bucket(Bucket=bucket)
    account.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"},
        {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}))
    denied(other_account.client("s3").get_object, Bucket=bucket, Key="k")
    text = drydock(server, "why", "--last")
    assert f"  in account {account.id}: statement No of arn:aws:s3:::{bucket} (resource-based policy), which denies: narrow or remove it" in text
    assert "near misses" not in text


def test_what_is_unknown(server):
    assert "no decision is known for nothing-like-this" in drydock(server, "why", "nothing-like-this", code=1)
