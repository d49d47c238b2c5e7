"""What Node functions find beside their own code."""
import json

import pytest
from functions import make_function


@pytest.fixture
def sdk(monkeypatch, tmp_path):
    """A folder of modules in the place of AWS's."""
    module = tmp_path / "node_modules" / "@aws-sdk" / "client-none"
    module.mkdir(parents=True)
    (module / "package.json").write_text('{"name": "@aws-sdk/client-none", "main": "main.js"}')
    (module / "main.js").write_text("exports.answer = 'from the runtime';")
    monkeypatch.setenv("DRYDOCK_NODE_MODULES", str(tmp_path / "node_modules"))


def invoked(account, name):
    answer = account.client("lambda").invoke(FunctionName=name)
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def test_the_runtimes_modules_by_require_and_by_import(sdk, own_server, own_account):
    role = make_function(own_account, {"index.js": "exports.handler = async () => require('@aws-sdk/client-none').answer"}, runtime="nodejs20.x")["Role"]
    make_function(own_account, {"index.mjs": "import { answer } from '@aws-sdk/client-none'; export const handler = async () => answer"},
                  name="esm", runtime="nodejs20.x", role=role)
    assert [invoked(own_account, name) for name in ("f", "esm")] == [(None, "from the runtime")] * 2


def test_an_sdk_that_nobody_installed(monkeypatch, tmp_path, request):
    monkeypatch.setenv("DRYDOCK_NODE_MODULES", str(tmp_path / "nodejs" / "node_modules"))
    server, account = request.getfixturevalue("own_server"), request.getfixturevalue("own_account")
    make_function(account, {"index.js": "require('@aws-sdk/client-s3'); exports.handler = async () => 1"}, runtime="nodejs20.x")
    error, payload = invoked(account, "f")
    assert error == "Unhandled" and payload["errorType"] == "Runtime.ImportModuleError"
    assert f"npm install --prefix {tmp_path}/nodejs @aws-sdk/client-s3" in server.log()
