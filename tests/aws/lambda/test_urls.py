"""Function URLs: who may call them, what the function sees, what the client gets, CORS, throttles, stacks."""
import base64
import json
import subprocess

import pytest

from conftest import PROGRAM
from expect import aws_error
from function_urls import FORBIDDEN, ask_lambda, grant, open_to_all, visit
from functions import make_function, make_role
from stacks import delete, deploy, update

ECHO = "def handler(event, context):\n    return event\n"


def new_url(account, auth_type="NONE", name="f", code=ECHO, **more):
    make_function(account, code, name=name)
    return account.client("lambda").create_function_url_config(FunctionName=name, AuthType=auth_type, **more)["FunctionUrl"]


def new_user(account, name, *statements):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    return iam.create_access_key(UserName=name)["AccessKey"]


def allow(action, resource="*", **condition):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **({"Condition": condition} if condition else {})}


def message(answer):
    return answer[0], answer[1].get("x-amzn-errortype"), json.loads(answer[2])


REFUSED = (403, "AccessDeniedException", {"Message": FORBIDDEN})


# ---- configurations

def test_configurations(aws):
    make_function(aws, ECHO)
    client = aws.client("lambda")
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
    made = client.create_function_url_config(FunctionName="f", AuthType="AWS_IAM", Cors={"AllowOrigins": ["https://a.example"], "MaxAge": 5})
    url = made["FunctionUrl"]
    assert url.startswith("https://") and url.endswith(".lambda-url.us-east-1.on.aws/") and len(url.split("//")[1].split(".")[0]) == 32
    assert (made["FunctionArn"], made["AuthType"]) == (arn, "AWS_IAM")
    assert ask_lambda(aws, "GET", "/2021-10-31/functions/f/url")[1]["InvokeMode"] == "BUFFERED"
    assert made["Cors"] == {"AllowOrigins": ["https://a.example"], "MaxAge": 5}
    with aws_error("ResourceConflictException", f"Failed to create function url config for [functionArn = {arn}]. Error message:  "
                   "FunctionUrlConfig exists for this Lambda function", 409):
        client.create_function_url_config(FunctionName="f", AuthType="NONE")
    changed = client.update_function_url_config(FunctionName="f", AuthType="NONE", Cors={})
    assert (changed["FunctionUrl"], changed["AuthType"], "Cors" in changed) == (url, "NONE", False)
    assert client.get_function_url_config(FunctionName=arn)["AuthType"] == "NONE"
    client.publish_version(FunctionName="f")
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    aliased = client.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")
    assert aliased["FunctionArn"] == arn + ":live" and aliased["FunctionUrl"] != url
    first = client.list_function_url_configs(FunctionName="f", MaxItems=1)
    second = client.list_function_url_configs(FunctionName="f", MaxItems=1, Marker=first["NextMarker"])
    assert [c["FunctionUrl"] for c in first["FunctionUrlConfigs"] + second["FunctionUrlConfigs"]] == [url, aliased["FunctionUrl"]]
    assert "NextMarker" not in second
    client.delete_alias(FunctionName="f", Name="live")
    assert len(client.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]) == 1
    client.delete_function_url_config(FunctionName="f")
    for call in (client.get_function_url_config, client.delete_function_url_config, client.update_function_url_config):
        with aws_error("ResourceNotFoundException", "The resource you requested does not exist.", 404):
            call(FunctionName="f")


def test_refused_configurations(aws):
    make_function(aws, ECHO)
    client = aws.client("lambda")
    with aws_error("ResourceNotFoundException", "Function does not exist", 404):
        client.create_function_url_config(FunctionName="none", AuthType="NONE")
    with aws_error("ResourceNotFoundException", "Function does not exist", 404):
        client.create_function_url_config(FunctionName="f", Qualifier="no-alias", AuthType="NONE")
    client.publish_version(FunctionName="f")
    with aws_error("ValidationException", "1 validation error detected: Value '1' at 'qualifier' failed to satisfy constraint: Member must "
                   "satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)", 400):
        client.create_function_url_config(FunctionName="f", Qualifier="1", AuthType="NONE")
    assert ask_lambda(aws, "POST", "/2021-10-31/functions/f/url", AuthType="NONE", InvokeMode="RESPONSE_STREAM")[0] == 400
    with aws_error("ValidationException", status=400):
        client.create_function_url_config(FunctionName="f", AuthType="SOME")
    with aws_error("ValidationException", status=400):
        client.create_function_url_config(FunctionName="f", AuthType="NONE", Cors={"MaxAge": 86401})


def test_the_auth_type_is_a_condition_key(aws):
    """As AWS's guide keeps public URLs out of an account."""
    make_function(aws, ECHO)
    actions = ["lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig", "lambda:GetFunctionUrlConfig",
               "lambda:DeleteFunctionUrlConfig", "lambda:AddPermission"]
    user = aws.client("lambda", credentials=new_user(aws, "u", allow(actions, StringEquals={"lambda:FunctionUrlAuthType": "AWS_IAM"})))
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:function:f"

    def denied(action):
        return aws_error("AccessDeniedException", f"User: arn:aws:iam::{aws.id}:user/u is not authorized to perform: lambda:{action} on "
                         f"resource: {arn} because no identity-based policy allows the lambda:{action} action", 403)

    with denied("CreateFunctionUrlConfig"):
        user.create_function_url_config(FunctionName="f", AuthType="NONE")
    user.create_function_url_config(FunctionName="f", AuthType="AWS_IAM")
    with denied("UpdateFunctionUrlConfig"):
        user.update_function_url_config(FunctionName="f", AuthType="NONE")
    user.update_function_url_config(FunctionName="f", Cors={"MaxAge": 1})
    with denied("AddPermission"):
        user.add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
    user.add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="AWS_IAM")
    assert user.get_function_url_config(FunctionName="f")["AuthType"] == "AWS_IAM"
    with denied("ListFunctionUrlConfigs"):
        user.list_function_url_configs(FunctionName="f")
    aws.client("lambda").update_function_url_config(FunctionName="f", AuthType="NONE")
    with denied("GetFunctionUrlConfig"):
        user.get_function_url_config(FunctionName="f")
    with denied("DeleteFunctionUrlConfig"):
        user.delete_function_url_config(FunctionName="f")


def test_permissions_say_how_they_are_meant(aws):
    make_function(aws, ECHO)
    assert grant(aws, "lambda:InvokeFunction", InvokedViaFunctionUrl=True) == {
        "Sid": "InvokeFunction", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws:lambda:us-east-1:{aws.id}:function:f", "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}}
    assert grant(aws, "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")["Condition"] == {
        "StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}


# ---- who may call

def test_a_public_url_needs_both_grants_of_the_function(aws):
    url = new_url(aws)
    assert message(visit(aws, url)) == REFUSED
    # Whoever signs is nobody to such a URL: only its function's policy counts.
    assert message(visit(aws, url, credentials=aws.credentials)) == REFUSED
    grant(aws, "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    assert message(visit(aws, url)) == REFUSED
    grant(aws, "lambda:InvokeFunction", aws.id, StatementId="mine")
    assert message(visit(aws, url)) == REFUSED
    grant(aws, "lambda:InvokeFunction", InvokedViaFunctionUrl=True)
    status, headers, body = visit(aws, url)
    assert (status, headers["content-type"]) == (200, "application/json") and json.loads(body)["version"] == "2.0"
    # That grant is of no use to others by any other way.
    stranger = new_user(aws, "u")
    with aws_error("AccessDeniedException"):
        aws.client("lambda", credentials=stranger).invoke(FunctionName="f")
    aws.client("lambda").update_function_url_config(FunctionName="f", AuthType="AWS_IAM")
    assert message(visit(aws, url)) == REFUSED
    assert message(visit(aws, url, credentials=stranger)) == REFUSED  # granted for NONE alone
    assert message(visit(aws, "https://" + "a" * 32 + ".lambda-url.us-east-1.on.aws/")) == REFUSED
    assert message(visit(aws, url.replace("us-east-1", "eu-west-1"))) == REFUSED


BOTH = [allow("lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": "AWS_IAM"}),
        allow("lambda:InvokeFunction", Bool={"lambda:InvokedViaFunctionUrl": "true"})]


def test_signed_calls_in_one_account(aws):
    url = new_url(aws, "AWS_IAM")
    assert message(visit(aws, url)) == REFUSED
    for name, statements in {"none": [], "first": BOTH[:1], "second": BOTH[1:], "other": [allow("lambda:*", "arn:aws:lambda:*:*:function:g")],
                             "denied": [allow("lambda:*"), {"Effect": "Deny", "Action": "lambda:InvokeFunctionUrl", "Resource": "*"}]}.items():
        assert message(visit(aws, url, credentials=new_user(aws, name, *statements))) == REFUSED, name
    key = new_user(aws, "both", *BOTH)
    status, _, body = visit(aws, url, "POST", "/a%20b/?x=1", b"{}", credentials=key)
    assert status == 200
    with aws_error("AccessDeniedException"):
        aws.client("lambda", credentials=key).invoke(FunctionName="f")
    iam = aws.client("iam")
    user = iam.get_user(UserName="both")["User"]
    context = json.loads(body)["requestContext"]
    organization = aws.client("organizations").describe_organization()["Organization"]["Id"]
    assert context["accountId"] == aws.id
    assert context["authorizer"] == {"iam": {"accessKey": key["AccessKeyId"], "accountId": aws.id, "callerId": user["UserId"],
                                             "cognitoIdentity": None, "principalOrgId": organization, "userArn": user["Arn"],
                                             "userId": user["UserId"]}}
    # The function's policy alone is enough for a user of its account.
    named = new_user(aws, "named")
    arn = iam.get_user(UserName="named")["User"]["Arn"]
    grant(aws, "lambda:InvokeFunctionUrl", arn, FunctionUrlAuthType="AWS_IAM")
    assert message(visit(aws, url, credentials=named)) == REFUSED
    grant(aws, "lambda:InvokeFunction", arn, InvokedViaFunctionUrl=True)
    assert visit(aws, url, credentials=named)[0] == 200


def test_clients_sign_by_a_clock_that_nobody_moved(own_server, own_account):
    own_server.advance(2000)
    url = new_url(own_account, "AWS_IAM")
    assert visit(own_account, url, credentials=new_user(own_account, "u", *BOTH))[0] == 200


def test_signatures_are_checked(aws):
    url = new_url(aws, "AWS_IAM")
    key = aws.credentials
    assert visit(aws, url, credentials=key)[0] == 200
    wrong = {**key, "SecretAccessKey": "x" * 40}
    assert message(visit(aws, url, credentials=wrong)) == (403, "InvalidSignatureException", {"message": (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details.")})
    assert message(visit(aws, url, credentials={**key, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE"})) == (
        403, "UnrecognizedClientException", {"message": "The security token included in the request is invalid."})
    assert message(visit(aws, url, credentials=key, service="execute-api")) == (
        403, "InvalidSignatureException", {"message": "Credential should be scoped to correct service: 'lambda'. "})
    assert message(visit(aws, url, credentials=key, region="eu-west-1"))[1] == "InvalidSignatureException"


def test_a_refused_visit_is_explained_by_its_request(server, aws):
    url = new_url(aws, "AWS_IAM")
    keys = new_user(aws, "first", *BOTH[:1])
    answer = visit(aws, url, credentials=keys)
    assert message(answer) == REFUSED
    told = subprocess.run([PROGRAM, "why", answer[1]["x-amzn-requestid"], "--json", "--url", server.url], capture_output=True, text=True, timeout=60)
    outcomes = {decision["action"]: decision["effect"] for decision in json.loads(told.stdout)["decisions"]}
    assert outcomes["lambda:InvokeFunctionUrl"] == "ALLOW" and outcomes["lambda:InvokeFunction"] != "ALLOW"


def test_across_accounts_both_sides_must_allow(aws, other_account):
    url = new_url(aws, "AWS_IAM")
    may, may_not = new_user(other_account, "may", *BOTH), new_user(other_account, "may-not")
    assert message(visit(aws, url, credentials=may)) == REFUSED
    grant(aws, "lambda:InvokeFunctionUrl", other_account.id, FunctionUrlAuthType="AWS_IAM")
    assert message(visit(aws, url, credentials=may)) == REFUSED
    grant(aws, "lambda:InvokeFunction", other_account.id, InvokedViaFunctionUrl=True)
    status, _, body = visit(aws, url, credentials=may)
    context = json.loads(body)["requestContext"]
    assert (status, context["accountId"], context["authorizer"]["iam"]["accountId"]) == (200, aws.id, other_account.id)
    assert message(visit(aws, url, credentials=may_not)) == REFUSED
    # A role of the other account, by its session.
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "sts:AssumeRole"}]}
    iam = other_account.client("iam")
    role = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName="caller", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": BOTH}))
    session = other_account.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    status, _, body = visit(aws, url, credentials=session)
    authorizer = json.loads(body)["requestContext"]["authorizer"]["iam"]
    assert (status, authorizer["callerId"]) == (200, role["RoleId"] + ":session")
    assert authorizer["userArn"] == f"arn:aws:sts::{other_account.id}:assumed-role/caller/session"


def test_an_aliass_url_has_the_aliass_policy(aws):
    make_function(aws, "def handler(event, context):\n    return context.invoked_function_arn\n")
    client = aws.client("lambda")
    client.publish_version(FunctionName="f")
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    url = client.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")["FunctionUrl"]
    open_to_all(aws)
    assert message(visit(aws, url)) == REFUSED
    open_to_all(aws, "f:live")
    assert json.loads(visit(aws, url)[2]) == f"arn:aws:lambda:us-east-1:{aws.id}:function:f:live"
    client.delete_function(FunctionName="f")
    assert message(visit(aws, url)) == REFUSED


# ---- what goes in and what comes out

def test_the_event(aws):
    url = new_url(aws)
    open_to_all(aws)
    host = url.split("/")[2]
    _, _, body = visit(aws, url, "POST", "/my/p%20ath?a=1&a=2&b=%20c", b'{"x": 1}',
                       {"Content-Type": "application/json", "X-Mine": "m", "Cookie": "c=1; d=2", "User-Agent": "agent"})
    event = json.loads(body)
    context = event["requestContext"]
    assert {name: event[name] for name in event if name not in ("headers", "requestContext")} == {
        "version": "2.0", "routeKey": "$default", "rawPath": "/my/p%20ath", "rawQueryString": "a=1&a=2&b=%20c", "cookies": ["c=1", "d=2"],
        "queryStringParameters": {"a": "1,2", "b": " c"}, "body": '{"x": 1}', "isBase64Encoded": False}
    assert event["headers"]["x-mine"] == "m" and event["headers"]["host"] == host and "cookie" not in event["headers"]
    assert (event["headers"]["x-forwarded-proto"], event["headers"]["x-forwarded-port"]) == ("http", "80")
    assert context["http"] == {"method": "POST", "path": "/my/p%20ath", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "agent"}
    assert (context["accountId"], context["apiId"], context["domainName"], context["domainPrefix"], context["routeKey"], context["stage"]) == (
        "anonymous", host.split(".")[0], host, host.split(".")[0], "$default", "$default")
    assert "authorizer" not in context and isinstance(context["timeEpoch"], int)
    answer = visit(aws, url)
    event = json.loads(answer[2])
    assert event["requestContext"]["requestId"] == answer[1]["x-amzn-requestid"]
    assert event["isBase64Encoded"] is False and not {"body", "cookies", "queryStringParameters"} & set(event)


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-www-form-urlencoded", "text/plain", None])
def test_bytes_reach_the_function_in_base64(aws, kind):
    url = new_url(aws)
    open_to_all(aws)
    event = json.loads(visit(aws, url, "POST", "/", b"\x00\xff\x80", {"Content-Type": kind} if kind else {})[2])
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\x00\xff\x80", True)


def test_answers(aws):
    url = new_url(aws, code="""
import base64, json
ANSWERS = {
    "/text": "hello", "/object": {"message": "hi"}, "/null": None,
    "/full": {"statusCode": 201, "headers": {"Content-Type": "text/plain", "X-Mine": "m\\r\\nX-Other: o"}, "cookies": ["a=1; Path=/", "b=2"], "body": "made"},
    "/binary": {"statusCode": 200, "headers": {"content-type": "image/png"}, "body": base64.b64encode(b"\\x00\\xff").decode(), "isBase64Encoded": True},
    "/plain": {"statusCode": "404", "body": "gone"},
    "/bad-status": {"statusCode": "many"}, "/bad-base64": {"statusCode": 200, "body": "?", "isBase64Encoded": True},
}
def handler(event, context):
    return ANSWERS[event["rawPath"]]
""")
    open_to_all(aws)

    def ask(path):
        status, headers, body = visit(aws, url, path=path)
        return status, headers["content-type"], body

    assert ask("/text") == (200, "application/json", b'"hello"')
    assert (ask("/object")[0], json.loads(ask("/object")[2])) == (200, {"message": "hi"})
    assert ask("/null") == (200, "application/json", b"null")
    status, headers, body = visit(aws, url, path="/full")
    assert (status, headers["content-type"], body) == (201, "text/plain", b"made")
    assert headers["set-cookie"] == ["a=1; Path=/", "b=2"] and "x-other" not in headers
    assert ask("/binary") == (200, "image/png", b"\x00\xff")
    assert ask("/plain") == (404, "application/json", b"gone")
    for path in ("/bad-status", "/bad-base64", "/raises"):
        assert ask(path) == (502, "application/json", b"Internal Server Error"), path


def test_throttles_and_sizes(aws):
    url = new_url(aws)
    open_to_all(aws)
    client = aws.client("lambda")
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    assert message(visit(aws, url)) == (429, "TooManyRequestsException", {
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User", "message": "Rate Exceeded."})
    client.delete_function_concurrency(FunctionName="f")
    assert visit(aws, url)[0] == 200
    assert visit(aws, url, "POST", "/", b"x" * 6291457)[0] == 413


# ---- other origins

def cors_of(answer):
    return {name: value for name, value in answer[1].items() if name.startswith("access-control") or name == "vary"}


def test_cors(aws):
    page = "https://www.example.com"
    url = new_url(aws, code="def handler(e, c): return {'statusCode': 200, 'headers': {'Access-Control-Allow-Origin': 'https://mine', 'X-A': '1'}}")
    client = aws.client("lambda")
    asked = {"Origin": page, "Access-Control-Request-Method": "PUT"}
    assert message(visit(aws, url, "OPTIONS", headers=asked)) == REFUSED  # nothing configured: the function is asked
    client.update_function_url_config(FunctionName="f", Cors={
        "AllowOrigins": [page], "AllowMethods": ["GET", "PUT"], "AllowHeaders": ["x-a", "x-b"], "ExposeHeaders": ["x-c"], "MaxAge": 300,
        "AllowCredentials": True})
    answer = visit(aws, url, "OPTIONS", headers=asked)
    assert (answer[0], answer[2]) == (200, b"")
    assert cors_of(answer) == {"access-control-allow-origin": page, "access-control-allow-methods": "GET,PUT", "vary": "Origin",
                               "access-control-allow-headers": "x-a,x-b", "access-control-max-age": "300", "access-control-allow-credentials": "true"}
    assert cors_of(visit(aws, url, "OPTIONS", headers={**asked, "Origin": "https://other.example"})) == {}
    told = {"access-control-allow-origin": page, "vary": "Origin", "access-control-allow-credentials": "true", "access-control-expose-headers": "x-c"}
    refused = visit(aws, url, headers={"Origin": page})
    assert (refused[0], cors_of(refused)) == (403, told)  # the page may read why
    open_to_all(aws)
    assert cors_of(visit(aws, url, headers={"Origin": page})) == told
    assert cors_of(visit(aws, url, headers={"Origin": "https://other.example"})) == {}
    client.update_function_url_config(FunctionName="f", Cors={"AllowOrigins": ["*"]})
    assert cors_of(visit(aws, url, headers={"Origin": page})) == {"access-control-allow-origin": "*"}
    client.update_function_url_config(FunctionName="f", Cors={})
    assert cors_of(visit(aws, url, headers={"Origin": page})) == {"access-control-allow-origin": "https://mine"}


# ---- stacks

def url_stack(auth_type, role, **more):
    return {
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Runtime": "python3.12", "Handler": "index.handler", "Role": role,
                                                              "Code": {"ZipFile": "def handler(e, c): return 'hi'"}}},
        "U": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["F", "Arn"]}, "AuthType": auth_type, **more}},
        "P": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "F"}, "Action": "lambda:InvokeFunctionUrl", "Principal": "*",
                                                                "FunctionUrlAuthType": auth_type}},
        "I": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "F"}, "Action": "lambda:InvokeFunction", "Principal": "*",
                                                                "InvokedViaFunctionUrl": True}}}


def test_stacks(aws):
    role = make_role(aws)
    outputs = deploy(aws, "s", url_stack("NONE", role, Cors={"AllowOrigins": ["*"], "AllowCredentials": "true"}),
                     Url={"Fn::GetAtt": ["U", "FunctionUrl"]}, Arn={"Fn::GetAtt": ["U", "FunctionArn"]}, Ref={"Ref": "U"})
    assert outputs["Arn"] == outputs["Ref"] == f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
    assert visit(aws, outputs["Url"])[2] == b'"hi"'
    client = aws.client("lambda")
    assert client.get_function_url_config(FunctionName="f")["Cors"] == {"AllowOrigins": ["*"], "AllowCredentials": True}
    update(aws, "s", url_stack("AWS_IAM", role))
    found = client.get_function_url_config(FunctionName="f")
    assert (found["FunctionUrl"], found["AuthType"], "Cors" in found) == (outputs["Url"], "AWS_IAM", False)
    assert message(visit(aws, outputs["Url"])) == REFUSED
    assert visit(aws, outputs["Url"], credentials=aws.credentials)[0] == 200
    delete(aws, "s")
    assert message(visit(aws, outputs["Url"])) == REFUSED
