"""The forms of `drydock rehearse`, on the delivery without npm."""
import json
import os
import subprocess

import pytest

from installation import DRYDOCK, Installation, ask, outside
from mutations import QUICK

REHEARSAL = QUICK / "rehearsal.yaml"


@pytest.fixture
def installation(tmp_path):
    running = Installation(tmp_path)
    yield running
    running.stop()


def test_kept_and_rehearsed_again(installation):
    """--keep leaves the delivery; a second rehearsal of the same takes what is there, and cleans up."""
    kept = installation.drydock("rehearse", "--keep", "--json", REHEARSAL)
    summary = json.loads(kept.stdout.splitlines()[-1])["summary"]
    assert summary["succeeded"] and not any(step["step"].startswith("delete") for step in summary["steps"])
    api = outside(installation, summary["outputs"]["stacks.product-catalog-dev.ServiceEndpoint"])
    assert ask(f"{api}/product/find/1001")[0] == 200
    again = installation.drydock("rehearse", "--json", REHEARSAL)
    assert json.loads(again.stdout.splitlines()[-1])["summary"]["succeeded"]
    assert ask(f"{api}/product/find/1001")[0] == 403


def test_for_people(installation):
    """Without --json: steps with times, no colours where there is no terminal, how to look further."""
    shown = installation.drydock("rehearse", "--logs", REHEARSAL).stdout
    assert "\033" not in shown and "✓ Deploy / Deploy" in shown and "Running command /usr/bin/python3 deploy.py" in shown
    assert "It works." in shown and "API: https://" in shown


def test_printed_commands_run_as_they_are(installation, tmp_path):
    script = subprocess.run([DRYDOCK, "rehearse", "--print-commands", REHEARSAL], capture_output=True, text=True, check=True).stdout
    config = ""
    for name in ("tools", "target"):
        made = installation.account(name)
        config += f"[profile {name}]\nregion = us-east-1\naws_access_key_id = {made['AccessKeyId']}\naws_secret_access_key = {made['SecretAccessKey']}\n"
    (tmp_path / "config").write_text(config)
    (tmp_path / "deliver.sh").write_text(script)
    installation.environment |= {"AWS_CONFIG_FILE": str(tmp_path / "config"), "GIT_AUTHOR_NAME": "Jane", "GIT_AUTHOR_EMAIL": "jane@example.org",
                                 "GIT_COMMITTER_NAME": "Jane", "GIT_COMMITTER_EMAIL": "jane@example.org", "HOME": os.environ["HOME"]}
    ran = installation.drydock("shell", "--account", "tools", "--", "bash", tmp_path / "deliver.sh")
    assert "pipeline: Succeeded" in ran.stdout
    left = installation.shell("target", "aws cloudformation list-stacks --stack-status-filter CREATE_COMPLETE UPDATE_COMPLETE --output json").stdout
    assert json.loads(left)["StackSummaries"] == []
