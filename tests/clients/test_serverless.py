"""What a developer types outside the pipeline: deploy, info, invoke, logs, a change, remove; with both frameworks."""
import json
import shutil
import subprocess
import time

import pytest

from installation import CLASSIC, EVENTS, EXAMPLE, Installation, ask, outside


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    running = Installation(tmp_path_factory.mktemp("serverless"))
    yield running
    running.stop()


def install(package, folder):
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder, package],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


FRAMEWORKS = {
    # package: (command, service, stack, parameters of the service)
    "serverless@3.7.4": ("sls", CLASSIC / "serverless-api", "product-catalog-service-me",
                         "--stage me --param=targetAccountId={account} --param=cfnRoleArn={role}"),
    "osls@4": ("osls", EXAMPLE / "service", "product-catalog-me", "--stage me --param=executionRoleArn={role}"),
}


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is needed")
@pytest.mark.parametrize("package", FRAMEWORKS)
def test_by_hand(installation, package, tmp_path):
    command, source, stack, options = FRAMEWORKS[package]
    name = "me-" + command
    account = installation.account(name)
    install(package, tmp_path / "tools")
    service = tmp_path / "service"
    shutil.copytree(source, service)
    installation.shell(name, "aws cloudformation deploy --stack-name execution --template-file templates/execution-role.yml "
                             "--capabilities CAPABILITY_NAMED_IAM", cwd=EXAMPLE)
    role = json.loads(installation.shell(name, "aws cloudformation describe-stacks --stack-name execution --output json").stdout)[
        "Stacks"][0]["Outputs"][0]["OutputValue"]
    options = options.format(account=account["Id"], role=role)

    def sls(words, check=True):
        # Both wait five seconds between two looks at a stack otherwise.
        return installation.shell(name, f"SLS_AWS_MONITORING_FREQUENCY=200 {tmp_path}/tools/node_modules/.bin/{command} {words} {options}",
                                  cwd=service, check=check)

    assert "Service deployed to stack" in sls("deploy").stderr
    informed = sls("info --verbose").stdout
    endpoint = next(line.split()[-1] for line in informed.splitlines() if "ServiceEndpoint:" in line)
    api = outside(installation, endpoint)
    assert ask(f"{api}/product/create", json.dumps({"id": "7", "title": "t", "description": "d", "price": "1.5"}))[0] == 200

    # Invoke: the answer on stdout, with --log the tail of the log too.
    event = json.dumps({"pathParameters": {"id": "7"}, "path": "/product/find/7"})
    invoked = sls(f"invoke -f find --log -d '{event}'")
    answer, _ = json.JSONDecoder().raw_decode(invoked.stdout)  # behind it the log
    assert answer["statusCode"] == 200 and "7" in answer["body"]
    assert "REPORT RequestId" in invoked.stdout + invoked.stderr or "Duration:" in invoked.stdout + invoked.stderr
    failed = sls("invoke -f find -d '{}'", check=False)  # no pathParameters
    assert failed.returncode != 0 and "errorMessage" in failed.stdout + failed.stderr, failed.stdout + failed.stderr

    assert "Duration" in sls("logs -f find").stdout
    assert "Duration" in sls("logs -f find --startTime 10m").stdout

    # A changed function, and the stack with it.
    changed = next(service.rglob("find-product.py"))
    changed.write_text(changed.read_text() + "\nprint('second version')\n")
    assert "Service deployed to stack" in sls("deploy").stderr
    sls(f"invoke -f find -d '{event}'")
    assert "second version" in sls("logs -f find").stdout
    assert ask(f"{api}/product/find/7")[0] == 200

    removed = sls("remove").stderr
    assert "removed" in removed or "been successfully" in removed
    gone = installation.shell(name, f"aws cloudformation describe-stacks --stack-name {stack}", check=False)
    assert f"Stack with id {stack} does not exist" in gone.stderr
    assert json.loads(installation.shell(name, "aws s3api list-buckets --output json").stdout)["Buckets"] == []
    assert json.loads(installation.shell(name, "aws logs describe-log-groups --output json").stdout)["logGroups"] == []
    assert ask(f"{api}/product/find/7")[0] == 403


SERVICE = """
service: events
provider:
  name: aws
  runtime: python3.11
  region: us-east-1
functions:
  open:
    handler: handler.hello
    url: true
  closed:
    handler: handler.hello
    url:
      authorizer: aws_iam
      cors: true
  fed:
    handler: handler.fed
    events:
      - sqs:
          arn: !GetAtt Work.Arn
          batchSize: 1
      - stream:
          type: dynamodb
          arn: !GetAtt Changing.StreamArn
resources:
  Resources:
    Changing:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: changing
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
        KeySchema: [{AttributeName: id, KeyType: HASH}]
        BillingMode: PAY_PER_REQUEST
        StreamSpecification: {StreamViewType: NEW_IMAGE}
    Work:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: work
"""
HANDLER = """
def hello(event, context):
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "hello " + event["rawPath"]}
def fed(event, context):
    for record in event["Records"]:
        print("fed with", record.get("body") or record["dynamodb"]["Keys"]["id"]["S"])
"""


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is needed")
def test_events_of_functions(installation, tmp_path):
    installation.account("events")
    install("osls@4", tmp_path / "tools")
    service = tmp_path / "service"
    service.mkdir()
    (service / "serverless.yml").write_text(SERVICE)
    (service / "handler.py").write_text(HANDLER)

    def shell(command):
        return installation.shell("events", command, cwd=service).stdout

    def url_of(function):
        return shell(f"aws lambda get-function-url-config --function-name events-dev-{function} --query FunctionUrl --output text").strip()

    shell(f"SLS_AWS_MONITORING_FREQUENCY=200 {tmp_path}/tools/node_modules/.bin/osls deploy")
    assert shell(f"curl --silent --fail {url_of('open')}there") == "hello /there"
    refused = shell(f"curl --silent --include -H 'Origin: https://a.example' {url_of('closed')}")
    assert "403" in refused.splitlines()[0] and "access-control-allow-origin: *" in refused.lower()
    key = "--user $AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" if "AKIA" in shell("echo $AWS_ACCESS_KEY_ID") else (
        '--user "$(aws configure get aws_access_key_id):$(aws configure get aws_secret_access_key)"')
    assert shell(f"curl --silent --fail --aws-sigv4 aws:amz:us-east-1:lambda {key} {url_of('closed')}me") == "hello /me"
    shell("aws sqs send-message --queue-url $(aws sqs get-queue-url --queue-name work --output text) --message-body apples")
    shell("""aws dynamodb put-item --table-name changing --item '{"id": {"S": "pears"}}'""")
    deadline = time.monotonic() + 120
    for fruit in ("apples", "pears"):
        while f"fed with {fruit}" not in shell("aws logs filter-log-events --log-group-name /aws/lambda/events-dev-fed"):
            assert time.monotonic() < deadline
    shell(f"SLS_AWS_MONITORING_FREQUENCY=200 {tmp_path}/tools/node_modules/.bin/osls remove")


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is needed")
def test_events(monkeypatch, tmp_path):
    """A function behind an API, a URL, a queue and a bucket that was there before; the last by custom resources, which use the runtime's SDK."""
    install("osls@4", tmp_path / "tools")
    for client in ("s3", "lambda", "iam", "api-gateway"):
        install(f"@aws-sdk/client-{client}", tmp_path / "nodejs")
    monkeypatch.setenv("DRYDOCK_NODE_MODULES", str(tmp_path / "nodejs" / "node_modules"))
    running = Installation(tmp_path)
    try:
        account = running.account("events")["Id"]
        service = tmp_path / "service"
        shutil.copytree(EVENTS, service)
        bucket = f"there-before-{account}"

        def sls(words):
            done = running.shell("events", f"SLS_AWS_MONITORING_FREQUENCY=200 {tmp_path}/tools/node_modules/.bin/osls {words} --param=bucket={bucket}",
                                 cwd=service)
            return done.stdout + done.stderr

        def ran():
            return running.shell("events", "aws logs filter-log-events --log-group-name /aws/lambda/events-dev-hello --filter-pattern EVENT "
                                           "--query 'events[].message' --output text").stdout

        running.shell("events", f"aws s3 mb s3://{bucket}")
        deployed = sls("deploy")
        url = next(word for word in deployed.split() if ".lambda-url." in word)
        api = next(word for word in deployed.split() if ".execute-api." in word)
        assert running.shell("events", f"curl -s {url}from-url; curl -s {api}").stdout == "hihi"
        assert "/serverlessApiGatewayCloudWatchRole" in running.shell("events", "aws apigateway get-account").stdout
        running.shell("events", f"aws sqs send-message --queue-url https://sqs.us-east-1.amazonaws.com/{account}/jobs --message-body x; "
                                f"echo x | aws s3 cp - s3://{bucket}/key")
        wanted = ['"rawPath":"/from-url"', '"resourcePath":"/hello"', '"eventSource":"aws:sqs"', '"eventSource":"aws:s3"']
        until = time.time() + 60
        while not all(text in ran() for text in wanted):
            assert time.time() < until, ran()
            time.sleep(0.5)
        assert "removed" in sls("remove")
        assert "LambdaFunctionConfigurations" not in running.shell("events", f"aws s3api get-bucket-notification-configuration --bucket {bucket}").stdout
    finally:
        running.stop()
