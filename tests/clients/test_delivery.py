"""The whole delivery with unmodified clients: git, the AWS CLI, serverless@3.7.4 (classic) and osls@4 (the example)."""
import json
import shutil
import subprocess
import time

import pytest

from installation import CLASSIC, DRYDOCK, EXAMPLE, Installation, ask, outside

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
    described = json.loads(installation.shell(
        "target", "aws cloudformation describe-stacks --stack-name product-catalog-service-DEV --output json").stdout)["Stacks"][0]
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

    # A second push updates the stack; the role may not read functions, and Serverless goes on with a warning.
    before = executions(installation)
    source = work / "lambda" / "find-product.py"
    source.write_text(source.read_text().replace("import sys", "import sys\n\nVERSION = 2"))
    installation.shell("tools", f"{commit} 'Second' && {helper} push -q origin master", cwd=work)
    ended = wait_for_pipeline(installation, before)
    log = build_log(installation)
    assert ended["status"] == "Succeeded", log[-6000:]
    assert "Not authorized to perform: lambda:GetFunction" in log
    assert ask(f"{api}/product/find/1001")[0] == 200

    # What the function printed.
    assert "REPORT RequestId:" in log_group(installation, "target", "/aws/lambda/product-catalog-service-DEV-find")

    # Clean-up in the only order that works.
    bucket = {o["OutputKey"]: o["OutputValue"] for o in described["Outputs"]}["ServerlessDeploymentBucketName"]
    full = installation.shell("target", f"aws s3api delete-bucket --bucket {bucket}", check=False)
    assert "BucketNotEmpty" in full.stderr
    installation.shell("target", f"aws s3 rm --recursive s3://{bucket} && aws cloudformation delete-stack --stack-name product-catalog-service-DEV "
                                 "&& aws cloudformation wait stack-delete-complete --stack-name product-catalog-service-DEV")
    artifacts = outputs["OutCodePipelineS3Bucket"]
    installation.shell(
        "tools", f"aws s3api list-object-versions --bucket {artifacts} --output json "
                 "| jq '{Objects: [(.Versions[]?, .DeleteMarkers[]?) | {Key, VersionId}], Quiet: true}' > versions.json "
                 f"&& aws s3api delete-objects --bucket {artifacts} --delete file://versions.json "
                 "&& aws cloudformation delete-stack --stack-name myapp-ServerlessDeployPipeline "
                 "&& aws cloudformation wait stack-delete-complete --stack-name myapp-ServerlessDeployPipeline", cwd=tmp_path)
    for name in ("myapp-CrossAccountRole", "myapp-CloudFormationExecutionRole"):
        installation.shell("target", f"aws cloudformation delete-stack --stack-name {name} && aws cloudformation wait stack-delete-complete --stack-name {name}")
    for account in ("tools", "target"):
        left = json.loads(installation.shell(account, "aws iam list-roles --output json").stdout)["Roles"]
        assert [r["RoleName"] for r in left if not r["Path"].startswith("/aws-service-role/")] == []


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
