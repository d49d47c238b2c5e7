"""KMS: keys, aliases, encryption, policies, grants, and what time does to keys."""
import json
import time

import pytest
from expect import fails

DAY = 24 * 3600


@pytest.fixture
def kms(account):
    return account.client("kms")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


def test_a_key_and_its_metadata(account, kms):
    key = kms.create_key(Description="d", Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]
    assert key["Arn"] == f"arn:aws:kms:us-east-1:{account.id}:key/{key['KeyId']}"
    assert (key["KeyState"], key["KeyManager"], key["KeySpec"]) == ("Enabled", "CUSTOMER", "SYMMETRIC_DEFAULT")
    for name in (key["KeyId"], key["Arn"]):
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["Arn"] == key["Arn"]
    assert kms.list_resource_tags(KeyId=key["KeyId"])["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
    assert {"KeyId": key["KeyId"], "KeyArn": key["Arn"]} in kms.list_keys()["Keys"]
    missing = "00000000-0000-0000-0000-000000000000"
    message = fails("NotFoundException", kms.describe_key, KeyId=missing)
    assert message == f"Key 'arn:aws:kms:us-east-1:{account.id}:key/{missing}' does not exist"
    assert fails("NotFoundException", kms.describe_key, KeyId="x") == "Invalid keyId 'x'"


def test_aliases(account, kms, key):
    kms.create_alias(AliasName="alias/one", TargetKeyId=key["KeyId"])
    assert kms.describe_key(KeyId="alias/one")["KeyMetadata"]["KeyId"] == key["KeyId"]
    arn = f"arn:aws:kms:us-east-1:{account.id}:alias/one"
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyId"] == key["KeyId"]
    message = fails("AlreadyExistsException", kms.create_alias, AliasName="alias/one", TargetKeyId=key["KeyId"])
    assert message == f"An alias with the name {arn} already exists"
    second = kms.create_key()["KeyMetadata"]
    kms.update_alias(AliasName="alias/one", TargetKeyId=second["KeyId"])
    assert [a["TargetKeyId"] for a in kms.list_aliases(KeyId=second["KeyId"])["Aliases"]] == [second["KeyId"]]
    kms.delete_alias(AliasName="alias/one")
    assert fails("NotFoundException", kms.describe_key, KeyId="alias/one") == f"Alias {arn} is not found."
    fails("NotAuthorizedException", kms.create_alias, AliasName="alias/aws/mine", TargetKeyId=key["KeyId"])


def test_encryption_is_bound_to_context_and_key(kms, key):
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"hello", EncryptionContext={"x": "y", "a": "b"})
    assert sealed["KeyId"] == key["Arn"] and b"hello" not in sealed["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"a": "b", "x": "y"})
    assert (opened["Plaintext"], opened["KeyId"]) == (b"hello", key["Arn"])
    fails("InvalidCiphertextException", kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"])
    fails("InvalidCiphertextException", kms.decrypt, CiphertextBlob=b"nonsense")
    other = kms.create_key()["KeyMetadata"]
    fails("IncorrectKeyException", kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"], KeyId=other["KeyId"],
          EncryptionContext={"x": "y", "a": "b"})
    moved = kms.re_encrypt(CiphertextBlob=sealed["CiphertextBlob"], SourceEncryptionContext={"x": "y", "a": "b"},
                           DestinationKeyId=other["KeyId"])
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], KeyId=other["Arn"])["Plaintext"] == b"hello"


def test_data_keys(kms, key):
    made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    assert len(made["Plaintext"]) == 32
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
    assert "Plaintext" not in kms.generate_data_key_without_plaintext(KeyId=key["KeyId"], NumberOfBytes=7)
    assert fails("ValidationException", kms.generate_data_key, KeyId=key["KeyId"]) == "Please specify either number of bytes or key spec."
    assert len(kms.generate_random(NumberOfBytes=20)["Plaintext"]) == 20


def test_states(kms, key):
    kms.disable_key(KeyId=key["KeyId"])
    assert fails("DisabledException", kms.encrypt, KeyId=key["KeyId"], Plaintext=b"a") == f"{key['Arn']} is disabled."
    kms.enable_key(KeyId=key["KeyId"])
    kms.encrypt(KeyId=key["KeyId"], Plaintext=b"a")
    answer = kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    assert answer["KeyState"] == "PendingDeletion"
    message = fails("KMSInvalidStateException", kms.encrypt, KeyId=key["KeyId"], Plaintext=b"a")
    assert message == f"{key['Arn']} is pending deletion."
    kms.cancel_key_deletion(KeyId=key["KeyId"])
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Disabled"


def test_time_deletes_and_rotates(own_server, own_account):
    kms = own_account.client("kms")
    key = kms.create_key()["KeyMetadata"]
    doomed = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/doomed", TargetKeyId=doomed["KeyId"])
    kms.schedule_key_deletion(KeyId=doomed["KeyId"], PendingWindowInDays=7)
    kms.enable_key_rotation(KeyId=key["KeyId"])
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"old")["CiphertextBlob"]
    own_server.advance(366 * DAY)
    # A job runs soon after its time, not at it.
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        gone = all(k["KeyId"] != doomed["KeyId"] for k in kms.list_keys()["Keys"])
        if gone:
            break
        time.sleep(0.01)
    assert gone
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"old"
    fails("NotFoundException", kms.describe_key, KeyId="alias/doomed")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal, action="kms:*", **more):
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*", **more}


def test_the_key_policy_decides(account, other_account, kms, key):
    theirs = other_account.client("kms")
    message = fails("AccessDeniedException", theirs.describe_key, KeyId=key["Arn"])
    assert f"is not authorized to perform: kms:DescribeKey on resource: {key['Arn']}" in message
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default",
                       Policy=policy(allow(account.id), allow(other_account.id, ["kms:Encrypt", "kms:DescribeKey"])))
    assert theirs.describe_key(KeyId=key["Arn"])["KeyMetadata"]["Arn"] == key["Arn"]
    sealed = theirs.encrypt(KeyId=key["Arn"], Plaintext=b"x")["CiphertextBlob"]
    fails("AccessDeniedException", theirs.decrypt, CiphertextBlob=sealed)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])["Statement"][0] == allow(f"arn:aws:iam::{account.id}:root")


def test_nobody_locks_himself_out(account, kms, key):
    message = fails("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key["KeyId"], PolicyName="default",
                    Policy=policy(allow("123456789012")))
    assert message == "The new key policy will not allow you to update the key policy in the future."
    fails("MalformedPolicyDocumentException", kms.create_key, Policy="{")


def test_the_managed_key_of_a_service_serves_that_service_alone(account, kms):
    account.client("ssm").put_parameter(Name="secret", Value="v", Type="SecureString")
    assert kms.describe_key(KeyId="alias/aws/ssm")["KeyMetadata"]["KeyManager"] == "AWS"
    message = fails("AccessDeniedException", kms.encrypt, KeyId="alias/aws/ssm", Plaintext=b"a")
    assert "because no resource-based policy allows the kms:Encrypt action. Go to https://" in message


def test_grants(account, other_account, kms, key):
    theirs = other_account.client("kms")
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", EncryptionContext={"team": "red"})["CiphertextBlob"]
    grant = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=f"arn:aws:iam::{other_account.id}:root", Operations=["Decrypt", "DescribeKey"],
                             Constraints={"EncryptionContextSubset": {"team": "red"}})
    assert theirs.decrypt(CiphertextBlob=sealed, EncryptionContext={"team": "red"})["Plaintext"] == b"x"
    theirs.describe_key(KeyId=key["Arn"])
    fails("AccessDeniedException", theirs.decrypt, CiphertextBlob=sealed, EncryptionContext={"team": "blue"})
    fails("AccessDeniedException", theirs.encrypt, KeyId=key["Arn"], Plaintext=b"x")
    assert [g["GrantId"] for g in kms.list_grants(KeyId=key["KeyId"])["Grants"]] == [grant["GrantId"]]
    kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
    fails("AccessDeniedException", theirs.describe_key, KeyId=key["Arn"])


def test_a_grant_alone_suffices_across_accounts(account, other_account, kms, key):
    """EC2 Auto Scaling User Guide, "Required AWS KMS key policy": a role without any permission of KMS uses another account's key by a grant."""
    iam = other_account.client("iam")
    arn = iam.create_user(UserName="u")["User"]["Arn"]
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    theirs = other_account.client("kms", credentials=keys)
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    fails("AccessDeniedException", theirs.decrypt, CiphertextBlob=sealed)
    grant = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=arn, RetiringPrincipal=arn, Operations=["Decrypt"])
    assert theirs.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    fails("AccessDeniedException", theirs.encrypt, KeyId=key["Arn"], Plaintext=b"x")
    # One to the account leaves it to the account's policies.
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=f"arn:aws:iam::{other_account.id}:root", Operations=["Encrypt"])
    fails("AccessDeniedException", theirs.encrypt, KeyId=key["Arn"], Plaintext=b"x")
    assert other_account.client("kms").encrypt(KeyId=key["Arn"], Plaintext=b"x")["KeyId"] == key["Arn"]
    theirs.retire_grant(GrantToken=grant["GrantToken"])
    fails("AccessDeniedException", theirs.decrypt, CiphertextBlob=sealed)


def test_grants_are_to_who_it_was_and_not_to_a_name(account, kms, key):
    """KMS keeps users, roles and sessions by unique id."""
    iam = account.client("iam")
    def user():
        made = iam.create_user(UserName="u", Path="/p/")["User"]
        return made, account.client("kms", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    missing = f"arn:aws:iam::{account.id}:user/p/u"
    assert fails("InvalidArnException", kms.create_grant, KeyId=key["KeyId"], GranteePrincipal=missing, Operations=["Decrypt"]) == \
        f"ARN does not refer to a valid principal: {missing}"
    session = f"arn:aws:sts::{account.id}:assumed-role/none/s"
    assert session in fails("InvalidArnException", kms.create_grant, KeyId=key["KeyId"], GranteePrincipal=session, Operations=["Decrypt"])
    first, theirs = user()
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=first["Arn"], Operations=["Encrypt"])
    theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.delete_access_key(UserName="u", AccessKeyId=iam.list_access_keys(UserName="u")["AccessKeyMetadata"][0]["AccessKeyId"])
    iam.delete_user(UserName="u")
    second, theirs = user()
    assert second["Arn"] == first["Arn"]
    fails("AccessDeniedException", theirs.encrypt, KeyId=key["KeyId"], Plaintext=b"x")
    assert [grant["GranteePrincipal"] for grant in kms.list_grants(KeyId=key["KeyId"])["Grants"]] == [first["UserId"]]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="r", Path="/p/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for grantee, names in ((f"arn:aws:sts::{account.id}:assumed-role/r/one", ["one"]), (role, ["one", "two"])):
        grant = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=grantee, Operations=["Encrypt"])["GrantId"]
        assert kms.list_grants(KeyId=key["KeyId"], GrantId=grant)["Grants"][0]["GranteePrincipal"] == grantee
        for name in ("one", "two"):
            sessions = account.client("kms", credentials=account.client("sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"])
            if name in names:
                sessions.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
            else:
                fails("AccessDeniedException", sessions.encrypt, KeyId=key["KeyId"], Plaintext=b"x")
        kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant)


def test_what_a_key_policy_cannot_give_to_other_accounts(account, other_account, kms, key):
    """KMS Developer Guide, "Allowing users in other accounts to use a KMS key"."""
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": [f"arn:aws:iam::{a.id}:root" for a in (account, other_account)]}, "Action": "kms:*", "Resource": "*"}]}
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=json.dumps(policy))
    theirs = other_account.client("kms")
    assert theirs.describe_key(KeyId=key["Arn"])["KeyMetadata"]["Arn"] == key["Arn"]
    theirs.get_key_rotation_status(KeyId=key["Arn"])
    theirs.list_grants(KeyId=key["Arn"])
    who = f"User: arn:aws:iam::{other_account.id}:user/admin is not authorized to perform: "
    for call, action in ((theirs.get_key_policy, "GetKeyPolicy"), (theirs.enable_key_rotation, "EnableKeyRotation"),
                         (theirs.disable_key, "DisableKey"), (theirs.schedule_key_deletion, "ScheduleKeyDeletion"),
                         (theirs.list_resource_tags, "ListResourceTags")):
        more = {"PolicyName": "default"} if action == "GetKeyPolicy" else {}
        message = fails("AccessDeniedException", call, KeyId=key["Arn"], **more)
        assert message.startswith(f"{who}kms:{action} on resource: {key['Arn']} because no resource-based policy allows the kms:{action} action")


def test_aliases_decide(account, kms, key):
    """kms:ResourceAliases has every alias of the key, whatever name the request uses."""
    iam = account.client("iam")
    iam.create_user(UserName="u")
    allowed = {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/a"}}}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    theirs = account.client("kms", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    fails("AccessDeniedException", theirs.encrypt, KeyId=key["KeyId"], Plaintext=b"x")
    for alias in ("alias/a", "alias/b"):
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    theirs.encrypt(KeyId="alias/b", Plaintext=b"x")
    kms.delete_alias(AliasName="alias/a")
    fails("AccessDeniedException", theirs.encrypt, KeyId="alias/b", Plaintext=b"x")


def test_grants_to_retire(account, other_account, kms, key):
    me = account.client("sts").get_caller_identity()["Arn"]
    others = f"arn:aws:iam::{other_account.id}:root"
    made = [kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=others, RetiringPrincipal=who, Operations=["Decrypt"])["GrantId"]
            for who in (me, me, others)]
    first = kms.list_retirable_grants(RetiringPrincipal=me, Limit=1)
    rest = kms.list_retirable_grants(RetiringPrincipal=me, Marker=first["NextMarker"])
    assert first["Truncated"] and not rest["Truncated"]
    assert {g["GrantId"] for g in first["Grants"] + rest["Grants"]} == set(made[:2])
    assert {g["KeyId"] for g in first["Grants"]} == {key["Arn"]}
    # Across accounts: by who retires, in the account that asks.
    assert other_account.client("kms").list_retirable_grants(RetiringPrincipal=others)["Grants"][0]["GrantId"] == made[2]


def test_what_is_not_served_says_so(kms):
    fails("NotImplemented", kms.create_key, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


def test_a_grant_passes_on_no_more_than_it_has(account, kms, key):
    """KMS Developer Guide, "Granting CreateGrant permission"."""
    iam = account.client("iam")
    arns, keys = {}, {}
    for name in "parent", "strict", "child":
        arns[name] = iam.create_user(UserName=name)["User"]["Arn"]
        keys[name] = iam.create_access_key(UserName=name)["AccessKey"]
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=arns["parent"], Operations=["Encrypt", "CreateGrant"],
                     Constraints={"EncryptionContextSubset": {"a": "b"}})
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=arns["strict"], Operations=["Encrypt", "CreateGrant"],
                     Constraints={"EncryptionContextEquals": {"a": "b"}})

    def pass_on(by, operations, **constraints):
        return account.client("kms", credentials=keys[by]).create_grant(
            KeyId=key["KeyId"], GranteePrincipal=arns["child"], Operations=operations, **({"Constraints": constraints} if constraints else {}))

    for by, operations, constraints in [
            ("parent", ["Encrypt"], {}), ("parent", ["Encrypt", "Decrypt"], {"EncryptionContextSubset": {"a": "b"}}),
            ("parent", ["Encrypt"], {"EncryptionContextSubset": {"a": "c"}}), ("strict", ["Encrypt"], {"EncryptionContextSubset": {"a": "b"}}),
            ("strict", ["Encrypt"], {"EncryptionContextEquals": {"a": "b", "c": "d"}})]:
        assert "kms:CreateGrant" in fails("AccessDeniedException", pass_on, by, operations, **constraints)
    pass_on("parent", ["Encrypt"], EncryptionContextSubset={"a": "b", "c": "d"})
    pass_on("strict", ["Encrypt"], EncryptionContextEquals={"a": "b"})
    child = account.client("kms", credentials=keys["child"])
    child.encrypt(KeyId=key["KeyId"], Plaintext=b"x", EncryptionContext={"a": "b"})
    fails("AccessDeniedException", child.encrypt, KeyId=key["KeyId"], Plaintext=b"x", EncryptionContext={"a": "c"})
