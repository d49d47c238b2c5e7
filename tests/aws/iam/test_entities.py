"""Users, groups, roles, instance profiles: their life, names, and the words of AWS's complaints."""
import json

import pytest
from expect import aws_error

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
ALLOW_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture
def iam(account):
    return account.client("iam")


def test_user_life(account, iam):
    user = iam.create_user(UserName="Bob", Path="/team/", Tags=[{"Key": "cost", "Value": "1"}])["User"]
    assert user["Arn"] == f"arn:aws:iam::{account.id}:user/team/Bob"
    assert user["UserId"].startswith("AIDA") and len(user["UserId"]) == 21
    assert iam.get_user(UserName="Bob")["User"]["Tags"] == [{"Key": "cost", "Value": "1"}]
    with aws_error("EntityAlreadyExists", "User with name bob already exists.", 409):
        iam.create_user(UserName="bob")
    with aws_error("NoSuchEntity", "The user with name nobody cannot be found.", 404):
        iam.get_user(UserName="nobody")
    iam.update_user(UserName="Bob", NewUserName="Rob", NewPath="/")
    assert iam.get_user(UserName="Rob")["User"]["UserId"] == user["UserId"]
    assert [u["UserName"] for u in iam.list_users()["Users"]] == ["Rob", "admin"]
    assert iam.list_users(PathPrefix="/team/")["Users"] == []
    iam.delete_user(UserName="Rob")


def test_bad_names(iam):
    with aws_error("ValidationError", "The specified value for userName is invalid. It must contain only alphanumeric characters "
                   "and/or the following: +=,.@_-", 400):
        iam.create_user(UserName="a b")
    with aws_error("ValidationError", "1 validation error detected: Value '" + "r" * 65 + "' at 'roleName' failed to satisfy constraint: "
                   "Member must have length less than or equal to 64", 400):
        iam.create_role(RoleName="r" * 65, AssumeRolePolicyDocument=TRUST)
    with aws_error("ValidationError"):
        iam.create_user(UserName="x", Path="no/slashes")


def test_delete_conflicts(account, iam):
    iam.create_user(UserName="u")
    iam.create_group(GroupName="g")
    iam.attach_user_policy(UserName="u", PolicyArn=ADMIN)
    with aws_error("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409):
        iam.delete_user(UserName="u")
    iam.detach_user_policy(UserName="u", PolicyArn=ADMIN)
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=ALLOW_ALL)
    with aws_error("DeleteConflict", "Cannot delete entity, must delete policies first."):
        iam.delete_user(UserName="u")
    iam.delete_user_policy(UserName="u", PolicyName="p")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    with aws_error("DeleteConflict", "Cannot delete entity, must delete access keys first."):
        iam.delete_user(UserName="u")
    iam.delete_access_key(UserName="u", AccessKeyId=key["AccessKeyId"])
    iam.add_user_to_group(GroupName="g", UserName="u")
    with aws_error("DeleteConflict", "Cannot delete entity, must remove users from group first."):
        iam.delete_user(UserName="u")
    with aws_error("DeleteConflict", "Cannot delete entity, must remove users from group first."):
        iam.delete_group(GroupName="g")
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName="u")["Groups"]] == ["g"]
    assert [u["UserName"] for u in iam.get_group(GroupName="g")["Users"]] == ["u"]
    iam.remove_user_from_group(GroupName="g", UserName="u")
    iam.delete_user(UserName="u")
    iam.delete_group(GroupName="g")


def test_role_life(account, iam):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Path="/svc/", Description="d", MaxSessionDuration=7200)["Role"]
    assert role["Arn"] == f"arn:aws:iam::{account.id}:role/svc/r" and role["RoleId"].startswith("AROA")
    got = iam.get_role(RoleName="r")["Role"]
    assert got["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert got["MaxSessionDuration"] == 7200 and got["Description"] == "d"
    with aws_error("EntityAlreadyExists", "Role with name r already exists."):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.update_role(RoleName="r", Description="e", MaxSessionDuration=3600)
    assert iam.update_role_description(RoleName="r", Description="f")["Role"]["Description"] == "f"
    iam.tag_role(RoleName="r", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_role(RoleName="r", TagKeys=["A"])
    assert iam.list_role_tags(RoleName="r")["Tags"] == [{"Key": "b", "Value": "2"}]
    with aws_error("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."):
        iam.tag_role(RoleName="r", Tags=[{"Key": "x", "Value": "1"}, {"Key": "X", "Value": "2"}])
    iam.delete_role(RoleName="r")
    with aws_error("NoSuchEntity", "The role with name r cannot be found.", 404):
        iam.get_role(RoleName="r")


def test_trust_policies_are_checked(account, iam):
    with aws_error("MalformedPolicyDocument"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument="{")
    with aws_error("MalformedPolicyDocument", "Has prohibited field Resource"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}]}))
    gone = f"arn:aws:iam::{account.id}:user/gone"
    with aws_error("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{gone}"'):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": gone}, "Action": "sts:AssumeRole"}]}))


def test_trust_names_a_principal_not_its_name(account, iam):
    """The document shows the ARN while the user is there, and its id once it is gone; a new user of that name is not meant."""
    user = iam.create_user(UserName="u")["User"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))

    def trusted():
        return iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]
    assert trusted() == user["Arn"]
    iam.update_user(UserName="u", NewUserName="v")
    assert trusted() == f"arn:aws:iam::{account.id}:user/v"
    iam.delete_user(UserName="v")
    iam.create_user(UserName="v")
    assert trusted() == user["UserId"]


def test_instance_profiles(account, iam):
    profile = iam.create_instance_profile(InstanceProfileName="p")["InstanceProfile"]
    assert profile["Arn"] == f"arn:aws:iam::{account.id}:instance-profile/p" and profile["Roles"] == []
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    with aws_error("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"):
        iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    assert [r["RoleName"] for r in iam.get_instance_profile(InstanceProfileName="p")["InstanceProfile"]["Roles"]] == ["r"]
    assert len(iam.list_instance_profiles_for_role(RoleName="r")["InstanceProfiles"]) == 1
    with aws_error("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."):
        iam.delete_role(RoleName="r")
    with aws_error("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."):
        iam.delete_instance_profile(InstanceProfileName="p")
    iam.remove_role_from_instance_profile(InstanceProfileName="p", RoleName="r")
    iam.delete_instance_profile(InstanceProfileName="p")
    with aws_error("NoSuchEntity", "Instance Profile p cannot be found."):
        iam.get_instance_profile(InstanceProfileName="p")


def test_pages(iam):
    for i in range(7):
        iam.create_group(GroupName=f"g{i}")
    pages = list(iam.get_paginator("list_groups").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(p["Groups"]) for p in pages] == [3, 3, 1]
    assert [g["GroupName"] for p in pages for g in p["Groups"]] == [f"g{i}" for i in range(7)]


def test_service_linked_roles(account, iam):
    role = iam.create_service_linked_role(AWSServiceName="ops.apigateway.amazonaws.com")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{account.id}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway"
    with aws_error("UnmodifiableEntity"):
        iam.delete_role(RoleName=role["RoleName"])
    with aws_error("InvalidInput", "Service role name AWSServiceRoleForAPIGateway has been taken in this account, please try a different suffix."):
        iam.create_service_linked_role(AWSServiceName="ops.apigateway.amazonaws.com")
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"


def test_account(account, iam, server):
    assert iam.list_account_aliases()["AccountAliases"] == []
    alias = f"alias-{account.id}"
    iam.create_account_alias(AccountAlias=alias)
    assert iam.list_account_aliases()["AccountAliases"] == [alias]
    with aws_error("EntityAlreadyExists", f"The account alias {alias} already exists."):
        iam.create_account_alias(AccountAlias=alias)
    iam.delete_account_alias(AccountAlias=alias)
    summary = iam.get_account_summary()["SummaryMap"]
    assert summary["Users"] == 1 and summary["RolesQuota"] == 1000
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=ALLOW_ALL)
    details = iam.get_account_authorization_details(Filter=["Role", "User"])
    assert [u["UserName"] for u in details["UserDetailList"]] == ["admin"]
    assert [p for role in details["RoleDetailList"] for p in role["RolePolicyList"]] == [{"PolicyName": "p", "PolicyDocument": json.loads(ALLOW_ALL)}]


def test_the_root_user_is_a_user_of_sorts(account, server):
    root = account.client("iam", credentials={"AccessKeyId": account.id, "SecretAccessKey": "test"})
    user = root.get_user()["User"]
    assert user["Arn"] == f"arn:aws:iam::{account.id}:root" and user["UserId"] == account.id


def test_service_specific_credentials(account, iam):
    iam.create_user(UserName="dev")
    made = iam.create_service_specific_credential(UserName="dev", ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredential"]
    assert made["ServiceUserName"] == f"dev-at-{account.id}" and made["ServiceSpecificCredentialId"].startswith("ACCA")
    second = iam.create_service_specific_credential(UserName="dev", ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredential"]
    assert second["ServiceUserName"] == f"dev+1-at-{account.id}"
    with aws_error("LimitExceeded"):
        iam.create_service_specific_credential(UserName="dev", ServiceName="codecommit.amazonaws.com")
    reset = iam.reset_service_specific_credential(UserName="dev", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"])
    assert reset["ServiceSpecificCredential"]["ServicePassword"] != made["ServicePassword"]
    iam.update_service_specific_credential(UserName="dev", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"], Status="Inactive")
    listed = iam.list_service_specific_credentials(UserName="dev")["ServiceSpecificCredentials"]
    assert [c["Status"] for c in listed] == ["Inactive", "Active"] and "ServicePassword" not in listed[0]
    with aws_error("DeleteConflict"):
        iam.delete_user(UserName="dev")
    for c in listed:
        iam.delete_service_specific_credential(UserName="dev", ServiceSpecificCredentialId=c["ServiceSpecificCredentialId"])
    iam.delete_user(UserName="dev")
    with aws_error("NotSupportedService", status=404):
        iam.create_user(UserName="dev")
        iam.create_service_specific_credential(UserName="dev", ServiceName="s3.amazonaws.com")
