"""What tests of CodeBuild share: a role, a project, a build that is run to its end, its log."""
import json
import time

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def make_role(account, statements=None):
    iam = account.client("iam")
    role = iam.create_role(RoleName="build", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    statements = statements or [{"Effect": "Allow", "Action": ["logs:*", "s3:*", "ssm:*", "secretsmanager:*", "codecommit:*", "kms:*"], "Resource": "*"}]
    iam.put_role_policy(RoleName="build", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return role


def make_project(account, buildspec, role=None, **more):
    arguments = dict(name="proj", source={"type": "NO_SOURCE", "buildspec": buildspec}, artifacts={"type": "NO_ARTIFACTS"},
                     environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/amazonlinux2-x86_64-standard:3.0",
                                  "computeType": "BUILD_GENERAL1_SMALL"},
                     serviceRole=role or make_role(account))
    arguments.update(more)
    return account.client("codebuild").create_project(**arguments)["project"]


def finished(account, build_id, seconds=60):
    codebuild = account.client("codebuild")
    end = time.time() + seconds
    while time.time() < end:
        build = codebuild.batch_get_builds(ids=[build_id])["builds"][0]
        if build["buildComplete"]:
            return build
        time.sleep(0.05)
    raise AssertionError(f"still {build['currentPhase']}")


def log_of(account, build):
    logs, lines, token = account.client("logs"), [], None
    while True:
        more = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName=build["logs"]["groupName"], logStreamName=build["logs"]["streamName"], startFromHead=True, **more)
        lines += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token or not page["events"]:
            return "".join(lines)
        token = page["nextForwardToken"]


def run(account, buildspec, seconds=60, start=None, **more):
    make_project(account, buildspec, **more)
    build = account.client("codebuild").start_build(projectName="proj", **(start or {}))["build"]
    build = finished(account, build["id"], seconds)
    return build, log_of(account, build)


def phases(build):
    return {phase["phaseType"]: phase.get("phaseStatus") for phase in build["phases"]}
