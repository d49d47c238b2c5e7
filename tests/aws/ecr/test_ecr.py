"""ECR: repositories without images, their policies and tags."""
import json

import pytest

from expect import fails


def policy(principal, action="ecr:*", effect="Allow"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "s", "Effect": effect, "Principal": {"AWS": principal}, "Action": action}]})


@pytest.fixture
def ecr(account):
    return account.client("ecr")


def test_no_repositories(account, ecr):
    assert ecr.describe_repositories()["repositories"] == []
    message = fails("RepositoryNotFoundException", ecr.describe_repositories, repositoryNames=["abc"])
    assert message == f"The repository with name 'abc' does not exist in the registry with id '{account.id}'"
    fails("NotImplemented", ecr.get_authorization_token)


def test_a_repositorys_life(account, ecr):
    made = ecr.create_repository(repositoryName="team/app", imageTagMutability="IMMUTABLE", tags=[{"Key": "k", "Value": "v"}])["repository"]
    assert made["repositoryArn"] == f"arn:aws:ecr:us-east-1:{account.id}:repository/team/app"
    assert made["repositoryUri"] == f"{account.id}.dkr.ecr.us-east-1.amazonaws.com/team/app"
    assert (made["imageTagMutability"], made["imageScanningConfiguration"], made["encryptionConfiguration"]) == ("IMMUTABLE", {"scanOnPush": False}, {"encryptionType": "AES256"})
    message = fails("RepositoryAlreadyExistsException", ecr.create_repository, repositoryName="team/app")
    assert message == f"The repository with name 'team/app' already exists in the registry with id '{account.id}'"
    fails("InvalidParameterException", ecr.create_repository, repositoryName="Team")
    ecr.put_image_tag_mutability(repositoryName="team/app", imageTagMutability="MUTABLE")
    ecr.put_image_scanning_configuration(repositoryName="team/app", imageScanningConfiguration={"scanOnPush": True})
    found = ecr.describe_repositories(repositoryNames=["team/app"])["repositories"][0]
    assert (found["imageTagMutability"], found["imageScanningConfiguration"]) == ("MUTABLE", {"scanOnPush": True})
    assert ecr.list_images(repositoryName="team/app")["imageIds"] == []
    ecr.tag_resource(resourceArn=made["repositoryArn"], tags=[{"Key": "k", "Value": "w"}, {"Key": "x", "Value": "y"}])
    ecr.untag_resource(resourceArn=made["repositoryArn"], tagKeys=["x"])
    assert ecr.list_tags_for_resource(resourceArn=made["repositoryArn"])["tags"] == [{"Key": "k", "Value": "w"}]
    assert ecr.delete_repository(repositoryName="team/app")["repository"]["repositoryName"] == "team/app"
    fails("RepositoryNotFoundException", ecr.delete_repository, repositoryName="team/app")


def test_pages(ecr):
    for name in "aa", "bb", "cc":
        ecr.create_repository(repositoryName=name)
    pages = [[r["repositoryName"] for r in page["repositories"]] for page in ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2})]
    assert pages == [["aa", "bb"], ["cc"]]
    fails("InvalidParameterException", ecr.describe_repositories, nextToken="?")


def test_another_account(account, other_account, ecr):
    ecr.create_repository(repositoryName="app")
    theirs = other_account.client("ecr")
    fails("AccessDeniedException", theirs.list_images, registryId=account.id, repositoryName="app")
    ecr.set_repository_policy(repositoryName="app", policyText=policy(other_account.id))
    assert theirs.list_images(registryId=account.id, repositoryName="app")["imageIds"] == []
    assert theirs.describe_repositories(registryId=account.id, repositoryNames=["app"])["repositories"][0]["registryId"] == account.id
    fails("RepositoryNotFoundException", theirs.list_images, repositoryName="app")
    assert json.loads(ecr.get_repository_policy(repositoryName="app")["policyText"]) == json.loads(policy(other_account.id))
    ecr.delete_repository_policy(repositoryName="app")
    fails("AccessDeniedException", theirs.list_images, registryId=account.id, repositoryName="app")
    message = fails("RepositoryPolicyNotFoundException", ecr.get_repository_policy, repositoryName="app")
    assert message == f"Repository policy does not exist for the repository with name 'app' in the registry with id '{account.id}'"


def test_policies_that_are_refused(account, ecr):
    ecr.create_repository(repositoryName="app")
    for text in "{", "{}", policy(f"arn:aws:iam::{account.id}:user/none"):
        message = fails("InvalidParameterException", ecr.set_repository_policy, repositoryName="app", policyText=text)
        assert message == "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
    shut = policy(account.id, "ecr:SetRepositoryPolicy", "Deny")
    fails("InvalidParameterException", ecr.set_repository_policy, repositoryName="app", policyText=shut)
    ecr.set_repository_policy(repositoryName="app", policyText=shut, force=True)
    fails("AccessDeniedException", ecr.set_repository_policy, repositoryName="app", policyText=policy(account.id))


def test_tags_decide(account, ecr):
    ecr.create_repository(repositoryName="open", tags=[{"Key": "team", "Value": "a"}])
    ecr.create_repository(repositoryName="shut")
    iam = account.client("iam")
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}}]}))
    limited = account.client("ecr", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    limited.list_images(repositoryName="open")
    fails("AccessDeniedException", limited.list_images, repositoryName="shut")
