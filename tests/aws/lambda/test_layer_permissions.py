"""Versions of layers that other accounts may use."""
import json

import pytest

from expect import fails, fails_with
from functions import make_function, zip_of
from stacks import delete, deploy


@pytest.fixture
def arn(account):
    made = account.client("lambda").publish_layer_version(LayerName="shared", Content={"ZipFile": zip_of({"python/shared.py": "NAME = 'theirs'\n"})})
    return made["LayerVersionArn"]


def add(account, sid="s", principal="*", **more):
    return account.client("lambda").add_layer_version_permission(
        LayerName="shared", VersionNumber=1, StatementId=sid, Action="lambda:GetLayerVersion", Principal=principal, **more)


def test_another_account_uses_a_layer(account, other_account, arn):
    ours, theirs = account.client("lambda"), other_account.client("lambda")
    message = fails("AccessDeniedException", theirs.get_layer_version_by_arn, Arn=arn)
    assert "because no resource-based policy allows the lambda:GetLayerVersion action" in message
    made = add(account, principal=other_account.id)
    assert json.loads(made["Statement"]) == {"Sid": "s", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{other_account.id}:root"},
                                             "Action": "lambda:GetLayerVersion", "Resource": arn}
    assert theirs.get_layer_version_by_arn(Arn=arn)["LayerVersionArn"] == arn
    assert theirs.get_layer_version(LayerName=arn.rsplit(":", 1)[0], VersionNumber=1)["Version"] == 1
    make_function(other_account, "import shared\ndef handler(event, context): return shared.NAME", Layers=[arn])
    assert json.load(theirs.invoke(FunctionName="f")["Payload"]) == "theirs"
    for refused in (lambda: theirs.delete_layer_version(LayerName=arn.rsplit(":", 1)[0], VersionNumber=1),
                    lambda: theirs.get_layer_version_policy(LayerName=arn.rsplit(":", 1)[0], VersionNumber=1)):
        fails("AccessDeniedException", refused)
    policy = ours.get_layer_version_policy(LayerName="shared", VersionNumber=1)
    assert json.loads(policy["Policy"])["Statement"] == [json.loads(made["Statement"])] and policy["RevisionId"] == made["RevisionId"]
    ours.remove_layer_version_permission(LayerName="shared", VersionNumber=1, StatementId="s")
    fails("AccessDeniedException", theirs.get_layer_version_by_arn, Arn=arn)
    message = fails("ResourceNotFoundException", ours.get_layer_version_policy, LayerName="shared", VersionNumber=1)
    assert message == "No policy is associated with the given resource."


def test_the_users_account_must_allow_it_too(account, other_account, arn):
    add(account, principal=other_account.id)
    iam = other_account.client("iam")
    iam.create_user(UserName="u")
    limited = other_account.client("lambda", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    message = fails("AccessDeniedException", limited.get_layer_version_by_arn, Arn=arn)
    assert "because no identity-based policy allows the lambda:GetLayerVersion action" in message
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "lambda:GetLayerVersion", "Resource": arn}]}))
    assert limited.get_layer_version_by_arn(Arn=arn)["Version"] == 1


def test_a_whole_organization(account, other_account, arn):
    add(account, OrganizationId="o-aaaaaaaaaa")
    fails("AccessDeniedException", other_account.client("lambda").get_layer_version_by_arn, Arn=arn)
    organization = other_account.client("organizations").describe_organization()["Organization"]["Id"]
    add(account, "t", OrganizationId=organization)
    assert other_account.client("lambda").get_layer_version_by_arn(Arn=arn)["Version"] == 1


def test_what_is_refused(account, other_account, arn):
    first = add(account)
    fails_with(409, "ResourceConflictException", add, account)
    fails_with(412, "PreconditionFailedException", add, account, "t", RevisionId="none")
    second = add(account, "t", principal=other_account.id, RevisionId=first["RevisionId"])
    fails("InvalidParameterValueException", add, account, "u", principal=other_account.id, OrganizationId="o-aaaaaaaaaa")
    client = account.client("lambda")
    remove = lambda sid, **more: client.remove_layer_version_permission(LayerName="shared", VersionNumber=1, StatementId=sid, **more)
    assert fails("ResourceNotFoundException", remove, "none") == "Statement none is not found in resource policy."
    fails_with(412, "PreconditionFailedException", remove, "s", RevisionId=first["RevisionId"])
    remove("s", RevisionId=second["RevisionId"])
    fails_with(404, "ResourceNotFoundException", client.get_layer_version_policy, LayerName="shared", VersionNumber=2)
    client.delete_layer_version(LayerName="shared", VersionNumber=1)
    fails("AccessDeniedException", other_account.client("lambda").get_layer_version_by_arn, Arn=arn)


def test_in_a_stack(account, other_account, arn):
    permission = {"Type": "AWS::Lambda::LayerVersionPermission", "Properties": {
        "Action": "lambda:GetLayerVersion", "LayerVersionArn": arn, "Principal": other_account.id}}
    made = deploy(account, "layers", {"Permission": permission}, Id={"Ref": "Permission"})
    assert made["Id"].startswith(arn + "#")
    assert other_account.client("lambda").get_layer_version_by_arn(Arn=arn)["Version"] == 1
    delete(account, "layers")
    fails("AccessDeniedException", other_account.client("lambda").get_layer_version_by_arn, Arn=arn)
