"""SQS as today's SDKs speak it: JSON 1.0, whatever the boto3 that runs the tests speaks."""
import json
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, json.loads(body or b"{}")


def sqs_json(account, operation, body=None, credentials=None, region="us-east-1", path="/"):
    """Sends one operation; gives status, headers and the body read as JSON."""
    keys = credentials or account.credentials
    data = json.dumps(body or {}).encode()
    request = AWSRequest("POST", account.url + path, data=data,
                         headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{operation}"})
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken")), "sqs", region).add_auth(request)
    plain = urllib.request.Request(request.url, data=data, headers=dict(request.headers.items()), method="POST")
    try:
        with urllib.request.urlopen(plain, timeout=120) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.headers, refused.read())
