"""What was used, and by whom: keys, roles, services; and what policies ask for."""
import csv
import io
import json

import pytest
from expect import aws_error


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, **more):
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


@pytest.fixture
def iam(account):
    return account.client("iam")


def test_when_a_key_was_last_used(account, iam):
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document(allow("ssm:*")))
    keys = iam.create_access_key(UserName="u")["AccessKey"]

    def last():
        return iam.get_access_key_last_used(AccessKeyId=keys["AccessKeyId"])

    assert last()["UserName"] == "u" and last()["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    account.client("ssm", region="eu-west-1", credentials=keys).describe_parameters()
    used = last()["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("ssm", "eu-west-1") and "LastUsedDate" in used


def test_when_a_role_was_last_used(account, iam):
    trust = document({"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    assert iam.get_role(RoleName="r")["Role"]["RoleLastUsed"] == {}
    session = account.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    account.client("sts", credentials=session).get_caller_identity()
    assert iam.get_role(RoleName="r")["Role"]["RoleLastUsed"]["Region"] == "us-east-1"


def test_the_access_advisor(account, iam):
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=document(allow(["ssm:*", "logs:DescribeLogGroups"])))
    iam.create_user(UserName="u")
    iam.add_user_to_group(GroupName="g", UserName="u")
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    account.client("ssm", credentials=keys).describe_parameters()
    user = f"arn:aws:iam::{account.id}:user/u"
    for arn in (user, f"arn:aws:iam::{account.id}:group/g"):
        job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        details = iam.get_service_last_accessed_details(JobId=job)
        assert details["JobStatus"] == "COMPLETED"
        logs, ssm = details["ServicesLastAccessed"]
        assert (logs["ServiceNamespace"], logs["TotalAuthenticatedEntities"]) == ("logs", 0) and "LastAuthenticated" not in logs
        assert (ssm["ServiceName"], ssm["LastAuthenticatedEntity"]) == ("AWS Systems Manager", user)
        entities = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="ssm")["EntityDetailsList"]
        assert [e["EntityInfo"]["Name"] for e in entities] == ["u"] and "LastAuthenticated" in entities[0]
    granting = iam.list_policies_granting_service_access(Arn=user, ServiceNamespaces=["ssm", "s3"])["PoliciesGrantingServiceAccess"]
    assert [p["Policies"] for p in granting] == [
        [{"PolicyName": "p", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "g"}], []]
    with aws_error("NoSuchEntity"):
        iam.generate_service_last_accessed_details(Arn=f"arn:aws:iam::{account.id}:user/absent")
    with aws_error("NoSuchEntity"):
        iam.get_service_last_accessed_details(JobId="0" * 36)


def test_last_access_by_action(account, iam):
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document(allow(["iam:ListUsers", "iam:ListRoles", "logs:*"])))
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    theirs = account.client("iam", credentials=keys)
    theirs.list_users()
    with aws_error("AccessDenied", status=403):
        theirs.list_groups()
    user = f"arn:aws:iam::{account.id}:user/u"
    job = iam.generate_service_last_accessed_details(Arn=user, Granularity="ACTION_LEVEL")["JobId"]
    details = iam.get_service_last_accessed_details(JobId=job)
    assert details["JobType"] == "ACTION_LEVEL"
    of_iam, of_logs = details["ServicesLastAccessed"]
    actions = {one["ActionName"]: one for one in of_iam["TrackedActionsLastAccessed"]}
    # Attempts count, allowed or not.
    for name in ("ListUsers", "ListGroups"):
        assert (actions[name]["LastAccessedEntity"], actions[name]["LastAccessedRegion"]) == (user, "us-east-1") and "LastAccessedTime" in actions[name]
    assert actions["ListRoles"] == {"ActionName": "ListRoles"}
    names = [one["ActionName"] for one in of_logs["TrackedActionsLastAccessed"]]
    assert "CreateLogGroup" in names and "PutLogEvents" not in names  # no data events
    by_service = iam.get_service_last_accessed_details(JobId=iam.generate_service_last_accessed_details(Arn=user)["JobId"])
    assert by_service["JobType"] == "SERVICE_LEVEL" and "TrackedActionsLastAccessed" not in by_service["ServicesLastAccessed"][0]


def test_administrators_may_use_every_service(account, iam):
    job = iam.generate_service_last_accessed_details(Arn=f"arn:aws:iam::{account.id}:user/admin")["JobId"]
    services = {s["ServiceNamespace"]: s for page in [iam.get_service_last_accessed_details(JobId=job)] for s in page["ServicesLastAccessed"]}
    assert services["iam"]["TotalAuthenticatedEntities"] == 1 and services["kms"]["TotalAuthenticatedEntities"] == 0


def test_the_credential_report(account, iam):
    with aws_error("ReportNotPresent", status=410):
        iam.get_credential_report()
    iam.create_user(UserName="u")
    iam.create_login_profile(UserName="u", Password="Passw0rd")
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    report = iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    rows = {row["user"]: row for row in csv.DictReader(io.StringIO(report["Content"].decode()))}
    assert set(rows) == {"<root_account>", "admin", "u"}
    assert rows["u"]["password_enabled"] == "true" and rows["u"]["access_key_1_active"] == "false" and rows["u"]["mfa_active"] == "false"
    assert rows["admin"]["access_key_1_active"] == "true" and rows["admin"]["access_key_1_last_used_service"] == "iam"


def test_context_keys(account, iam):
    policy = document(allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:RequestTag/team}"}, "Bool": {"aws:SecureTransport": "true"}}),
                      {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}/*"})
    keys = ["aws:PrincipalTag/team", "aws:RequestTag/team", "aws:SecureTransport", "aws:username"]
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"] == keys
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy)
    arn = f"arn:aws:iam::{account.id}:user/u"
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)["ContextKeyNames"] == keys
    with aws_error("InvalidInput"):
        iam.get_context_keys_for_custom_policy(PolicyInputList=["{}"])
