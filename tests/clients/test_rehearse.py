"""`drydock rehearse` as a product: its summary, --keep, a second run, and the same as plain commands."""
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from installation import DRYDOCK, EXAMPLE, Installation, ask, outside
from leftovers import left_in

QUICK = Path(__file__).resolve().parent / "quick" / "rehearsal.yaml"
STACKS = ["deployment-role in target", "execution-role in target", "pipeline in tools"]


@pytest.fixture
def installation(tmp_path):
    running = Installation(tmp_path)
    yield running
    running.stop()


def rehearse(installation, *options):
    """The exit code, the lines before the last, and the summary."""
    ran = installation.drydock("rehearse", "--json", *options, QUICK, check=False)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return ran.returncode, lines[:-1], lines[-1]["summary"]


def test_keep_and_run_again(installation):
    code, lines, summary = rehearse(installation, "--keep")
    assert code == 0 and summary["succeeded"], summary
    steps = [line["step"] for line in lines if "step" in line]
    assert steps == [step["step"] for step in summary["steps"]]
    assert steps[:5] == ["account tools", "account target", *(f"stack {name}" for name in STACKS)]
    assert steps[5] == "push to product-catalog (main)"
    for step in ("Source / Checkout", "Deploy / Deploy", "Test / AskTheApi", "pipeline product-catalog-main", "check: find it again"):
        assert step in steps
    assert all(step["status"] == "succeeded" and step["seconds"] >= 0 for step in summary["steps"])
    assert summary["url"] == installation.url and summary["deliveredSeconds"] > 0
    assert summary["buildPhases"]["product-catalog-deploy"]["build"] > 0
    outputs = summary["outputs"]
    endpoint = outputs["stacks.product-catalog-dev.ServiceEndpoint"]
    # Everything is still there and answers.
    assert "Drydock poster" in ask(outside(installation, endpoint) + "/product/find/1001")[1]
    assert left_in(installation.url, outputs["accounts.target.id"])["stacks"]

    # Once more on what is there: nothing changes, the pipeline runs all the same, and this time all of it goes.
    code, lines, summary = rehearse(installation)
    assert code == 0 and summary["succeeded"], summary
    details = {step["step"]: step.get("detail") for step in summary["steps"]}
    assert all(details[f"stack {name}"] == "no change" for name in STACKS)
    assert details["push to product-catalog (main)"] == "no change"
    assert summary["outputs"]["stacks.product-catalog-dev.ServiceEndpoint"] == endpoint
    for account in ("tools", "target"):
        assert left_in(installation.url, outputs[f"accounts.{account}.id"]) == {}


def test_for_people(installation):
    """Without --json: steps with times, no colours where there is no terminal, how to look further."""
    shown = installation.drydock("rehearse", "--logs", QUICK).stdout
    assert "\033" not in shown and "✓ Deploy / Deploy" in shown and "Running command /usr/bin/python3 deploy.py" in shown
    assert "It works." in shown and "API: https://" in shown


def test_plain_commands(installation, tmp_path):
    """--print-commands is a script that runs in `drydock shell` (and, with the same profiles, on AWS)."""
    def profiles():  # of every shell on this machine
        return set(Path(os.environ.get("TMPDIR", "/tmp")).glob("drydock-profiles-*"))
    others = profiles()
    script = tmp_path / "delivery.sh"
    script.write_text(installation.drydock("rehearse", "--print-commands", QUICK).stdout)
    assert "--endpoint" not in script.read_text() and "http://" not in script.read_text()
    accounts = [installation.account("tools")["Id"], installation.account("target")["Id"]]
    installation.environment |= {"GIT_AUTHOR_NAME": "Jane", "GIT_AUTHOR_EMAIL": "jane@example.org", "GIT_COMMITTER_NAME": "Jane",
                                 "GIT_COMMITTER_EMAIL": "jane@example.org"}
    # --keep prints no clean-up.
    kept = installation.drydock("rehearse", "--print-commands", "--keep", QUICK).stdout
    assert "# Clean-up" not in kept and "delete-stack" not in kept
    (tmp_path / "kept.sh").write_text(kept)
    first = installation.drydock("shell", "--", "bash", tmp_path / "kept.sh")
    assert ": Succeeded" in first.stdout, first.stdout + first.stderr
    assert "product-catalog-dev" in left_in(installation.url, accounts[1])["stacks"]

    # Again, whole: there is nothing to push, so it starts the pipeline itself; then all of it goes.
    again = installation.drydock("shell", "--", "bash", script)
    assert ": Succeeded" in again.stdout, again.stdout + again.stderr
    for account in accounts:
        assert left_in(installation.url, account) == {}
    assert not profiles() - others, "the shell's profiles outlived it"


def test_commands_of_the_example_are_a_script(installation):
    printed = installation.drydock("rehearse", "--print-commands", EXAMPLE / "rehearsal.yaml").stdout
    assert subprocess.run(["bash", "-n"], input=printed, text=True).returncode == 0


def test_a_server_of_its_own_goes_on(tmp_path):
    """--start --keep leaves the server running, and the summary says where and which process."""
    ran = subprocess.run([DRYDOCK, "rehearse", "--start", "--keep", "--json", "--data", tmp_path / "data", QUICK],
                         text=True, capture_output=True)
    summary = json.loads(ran.stdout.splitlines()[-1])["summary"]
    try:
        assert ran.returncode == 0, summary
        endpoint = summary["outputs"]["stacks.product-catalog-dev.ServiceEndpoint"]
        api, _, stage = endpoint.removeprefix("https://").partition("/")
        status, body = ask(f"{summary['url']}/_aws/execute-api/{api.split('.')[0]}/{stage}/product/find/1001")
        assert status == 200 and "Drydock poster" in body
    finally:
        os.kill(summary["serverProcess"], signal.SIGTERM)


def test_a_failure_says_why(installation, tmp_path):
    """A stack that can't be made ends the rehearsal there, with CloudFormation's own words, and nothing is cleaned up."""
    (tmp_path / "template.yml").write_text(
        "Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: t\n"
        "      BillingMode: PAY_PER_REQUEST\n      AttributeDefinitions: [{ AttributeName: a, AttributeType: S }]\n"
        "      KeySchema: [{ AttributeName: b, KeyType: HASH }]\n")
    (tmp_path / "rehearsal.yaml").write_text(
        "rehearsal: broken\naccounts: [one]\nstacks:\n  - { name: table, account: one, template: template.yml }\n"
        "cleanup:\n  - { account: one, stack: table }\n")
    ran = installation.drydock("rehearse", "--json", tmp_path / "rehearsal.yaml", check=False)
    summary = json.loads(ran.stdout.splitlines()[-1])["summary"]
    assert ran.returncode == 1 and not summary["succeeded"]
    assert [step["status"] for step in summary["steps"]] == ["succeeded", "failed"]
    assert "ROLLBACK_COMPLETE" in summary["reason"] and "Table (AWS::DynamoDB::Table)" in summary["reason"]
    assert left_in(installation.url, summary["outputs"]["accounts.one.id"]) == {"stacks": ["table"]}
