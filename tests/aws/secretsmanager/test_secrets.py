"""Secrets Manager."""
import json
import re
import string
import time

import pytest
from botocore.exceptions import ClientError
from expect import fails
from signed import json_call


@pytest.fixture
def secrets(account):
    return account.client("secretsmanager")


def test_versions_and_stages(account, secrets):
    made = secrets.create_secret(Name="app/db", SecretString="v1", Description="d")
    assert re.fullmatch(rf"arn:aws:secretsmanager:us-east-1:{account.id}:secret:app/db-[A-Za-z]{{6}}", made["ARN"])
    for id_ in ("app/db", made["ARN"], made["ARN"][:-7]):
        assert secrets.get_secret_value(SecretId=id_)["SecretString"] == "v1"
    second = secrets.put_secret_value(SecretId="app/db", SecretString="v2")
    assert second["VersionStages"] == ["AWSCURRENT"]
    assert secrets.get_secret_value(SecretId="app/db", VersionStage="AWSPREVIOUS")["SecretString"] == "v1"
    third = secrets.put_secret_value(SecretId="app/db", SecretBinary=b"\x00\xff")
    value = secrets.get_secret_value(SecretId="app/db")
    assert value["SecretBinary"] == b"\x00\xff" and "SecretString" not in value
    assert secrets.describe_secret(SecretId="app/db")["VersionIdsToStages"] == {
        third["VersionId"]: ["AWSCURRENT"], second["VersionId"]: ["AWSPREVIOUS"]}
    secrets.update_secret_version_stage(SecretId="app/db", VersionStage="AWSCURRENT", MoveToVersionId=second["VersionId"],
                                        RemoveFromVersionId=third["VersionId"])
    assert secrets.get_secret_value(SecretId="app/db")["SecretString"] == "v2"


def test_the_same_token_is_the_same_version(secrets):
    token = "0" * 32
    secrets.create_secret(Name="s", SecretString="v", ClientRequestToken=token)
    assert secrets.create_secret(Name="s", SecretString="v", ClientRequestToken=token)["VersionId"] == token
    fails("ResourceExistsException", secrets.put_secret_value, SecretId="s", SecretString="other", ClientRequestToken=token)
    message = fails("ResourceExistsException", secrets.create_secret, Name="s", SecretString="v")
    assert message == "The operation failed because the secret s already exists."


def test_missing(secrets):
    assert fails("ResourceNotFoundException", secrets.get_secret_value, SecretId="no") == "Secrets Manager can't find the specified secret."
    secrets.create_secret(Name="empty")
    message = fails("ResourceNotFoundException", secrets.get_secret_value, SecretId="empty")
    assert message == "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"


def test_deletion(own_server, own_account):
    secrets = own_account.client("secretsmanager")
    secrets.create_secret(Name="s", SecretString="v")
    secrets.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    assert fails("InvalidRequestException", secrets.get_secret_value, SecretId="s") == (
        "You can't perform this operation on the secret because it was marked for deletion.")
    fails("InvalidRequestException", secrets.create_secret, Name="s", SecretString="v")
    secrets.restore_secret(SecretId="s")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "v"
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    fails("ResourceNotFoundException", secrets.describe_secret, SecretId="s")
    secrets.create_secret(Name="s", SecretString="again")
    secrets.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    own_server.advance(8 * 24 * 3600)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            secrets.describe_secret(SecretId="s")
        except secrets.exceptions.ResourceNotFoundException:
            return
        time.sleep(0.01)
    pytest.fail("the secret is still there")


def test_shared_with_another_account(account, other_account, secrets):
    kms = account.client("kms")
    key = kms.create_key(Policy=json.dumps({"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "kms:Decrypt", "Resource": "*"}]}))["KeyMetadata"]
    made = secrets.create_secret(Name="shared", SecretString="v", KmsKeyId=key["Arn"])
    theirs = other_account.client("secretsmanager")
    fails("AccessDeniedException", theirs.get_secret_value, SecretId=made["ARN"])
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{other_account.id}:root"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]})
    secrets.put_resource_policy(SecretId="shared", ResourcePolicy=document)
    assert json.loads(secrets.get_resource_policy(SecretId="shared")["ResourcePolicy"]) == json.loads(document)
    assert theirs.get_secret_value(SecretId=made["ARN"])["SecretString"] == "v"
    fails("AccessDeniedException", theirs.delete_secret, SecretId=made["ARN"])
    fails("MalformedPolicyDocumentException", secrets.put_resource_policy, SecretId="shared", ResourcePolicy="{}")


def test_public_policies(account, secrets):
    secrets.create_secret(Name="s", SecretString="v")

    def document(principal, **more):
        return json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*", **more}]})
    narrowed = document("*", Condition={"StringEquals": {"aws:PrincipalAccount": account.id}})
    for public in document("*"), document({"AWS": ["*", account.id]}), document("*", Condition={"StringLike": {"aws:PrincipalArn": "*"}}):
        fails("PublicPolicyException", secrets.put_resource_policy, SecretId="s", ResourcePolicy=public, BlockPublicPolicy=True)
        assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId="s")
        assert not secrets.validate_resource_policy(ResourcePolicy=public)["PolicyValidationPassed"]
    for good in narrowed, document({"AWS": account.id}):
        secrets.put_resource_policy(SecretId="s", ResourcePolicy=good, BlockPublicPolicy=True)
        assert secrets.validate_resource_policy(ResourcePolicy=good)["PolicyValidationPassed"]
    secrets.put_resource_policy(SecretId="s", ResourcePolicy=document("*"))


def test_policies_are_validated(account, secrets):
    problems = lambda document, **more: len(secrets.validate_resource_policy(ResourcePolicy=document, **more)["ValidationErrors"])
    assert problems("{}") == 1
    locked = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": account.id}, "Action": "secretsmanager:*", "Resource": "*"}]}
    assert problems(json.dumps(locked)) == 1
    locked["Statement"].append({"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"})
    assert problems(json.dumps(locked)) == 2
    fails("ResourceNotFoundException", secrets.validate_resource_policy, SecretId="none", ResourcePolicy="{}")


def test_lists_and_tags(secrets):
    for name in ("a1", "a2", "b"):
        secrets.create_secret(Name=name, SecretString="v", Tags=[{"Key": "k", "Value": name}])
    assert [s["Name"] for s in secrets.list_secrets(Filters=[{"Key": "name", "Values": ["a"]}])["SecretList"]] == ["a1", "a2"]
    assert [s["Name"] for s in secrets.list_secrets(Filters=[{"Key": "tag-value", "Values": ["b"]}])["SecretList"]] == ["b"]
    secrets.untag_resource(SecretId="b", TagKeys=["k"])
    secrets.tag_resource(SecretId="b", Tags=[{"Key": "x", "Value": "y"}])
    assert secrets.describe_secret(SecretId="b")["Tags"] == [{"Key": "x", "Value": "y"}]


def test_random_passwords(secrets):
    password = secrets.get_random_password(PasswordLength=20, ExcludePunctuation=True, ExcludeCharacters="abc")["RandomPassword"]
    assert len(password) == 20 and not set(password) & set("abc" + string.punctuation)
    for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
        assert set(password) & set(kind)
    fails("InvalidParameterException", secrets.get_random_password, PasswordLength=3)


def test_the_region_of_a_secret(account, secrets):
    secrets.create_secret(Name="s", SecretString="v")
    iam = account.client("iam")
    iam.create_user(UserName="u")
    limited = account.client("secretsmanager", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    may = lambda region: iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "secretsmanager:DescribeSecret", "Resource": "*", "Condition": {"StringEquals": {"secretsmanager:SecretPrimaryRegion": region}}}]}))
    may("eu-west-1")
    fails("AccessDeniedException", limited.describe_secret, SecretId="s")
    may("us-east-1")
    assert limited.describe_secret(SecretId="s")["Name"] == "s"


def test_many_at_once_answer_each_by_itself(account):
    secrets = account.client("secretsmanager")
    arns = [secrets.create_secret(Name=name, SecretString=name.upper(), Tags=[{"Key": "set", "Value": "x"}])["ARN"] for name in ("one", "two")]
    iam = account.client("iam")
    iam.create_user(UserName="u")
    user = type(account)(account.server, account.id, iam.create_access_key(UserName="u")["AccessKey"])

    def allow(*statements):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": a, "Resource": r} for a, r in statements]}))

    def batch(**members):
        return json_call(user, "secretsmanager", "secretsmanager.BatchGetSecretValue", **members)

    filters = [{"Key": "tag-key", "Values": ["set"]}]
    allow(("secretsmanager:GetSecretValue", "*"))
    with pytest.raises(ClientError, match="not authorized to perform: secretsmanager:BatchGetSecretValue"):
        batch(SecretIdList=["one"])
    allow(("secretsmanager:BatchGetSecretValue", "*"), ("secretsmanager:GetSecretValue", arns[0]))
    answer = batch(SecretIdList=["one", "two", "none"])
    assert [(v["ARN"], v["SecretString"]) for v in answer["SecretValues"]] == [(arns[0], "ONE")]
    assert [e["SecretId"] for e in answer["Errors"]] == ["two", "none"]
    assert answer["Errors"][0]["ErrorCode"] == "AccessDeniedException"
    assert f"secretsmanager:GetSecretValue on resource: {arns[1]}" in answer["Errors"][0]["Message"]
    with pytest.raises(ClientError, match="not authorized to perform: secretsmanager:ListSecrets"):
        batch(Filters=filters)
    allow(("secretsmanager:*", "*"))
    assert batch(SecretIdList=["none"])["Errors"][0]["ErrorCode"] == "ResourceNotFoundException"
    first = batch(Filters=filters, MaxResults=1)
    second = batch(Filters=filters, MaxResults=1, NextToken=first["NextToken"])
    assert [v["Name"] for v in first["SecretValues"] + second["SecretValues"]] == ["one", "two"] and not second.get("NextToken")
    for wrong in ({}, {"SecretIdList": ["one"], "Filters": filters}, {"SecretIdList": ["one"], "MaxResults": 3}):
        with pytest.raises(ClientError, match="InvalidParameterException"):
            batch(**wrong)


def test_who_gives_a_key_may_encrypt_and_decrypt_with_it(account):
    """Secrets Manager User Guide, secret encryption and decryption: "Validating access to the KMS key"."""
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    iam = account.client("iam")
    iam.create_user(UserName="u")
    secrets = account.client("secretsmanager", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    secrets_of_admin = account.client("secretsmanager")
    secrets_of_admin.create_secret(Name="old")

    def may(*actions):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["secretsmanager:*", *actions], "Resource": "*"}]}))

    for actions in ([], ["kms:GenerateDataKey"], ["kms:Decrypt"]):
        may(*actions)
        for call in (lambda: secrets.create_secret(Name="new", KmsKeyId=key), lambda: secrets.update_secret(SecretId="old", KmsKeyId=key)):
            with pytest.raises(ClientError, match="Access to KMS is not allowed"):
                call()
    may("kms:GenerateDataKey", "kms:Decrypt")
    secrets.create_secret(Name="new", KmsKeyId=key)
    secrets.update_secret(SecretId="old", KmsKeyId=key)
    may()
    secrets.update_secret(SecretId="old", Description="the same key")
