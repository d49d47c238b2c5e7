"""Signed requests for operations that an older boto3 does not know yet."""
import json
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError


def json_call(account, service, target, **members):
    """An operation of a JSON protocol as the account's administrator: json_call(account, "dynamodb", "DynamoDB_20120810.PutResourcePolicy", …)."""
    request = AWSRequest("POST", account.url + "/", data=json.dumps(members),
                         headers={"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"})
    keys = Credentials(account.credentials["AccessKeyId"], account.credentials["SecretAccessKey"])
    SigV4Auth(keys, service, "us-east-1").add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(request.url, request.data.encode(), dict(request.headers)), timeout=60) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        body = json.loads(error.read())
        raise ClientError({"Error": {"Code": body["__type"].rsplit("#")[-1], "Message": body.get("message") or body.get("Message", "")},
                           "ResponseMetadata": {"HTTPStatusCode": error.code}}, target) from None
