"""ECR: the answers of an account without repositories."""
from expect import fails


def test_no_repositories(account):
    ecr = account.client("ecr")
    assert ecr.describe_repositories()["repositories"] == []
    message = fails("RepositoryNotFoundException", ecr.describe_repositories, repositoryNames=["abc"])
    assert message == f"The repository with name 'abc' does not exist in the registry with id '{account.id}'"
    fails("NotImplemented", ecr.create_repository, repositoryName="abc")
