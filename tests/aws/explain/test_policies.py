"""`drydock policies`: minimal policies from observed calls, and what changed policies would do."""
import json
import os
import subprocess
import sys
import time

import pytest
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from conftest import PROGRAM  # noqa: E402
from functions import make_function  # noqa: E402


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def role(account, name, principal, *statements):
    iam = account.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal))
    iam.put_role_policy(RoleName=name, PolicyName="wide", PolicyDocument=document(*statements))
    return f"arn:aws:iam::{account.id}:role/{name}"


def session(account, arn, credentials=None):
    return account.client("sts", credentials=credentials).assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]


def drydock(server, *arguments, code=0):
    run = subprocess.run([PROGRAM, *arguments, "--url", server.url], capture_output=True, text=True, timeout=60)
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout + (run.stderr if code else "")


def refused(server, *arguments):
    """What it says when it cannot do that."""
    run = subprocess.run([PROGRAM, *arguments, "--url", server.url], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (1, ""), run.stdout + run.stderr
    return run.stderr


def generated(server, *arguments):
    return json.loads(drydock(server, "policies", "generate", "--json", *arguments))


@pytest.fixture
def world(server, account, other_account):
    """A role here that writes a log group, passes a role and takes a role of the other account, all by wide policies."""
    class World:
        near = role(account, "near", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("*"))
        passed = role(account, "passed", {"Service": "lambda.amazonaws.com"}, allow("logs:*"))
        far = role(other_account, "far", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("iam:*"))

        def work(self):
            mine = session(account, self.near)
            account.client("logs", credentials=mine).create_log_group(logGroupName="mine")
            account.client("logs", credentials=mine).delete_log_group(logGroupName="mine")
            theirs = session(account, self.far, mine)
            other_account.client("iam", credentials=theirs).get_role(RoleName="far")
    world = World()
    world.work()
    return world


def test_generated_policies_are_minimal_and_suffice(server, account, other_account, world):
    made = generated(server)
    roles = {one["role"]: one["document"]["Statement"] for one in made["roles"]}
    group = f"arn:aws:logs:us-east-1:{account.id}:log-group:mine:*"
    assert [(s["Action"], s["Resource"]) for s in roles[world.near]] == [
        (["logs:CreateLogGroup", "logs:DeleteLogGroup"], group), ("sts:AssumeRole", world.far)]
    assert [(s["Action"], s["Resource"]) for s in roles[world.far]] == [("iam:GetRole", world.far)]
    trusts = {one["resource"]: one for one in made["resources"]}
    assert trusts[world.far]["kind"] == "role trust policy"
    assert [(s["Principal"], s["Action"]) for s in trusts[world.far]["document"]["Statement"]] == [({"AWS": world.near}, "sts:AssumeRole")]
    ours = {"roles": [one for one in made["roles"] if one["role"] in (world.near, world.far)],
            "resources": [trusts[world.far]]}
    server.admin("POST", "policies/trial", {"changes": ours})
    try:
        world.work()
        for one in ours["roles"]:
            statements = one["document"]["Statement"]
            for statement in list(statements):
                others = [s for s in statements if s is not statement] or [allow("iam:Nothing")]
                less = {**ours, "roles": [{**o, "document": {**o["document"], "Statement": others}} if o is one else o for o in ours["roles"]]}
                server.admin("POST", "policies/trial", {"changes": less})
                with pytest.raises(ClientError, match="AccessDenied"):
                    world.work()
    finally:
        server.admin("POST", "policies/trial", {"changes": {}})
    world_role = drydock(server, "policies", "generate", "--role", "near")
    assert f"# identity-based policy of {world.near} (account {account.id})" in world_role and "far" in world_role


def test_passed_roles_and_vias_are_conditions(server, account):
    arn = role(account, "builder", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("*"))
    passed = role(account, "passed", {"Service": "codebuild.amazonaws.com"}, allow("logs:*"))
    account.client("codebuild", credentials=session(account, arn)).create_project(
        name="project", source={"type": "NO_SOURCE", "buildspec": "version: 0.2"}, artifacts={"type": "NO_ARTIFACTS"}, serviceRole=passed,
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"})
    statements = generated(server, "--role", arn)["roles"][0]["document"]["Statement"]
    assert [s for s in statements if s["Action"] == "iam:PassRole"] == [
        {"Sid": "Iam1", "Effect": "Allow", "Action": "iam:PassRole", "Resource": passed,
         "Condition": {"StringEquals": {"iam:PassedToService": "codebuild.amazonaws.com"}}}]


def test_replay_lists_what_would_change(server, account, world, tmp_path):
    narrow = tmp_path / "narrow.json"
    narrow.write_text(document(allow("logs:*"), allow("sts:AssumeRole")))
    assert json.loads(drydock(server, "policies", "replay", "--with", str(narrow), "--role", world.near, "--json"))["changes"] == []
    narrow.write_text(document(allow("logs:*")))
    change, = json.loads(drydock(server, "policies", "replay", "--with", str(narrow), "--role", world.near, "--json"))["changes"]
    assert (change["action"], change["resource"], change["was"], change["would"]) == ("sts:AssumeRole", world.far, "allowed", "denied")
    assert "because no identity-based policy allows the sts:AssumeRole action" in change["message"]
    text = drydock(server, "policies", "replay", "--with", str(narrow), "--role", world.near)
    assert f"would be denied   sts:AssumeRole on {world.far} for {world.near}" in text
    # A service control policy reaches every account.
    control = tmp_path / "scp.json"
    control.write_text(document(allow("*"), {"Effect": "Deny", "Action": "logs:Delete*", "Resource": "*"}))
    changes = json.loads(drydock(server, "policies", "replay", "--with", str(control), "--json"))["changes"]
    ours = [c for c in changes if c["role"] == world.near]
    assert [(c["action"], c["would"], c["kind"]) for c in ours] == [("logs:DeleteLogGroup", "denied", "service control policy")]
    # Nothing was run, and nothing changed.
    world.work()


def test_roles_that_nobody_knows(server, account, tmp_path):
    narrow = tmp_path / "narrow.json"
    narrow.write_text(document(allow("s3:*")))
    for arguments, said in ((["generate"], "no call of nobody-like-this was observed"), (["replay", "--with", str(narrow)], "no call of nobody-like-this was observed"),
                            (["unused"], "there is no role nobody-like-this with a policy")):
        assert said in drydock(server, "policies", *arguments, "--role", "nobody-like-this", code=1)


def test_policies_of_keys_say_what_they_lack(server, account):
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.encrypt(KeyId=key, Plaintext=b"x")
    made, = [r for r in json.loads(drydock(server, "policies", "generate", "--json"))["resources"] if r["resource"] == key]
    assert "kms:PutKeyPolicy" in made["note"]
    assert f"# {made['note']}\n{{" in drydock(server, "policies", "generate")


def test_what_is_no_policy_is_refused(server, tmp_path):
    wrong = tmp_path / "wrong.json"
    for content, reason in (("{", "is no JSON"), (trust({"AWS": "111111111111"}), "is the policy of a resource (it has a Principal)"), ("{}", "holds neither a policy document"), ('{"Statement": 1}', "is no policy")):
        wrong.write_text(content)
        run = subprocess.run([PROGRAM, "policies", "replay", "--with", str(wrong), "--url", server.url], capture_output=True, text=True)
        assert run.returncode == 1 and reason in run.stderr


def test_unused_grants_by_template_line(server, account, tmp_path):
    template = """Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: work
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Groups
                Effect: Allow
                Action: [logs:CreateLogGroup, logs:DeleteLogGroup]
                Resource: '*'
              - Sid: Tables
                Effect: Allow
                Action: dynamodb:*
                Resource: '*'
"""
    stacks = account.client("cloudformation")
    stacks.create_stack(StackName="roles", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
    stacks.get_waiter("stack_create_complete").wait(StackName="roles", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    arn = f"arn:aws:iam::{account.id}:role/worker"
    account.client("logs", credentials=session(account, arn)).create_log_group(logGroupName="mine")
    path = tmp_path / "roles.yml"
    path.write_text(template)
    groups, tables = json.loads(drydock(server, "policies", "unused", "--json", "--role", arn, str(path)))["unused"]
    assert (groups["label"], groups["neverUsed"], groups["unusedActions"], groups["place"]) == ("Groups", False, ["logs:DeleteLogGroup"], f"{path}:13")
    assert (tables["label"], tables["neverUsed"], tables["place"]) == ("Tables", True, f"{path}:17")
    text = drydock(server, "policies", "unused", "--role", "worker")
    assert f"stack roles, template line 17  {arn}, policy work, statement Tables: never used (dynamodb:*)" in text


TWO_OF_EACH = """Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: !Sub "${AWS::StackName}-one"
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: [logs:CreateLogGroup, logs:DeleteLogGroup], Resource: '*'}
        - PolicyName: !Sub "${AWS::StackName}-two"
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: sqs:*, Resource: '*'}
  First:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: first
      Roles: [!Ref Worker]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: s3:*, Resource: '*'}
  Second:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: !Join ['-', [second, !Ref Worker]]
      Roles: [!Ref Worker]
      PolicyDocument:
        Statement:
          Effect: Allow
          NotAction: [iam:*, s3:*]
          Resource: '*'
          Condition: {StringEquals: {aws:RequestedRegion: eu-west-3}}
"""


def test_lines_of_several_policies_of_a_role(server, account, tmp_path):
    stacks = account.client("cloudformation")
    stacks.create_stack(StackName="two", TemplateBody=TWO_OF_EACH, Capabilities=["CAPABILITY_NAMED_IAM"])
    stacks.get_waiter("stack_create_complete").wait(StackName="two", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    arn = f"arn:aws:iam::{account.id}:role/worker"
    account.client("logs", credentials=session(account, arn)).create_log_group(logGroupName="mine")
    path = tmp_path / "two.yml"
    path.write_text(TWO_OF_EACH)
    unused = json.loads(drydock(server, "policies", "unused", "--json", "--role", arn, str(path)))["unused"]
    assert {one["policy"]: (one["place"], one["neverUsed"]) for one in unused} == {
        "two-one": (f"{path}:12", False), "two-two": (f"{path}:16", True), "first": (f"{path}:24", True), "second-worker": (f"{path}:32", True)}
    text = drydock(server, "policies", "unused", "--role", arn)
    assert f"template line 32  {arn}, policy second-worker, statement #1: never used (everything but iam:*, s3:*)" in text
    # A template of which nothing is here says nothing about grants.
    path.write_text(TWO_OF_EACH.replace("First:", "Other:").replace("Second:", "Another:").replace("Worker:", "Third:"))
    assert f"{path}: no stack here has made a role or policy of this template" in refused(server, "policies", "unused", str(path))
    assert "cannot read" in refused(server, "policies", "unused", str(tmp_path / "none.yml"))
    other = tmp_path / "other.yml"
    other.write_text(TWO_OF_EACH)
    assert f"{other}:32" in drydock(server, "policies", "unused", "--role", arn, str(path), str(other))


def test_what_is_known_of_nobody(server, account, tmp_path):
    role(account, "idle", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("sqs:*"))
    everything = tmp_path / "everything.json"
    everything.write_text(document(allow("*")))
    assert "no call of no-such-role was observed" in refused(server, "policies", "generate", "--role", "no-such-role")
    assert "no call of no-such-role was observed" in refused(server, "policies", "replay", "--with", str(everything), "--role", "no-such-role")
    assert "there is no role no-such-role with a policy" in refused(server, "policies", "unused", "--role", "no-such-role")
    idle = f"arn:aws:iam::{account.id}:role/idle"
    assert idle in refused(server, "policies", "generate", "--role", idle)
    assert "statement #1: never used (sqs:*)" in drydock(server, "policies", "unused", "--role", idle)
    assert "--least-privilege" in refused(server, "rehearse", "--policies", "x", "rehearsal.yaml")
    assert "--start" in refused(server, "rehearse", "--data", "x", "rehearsal.yaml")


def test_a_statement_that_was_renamed_is_used(server, account):
    arn = role(account, "renamed", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("logs:CreateLogGroup", Sid="Old"))
    account.client("logs", credentials=session(account, arn)).create_log_group(logGroupName="one")
    account.client("iam").put_role_policy(RoleName="renamed", PolicyName="wide", PolicyDocument=document(
        allow("logs:CreateLogGroup", Sid="New"), allow("sqs:*", Sid="Old")))
    account.client("logs", credentials=session(account, arn)).create_log_group(logGroupName="two")
    unused = json.loads(drydock(server, "policies", "unused", "--json", "--role", arn))["unused"]
    assert [(one["label"], one["neverUsed"]) for one in unused] == [("Old", True)]


def test_a_role_that_was_made_anew_is_the_same_to_replays(server, account, tmp_path):
    iam = account.client("iam")
    for _ in range(2):
        arn = role(account, "again", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("logs:*"))
        account.client("logs", credentials=session(account, arn)).describe_log_groups()
        iam.delete_role_policy(RoleName="again", PolicyName="wide")
        iam.delete_role(RoleName="again")
    role(account, "again", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("logs:*", Sid="Mine"))
    control = tmp_path / "scp.json"
    control.write_text(json.dumps({"serviceControl": [json.loads(document(allow("*"), {"Effect": "Deny", "Action": "logs:*", "Resource": "*"}))]}))
    answer = json.loads(drydock(server, "policies", "replay", "--with", str(control), "--role", arn, "--json"))
    assert [(c["action"], c["would"]) for c in answer["changes"]] == [("logs:DescribeLogGroups", "denied")] and answer["otherwiseByNow"] == 0
    text = drydock(server, "policies", "replay", "--with", str(control), "--role", arn)
    assert "with 1 service control policy over all accounts" in text and f"for {arn} (2 times)" in text
    assert "0 statements" in drydock(server, "policies", "unused", "--role", arn)


def test_calls_of_who_is_gone_are_tried_as_they_were(server, account, other_account, tmp_path):
    """A rehearsal cleans up behind itself; what a guardrail would have done to it can still be asked."""
    near, far = role(account, "near-gone", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("sts:*")), role(
        other_account, "far-gone", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow("kms:*"))
    theirs = session(account, far, session(account, near))
    kms = other_account.client("kms", credentials=theirs)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.encrypt(KeyId=key, Plaintext=b"x")
    for owner, name in ((account, "near-gone"), (other_account, "far-gone")):
        owner.client("iam").delete_role_policy(RoleName=name, PolicyName="wide")
        owner.client("iam").delete_role(RoleName=name)

    def replayed(arn, changes):
        path = tmp_path / "changes.json"
        path.write_text(json.dumps(changes))
        answer = json.loads(drydock(server, "policies", "replay", "--with", str(path), "--role", arn, "--json"))
        assert (answer["otherwiseByNow"], answer["goneByNow"] > 0) == (0, True)
        return [(c["action"], c["would"], c["kind"]) for c in answer["changes"]]

    scp = [json.loads(document(allow("*"), {"Effect": "Deny", "Action": ["kms:Encrypt", "sts:AssumeRole"], "Resource": "*"}))]
    assert replayed(far, {"serviceControl": scp}) == [("kms:Encrypt", "denied", "service control policy")]
    assert replayed(near, {"serviceControl": scp}) == [("sts:AssumeRole", "denied", "service control policy")]
    assert replayed(far, {"roles": [{"role": far, "document": document(allow("kms:CreateKey"))}]}) == [("kms:Encrypt", "denied", "identity-based policy")]
    assert replayed(near, {"resources": [{"resource": far, "kind": "role trust policy", "document": trust({"AWS": "arn:aws:iam::999999999999:root"})}]}) == [
        ("sts:AssumeRole", "denied", "role trust policy")]
    assert "2 of them are by roles or on resources that are gone" in drydock(server, "policies", "replay", "--with", str(tmp_path / "changes.json"), "--role", far)


def test_generated_policies_change_nothing_of_what_made_them(server, account, tmp_path):
    arn = role(account, "keys", {"AWS": f"arn:aws:iam::{account.id}:root"}, allow(["kms:*", "s3:*"]))
    mine = session(account, arn)
    kms = account.client("kms", credentials=mine)
    key = kms.create_key(Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]["KeyId"]
    kms.encrypt(KeyId=key, Plaintext=b"x")
    bucket = f"replayed-{account.id}"
    account.client("s3", credentials=mine).create_bucket(Bucket=bucket)
    account.client("s3", credentials=mine).put_object(Bucket=bucket, Key="k", Body=b"x")
    policies = tmp_path / "policies.json"
    drydock(server, "policies", "generate", "--role", arn, "--out", str(policies))
    made = json.loads(policies.read_text())
    # The role's own trust policy stands beside what it may do.
    assert [one["role"] for one in made["roles"]] == [arn]
    assert {one["resource"]: one["kind"] for one in made["resources"]}[arn] == "role trust policy"
    assert json.loads(drydock(server, "policies", "replay", "--with", str(policies), "--role", arn, "--json"))["changes"] == []
    # A bucket that never had a policy is tried with one; making the bucket is not.
    policies.write_text(json.dumps({"resources": [{"resource": f"arn:aws:s3:::{bucket}", "document": {"Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}}]}))
    change, = json.loads(drydock(server, "policies", "replay", "--with", str(policies), "--role", arn, "--json"))["changes"]
    assert (change["action"], change["would"], change["kind"]) == ("s3:PutObject", "denied", "resource-based policy")


def test_policies_of_a_user(server, account):
    iam = account.client("iam")
    iam.create_user(UserName="deployer")
    iam.put_user_policy(UserName="deployer", PolicyName="p", PolicyDocument=document(allow("*")))
    keys = iam.create_access_key(UserName="deployer")["AccessKey"]
    account.client("logs", credentials=keys).create_log_group(logGroupName="mine")
    arn = f"arn:aws:iam::{account.id}:user/deployer"
    made, = generated(server, "--role", arn)["roles"]
    assert (made["role"], made["document"]["Statement"][0]["Action"]) == (arn, "logs:CreateLogGroup")
    assert arn not in [one["role"] for one in generated(server)["roles"]]


def test_a_function_is_invoked_for_one_topic_alone(server, account):
    sns = account.client("sns")
    function = make_function(account, "def handler(event, context): pass", name="told")["FunctionArn"]
    topic = sns.create_topic(Name="news")["TopicArn"]
    account.client("lambda").add_permission(FunctionName="told", StatementId="s", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com", SourceArn=topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    sns.publish(TopicArn=topic, Message="x")
    until = time.monotonic() + 120
    while True:
        found = [one for one in generated(server)["resources"] if one["resource"] == function]
        if found:
            break
        assert time.monotonic() < until
        time.sleep(0.2)
    statement, = found[0]["document"]["Statement"]
    assert (statement["Principal"], statement["Condition"]) == ({"Service": "sns.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": topic}})
