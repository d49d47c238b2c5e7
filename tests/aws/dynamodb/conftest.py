"""One account for all tests of DynamoDB, tables that go after each test, and calls that boto3 does not know yet."""
import itertools
import json
import random
import urllib.error
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from ddb_helpers import REGION, client_for

_names = itertools.count(1)


def make_account(server):
    if server is None:
        pytest.skip("needs Drydock, not AWS")
    return server.admin("POST", "accounts", {"Name": f"dynamodb-{random.randrange(10**12)}"})


@pytest.fixture(scope="session")
def keys(_server):
    """The administrator of the account that the tests work in."""
    return make_account(_server)


@pytest.fixture(scope="session")
def other_keys(_server):
    return make_account(_server)


@pytest.fixture(scope="session")
def ddb_url(_server):
    return _server.url


@pytest.fixture(scope="session")
def ddb(ddb_url, keys):
    return client_for(ddb_url, keys)


@pytest.fixture(scope="session")
def raw(ddb_url, keys):
    """raw("PutItem", {...}) -> (status, answer): any body, also what no SDK would send."""
    def call(operation, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = AWSRequest("POST", ddb_url + "/", data=data, headers={
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation})
        SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken")), "dynamodb", REGION).add_auth(request)
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
    """make_table("id S", "sort N", globals_=[index(...)]) -> name"""
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
