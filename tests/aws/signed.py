"""Signed requests for operations that an older boto3 does not know yet."""
import json
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

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


def query_call(account, service, version, action, credentials=None, **members):
    """The same of a query protocol, members as it spells them: what stands in the answer's result, lists from their `member`s."""
    keys = credentials or account.credentials
    request = AWSRequest("POST", account.url + "/", data=urllib.parse.urlencode({"Action": action, "Version": version, **members}),
                         headers={"Content-Type": "application/x-www-form-urlencoded"})
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken")), service, "us-east-1").add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(request.url, request.data.encode(), dict(request.headers)), timeout=60) as answer:
            result = xml.etree.ElementTree.fromstring(answer.read()).find(f"{{*}}{action}Result")
            return _members(result) if result is not None and len(result) else {}
    except urllib.error.HTTPError as error:
        fault = xml.etree.ElementTree.fromstring(error.read()).find("{*}Error")
        raise ClientError({"Error": {"Code": fault.findtext("{*}Code"), "Message": fault.findtext("{*}Message")},
                           "ResponseMetadata": {"HTTPStatusCode": error.code}}, action) from None


def _members(element):
    names = [child.tag.rsplit("}")[-1] for child in element]
    if not names:
        return element.text or ""
    if set(names) == {"member"}:
        return [_members(child) for child in element]
    return {name: _members(child) for name, child in zip(names, element, strict=True)}
