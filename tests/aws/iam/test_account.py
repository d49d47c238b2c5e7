"""What concerns an account as a whole: its alias, its quotas, everything in it at once; and the policies of service-linked roles."""
import csv
import io
import json

import pytest
from expect import aws_error, fails

ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def iam(account):
    return account.client("iam")


def test_what_an_alias_may_be(account, iam):
    """IAM User Guide, console_account-alias.html#AboutAccountAlias."""
    message = fails("ValidationError", iam.create_account_alias, AccountAlias="a--b")
    assert "Value 'a--b' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern" in message
    with aws_error("InvalidInput"):
        iam.create_account_alias(AccountAlias="123456789012")
    for wrong in ("ab", "-abc", "abc-", "Abc", "a" * 64):
        with aws_error("ValidationError"):
            iam.create_account_alias(AccountAlias=wrong)
    first, second = f"a-1-{account.id}", f"a-2-{account.id}"
    for alias in (first, second):  # an account has one: the new one replaces the old
        iam.create_account_alias(AccountAlias=alias)
    assert iam.list_account_aliases()["AccountAliases"] == [second]
    with aws_error("NoSuchEntity"):
        iam.delete_account_alias(AccountAlias=first)


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_ten_managed_policies_at_most(account, iam, kind):
    """IAM User Guide, reference_iam-quotas.html: 10 where nobody asked for more."""
    make = {"user": iam.create_user, "group": iam.create_group, "role": lambda **n: iam.create_role(AssumeRolePolicyDocument=TRUST, **n)}[kind]
    name = {kind.capitalize() + "Name": "x"}
    make(**name)
    attach = getattr(iam, f"attach_{kind}_policy")
    arns = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=ALLOW)["Policy"]["Arn"] for n in range(11)]
    for arn in arns[:10]:
        attach(PolicyArn=arn, **name)
    attach(PolicyArn=arns[0], **name)  # again: nothing new
    with aws_error("LimitExceeded", f"Cannot exceed quota for PoliciesPer{kind.capitalize()}: 10", 409):
        attach(PolicyArn=arns[10], **name)
    assert iam.get_policy(PolicyArn=arns[10])["Policy"]["AttachmentCount"] == 0
    assert iam.get_account_summary()["SummaryMap"][f"AttachedPoliciesPer{kind.capitalize()}Quota"] == 10


def test_everything_of_an_account(account, iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
    iam.attach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    mine = iam.create_policy(PolicyName="mine", PolicyDocument=ALLOW)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=mine, PolicyDocument=ALLOW, SetAsDefault=True)
    aws = {p["PolicyName"]: p for p in iam.get_account_authorization_details(Filter=["AWSManagedPolicy"])["Policies"]}
    assert set(aws) == {"AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"}
    assert aws["ReadOnlyAccess"]["AttachmentCount"] == 1 and aws["PowerUserAccess"]["PermissionsBoundaryUsageCount"] == 1
    (version,) = aws["ReadOnlyAccess"]["PolicyVersionList"]
    assert version["IsDefaultVersion"] and version["Document"]["Version"] == "2012-10-17"
    (policy,) = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    assert policy["DefaultVersionId"] == "v2" and [v["VersionId"] for v in policy["PolicyVersionList"]] == ["v1", "v2"]
    everything = [page for page in iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2})]
    assert len(everything) > 1
    assert {p["PolicyName"] for page in everything for p in page["Policies"]} == set(aws) | {"mine"}
    assert [r["RoleName"] for page in everything for r in page["RoleDetailList"]].count("r") == 1
    (role,) = (r for page in everything for r in page["RoleDetailList"] if r["RoleName"] == "r")
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == "arn:aws:iam::aws:policy/PowerUserAccess"


def test_who_has_a_boundary(account, iam):
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=ALLOW)["Policy"]["Arn"]
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=boundary)["Role"]
    user = iam.create_user(UserName="u", PermissionsBoundary=boundary)["User"]
    users = iam.list_entities_for_policy(PolicyArn=boundary, PolicyUsageFilter="PermissionsBoundary")
    assert users["PolicyRoles"] == [{"RoleName": "r", "RoleId": role["RoleId"]}]
    assert users["PolicyUsers"] == [{"UserName": "u", "UserId": user["UserId"]}]
    assert iam.list_entities_for_policy(PolicyArn=boundary, PolicyUsageFilter="PermissionsPolicy")["PolicyRoles"] == []
    with aws_error("DeleteConflict"):
        iam.delete_policy(PolicyArn=boundary)


def test_the_root_users_line_of_the_credential_report(account, iam):
    iam.generate_credential_report()
    rows = {r["user"]: r for r in csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode()))}
    root = rows["<root_account>"]
    assert root["arn"] == f"arn:aws:iam::{account.id}:root" and root["password_enabled"] == "not_supported"
    assert root["user_creation_time"] <= rows["admin"]["user_creation_time"]
    assert root["user_creation_time"][:4] == rows["admin"]["user_creation_time"][:4]


def test_policies_of_service_linked_roles(account, iam):
    arn = "arn:aws:iam::aws:policy/aws-service-role/APIGatewayServiceRolePolicy"
    role = iam.create_service_linked_role(AWSServiceName="ops.apigateway.amazonaws.com")["Role"]["RoleName"]
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == [{"PolicyName": "APIGatewayServiceRolePolicy", "PolicyArn": arn}]
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    with aws_error("UnmodifiableEntity"):
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    iam.create_role(RoleName="mine", AssumeRolePolicyDocument=TRUST)
    with aws_error("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.", 400):
        iam.attach_role_policy(RoleName="mine", PolicyArn=arn)
    iam.delete_service_linked_role(RoleName=role)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 0


def test_what_may_be_changed_of_service_linked_roles(account, iam):
    """IAM User Guide, id_roles_create-service-linked-role.html: the description, and tags."""
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["RoleName"]
    iam.update_role(RoleName=role, Description="one")
    assert iam.get_role(RoleName=role)["Role"]["Description"] == "one"
    assert iam.update_role_description(RoleName=role, Description="two")["Role"]["Description"] == "two"
    iam.tag_role(RoleName=role, Tags=[{"Key": "k", "Value": "v"}])
    for change in (lambda: iam.update_role(RoleName=role, MaxSessionDuration=7200),
                   lambda: iam.update_assume_role_policy(RoleName=role, PolicyDocument=TRUST),
                   lambda: iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=ALLOW),
                   lambda: iam.attach_role_policy(RoleName=role, PolicyArn=READ_ONLY),
                   lambda: iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=READ_ONLY),
                   lambda: iam.delete_role(RoleName=role)):
        with aws_error("UnmodifiableEntity", f"Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS", 400):
            change()


def test_the_access_advisor_knows_every_service_here(account, iam):
    job = iam.generate_service_last_accessed_details(Arn=f"arn:aws:iam::{account.id}:user/admin")["JobId"]
    named = {s["ServiceNamespace"]: s["ServiceName"] for s in iam.get_service_last_accessed_details(JobId=job)["ServicesLastAccessed"]}
    assert named["sqs"] == "Amazon SQS" and named["sns"] == "Amazon SNS" and named["cloudtrail"] == "AWS CloudTrail"
