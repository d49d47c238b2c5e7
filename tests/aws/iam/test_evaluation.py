"""What IAM makes of requests: principals that were made anew, condition keys that the models name, tags of resources."""
import json

import pytest
from expect import fails


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def user_with(account, *statements):
    """Credentials of a new user with these identity statements."""
    iam = account.client("iam")
    name = f"u{len(iam.list_users()['Users'])}"
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
    return name, iam.create_access_key(UserName=name)["AccessKey"]


def make_again(account, name):
    iam = account.client("iam")
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    return iam.create_access_key(UserName=name)["AccessKey"]


def test_a_bucket_policy_does_not_trust_who_was_made_anew(account):
    name, keys = user_with(account)
    arn = f"arn:aws:iam::{account.id}:user/{name}"
    s3, bucket = account.client("s3"), f"anew-{account.id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    allow = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(allow))
    shown = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert shown["Statement"][0]["Principal"] == {"AWS": arn}
    assert account.client("s3", credentials=keys).get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    keys = make_again(account, name)
    assert "no identity-based policy allows" in fails("AccessDenied", account.client("s3", credentials=keys).get_object, Bucket=bucket, Key="k")
    shown = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert shown["Statement"][0]["Principal"]["AWS"].startswith("AIDA")
    nobody = dict(allow, Principal={"AWS": f"arn:aws:iam::{account.id}:role/nobody"})
    assert fails("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy=policy(nobody)) == "Invalid principal in policy"


def test_a_key_policy_does_not_trust_who_was_made_anew(account):
    name, keys = user_with(account)
    arn = f"arn:aws:iam::{account.id}:user/{name}"
    kms = account.client("kms")
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "kms:*", "Resource": "*"}
    named = {"Effect": "Allow", "Principal": {"AWS": [arn]}, "Action": "kms:DescribeKey", "Resource": "*"}
    key = kms.create_key(Policy=policy(root, named))["KeyMetadata"]["KeyId"]
    assert arn in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    account.client("kms", credentials=keys).describe_key(KeyId=key)
    keys = make_again(account, name)
    fails("AccessDeniedException", account.client("kms", credentials=keys).describe_key, KeyId=key)
    gone = dict(named, Principal={"AWS": arn + "-gone"})
    assert fails("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key, PolicyName="default", Policy=policy(root, gone)) == \
        "Policy contains a statement with one or more invalid principals."


def test_a_secret_policy_does_not_trust_who_was_made_anew(account):
    name, keys = user_with(account)
    arn = f"arn:aws:iam::{account.id}:user/{name}"
    secrets = account.client("secretsmanager")
    secret = secrets.create_secret(Name="s", SecretString="x")["ARN"]
    allow = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=policy(allow))
    assert arn in secrets.get_resource_policy(SecretId=secret)["ResourcePolicy"]
    assert account.client("secretsmanager", credentials=keys).get_secret_value(SecretId=secret)["SecretString"] == "x"
    keys = make_again(account, name)
    fails("AccessDeniedException", account.client("secretsmanager", credentials=keys).get_secret_value, SecretId=secret)
    gone = dict(allow, Principal={"AWS": arn + "-gone"})
    fails("MalformedPolicyDocumentException", secrets.put_resource_policy, SecretId=secret, ResourcePolicy=policy(gone))


PROJECT = {"source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"}, "artifacts": {"type": "NO_ARTIFACTS"},
           "environment": {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"}}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def deny(action, operator, key, value):
    return {"Effect": "Deny", "Action": action, "Resource": "*", "Condition": {operator: {key: value}}}


@pytest.mark.parametrize("service, denied, call, wrong, right", [
    ("s3", deny("s3:CreateBucket", "StringNotEquals", "s3:LocationConstraint", "eu-west-1"),
     lambda c, v: c.create_bucket(Bucket=f"location-{v}", CreateBucketConfiguration={"LocationConstraint": v}), "eu-central-1", "eu-west-1"),
    ("s3", deny("s3:CreateBucket", "StringEquals", "s3:x-amz-object-ownership", "ObjectWriter"),
     lambda c, v: c.create_bucket(Bucket=f"owned-{v.lower()}", ObjectOwnership=v), "ObjectWriter", "BucketOwnerEnforced"),
    ("cloudformation", deny("cloudformation:CreateStack", "ForAnyValue:StringLike", "cloudformation:ResourceTypes", "AWS::IAM::*"),
     lambda c, v: c.create_stack(StackName="s", ResourceTypes=[v],
                                 TemplateBody=json.dumps({"Resources": {"R": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}})),
     "AWS::IAM::Role", "AWS::CloudFormation::*"),
    ("ssm", deny("ssm:GetParametersByPath", "Bool", "ssm:Recursive", "true"),
     lambda c, v: c.get_parameters_by_path(Path="/a", Recursive=v), True, False),
    ("iam", deny("iam:CreateServiceSpecificCredential", "StringNotEquals", "iam:ServiceSpecificCredentialServiceName", "codecommit.amazonaws.com"),
     lambda c, v: c.create_service_specific_credential(UserName=c.get_user()["User"]["UserName"], ServiceName=v), "cassandra.amazonaws.com", "codecommit.amazonaws.com"),
])
def test_keys_of_the_models(account, service, denied, call, wrong, right):
    _, keys = user_with(account, EVERYTHING, denied)
    region = "eu-west-1" if "LocationConstraint" in str(denied) else "us-east-1"
    client = account.client(service, credentials=keys, region=region)
    code = "AccessDeniedException" if service == "ssm" else "AccessDenied"
    assert "with an explicit deny in an identity-based policy" in fails(code, call, client, wrong)
    call(client, right)


def test_keys_and_tags_of_projects(account):
    iam = account.client("iam")
    trust = policy({"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="build", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    _, keys = user_with(account, EVERYTHING,
                        deny("codebuild:CreateProject", "StringNotLike", "codebuild:environment.image", "aws/codebuild/*"),
                        deny("codebuild:*", "StringEquals", "aws:ResourceTag/team", "red"))
    mine, theirs = account.client("codebuild", credentials=keys), account.client("codebuild")
    outside = dict(PROJECT, environment=dict(PROJECT["environment"], image="docker.io/library/debian:12"))
    fails("AccessDeniedException", mine.create_project, name="mine", serviceRole=role, **outside)
    mine.create_project(name="mine", serviceRole=role, **PROJECT)
    theirs.create_project(name="theirs", serviceRole=role, tags=[{"key": "team", "value": "red"}], **PROJECT)
    mine.batch_get_projects(names=["mine"])
    fails("AccessDeniedException", mine.delete_project, name="theirs")
    theirs.delete_project(name="theirs")


def test_iam_is_asked_in_one_region(account):
    """IAM User Guide, aws:RequestedRegion: services with one endpoint are in us-east-1, also for a client that signs for another region."""
    _, keys = user_with(account, {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}})
    account.client("sqs", region="eu-west-1", credentials=keys).list_queues()
    fails("AccessDenied", account.client("iam", region="eu-west-1", credentials=keys).list_users)
    fails("AccessDeniedException", account.client("organizations", region="eu-west-1", credentials=keys).describe_organization)
