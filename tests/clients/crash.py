"""Kills the server at random moments of a delivery, starts it again, and has the delivery completed.

    tests/clients/crash.py [KILLS] [SEED]

After each kill: no sandbox goes on; what was acknowledged is still there, also of somebody who writes all the time;
what was running comes to rest by itself (done, or failed cleanly); the same rehearsal then succeeds to its end, and
its clean-up leaves nothing behind. All kills hit one data folder, one after the other.
"""
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from installation import DRYDOCK
from leftovers import left_in

REHEARSAL = Path(__file__).resolve().parent / "quick" / "rehearsal.yaml"
PIPELINE, REPOSITORY = "product-catalog-main", "product-catalog"
REST_SECONDS, SOON_SECONDS = 120, 20  # for a busy machine; usually 3 and below 1


class Killed(Exception):
    """An expectation that did not hold after a kill."""


class Writer:
    """Somebody in a third account who writes all the time, and remembers what the server acknowledged."""

    NAME = "writer"

    def __init__(self, machine):
        self.machine = machine
        self.items, self.objects, self.parameters = 0, {}, {}
        self.account = machine.account(self.NAME)
        machine.client("dynamodb", self.account).create_table(
            TableName="kept", AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
            KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")
        machine.client("s3", self.account).create_bucket(Bucket="kept")

    def begin(self):
        self.thread = threading.Thread(target=self.write)
        self.thread.start()

    def write(self):
        table, s3, ssm = (self.machine.client(service, self.account) for service in ("dynamodb", "s3", "ssm"))
        try:
            for n in range(10**9):
                table.put_item(TableName="kept", Item={"n": {"N": str(self.items)}})
                self.items += 1
                name, content = f"object-{n % 20}", os.urandom(20_000)
                self.objects.pop(name, None)  # from here on the old or the new
                s3.put_object(Bucket="kept", Key=name, Body=content)
                self.objects[name] = content
                name, value = f"/kept/{n % 20}", str(self.items)
                self.parameters.pop(name, None)
                ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
                self.parameters[name] = value
        except (BotoCoreError, ClientError) as problem:
            if isinstance(problem, ClientError):
                self.problem = problem  # the server answers well until it is gone

    problem = None

    def end(self):
        self.thread.join()

    def check(self):
        if self.problem:
            raise Killed(f"the writer was refused: {self.problem}")
        table, s3, ssm = (self.machine.client(service, self.account) for service in ("dynamodb", "s3", "ssm"))
        count = table.get_paginator("scan").paginate(TableName="kept", Select="COUNT").build_full_result()["Count"]
        if count not in (self.items, self.items + 1):  # the last may have been written and not acknowledged
            raise Killed(f"of {self.items} items {count} are there")
        self.items = count
        for name, content in self.objects.items():
            if s3.get_object(Bucket="kept", Key=name)["Body"].read() != content:
                raise Killed(f"{name} is not what was acknowledged")
        for name, value in self.parameters.items():
            if ssm.get_parameter(Name=name)["Parameter"]["Value"] != value:
                raise Killed(f"{name} is not what was acknowledged")


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

    def account(self, name):
        request = urllib.request.Request(self.url + "/_drydock/accounts", json.dumps({"Name": name}).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["Id"]

    def accounts(self):
        with urllib.request.urlopen(self.url + "/_drydock/accounts", timeout=10) as answer:
            return {account["Name"]: account["Id"] for account in json.load(answer)["Accounts"]}

    def client(self, service, account):
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=account,
                            aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}))


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
        if name == Writer.NAME:
            continue
        if kept := left_in(machine.url, account):
            raise Killed(f"left in {name}: {kept}")


def sandboxes(machine):
    listed = subprocess.run(["pgrep", "-af", str(machine.folder)], capture_output=True, text=True).stdout.splitlines()
    return [line for line in listed if "bwrap" in line or "zygote" in line]


def check_no_sandboxes(machine):
    """What the server started ends with it, soon."""
    until = time.monotonic() + SOON_SECONDS
    while left := sandboxes(machine):
        if time.monotonic() > until:
            raise Killed("sandboxes outlived the server:\n" + "\n".join(left))
        time.sleep(0.05)


def check_folders(machine):
    """Working folders of builds that are no more."""
    left = [str(path) for path in (machine.folder / "data" / "builds").glob("work-*")]
    if left:
        raise Killed(f"left on the disk: {left}")


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
            writer = Writer(machine)
            for number in range(1, kills + 1):
                moment = chance.uniform(0, usual)
                writer.begin()
                ran = machine.rehearse()
                time.sleep(moment)
                machine.kill()
                writer.end()
                check_no_sandboxes(machine)
                out, _ = ran.communicate(timeout=60)
                done = steps_of(out)
                begun = time.monotonic()
                machine.up()
                check_acknowledged(machine, done)
                writer.check()
                come_to_rest(machine)
                rest = time.monotonic() - begun
                complete(machine)
                check_nothing_left(machine)
                check_folders(machine)
                say(f"{number}: killed after {moment:.2f} s, {len(done)} steps done; at rest after {rest:.1f} s; completed after {time.monotonic() - begun:.1f} s")
        except (Killed, ClientError) as problem:
            machine.stop()
            log = (Path(folder) / "server.log").read_text(errors="replace")[-3000:]
            raise SystemExit(f"{problem}\nserver log:\n{log}")
        machine.stop()
    say(f"{kills} kills survived; {writer.items} items written in between, none lost")


if __name__ == "__main__":
    crash(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time()))
