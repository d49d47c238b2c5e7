"""`drydock rehearse --least-privilege`: the generated policies alone do, each of their statements is needed, and nothing of a
trial is left when the rehearsal is killed."""
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from installation import DRYDOCK, Installation

QUICK = Path(__file__).resolve().parent / "quick" / "rehearsal.yaml"


@pytest.fixture
def installation(tmp_path):
    running = Installation(tmp_path)
    yield running
    running.stop()


def post(installation, path, body):
    request = urllib.request.Request(f"{installation.url}/_drydock{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_every_statement_is_needed(installation, tmp_path):
    ran = installation.drydock("rehearse", "--json", "--least-privilege", "--prove-minimal", "--policies", tmp_path / "policies.json", QUICK, check=False)
    summary = json.loads(ran.stdout.splitlines()[-1])["summary"]
    assert ran.returncode == 0, [step for step in summary["steps"] if step["status"] == "failed"]
    policies = json.loads((tmp_path / "policies.json").read_text())
    statements = sum(len(one["document"]["Statement"]) for kind in ("roles", "resources") for one in policies[kind])
    without = [step for step in summary["steps"] if "] without " in step["step"]]
    assert len(without) == statements > 30
    # Each stops at a step that needs it, with a call denied that it allows; but log lines are lost in silence, as on AWS.
    for step in without:
        assert " was denied" in step["detail"], step
        assert step["detail"].startswith("stops at ") or "logs:" in step["detail"], step
    details = {step["step"].partition("] ")[2]: step["detail"] for step in without}
    assert details["without statement Iam1 of role/product-catalog-deployment"].startswith("stops at Deploy / Deploy: iam:PassRole")
    assert "stops at Test / AskTheApi: dynamodb:" in details["without statement Dynamodb1 of role/product-catalog-function"]


NOBODY = {"roles": [{"role": "arn:aws:iam::*:user/admin", "document": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "drydock:Nothing", "Resource": "*"}]}}]}


def may_list_roles(installation, account):
    ran = installation.shell(account, "aws iam list-roles --query 'Roles[0].RoleName' --output text", check=False)
    return ran.returncode == 0


def test_a_trial_ends_when_nobody_renews_it(installation):
    installation.account("one")
    status, answer = post(installation, "/policies/trial", {"changes": NOBODY, "holdSeconds": 3600})
    assert status == 200 and not may_list_roles(installation, "one")
    assert post(installation, "/policies/trial/renew", {"trial": answer["trial"]})[0] == 200
    # Another trial takes its place; it lasts a second.
    assert post(installation, "/policies/trial", {"changes": NOBODY, "holdSeconds": 1})[0] == 200
    status, told = post(installation, "/policies/trial/renew", {"trial": answer["trial"]})
    assert status == 400 and "the trial is over" in told["message"]
    until = time.monotonic() + 120
    while not may_list_roles(installation, "one"):
        assert time.monotonic() < until, "the trial goes on without anybody"
        time.sleep(0.2)


def test_a_rehearsal_that_is_stopped_ends_its_trial(installation):
    process = subprocess.Popen([DRYDOCK, "rehearse", "--json", "--least-privilege", "--prove-minimal", QUICK], env=installation.environment,
                               stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "] without " in line:
            break
    process.send_signal(signal.SIGTERM)  # as Ctrl-C
    process.stdout.read()
    assert process.wait(120) == -signal.SIGTERM
    status, told = post(installation, "/policies/trial/status", {})
    assert (status, told["onTrial"]) == (200, False)


def test_generated_from_a_rehearsal(installation, tmp_path):
    """stdout has the policies alone; and a rehearsal that has cleaned up behind itself is replayed as it was."""
    ran = installation.drydock("policies", "generate", "--json", "--rehearsal", QUICK, "--out", tmp_path / "policies.json")
    made = json.loads(ran.stdout)
    assert "It works." in ran.stderr and made == json.loads((tmp_path / "policies.json").read_text())
    assert "role/product-catalog-execution" in [one["role"].split(":")[5] for one in made["roles"]]
    replayed = json.loads(installation.drydock("policies", "replay", "--json", "--with", tmp_path / "policies.json").stdout)
    changed = [change for change in replayed["changes"] if not change["action"].startswith("logs:")]  # a function's last lines may come late
    assert (changed, replayed["goneByNow"] > 50) == ([], True)
    guardrail = tmp_path / "scp.json"
    guardrail.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "lambda:CreateFunction", "Resource": "*"}]}))
    changes = json.loads(installation.drydock("policies", "replay", "--json", "--with", guardrail).stdout)["changes"]
    assert {(change["action"], change["role"].split(":")[5], change["kind"]) for change in changes} == {
        ("lambda:CreateFunction", "role/product-catalog-execution", "service control policy")}
