import io
import json
import os
import sys
import time
import zipfile

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "codecommit"))
from expect import fails
from git import git, url_of


def until(ready, seconds=120):
    """Polls for what another thread of the server does."""
    end = time.monotonic() + seconds
    while True:
        result = ready()
        if result or time.monotonic() > end:
            return result
        time.sleep(0.05)


def role(aws, name, service, *statements):
    iam = aws.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if statements:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": a, "Resource": r} for a, r in statements]}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    return arn


class World:
    """A repository, an artifact bucket, a site bucket and a role that may use them."""

    def __init__(self, aws):
        self.aws = aws
        self.codecommit, self.codepipeline, self.s3, self.events = (aws.client(n) for n in ("codecommit", "codepipeline", "s3", "events"))
        self.repository = self.codecommit.create_repository(repositoryName="app")["repositoryMetadata"]
        self.artifacts, self.site = f"artifacts-{aws.id}", f"site-{aws.id}"
        for bucket in (self.artifacts, self.site):
            self.s3.create_bucket(Bucket=bucket)
        self.role = role(aws, "Pipeline", "codepipeline.amazonaws.com", ("codecommit:*", "*"), ("s3:*", "*"), ("codebuild:*", "*"), ("cloudformation:*", "*"),
                         ("lambda:*", "*"), ("sts:AssumeRole", "*"), ("iam:PassRole", "*"))

    def source(self, **more):
        return {"name": "Source", "actions": [{
            "name": "Source", "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
            "configuration": {"RepositoryName": "app", "BranchName": "master", "PollForSourceChanges": "false"},
            "outputArtifacts": [{"name": "SourceArtifact"}], "namespace": "Src", **more}]}

    def deploy(self, name="Deploy", **more):
        return {"name": name, "actions": [{
            "name": name, "actionTypeId": {"category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"},
            "configuration": {"BucketName": self.site, "Extract": "true", "ObjectKey": "#{Src.BranchName}/#{Src.CommitId}"},
            "inputArtifacts": [{"name": "SourceArtifact"}], **more}]}

    def approval(self):
        return {"name": "Approve", "actions": [{
            "name": "Approve", "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}}]}

    def pipeline(self, *stages, **more):
        return {"name": "p", "roleArn": self.role, "artifactStore": {"type": "S3", "location": self.artifacts}, "stages": list(stages), **more}

    def create(self, *stages, **more):
        return self.codepipeline.create_pipeline(pipeline=self.pipeline(*stages, **more))["pipeline"]

    def put(self, text="one", parent=None):
        more = {"parentCommitId": parent} if parent else {}
        return self.codecommit.put_file(repositoryName="app", branchName="master", filePath="a/index.html", fileContent=text.encode(),
                                        commitMessage="change", name="Ann", email="a@b", **more)["commitId"]

    def executions(self):
        return self.codepipeline.list_pipeline_executions(pipelineName="p")["pipelineExecutionSummaries"]

    def finished(self, count=1):
        """The newest execution, when there are so many and it has ended."""
        def ready():
            found = self.executions()
            return found[0] if len(found) >= count and found[0]["status"] not in ("InProgress", "Stopping") else None
        return until(ready)

    def action(self, stage):
        states = self.codepipeline.get_pipeline_state(name="p")["stageStates"]
        return next(s for s in states if s["stageName"] == stage)["actionStates"][0].get("latestExecution", {})


@pytest.fixture
def world(aws):
    return World(aws)


def test_push_runs_the_pipeline(world, tmp_path):
    created = world.create(world.source(), world.deploy())
    assert created["version"] == 1
    first = world.finished()
    assert first["status"] == "Failed" and first["trigger"]["triggerType"] == "CreatePipeline"
    assert world.action("Source")["errorDetails"] == {
        "code": "ConfigurationError",
        "message": "The action failed because no branch named master was found in the selected AWS CodeCommit repository app. Make sure you are using the "
                   "correct branch name, and then try again. Error: null"}

    trigger = role(world.aws, "Trigger", "events.amazonaws.com", ("codepipeline:StartPipelineExecution", "*"))
    rule = world.events.put_rule(Name="push", EventPattern=json.dumps({
        "source": ["aws.codecommit"], "detail-type": ["CodeCommit Repository State Change"], "resources": [world.repository["Arn"]],
        "detail": {"event": ["referenceCreated", "referenceUpdated"], "referenceType": ["branch"], "referenceName": ["master"]}}))["RuleArn"]
    world.events.put_targets(Rule="push", Targets=[{"Id": "p", "Arn": f"arn:aws:codepipeline:us-east-1:{world.aws.id}:p", "RoleArn": trigger}])

    git(tmp_path, "init", "-b", "master", ".")
    (tmp_path / "index.html").write_text("<p>hello")
    (tmp_path / ".gitattributes").write_text("index.html export-ignore\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "Initial")
    git(tmp_path, "push", url_of(world.aws, "app"), "master")
    head = git(tmp_path, "rev-parse", "HEAD").stdout.strip()

    second = world.finished(2)
    assert second["status"] == "Succeeded", world.codepipeline.get_pipeline_state(name="p")
    assert second["trigger"] == {"triggerType": "CloudWatchEvent", "triggerDetail": rule}
    assert second["sourceRevisions"][0]["revisionId"] == head and second["sourceRevisions"][0]["actionName"] == "Source"
    assert world.s3.get_object(Bucket=world.site, Key=f"master/{head}/index.html")["Body"].read() == b"<p>hello"
    keys = [o["Key"] for o in world.s3.list_objects_v2(Bucket=world.artifacts)["Contents"]]
    assert len(keys) == 1 and keys[0].startswith("p/SourceArti/") and keys[0].endswith(".zip")
    archive = zipfile.ZipFile(io.BytesIO(world.s3.get_object(Bucket=world.artifacts, Key=keys[0])["Body"].read()))
    assert sorted(archive.namelist()) == [".gitattributes", "index.html"]
    actions = world.codepipeline.list_action_executions(pipelineName="p", filter={"pipelineExecutionId": second["pipelineExecutionId"]})["actionExecutionDetails"]
    assert [a["actionName"] for a in actions] == ["Deploy", "Source"]
    assert actions[1]["output"]["outputVariables"]["CommitId"] == head
    execution = world.codepipeline.get_pipeline_execution(pipelineName="p", pipelineExecutionId=second["pipelineExecutionId"])["pipelineExecution"]
    assert execution["artifactRevisions"][0]["name"] == "SourceArtifact" and execution["status"] == "Succeeded"


def test_denied_source_says_why(world):
    world.put()
    world.aws.client("iam").put_role_policy(RoleName="Pipeline", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["codecommit:GetBranch", "codecommit:GetCommit"], "Resource": "*"}]}))
    world.create(world.source(), world.deploy())
    assert world.finished()["status"] == "Failed"
    error = world.action("Source")["errorDetails"]
    assert error["code"] == "PermissionError"
    assert "is not authorized to perform: codecommit:UploadArchive on resource: " + world.repository["Arn"] in error["message"]

    world.aws.client("iam").put_role_policy(RoleName="Pipeline", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "codecommit:*", "Resource": "*"}]}))
    execution = world.executions()[0]["pipelineExecutionId"]
    world.codepipeline.retry_stage_execution(pipelineName="p", stageName="Source", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS")
    assert world.finished()["status"] == "Failed"
    error = world.action("Source")["errorDetails"]
    assert error["code"] == "PermissionError" and "s3:PutObject" in error["message"]
    tries = world.codepipeline.list_action_executions(pipelineName="p")["actionExecutionDetails"]
    assert len(tries) == 2


def test_approval_transitions_and_stop(world):
    first = world.put()
    world.create(world.source(), world.approval(), world.deploy())
    token = until(lambda: world.action("Approve").get("token"))
    assert world.action("Approve")["status"] == "InProgress"
    approve = dict(pipelineName="p", stageName="Approve", actionName="Approve", result={"summary": "fine", "status": "Approved"})
    fails("InvalidApprovalTokenException", world.codepipeline.put_approval_result, token="11111111-1111-1111-1111-111111111111", **approve)
    world.codepipeline.disable_stage_transition(pipelineName="p", stageName="Deploy", transitionType="Inbound", reason="not now")
    assert "approvedAt" in world.codepipeline.put_approval_result(token=token, **approve)
    fails("ApprovalAlreadyCompletedException", world.codepipeline.put_approval_result, token=token, **approve)
    stage = world.codepipeline.get_pipeline_state(name="p")["stageStates"][2]
    assert stage["inboundTransitionState"]["disabledReason"] == "not now" and stage["inboundExecution"]["status"] == "InProgress"
    assert world.executions()[0]["status"] == "InProgress"
    world.codepipeline.enable_stage_transition(pipelineName="p", stageName="Deploy", transitionType="Inbound")
    assert world.finished()["status"] == "Succeeded"

    world.put("two", first)
    started = world.codepipeline.start_pipeline_execution(name="p", clientRequestToken="again")["pipelineExecutionId"]
    assert world.codepipeline.start_pipeline_execution(name="p", clientRequestToken="again")["pipelineExecutionId"] == started
    token = until(lambda: world.action("Approve").get("token"))
    rejected = {**approve, "result": {"summary": "not good", "status": "Rejected"}}
    world.codepipeline.put_approval_result(token=token, **rejected)
    assert world.finished(2)["status"] == "Failed"
    assert world.action("Approve")["errorDetails"]["message"] == "not good"

    world.codepipeline.start_pipeline_execution(name="p")
    until(lambda: world.action("Approve").get("token"))
    running = world.executions()[0]["pipelineExecutionId"]
    world.codepipeline.stop_pipeline_execution(pipelineName="p", pipelineExecutionId=running, abandon=True, reason="enough")
    stopped = world.executions()[0]
    assert stopped["status"] == "Stopped" and stopped["stopTrigger"] == {"reason": "enough"}
    assert world.action("Approve")["status"] == "Abandoned"
    fails("PipelineExecutionNotStoppableException", world.codepipeline.stop_pipeline_execution, pipelineName="p", pipelineExecutionId=running)


def test_superseded(world):
    world.put()
    world.create(world.source(), world.approval(), world.deploy())
    until(lambda: world.action("Approve").get("token"))
    for _ in range(2):
        world.codepipeline.start_pipeline_execution(name="p")
        until(lambda: world.codepipeline.get_pipeline_state(name="p")["stageStates"][1].get("inboundExecution", {}).get("pipelineExecutionId") ==
              world.executions()[0]["pipelineExecutionId"])
    assert [e["status"] for e in world.executions()] == ["InProgress", "Superseded", "InProgress"]


@pytest.mark.parametrize("change, code, text", [
    (lambda p: p["stages"].pop(), "InvalidStructureException", "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline"),
    (lambda p: p["stages"].reverse(), "InvalidStructureException", "Pipeline should start with a stage that only contains source actions"),
    (lambda p: p["stages"][1]["actions"][0].pop("inputArtifacts"), "InvalidActionDeclarationException",
     "Action Deploy declares 0 input artifacts which is less than the minimum count (1)"),
    (lambda p: p["stages"][1]["actions"][0]["inputArtifacts"][0].update(name="Other"), "InvalidActionDeclarationException",
     "Input Artifact Bundle Other in action Deploy is not declared as Output Artifact Bundle in any of the preceding actions"),
    (lambda p: p["stages"][0]["actions"][0]["configuration"].pop("BranchName"), "InvalidActionDeclarationException",
     "Action configuration for action 'Source' is missing required configuration 'BranchName'"),
    (lambda p: p["stages"][0]["actions"][0]["configuration"].update(What="x"), "InvalidActionDeclarationException",
     "Action configuration for action 'Source' contains unknown configuration 'What'"),
    (lambda p: p["stages"][0]["actions"][0]["actionTypeId"].update(provider="Nope"), "InvalidActionDeclarationException",
     "ActionType (Category: 'Source', Provider: 'Nope', Owner: 'AWS', Version: '1') in action 'Source' is not available in region US_EAST_1"),
])
def test_structure(world, change, code, text):
    pipeline = world.pipeline(world.source(), world.deploy())
    change(pipeline)
    assert fails(code, world.codepipeline.create_pipeline, pipeline=pipeline) == text


def test_role_must_trust_codepipeline(world):
    other = role(world.aws, "Other", "events.amazonaws.com")
    message = fails("InvalidStructureException", world.codepipeline.create_pipeline, pipeline={**world.pipeline(world.source(), world.deploy()), "roleArn": other})
    assert message.startswith(f"CodePipeline is not authorized to perform AssumeRole on role {other}")


def test_crud(world):
    world.create(world.source(), world.deploy())
    got = world.codepipeline.get_pipeline(name="p")
    assert got["metadata"]["pipelineArn"] == f"arn:aws:codepipeline:us-east-1:{world.aws.id}:p" and got["pipeline"]["stages"][0]["actions"][0]["runOrder"] == 1
    fails("PipelineNameInUseException", world.codepipeline.create_pipeline, pipeline=world.pipeline(world.source(), world.deploy()))
    assert world.codepipeline.update_pipeline(pipeline=world.pipeline(world.source(), world.approval(), world.deploy()))["pipeline"]["version"] == 2
    assert len(world.codepipeline.get_pipeline(name="p", version=1)["pipeline"]["stages"]) == 2
    assert [p["name"] for p in world.codepipeline.list_pipelines()["pipelines"]] == ["p"]
    world.codepipeline.delete_pipeline(name="p")
    fails("PipelineNotFoundException", world.codepipeline.get_pipeline, name="p")
