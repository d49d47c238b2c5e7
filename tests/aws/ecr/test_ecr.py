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


def test_no_images(account, ecr):
    ecr.create_repository(repositoryName="app")
    assert ecr.describe_images(repositoryName="app")["imageDetails"] == []
    message = fails("ImageNotFoundException", ecr.describe_images, repositoryName="app", imageIds=[{"imageTag": "v1"}])
    assert message == ("The image with imageId {imageDigest:'null', imageTag:'v1'} does not exist within the repository with name 'app' "
                       f"in the registry with id '{account.id}'")
    fails("RepositoryNotFoundException", ecr.describe_images, repositoryName="none")


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
    assert json.loads(ecr.get_repository_policy(repositoryName="app")["policyText"]) == json.loads(policy(f"arn:aws:iam::{other_account.id}:root"))
    ecr.delete_repository_policy(repositoryName="app")
    fails("AccessDeniedException", theirs.list_images, registryId=account.id, repositoryName="app")
    message = fails("RepositoryPolicyNotFoundException", ecr.get_repository_policy, repositoryName="app")
    assert message == f"Repository policy does not exist for the repository with name 'app' in the registry with id '{account.id}'"


def test_policies_that_are_refused(account, ecr):
    ecr.create_repository(repositoryName="app")
    for text in "{", "{}":
        message = fails("InvalidParameterException", ecr.set_repository_policy, repositoryName="app", policyText=text)
        assert message == "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
    shut = policy(account.id, "ecr:SetRepositoryPolicy", "Deny")
    fails("InvalidParameterException", ecr.set_repository_policy, repositoryName="app", policyText=shut)
    ecr.set_repository_policy(repositoryName="app", policyText=shut, force=True)
    fails("AccessDeniedException", ecr.set_repository_policy, repositoryName="app", policyText=policy(account.id))


def rule(priority=1, selection=None, **more):
    return {"rulePriority": priority, "description": "keep few of them, the others are gone after some days",
            "selection": selection or {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 3}, "action": {"type": "expire"}, **more}


def test_lifecycle_policies(account, ecr):
    ecr.create_repository(repositoryName="app")
    message = fails("LifecyclePolicyNotFoundException", ecr.get_lifecycle_policy, repositoryName="app")
    assert message == f"Lifecycle policy does not exist for the repository with name 'app' in the registry with id '{account.id}'"
    tagged = {"tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 9}
    text = json.dumps({"rules": [rule(), rule(2, tagged)]})
    put = lambda *rules: ecr.put_lifecycle_policy(repositoryName="app", lifecyclePolicyText=json.dumps({"rules": rules}))
    assert put(rule(), rule(2, tagged))["lifecyclePolicyText"] == text
    assert ecr.get_lifecycle_policy(repositoryName="app")["lifecyclePolicyText"] == text
    everything = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}
    refused = {"matched 0 out of 4": [[rule(1, {**tagged, "tagPrefixList": None})], [rule(1, {**everything, "countUnit": "days"})],
                                      [rule(1, {**tagged, "tagStatus": "any"})], [rule(1, {**everything, "countNumber": 0})]],
               "matched 0 out of 2": [[rule(action={"type": "expire", "targetStorageClass": None})]],
               'object has missing required properties (["rules"])': [None],
               "(minimum: 1, found: 0)": [[rule(0)]],
               "must be unique": [[rule(), rule()]],
               "must have the highest rulePriority": [[rule(1, everything), rule(2)]]}
    for why, documents in refused.items():
        for rules in documents:
            text_ = json.dumps({"rules": rules} if rules else {"ruls": [rule()]})
            message = fails("InvalidParameterException", ecr.put_lifecycle_policy, repositoryName="app", lifecyclePolicyText=text_)
            assert message.startswith("Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ")
            assert why in message, (why, message)
    put(rule(), rule(2, everything))
    assert "any" in ecr.delete_lifecycle_policy(repositoryName="app")["lifecyclePolicyText"]
    fails("LifecyclePolicyNotFoundException", ecr.delete_lifecycle_policy, repositoryName="app")


def test_the_registrys_policy(account, other_account, ecr):
    theirs = other_account.client("ecr")
    message = fails("RegistryPolicyNotFoundException", ecr.get_registry_policy)
    assert message == f"Registry policy does not exist in the registry with id '{account.id}'"
    user = other_account.client("iam").create_user(UserName="u")["User"]["Arn"]
    with_resource = lambda text, resource: json.dumps({"Version": "2012-10-17", "Statement": [{**s, "Resource": resource} for s in json.loads(text)["Statement"]]})
    every = f"arn:aws:ecr:us-east-1:{account.id}:repository/*"
    for text in "{", "{}", policy(other_account.id), with_resource(policy(user + "none"), every):
        message = fails("InvalidParameterException", ecr.put_registry_policy, policyText=text)
        assert message == "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'"
    ecr.create_repository(repositoryName="app")
    look = lambda: theirs.list_images(registryId=account.id, repositoryName="app")["imageIds"]
    fails("AccessDeniedException", look)
    ecr.put_registry_policy(policyText=with_resource(policy(other_account.id, ["ecr:ListImages", "ecr:DescribeRepositories"]), every))
    assert look() == []
    assert [r["repositoryName"] for r in theirs.describe_repositories(registryId=account.id)["repositories"]] == ["app"]
    fails("RepositoryNotFoundException", theirs.list_images, registryId=account.id, repositoryName="none")
    fails("AccessDeniedException", theirs.get_repository_policy, registryId=account.id, repositoryName="app")
    # A deny of the registry's outdoes the repository's own policy; a user is kept by its unique id.
    ecr.set_repository_policy(repositoryName="app", policyText=policy(other_account.id))
    ecr.put_registry_policy(policyText=with_resource(policy(other_account.id, "ecr:ListImages", "Deny"), every))
    assert "with an explicit deny in a resource-based policy" in fails("AccessDeniedException", look)
    ecr.put_registry_policy(policyText=with_resource(policy(user), every))
    assert look() == []
    assert user in ecr.get_registry_policy()["policyText"]
    other_account.client("iam").delete_user(UserName="u")
    assert "AIDA" in ecr.get_registry_policy()["policyText"]
    assert ecr.delete_registry_policy()["registryId"] == account.id
    fails("RegistryPolicyNotFoundException", ecr.delete_registry_policy)


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
