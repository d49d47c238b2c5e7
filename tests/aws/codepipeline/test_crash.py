"""Executions and events survive the end of the process at any moment."""
import json
import time

from conftest import DiskServer, new_account
from git import git, url_of
from test_codepipeline import World, role, until


def test_kill_in_the_middle(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    server = DiskServer(folder)
    try:
        world = World(new_account(server))
        trigger = role(world.aws, "Trigger", "events.amazonaws.com", ("codepipeline:StartPipelineExecution", "*"))
        world.create(world.source(), world.approval(), world.deploy())
        world.finished()
        world.events.put_rule(Name="push", EventPattern=json.dumps({"source": ["aws.codecommit"]}))
        world.events.put_targets(Rule="push", Targets=[{"Id": "p", "Arn": f"arn:aws:codepipeline:us-east-1:{world.aws.id}:p", "RoleArn": trigger}])
        work = tmp_path / "work"
        work.mkdir()
        git(work, "init", "-b", "master", ".")

        for round in range(1, 5):
            (work / "index.html").write_text(str(round))
            git(work, "add", ".")
            git(work, "commit", "-m", str(round))
            git(work, "push", url_of(world.aws, "app"), "master")
            time.sleep(0.02 * (round - 1))
            server.kill()
            server.start()
            assert until(lambda: len(world.executions()) == round + 1), world.executions()
            token = until(lambda: world.action("Approve").get("token"))
            world.codepipeline.put_approval_result(pipelineName="p", stageName="Approve", actionName="Approve", token=token,
                                                   result={"summary": "", "status": "Approved"})
            server.kill()
            server.start()
            assert world.finished(round + 1)["status"] == "Succeeded", world.codepipeline.get_pipeline_state(name="p")
            head = git(work, "rev-parse", "HEAD").stdout.strip()
            assert world.s3.get_object(Bucket=world.site, Key=f"master/{head}/index.html")["Body"].read() == str(round).encode()
        assert len(world.executions()) == 5
    finally:
        server.kill()
