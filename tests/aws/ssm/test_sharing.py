"""Parameters of the advanced tier, shared with other accounts by resource policies."""
import json

import pytest

from expect import fails
from signed import json_call

READ = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"]


def call(account, operation, **members):
    return json_call(account, "ssm", f"AmazonSSM.{operation}", **members)


def policy(principal, arn, action=READ):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": arn}]})


@pytest.fixture
def arn(account):
    account.client("ssm").put_parameter(Name="/db/host", Value="db.example", Type="String", Tier="Advanced")
    return account.client("ssm").get_parameter(Name="/db/host")["Parameter"]["ARN"]


def test_another_account_reads(account, other_account, arn):
    theirs = other_account.client("ssm")
    fails("AccessDeniedException", theirs.get_parameter, Name=arn)
    call(account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn))
    found = theirs.get_parameter(Name=arn)["Parameter"]
    assert (found["Name"], found["Value"], found["ARN"]) == ("/db/host", "db.example", arn)
    assert theirs.get_parameters(Names=[arn])["Parameters"][0]["Value"] == "db.example"
    assert theirs.get_parameter_history(Name=arn)["Parameters"][0]["Version"] == 1
    fails("ParameterNotFound", theirs.get_parameter, Name="/db/host")
    assert theirs.describe_parameters()["Parameters"] == []
    west = other_account.client("ssm", region="us-west-2")
    fails("ParameterNotFound", west.get_parameter, Name=arn)


def test_readers_can_do_no_more(account, other_account, arn):
    call(account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn, "ssm:*"))
    theirs = other_account.client("ssm")
    theirs.put_parameter(Name="/db/host", Value="own", Type="String")
    fails("ParameterNotFound", theirs.delete_parameter, Name=arn)
    fails("ParameterNotFound", theirs.label_parameter_version, Name=arn, Labels=["l"])
    fails("ResourceNotFoundException", call, other_account, "GetResourcePolicies", ResourceArn=arn)
    assert theirs.get_parameter(Name="/db/host")["Parameter"]["Value"] == "own"


def test_a_secret_one_needs_a_key_of_ones_own(account, other_account):
    ssm = account.client("ssm")
    ssm.put_parameter(Name="s", Value="secret", Type="SecureString", Tier="Advanced")
    arn = ssm.get_parameter(Name="s")["Parameter"]["ARN"]
    fails("ResourcePolicyInvalidParameterException", call, account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn))
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    ssm.put_parameter(Name="s", Value="secret", Type="SecureString", KeyId=key, Overwrite=True)
    call(account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn))
    theirs = other_account.client("ssm")
    fails("AccessDeniedException", theirs.get_parameter, Name=arn, WithDecryption=True)
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringEquals": {"kms:EncryptionContext:PARAMETER_ARN": arn}}}]}))
    assert theirs.get_parameter(Name=arn, WithDecryption=True)["Parameter"]["Value"] == "secret"


def test_an_explicit_deny(account, arn):
    user = account.client("iam").create_user(UserName="u")["User"]["Arn"]
    account.client("iam").attach_user_policy(UserName="u", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    keys = account.client("iam").create_access_key(UserName="u")["AccessKey"]
    denying = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": user}, "Action": "ssm:GetParameter", "Resource": arn}]})
    call(account, "PutResourcePolicy", ResourceArn=arn, Policy=denying)
    error = fails("AccessDeniedException", account.client("ssm", credentials=keys).get_parameter, Name="/db/host")
    assert "with an explicit deny in a resource-based policy" in str(error)
    shown = call(account, "GetResourcePolicies", ResourceArn=arn)["Policies"][0]["Policy"]
    assert json.loads(shown)["Statement"][0]["Principal"] == {"AWS": user}
    account.client("iam").delete_access_key(UserName="u", AccessKeyId=keys["AccessKeyId"])
    account.client("iam").detach_user_policy(UserName="u", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    account.client("iam").delete_user(UserName="u")
    shown = call(account, "GetResourcePolicies", ResourceArn=arn)["Policies"][0]["Policy"]
    assert json.loads(shown)["Statement"][0]["Principal"]["AWS"].startswith("AIDA")


def test_policies_of_a_parameter(account, other_account, arn):
    first = call(account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn))
    second = call(account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn, "ssm:GetParameter"))
    page = call(account, "GetResourcePolicies", ResourceArn=arn, MaxResults=1)
    assert [p["PolicyId"] for p in page["Policies"]] == [first["PolicyId"]]
    page = call(account, "GetResourcePolicies", ResourceArn=arn, MaxResults=1, NextToken=page["NextToken"])
    assert page["Policies"][0]["PolicyHash"] == second["PolicyHash"] and "NextToken" not in page
    fails("ResourcePolicyConflictException", call, account, "PutResourcePolicy", ResourceArn=arn, Policy=policy(other_account.id, arn),
          PolicyId=first["PolicyId"], PolicyHash=second["PolicyHash"])
    fails("ResourcePolicyNotFoundException", call, account, "DeleteResourcePolicy", ResourceArn=arn, PolicyId="none", PolicyHash="none")
    for made in first, second:
        call(account, "DeleteResourcePolicy", ResourceArn=arn, **made)
    assert call(account, "GetResourcePolicies", ResourceArn=arn)["Policies"] == []
    fails("AccessDeniedException", other_account.client("ssm").get_parameter, Name=arn)


def test_what_is_refused(account, other_account, arn):
    put = lambda **more: call(account, "PutResourcePolicy", **{"ResourceArn": arn, "Policy": policy(other_account.id, arn), **more})
    account.client("ssm").put_parameter(Name="plain", Value="v", Type="String")
    plain = account.client("ssm").get_parameter(Name="plain")["Parameter"]["ARN"]
    fails("ResourcePolicyInvalidParameterException", put, ResourceArn=plain)
    fails("ResourceNotFoundException", put, ResourceArn=arn + "s")
    fails("ResourcePolicyInvalidParameterException", put, ResourceArn=f"arn:aws:ssm:us-east-1:{account.id}:opsitemgroup/default")
    fails("MalformedResourcePolicyDocumentException", put, Policy="{}")
    fails("MalformedResourcePolicyDocumentException", put, Policy=policy(f"arn:aws:iam::{account.id}:user/none", arn))
    fails("ResourcePolicyLimitExceededException", put, Policy=policy(other_account.id, [arn] * 30))
    fails("ValidationException", account.client("ssm").put_parameter, Name="/db/host", Value="v", Overwrite=True, Tier="Standard")
