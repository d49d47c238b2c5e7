"""Condition keys of CodeBuild: what callers may ask for, and what a build's own calls say of it."""
import json

import pytest

from expect import fails
from functions import make_role

PASS_ROLE = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
SPEC = "version: 0.2\nphases: {build: {commands: [':']}}"


def statement(effect, condition=None):
    return {"Effect": effect, "Action": "codebuild:*", "Resource": "*", **({"Condition": condition} if condition else {})}


class Limited:
    """A user whose policy the test sets."""

    def __init__(self, account):
        self.iam = account.client("iam")
        self.iam.create_user(UserName="limited")
        self.codebuild = account.client("codebuild", credentials=self.iam.create_access_key(UserName="limited")["AccessKey"])
        self.role = make_role(account, "build", (), "codebuild.amazonaws.com")

    def may(self, *statements):
        self.iam.put_user_policy(UserName="limited", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [PASS_ROLE, *statements]}))

    def project(self, name="first", **more):
        return self.codebuild.create_project(**{
            "name": name, "serviceRole": self.role, "source": {"type": "NO_SOURCE", "buildspec": SPEC}, "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"}, **more})["project"]


@pytest.fixture
def limited(account):
    return Limited(account)


def test_variables(limited):
    """The policies of AWS's guide, "Control environment variable settings"."""
    limited.may(statement("Allow"))
    limited.project()
    start = lambda **variables: limited.codebuild.start_build(projectName="first", environmentVariablesOverride=[{"name": k, "value": v} for k, v in variables.items()])
    limited.may(statement("Allow", {"ForAnyValue:StringEquals": {"codebuild:environment.environmentVariables/STAGE.value": ["BETA", "GAMMA"]}}),
                statement("Deny", {"ForAnyValue:StringEquals": {"codebuild:environment.environmentVariables.name": "VERSION"}}))
    start(STAGE="BETA")
    start(STAGE="GAMMA", OTHER="BETA")
    for refused in {"STAGE": "PRODUCTION"}, {"OTHER": "BETA"}, {"STAGE": "BETA", "VERSION": "1"}, {}:
        fails("AccessDeniedException", start, **refused)


def test_secondary_sources_and_what_is_there(limited):
    limited.may(statement("Allow", {"StringEquals": {"codebuild:secondarySources/second.location": "https://git.example/second"}}),
                statement("Deny", {"Null": {"codebuild:vpcConfig": "false"}}))
    second = lambda location, name="second": [{"type": "GITHUB", "location": location, "sourceIdentifier": name}]
    limited.project(secondarySources=second("https://git.example/second"))
    fails("AccessDeniedException", limited.project, "next", secondarySources=second("https://git.example/other"))
    fails("AccessDeniedException", limited.project, "next", secondarySources=second("https://git.example/second", "third"))
    fails("AccessDeniedException", limited.project, "next")
    fails("AccessDeniedException", limited.project, "next", secondarySources=second("https://git.example/second"),
          vpcConfig={"vpcId": "vpc-1", "subnets": ["s"], "securityGroupIds": ["g"]})
    limited.may(statement("Allow", {"ForAllValues:StringLike": {"codebuild:secondarySources.location": "https://git.example/*"}}))
    limited.project("wide", secondarySources=second("https://git.example/a") + second("https://git.example/b", "other"))
    fails("AccessDeniedException", limited.project, "next", secondarySources=second("https://git.example/a") + second("https://elsewhere.example/b", "other"))


def test_calls_of_a_build_name_their_build(account, limited):
    """User guide, "Use CodeBuild condition keys as IAM service role variables": one role for all projects, each keeps to its own folder."""
    bucket = f"artifacts-{account.id}"
    account.client("s3").create_bucket(Bucket=bucket)
    limited.iam.put_role_policy(RoleName="build", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/${{codebuild:projectArn}}/*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/build",
         "Condition": {"ArnLike": {"codebuild:buildArn": f"arn:aws:codebuild:us-east-1:{account.id}:build/mine:*"}}}]}))
    put = f"python3 -c 'import boto3, sys; boto3.client(\"s3\").put_object(Bucket=\"{bucket}\", Key=sys.argv[1], Body=b\"x\")'"
    arn = lambda name: f"arn:aws:codebuild:us-east-1:{account.id}:project/{name}"
    spec = lambda *keys: json.dumps({"version": "0.2", "phases": {"build": {"commands": [f"{put} {key}" for key in keys]}}})
    limited.may(statement("Allow"))
    results = {}
    for name, keys in {"mine": [f"{arn('mine')}/x", "build"], "other": [f"{arn('mine')}/y"], "third": ["build"]}.items():
        limited.project(name, source={"type": "NO_SOURCE", "buildspec": spec(*keys)})
        build = account.client("codebuild").start_build(projectName=name)["build"]["id"]
        results[name] = wait(account, build)
    assert results == {"mine": "SUCCEEDED", "other": "FAILED", "third": "FAILED"}
    assert [o["Key"] for o in account.client("s3").list_objects_v2(Bucket=bucket)["Contents"]] == [f"{arn('mine')}/x", "build"]


def wait(account, build_id):
    import time
    end = time.monotonic() + 120
    while time.monotonic() < end:
        build = account.client("codebuild").batch_get_builds(ids=[build_id])["builds"][0]
        if build["buildComplete"]:
            return build["buildStatus"]
        time.sleep(0.05)
    raise AssertionError(f"still {build['currentPhase']}")
