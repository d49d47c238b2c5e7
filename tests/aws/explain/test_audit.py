"""`--iam audit`: everything passes; what would have been denied is recorded and shown. `--iam authenticate`: everything passes that is signed rightly."""
import json
import os
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from conftest import PROGRAM, Account  # noqa: E402


def served_with(tmp_path, mode):
    process = subprocess.Popen([PROGRAM, "up", "--port", "0", "--memory", "--iam", mode], stdout=subprocess.PIPE,
                               stderr=open(tmp_path / "log", "w"), text=True)
    yield process.stdout.readline().split()[2]
    process.terminate()
    assert process.wait(20) == 0


@pytest.fixture
def auditing(tmp_path):
    yield from served_with(tmp_path, "audit")


@pytest.fixture
def authenticating(tmp_path):
    yield from served_with(tmp_path, "authenticate")


def drydock(url, *arguments):
    return subprocess.run([PROGRAM, *arguments, "--url", url], capture_output=True, text=True, timeout=60, check=True).stdout


def account_of(url):
    made = json.loads(drydock(url, "account", "create", "a", "--json"))

    class Server:
        pass
    Server.url = url
    return made, Account(Server, made["Id"], made)


def test_who_signs_rightly_may_do_everything(authenticating):
    made, account = account_of(authenticating)
    iam = account.client("iam")
    iam.create_user(UserName="nobody")
    keys = iam.create_access_key(UserName="nobody")["AccessKey"]
    nobody = account.client("sts", credentials=keys).get_caller_identity()["Arn"]
    assert nobody == f"arn:aws:iam::{made['Id']}:user/nobody"
    account.client("logs", credentials=keys).create_log_group(logGroupName="passes")
    with pytest.raises(ClientError) as refused:
        account.client("logs", credentials=keys | {"SecretAccessKey": "wrong"}).describe_log_groups()
    assert refused.value.response["Error"]["Code"] == "InvalidSignatureException"
    assert json.loads(drydock(authenticating, "status", "--json"))["iam"] == "authenticate"
    assert drydock(authenticating, "why", "--denied").count("deny") == 0


def test_denied_calls_pass_and_are_shown(auditing):
    made, account = account_of(auditing)
    iam = account.client("iam")
    iam.create_user(UserName="nobody")
    keys = iam.create_access_key(UserName="nobody")["AccessKey"]
    account.client("logs", credentials=keys).create_log_group(logGroupName="passes")
    assert [g["logGroupName"] for g in account.client("logs").describe_log_groups()["logGroups"]] == ["passes"]
    shown = drydock(auditing, "why", "--denied")
    assert "would deny  logs:CreateLogGroup on " in shown and f"arn:aws:iam::{made['Id']}:user/nobody" in shown
    assert "IMPLICIT_DENY, but passed: --iam audit" in drydock(auditing, "why", "--last")
    health = json.loads(drydock(auditing, "status", "--json"))
    assert (health["iam"], health["denied"]) == ("audit", 1)


def test_what_passed_is_worth_a_policy(auditing):
    """Policies for a delivery whose roles have none yet: run it with --iam audit, then generate."""
    made, account = account_of(auditing)
    iam = account.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": made["Id"]}, "Action": "sts:AssumeRole"}]})
    arn = iam.create_role(RoleName="bare", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    mine = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    account.client("logs", credentials=mine).create_log_group(logGroupName="passes")
    answer = json.loads(drydock(auditing, "policies", "generate", "--role", "bare", "--json"))
    statement, = answer["roles"][0]["document"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("logs:CreateLogGroup", f"arn:aws:logs:us-east-1:{made['Id']}:log-group:passes:*")


def test_where_nothing_is_decided_nothing_is_generated(authenticating):
    ran = subprocess.run([PROGRAM, "policies", "generate", "--url", authenticating], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1 and "--iam off or authenticate" in ran.stderr


def test_a_long_list_says_that_it_is_not_all(auditing):
    _, account = account_of(auditing)
    account.client("iam").create_user(UserName="nobody")
    logs = account.client("logs", credentials=account.client("iam").create_access_key(UserName="nobody")["AccessKey"])
    for _ in range(201):
        logs.describe_log_groups()
    shown = drydock(auditing, "why", "--denied")
    assert shown.startswith("(the newest 200; there are older ones)\n") and shown.count("would deny") == 200
    assert "older ones" not in drydock(auditing, "why", "--last")
