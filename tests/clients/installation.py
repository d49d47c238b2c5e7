"""An installation to test against: a server of its own, and what a user types."""
import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRYDOCK = ROOT / os.environ.get("DRYDOCK_BUILD", "build") / "drydock"
CLASSIC = Path(__file__).resolve().parent / "classic"
EVENTS = Path(__file__).resolve().parent / "events"
EXAMPLE = ROOT / "examples" / "product-catalog"


class Installation:
    """A running server and what a user types against it."""

    def __init__(self, folder):
        # Package caches are kept between runs; everything else is new.
        self.log = open(folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [DRYDOCK, "up", "--port", "0", "--data", folder / "data"], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("drydock ready "), f"the server did not start; see {folder}/server.log"
        self.url = line.split()[-1]
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {"DRYDOCK_URL": self.url}

    def drydock(self, *words, check=True, cwd=None):
        ran = subprocess.run([DRYDOCK, *words], env=self.environment, text=True, capture_output=True, cwd=cwd)
        if check:
            assert ran.returncode == 0, f"{' '.join(map(str, words))}\n{ran.stdout}\n{ran.stderr}"
        return ran

    def shell(self, account, command, check=True, cwd=None):
        """A command line as a user types it in `drydock shell`."""
        return self.drydock("shell", "--account", account, "--", "bash", "-c", command, check=check, cwd=cwd)

    def account(self, name):
        return json.loads(self.drydock("account", "create", name, "--json").stdout)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


def ask(url, data=None):
    request = urllib.request.Request(url, data=data and data.encode(), method="POST" if data else "GET")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def outside(installation, endpoint):
    """The same API at a URL that works without any DNS."""
    api, stage = re.match(r"https://([^.]+)\.execute-api\.[^/]+/(.+)", endpoint).groups()
    return f"{installation.url}/_aws/execute-api/{api}/{stage}"
