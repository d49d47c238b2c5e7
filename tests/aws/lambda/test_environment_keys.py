"""Environment variables under customer managed keys: what Lambda asks of KMS, as whom, and what comes of a deny."""
import json

import pytest
from botocore.exceptions import ClientError
from customer_keys import (NO_IDENTITY, NO_RESOURCE, allow, denied, grants_of, key_policy, make_key, make_user, root, set_user_policy,
                           wait_for_grants)
from expect import fails
from functions import make_function, make_role
from stacks import delete, deploy

CODE = "import os\ndef handler(event, context):\n    return os.environ.get('SECRET')\n"
SECRET = {"Variables": {"SECRET": "s"}}


def message_of(code, status, call, *args, **kwargs):
    """Calls, expects the error, and gives its text up to the sentence with the authorization id."""
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), caught.value
    return answer["Error"]["Message"].split(". Go to https://")[0]


def invoke(aws, name="f"):
    return json.loads(aws.client("lambda").invoke(FunctionName=name)["Payload"].read())


def restart(aws):
    """Ends the running instances: the next invocation starts one, which opens the environment anew."""
    aws.client("lambda").update_function_configuration(FunctionName="f", Description=f"{id(object())}")


def statement(principal, *actions, **condition):
    return {**allow(*actions, **condition), "Principal": principal}


class As:
    """An account's client factory with other credentials."""

    def __init__(self, account, credentials):
        self.account, self.credentials = account, credentials

    def client(self, service):
        return self.account.client(service, credentials=self.credentials)


def test_setting_asks_to_encrypt_and_for_a_grant_to_the_role(account):
    key, role = make_key(account), make_role(account)
    may = [allow("lambda:*"), allow("iam:PassRole")]
    user, credentials = make_user(account, *may)
    mine = As(account, credentials)
    def create():
        return make_function(mine, CODE, role=role, Environment=SECRET, KMSKeyArn=key)
    def refused(doing, action, who=user):
        return (f"Lambda was unable to {doing} your environment variables because the KMS access was denied. Please check your KMS "
                f"permissions. KMS Exception: AccessDeniedException KMS Message: {denied(who, action, key, NO_IDENTITY)}")
    assert message_of("InvalidParameterValueException", 400, create) == refused("encrypt", "kms:Encrypt")
    set_user_policy(account, user, *may, allow("kms:Encrypt"))
    assert message_of("InvalidParameterValueException", 400, create) == refused("configure access to", "kms:CreateGrant")
    fails("ResourceNotFoundException", account.client("lambda").get_function, FunctionName="f")
    assert grants_of(account, key) == []
    arn = f"arn:aws:lambda:us-east-1:{account.id}:function:f"
    set_user_policy(account, user, *may, allow("kms:Encrypt", StringEquals={"kms:EncryptionContext:aws:lambda:FunctionArn": arn}), allow(
        "kms:CreateGrant", Bool={"kms:GrantIsForAWSResource": "true"},
        StringEquals={"kms:ViaService": "lambda.us-east-1.amazonaws.com", "kms:GrantConstraintType": "EncryptionContextEquals"}))
    made = create()
    # Who made it may not decrypt, so it does not see what it set; the function does, by the grant.
    assert made["Environment"] == {"Error": {"ErrorCode": "AccessDeniedException", "Message": made["Environment"]["Error"]["Message"]}}
    assert made["Environment"]["Error"]["Message"].split(". Go to https://")[0] == refused("decrypt", "kms:Decrypt")
    assert made["KMSKeyArn"] == key and invoke(account) == "s"
    [grant] = grants_of(account, key)
    session = f"arn:aws:sts::{account.id}:assumed-role/function-role/f_"
    assert (grant["Name"], grant["GranteePrincipal"], grant["RetiringPrincipal"]) == ("f", session, session)
    assert sorted(grant["Operations"]) == ["Decrypt", "RetireGrant"]
    assert grant["Constraints"] == {"EncryptionContextEquals": {"aws:lambda:FunctionArn": arn}}


def test_who_looks_sees_the_variables_when_kms_lets_it(account):
    key = make_key(account)
    make_function(account, CODE, Environment=SECRET, KMSKeyArn=key)
    user, credentials = make_user(account, allow("lambda:*"))
    mine, admin = account.client("lambda", credentials=credentials), account.client("lambda")
    def looks(client):
        yield client.get_function_configuration(FunctionName="f")
        yield client.get_function(FunctionName="f")["Configuration"]
        yield client.list_functions()["Functions"][0]
        yield client.list_versions_by_function(FunctionName="f")["Versions"][0]
        yield client.publish_version(FunctionName="f")
    text = ("Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions. "
            f"KMS Exception: AccessDeniedException KMS Message: {denied(user, 'kms:Decrypt', key, NO_IDENTITY)}")
    for shown in looks(mine):
        assert list(shown["Environment"]) == ["Error"] and shown["Environment"]["Error"]["ErrorCode"] == "AccessDeniedException"
        assert shown["Environment"]["Error"]["Message"].split(". Go to https://")[0] == text
    for shown in looks(admin):
        assert shown["Environment"] == SECRET
    # Changing something else needs no key; taking the variables to another key needs the old one.
    assert "Error" in mine.update_function_configuration(FunctionName="f", Timeout=9)["Environment"]
    assert message_of("InvalidParameterValueException", 400, mine.update_function_configuration, FunctionName="f", KMSKeyArn="") == text


def test_instances_open_the_environment_as_the_role(account):
    kms, arn = account.client("kms"), f"arn:aws:lambda:us-east-1:{account.id}:function:f"
    admin = account.client("sts").get_caller_identity()["Arn"]
    use = statement({"AWS": admin}, "kms:Encrypt", "kms:Decrypt", "kms:CreateGrant")
    key = make_key(account, use)
    role = make_role(account)
    make_function(account, CODE, role=role, Environment=SECRET, KMSKeyArn=key)
    assert invoke(account) == "s"
    [grant] = grants_of(account, key)
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    assert invoke(account) == "s"  # by the instance that has it open
    restart(account)
    session = f"arn:aws:sts::{account.id}:assumed-role/function-role/f_"
    head = "Lambda was unable to decrypt the environment variables because "
    check = ". Please check the function's KMS key settings. KMS Exception: "
    client = account.client("lambda")
    assert message_of("KMSAccessDeniedException", 502, client.invoke, FunctionName="f") == \
        f"{head}KMS access was denied{check}AccessDeniedExceptionKMS Message: {denied(session, 'kms:Decrypt', key, NO_RESOURCE)}"
    # A key policy can stand in for the grant, for calls through Lambda for this function alone.
    through = {"kms:ViaService": "lambda.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:lambda:FunctionArn": arn}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(
        account, use, statement({"AWS": role}, "kms:Decrypt", StringEquals=through)))
    assert invoke(account) == "s"
    restart(account)
    kms.disable_key(KeyId=key)
    assert message_of("KMSDisabledException", 502, client.invoke, FunctionName="f") == \
        f"{head}the KMS key used is disabled{check}DisabledExceptionKMS Message: {key} is disabled."
    assert client.get_function_configuration(FunctionName="f")["Environment"]["Error"] == {
        "ErrorCode": "DisabledException", "Message": "Lambda was unable to decrypt your environment variables because the KMS key used is disabled. "
        f"Please check your KMS key settings. KMS Exception: DisabledException KMS Message: {key} is disabled."}
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert message_of("KMSInvalidStateException", 502, client.invoke, FunctionName="f") == \
        f"{head}the KMS key used is in an invalid state for Decrypt{check}KMSInvalidStateExceptionKMS Message: {key} is pending deletion."


def test_keys_that_cannot_be_used(account):
    kms, client, role = account.client("kms"), account.client("lambda"), make_role(account)
    key = make_key(account)
    kms.create_alias(AliasName="alias/env", TargetKeyId=key)
    def refused(key, doing, text):
        assert message_of("InvalidParameterValueException", 400, make_function, account, CODE, role=role, Environment=SECRET, KMSKeyArn=key) == \
            f"Lambda was unable to {doing} your environment variables because the KMS {text}"
    alias = f"arn:aws:kms:us-east-1:{account.id}:alias/env"
    refused(alias, "configure access to", "key is invalid for CreateGrant. Please check your KMS key settings. "
            "KMS Exception: InvalidArnException KMS Message: Key Aliases are not supported for this operation.")
    missing = f"arn:aws:kms:us-east-1:{account.id}:key/11111111-2222-3333-4444-555555555555"
    refused(missing, "encrypt", f"key is invalid for Encrypt. Please check your KMS key settings. KMS Exception: NotFoundException KMS Message: Key '{missing}' does not exist")
    kms.disable_key(KeyId=key)
    refused(key, "encrypt", f"key used is disabled. Please check your KMS key settings. KMS Exception: DisabledException KMS Message: {key} is disabled.")
    # Without variables the key is kept and not asked.
    make_function(account, CODE, role=role, KMSKeyArn=key)
    assert invoke(account) is None
    assert message_of("InvalidParameterValueException", 400, client.update_function_configuration, FunctionName="f", Environment=SECRET).startswith(
        "Lambda was unable to encrypt your environment variables because the KMS key used is disabled.")


def test_grants_follow_the_configuration(account):
    client, key, next_key = account.client("lambda"), make_key(account), make_key(account)
    make_function(account, CODE, Environment=SECRET, KMSKeyArn=key)
    first = grants_of(account, key)
    client.update_function_configuration(FunctionName="f", Environment=SECRET, Timeout=5)
    assert grants_of(account, key) == first  # the same name, role and function: the same grant
    second = make_role(account, "second-role")
    client.update_function_configuration(FunctionName="f", Role=second)
    wait_for_grants(account, key, 1)
    assert grants_of(account, key)[0]["GranteePrincipal"].endswith("/second-role/f_")
    version = client.publish_version(FunctionName="f")["Version"]
    client.update_function_configuration(FunctionName="f", KMSKeyArn=next_key)
    assert len(grants_of(account, key)) == len(grants_of(account, next_key)) == 1  # the version keeps its own
    assert invoke(account, f"f:{version}") == invoke(account) == "s"
    client.delete_function(FunctionName="f", Qualifier=version)
    wait_for_grants(account, key, 0)
    # A function that is deleted and made anew has a grant of its own at once.
    old = grants_of(account, next_key)[0]["GrantId"]
    client.delete_function(FunctionName="f")
    make_function(account, CODE, role=second, Environment=SECRET, KMSKeyArn=next_key)
    [grant] = grants_of(account, next_key)
    assert grant["GrantId"] != old and invoke(account) == "s"
    client.delete_function(FunctionName="f")
    wait_for_grants(account, next_key, 0)


def test_a_role_made_anew_is_not_the_one_of_the_grant(account):
    """What AWS's users meet when an execution role was deleted and made again: the function starts no more until it gets its role anew."""
    iam, key = account.client("iam"), make_key(account)
    role = make_role(account)
    make_function(account, CODE, role=role, Environment=SECRET, KMSKeyArn=key)
    old = iam.get_role(RoleName="function-role")["Role"]["RoleId"]
    iam.delete_role_policy(RoleName="function-role", PolicyName="p")
    iam.delete_role(RoleName="function-role")
    make_role(account)
    [grant] = grants_of(account, key)
    assert grant["GranteePrincipal"] == grant["RetiringPrincipal"] == f"{old}:f_"
    session = f"arn:aws:sts::{account.id}:assumed-role/function-role/f_"
    assert denied(session, "kms:Decrypt", key, NO_IDENTITY) in message_of("KMSAccessDeniedException", 502, account.client("lambda").invoke, FunctionName="f")
    other = make_role(account, "other-role")
    for name in (other, role):  # there and back, as AWS's guide has it
        account.client("lambda").update_function_configuration(FunctionName="f", Role=name)
    assert invoke(account) == "s"
    assert session in [grant["GranteePrincipal"] for grant in grants_of(account, key)]


def test_another_accounts_key(account, other_account):
    key = make_key(other_account, statement(root(account), "kms:Encrypt", "kms:CreateGrant", "kms:Decrypt",
                                            StringEquals={"kms:ViaService": "lambda.us-east-1.amazonaws.com", "kms:CallerAccount": account.id}))
    make_function(account, CODE, Environment=SECRET, KMSKeyArn=key)  # its role may nothing of KMS but by the grant
    assert invoke(account) == "s"
    assert grants_of(other_account, key)[0]["IssuingAccount"] == root(account)["AWS"]
    closed = make_key(other_account, statement(root(other_account), "kms:Decrypt"))
    assert message_of("InvalidParameterValueException", 400, account.client("lambda").update_function_configuration, FunctionName="f",
                      KMSKeyArn=closed, Environment=SECRET).startswith("Lambda was unable to encrypt your environment variables because the KMS access was denied.")
    account.client("lambda").delete_function(FunctionName="f")
    wait_for_grants(other_account, key, 0)


def test_cloudformation_forwards_its_caller_through_lambda(account):
    key, role = make_key(account), make_role(account)
    deploy(account, "keys", {"F": {"Type": "AWS::Lambda::Function", "Properties": {
        "FunctionName": "f", "Runtime": "python3.12", "Handler": "index.handler", "Role": role, "Code": {"ZipFile": CODE},
        "Environment": SECRET, "KmsKeyArn": key}}})
    assert len(grants_of(account, key)) == 1 and invoke(account) == "s"
    delete(account, "keys")
    wait_for_grants(account, key, 0)
