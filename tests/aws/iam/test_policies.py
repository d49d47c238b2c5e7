"""Policies of every sort, and what they allow."""
import json

import pytest
from expect import aws_error, fails
from signed import json_call

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


@pytest.fixture
def iam(account):
    return account.client("iam")


@pytest.fixture
def user(account, iam):
    """A client of IAM as a user without permissions."""
    iam.create_user(UserName="u")
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    return account.client("iam", credentials=keys)


def test_inline_policies_come_back_as_they_were_put(iam):
    iam.create_user(UserName="u")
    document = '{ "Version": "2012-10-17",\n "Statement": [{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::a/é%"}] }'
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document)
    assert iam.get_user_policy(UserName="u", PolicyName="p")["PolicyDocument"] == json.loads(document)
    assert iam.list_user_policies(UserName="u")["PolicyNames"] == ["p"]
    with aws_error("NoSuchEntity", "The user policy with name q cannot be found."):
        iam.get_user_policy(UserName="u", PolicyName="q")
    with aws_error("MalformedPolicyDocument"):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy({"Effect": "Allow", "Action": "nonsense", "Resource": "*"}))
    with aws_error("LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user u"):
        iam.put_user_policy(UserName="u", PolicyName="big", PolicyDocument=policy(allow("s3:" + "x" * 2050)))


def test_managed_policy_life(account, iam):
    made = iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("s3:*")), Path="/x/", Description="d")["Policy"]
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::{account.id}:policy/x/p" and made["PolicyId"].startswith("ANPA") and made["DefaultVersionId"] == "v1"
    with aws_error("EntityAlreadyExists", "A policy called p already exists. Duplicate names are not allowed."):
        iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("s3:*")))
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow("sqs:*")), SetAsDefault=True)
    with aws_error("LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(allow("sqs:*")))
    assert [v["VersionId"] for v in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v5", "v4", "v3", "v2", "v1"]
    with aws_error("DeleteConflict", "Cannot delete the default version of a policy."):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]["Statement"][0]["Action"] == "s3:*"
    iam.create_user(UserName="u")
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert [u["UserName"] for u in iam.list_entities_for_policy(PolicyArn=arn)["PolicyUsers"]] == ["u"]
    with aws_error("DeleteConflict", "Cannot delete a policy attached to entities."):
        iam.delete_policy(PolicyArn=arn)
    iam.detach_user_policy(UserName="u", PolicyArn=arn)
    with aws_error("DeleteConflict"):
        iam.delete_policy(PolicyArn=arn)
    for version in ("v2", "v3", "v4", "v5"):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)
    with aws_error("NoSuchEntity", f"Policy {arn} was not found."):
        iam.get_policy(PolicyArn=arn)
    with aws_error("NoSuchEntity", f"Policy {arn} does not exist or is not attachable."):
        iam.attach_user_policy(UserName="u", PolicyArn=arn)


def test_aws_managed_policies(account, iam):
    assert iam.get_policy(PolicyArn=ADMIN)["Policy"]["IsAttachable"]
    assert iam.get_policy_version(PolicyArn=ADMIN, VersionId="v1")["PolicyVersion"]["Document"]["Statement"][0]["Action"] == "*"
    names = [p["PolicyName"] for page in iam.get_paginator("list_policies").paginate(Scope="AWS") for p in page["Policies"]]
    assert "AWSLambdaBasicExecutionRole" in names
    assert [p["PolicyName"] for p in iam.list_policies(Scope="AWS", OnlyAttached=True)["Policies"]] == ["AdministratorAccess"]
    with aws_error("AccessDenied"):
        iam.delete_policy(PolicyArn=ADMIN)


def test_nothing_is_allowed_by_default(account, iam, user):
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: iam:GetRole on resource: "
                   "role x because no identity-based policy allows the iam:GetRole action", 403):
        user.get_role(RoleName="x")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(allow("iam:GetRole")))
    with aws_error("NoSuchEntity"):
        user.get_role(RoleName="x")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(allow("iam:*"), deny("iam:GetRole")))
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: iam:GetRole on resource: "
                   "role x with an explicit deny in an identity-based policy"):
        user.get_role(RoleName="x")
    iam.delete_user_policy(UserName="u", PolicyName="p")
    with aws_error("AccessDenied"):
        user.get_role(RoleName="x")


def test_groups_give_their_policies(iam, user):
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=policy(allow("iam:List*")))
    with aws_error("AccessDenied"):
        user.list_users()
    iam.add_user_to_group(GroupName="g", UserName="u")
    user.list_users()
    iam.update_group(GroupName="g", NewGroupName="h")
    user.list_users()
    iam.remove_user_from_group(GroupName="h", UserName="u")
    with aws_error("AccessDenied"):
        user.list_users()


def test_new_default_versions_take_effect(account, iam, user):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("iam:ListRoles")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="u", PolicyArn=arn)
    user.list_roles()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(deny("iam:ListRoles")), SetAsDefault=True)
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: iam:ListRoles on resource: "
                   f"arn:aws:iam::{account.id}:role/ with an explicit deny in an identity-based policy: {arn}"):
        user.list_roles()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    user.list_roles()


def test_boundaries_limit(account, iam, user):
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=policy(allow("iam:ListUsers")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="u", PolicyArn=ADMIN)
    iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=boundary)
    assert iam.get_user(UserName="u")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    user.list_users()
    with aws_error("AccessDenied", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: iam:ListRoles on resource: "
                   f"arn:aws:iam::{account.id}:role/ because no permissions boundary allows the iam:ListRoles action"):
        user.list_roles()
    with aws_error("DeleteConflict"):
        iam.delete_policy(PolicyArn=boundary)
    iam.delete_user_permissions_boundary(UserName="u")
    user.list_roles()


def test_boundaries_can_be_demanded(account, iam, user):
    """The delegation pattern: create users only with this boundary."""
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    demand = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(
        allow(["iam:CreateUser", "iam:AttachUserPolicy"], Condition=demand)))
    with aws_error("AccessDenied"):
        user.create_user(UserName="free")
    user.create_user(UserName="bound", PermissionsBoundary=boundary)
    user.attach_user_policy(UserName="bound", PolicyArn=ADMIN)
    iam.create_user(UserName="free")
    with aws_error("AccessDenied"):
        user.attach_user_policy(UserName="free", PolicyArn=ADMIN)


def test_condition_keys_of_policies_and_tags(iam, user):
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(
        allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}}),
        allow(["iam:CreateRole", "iam:TagRole"], Condition={"StringEquals": {"aws:RequestTag/team": "a"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}),
        allow("iam:DeleteRole", Condition={"StringEquals": {"aws:ResourceTag/team": "a"}})))
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    with aws_error("AccessDenied"):
        user.create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    with aws_error("AccessDenied"):
        user.create_role(RoleName="r", AssumeRolePolicyDocument=trust, Tags=[{"Key": "team", "Value": "a"}, {"Key": "x", "Value": "y"}])
    user.create_role(RoleName="r", AssumeRolePolicyDocument=trust, Tags=[{"Key": "team", "Value": "a"}])
    with aws_error("AccessDenied"):
        user.attach_role_policy(RoleName="r", PolicyArn=ADMIN)
    user.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    iam.detach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    iam.create_role(RoleName="s", AssumeRolePolicyDocument=trust)
    with aws_error("AccessDenied"):
        user.delete_role(RoleName="s")
    user.delete_role(RoleName="r")


def test_tags_at_creation_are_an_action_of_their_own(account, iam, user):
    """IAM User Guide, "Tagging IAM resources": to create with tags takes the permission to tag as well."""
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(
        allow(["iam:CreateRole", "events:PutRule", "secretsmanager:CreateSecret", "codecommit:CreateRepository", "ssm:PutParameter", "logs:CreateLogGroup"])))
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    user.create_role(RoleName="plain", AssumeRolePolicyDocument=trust)
    tags = [{"Key": "team", "Value": "a"}]
    assert "perform: iam:TagRole on resource: " in fails(
        "AccessDenied", user.create_role, RoleName="tagged", AssumeRolePolicyDocument=trust, Tags=tags)
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    events, secrets, codecommit = (account.client(s, credentials=keys) for s in ("events", "secretsmanager", "codecommit"))
    assert "perform: events:TagResource on resource: " in fails(
        "AccessDeniedException", events.put_rule, Name="r", ScheduleExpression="rate(1 day)", Tags=tags)
    assert "perform: secretsmanager:TagResource on resource: " in fails(
        "AccessDeniedException", secrets.create_secret, Name="s", SecretString="x", Tags=tags)
    assert "perform: codecommit:TagResource on resource: " in fails(
        "AccessDeniedException", codecommit.create_repository, repositoryName="r", tags={"a": "b"})
    ssm, logs = account.client("ssm", credentials=keys), account.client("logs", credentials=keys)
    ssm.put_parameter(Name="plain", Value="x", Type="String")
    with aws_error("AccessDeniedException", f"User: arn:aws:iam::{account.id}:user/u is not authorized to perform: ssm:AddTagsToResource on resource: "
                   f"arn:aws:ssm:us-east-1:{account.id}:parameter/p because no identity-based policy allows the ssm:AddTagsToResource action", 400):
        ssm.put_parameter(Name="p", Value="x", Type="String", Tags=tags)
    logs.create_log_group(logGroupName="plain")
    with aws_error("AccessDeniedException", f"User with accountId: {account.id} is not authorized to perform CreateLogGroup with Tags. "
                   'An additional permission "logs:TagResource" is required.', 400):
        logs.create_log_group(logGroupName="g", tags={"a": "b"})


def test_variables_name_the_caller(iam, user):
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}")))
    assert len(user.list_access_keys()["AccessKeyMetadata"]) == 1
    with aws_error("AccessDenied"):
        user.list_access_keys(UserName="admin")


def test_access_keys_end(account, iam, user):
    key = iam.list_access_keys(UserName="u")["AccessKeyMetadata"][0]["AccessKeyId"]
    sts = account.client("sts", credentials=None)
    user_sts = user  # the same key, another service
    iam.update_access_key(UserName="u", AccessKeyId=key, Status="Inactive")
    with aws_error("InvalidClientTokenId", "The security token included in the request is invalid.", 403):
        user_sts.list_users()
    iam.update_access_key(UserName="u", AccessKeyId=key, Status="Active")
    with aws_error("AccessDenied"):
        user_sts.list_users()
    assert sts.get_access_key_info(AccessKeyId=key)["Account"] == account.id
    iam.create_access_key(UserName="u")
    with aws_error("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"):
        iam.create_access_key(UserName="u")
    iam.delete_access_key(UserName="u", AccessKeyId=key)
    with aws_error("NoSuchEntity", f"The Access Key with id {key} cannot be found."):
        iam.delete_access_key(UserName="u", AccessKeyId=key)
    with aws_error("InvalidClientTokenId"):
        user_sts.list_users()


def test_simulation(account, iam):
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy(allow("s3:Get*", "arn:aws:s3:::b/*"), deny("s3:GetObjectAcl")))
    results = iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{account.id}:user/u", ResourceArns=["arn:aws:s3:::b/k"],
                                            ActionNames=["s3:GetObject", "s3:PutObject", "s3:GetObjectAcl"])["EvaluationResults"]
    assert [r["EvalDecision"] for r in results] == ["allowed", "implicitDeny", "explicitDeny"]
    assert results[0]["MatchedStatements"][0]["SourcePolicyId"] == "user_u_p"
    custom = iam.simulate_custom_policy(PolicyInputList=[policy(allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))],
                                        ActionNames=["s3:GetObject"],
                                        ContextEntries=[{"ContextKeyName": "aws:SecureTransport", "ContextKeyType": "boolean", "ContextKeyValues": ["true"]}])
    assert custom["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_policies_of_other_accounts_cannot_be_used(account, other_account, iam):
    arn = other_account.client("iam").create_policy(PolicyName="p", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    with aws_error("AccessDenied"):
        iam.get_policy(PolicyArn=arn)
    iam.create_user(UserName="u")
    with aws_error("NoSuchEntity"):
        iam.attach_user_policy(UserName="u", PolicyArn=arn)


@pytest.mark.parametrize("resource, message", [
    ("arn:aws:iam:us-east-1:123456789012:user/u", "IAM resource arn:aws:iam:us-east-1:123456789012:user/u cannot contain region information."),
    ("arn:aws:iam::123456789012:cheese/u", "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, "
     "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/."),
    ("arn:aws:s3", "The policy failed legacy parsing"),
    ("bucket", "Resource bucket must be in ARN format or \"*\"."),
])
def test_resources_that_no_policy_may_name(iam, resource, message):
    with aws_error("MalformedPolicyDocument", message, 400):
        iam.create_policy(PolicyName="p", PolicyDocument=policy(allow("iam:*", resource)))


def test_principals_must_exist(account, iam):
    """Wherever a resource policy is put; and one that goes leaves its unique id behind."""
    absent = f"arn:aws:iam::{account.id}:user/absent"
    grant = {"Effect": "Allow", "Principal": {"AWS": absent}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::b-{account.id}/*"}
    s3, kms, secrets = (account.client(name) for name in ("s3", "kms", "secretsmanager"))
    s3.create_bucket(Bucket=f"b-{account.id}")
    with aws_error("MalformedPolicy", "Invalid principal in policy", 400):
        s3.put_bucket_policy(Bucket=f"b-{account.id}", Policy=policy(grant))
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "kms:*", "Resource": "*"}
    with aws_error("MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."):
        kms.create_key(Policy=policy(root, {**root, "Principal": {"AWS": absent}}))
    secrets.create_secret(Name="s", SecretString="x")
    with aws_error("MalformedPolicyDocumentException"):
        secrets.put_resource_policy(SecretId="s", ResourcePolicy=policy({**root, "Action": "secretsmanager:*", "Principal": {"AWS": absent}}))
    with aws_error("MalformedPolicyDocument", f"Invalid principal in policy: \"AWS\":\"{absent}\""):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy({"Effect": "Allow", "Principal": {"AWS": absent}, "Action": "sts:AssumeRole"}))
    user = iam.create_user(UserName="absent")["User"]
    s3.put_bucket_policy(Bucket=f"b-{account.id}", Policy=policy(grant))
    assert json.loads(s3.get_bucket_policy(Bucket=f"b-{account.id}")["Policy"])["Statement"][0]["Principal"]["AWS"] == absent
    iam.delete_user(UserName="absent")
    assert json.loads(s3.get_bucket_policy(Bucket=f"b-{account.id}")["Policy"])["Statement"][0]["Principal"]["AWS"] == user["UserId"]


def bus_policy(account):
    events = account.client("events")
    events.create_event_bus(Name="b")
    arn = f"arn:aws:events:us-east-1:{account.id}:event-bus/b"
    def put(principal):
        events.put_permission(EventBusName="b", Policy=policy({"Sid": "s", "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "events:PutEvents", "Resource": arn}))
    return put, lambda: events.describe_event_bus(Name="b")["Policy"], lambda keys: account.client("events", credentials=keys).put_events(
        Entries=[{"EventBusName": "b", "Source": "s", "DetailType": "t", "Detail": "{}"}])


def table_policy(account):
    tables = account.client("dynamodb")
    arn = tables.create_table(TableName="tab", AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                              BillingMode="PAY_PER_REQUEST")["TableDescription"]["TableArn"]
    def put(principal):
        json_call(account, "dynamodb", "DynamoDB_20120810.PutResourcePolicy", ResourceArn=arn, Policy=policy(
            {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "dynamodb:GetItem", "Resource": arn}))
    return put, lambda: json_call(account, "dynamodb", "DynamoDB_20120810.GetResourcePolicy", ResourceArn=arn)["Policy"], lambda keys: account.client("dynamodb", credentials=keys).get_item(
        TableName="tab", Key={"k": {"S": "x"}})


@pytest.mark.parametrize("make, code, message", [
    (bus_policy, "ValidationException", None),
    (table_policy, "ValidationException", "One or more parameter values were invalid: Invalid principal in policy document."),
])
def test_policies_of_buses_and_tables_name_principals_by_id(account, iam, make, code, message):
    put, shown, use = make(account)
    arn = f"arn:aws:iam::{account.id}:user/x"
    with aws_error(code, message, 400):
        put(arn)
    iam.create_user(UserName="x")
    put(arn)
    assert json.loads(shown())["Statement"][0]["Principal"]["AWS"] == arn
    key = iam.create_access_key(UserName="x")["AccessKey"]
    use(key)
    iam.delete_access_key(UserName="x", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="x")
    user = iam.create_user(UserName="x")["User"]  # of the same name, and another
    with aws_error("AccessDeniedException", status=400):
        use(iam.create_access_key(UserName="x")["AccessKey"])
    assert json.loads(shown())["Statement"][0]["Principal"]["AWS"] not in (arn, user["UserId"])


def test_policies_of_apis_name_principals_by_id(account, iam):
    gateway = account.client("apigateway")
    arn = f"arn:aws:iam::{account.id}:role/x"
    document = policy({"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "execute-api:Invoke", "Resource": "*"})
    with aws_error("BadRequestException", "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.", 400):
        gateway.create_rest_api(name="a", policy=document)
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="x", AssumeRolePolicyDocument=trust)["Role"]
    api = gateway.create_rest_api(name="a", policy=document)
    assert arn in api["policy"]
    iam.delete_role(RoleName="x")
    iam.create_role(RoleName="x", AssumeRolePolicyDocument=trust)
    for shown in gateway.get_rest_api(restApiId=api["id"]), gateway.get_rest_apis()["items"][0]:
        assert role["RoleId"] in shown["policy"] and arn not in shown["policy"]
