"""Lambda's control plane: functions, versions, aliases, permissions, settings."""
import base64
import hashlib
import json
import re
import urllib.request

import pytest
from botocore.exceptions import ClientError

from functions import make_function, make_role, zip_of

CODE = "def handler(event, context):\n    return event\n"


def error_of(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def functions(aws):
    return aws.client("lambda")


def test_create_and_get(aws, functions):
    made = make_function(aws, CODE, runtime="python3.7", Timeout=6, Environment={"Variables": {"AA": "1"}}, Tags={"t": "v"}, Description="d")
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
    package = zip_of({"index.py": CODE})
    assert made["FunctionArn"] == arn and made["Version"] == "$LATEST"
    assert made["CodeSha256"] == base64.b64encode(hashlib.sha256(package).digest()).decode() and made["CodeSize"] == len(package)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", made["LastModified"])
    assert (made["State"], made["LastUpdateStatus"], made["Timeout"], made["MemorySize"]) == ("Active", "Successful", 6, 128)
    for name in ("f", arn, f"{aws.id}:function:f", "function:f", "f:$LATEST"):
        assert functions.get_function(FunctionName=name)["Configuration"]["CodeSha256"] == made["CodeSha256"]
    got = functions.get_function(FunctionName="f")
    assert got["Tags"] == {"t": "v"} and got["Configuration"]["Environment"] == {"Variables": {"AA": "1"}}
    assert urllib.request.urlopen(got["Code"]["Location"]).read() == package
    assert error_of(make_function, aws=aws, code=CODE, role=made["Role"]) == ("ResourceConflictException", "Function already exist: f", 409)
    assert error_of(functions.get_function, FunctionName="none") == (
        "ResourceNotFoundException", f"Function not found: arn:aws:lambda:us-east-1:{aws.id}:function:none", 404)
    assert [f["FunctionName"] for f in functions.list_functions()["Functions"]] == ["f"]
    assert functions.get_account_settings()["AccountUsage"]["FunctionCount"] == 1
    assert functions.get_function_code_signing_config(FunctionName="f")["CodeSigningConfigArn"] == ""
    functions.delete_function(FunctionName="f")
    assert error_of(functions.get_function, FunctionName="f")[2] == 404


def test_role_must_trust_lambda(aws):
    role = make_role(aws, service="ec2.amazonaws.com")
    assert error_of(make_function, aws=aws, code=CODE, role=role) == (
        "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.", 400)


def test_pass_role_is_asked(aws):
    role = make_role(aws)
    iam = aws.client("iam")
    iam.create_user(UserName="u")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="u")["AccessKey"]
    client = aws.client("lambda", credentials=key)
    code, message, status = error_of(client.create_function, FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=role,
                                     Code={"ZipFile": zip_of({"index.py": CODE})})
    assert (code, status) == ("AccessDeniedException", 403) and "iam:PassRole on resource: " + role in message


def test_bad_package(aws, functions):
    role = make_role(aws)
    code, message, _ = error_of(functions.create_function, FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=role,
                                Code={"ZipFile": b"no zip"})
    assert (code, message) == ("InvalidParameterValueException",
                               "Could not unzip uploaded file. Please check your file, then try to upload again.")


def test_code_from_s3_as_the_caller(aws, functions):
    s3 = aws.client("s3")
    bucket = f"code-{aws.id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a/f.zip", Body=zip_of({"index.py": CODE}))
    role = make_role(aws)
    create = lambda key: functions.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=role,
                                                   Code={"S3Bucket": bucket, "S3Key": key})
    code, message, _ = error_of(create, key="none")
    assert code == "InvalidParameterValueException" and "S3 Error Code: NoSuchKey" in message
    create("a/f.zip")
    assert json.load(functions.invoke(FunctionName="f", Payload=b'{"a":1}')["Payload"]) == {"a": 1}


def test_update(aws, functions):
    made = make_function(aws, CODE)
    changed = functions.update_function_code(FunctionName="f", ZipFile=zip_of({"index.py": "def handler(e, c):\n    return 2\n"}))
    assert changed["CodeSha256"] != made["CodeSha256"] and changed["LastModified"] > made["LastModified"]
    assert changed["RevisionId"] != made["RevisionId"]
    assert functions.invoke(FunctionName="f")["Payload"].read() == b"2"
    config = functions.update_function_configuration(FunctionName="f", Timeout=10, Environment={"Variables": {"BB": "2"}})
    assert config["Timeout"] == 10 and config["Environment"]["Variables"] == {"BB": "2"} and config["Handler"] == "index.handler"
    assert error_of(functions.update_function_configuration, FunctionName="f", Timeout=5, RevisionId="x")[0] == "PreconditionFailedException"
    code, message, _ = error_of(functions.update_function_configuration, FunctionName="f", Environment={"Variables": {"AWS_REGION": "x"}})
    assert code == "InvalidParameterValueException" and message.endswith("Reserved keys used in this request: AWS_REGION")
    assert error_of(functions.update_function_configuration, FunctionName="f", Timeout=901)[2] == 400


def test_versions_and_aliases(aws, functions):
    made = make_function(aws, CODE)
    arn = made["FunctionArn"]
    first = functions.publish_version(FunctionName="f", CodeSha256=made["CodeSha256"])
    assert first["Version"] == "1" and first["FunctionArn"] == arn + ":1"
    assert functions.publish_version(FunctionName="f")["Version"] == "1"
    code, message, _ = error_of(functions.publish_version, FunctionName="f", CodeSha256="x")
    assert code == "InvalidParameterValueException" and message.startswith("CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (")
    functions.update_function_code(FunctionName="f", ZipFile=zip_of({"index.py": "def handler(e, c):\n    return c.function_version\n"}))
    assert functions.publish_version(FunctionName="f", Description="two")["Version"] == "2"
    assert [v["Version"] for v in functions.list_versions_by_function(FunctionName="f")["Versions"]] == ["$LATEST", "1", "2"]
    alias = functions.create_alias(FunctionName="f", Name="live", FunctionVersion="2")
    assert alias["AliasArn"] == arn + ":live"
    answer = functions.invoke(FunctionName="f", Qualifier="live")
    assert answer["Payload"].read() == b'"2"' and answer["ExecutedVersion"] == "2"
    assert json.load(functions.invoke(FunctionName="f:1", Payload=b"7")["Payload"]) == 7
    assert functions.update_alias(FunctionName="f", Name="live", FunctionVersion="1")["FunctionVersion"] == "1"
    assert [a["Name"] for a in functions.list_aliases(FunctionName="f")["Aliases"]] == ["live"]
    assert error_of(functions.delete_function, FunctionName="f", Qualifier="1")[0] == "ResourceConflictException"
    assert error_of(functions.create_alias, FunctionName="f", Name="live", FunctionVersion="1")[:2] == (
        "ResourceConflictException", f"Alias already exists: {arn}:live")
    functions.delete_alias(FunctionName="f", Name="live")
    assert error_of(functions.get_alias, FunctionName="f", Name="live")[1] == f"Cannot find alias arn: {arn}:live"
    assert error_of(functions.get_function, FunctionName="f", Qualifier="9")[1] == f"Function not found: {arn}:9"


def test_permissions(aws, functions, other_account):
    made = make_function(aws, CODE)
    arn = made["FunctionArn"]
    assert error_of(functions.get_policy, FunctionName="f")[:2] == ("ResourceNotFoundException", "The resource you requested does not exist.")
    statement = json.loads(functions.add_permission(FunctionName=arn, StatementId="api", Action="lambda:InvokeFunction",
                                                    Principal="apigateway.amazonaws.com", SourceArn="arn:aws:execute-api:us-east-1:1:x/*/*")["Statement"])
    assert statement == {"Sid": "api", "Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "lambda:InvokeFunction",
                         "Resource": arn, "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:1:x/*/*"}}}
    code, message, status = error_of(functions.add_permission, FunctionName="f", StatementId="api", Action="lambda:InvokeFunction", Principal="*")
    assert (code, status) == ("ResourceConflictException", 409) and message.startswith("The statement id (api) provided already exists.")
    other = other_account
    user = other.client("lambda")
    assert error_of(user.invoke, FunctionName=arn)[2] == 403
    functions.add_permission(FunctionName="f", StatementId="other", Action="lambda:InvokeFunction", Principal=other.id)
    assert json.load(user.invoke(FunctionName=arn, Payload=b'{"x":1}')["Payload"]) == {"x": 1}
    policy = json.loads(functions.get_policy(FunctionName="f")["Policy"])
    assert policy["Id"] == "default" and [s["Sid"] for s in policy["Statement"]] == ["api", "other"]
    functions.remove_permission(FunctionName="f", StatementId="other")
    assert error_of(user.invoke, FunctionName=arn)[2] == 403
    assert error_of(functions.remove_permission, FunctionName="f", StatementId="other")[2] == 404


def test_settings_and_tags(aws, functions):
    arn = make_function(aws, CODE)["FunctionArn"]
    functions.tag_resource(Resource=arn, Tags={"a": "1", "b": "2"})
    functions.untag_resource(Resource=arn, TagKeys=["a"])
    assert functions.list_tags(Resource=arn)["Tags"] == {"b": "2"}
    assert functions.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)["ReservedConcurrentExecutions"] == 0
    assert error_of(functions.invoke, FunctionName="f") == ("TooManyRequestsException", "Rate Exceeded.", 429)
    functions.delete_function_concurrency(FunctionName="f")
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName="f")
    assert error_of(functions.put_function_concurrency, FunctionName="f", ReservedConcurrentExecutions=950)[0] == "InvalidParameterValueException"
    config = functions.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
    assert config["MaximumRetryAttempts"] == 0 and config["FunctionArn"] == arn + ":$LATEST"
    assert functions.update_function_event_invoke_config(FunctionName="f", MaximumEventAgeInSeconds=60)["MaximumRetryAttempts"] == 0
    functions.delete_function_event_invoke_config(FunctionName="f")
    assert error_of(functions.get_function_event_invoke_config, FunctionName="f")[2] == 404


def test_layers(aws, functions):
    first = functions.publish_layer_version(LayerName="shared", Content={"ZipFile": zip_of({"python/shared.py": "NAME = 'one'\n", "data.txt": "kept"})},
                                            CompatibleRuntimes=["python3.12"], Description="d")
    arn = f"arn:aws:lambda:us-east-1:{aws.id}:layer:shared"
    assert (first["LayerArn"], first["LayerVersionArn"], first["Version"]) == (arn, arn + ":1", 1)
    second = functions.publish_layer_version(LayerName="shared", Content={"ZipFile": zip_of({"python/shared.py": "NAME = 'two'\n"})})
    assert [v["Version"] for v in functions.list_layer_versions(LayerName="shared")["LayerVersions"]] == [2, 1]
    layers = functions.list_layers()["Layers"]
    assert [(layer["LayerName"], layer["LatestMatchingVersion"]["Version"]) for layer in layers] == [("shared", 2)]
    assert functions.list_layers(CompatibleRuntime="python3.12")["Layers"][0]["LatestMatchingVersion"]["Version"] == 1
    made = make_function(aws, "import shared\ndef handler(e, c):\n    return [shared.NAME, open('/opt/data.txt').read()]\n",
                         Layers=[first["LayerVersionArn"], second["LayerVersionArn"]])
    assert [layer["Arn"] for layer in made["Layers"]] == [arn + ":1", arn + ":2"]
    functions.delete_layer_version(LayerName="shared", VersionNumber=1)
    assert error_of(functions.get_layer_version, LayerName="shared", VersionNumber=1)[2] == 404
    assert json.load(functions.invoke(FunctionName="f")["Payload"]) == ["two", "kept"], "functions keep what they use"
    assert "does not exist" in error_of(functions.update_function_configuration, FunctionName="f", Layers=[arn + ":9"])[1]
    assert "Layers" not in functions.update_function_configuration(FunctionName="f", Layers=[])
