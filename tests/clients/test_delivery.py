"""The whole delivery with unmodified clients: git, the AWS CLI, serverless@3.7.4 (classic) and osls@4 (the example)."""
import json
import shutil
import subprocess
import time

import pytest

from installation import CLASSIC, DRYDOCK, EXAMPLE, Installation, ask, outside
from leftovers import left_in

PIPELINE = "Serverless-CodePipeline-my-serverless-api-master"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    running = Installation(tmp_path_factory.mktemp("delivery"))
    yield running
    running.stop()


def wait_for_pipeline(installation, executions_before, minutes=10):
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        listed = json.loads(installation.shell(
            "tools", f"aws codepipeline list-pipeline-executions --pipeline-name {PIPELINE} --output json").stdout)
        new = [e for e in listed["pipelineExecutionSummaries"] if e["pipelineExecutionId"] not in executions_before]
        if new and new[0]["status"] != "InProgress":
            return new[0]
        time.sleep(0.5)
    pytest.fail("the pipeline did not end")


def executions(installation):
    listed = json.loads(installation.shell(
        "tools", f"aws codepipeline list-pipeline-executions --pipeline-name {PIPELINE} --output json").stdout)
    return {e["pipelineExecutionId"] for e in listed["pipelineExecutionSummaries"]}


def described_stack(installation, account, name):
    return json.loads(installation.shell(
        account, f"aws cloudformation describe-stacks --stack-name {name} --output json").stdout)["Stacks"][0]


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def build_log(installation):
    return log_group(installation, "tools", "/aws/codebuild/Serverless-CodeBuild-Deploy-my-serverless-api-master")


def log_group(installation, account, name):
    """The messages of a log group; version 1 of the CLI has no `logs tail`."""
    return installation.shell(account, f"aws logs filter-log-events --log-group-name {name} --query 'events[].message' --output text").stdout


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is needed")
def test_classic_delivery(installation, tmp_path):
    tools, target = installation.account("tools"), installation.account("target")

    # Without the capability nothing is made.
    refused = installation.shell(
        "target", "aws cloudformation create-stack --stack-name roles --template-body file://target-account/cf-CrossAccountRole.yml "
                  f"--parameters ParameterKey=ToolsAccountID,ParameterValue={tools['Id']}", check=False, cwd=CLASSIC)
    assert "InsufficientCapabilitiesException" in refused.stderr

    installation.shell(
        "target", "aws cloudformation deploy --stack-name myapp-CrossAccountRole --template-file target-account/cf-CrossAccountRole.yml "
                  f"--capabilities CAPABILITY_NAMED_IAM --parameter-overrides ToolsAccountID={tools['Id']}", cwd=CLASSIC)
    installation.shell(
        "target", "aws cloudformation deploy --stack-name myapp-CloudFormationExecutionRole "
                  "--template-file target-account/cf-CloudFormationExecutionRole.yml --capabilities CAPABILITY_NAMED_IAM "
                  f"--parameter-overrides ToolsAccountID={tools['Id']}", cwd=CLASSIC)
    installation.shell(
        "tools", "aws cloudformation deploy --stack-name myapp-ServerlessDeployPipeline "
                 "--template-file source-account/cf-ServerlessDeployPipeline.yml --capabilities CAPABILITY_NAMED_IAM "
                 f"--parameter-overrides TargetAccountID={target['Id']}", cwd=CLASSIC)
    stack = json.loads(installation.shell(
        "tools", "aws cloudformation describe-stacks --stack-name myapp-ServerlessDeployPipeline --output json").stdout)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    assert len(outputs) == 10 and all("ExportName" in o for o in stack["Outputs"])
    resources = json.loads(installation.shell(
        "tools", "aws cloudformation list-stack-resources --stack-name myapp-ServerlessDeployPipeline --output json").stdout)
    assert len(resources["StackResourceSummaries"]) == 13

    # git, with the CLI's credential program and the real host name.
    before = executions(installation)
    work = tmp_path / "my-serverless-api"
    helper = "git -c credential.helper='!aws codecommit credential-helper $@' -c credential.UseHttpPath=true"
    installation.shell("tools", f"{helper} clone {outputs['OutCodeCommitRepoURL']} {work}")
    shutil.copytree(CLASSIC / "serverless-api", work, dirs_exist_ok=True)
    commit = "git -c user.name=Jane -c user.email=jane@example.org commit -q -a -m"
    installation.shell("tools", f"git checkout -q -B master && git add . && {commit} 'Initial code checkin' && {helper} push -q origin master", cwd=work)

    ended = wait_for_pipeline(installation, before)
    log = build_log(installation)
    assert ended["status"] == "Succeeded", log[-6000:]
    assert ended["trigger"]["triggerType"] == "CloudWatchEvent"

    # The API answers as the reference describes.
    described = described_stack(installation, "target", "product-catalog-service-DEV")
    endpoint = {o["OutputKey"]: o["OutputValue"] for o in described["Outputs"]}["ServiceEndpoint"]
    api = outside(installation, endpoint)
    status, body = ask(f"{api}/product/create", json.dumps({"id": "1001", "title": "Book", "description": "Good", "price": "89.99"}))
    assert status == 200 and json.loads(body)["ResponseMetadata"]["HTTPStatusCode"] == 200
    status, body = ask(f"{api}/product/find/1001")
    assert status == 200 and json.loads(body)["Item"] == {
        "id": {"S": "1001"}, "title": {"S": "Book"}, "description": {"S": "Good"}, "price": {"N": "89.99"}}
    status, body = ask(f"{api}/product/find/none")
    assert status == 200 and "Item" not in json.loads(body)
    # Inside the shell at its own name.
    assert '"1001"' in installation.shell("target", f"curl -sS {endpoint}/product/find/1001").stdout

    # A second push changes a function and the template; the role may not read functions, and Serverless goes on with a warning.
    before = executions(installation)
    change(work / "lambda" / "find-product.py", "json.dumps(found)", 'json.dumps({**found, "version": 2})')
    change(work / "serverless.yml", "memorySize: 128", "memorySize: 256")
    change(work / "serverless.yml", "ReadCapacityUnits: 1", "ReadCapacityUnits: 3")
    with open(work / "serverless.yml", "a") as template:
        template.write("  Outputs:\n    TableArn:\n      Value: !GetAtt ProductCatalogDynamoDBTable.Arn\n")
    installation.shell("tools", f"{commit} 'Second' && {helper} push -q origin master", cwd=work)
    ended = wait_for_pipeline(installation, before)
    log = build_log(installation)
    assert ended["status"] == "Succeeded", log[-6000:]
    # Once in the first build, once in the second.
    assert log.count("Not authorized to perform: lambda:GetFunction") == 2
    updated = described_stack(installation, "target", "product-catalog-service-DEV")
    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    new_outputs = {o["OutputKey"]: o["OutputValue"] for o in updated["Outputs"]}
    assert new_outputs["ServiceEndpoint"] == endpoint
    assert new_outputs["TableArn"] == f"arn:aws:dynamodb:us-east-1:{target['Id']}:table/PRODUCT_CATALOG"
    assert new_outputs["FindLambdaFunctionQualifiedArn"].endswith(":2")
    status, body = ask(f"{api}/product/find/1001")
    assert status == 200 and json.loads(body)["version"] == 2 and json.loads(body)["Item"]["title"] == {"S": "Book"}
    function = json.loads(installation.shell(
        "target", "aws lambda get-function-configuration --function-name product-catalog-service-DEV-find --output json").stdout)
    assert function["MemorySize"] == 256 and function["Version"] == "$LATEST"
    table = json.loads(installation.shell("target", "aws dynamodb describe-table --table-name PRODUCT_CATALOG --output json").stdout)["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 3 and table["ItemCount"] == 1

    # What the function printed.
    assert "REPORT RequestId:" in log_group(installation, "target", "/aws/lambda/product-catalog-service-DEV-find")

    # Clean-up in the only order that works. A bucket that holds something stays, and the stack with it.
    bucket = {o["OutputKey"]: o["OutputValue"] for o in described["Outputs"]}["ServerlessDeploymentBucketName"]
    full = installation.shell("target", f"aws s3api delete-bucket --bucket {bucket}", check=False)
    assert "BucketNotEmpty" in full.stderr
    delete = "aws cloudformation delete-stack --stack-name {0} && aws cloudformation wait stack-delete-complete --stack-name {0}"
    failed = installation.shell("target", delete.format("product-catalog-service-DEV"), check=False)
    assert failed.returncode == 255 and "Waiter StackDeleteComplete failed" in failed.stderr
    stuck = described_stack(installation, "target", "product-catalog-service-DEV")
    assert stuck["StackStatus"] == "DELETE_FAILED" and "ServerlessDeploymentBucket" in stuck["StackStatusReason"]
    installation.shell("target", f"aws s3 rm --recursive s3://{bucket} && {delete.format('product-catalog-service-DEV')}")
    artifacts = outputs["OutCodePipelineS3Bucket"]
    installation.shell(
        "tools", f"aws s3api list-object-versions --bucket {artifacts} --output json "
                 "| jq '{Objects: [(.Versions[]?, .DeleteMarkers[]?) | {Key, VersionId}], Quiet: true}' > versions.json "
                 f"&& aws s3api delete-objects --bucket {artifacts} --delete file://versions.json "
                 "&& aws cloudformation delete-stack --stack-name myapp-ServerlessDeployPipeline "
                 "&& aws cloudformation wait stack-delete-complete --stack-name myapp-ServerlessDeployPipeline", cwd=tmp_path)
    for name in ("myapp-CrossAccountRole", "myapp-CloudFormationExecutionRole"):
        installation.shell("target", delete.format(name))
    for account in (tools, target):
        assert left_in(installation.url, account["Id"]) == {}


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is needed")
def test_example_rehearsal(tmp_path):
    """What `./dev demo` runs: the example with osls@4, and its own clean-up."""
    ran = subprocess.run([DRYDOCK, "rehearse", "--start", "--data", tmp_path / "data", "--json",
                          EXAMPLE / "rehearsal.yaml"], text=True, capture_output=True)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    summary = json.loads(ran.stdout.strip().splitlines()[-1])["summary"]
    assert summary["succeeded"] and all(step["status"] == "succeeded" for step in summary["steps"])


def test_rehearsal_names_what_is_wrong(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("rehearsal: x\naccounts: [a]\nstacks:\n  - { name: s, account: b, template: t.yml }\n")
    ran = subprocess.run([DRYDOCK, "rehearse", bad], text=True, capture_output=True)
    assert ran.returncode == 1 and 'line 4: stack s: "b" is not among the accounts' in ran.stderr
