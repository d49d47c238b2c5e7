"""What people have: passwords, second factors, SSH keys, identity providers."""
import base64
import hashlib
import hmac
import json
import struct

import pytest
from expect import aws_error

KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7ZQ== someone@somewhere"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def now_of(server):
    import datetime
    return datetime.datetime.fromisoformat(server.admin("GET", "health")["time"].replace("Z", "+00:00")).timestamp()


class Device:
    """An authenticator app (RFC 6238) that goes by the server's clock."""

    def __init__(self, server, seed):
        self.server, self.secret = server, base64.b32decode(seed)

    def code(self, ahead=0):
        digest = hmac.new(self.secret, struct.pack(">Q", int(now_of(self.server)) // 30 + ahead), hashlib.sha1).digest()
        at = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


@pytest.fixture
def iam(account):
    return account.client("iam")


def make_user(account, name, *statements):
    iam = account.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    return iam.create_access_key(UserName=name)["AccessKey"]


def make_device(account, server, user, name="phone"):
    iam = account.client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    device = Device(server, made["Base32StringSeed"])
    iam.enable_mfa_device(UserName=user, SerialNumber=made["SerialNumber"], AuthenticationCode1=device.code(), AuthenticationCode2=device.code(1))
    return made["SerialNumber"], device


def test_login_profiles(account, iam):
    keys = make_user(account, "u", {"Effect": "Allow", "Action": "iam:ChangePassword", "Resource": "*"})
    with aws_error("NoSuchEntity", "Login Profile for User u cannot be found.", 404):
        iam.get_login_profile(UserName="u")
    with aws_error("PasswordPolicyViolation", "Password should have a minimum length of 8"):
        iam.create_login_profile(UserName="u", Password="Short1")
    made = iam.create_login_profile(UserName="u", Password="Passw0rd", PasswordResetRequired=True)["LoginProfile"]
    assert made["UserName"] == "u" and made["PasswordResetRequired"] is True
    with aws_error("EntityAlreadyExists", "Login Profile for user u already exists.", 409):
        iam.create_login_profile(UserName="u", Password="Passw0rd")
    mine = account.client("iam", credentials=keys)
    with aws_error("AccessDenied", "The old password was incorrect."):
        mine.change_password(OldPassword="nonsense", NewPassword="Passw0rd2")
    mine.change_password(OldPassword="Passw0rd", NewPassword="Passw0rd2")
    assert iam.get_login_profile(UserName="u")["LoginProfile"]["PasswordResetRequired"] is False
    iam.delete_access_key(UserName="u", AccessKeyId=keys["AccessKeyId"])
    iam.delete_user_policy(UserName="u", PolicyName="p")
    with aws_error("DeleteConflict", "Cannot delete entity, must delete login profile first."):
        iam.delete_user(UserName="u")
    iam.delete_login_profile(UserName="u")
    iam.delete_user(UserName="u")


def test_the_password_policy(account, iam):
    with aws_error("NoSuchEntity", f"The Password Policy with domain name {account.id} cannot be found."):
        iam.get_account_password_policy()
    iam.update_account_password_policy(MinimumPasswordLength=12, RequireSymbols=True, MaxPasswordAge=90, PasswordReusePrevention=2,
                                       AllowUsersToChangePassword=True)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["ExpirePasswords"], policy["RequireNumbers"]) == (12, True, False)
    keys = make_user(account, "u")
    with aws_error("PasswordPolicyViolation", "Password should have at least one symbol"):
        iam.create_login_profile(UserName="u", Password="abcdefghijkl")
    iam.create_login_profile(UserName="u", Password="abcdefghijk!")
    # The policy lets every user change its own.
    mine = account.client("iam", credentials=keys)
    with aws_error("PasswordPolicyViolation"):
        mine.change_password(OldPassword="abcdefghijk!", NewPassword="abcdefghijk!")
    mine.change_password(OldPassword="abcdefghijk!", NewPassword="abcdefghijk?")
    iam.delete_account_password_policy()
    with aws_error("NoSuchEntity"):
        iam.delete_account_password_policy()


def test_second_factors(account, server, iam):
    make_user(account, "u")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Tags=[{"Key": "k", "Value": "v"}])["VirtualMFADevice"]
    serial = made["SerialNumber"]
    assert serial == f"arn:aws:iam::{account.id}:mfa/phone"
    with aws_error("EntityAlreadyExists"):
        iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    device = Device(server, made["Base32StringSeed"])
    with aws_error("InvalidAuthenticationCode", "Authentication code for device is not valid.", 403):
        iam.enable_mfa_device(UserName="u", SerialNumber=serial, AuthenticationCode1=device.code(1), AuthenticationCode2=device.code())
    assert [d["SerialNumber"] for d in iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"]] == [serial]
    iam.enable_mfa_device(UserName="u", SerialNumber=serial, AuthenticationCode1=device.code(), AuthenticationCode2=device.code(1))
    assert [d["SerialNumber"] for d in iam.list_mfa_devices(UserName="u")["MFADevices"]] == [serial]
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"][0]["User"]["UserName"] == "u"
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [{"Key": "k", "Value": "v"}]
    with aws_error("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first."):
        iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.deactivate_mfa_device(UserName="u", SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    with aws_error("NoSuchEntity", f"VirtualMFADevice with serial number {serial} doesn't exist."):
        iam.delete_virtual_mfa_device(SerialNumber=serial)


def test_a_role_that_wants_a_second_factor(own_account, own_server):
    account, server = own_account, own_server
    keys = make_user(account, "u", {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    serial, device = make_device(account, server, "u")
    role = account.client("iam").create_role(RoleName="guarded", AssumeRolePolicyDocument=document(
        {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole",
         "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}}))["Role"]["Arn"]
    sts = account.client("sts", credentials=keys)

    def assume(client=sts, **more):
        return client.assume_role(RoleArn=role, RoleSessionName="session", **more)

    with aws_error("AccessDenied"):
        assume()
    server.advance(90)
    with aws_error("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403):
        assume(SerialNumber=serial, TokenCode=f"{(int(device.code()) + 1) % 1000000:06d}")
    with aws_error("AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."):
        assume(SerialNumber=serial)
    with aws_error("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid "
                   "and associated with this user."):
        account.client("sts").assume_role(RoleArn=role, RoleSessionName="session", SerialNumber=serial, TokenCode=device.code())
    assume(SerialNumber=serial, TokenCode=device.code())
    # A code counts once.
    with aws_error("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "):
        assume(SerialNumber=serial, TokenCode=device.code())


def test_sessions_with_a_second_factor(own_account, own_server):
    """They may call IAM, and policies see how long ago the code was."""
    account, server = own_account, own_server
    fresh = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "600"}}
    keys = make_user(account, "u", {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*", "Condition": fresh})
    serial, device = make_device(account, server, "u")
    with aws_error("AccessDenied"):
        account.client("iam", credentials=keys).list_roles()
    server.advance(90)
    token = account.client("sts", credentials=keys).get_session_token(SerialNumber=serial, TokenCode=device.code())["Credentials"]
    iam = account.client("iam", credentials=token)
    iam.list_roles()
    server.advance(700)
    with aws_error("AccessDenied"):
        iam.list_roles()


def test_ssh_keys(account, iam):
    make_user(account, "u")
    made = iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=KEY)["SSHPublicKey"]
    assert made["SSHPublicKeyId"].startswith("APKA") and len(made["Fingerprint"]) == 47 and made["Status"] == "Active"
    with aws_error("DuplicateSSHPublicKey"):
        iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=KEY)
    with aws_error("InvalidPublicKey"):
        iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody="ssh-dss AAAA")
    iam.update_ssh_public_key(UserName="u", SSHPublicKeyId=made["SSHPublicKeyId"], Status="Inactive")
    assert iam.list_ssh_public_keys(UserName="u")["SSHPublicKeys"][0]["Status"] == "Inactive"
    assert iam.get_ssh_public_key(UserName="u", SSHPublicKeyId=made["SSHPublicKeyId"], Encoding="SSH")["SSHPublicKey"]["SSHPublicKeyBody"] == KEY
    iam.delete_ssh_public_key(UserName="u", SSHPublicKeyId=made["SSHPublicKeyId"])
    with aws_error("NoSuchEntity", f"The Public Key with id {made['SSHPublicKeyId']} cannot be found."):
        iam.delete_ssh_public_key(UserName="u", SSHPublicKeyId=made["SSHPublicKeyId"])


def test_openid_connect_providers(account, iam):
    arn = iam.create_open_id_connect_provider(Url="https://token.example.com/x", ClientIDList=["a"], ThumbprintList=["0" * 40],
                                              Tags=[{"Key": "k", "Value": "v"}])["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account.id}:oidc-provider/token.example.com/x"
    with aws_error("EntityAlreadyExists", "Provider with url https://token.example.com/x already exists."):
        iam.create_open_id_connect_provider(Url="https://token.example.com/x")
    with aws_error("ValidationError", "Invalid Open ID Connect Provider URL"):
        iam.create_open_id_connect_provider(Url="http://token.example.com")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="b")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="a")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["1" * 40])
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "l", "Value": "w"}])
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=["k"])
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["Url"], shown["ClientIDList"], shown["ThumbprintList"]) == ("token.example.com/x", ["b"], ["1" * 40])
    assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == [{"Key": "l", "Value": "w"}]
    assert [p["Arn"] for p in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]] == [arn]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    with aws_error("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}"):
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_saml_providers(account, iam):
    metadata = '<EntityDescriptor entityID="x"><X509Certificate>' + "A" * 1000 + "</X509Certificate></EntityDescriptor>"
    arn = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata)["SAMLProviderArn"]
    assert arn == f"arn:aws:iam::{account.id}:saml-provider/idp"
    with aws_error("InvalidInput", "Could not parse metadata"):
        iam.create_saml_provider(Name="other", SAMLMetadataDocument="x" * 1000)
    assert iam.get_saml_provider(SAMLProviderArn=arn)["SAMLMetadataDocument"] == metadata
    iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=metadata + " ")
    assert [p["Arn"] for p in iam.list_saml_providers()["SAMLProviderList"]] == [arn]
    iam.delete_saml_provider(SAMLProviderArn=arn)
    with aws_error("NoSuchEntity", f"SAMLProvider not found for arn {arn}"):
        iam.get_saml_provider(SAMLProviderArn=arn)


def test_tags_of_instance_profiles(iam):
    iam.create_instance_profile(InstanceProfileName="p")
    iam.tag_instance_profile(InstanceProfileName="p", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_instance_profile(InstanceProfileName="p", TagKeys=["a"])
    assert iam.list_instance_profile_tags(InstanceProfileName="p")["Tags"] == [{"Key": "b", "Value": "2"}]
