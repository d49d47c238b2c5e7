"""Projects shared with other accounts by their resource policies."""
import json

import pytest

from expect import fails
from signed import json_call

LOOK = ["codebuild:BatchGetProjects", "codebuild:BatchGetBuilds", "codebuild:ListBuildsForProject"]


def call(account, operation, **members):
    return json_call(account, "codebuild", f"CodeBuild_20161006.{operation}", **members)


def policy(principal, arn, action=LOOK, effect="Allow"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": arn}]})


@pytest.fixture
def arn(account):
    iam = account.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="build", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    return account.client("codebuild").create_project(
        name="shared", serviceRole=role, source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {build: {commands: [':']}}"},
        artifacts={"type": "NO_ARTIFACTS"}, environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"})["project"]["arn"]


def test_another_account_looks(account, other_account, arn):
    ours, theirs = account.client("codebuild"), other_account.client("codebuild")
    build = ours.start_build(projectName="shared")["build"]
    fails("AccessDeniedException", theirs.batch_get_projects, names=[arn])
    call(account, "PutResourcePolicy", resourceArn=arn, policy=policy(other_account.id, arn))
    assert theirs.batch_get_projects(names=[arn, "shared"])["projectsNotFound"] == ["shared"]
    assert theirs.batch_get_projects(names=[arn])["projects"][0]["arn"] == arn
    assert theirs.list_builds_for_project(projectName=arn)["ids"] == [build["id"]]
    assert theirs.batch_get_builds(ids=[build["arn"]])["builds"][0]["projectName"] == "shared"
    assert theirs.batch_get_builds(ids=[build["id"]])["buildsNotFound"] == [build["id"]]
    fails("ResourceNotFoundException", theirs.start_build, projectName="shared")
    fails("AccessDeniedException", call, other_account, "GetResourcePolicy", resourceArn=arn)
    call(account, "DeleteResourcePolicy", resourceArn=arn)
    call(account, "DeleteResourcePolicy", resourceArn=arn)
    fails("AccessDeniedException", theirs.batch_get_builds, ids=[build["arn"]])
    fails("ResourceNotFoundException", call, account, "GetResourcePolicy", resourceArn=arn)


def test_both_accounts_must_allow(account, other_account, arn):
    iam = other_account.client("iam")
    user = iam.create_user(UserName="u")["User"]["Arn"]
    call(account, "PutResourcePolicy", resourceArn=arn, policy=policy(user, arn))
    limited = other_account.client("codebuild", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    error = fails("AccessDeniedException", limited.batch_get_projects, names=[arn])
    assert "because no identity-based policy allows the codebuild:BatchGetProjects action" in str(error)
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": LOOK, "Resource": "*"}]}))
    assert limited.batch_get_projects(names=[arn])["projects"]
    fails("AccessDeniedException", other_account.client("codebuild").batch_get_projects, names=[arn])
    # Kept by its unique id: a user of the same name made later is not let in.
    iam.delete_user_policy(UserName="u", PolicyName="p")
    iam.delete_access_key(UserName="u", AccessKeyId=iam.list_access_keys(UserName="u")["AccessKeyMetadata"][0]["AccessKeyId"])
    iam.delete_user(UserName="u")
    assert "AIDA" in call(account, "GetResourcePolicy", resourceArn=arn)["policy"]


def test_what_is_shared_with_an_account(account, other_account, arn):
    assert call(other_account, "ListSharedProjects")["projects"] == []
    call(account, "PutResourcePolicy", resourceArn=arn, policy=policy([other_account.id, account.id], arn))
    assert call(other_account, "ListSharedProjects")["projects"] == [arn]
    assert call(account, "ListSharedProjects")["projects"] == []
    call(account, "PutResourcePolicy", resourceArn=arn, policy=policy(other_account.id, arn, effect="Deny"))
    assert call(other_account, "ListSharedProjects")["projects"] == []
    call(account, "PutResourcePolicy", resourceArn=arn, policy=policy(f"arn:aws:iam::{other_account.id}:root", arn))
    assert call(other_account, "ListSharedProjects", sortBy="MODIFIED_TIME", maxResults=1)["projects"] == [arn]
    account.client("codebuild").delete_project(name="shared")
    assert call(other_account, "ListSharedProjects")["projects"] == []


def test_what_is_refused(account, arn):
    put = lambda **more: call(account, "PutResourcePolicy", **{"resourceArn": arn, "policy": policy(account.id, arn), **more})
    put()
    assert json.loads(call(account, "GetResourcePolicy", resourceArn=arn)["policy"])["Statement"][0]["Action"] == LOOK
    fails("ResourceNotFoundException", put, resourceArn=arn + "s")
    fails("InvalidInputException", put, resourceArn="shared")
    fails("NotImplemented", put, resourceArn=arn.replace("project/", "report-group/"))
    fails("InvalidInputException", put, policy="{}")
    fails("InvalidInputException", put, policy=policy(f"arn:aws:iam::{account.id}:user/none", arn))
