"""One server for the session, and a fresh account for each test.

    def test_x(account):
        account.client("logs").create_log_group(logGroupName="x")

With `--aws` the same tests run against AWS itself, with the credentials of the environment; what needs the server
(its clock, an account made for the test) is skipped there.
"""
import json
import os
import random
import socket
import subprocess
import urllib.request

import boto3
import pytest
from botocore.config import Config

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("DRYDOCK_PROGRAM", os.path.join(ROOT, "build", "drydock"))


def pytest_addoption(parser):
    parser.addoption("--aws", action="store_true", help="run against AWS, with the credentials of the environment")


class Server:
    """The program, in memory, on a port of its own choice."""

    def __init__(self, log_path):
        self.log_path = log_path
        with open(log_path, "w") as log:
            self.process = subprocess.Popen([PROGRAM, "up", "--port", "0", "--memory"], stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()  # "drydock ready URL"; empty when it exits instead
        if not line.startswith("drydock ready "):
            self.process.wait(20)
            raise RuntimeError(f"{PROGRAM} did not start: {line}{self.log()}")
        self.url = line.split()[2]
        self.port = int(self.url.rsplit(":", 1)[1])

    def log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def admin(self, method, path, body=None):
        """An endpoint under /_drydock/: admin("POST", "clock", {...})."""
        request = urllib.request.Request(f"{self.url}/_drydock/{path}", method=method, headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"{}")

    def advance(self, seconds):
        """Moves time on for everyone; what falls due runs soon after."""
        return self.admin("POST", "clock", {"advance_seconds": seconds})

    def stop(self):
        self.process.terminate()
        try:
            assert self.process.wait(20) == 0, self.log()
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


class DiskServer(Server):
    """The program on a folder of its own, killed and started again at will: for tests of crashes."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url, self.folder, self.log_path = f"http://127.0.0.1:{self.port}", folder, str(folder / "log")
        self.start()

    def start(self):
        with open(self.log_path, "a") as log:
            self.process = subprocess.Popen([PROGRAM, "up", "--port", str(self.port), "--data", str(self.folder / "data")],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout.readline().startswith("drydock ready "), self.log()

    def kill(self):
        self.process.kill()
        self.process.wait()


class Account:
    """Clients as the administrator of one account, or with other credentials."""

    def __init__(self, server, id_, credentials):
        self.server, self.id, self.credentials = server, id_, credentials
        self.url = server and server.url

    def client(self, service, region="us-east-1", credentials=None, endpoint_url=None, **config):
        """`credentials`: the dict that IAM and STS answer with; its account's administrator when absent."""
        config = Config(**{"retries": {"max_attempts": 0}, "parameter_validation": False, "read_timeout": 60, **config})
        keys = credentials or self.credentials or {}
        return boto3.client(service, region_name=region, endpoint_url=endpoint_url or self.url,
                            aws_access_key_id=keys.get("AccessKeyId"), aws_secret_access_key=keys.get("SecretAccessKey"),
                            aws_session_token=keys.get("SessionToken"), config=config)


def new_account(server):
    made = server.admin("POST", "accounts", {"Name": f"test-{random.randrange(10**12)}"})
    return Account(server, made["Id"], made)


@pytest.fixture(scope="session")
def _server(request, tmp_path_factory):
    if request.config.getoption("--aws", default=False):
        yield None
        return
    server = Server(str(tmp_path_factory.mktemp("drydock") / "server.log"))
    yield server
    server.stop()


@pytest.fixture
def server(_server):
    """The program itself, for its clock and its admin endpoints."""
    if _server is None:
        pytest.skip("needs Drydock, not AWS")
    return _server


@pytest.fixture
def own_server(request, tmp_path):
    """A server for this test alone: one whose clock it may move by days without lying to the tests after it."""
    if request.config.getoption("--aws", default=False):
        pytest.skip("needs Drydock, not AWS")
    server = Server(str(tmp_path / "server.log"))
    yield server
    server.stop()


@pytest.fixture
def own_account(own_server):
    """An account there."""
    return new_account(own_server)


@pytest.fixture
def account(_server):
    """A fresh account for this test."""
    return new_account(_server) if _server else Account(None, boto3.client("sts").get_caller_identity()["Account"], None)


@pytest.fixture
def aws(account):
    """The same under a shorter name."""
    return account


@pytest.fixture
def other_account(server):
    """A second one, for what crosses accounts."""
    return new_account(server)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    server = item.funcargs.get("_server") if hasattr(item, "funcargs") else None
    if report.failed and server is not None:
        report.sections.append(("server log, its end", server.log()[-4000:]))
