"""Sources that are polled or lie in S3, Lambda actions, CloudFormation deployments."""
import io
import json
import zipfile

import pytest

from test_codepipeline import World, role, until


@pytest.fixture
def world(aws):
    return World(aws)


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


def action(name, category, provider, configuration, **more):
    return {"name": name, "actions": [{"name": name, "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
                                       "configuration": configuration, **more}]}


def test_polling(world, server):
    first = world.put()
    world.create(world.source(configuration={"RepositoryName": "app", "BranchName": "master"}), world.deploy())
    assert world.finished()["status"] == "Succeeded"
    server.advance(61)
    second = world.put("two", first)
    server.advance(61)
    found = world.finished(2)
    assert found["trigger"]["triggerType"] == "PollForSourceChanges" and found["sourceRevisions"][0]["revisionId"] == second
    server.advance(61)
    assert len(world.executions()) == 2


def test_s3_source(world):
    bucket = f"source-{world.aws.id}"
    world.s3.create_bucket(Bucket=bucket)
    source = action("Source", "Source", "S3", {"S3Bucket": bucket, "S3ObjectKey": "app.zip", "PollForSourceChanges": "false"},
                    outputArtifacts=[{"name": "SourceArtifact"}], namespace="Src")
    world.s3.put_object(Bucket=bucket, Key="app.zip", Body=zipped(index_html="v0"))
    deploy = world.deploy()
    deploy["actions"][0]["configuration"]["ObjectKey"] = "#{Src.VersionId}"
    world.create(source, deploy)
    assert world.finished()["status"] == "Failed"
    assert "not versioned" in world.action("Source")["errorDetails"]["message"]
    world.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = world.s3.put_object(Bucket=bucket, Key="app.zip", Body=zipped(index_html="v1"))["VersionId"]
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(2)["status"] == "Succeeded"
    assert world.s3.get_object(Bucket=world.site, Key=f"{version}/index.html")["Body"].read() == b"v1"
    first = world.s3.list_object_versions(Bucket=bucket)["Versions"][-1]["VersionId"]
    assert first != version


FUNCTION = """import boto3, json
def handler(event, context):
    job = event["CodePipeline.job"]
    client = boto3.client("codepipeline")
    word = job["data"]["actionConfiguration"]["configuration"]["UserParameters"]
    if word == "fail":
        client.put_job_failure_result(jobId=job["id"], failureDetails={"type": "JobFailed", "message": "no good"})
    else:
        client.put_job_success_result(jobId=job["id"], outputVariables={"word": word + job["data"]["inputArtifacts"][0]["name"]})
"""


def test_lambda(world):
    function_role = role(world.aws, "Function", "lambda.amazonaws.com", ("codepipeline:PutJob*", "*"), ("logs:*", "*"))
    world.aws.client("lambda").create_function(FunctionName="f", Runtime="python3.11", Handler="f.handler", Role=function_role, Timeout=30,
                                               Code={"ZipFile": zipped(f_py=FUNCTION)})
    world.put()
    stage = action("Ask", "Invoke", "Lambda", {"FunctionName": "f", "UserParameters": "good"}, inputArtifacts=[{"name": "SourceArtifact"}], namespace="Ask")
    deploy = world.deploy()
    deploy["actions"][0]["configuration"]["ObjectKey"] = "#{Ask.word}"
    world.create(world.source(), stage, deploy)
    assert until(lambda: world.executions()[0]["status"] == "Succeeded"), world.codepipeline.get_pipeline_state(name="p")
    assert world.s3.get_object(Bucket=world.site, Key="goodSourceArtifact/a/index.html")
    stage["actions"][0]["configuration"]["UserParameters"] = "fail"
    world.codepipeline.update_pipeline(pipeline=world.pipeline(world.source(), stage, deploy))
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(2)["status"] == "Failed"
    assert world.action("Ask")["errorDetails"] == {"code": "JobFailed", "message": "no good"}


TEMPLATE = """Parameters:
  Name: {Type: String}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Ref Name}
Outputs:
  BucketArn: {Value: !GetAtt Bucket.Arn}
"""


def test_cloudformation(world):
    stack_role = role(world.aws, "Stack", "cloudformation.amazonaws.com", ("s3:*", "*"))
    name = f"made-{world.aws.id}"
    world.codecommit.put_file(repositoryName="app", branchName="master", filePath="t.yml", fileContent=TEMPLATE.encode())
    common = {"StackName": "s", "TemplatePath": "SourceArtifact::t.yml", "RoleArn": stack_role, "Capabilities": "CAPABILITY_IAM,CAPABILITY_NAMED_IAM",
              "ParameterOverrides": json.dumps({"Name": name})}
    update = action("Stack", "Deploy", "CloudFormation", {"ActionMode": "CREATE_UPDATE", "OutputFileName": "out.json", **common}, namespace="Made",
                    inputArtifacts=[{"name": "SourceArtifact"}], outputArtifacts=[{"name": "StackArtifact"}])
    deploy = world.deploy()
    deploy["actions"][0].update(inputArtifacts=[{"name": "StackArtifact"}])
    deploy["actions"][0]["configuration"]["ObjectKey"] = "#{Made.BucketArn}"
    world.create(world.source(), update, deploy)
    assert world.finished()["status"] == "Succeeded", world.codepipeline.get_pipeline_state(name="p")
    out = world.s3.get_object(Bucket=world.site, Key=f"arn:aws:s3:::{name}/out.json")["Body"].read()
    assert json.loads(out) == {"BucketArn": f"arn:aws:s3:::{name}"}
    # Again without a change, and as a change set.
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(2)["status"] == "Succeeded"
    change = {"name": "Change", "actions": [
        {**action("Prepare", "Deploy", "CloudFormation", {"ActionMode": "CHANGE_SET_REPLACE", "ChangeSetName": "c", **common, "StackName": "s2", "ParameterOverrides": json.dumps({"Name": name + "-2"})},
                  inputArtifacts=[{"name": "SourceArtifact"}])["actions"][0], "runOrder": 1},
        {**action("Execute", "Deploy", "CloudFormation", {"ActionMode": "CHANGE_SET_EXECUTE", "ChangeSetName": "c", "StackName": "s2"})["actions"][0], "runOrder": 2}]}
    delete = action("Delete", "Deploy", "CloudFormation", {"ActionMode": "DELETE_ONLY", "StackName": "s"})
    world.codepipeline.update_pipeline(pipeline=world.pipeline(world.source(), change, delete))
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(3)["status"] == "Succeeded", world.codepipeline.get_pipeline_state(name="p")
    buckets = [b["Name"] for b in world.s3.list_buckets()["Buckets"]]
    assert name + "-2" in buckets and name not in buckets


def test_failed_stack_says_why(world):
    stack_role = role(world.aws, "Stack", "cloudformation.amazonaws.com")
    world.codecommit.put_file(repositoryName="app", branchName="master", filePath="t.yml", fileContent=TEMPLATE.encode())
    world.create(world.source(), action("Stack", "Deploy", "CloudFormation", {
        "ActionMode": "CREATE_UPDATE", "StackName": "s", "TemplatePath": "SourceArtifact::t.yml", "RoleArn": stack_role,
        "ParameterOverrides": json.dumps({"Name": f"no-{world.aws.id}"})}, inputArtifacts=[{"name": "SourceArtifact"}]))
    assert world.finished()["status"] == "Failed"
    message = world.action("Stack")["errorDetails"]["message"]
    assert "s3:CreateBucket" in message and "Stack/" in message, message
