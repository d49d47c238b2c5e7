"""Who may pull and push, and as whom."""
import json

import pytest

from git import git, url_of


@pytest.fixture
def ann(aws):
    """A user with a key, and a repository with one commit on master."""
    aws.client("codecommit").create_repository(repositoryName="app")
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}


def allow(aws, *statements):
    aws.client("iam").put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def commit(folder, name):
    (folder / name).write_text(name)
    git(folder, "add", ".")
    git(folder, "commit", "-m", name)


def test_pull_is_not_push(aws, ann, tmp_path):
    git(tmp_path, "init", "-b", "master", ".")
    commit(tmp_path, "a")
    denied = git(tmp_path, "push", url_of(aws, "app", ann), "master", check=False)
    assert "is not authorized to perform: codecommit:GitPush" in denied.stderr and "403" in denied.stderr
    allow(aws, {"Effect": "Allow", "Action": "codecommit:GitPull", "Resource": f"arn:aws:codecommit:us-east-1:{aws.id}:app"})
    git(tmp_path, "ls-remote", url_of(aws, "app", ann))
    assert git(tmp_path, "push", url_of(aws, "app", ann), "master", check=False).returncode != 0
    allow(aws, {"Effect": "Allow", "Action": "codecommit:*", "Resource": "*"})
    git(tmp_path, "push", url_of(aws, "app", ann), "master")


def test_protected_branch(aws, ann, tmp_path):
    # The policy of AWS's guide: no push to master, whatever else is allowed.
    allow(aws, {"Effect": "Allow", "Action": "codecommit:*", "Resource": "*"},
          {"Effect": "Deny", "Action": ["codecommit:GitPush", "codecommit:PutFile"], "Resource": "*",
           "Condition": {"StringEqualsIfExists": {"codecommit:References": ["refs/heads/master"]}, "Null": {"codecommit:References": "false"}}})
    git(tmp_path, "init", "-b", "master", ".")
    commit(tmp_path, "a")
    assert "403" in git(tmp_path, "push", url_of(aws, "app", ann), "master", check=False).stderr
    git(tmp_path, "push", url_of(aws, "app", ann), "master:dev")
    assert "403" in git(tmp_path, "push", url_of(aws, "app", ann), "master:dev2", "master", check=False).stderr
    assert aws.client("codecommit").list_branches(repositoryName="app")["branches"] == ["dev"]


def test_service_specific_credential(aws, ann, tmp_path):
    allow(aws, {"Effect": "Allow", "Action": "codecommit:*", "Resource": "*"})
    made = aws.client("iam").create_service_specific_credential(UserName="ann", ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredential"]
    from urllib.parse import quote
    url = aws.url.replace("http://", f"http://{quote(made['ServiceUserName'], safe='')}:{quote(made['ServicePassword'], safe='')}@") + "/v1/repos/app"
    git(tmp_path, "init", "-b", "master", ".")
    commit(tmp_path, "a")
    git(tmp_path, "push", url, "master")
    aws.client("iam").update_service_specific_credential(UserName="ann", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"], Status="Inactive")
    assert git(tmp_path, "ls-remote", url, check=False).returncode != 0


def test_session(aws, ann, tmp_path):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{aws.id}:root"}, "Action": "sts:AssumeRole"}]}
    iam = aws.client("iam")
    arn = iam.create_role(RoleName="dev", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="dev", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "codecommit:GitPull", "Resource": "*"}]}))
    allow(aws, {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    session = aws.client("sts", credentials=ann).assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    git(tmp_path, "ls-remote", url_of(aws, "app", session))
    assert git(tmp_path, "ls-remote", url_of(aws, "app", {**session, "SessionToken": "x"}), check=False).returncode != 0


def test_the_event_history_has_pushes_and_pulls(aws, ann, tmp_path):
    """CloudTrail's GitPush and GitPull as CodeCommit's guide shows them."""
    git(tmp_path, "init", "-b", "master", ".")
    commit(tmp_path, "a")
    git(tmp_path, "push", url_of(aws, "app", ann), "master", check=False)  # denied
    allow(aws, {"Effect": "Allow", "Action": "codecommit:*", "Resource": "*"})
    git(tmp_path, "push", url_of(aws, "app", ann), "master")
    git(tmp_path, "clone", url_of(aws, "app", ann), "copy")
    git(tmp_path / "copy", "pull", url_of(aws, "app", ann), "master")  # there is nothing new to pull
    trail = aws.client("cloudtrail")

    def told(name):
        found = trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]
        return [json.loads(event["CloudTrailEvent"]) for event in found]

    pushed, denied = told("GitPush")
    assert denied["errorCode"] == "AccessDenied" and "not authorized to perform: codecommit:GitPush" in denied["errorMessage"]
    head = git(tmp_path, "rev-parse", "HEAD").stdout.strip()
    assert pushed["requestParameters"] == {"references": [{"commit": head, "ref": "refs/heads/master"}]}
    repository = aws.client("codecommit").get_repository(repositoryName="app")["repositoryMetadata"]
    assert pushed["additionalEventData"] == {"protocol": "HTTP", "dataTransferred": True, "repositoryName": "app", "repositoryId": repository["repositoryId"]}
    assert pushed["resources"] == [{"accountId": aws.id, "type": "AWS::CodeCommit::Repository", "ARN": repository["Arn"]}]
    assert pushed["userIdentity"]["userName"] == "ann" and pushed["userAgent"].startswith("git/") and pushed["readOnly"] is False
    pulled, = told("GitPull")
    assert (pulled["eventSource"], pulled["requestParameters"], pulled["readOnly"]) == ("codecommit.amazonaws.com", None, True)
