"""What the tests of DynamoDB share: clients, definitions of indexes, expected failures."""
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"


def client_for(url, keys):
    return boto3.client("dynamodb", endpoint_url=url, region_name=REGION, aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"),
                        config=Config(retries={"max_attempts": 1}, parameter_validation=False))


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
