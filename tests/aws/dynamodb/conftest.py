"""A server of its own in memory, tables that go after each test, and calls that boto3 does not know yet."""
import itertools
import json
import os
import subprocess
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
ACCOUNT = "111111111111"
REGION = "us-east-1"
_names = itertools.count(1)


@pytest.fixture(scope="session")
def ddb_url():
    program = os.environ.get("DRYDOCK_PROGRAM", os.path.join(ROOT, "build", "drydock"))
    server = subprocess.Popen([program, "up", "--memory", "--port", "0", "--log", "warning"], stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    assert line.startswith("drydock ready "), line
    yield line.split()[2]
    server.terminate()
    assert server.wait(timeout=20) == 0


def client_for(url, account=ACCOUNT, secret="test", token=None, service="dynamodb"):
    return boto3.client(service, endpoint_url=url, region_name=REGION, aws_access_key_id=account, aws_secret_access_key=secret,
                        aws_session_token=token, config=Config(retries={"max_attempts": 1}, parameter_validation=False))


@pytest.fixture(scope="session")
def ddb(ddb_url):
    return client_for(ddb_url)


@pytest.fixture(scope="session")
def admin(ddb_url):
    """admin("POST", "clock/advance", {...})"""
    def call(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{ddb_url}/_drydock/{path}", data=data, method=method, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"{}")
    return call


@pytest.fixture(scope="session")
def raw(ddb_url):
    """raw("PutItem", {...}) -> (status, answer): any body, also what no SDK would send."""
    def call(operation, body, account=ACCOUNT):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = AWSRequest("POST", ddb_url + "/", data=data, headers={
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation})
        SigV4Auth(Credentials(account, "test"), "dynamodb", REGION).add_auth(request)
        prepared = request.prepare()
        sent = urllib.request.Request(prepared.url, data=prepared.body, method="POST", headers=dict(prepared.headers))
        try:
            with urllib.request.urlopen(sent) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
    return call


@pytest.fixture
def make_table(ddb):
    """make_table("id S", "sort N", gsi={...}) -> name"""
    made = []

    def make(hash_key="id S", range_key=None, local=(), globals_=(), extra=(), **options):
        name = f"table-{next(_names)}"
        definitions, keys = [], []
        for key, kind in ((hash_key, "HASH"), (range_key, "RANGE")):
            if key:
                attribute, attribute_type = key.split()
                definitions.append({"AttributeName": attribute, "AttributeType": attribute_type})
                keys.append({"AttributeName": attribute, "KeyType": kind})
        for attribute in extra:
            attribute, attribute_type = attribute.split()
            definitions.append({"AttributeName": attribute, "AttributeType": attribute_type})
        if local:
            options["LocalSecondaryIndexes"] = list(local)
        if globals_:
            options["GlobalSecondaryIndexes"] = list(globals_)
        ddb.create_table(TableName=name, AttributeDefinitions=definitions, KeySchema=keys, **{"BillingMode": "PAY_PER_REQUEST", **options})
        made.append(name)
        return name
    yield make
    for name in made:
        try:
            ddb.delete_table(TableName=name)
        except ClientError:
            pass


@pytest.fixture
def table(make_table):
    return make_table()


@pytest.fixture
def ranged(make_table):
    return make_table("id S", "n N")


def index(name, hash_key, range_key=None, projection="ALL", attributes=None):
    keys = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    if range_key:
        keys.append({"AttributeName": range_key, "KeyType": "RANGE"})
    out = {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": projection}}
    if attributes:
        out["Projection"]["NonKeyAttributes"] = attributes
    return out


def fails(code, call, *args, **kwargs):
    """Calls, expects the error code, and gives the message."""
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"]


def invalid(call, *args, **kwargs):
    return fails("ValidationException", call, *args, **kwargs)
