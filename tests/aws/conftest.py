"""Runs the program once for the session and gives tests boto3 clients of fresh accounts.

    def test_x(aws):            # a new account of its own for each test
        aws.client("logs").create_log_group(logGroupName="x")
"""
import os
import random
import signal
import socket
import subprocess
import time

import boto3
import pytest
from botocore.config import Config

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("DRYDOCK_PROGRAM", os.path.join(ROOT, "build", "drydock"))


class Server:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = open(folder / "server.log", "w")
        self.process = subprocess.Popen([PROGRAM, "up", "--port", str(self.port), "--data", str(folder / "data")],
                                        stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the server did not start: " + open(self.log.name).read())
                time.sleep(0.01)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Account:
    """Clients as the root of one account, or with given credentials."""

    def __init__(self, server, account_id=None):
        self.server, self.url = server, server.url
        self.id = account_id or str(random.randrange(10**11, 10**12))

    def client(self, service, region="us-east-1", credentials=None):
        keys = credentials or {"AccessKeyId": self.id, "SecretAccessKey": "test"}
        return boto3.client(service, region_name=region, endpoint_url=self.server.url, aws_access_key_id=keys["AccessKeyId"],
                            aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"),
                            config=Config(retries={"max_attempts": 0}, parameter_validation=False, read_timeout=60,
                                          s3={"addressing_style": "path"}))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("drydock"))
    yield running
    running.stop()


@pytest.fixture
def aws(server):
    return Account(server)
