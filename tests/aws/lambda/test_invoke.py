"""Invocations of real functions: Python, Node and C++, errors, limits, logs, asynchronous ones."""
import base64
import json
import os
import re
import subprocess
import threading
import time

import pytest
from botocore.exceptions import ClientError

from functions import make_function, make_role, zip_of

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def invoke(aws, event=None, name="f", **more):
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail", **more)
    log = base64.b64decode(answer["LogResult"]).decode() if "LogResult" in answer else ""
    return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError"), log


def eventually(look, seconds=10):
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def logged(aws, group="/aws/lambda/f"):
    try:
        return [e["message"] for e in aws.client("logs").filter_log_events(logGroupName=group)["events"]]
    except ClientError:
        return []


def test_python_event_context_and_environment(aws):
    make_function(aws, {"lambda/create-product.py": """
import os
def handler(event, context):
    print("seen", event["n"])
    return {"n": event["n"], "name": context.function_name, "version": context.function_version, "memory": context.memory_limit_in_mb,
            "left": context.get_remaining_time_in_millis(), "arn": context.invoked_function_arn, "id": context.aws_request_id,
            "stream": context.log_stream_name, "env": {k: os.environ.get(k) for k in ("MINE", "AWS_REGION", "_HANDLER", "LAMBDA_TASK_ROOT",
            "AWS_LAMBDA_FUNCTION_NAME", "AWS_EXECUTION_ENV", "TZ")}, "cwd": os.getcwd(), "key": os.environ["AWS_ACCESS_KEY_ID"][:4]}
"""}, handler="lambda/create-product.handler", runtime="python3.7", Environment={"Variables": {"MINE": "x"}}, MemorySize=256)
    answer, error, log = invoke(aws, {"n": 1})
    assert error is None
    assert (answer["n"], answer["name"], answer["version"], answer["memory"]) == (1, "f", "$LATEST", "256")
    assert 2000 < answer["left"] <= 3000 and answer["arn"] == f"arn:aws:lambda:us-east-1:{aws.id}:function:f"
    assert answer["env"] == {"MINE": "x", "AWS_REGION": "us-east-1", "_HANDLER": "lambda/create-product.handler", "LAMBDA_TASK_ROOT": "/var/task",
                             "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_EXECUTION_ENV": "AWS_Lambda_python3.7", "TZ": ":UTC"}
    assert answer["cwd"] == "/var/task" and answer["key"] == "ASIA"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", answer["stream"])
    lines = log.split("\n")
    assert lines[0] == f"START RequestId: {answer['id']} Version: $LATEST" and lines[1] == "seen 1"
    assert lines[2] == f"END RequestId: {answer['id']}"
    assert re.fullmatch(r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\t"
                        r"Init Duration: [\d.]+ ms\t", lines[3])
    again, _, log = invoke(aws, {"n": 2})
    assert again["stream"] == answer["stream"] and "Init Duration" not in log, "the instance is used again"
    assert eventually(lambda: len(logged(aws)) == 8)
    assert logged(aws)[1] == "seen 1\n"


def test_python_errors(aws):
    make_function(aws, """
import sys, os, logging
log = logging.getLogger()
log.setLevel(logging.INFO)
def inner(what):
    if what == "raise":
        raise ValueError("no good")
    if what == "exit":
        sys.exit()
    if what == "exit3":
        sys.exit(3)
    if what == "kill":
        os.kill(os.getpid(), 9)
    if what == "bad":
        return object()
    log.info("two\\nlines")
    return what
def handler(event, context):
    return inner(event)
""")
    answer, error, log = invoke(aws, "raise")
    assert error == "Unhandled" and (answer["errorType"], answer["errorMessage"]) == ("ValueError", "no good")
    assert len(answer["stackTrace"]) == 2 and '"/var/task/index.py", line' in answer["stackTrace"][0] and answer["requestId"]
    assert "[ERROR] ValueError: no good\nTraceback (most recent call last):\n  File \"/var/task/index.py\"" in log
    answer, error, log = invoke(aws, "fine")
    assert (answer, error) == ("fine", None)
    assert re.search(r"\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[0-9a-f-]{36}\ttwo\nlines\n", log)
    answer, error, _ = invoke(aws, "bad")
    assert error == "Unhandled" and answer["errorType"] == "Runtime.MarshalError"
    for what, reason in (("exit", "Runtime exited without providing a reason"), ("exit3", "Runtime exited with error: exit status 3"),
                         ("kill", "Runtime exited with error: signal: killed")):
        answer, error, log = invoke(aws, what)
        assert error == "Unhandled" and answer["errorType"] == "Runtime.ExitError"
        assert re.fullmatch(r"RequestId: [0-9a-f-]{36} Error: " + reason, answer["errorMessage"])
        assert "END RequestId" in log and "REPORT RequestId" in log
    assert invoke(aws, "fine")[0] == "fine", "a new instance takes over"


@pytest.mark.parametrize("handler, code, kind, message", [
    ("none.handler", "", "Runtime.ImportModuleError", "Unable to import module 'none': No module named 'none'"),
    ("index.none", "", "Runtime.HandlerNotFound", "Handler 'none' missing on module 'index'"),
    ("index", "", "Runtime.MalformedHandlerName", "Bad handler 'index': not enough values to unpack (expected 2, got 1)"),
    ("index.handler", "import nothing_such", "Runtime.ImportModuleError", "Unable to import module 'index': No module named 'nothing_such'"),
    ("index.handler", "def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index': invalid syntax (index.py, line 1)"),
    ("index.handler", "1/0", "ZeroDivisionError", "division by zero"),
])
def test_python_that_does_not_start(aws, handler, code, kind, message):
    make_function(aws, code, handler=handler)
    answer, error, _ = invoke(aws, {})
    assert error == "Unhandled" and (answer["errorType"], answer["errorMessage"]) == (kind, message)


def test_timeout(aws):
    make_function(aws, "import time\ndef handler(event, context):\n    print('waiting')\n    time.sleep(60)\n", Timeout=1)
    begin = time.monotonic()
    answer, error, log = invoke(aws, {})
    assert time.monotonic() - begin < 5
    assert error == "Unhandled" and re.fullmatch(r"\S+Z [0-9a-f-]{36} Task timed out after 1.00 seconds", answer["errorMessage"])
    assert "waiting\n" in log and "Task timed out after 1.00 seconds" in log and "Billed Duration" in log


def test_memory_limit(aws):
    make_function(aws, "def handler(event, context):\n    x = bytearray(400 << 20)\n    import time\n    time.sleep(2)\n    return len(x)\n", Timeout=10)
    answer, error, _ = invoke(aws, {})
    assert error == "Unhandled" and answer["errorType"] == "Runtime.ExitError" and answer["errorMessage"].endswith("signal: killed")


def test_boto3_calls_as_the_role_and_denials(aws):
    role = make_role(aws, actions=("logs:*", "s3:ListAllMyBuckets"))
    make_function(aws, """
import boto3
def handler(event, context):
    arn = boto3.client("sts").get_caller_identity()["Arn"]
    boto3.client("s3").list_buckets()
    try:
        boto3.client("lambda").list_functions()
        denied = None
    except Exception as error:
        denied = str(error)
    return {"arn": arn, "denied": denied}
""", role=role, Timeout=30, MemorySize=256)
    answer, error, log = invoke(aws, {})
    assert error is None, log
    assert answer["arn"] == f"arn:aws:sts::{aws.id}:assumed-role/function-role/f_"
    assert "is not authorized to perform: lambda:ListFunctions" in answer["denied"]


def test_role_that_may_not_write_logs(aws):
    make_function(aws, "def handler(event, context):\n    print('x')\n    return 1\n", role=make_role(aws, actions=()))
    assert invoke(aws, {})[0] == 1
    time.sleep(0.3)
    assert aws.client("logs").describe_log_groups()["logGroups"] == []


def test_a_deleted_function_writes_no_more(aws):
    """All that it printed is in its log group when DeleteFunction answers; later it would make a deleted group again."""
    make_function(aws, "def handler(event, context):\n    return event\n")
    functions, logs = aws.client("lambda"), aws.client("logs")
    for _ in range(5):  # at once: the lines of the last ones are still on their way
        functions.invoke(FunctionName="f")
    functions.delete_function(FunctionName="f")
    events = logs.filter_log_events(logGroupName="/aws/lambda/f")["events"]
    assert sum(event["message"].startswith("REPORT") for event in events) == 5


def test_node(aws):
    make_function(aws, {"index.js": """
exports.handler = async (event, context) => {
  console.log('got', event.a);
  if (event.fail) throw new TypeError('not so');
  return { a: event.a, name: context.functionName, left: context.getRemainingTimeInMillis() > 0 };
};
exports.callback = (event, context, callback) => setTimeout(() => callback(null, event.a + 1), 5);
"""}, runtime="nodejs12.x", Timeout=10, MemorySize=256)
    answer, error, log = invoke(aws, {"a": 1})
    assert (answer, error) == ({"a": 1, "name": "f", "left": True}, None)
    assert re.search(r"Z\t[0-9a-f-]{36}\tINFO\tgot 1\n", log)
    answer, error, _ = invoke(aws, {"fail": True})
    assert error == "Unhandled" and (answer["errorType"], answer["errorMessage"]) == ("TypeError", "not so") and answer["trace"]
    make_function(aws, {"index.mjs": "export const handler = async (event) => event.b;\n"}, name="esm", runtime="nodejs20.x", role=f"arn:aws:iam::{aws.id}:role/function-role",
                  Timeout=10, MemorySize=256)
    assert invoke(aws, {"b": 5}, name="esm")[0] == 5
    aws.client("lambda").update_function_configuration(FunctionName="f", Handler="index.callback")
    assert invoke(aws, {"a": 1})[0] == 2
    aws.client("lambda").update_function_configuration(FunctionName="f", Handler="index.none")
    answer, error, _ = invoke(aws, {})
    assert error == "Unhandled" and answer["errorType"] == "Runtime.HandlerNotFound"


def test_cpp_custom_runtime(aws, tmp_path):
    source = os.path.join(ROOT, "examples", "functions-cpp")
    subprocess.run(["cmake", "-S", source, "-B", tmp_path], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", tmp_path], check=True, stdout=subprocess.DEVNULL)
    aws.client("lambda").create_function(FunctionName="f", Runtime="provided.al2023", Handler="bootstrap", Role=make_role(aws),
                                         Code={"ZipFile": (tmp_path / "function.zip").read_bytes()})
    answer, error, log = invoke(aws, {"name": "Ada"})
    assert (answer, error) == ({"greeting": "Hello, Ada!"}, None)
    assert "greeting Ada for " in log and "Init Duration" in log
    answer, error, log = invoke(aws, {"name": "nobody"})
    assert error == "Unhandled" and answer["errorMessage"] == "there is nobody to greet" and "Init Duration" not in log


def test_concurrency(aws):
    make_function(aws, "import time\ndef handler(event, context):\n    time.sleep(1)\n    return context.log_stream_name\n", Timeout=20)
    aws.client("lambda").put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=2)
    results = []

    def one():
        try:
            results.append(invoke(aws, {})[0])
        except ClientError as error:
            results.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert results.count("TooManyRequestsException") == 1 and len(set(results)) == 3


def test_invocation_types_and_bad_payloads(aws):
    make_function(aws, "def handler(event, context):\n    print('event', event)\n")
    client = aws.client("lambda")
    assert client.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204
    assert client.invoke(FunctionName="f", InvocationType="Event", Payload=b'{"x":1}')["StatusCode"] == 202
    assert eventually(lambda: any("event {'x': 1}" in line for line in logged(aws)))
    with pytest.raises(ClientError) as caught:
        client.invoke(FunctionName="f", Payload=b"{nonsense")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestContentException"
    with pytest.raises(ClientError) as caught:
        client.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps("x" * 300000))
    assert caught.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_asynchronous_failure_is_tried_again_after_a_minute(aws, server):
    make_function(aws, "def handler(event, context):\n    print('try')\n    raise Exception('no')\n")
    aws.client("lambda").invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")
    tries = lambda: sum(line == "try\n" for line in logged(aws))
    assert eventually(lambda: tries() == 1)
    for seconds, count in ((61, 2), (121, 3), (300, 3)):
        server.advance(seconds)
        assert eventually(lambda: tries() == count)
    time.sleep(0.3)
    assert tries() == 3


def test_large_payloads(aws):
    make_function(aws, "def handler(event, context):\n    return event * 2 if len(event) < 4000000 else len(event)\n", Timeout=20, MemorySize=512)
    assert len(invoke(aws, "x" * 2500000)[0]) == 5000000
    assert invoke(aws, "x" * 5000000)[0] == 5000000
    answer, error, _ = invoke(aws, "x" * 3500000)
    assert error == "Unhandled" and answer["errorType"] == "Function.ResponseSizeTooLarge"


@pytest.mark.parametrize("name, code, answer", [
    ("never", "exports.handler = () => new Promise(() => {})", b"null"),
    ("sync", "exports.handler = () => 5", b"null"),
    ("late", "let n = 0; exports.handler = (e, c, cb) => { setTimeout(() => { n += 1; cb(null, 'at ' + n); setTimeout(() => { n += 10; }, 20); }, 5); }", b'"at 1"'),
    ("fails", "exports.handler = (e, c, cb) => cb(new Error('no'))", None)])
def test_when_a_node_handler_is_done(aws, name, code, answer):
    """When nothing is left to wait for, as on AWS; the next call finds what ran until then."""
    make_function(aws, {"index.js": code}, name=name, runtime="nodejs18.x", Timeout=60)
    run = lambda: aws.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    first = run()
    if answer is None:
        assert first["FunctionError"] == "Unhandled" and json.loads(first["Payload"].read())["errorMessage"] == "no"
        return
    assert "FunctionError" not in first and first["Payload"].read() == answer
    second = run()["Payload"].read()
    assert second == (b'"at 12"' if name == "late" else answer)


def test_calls_of_a_function_name_the_function(aws):
    """Lambda developer guide, "Using source function ARN to control function access behavior": one role, two functions, each may do what it alone may."""
    role = make_role(aws, "shared")
    aws.client("iam").put_role_policy(RoleName="shared", PolicyName="source", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
         "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": f"arn:aws:lambda:us-east-1:{aws.id}:function:first"}}},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}))
    # The key ends with the session: who goes on with another role has it no more.
    iam = aws.client("iam")
    iam.create_role(RoleName="next", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sts:AssumeRole"}]}))
    iam.put_role_policy(RoleName="next", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Null": {"lambda:SourceFunctionArn": "true"}}}]}))
    code = f"""
import boto3
def listed(**keys):
    try:
        boto3.client("s3", **keys).list_buckets()
        return True
    except Exception:
        return False
def handler(event, context):
    c = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::{aws.id}:role/next", RoleSessionName="next")["Credentials"]
    return [listed(), listed(aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"], aws_session_token=c["SessionToken"])]
"""
    for name, expected in ("first", [True, True]), ("second", [False, True]):
        make_function(aws, code, name=name, role=role)
        assert json.loads(aws.client("lambda").invoke(FunctionName=name)["Payload"].read()) == expected
