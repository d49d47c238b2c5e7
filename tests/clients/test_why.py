"""`drydock why` for what a delivery shows of itself when it fails: ids of executions, builds and stack events, and the
explanation's id in what the services say."""
import json
import re

import boto3
import pytest
from botocore.config import Config

from mutations import delivery, without_action


def client(installation, summary, account, service):
    return boto3.client(service, endpoint_url=installation.url, region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}),
                        aws_access_key_id=summary["outputs"][f"accounts.{account}.id"], aws_secret_access_key="test")


def why(installation, id_):
    return json.loads(installation.drydock("why", id_, "--json").stdout)["decisions"]


def carried_id(text):
    """The authorization id in a message of a service."""
    found = re.search("authorization id: ([0-9a-z]+)", text)
    assert found, f"no authorization id in: {text}"
    return found.group(1)


def failed_action(installation, summary):
    """The execution's id, and its action that failed."""
    pipelines = client(installation, summary, "tools", "codepipeline")
    name = pipelines.list_pipelines()["pipelines"][0]["name"]
    actions = pipelines.list_action_executions(pipelineName=name)["actionExecutionDetails"]
    failed = next(one for one in actions if one["status"] == "Failed" and one["stageName"] != "Source")
    return failed["pipelineExecutionId"], failed


def changed(policy, sid, action):
    return lambda text: without_action(text, sid, action, policy)


def test_an_action_that_is_denied():
    with delivery({"pipeline.yml": changed("PipelinePolicy", "Builds", "codebuild:StartBuild")}) as (installation, summary):
        execution, action = failed_action(installation, summary)
        id_ = carried_id(action["output"]["executionResult"]["externalExecutionSummary"] if "externalExecutionSummary" in
                         action["output"].get("executionResult", {}) else json.dumps(action["output"]))
        for asked in (id_, execution):
            decision = why(installation, asked)[0]
            assert decision["authorizationId"] == id_ and decision["action"] == "codebuild:StartBuild"
            assert "product-catalog-pipeline" in decision["principal"]
        assert "codebuild:StartBuild" in installation.drydock("why", "--last").stdout
        denied = installation.drydock("why", "--denied").stdout
        assert f"drydock why {id_}" in denied and "denied  codebuild:StartBuild" in denied
        # By the request that was denied.
        assert why(installation, decision["requestId"])[0]["authorizationId"] == id_


def test_a_build_that_is_denied_itself():
    with delivery({"pipeline.yml": changed("BuildPolicy", "ArtifactKey", "kms:Decrypt")}) as (installation, summary):
        execution, action = failed_action(installation, summary)
        build = action["output"]["executionResult"]["externalExecutionId"]
        told, = client(installation, summary, "tools", "codebuild").batch_get_builds(ids=[build])["builds"]
        failed, = [phase for phase in told["phases"] if phase.get("phaseStatus") == "FAILED"]
        id_ = carried_id(failed["contexts"][0]["message"])
        for asked in (id_, build, told["arn"], execution):
            assert id_ in [decision["authorizationId"] for decision in why(installation, asked)], asked
        assert why(installation, build)[0]["action"] == "kms:Decrypt"


def test_a_call_inside_of_a_build():
    """Nobody but the build's own log says it; its session's name leads there."""
    with delivery({"pipeline.yml": changed("BuildPolicy", "CrossIntoTheTarget", "sts:AssumeRole")}) as (installation, summary):
        execution, action = failed_action(installation, summary)
        build = action["output"]["executionResult"]["externalExecutionId"]
        for asked in (build, execution):
            decisions = why(installation, asked)
            assert "sts:AssumeRole" in [decision["action"] for decision in decisions], asked
            chain = [link["principal"] for link in decisions[0]["chain"]]
            assert chain[0] == "codebuild.amazonaws.com" and "product-catalog-build" in chain[-1], chain
        assert "product-catalog-deployment" in installation.drydock("why", execution).stdout


def test_a_stack_event():
    with delivery({"execution-role.yml": changed("ExecutionPolicy", "Service", "lambda:*")}) as (installation, summary):
        stacks = client(installation, summary, "target", "cloudformation")
        events = stacks.describe_stack_events(StackName="product-catalog-dev")["StackEvents"]
        failed = next(event for event in events if event["ResourceStatus"] == "CREATE_FAILED" and event["LogicalResourceId"] == "Function")
        id_ = carried_id(failed["ResourceStatusReason"])
        for asked in (id_, failed["EventId"], failed["StackId"]):
            assert id_ in [decision["authorizationId"] for decision in why(installation, asked)], asked
        decision = why(installation, failed["EventId"])[0]
        assert decision["action"].startswith("lambda:") and "product-catalog-execution" in decision["principal"]


@pytest.mark.parametrize("words", [["why", "nothing-like-this"], ["why"]])
def test_what_it_cannot_explain(words, tmp_path):
    from installation import Installation
    installation = Installation(tmp_path)
    try:
        assert installation.drydock(*words, check=False).returncode != 0
    finally:
        installation.stop()
