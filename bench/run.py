#!/usr/bin/env python3
"""Measures Drydock and prints numbers with ratios to bare baselines. Never a pass or a fail: that is for the reader.

    ./dev bench [--seconds N] [--rounds N] [--only start,dynamodb,iam,lambda,stack,delivery,micro]

The numbers also go to build/bench.json.
"""
import argparse
import contextlib
import io
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("DRYDOCK_BUILD", os.path.join(ROOT, "build"))
PROGRAM = os.path.join(BUILD, "drydock")
LOAD = os.path.join(BUILD, "bench", "bench_load")
MICRO = os.path.join(BUILD, "bench", "bench_micro")
CACHE = os.path.join(BUILD, "bench-cache")
REGION = "us-east-1"
CONNECTIONS, DISTINCT_ITEMS = 16, 20000
results = {}


def say(text=""):
    print(text, flush=True)


def title(text):
    say(f"\n== {text}")


def row(name, value, note=""):
    say(f"  {name:<44}{value:>16}  {note}")


def ratio(mine, other):
    return f"{mine / other:.2f} x" if other else "-"


def build(*targets):
    done = subprocess.run(["ninja", "-C", BUILD, *targets], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-1000:])


# ---- processes

def memory_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid):
    """Of the process and the children it has waited for."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Drydock:
    """The program on a free port with a data folder of its own."""

    def __init__(self, *options, folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="drydock-bench-")
        self.own_folder = folder is None
        where = [] if "--memory" in options else ["--data", self.folder]
        begin = time.monotonic()
        self.process = subprocess.Popen([PROGRAM, "up", "--port", "0", "--log", "error", *where, *options], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.ready_ms = (time.monotonic() - begin) * 1000
        if not line.startswith("drydock ready "):
            raise RuntimeError(f"drydock did not start: {line!r}")
        self.url = line.split()[2]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.pid = self.process.pid

    def account(self):
        request = urllib.request.Request(self.url + "/_drydock/accounts", data=json.dumps({"Name": f"bench-{time.monotonic_ns()}"}).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def client(service, url, keys, **config):
    import boto3
    from botocore.config import Config
    return boto3.client(service, endpoint_url=url, region_name=REGION, aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"),
                        config=Config(retries={"max_attempts": 0}, **config))


def wall_ms(command):
    begin = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - begin) * 1000


# ---- start-up

def bench_start(options):
    title("start: time until it answers, memory when idle")
    fresh, again, memory, idle = [], [], [], []
    for _ in range(max(5, options.rounds)):
        server = Drydock()
        fresh.append(server.ready_ms)
        folder = server.folder
        server.own_folder = False
        server.stop()
        server = Drydock(folder=folder)
        server.own_folder = True
        again.append(server.ready_ms)
        time.sleep(0.2)
        idle.append(memory_mb(server.pid))
        server.stop()
        server = Drydock("--memory")
        memory.append(server.ready_ms)
        server.stop()
    bare = statistics.median(wall_ms(["true"]) for _ in range(11))
    python = statistics.median(wall_ms([sys.executable, "-c", "pass"]) for _ in range(11))
    sleeper = subprocess.Popen([sys.executable, "-c", "import sys; print(1, flush=True); sys.stdin.read()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    sleeper.stdout.readline()
    python_mb = memory_mb(sleeper.pid)
    sleeper.stdin.close()
    sleeper.wait()
    sleeper.stdout.close()
    numbers = {"ready_fresh_ms": statistics.median(fresh), "ready_again_ms": statistics.median(again), "ready_memory_ms": statistics.median(memory),
               "true_ms": bare, "python_ms": python, "idle_mb": statistics.median(idle), "python_mb": python_mb}
    results["start"] = numbers
    row("run `true`", f"{bare:.1f} ms")
    row("run `python3 -c pass`", f"{python:.1f} ms")
    for name, key in (("ready, new data folder", "ready_fresh_ms"), ("ready, old data folder", "ready_again_ms"), ("ready, --memory", "ready_memory_ms")):
        row(name, f"{numbers[key]:.1f} ms", f"{ratio(numbers[key], bare)} true, {ratio(numbers[key], python)} python3")
    row("memory of an idle python3", f"{python_mb:.1f} MB")
    row("memory when idle", f"{numbers['idle_mb']:.1f} MB", f"{ratio(numbers['idle_mb'], python_mb)} python3")


# ---- DynamoDB

class Target:
    """A server under load: how to call it, and its process."""

    def __init__(self, name, port, pid, keys, stop):
        self.name, self.port, self.pid, self.keys, self.stop = name, port, pid, keys, stop
        self.rates = {}

    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def make_table(self, keys):
        db = client("dynamodb", self.url(), keys)
        db.create_table(TableName="bench", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")
        while db.describe_table(TableName="bench")["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.02)

    def load(self, kind, seconds):
        before = cpu_seconds(self.pid)
        done = subprocess.run([LOAD, str(self.port), kind, str(seconds), str(CONNECTIONS), str(DISTINCT_ITEMS), self.keys["AccessKeyId"],
                               self.keys["SecretAccessKey"], "bench"], capture_output=True, text=True, timeout=seconds * 4 + 60)
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stderr.strip()}")
        answer = json.loads(done.stdout)
        answer["cpu_us"] = (cpu_seconds(self.pid) - before) * 1e6 / max(1, answer["answers"])
        if answer["errors"]:
            raise RuntimeError(f"{self.name}: {answer['errors']} errors; {done.stderr.strip()[:300]}")
        self.rates.setdefault(kind, []).append(answer)

    def rate(self, kind):
        return statistics.median(one["rate"] for one in self.rates[kind]) if kind in self.rates else 0

    def median(self, kind, what):
        return statistics.median(one[what] for one in self.rates[kind])


def drydock_target(name, *options, condition=None):
    """Loaded by an IAM user with an inline policy, so that IAM has something to decide."""
    server = Drydock(*options)
    try:
        admin = server.account()
        iam = client("iam", server.url, admin)
        iam.create_user(UserName="load")
        iam.put_user_policy(UserName="load", PolicyName="table", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
                                                    "Resource": f"arn:aws:dynamodb:*:{admin['Id']}:table/bench",
                                                    **({"Condition": condition} if condition else {})}]}))
        target = Target(name, server.port, server.pid, iam.create_access_key(UserName="load")["AccessKey"], server.stop)
        target.make_table(admin)
        return target
    except Exception:
        server.stop()
        raise


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def external_target(name, command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise RuntimeError(f"{name} does not start")
        time.sleep(0.05)

    def stop():
        process.terminate()
        process.wait()
    target = Target(name, port, process.pid, {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "secret"}, stop)
    target.make_table(target.keys)
    return target


def dynalite_target():
    binary = os.path.join(CACHE, "node_modules", ".bin", "dynalite")
    if not os.path.exists(binary):
        if not shutil.which("npm"):
            raise RuntimeError("npm is not installed")
        os.makedirs(CACHE, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", CACHE, "--no-audit", "--no-fund", "dynalite"], check=True, capture_output=True, timeout=180)
    port = free_port()
    return external_target("npm dynalite, in memory", [binary, "--port", str(port), "--createTableMs", "0"], port)


def moto_target():
    program = shutil.which("moto_server")
    # A pyenv shim may be there without the program behind it.
    if not program or subprocess.run([program, "--help"], capture_output=True).returncode:
        raise RuntimeError("moto_server is not installed")
    port = free_port()
    return external_target("moto_server", [program, "-p", str(port)], port)


def bench_dynamodb(options):
    title(f"DynamoDB over HTTP: {CONNECTIONS} connections, SigV4, {options.seconds:g} s x {options.rounds} rounds (medians)")
    targets = []
    for make in (lambda: drydock_target("drydock"), lambda: drydock_target("drydock --memory", "--memory"), dynalite_target, moto_target):
        try:
            targets.append(make())
        except Exception as error:
            say(f"  (left out: {error})")
    failed = []
    try:
        for _ in range(options.rounds):  # all in turn, so that a busy machine is busy for all
            for target in targets:
                kinds = ["put", "get"] + (["health"] if target.name == "drydock" else [])
                try:
                    for kind in kinds:
                        target.load(kind, options.seconds)
                except RuntimeError as error:
                    say(f"  (left out: {error})")
                    failed.append(target)
            for target in failed:
                if target in targets:
                    target.stop()
                    targets.remove(target)
    finally:
        memory = {target.name: memory_mb(target.pid) for target in targets}
        for target in targets:
            target.stop()
    dynalite = next((target for target in targets if "dynalite" in target.name), None)
    constant = next((target.rate("health") for target in targets if target.name == "drydock"), 0)
    numbers = results["dynamodb"] = {"constant_rate": constant}
    row("drydock, a constant answer (health)", f"{constant:,.0f} /s")
    for target in targets:
        for kind, shown in (("put", "PutItem"), ("get", "GetItem")):
            rate = target.rate(kind)
            notes = [f"p50 {target.median(kind, 'p50_us'):.0f} us, p99 {target.median(kind, 'p99_us'):.0f} us, server CPU {target.median(kind, 'cpu_us'):.0f} us each"]
            if dynalite and target is not dynalite:
                notes.append(f"{ratio(rate, dynalite.rate(kind))} dynalite")
            if "drydock" in target.name:
                notes.append(f"{ratio(rate, constant)} the constant")
            row(f"{target.name}: {shown}", f"{rate:,.0f} /s", "; ".join(notes))
            numbers[f"{target.name} {shown}"] = {"rate": rate, "cpu_us": target.median(kind, "cpu_us"), "p99_us": target.median(kind, "p99_us")}
        row(f"{target.name}: memory after the load", f"{memory[target.name]:.0f} MB")


# ---- what enforcement costs

def bench_iam(options):
    title(f"What IAM costs: {CONNECTIONS} connections, {options.seconds:g} s x {options.rounds} rounds, in turn (medians)")
    targets = {}
    try:
        for mode in ("enforce", "authenticate", "off"):
            targets[mode] = drydock_target(mode, "--iam", mode)
        targets["condition"] = drydock_target("condition", condition={"Bool": {"aws:SecureTransport": "true"}})
        for _ in range(options.rounds):
            for kind in ("put", "get"):
                for target in targets.values():
                    target.load(kind, options.seconds)
    finally:
        for target in targets.values():
            target.stop()
    row("a signature, verified alone", f"{micro_ns('sigv4_verify') / 1000:.1f} us")
    for kind, shown in (("put", "PutItem"), ("get", "GetItem")):
        cpu = {mode: target.median(kind, "cpu_us") for mode, target in targets.items()}
        results[f"iam {shown}"] = {f"{mode}_cpu_us": each for mode, each in cpu.items()} | {
            f"{mode}_rate": target.rate(kind) for mode, target in targets.items()}
        row(f"{shown}: enforcement costs", f"{(cpu['enforce'] / cpu['authenticate'] - 1) * 100:+.1f} %",
            f"server CPU {cpu['enforce']:.1f} us with, {cpu['authenticate']:.1f} us when only signatures are verified, "
            f"{cpu['off']:.1f} us without these; {(cpu['condition'] / cpu['authenticate'] - 1) * 100:+.1f} % when the policy has a condition; {targets['enforce'].rate(kind):,.0f}, {targets['authenticate'].rate(kind):,.0f} "
            f"and {targets['off'].rate(kind):,.0f} /s")


# ---- Lambda

HANDLER = "def handler(event, context):\n    return event\n"


def bench_lambda(options):
    title("Lambda: a Python function that returns its event")
    server = Drydock()
    try:
        keys = server.account()
        iam = client("iam", server.url, keys)
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("index.py", HANDLER)
        functions = client("lambda", server.url, keys, read_timeout=60)
        cold, warm = [], []

        def invoke(name):
            begin = time.monotonic()
            answer = functions.invoke(FunctionName=name, Payload=b'{"x":1}')
            taken = (time.monotonic() - begin) * 1000
            if answer.get("FunctionError") or json.loads(answer["Payload"].read()) != {"x": 1}:
                raise RuntimeError("the function failed")
            return taken
        for i in range(max(3, options.rounds)):
            name = f"echo-{i}"
            functions.create_function(FunctionName=name, Runtime="python3.11", Role=role, Handler="index.handler", Code={"ZipFile": archive.getvalue()})
            functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
            cold.append(invoke(name))
            warm += [invoke(name) for _ in range(30)]
    finally:
        server.stop()
    python = statistics.median(wall_ms([sys.executable, "-c", "pass"]) for _ in range(11))
    results["lambda"] = {"cold_ms": statistics.median(cold), "warm_ms": statistics.median(warm), "python_ms": python}
    row("run `python3 -c pass`", f"{python:.1f} ms")
    row("cold invoke", f"{statistics.median(cold):.1f} ms", f"{ratio(statistics.median(cold), python)} python3")
    row("warm invoke", f"{statistics.median(warm):.2f} ms", f"{ratio(statistics.median(warm), python)} python3")


# ---- CloudFormation

def template():
    resources = {}
    for i in range(5):
        resources[f"Table{i}"] = {"Type": "AWS::DynamoDB::Table", "Properties": {
            "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}
        resources[f"Logs{i}"] = {"Type": "AWS::Logs::LogGroup"}
        resources[f"Role{i}"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}}
        resources[f"Bucket{i}"] = {"Type": "AWS::S3::Bucket"}
    return json.dumps({"Resources": resources})


def bench_stack(options):
    title("CloudFormation: a stack of 20 resources (5 tables, log groups, roles, buckets)")
    server = Drydock()
    try:
        stacks = client("cloudformation", server.url, server.account())
        made, deleted = [], []

        def until(name, done):
            while True:
                status = stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
                if status == done:
                    return
                if not status.endswith("IN_PROGRESS"):
                    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
                    reasons = [event["ResourceStatusReason"] for event in events if event["ResourceStatus"].endswith("FAILED")]
                    raise RuntimeError(f"the stack is {status}: {reasons}")
                time.sleep(0.005)
        for i in range(max(3, options.rounds)):
            begin = time.monotonic()
            arn = stacks.create_stack(StackName=f"bench-{i}", TemplateBody=template(), Capabilities=["CAPABILITY_IAM"])["StackId"]
            until(arn, "CREATE_COMPLETE")
            made.append((time.monotonic() - begin) * 1000)
            begin = time.monotonic()
            stacks.delete_stack(StackName=arn)
            until(arn, "DELETE_COMPLETE")
            deleted.append((time.monotonic() - begin) * 1000)
    finally:
        server.stop()
    results["stack"] = {"create_ms": statistics.median(made), "delete_ms": statistics.median(deleted)}
    for name, taken in (("create", made), ("delete", deleted)):
        row(name, f"{statistics.median(taken):.0f} ms", f"{statistics.median(taken) / 20:.1f} ms a resource")


# ---- the delivery

def stack_seconds(server, account, name):
    """What making and updating the newest stack of that name took, deleted or not."""
    keys = {"AccessKeyId": account, "SecretAccessKey": "test"}
    stacks = client("cloudformation", server.url, keys)
    newest = next(one["StackId"] for one in stacks.list_stacks()["StackSummaries"] if one["StackName"] == name)
    pages = stacks.get_paginator("describe_stack_events").paginate(StackName=newest)
    events = [(event["Timestamp"], event["ResourceStatus"]) for page in pages for event in page["StackEvents"]
              if event["LogicalResourceId"] == name]
    spent, begun = 0, None
    for at, status in reversed(events):
        if status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            begun = at
        elif status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            spent += (at - begun).total_seconds()
    return spent


def one_delivery(server):
    """One rehearsal of the example, taken apart: seconds by part."""
    cpu = cpu_seconds(server.pid)
    done = subprocess.run([PROGRAM, "rehearse", "--json", os.path.join(ROOT, "examples", "product-catalog", "rehearsal.yaml")],
                          env=os.environ | {"DRYDOCK_URL": server.url}, capture_output=True, text=True)
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    if done.returncode:
        raise RuntimeError(summary.get("reason", done.stderr)[-500:])
    steps = {step["step"]: step["seconds"] for step in summary["steps"]}
    phases, tests = summary["buildPhases"]["product-catalog-deploy"], summary["buildPhases"]["product-catalog-test"]
    parts = {"push to live": summary["deliveredSeconds"],
             "git push": next(seconds for step, seconds in steps.items() if step.startswith("push ")),
             "source action": steps["Source / Checkout"],
             "install phase (npm install -g osls@4)": phases["install"],
             "stack": stack_seconds(server, summary["outputs"]["accounts.target.id"], "product-catalog-dev")}
    parts["build phase without the stack (osls, aws)"] = phases["build"] - parts["stack"]
    parts["test stage's commands"] = tests["build"]
    commands = phases["install"] + phases["pre_build"] + phases["build"] + phases["post_build"] + tests["build"]
    parts["Drydock's own: all but git and commands, and the stack"] = summary["deliveredSeconds"] - parts["git push"] - commands + parts["stack"]
    parts["CPU time of the server, clean-up included"] = cpu_seconds(server.pid) - cpu
    return parts


def bench_delivery(options):
    """The whole delivery of the example, the first time and again with the kept environment of its install phase."""
    title("push to live: the example's delivery")
    if not shutil.which("npm"):
        say("  (left out: npm is not installed)")
        return
    server = Drydock()
    try:
        first, again = one_delivery(server), one_delivery(server)
    finally:
        server.stop()
    results["delivery"] = {"first": first, "again": again}
    say(f"  {'':<56}{'first':>12}{'again':>12}")
    for name in first:
        say(f"  {name:<56}{first[name]:>10.3f} s{again[name]:>10.3f} s  {again[name] / again['push to live']:.1%}")


# ---- pieces

def micro_ns(name):
    """CPU time of one micro-benchmark; 0 when they are not built."""
    if not os.path.exists(MICRO):
        return 0.0
    done = subprocess.run([MICRO, f"--benchmark_filter=^{name}$", "--benchmark_min_time=0.2", "--benchmark_format=json"],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["benchmarks"][0]["cpu_time"]


def bench_micro(options):
    title("pieces of a request (Google Benchmark)")
    if not os.path.exists(MICRO):
        say("  (left out: libbenchmark-dev is not installed)")
        return
    done = subprocess.run([MICRO, "--benchmark_min_time=0.2", "--benchmark_format=json"], capture_output=True, text=True, check=True)
    results["micro"] = {}
    for one in json.loads(done.stdout)["benchmarks"]:
        results["micro"][one["name"]] = one["cpu_time"]
        notes = [one["label"]] if "label" in one else []
        if "p50_ns" in one:
            notes.append(f"p50 {one['p50_ns']:.0f} ns, p99 {one['p99_ns']:.0f} ns")
        row(one["name"], f"{one['cpu_time']:.0f} ns", "; ".join(notes))


SECTIONS = {"start": bench_start, "dynamodb": bench_dynamodb, "iam": bench_iam, "lambda": bench_lambda, "stack": bench_stack, "delivery": bench_delivery,
            "micro": bench_micro}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="of each load (default 2)")
    parser.add_argument("--rounds", type=int, default=3, help="of everything; medians are shown (default 3)")
    parser.add_argument("--only", default="", help="sections: " + ",".join(SECTIONS))
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else list(SECTIONS)
    for name in chosen:
        if name not in SECTIONS:
            parser.error(f"no section {name}; there are {', '.join(SECTIONS)}")
    with open(os.path.join(BUILD, "build.ninja")) as rules:
        has_micro = "bench_micro" in rules.read()
    build("drydock", "bench_load", *(["bench_micro"] if has_micro else []))
    say(f"drydock bench: {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} (other work on the machine makes all numbers worse)")
    for name in chosen:
        try:
            SECTIONS[name](options)
        except Exception as error:  # one section must not take the others with it
            say(f"  (left out: {type(error).__name__}: {error})")
    with open(os.path.join(BUILD, "bench.json"), "w") as out:
        json.dump(results, out, indent=2)
    say(f"\nnumbers: {os.path.relpath(os.path.join(BUILD, 'bench.json'), ROOT)}")


if __name__ == "__main__":
    main()
