"""Requests to stages: routing, the proxy event and its answers, permissions, AWS_IAM, MOCK."""
import http.client
import json
import urllib.parse

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from functions import make_function

ECHO = """
import json
def handler(event, context):
    if event.get("queryStringParameters") and "mode" in event["queryStringParameters"]:
        mode = event["queryStringParameters"]["mode"]
        if mode == "error":
            raise Exception("x")
        if mode == "bad":
            return {"statusCode": 200, "body": {"no": "string"}}
        if mode == "plain":
            return {"statusCode": 200, "body": json.dumps({"a": 1}), "isBase64Encoded": True}
        if mode == "headers":
            return {"statusCode": 302, "headers": {"Location": "/x"}, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    return {"statusCode": 201, "headers": {"X-Mine": "yes"}, "body": json.dumps(event)}
"""


class Api:
    """One API with a function behind it, and a way to call its stage."""

    def __init__(self, aws, stage="DEV"):
        self.aws, self.stage, self.gateway = aws, stage, aws.client("apigateway")
        api = self.gateway.create_rest_api(name="x")
        self.id = api["id"]
        self.root = self.gateway.get_resources(restApiId=self.id)["items"][0]["id"]
        self.function = f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
        self.uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{self.function}/invocations"

    def resource(self, *parts):
        parent = self.root
        for part in parts:
            found = [r for r in self.gateway.get_resources(restApiId=self.id, limit=500)["items"] if r.get("parentId") == parent and r["pathPart"] == part]
            parent = (found or [self.gateway.create_resource(restApiId=self.id, parentId=parent, pathPart=part)])[0]["id"]
        return parent

    def proxy(self, method, *parts, authorization="NONE"):
        where = dict(restApiId=self.id, resourceId=self.resource(*parts), httpMethod=method)
        self.gateway.put_method(**where, authorizationType=authorization)
        self.gateway.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=self.uri)

    def permit(self, source="/*/*"):
        self.aws.client("lambda").add_permission(FunctionName="f", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com",
                                                 SourceArn=f"arn:aws:execute-api:us-east-1:{self.aws.id}:{self.id}{source}")

    def deploy(self):
        self.gateway.create_deployment(restApiId=self.id, stageName=self.stage)

    def call(self, method, path, body=None, headers=None, host=None):
        connection = http.client.HTTPConnection("127.0.0.1", urllib.parse.urlparse(self.aws.url).port, timeout=30)
        host = host or f"{self.id}.execute-api.us-east-1.amazonaws.com"
        connection.request(method, path, body, {"Host": host, **(headers or {})})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        return answer


@pytest.fixture
def api(aws):
    make_function(aws, ECHO)
    return Api(aws)


def test_proxy_event(aws, api):
    api.proxy("POST", "product", "create")
    api.proxy("ANY", "product", "find", "{id}")
    api.permit()
    api.deploy()
    answer = api.call("GET", "/DEV/product/find/10%2001?a=1&a=2&b=", headers={"X-Multi": "v", "User-Agent": "me"})
    assert answer.status == 201 and answer.getheader("X-Mine") == "yes" and answer.getheader("Content-Type") == "application/json"
    event = json.loads(answer.text)
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/product/find/{id}", "/product/find/10 01", "GET")
    assert event["pathParameters"] == {"id": "10 01"} and event["stageVariables"] is None and event["body"] is None
    assert event["queryStringParameters"] == {"a": "2", "b": ""} and event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}
    assert event["headers"]["X-Multi"] == "v" and event["multiValueHeaders"]["X-Multi"] == ["v"] and event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert (context["stage"], context["apiId"], context["accountId"], context["resourcePath"]) == ("DEV", api.id, aws.id, "/product/find/{id}")
    assert context["path"] == "/DEV/product/find/10 01" and context["protocol"] == "HTTP/1.1"
    assert context["domainName"] == f"{api.id}.execute-api.us-east-1.amazonaws.com" and context["identity"]["userAgent"] == "me"
    assert context["requestId"] == answer.getheader("x-amzn-RequestId")
    assert api.call("POST", "/DEV/product/create", '{"id":"1"}').status == 201
    for path in ("/DEV/product/create", "/DEV/none", "/DEV"):
        answer = api.call("GET", path)
        assert (answer.status, json.loads(answer.text)) == (403, {"message": "Missing Authentication Token"})
    assert (lambda a: (a.status, json.loads(a.text)))(api.call("GET", "/NONE/x")) == (403, {"message": "Forbidden"})


def test_three_addresses(api):
    api.proxy("GET")
    api.permit()
    api.deploy()
    assert api.call("GET", "/DEV").status == 201
    assert api.call("GET", "/DEV/", host=f"{api.id}.execute-api.localhost:4566").status == 201
    assert api.call("GET", f"/_aws/execute-api/{api.id}/DEV/", host="127.0.0.1:4566").status == 201
    assert api.call("GET", "/_aws/execute-api/none/DEV/", host="127.0.0.1:4566").status == 403


def test_answers(api):
    api.proxy("GET")
    api.permit()
    api.deploy()
    for mode in ("error", "bad"):
        answer = api.call("GET", f"/DEV/?mode={mode}")
        assert (answer.status, json.loads(answer.text)) == (502, {"message": "Internal server error"})
    assert json.loads(api.call("GET", "/DEV/?mode=plain").text) == {"a": 1}, "without binaryMediaTypes the body goes out as it is"
    answer = api.call("GET", "/DEV/?mode=headers")
    assert answer.status == 302 and answer.getheader("Location") == "/x" and answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_without_permission(api):
    api.proxy("GET")
    api.deploy()
    answer = api.call("GET", "/DEV/")
    assert (answer.status, json.loads(answer.text)) == (500, {"message": "Internal server error"})
    api.permit("/PROD/GET/")
    assert api.call("GET", "/DEV/").status == 500, "the permission is for another stage"
    api.aws.client("lambda").remove_permission(FunctionName="f", StatementId="api")
    api.permit("/DEV/GET/")
    assert api.call("GET", "/DEV/").status == 201


def test_a_deployment_is_a_snapshot(api):
    api.proxy("GET")
    api.permit()
    api.deploy()
    api.proxy("GET", "later")
    assert api.call("GET", "/DEV/later").status == 403
    api.deploy()
    assert api.call("GET", "/DEV/later").status == 201


def test_aws_iam(aws, api):
    api.proxy("GET", authorization="AWS_IAM")
    api.permit()
    api.deploy()
    assert json.loads(api.call("GET", "/DEV/").text) == {"message": "Missing Authentication Token"}
    iam = aws.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]

    def signed():
        host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
        request = AWSRequest("GET", f"https://{host}/DEV/", headers={"Host": host})
        SigV4Auth(Credentials(key["AccessKeyId"], key["SecretAccessKey"]), "execute-api", "us-east-1").add_auth(request)
        return api.call("GET", "/DEV/", headers=dict(request.headers))

    answer = signed()
    assert answer.status == 403
    assert json.loads(answer.text)["Message"].startswith(
        f"User: arn:aws:iam::{aws.id}:user/u is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********{aws.id[8:]}:{api.id}/DEV/GET/")
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"arn:aws:execute-api:us-east-1:{aws.id}:{api.id}/DEV/GET/"}]}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(allow))
    answer = signed()
    assert answer.status == 201, answer.text
    assert json.loads(answer.text)["requestContext"]["identity"]["userArn"] == f"arn:aws:iam::{aws.id}:user/u"


def test_resource_policy(aws, api):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/DEV/GET/open"}]}
    api.gateway.update_rest_api(restApiId=api.id, patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps(policy)}])
    api.proxy("GET", "open")
    api.proxy("GET", "closed")
    api.permit()
    api.deploy()
    assert api.call("GET", "/DEV/open").status == 201
    answer = api.call("GET", "/DEV/closed")
    assert answer.status == 403 and "is not authorized to perform: execute-api:Invoke" in json.loads(answer.text)["Message"]


def test_mock_answers_cors(api):
    where = dict(restApiId=api.id, resourceId=api.root, httpMethod="OPTIONS")
    api.gateway.put_method(**where, authorizationType="NONE")
    api.gateway.put_integration(**where, type="MOCK", requestTemplates={"application/json": "{statusCode:200}"})
    api.gateway.put_method_response(**where, statusCode="200", responseParameters={"method.response.header.Access-Control-Allow-Origin": True})
    api.gateway.put_integration_response(**where, statusCode="200", responseParameters={"method.response.header.Access-Control-Allow-Origin": "'*'"})
    api.deploy()
    answer = api.call("OPTIONS", "/DEV/")
    assert answer.status == 200 and answer.getheader("Access-Control-Allow-Origin") == "*" and answer.text == ""
