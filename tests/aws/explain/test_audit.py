"""`--iam audit`: everything passes; what would have been denied is recorded and shown."""
import json
import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from conftest import PROGRAM, Account  # noqa: E402


@pytest.fixture
def auditing(tmp_path):
    process = subprocess.Popen([PROGRAM, "up", "--port", "0", "--memory", "--iam", "audit"], stdout=subprocess.PIPE,
                               stderr=open(tmp_path / "log", "w"), text=True)
    yield process.stdout.readline().split()[2]
    process.terminate()
    assert process.wait(20) == 0


def drydock(url, *arguments):
    return subprocess.run([PROGRAM, *arguments, "--url", url], capture_output=True, text=True, timeout=60, check=True).stdout


def test_denied_calls_pass_and_are_shown(auditing):
    made = json.loads(drydock(auditing, "account", "create", "a", "--json"))

    class Server:
        url = auditing
    account = Account(Server, made["Id"], made)
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
