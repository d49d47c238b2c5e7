"""Kills the server at random moments of a delivery, starts it again, and has the delivery completed.

    tests/clients/crash.py [KILLS] [SEED]

After each kill: what was acknowledged is still there, what was running comes to rest by itself (done, or failed
cleanly), the same rehearsal then succeeds to its end, and its clean-up leaves nothing behind. All kills hit one
data folder, one after the other.
"""
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from installation import DRYDOCK

REHEARSAL = Path(__file__).resolve().parent / "quick" / "rehearsal.yaml"
PIPELINE, REPOSITORY = "product-catalog-main", "product-catalog"
REST_SECONDS = 60


class Killed(Exception):
    """An expectation that did not hold after a kill."""


class Machine:
    """One data folder and port, and the server that comes and goes on them."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.url = Path(folder), f"http://127.0.0.1:{self.port}"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {"DRYDOCK_URL": self.url}
        self.up()

    def up(self):
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen([DRYDOCK, "up", "--port", str(self.port), "--data", self.folder / "data"],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        if not self.process.stdout.readline().startswith("drydock ready"):
            raise Killed("the server does not start again: see " + str(self.folder / "server.log"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def rehearse(self):
        return subprocess.Popen([DRYDOCK, "rehearse", "--json", REHEARSAL], env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def accounts(self):
        with urllib.request.urlopen(self.url + "/_drydock/accounts", timeout=10) as answer:
            return {account["Name"]: account["Id"] for account in json.load(answer)["Accounts"]}

    def client(self, service, account):
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=account,
                            aws_secret_access_key="test", config=Config(retries={"max_attempts": 1}))


def steps_of(output):
    """The steps that the rehearsal had reported as done before it lost the server."""
    done = set()
    for line in output.splitlines():
        try:
            step = json.loads(line)
        except ValueError:
            continue
        if step.get("status") == "succeeded" and "step" in step:
            done.add(step["step"])
    return done


def check_acknowledged(machine, done):
    accounts = machine.accounts()
    for name in ("tools", "target"):
        if f"account {name}" in done and name not in accounts:
            raise Killed(f"account {name} is lost")
    cleaned = any(step.startswith("delete") for step in done)
    for step in done:
        if step.startswith("stack ") and not cleaned:
            name, account = step.removeprefix("stack ").split(" in ")
            status = machine.client("cloudformation", accounts[account]).describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
            if status != "CREATE_COMPLETE" and status != "UPDATE_COMPLETE":
                raise Killed(f"stack {name} was reported as made and is in {status}")
        if step.startswith("push") and not cleaned:
            machine.client("codecommit", accounts["tools"]).get_branch(repositoryName=REPOSITORY, branchName="main")


def unrest(machine):
    """What is still under way."""
    found = []
    for name, account in machine.accounts().items():
        for stack in machine.client("cloudformation", account).describe_stacks()["Stacks"]:
            if stack["StackStatus"].endswith("_IN_PROGRESS") and stack["StackStatus"] != "REVIEW_IN_PROGRESS":
                found.append(f"stack {stack['StackName']} in {name}: {stack['StackStatus']}")
        pipelines = machine.client("codepipeline", account)
        for pipeline in pipelines.list_pipelines()["pipelines"]:
            for execution in pipelines.list_pipeline_executions(pipelineName=pipeline["name"])["pipelineExecutionSummaries"]:
                if execution["status"] in ("InProgress", "Stopping"):
                    found.append(f"execution {execution['pipelineExecutionId']}: {execution['status']}")
        builds = machine.client("codebuild", account)
        ids = builds.list_builds()["ids"]
        for build in builds.batch_get_builds(ids=ids)["builds"] if ids else []:
            if build["buildStatus"] == "IN_PROGRESS":
                found.append(f"build {build['id']}: {build['currentPhase']}")
    return found


def come_to_rest(machine):
    until = time.monotonic() + REST_SECONDS
    while found := unrest(machine):
        if time.monotonic() > until:
            raise Killed(f"not at rest after {REST_SECONDS} s: " + "; ".join(found))
        time.sleep(0.1)


def check_nothing_left(machine):
    for name, account in machine.accounts().items():
        left = {
            "stacks": [s["StackName"] for s in machine.client("cloudformation", account).describe_stacks()["Stacks"]],
            "buckets": [b["Name"] for b in machine.client("s3", account).list_buckets()["Buckets"]],
            "tables": machine.client("dynamodb", account).list_tables()["TableNames"],
            "functions": [f["FunctionName"] for f in machine.client("lambda", account).list_functions()["Functions"]],
            "apis": [a["name"] for a in machine.client("apigateway", account).get_rest_apis()["items"]],
            "repositories": machine.client("codecommit", account).list_repositories()["repositories"],
            "pipelines": machine.client("codepipeline", account).list_pipelines()["pipelines"],
            "projects": machine.client("codebuild", account).list_projects()["projects"],
            "rules": machine.client("events", account).list_rules()["Rules"],
            "roles": [r["RoleName"] for r in machine.client("iam", account).list_roles()["Roles"] if r["RoleName"].startswith("product-")],
            "keys": [k["KeyId"] for k in machine.client("kms", account).list_keys()["Keys"]
                     if machine.client("kms", account).describe_key(KeyId=k["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"],
        }
        if kept := {what: names for what, names in left.items() if names}:
            raise Killed(f"left in {name}: {kept}")


def sandboxes(machine):
    listed = subprocess.run(["pgrep", "-af", str(machine.folder)], capture_output=True, text=True).stdout.splitlines()
    return [line for line in listed if "bwrap" in line or "zygote" in line]


def complete(machine):
    ran = machine.rehearse()
    out, error = ran.communicate(timeout=180)
    if ran.returncode != 0:
        raise Killed("the delivery does not complete after the restart:\n" + out[-3000:] + error[-2000:])


def crash(kills, seed, say=print):
    chance = random.Random(seed)
    say(f"{kills} kills, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="drydock-crash-") as folder:
        machine = Machine(folder)
        try:
            begun = time.monotonic()
            complete(machine)
            usual = time.monotonic() - begun
            say(f"undisturbed: {usual:.1f} s")
            for number in range(1, kills + 1):
                moment = chance.uniform(0, usual)
                ran = machine.rehearse()
                time.sleep(moment)
                machine.kill()
                out, _ = ran.communicate(timeout=60)
                done = steps_of(out)
                begun = time.monotonic()
                machine.up()
                check_acknowledged(machine, done)
                come_to_rest(machine)
                rest = time.monotonic() - begun
                complete(machine)
                check_nothing_left(machine)
                say(f"{number}: killed after {moment:.2f} s, {len(done)} steps done; at rest after {rest:.1f} s; completed after {time.monotonic() - begun:.1f} s")
        except (Killed, ClientError) as problem:
            machine.stop()
            log = (Path(folder) / "server.log").read_text(errors="replace")[-3000:]
            raise SystemExit(f"{problem}\nserver log:\n{log}")
        machine.stop()
        if left := sandboxes(machine):
            raise SystemExit("sandboxes outlived the server:\n" + "\n".join(left))
    say(f"{kills} kills survived")


if __name__ == "__main__":
    crash(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time()))
