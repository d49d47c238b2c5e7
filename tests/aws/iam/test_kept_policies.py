"""How policies of resources are kept: accounts as ARNs of their root, and what is refused when they are put."""
import json

import pytest
from botocore.exceptions import ClientError


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(principal, action, **members):
    return {"Effect": "Allow", "Principal": principal, "Action": action, **members}


def refused(code, text, call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, text)


def test_an_account_is_kept_as_the_arn_of_its_root(account, other_account):
    """aws-cdk issue 9334; terraform-provider-aws pull request 3832."""
    root = {"AWS": f"arn:aws:iam::{other_account.id}:root"}
    digits = {"AWS": other_account.id}
    shown = {}
    iam, s3, kms, sqs = (account.client(name) for name in ("iam", "s3", "kms", "sqs"))

    iam.create_role(RoleName="r", AssumeRolePolicyDocument=document(allow(digits, "sts:AssumeRole")))
    shown["iam"] = iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
    bucket = f"kept-{account.id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=document(allow(digits, "s3:GetObject", Resource=f"arn:aws:s3:::{bucket}/*")))
    shown["s3"] = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    mine = allow({"AWS": account.id}, "kms:*", Resource="*")
    key = kms.create_key(Policy=document(allow(digits, "kms:Encrypt", Resource="*"), mine))["KeyMetadata"]["KeyId"]
    shown["kms"] = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    queue = sqs.create_queue(QueueName="q", Attributes={"Policy": document(allow(digits, "sqs:SendMessage", Resource="*"))})["QueueUrl"]
    shown["sqs"] = json.loads(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert {name: policy["Statement"][0]["Principal"] for name, policy in shown.items()} == dict.fromkeys(shown, root)


@pytest.mark.parametrize("principal", ["", "https://idp.example", "oidc.eks.us-east-1.amazonaws.com/id/X", "arn:aws:iam::123456789012:user/x"])
def test_federated_principals_of_a_trust_policy(account, principal):
    """terraform-aws-iam issue 202."""
    refused("MalformedPolicyDocument", "Federated principals must be valid domain names or SAML metadata ARNs", account.client("iam").create_role,
            RoleName="r", AssumeRolePolicyDocument=document(allow({"Federated": principal}, "sts:AssumeRoleWithWebIdentity")))


def test_a_role_trusts_domains_and_providers(account):
    iam = account.client("iam")
    for name, principal in enumerate(["cognito-identity.amazonaws.com", f"arn:aws:iam::{account.id}:oidc-provider/x.example/y",
                                      f"arn:aws:iam::{account.id}:saml-provider/x"]):
        iam.create_role(RoleName=f"r{name}", AssumeRolePolicyDocument=document(allow({"Federated": principal}, "sts:AssumeRoleWithWebIdentity")))


def test_a_repository_names_who_exists(account):
    """terraform-provider-aws issue 39064."""
    ecr = account.client("ecr")
    ecr.create_repository(repositoryName="repo")
    refused("InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
            ecr.set_repository_policy, repositoryName="repo",
            policyText=document(allow({"AWS": f"arn:aws:iam::{account.id}:role/nobody"}, "ecr:BatchGetImage")))


def test_a_queue_policy_is_about_queues(account):
    sqs = account.client("sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    refused("InvalidAttributeValue", "Invalid value for the parameter Policy.", sqs.set_queue_attributes, QueueUrl=queue,
            Attributes={"Policy": document(allow("*", ["sqs:SendMessage", "s3:GetObject"], Resource="*"))})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document(allow("*", ["SQS:SendMessage", "*"], Resource="*"))})


def test_a_key_policy_has_32_kilobytes(account):
    kms = account.client("kms")
    root = allow({"AWS": account.id}, "kms:*", Resource="*")
    long = {**root, "Sid": "x" * 33_000}
    with pytest.raises(ClientError) as raised:
        kms.create_key(Policy=document(root, long))
    assert raised.value.response["Error"]["Code"] == "LimitExceededException"


def test_who_was_deleted_cannot_be_named_again(account):
    """IAM User Guide, Principal element: the id that is shown for a deleted role must be taken out (terraform users meet it as AROA…)."""
    iam, s3, kms = (account.client(name) for name in ("iam", "s3", "kms"))
    mine = document(allow({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole"))
    gone = iam.create_role(RoleName="gone", AssumeRolePolicyDocument=mine)["Role"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=document(allow({"AWS": gone["Arn"]}, "sts:AssumeRole")))
    iam.update_assume_role_policy(RoleName="r", PolicyDocument=document(allow({"AWS": gone["RoleId"]}, "sts:AssumeRole")))
    iam.delete_role(RoleName="gone")
    shown = iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Principal"] == {"AWS": gone["RoleId"]}
    refused("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{gone["RoleId"]}"', iam.update_assume_role_policy,
            RoleName="r", PolicyDocument=json.dumps(shown))
    bucket = f"lost-{account.id}"
    s3.create_bucket(Bucket=bucket)
    refused("MalformedPolicy", "Invalid principal in policy", s3.put_bucket_policy, Bucket=bucket,
            Policy=document(allow({"AWS": gone["RoleId"]}, "s3:GetObject", Resource=f"arn:aws:s3:::{bucket}/*")))
    refused("MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals.", kms.create_key,
            Policy=document(allow({"AWS": account.id}, "kms:*", Resource="*"), allow({"AWS": [gone["RoleId"]]}, "kms:Encrypt", Resource="*")))
