"""What control policies deny, through real clients."""
import json

import pytest
from conftest import new_account
from expect import aws_error, fails

MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


DENY_LIST = {"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


@pytest.fixture
def enabled(organizations, root):
    organizations.enable_policy_type(RootId=root, PolicyType=SCP)
    organizations.enable_policy_type(RootId=root, PolicyType=RCP)


def make(organizations, name, *statements, type_=SCP):
    return organizations.create_policy(Name=name, Description="", Type=type_, Content=document(*statements))["Policy"]["PolicySummary"]


def test_an_scp_denies_users_roles_and_the_root_user_of_members(own_account, own_server, organizations, root, enabled):
    made = make(organizations, "no-lists", DENY_LIST)
    iam = own_account.client("iam")
    trust = document({"Effect": "Allow", "Principal": {"AWS": own_account.id}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    session = own_account.client("sts").assume_role(RoleArn=role, RoleSessionName="ss")["Credentials"]
    callers = {f"arn:aws:iam::{own_account.id}:user/admin": own_account.credentials,
               f"arn:aws:sts::{own_account.id}:assumed-role/r/ss": session,
               f"arn:aws:iam::{own_account.id}:root": {"AccessKeyId": own_account.id, "SecretAccessKey": "test"}}
    for credentials in callers.values():
        own_account.client("s3", credentials=credentials).list_buckets()
    organizations.attach_policy(PolicyId=made["Id"], TargetId=root)
    for arn, credentials in callers.items():
        message = fails("AccessDenied", own_account.client("s3", credentials=credentials).list_buckets)
        assert message.startswith(f"User: {arn} is not authorized to perform: s3:ListAllMyBuckets ")
        assert f" with an explicit deny in a service control policy: {made['Arn']}" in message
    # The management account is exempt.
    own_account.client("s3", credentials=MANAGEMENT).list_buckets()
    organizations.detach_policy(PolicyId=made["Id"], TargetId=root)
    own_account.client("s3").list_buckets()


def test_every_level_must_allow(own_account, own_server, organizations, root, enabled):
    unit = organizations.create_organizational_unit(ParentId=root, Name="u")["OrganizationalUnit"]["Id"]
    only_iam = make(organizations, "only-iam", {"Effect": "Allow", "Action": "iam:*", "Resource": "*"})
    organizations.attach_policy(PolicyId=only_iam["Id"], TargetId=unit)
    organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)
    own_account.client("s3").list_buckets()
    organizations.move_account(AccountId=own_account.id, SourceParentId=root, DestinationParentId=unit)
    own_account.client("iam").list_roles()
    with aws_error("AccessDenied"):
        own_account.client("s3").list_buckets()
    organizations.update_policy(PolicyId=only_iam["Id"], Content=document({"Effect": "Allow", "Action": ["iam:*", "s3:*"], "Resource": "*"}))
    own_account.client("s3").list_buckets()


def test_an_rcp_shuts_outsiders_out(own_account, own_server, organizations, root, enabled):
    outsider = new_account(own_server)
    organizations.remove_account_from_organization(AccountId=outsider.id)
    s3 = own_account.client("s3")
    bucket = f"b-{own_account.id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=document(
        {"Effect": "Allow", "Principal": {"AWS": outsider.id}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}))
    theirs = outsider.client("s3")
    theirs.get_object(Bucket=bucket, Key="k")
    perimeter = make(organizations, "perimeter",
                     {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
                      "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-drydock000"},
                                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}, type_=RCP)
    organizations.attach_policy(PolicyId=perimeter["Id"], TargetId=root)
    with aws_error("AccessDenied", status=403):
        theirs.get_object(Bucket=bucket, Key="k")
    s3.get_object(Bucket=bucket, Key="k")
    with aws_error("ConstraintViolationException"):
        organizations.detach_policy(PolicyId="p-RCPFullAWSAccess", TargetId=root)
    with aws_error("MalformedPolicyDocumentException"):
        make(organizations, "named", {"Effect": "Deny", "Principal": {"AWS": own_account.id}, "Action": "s3:*", "Resource": "*"}, type_=RCP)


def test_tags_of_new_accounts_and_units_are_an_action_of_their_own(own_account, organizations, root):
    """Organizations API Reference, CreateAccount: with tags it takes organizations:TagResource as well."""
    iam = own_account.client("iam", credentials=MANAGEMENT)
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document({"Effect": "Allow", "Action": "organizations:Create*", "Resource": "*"}))
    theirs = own_account.client("organizations", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    tags = [{"Key": "team", "Value": "a"}]
    for call, members in (theirs.create_account, {"AccountName": "tagged", "Email": "tagged@example.com"}), \
                         (theirs.create_organizational_unit, {"ParentId": root, "Name": "tagged"}), \
                         (theirs.create_policy, {"Name": "tagged", "Description": "", "Type": SCP, "Content": document(DENY_LIST)}):
        call(**{key: value.replace("tagged", "plain") for key, value in members.items()})
        assert "perform: organizations:TagResource on resource: " in fails("AccessDeniedException", call, Tags=tags, **members)
