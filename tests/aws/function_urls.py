"""Function URLs as a client sees them: requests, signed or not, and the permissions that they need."""
import http.client
import json
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORBIDDEN = ("Forbidden. For troubleshooting Function URL authorization issues, see: "
             "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")


def keys_of(credentials):
    return Credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))


def visit(account, url, method="GET", path="/", body=None, headers=None, credentials=None, service="lambda", region="us-east-1"):
    """(status, headers in lower case, bytes) of the URL that AWS would give; signed when there are credentials. Header values may be lists."""
    host = urlsplit(url).netloc
    headers = dict(headers or {})
    if credentials:
        request = AWSRequest(method, f"http://{host}{path}", data=body, headers=headers)
        SigV4Auth(keys_of(credentials), service, region).add_auth(request)
        headers = dict(request.headers)
    server = urlsplit(account.url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {**headers, "Host": host}.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    cookies = answer.headers.get_all("Set-Cookie")
    connection.close()
    return (found[0], {**found[1], "set-cookie": cookies} if cookies else found[1], found[2])


def ask_lambda(account, method, path, **members):
    """An operation, or members of one, that an older boto3 does not know: (status, answer)."""
    request = AWSRequest(method, account.url + path, data=json.dumps(members), headers={"Content-Type": "application/json"})
    SigV4Auth(keys_of(account.credentials), "lambda", "us-east-1").add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(request.url, request.data.encode(), dict(request.headers), method=method),
                                    timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def grant(account, action, principal="*", name="f", **members):
    """AddPermission; gives the statement."""
    body = {"StatementId": members.pop("StatementId", action.split(":")[1]), "Action": action, "Principal": principal, **members}
    status, answer = ask_lambda(account, "POST", f"/2015-03-31/functions/{name}/policy", **body)
    assert status == 201, answer
    return json.loads(answer["Statement"])


def open_to_all(account, name="f", **members):
    grant(account, "lambda:InvokeFunctionUrl", name=name, FunctionUrlAuthType="NONE", **members)
    grant(account, "lambda:InvokeFunction", name=name, InvokedViaFunctionUrl=True, **members)
