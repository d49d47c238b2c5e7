"""What tests of customer managed keys share: keys with policies, users with policies, and waiting for a grant to go."""
import json
import random
import time


def root(account):
    return {"AWS": f"arn:aws:iam::{account.id}:root"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions, resource="*", **condition):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def key_policy(account, *more):
    """Administration for the account, use for whom `more` says: IAM policies of the account give no use of the key."""
    admin = ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Get*", "kms:Disable*", "kms:Revoke*",
             "kms:Schedule*", "kms:Cancel*", "kms:Tag*"]
    return document({"Effect": "Allow", "Principal": root(account), "Action": admin, "Resource": "*"}, *more)


def make_key(account, *statements, region="us-east-1"):
    """The ARN of a new key; without statements its policy leaves all to IAM."""
    policy = {"Policy": key_policy(account, *statements)} if statements else {}
    return account.client("kms", region).create_key(**policy)["KeyMetadata"]["Arn"]


def make_user(account, *statements):
    """(ARN, credentials) of a new user with these statements as its policy."""
    iam, name = account.client("iam"), f"user-{random.randrange(10**12)}"
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    return arn, iam.create_access_key(UserName=name)["AccessKey"]


def set_user_policy(account, arn, *statements):
    account.client("iam").put_user_policy(UserName=arn.rsplit("/", 1)[1], PolicyName="p", PolicyDocument=document(*statements))


def grants_of(account, key):
    return account.client("kms", key.split(":")[3]).list_grants(KeyId=key)["Grants"]


def wait_for_grants(account, key, count):
    """Grants are retired by a job: soon after the call that ends their use."""
    end = time.monotonic() + 120
    while len(grants_of(account, key)) != count:
        assert time.monotonic() < end, grants_of(account, key)
        time.sleep(0.02)


def denied(who, action, resource, reason):
    """KMS's text, up to the sentence with the authorization id."""
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} because {reason} the {action} action"


NO_IDENTITY, NO_RESOURCE = "no identity-based policy allows", "no resource-based policy allows"
