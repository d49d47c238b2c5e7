"""Centralized root access: the management account, and whom it delegates to, as root users of members, task by task."""
import json
import subprocess

import pytest
from conftest import PROGRAM, new_account
from expect import aws_error, fails
from signed import query_call

TASKS = "arn:aws:iam::aws:policy/root-task/"
IAM = "iam.amazonaws.com"
ROOT_FEATURES = ["RootCredentialsManagement", "RootSessions"]


MANAGEMENT = {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}


class Manager:
    """An administrator of the management account: root users may not assume root users."""

    def __init__(self, account, credentials):
        self.account, self.credentials = account, credentials

    def client(self, service):
        return self.account.client(service, credentials=self.credentials)

    def features(self, verb="List", feature=""):
        return features(self.account, verb, feature, self.credentials)


def features(account, verb="List", feature="", credentials=None):
    """What ListOrganizationsFeatures, EnableOrganizationsRootSessions … answer."""
    action = "ListOrganizationsFeatures" if verb == "List" else f"{verb}Organizations{feature}"
    answer = query_call(account, "iam", "2010-05-08", action, credentials)
    return answer["EnabledFeatures"] or []


def assume(who, target, task, **more):
    """Credentials of a target (an account or an ARN) for a task (of AWS's or an ARN)."""
    target = target if isinstance(target, str) else target.id
    task = task if task.startswith("arn:") else TASKS + task
    account = getattr(who, "account", who)
    return query_call(account, "sts", "2011-06-15", "AssumeRoot", who.credentials,
                      **{"TargetPrincipal": target, "TaskPolicyArn.arn": task, **more})["Credentials"]


@pytest.fixture
def manager(own_account, organizations):
    iam = own_account.client("iam", credentials=MANAGEMENT)
    iam.create_user(UserName="boss")
    iam.attach_user_policy(UserName="boss", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    return Manager(own_account, iam.create_access_key(UserName="boss")["AccessKey"])


@pytest.fixture
def enabled(manager, organizations):
    organizations.enable_aws_service_access(ServicePrincipal=IAM)
    manager.features("Enable", "RootCredentialsManagement")
    manager.features("Enable", "RootSessions")
    return manager


def test_the_features_are_the_management_accounts_to_enable(manager, organizations, own_account, own_server):
    not_manager = ("The request was rejected because the account making the request is not the management account or delegated "
                   "administrator account for centralized root access.")
    with aws_error("ServiceAccessNotEnabledException", status=400):
        manager.features()
    organizations.enable_aws_service_access(ServicePrincipal=IAM)
    assert manager.features() == []
    assert manager.features("Enable", "RootSessions") == ["RootSessions"]
    assert manager.features("Enable", "RootCredentialsManagement") == ROOT_FEATURES
    with aws_error("AccountNotManagementOrDelegatedAdministratorException", not_manager, 400):
        features(own_account)
    organizations.register_delegated_administrator(AccountId=own_account.id, ServicePrincipal=IAM)
    assert features(own_account) == ROOT_FEATURES
    with aws_error("CallerIsNotManagementAccountException", status=400):
        features(own_account, "Enable", "RootSessions")
    assert features(own_account, "Disable", "RootSessions") == ["RootCredentialsManagement"]
    assert manager.features("Disable", "RootCredentialsManagement") == []
    loner = new_account(own_server)
    loner.client("organizations").leave_organization()
    with aws_error("OrganizationNotFoundException", status=400):
        features(loner)


def test_who_may_assume_whom(enabled, organizations, own_account, own_server):
    member, other = own_account, new_account(own_server)
    refused = "User: {} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::{}:root"
    me = member.client("sts").get_caller_identity()["Arn"]
    session = own_account.client("sts", credentials=assume(enabled, own_account, "S3UnlockBucketPolicy")).get_caller_identity()
    assert (session["Arn"], session["UserId"]) == (f"arn:aws:iam::{own_account.id}:root", own_account.id)
    with aws_error("AccessDenied", refused.format(me, other.id), 403):
        assume(member, other, "S3UnlockBucketPolicy")
    organizations.register_delegated_administrator(AccountId=own_account.id, ServicePrincipal=IAM)
    assert assume(member, other, "S3UnlockBucketPolicy", DurationSeconds=60)
    with aws_error("AccessDenied", refused.format(me, "000000000000")):  # never the management account
        assume(member, "arn:aws:iam::000000000000:root", "S3UnlockBucketPolicy")
    with aws_error("AccessDenied"):
        assume(Manager(own_account, MANAGEMENT), other, "S3UnlockBucketPolicy")
    enabled.features("Disable", "RootSessions")
    with aws_error("AccessDenied", refused.format(me, other.id)):
        assume(member, other, "SQSUnlockQueuePolicy")
    assert assume(member, other, "IAMAuditRootUserCredentials")


def test_what_is_no_task(enabled, own_account):
    for arn in ("arn:aws:iam::aws:policy/AdministratorAccess", TASKS + "Everything"):
        with aws_error("ValidationError", status=400):
            assume(enabled, own_account, arn)
    with aws_error("ValidationError"):
        assume(enabled, f"arn:aws:iam::{own_account.id}:user/x", "S3UnlockBucketPolicy")
    with aws_error("ValidationError"):
        assume(enabled, own_account, "S3UnlockBucketPolicy", DurationSeconds=901)


def test_the_callers_policy_names_account_and_task(enabled, own_account, own_server):
    iam, other = enabled.client("iam"), new_account(own_server)
    iam.create_user(UserName="auditor")
    iam.put_user_policy(UserName="auditor", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": f"arn:aws:iam::{own_account.id}:root",
        "Condition": {"StringEquals": {"sts:TaskPolicyArn": TASKS + "IAMAuditRootUserCredentials"}}}}))
    auditor = Manager(own_account, iam.create_access_key(UserName="auditor")["AccessKey"])
    assert assume(auditor, own_account, "IAMAuditRootUserCredentials")
    denied = ("User: arn:aws:iam::000000000000:user/auditor is not authorized to perform: sts:AssumeRoot on resource: "
              "arn:aws:iam::{}:root because no identity-based policy allows the sts:AssumeRoot action")
    with aws_error("AccessDenied", denied.format(own_account.id), 403):
        assume(auditor, own_account, "IAMDeleteRootUserCredentials")
    with aws_error("AccessDenied", denied.format(other.id)):
        assume(auditor, other, "IAMAuditRootUserCredentials")


def test_a_bucket_that_denies_everyone_is_unlocked(enabled, own_account):
    s3, bucket = own_account.client("s3"), f"b-{own_account.id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}}))
    with aws_error("AccessDenied"):
        s3.delete_bucket_policy(Bucket=bucket)
    wrong = own_account.client("s3", credentials=assume(enabled, own_account, "SQSUnlockQueuePolicy"))
    with aws_error("AccessDenied"):
        wrong.delete_bucket_policy(Bucket=bucket)
    root = own_account.client("s3", credentials=assume(enabled, own_account, "S3UnlockBucketPolicy"))
    assert "Deny" in root.get_bucket_policy(Bucket=bucket)["Policy"]
    with aws_error("AccessDenied"):
        root.delete_bucket(Bucket=bucket)
    assert [b["Name"] for b in root.list_buckets()["Buckets"]] == [bucket]
    root.delete_bucket_policy(Bucket=bucket)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_queue_that_denies_everyone_is_unlocked(enabled, own_account):
    sqs = own_account.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": f"arn:aws:sqs:us-east-1:{own_account.id}:q"}})})
    with aws_error("AccessDenied"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    root = own_account.client("sqs", credentials=assume(enabled, own_account, "SQSUnlockQueuePolicy"))
    assert "Deny" in root.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    with aws_error("AccessDenied"):
        root.send_message(QueueUrl=url, MessageBody="x")
    root.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    sqs.send_message(QueueUrl=url, MessageBody="x")


def test_the_root_users_password(enabled, own_account):
    def iam(task):
        return own_account.client("iam", credentials=assume(enabled, own_account, task))
    audit, create, delete = iam("IAMAuditRootUserCredentials"), iam("IAMCreateRootUserPassword"), iam("IAMDeleteRootUserCredentials")
    with aws_error("NoSuchEntity", status=404):
        audit.get_login_profile()
    assert audit.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 0
    assert audit.get_user()["User"]["Arn"] == f"arn:aws:iam::{own_account.id}:root"
    assert (audit.list_access_keys()["AccessKeyMetadata"], audit.list_mfa_devices()["MFADevices"]) == ([], [])
    assert audit.list_signing_certificates()["Certificates"] == []
    with aws_error("AccessDenied", f"User: arn:aws:iam::{own_account.id}:root is not authorized to perform: iam:CreateLoginProfile on "
                   f"resource: arn:aws:iam::{own_account.id}:root with an explicit deny in a session policy: {TASKS}IAMAuditRootUserCredentials", 403):
        audit.create_login_profile()
    with aws_error("AccessDenied"):  # of the root user alone
        audit.list_access_keys(UserName="admin")
    assert create.create_login_profile()["LoginProfile"]["CreateDate"]
    with aws_error("EntityAlreadyExists"):
        create.create_login_profile()
    assert audit.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 1
    delete.delete_login_profile()
    with aws_error("NoSuchEntity"):
        delete.get_login_profile()
    with aws_error("NoSuchEntity"):
        delete.delete_access_key(AccessKeyId="AKIAIOSFODNN7EXAMPLE")


def test_service_control_policies_reach_such_sessions_and_can_spare_them(enabled, organizations, root, own_account, own_server):
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")

    def deny(name, **condition):
        made = organizations.create_policy(Name=name, Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps({
            "Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*", "Condition": {
                "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}, **condition}}}))
        id_ = made["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=id_, TargetId=own_account.id)
        return id_
    spared = deny("spared", Null={"aws:AssumedRoot": "true"})
    iam = own_account.client("iam", credentials=assume(enabled, own_account, "IAMAuditRootUserCredentials"))
    assert iam.list_mfa_devices()["MFADevices"] == []
    fails("AccessDenied", own_account.client("iam", credentials={"AccessKeyId": own_account.id, "SecretAccessKey": "test"}).list_mfa_devices)
    organizations.detach_policy(PolicyId=spared, TargetId=own_account.id)
    deny("hard")
    assert "explicit deny in a service control policy" in fails("AccessDenied", iam.list_mfa_devices)


def test_task_policies_hang_on_nobody(own_account):
    iam = own_account.client("iam")
    assert iam.get_policy(PolicyArn=TASKS + "SQSUnlockQueuePolicy")["Policy"]["Path"] == "/root-task/"
    with aws_error("PolicyNotAttachable"):
        iam.attach_user_policy(UserName="admin", PolicyArn=TASKS + "SQSUnlockQueuePolicy")


def test_the_event_history_says_so(enabled, own_account):
    iam = own_account.client("iam", credentials=assume(enabled, own_account, "IAMCreateRootUserPassword"))
    iam.create_login_profile()
    events = own_account.client("cloudtrail").lookup_events(LookupAttributes=[
        {"AttributeKey": "EventName", "AttributeValue": "CreateLoginProfile"}])["Events"]
    who = json.loads(events[0]["CloudTrailEvent"])["userIdentity"]
    assert (who["type"], who["arn"], who["sessionContext"]["assumedRoot"]) == ("Root", f"arn:aws:iam::{own_account.id}:root", "true")
    asked = enabled.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "AssumeRoot"}])["Events"]
    assert json.loads(asked[0]["CloudTrailEvent"])["requestParameters"]["taskPolicyArn"]["arn"] == TASKS + "IAMCreateRootUserPassword"


def test_an_explanation_says_who_became_the_root_user(enabled, own_account, own_server):
    iam = own_account.client("iam", credentials=assume(enabled, own_account, "IAMAuditRootUserCredentials"))
    fails("AccessDenied", iam.list_users)
    shown = subprocess.run([PROGRAM, "why", "--last", "--url", own_server.url], capture_output=True, text=True, timeout=60, check=True).stdout
    assert f"arn:aws:iam::000000000000:user/boss -> arn:aws:iam::{own_account.id}:root (AssumeRoot)" in shown
    assert TASKS + "IAMAuditRootUserCredentials" in shown
