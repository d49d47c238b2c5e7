"""Pipelines whose work is done by others: CodeBuild, encrypted artifacts, roles of another account."""
import json

import pytest

from customer_keys import NO_IDENTITY, NO_RESOURCE, allow, document, key_policy, make_key, root
from test_codepipeline import World, role, until

BUILDSPEC = """version: 0.2
env:
  exported-variables: [WHO]
phases:
  build:
    commands:
      - export WHO=$NAME-$CODEBUILD_INITIATOR
      - cp a/index.html out.html
artifacts:
  files: [out.html]
"""


@pytest.fixture
def world(aws):
    return World(aws)


def build_stage(**configuration):
    return {"name": "Build", "actions": [{
        "name": "Build", "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}, "namespace": "Built",
        "configuration": {"ProjectName": "build", **configuration},
        "inputArtifacts": [{"name": "SourceArtifact"}], "outputArtifacts": [{"name": "BuildArtifact"}]}]}


def make_project(world, buildspec=BUILDSPEC):
    build_role = role(world.aws, "Build", "codebuild.amazonaws.com", ("s3:*", "*"), ("logs:*", "*"), ("kms:*", "*"))
    world.aws.client("codebuild").create_project(
        name="build", source={"type": "CODEPIPELINE", "buildspec": buildspec}, artifacts={"type": "CODEPIPELINE"}, serviceRole=build_role,
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"})


def test_build(world):
    make_project(world)
    world.put("built")
    deploy = world.deploy()
    deploy["actions"][0]["inputArtifacts"] = [{"name": "BuildArtifact"}]
    deploy["actions"][0]["configuration"]["ObjectKey"] = "#{Built.WHO}"
    world.create(world.source(), build_stage(EnvironmentVariables=json.dumps([{"name": "NAME", "value": "ann"}])), deploy)
    execution = world.finished()
    assert execution["status"] == "Succeeded", world.codepipeline.get_pipeline_state(name="p")
    assert world.s3.get_object(Bucket=world.site, Key="ann-codepipeline/p/out.html")["Body"].read() == b"built"
    action = world.action("Build")
    build = world.aws.client("codebuild").batch_get_builds(ids=[action["externalExecutionId"]])["builds"][0]
    assert build["initiator"] == "codepipeline/p" and build["buildStatus"] == "SUCCEEDED"


def test_failed_build_says_why(world):
    make_project(world, BUILDSPEC.replace("cp a/index.html", "cp nothing"))
    world.put()
    world.create(world.source(), build_stage(), world.deploy())
    assert world.finished()["status"] == "Failed"
    error = world.action("Build")["errorDetails"]
    assert error["code"] == "JobFailed"
    assert error["message"].startswith("Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while executing command")


def test_denied_build_says_why(world):
    make_project(world)
    world.put()
    world.aws.client("iam").put_role_policy(RoleName="Pipeline", PolicyName="deny", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "codebuild:StartBuild", "Resource": "*"}]}))
    world.create(world.source(), build_stage(), world.deploy())
    assert world.finished()["status"] == "Failed"
    message = world.action("Build")["errorDetails"]["message"]
    assert message.startswith("Error calling startBuild: User: arn:aws:sts::") and "codebuild:StartBuild" in message and "explicit deny" in message
    assert "Error Code: AccessDeniedException" in message


def test_encrypted_artifacts(world):
    kms = world.aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    world.s3.put_bucket_encryption(Bucket=world.artifacts, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]})
    world.put()
    world.create(world.source(), world.deploy())
    assert world.finished()["status"] == "Failed"
    error = world.action("Source")["errorDetails"]
    assert error["code"] == "PermissionError" and "kms:GenerateDataKey" in error["message"] and key in error["message"]
    world.aws.client("iam").put_role_policy(RoleName="Pipeline", PolicyName="kms", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key}]}))
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(2)["status"] == "Succeeded", world.action("Source")


def test_a_builds_artifact_is_under_the_key_of_the_project(world):
    """And not under that of the pipeline, which its own actions use."""
    kms = world.aws.client("kms")
    keys = {name: kms.create_key()["KeyMetadata"]["Arn"] for name in ("pipeline", "project")}
    make_project(world)
    world.aws.client("iam").put_role_policy(RoleName="Pipeline", PolicyName="kms", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}))
    def stored():
        objects = [one["Key"] for one in world.s3.list_objects_v2(Bucket=world.artifacts)["Contents"] if one["Key"].startswith("p/")]
        return {key.split("/")[1][:5]: world.s3.head_object(Bucket=world.artifacts, Key=key)["SSEKMSKeyId"] for key in objects}
    world.put()
    deploy = world.deploy()
    deploy["actions"][0]["inputArtifacts"] = [{"name": "BuildArtifact"}]
    world.create(world.source(), build_stage(), deploy,
                 artifactStore={"type": "S3", "location": world.artifacts, "encryptionKey": {"id": keys["pipeline"], "type": "KMS"}})
    assert world.finished()["status"] == "Succeeded", world.action("Build")
    managed = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    assert stored() == {"Sourc": keys["pipeline"], "Build": managed}
    world.aws.client("codebuild").update_project(name="build", encryptionKey=keys["project"])
    for key in [one["Key"] for one in world.s3.list_objects_v2(Bucket=world.artifacts)["Contents"] if one["Key"].startswith("p/")]:
        world.s3.delete_object(Bucket=world.artifacts, Key=key)
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(2)["status"] == "Succeeded", world.action("Build")
    assert stored() == {"Sourc": keys["pipeline"], "Build": keys["project"]}


@pytest.mark.parametrize("named_by", ["arn", "alias"])
def test_a_store_whose_key_is_in_another_account(world, other_account, named_by):
    """Each action's role is asked for the key, by its own account's policies and by the key's."""
    mine, other = world.aws, other_account
    def use(account, *actions):
        return {**allow(*actions, StringEquals={"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account.id},
                        StringLike={"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{world.artifacts}/*"}), "Principal": root(account)}
    key = make_key(other, use(mine, "kms:GenerateDataKey", "kms:Decrypt"))
    other.client("kms").create_alias(AliasName="alias/store", TargetKeyId=key)
    name = key if named_by == "arn" else f"arn:aws:kms:us-east-1:{other.id}:alias/store"
    trust = document({**allow("sts:AssumeRole"), "Principal": root(mine)}).replace(', "Resource": "*"', "")
    deployer = other.client("iam").create_role(RoleName="Deployer", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    other.client("iam").put_role_policy(RoleName="Deployer", PolicyName="p", PolicyDocument=document(allow("s3:*", "kms:Decrypt")))
    bucket = f"there-{other.id}"
    other.client("s3").create_bucket(Bucket=bucket)
    world.s3.put_bucket_policy(Bucket=world.artifacts, Policy=document(
        {**allow("s3:GetObject*", resource=f"arn:aws:s3:::{world.artifacts}/*"), "Principal": {"AWS": deployer}}))
    world.put("far")
    deploy = world.deploy(roleArn=deployer)
    deploy["actions"][0]["configuration"] = {"BucketName": bucket, "Extract": "true"}
    world.create(world.source(), deploy, artifactStore={"type": "S3", "location": world.artifacts, "encryptionKey": {"id": name, "type": "KMS"}})
    assert world.finished()["status"] == "Failed"
    pipeline = f"arn:aws:sts::{mine.id}:assumed-role/Pipeline/"
    message = world.action("Source")["errorDetails"]["message"]
    assert f"User: {pipeline}" in message and f"kms:GenerateDataKey on resource: {key} because {NO_IDENTITY}" in message
    mine.client("iam").put_role_policy(RoleName="Pipeline", PolicyName="kms", PolicyDocument=document(allow("kms:GenerateDataKey", "kms:Decrypt", resource=key)))
    world.codepipeline.start_pipeline_execution(name="p")
    assert world.finished(2)["status"] == "Failed"
    message = world.action("Deploy")["errorDetails"]["message"]
    assert f"assumed-role/Deployer/" in message and f"kms:Decrypt on resource: {key} because {NO_RESOURCE}" in message
    other.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(
        other, use(mine, "kms:GenerateDataKey", "kms:Decrypt"), use(other, "kms:Decrypt")))
    world.codepipeline.retry_stage_execution(pipelineName="p", stageName="Deploy", retryMode="FAILED_ACTIONS",
                                             pipelineExecutionId=world.executions()[0]["pipelineExecutionId"])
    assert until(lambda: world.executions()[0]["status"] == "Succeeded"), world.action("Deploy")
    assert other.client("s3").get_object(Bucket=bucket, Key="a/index.html")["Body"].read() == b"far"


def test_action_role_of_another_account(world, other_account):
    other = other_account
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{world.aws.id}:root"}, "Action": "sts:AssumeRole"}]}
    iam = other.client("iam")
    arn = iam.create_role(RoleName="Deployer", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="Deployer", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
    bucket = f"there-{other.id}"
    other.client("s3").create_bucket(Bucket=bucket)
    world.put("far")
    deploy = world.deploy(roleArn=arn)
    deploy["actions"][0]["configuration"] = {"BucketName": bucket, "Extract": "true"}
    world.create(world.source(), deploy)
    assert world.finished()["status"] == "Failed"
    message = world.action("Deploy")["errorDetails"]["message"]
    assert "Unable to access the artifact with Amazon S3 object key" in message and f"assumed-role/Deployer/" in message
    world.s3.put_bucket_policy(Bucket=world.artifacts, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "s3:GetObject*", "Resource": f"arn:aws:s3:::{world.artifacts}/*"}]}))
    world.codepipeline.retry_stage_execution(pipelineName="p", stageName="Deploy", retryMode="FAILED_ACTIONS",
                                             pipelineExecutionId=world.executions()[0]["pipelineExecutionId"])
    assert until(lambda: world.executions()[0]["status"] == "Succeeded"), world.action("Deploy")
    assert other.client("s3").get_object(Bucket=bucket, Key="a/index.html")["Body"].read() == b"far"
