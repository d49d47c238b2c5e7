"""`drydock why` of a build, an execution, a stack: what was called in its name, by its commands and by roles they assumed."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE, os.path.join(os.path.dirname(HERE), "codepipeline")]
from test_codepipeline import World, role, until  # noqa: E402
from functions import make_function, make_role  # noqa: E402
from test_why import allow, document, drydock, trust  # noqa: E402

TEMPLATE = json.dumps({"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "of-the-stack"}}}})
BUILDSPEC = """version: 0.2
phases:
  build:
    commands:
      - aws dynamodb list-tables || true
      - aws sts assume-role --role-arn $FAR --role-session-name deploy --output json > session.json
      - export AWS_ACCESS_KEY_ID=$(jq -r .Credentials.AccessKeyId session.json)
      - export AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey session.json)
      - export AWS_SESSION_TOKEN=$(jq -r .Credentials.SessionToken session.json)
      - aws lambda get-function --function-name nothing || true
      - |
        echo '%s' > template.json
      - aws cloudformation create-stack --stack-name built --template-body file://template.json --role-arn $STACK_ROLE
      - aws cloudformation wait stack-create-complete --stack-name built
""" % TEMPLATE


def test_a_build_of_an_execution_and_the_stack_it_makes(server, account, other_account):
    far_iam = other_account.client("iam")
    far = far_iam.create_role(RoleName="Far", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account.id}:root"}))["Role"]["Arn"]
    far_iam.put_role_policy(RoleName="Far", PolicyName="p", PolicyDocument=document(allow(["cloudformation:*", "iam:PassRole"])))
    stack_role = role(other_account, "Stack", "cloudformation.amazonaws.com", ("logs:*", "*"))
    world = World(account)
    build_role = role(account, "Build", "codebuild.amazonaws.com", ("s3:*", "*"), ("logs:*", "*"), ("sts:AssumeRole", far))
    account.client("codebuild").create_project(
        name="build", source={"type": "CODEPIPELINE", "buildspec": BUILDSPEC}, artifacts={"type": "CODEPIPELINE"}, serviceRole=build_role,
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
                     "environmentVariables": [{"name": "FAR", "value": far}, {"name": "STACK_ROLE", "value": stack_role}]})
    world.put("x")
    world.create(world.source(), {"name": "Build", "actions": [{
        "name": "Build", "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
        "configuration": {"ProjectName": "build"}, "inputArtifacts": [{"name": "SourceArtifact"}]}]})
    execution = world.finished()
    assert execution["status"] == "Succeeded", world.codepipeline.get_pipeline_state(name="p")
    build_id = world.action("Build")["externalExecutionId"]

    answer = json.loads(drydock(server, "why", build_id, "--json"))
    session = "AWSCodeBuild-" + build_id.split(":")[1]
    works = {work["of"]: {(call["role"], call["action"], call["outcome"]): call for call in work["calls"]} for work in answer["work"]}
    stack_id = other_account.client("cloudformation").describe_stacks(StackName="built")["Stacks"][0]["StackId"]
    assert list(works) == [session, stack_id]
    calls = works[session]
    assumed = calls[build_role, "sts:AssumeRole", "allowed"]
    assert (assumed["resource"], assumed["principal"]) == (far, f"arn:aws:sts::{account.id}:assumed-role/Build/{session}")
    assert assumed["client"].startswith("aws-cli/")
    assert calls[build_role, "logs:CreateLogStream", "allowed"]["client"] == "codebuild.amazonaws.com"
    assert calls[far, "cloudformation:CreateStack", "allowed"]["principal"] == f"arn:aws:sts::{other_account.id}:assumed-role/Far/deploy"
    # Where a chain of roles leads: each session says which one asked for it.
    assert calls[far, "cloudformation:CreateStack", "allowed"]["assumedBy"] == assumed["principal"] and "assumedBy" not in assumed
    assert calls[far, "iam:PassRole", "allowed"]["resource"] == stack_role
    made = works[stack_id][stack_role, "logs:CreateLogGroup", "allowed"]
    assert (made["via"], made["count"]) == ("cloudformation.amazonaws.com", 1)
    # What was denied is explained, in the order it happened.
    assert [d["action"] for d in answer["decisions"]] == ["dynamodb:ListTables", "lambda:GetFunction"]
    assert calls[far, "lambda:GetFunction", "denied"]["authorizationId"] == answer["decisions"][1]["authorizationId"]
    assert answer["decisions"][1]["fix"]["account"] == other_account.id
    text = drydock(server, "why", build_id)
    assert f"  as arn:aws:sts::{other_account.id}:assumed-role/Far/deploy, assumed by {assumed['principal']}\n" in text
    assert f"    allowed  sts:AssumeRole on {far}, by aws-cli/" in text
    assert f"    DENIED   lambda:GetFunction on arn:aws:lambda:us-east-1:{other_account.id}:function:nothing, by aws-cli/" in text

    # The execution has calls of its own, and those of the build it started.
    of_execution = json.loads(drydock(server, "why", execution["pipelineExecutionId"], "--json"))
    assert [work["of"] for work in of_execution["work"]] == [execution["pipelineExecutionId"], session, stack_id]
    assert [work["title"].split(" ")[0] for work in of_execution["work"]] == ["pipeline", "build", "stack"]
    for work in of_execution["work"]:  # each call once
        calls = [(call["role"], call["action"], call["resource"], call.get("via"), call["outcome"]) for call in work["calls"]]
        assert len(calls) == len(set(calls))
    started = [call for call in of_execution["work"][0]["calls"] if call["action"] == "codebuild:StartBuild"]
    assert [call["principal"].split("/")[1] for call in started] == ["Pipeline"]
    assert [d["action"] for d in of_execution["decisions"]] == ["dynamodb:ListTables", "lambda:GetFunction"]
    # So has the stack.
    of_stack = json.loads(drydock(server, "why", stack_id, "--json"))
    assert [work["of"] for work in of_stack["work"]] == [stack_id] and of_stack["decisions"] == []


def test_stacks_made_without_a_role_belong_to_the_session_that_made_them(server, account):
    build_role = role(account, "Build", "codebuild.amazonaws.com", ("logs:CreateLogStream", "*"), ("logs:PutLogEvents", "*"), ("cloudformation:*", "*"))
    project = account.client("codebuild")
    spec = f"""version: 0.2
phases:
  build:
    commands:
      - |
        echo '{TEMPLATE}' > template.json
      - aws cloudformation create-stack --stack-name mine --template-body file://template.json --on-failure DO_NOTHING
      - aws cloudformation wait stack-create-complete --stack-name mine
"""
    account.client("logs").create_log_group(logGroupName="/aws/codebuild/build")
    project.create_project(name="build", source={"type": "NO_SOURCE", "buildspec": spec}, artifacts={"type": "NO_ARTIFACTS"}, serviceRole=build_role,
                           environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"})
    build_id = project.start_build(projectName="build")["build"]["id"]
    until(lambda: project.batch_get_builds(ids=[build_id])["builds"][0]["buildComplete"], 120)
    answer = json.loads(drydock(server, "why", build_id, "--json"))
    denied = [call for call in answer["work"][0]["calls"] if call["outcome"] == "denied" and call.get("via")]
    assert [(call["action"], call["via"]) for call in denied] == [("logs:CreateLogGroup", "cloudformation.amazonaws.com")]
    assert "logs:CreateLogGroup" in [d["action"] for d in answer["decisions"]]


def test_an_action_with_a_role_of_another_account(server, account, other_account):
    """The artifacts' bucket does not let the other account's role in: said in the execution's name, though the pipeline's own role may everything."""
    far_iam = other_account.client("iam")
    far = far_iam.create_role(RoleName="Deployer", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account.id}:root"}))["Role"]["Arn"]
    far_iam.put_role_policy(RoleName="Deployer", PolicyName="p", PolicyDocument=document(allow("s3:*")))
    world = World(account)
    world.put("x")
    world.create(world.source(), world.deploy(roleArn=far))
    execution = world.finished()
    assert execution["status"] == "Failed"
    answer = json.loads(drydock(server, "why", execution["pipelineExecutionId"], "--json"))
    work, = answer["work"]
    there = [call for call in work["calls"] if call["role"] == far]
    assert [(call["action"], call["outcome"]) for call in there] == [("s3:GetObject", "denied")]
    assert there[0]["assumedBy"].startswith(f"arn:aws:sts::{account.id}:assumed-role/Pipeline/")
    decision, = answer["decisions"]
    assert decision["kind"] == "resource-based policy" and decision["fix"]["account"] == account.id


def test_functions_that_a_builds_commands_invoke(server, account):
    code = """
import boto3
def handler(event, context):
    try:
        boto3.client("dynamodb").list_tables()
    except Exception:
        pass
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
    function_role = make_role(account, actions=("logs:*",))
    function = make_function(account, code, role=function_role, Timeout=60)["FunctionArn"]
    build_role = role(account, "Build", "codebuild.amazonaws.com", ("logs:*", "*"), ("lambda:InvokeFunction", function))
    codebuild = account.client("codebuild")
    codebuild.create_project(
        name="build", source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {build: {commands: ['aws lambda invoke --function-name f out.json']}}"},
        artifacts={"type": "NO_ARTIFACTS"}, serviceRole=build_role,
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"})
    account.client("lambda").invoke(FunctionName="f")  # not for the build: the same instance may serve both
    build_id = codebuild.start_build(projectName="build")["build"]["id"]
    build = until(lambda: next((b for b in codebuild.batch_get_builds(ids=[build_id])["builds"] if b["buildStatus"] != "IN_PROGRESS"), None))
    assert build["buildStatus"] == "SUCCEEDED"
    (work,) = json.loads(drydock(server, "why", build_id, "--json"))["work"]
    calls = {(call["role"], call["action"], call["outcome"]): call for call in work["calls"]}
    session = f"arn:aws:sts::{account.id}:assumed-role/Build/AWSCodeBuild-{build_id.split(':')[1]}"
    listed = calls[function_role, "dynamodb:ListTables", "denied"]
    assert (listed["invokedBy"], listed["count"]) == (session, 1) and calls[build_role, "lambda:InvokeFunction", "allowed"]
    text = drydock(server, "why", build_id)
    assert f"assumed-role/function-role/f_, invoked by {session}" in text and "DENIED   dynamodb:ListTables" in text
