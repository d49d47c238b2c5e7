"""The rules of sessions, one row each, with the page of AWS's documentation that says so (https://docs.aws.amazon.com/ is left out)."""
import os
import sys

import pytest
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.dirname(__file__))
from test_sts import assume, document, make_role, make_user, statement, trust  # noqa: E402

ASSUME = "STS/latest/APIReference/API_AssumeRole.html"
SESSION_TOKEN = "STS/latest/APIReference/API_GetSessionToken.html"
FEDERATION = "STS/latest/APIReference/API_GetFederationToken.html"
IDENTITY = "STS/latest/APIReference/API_GetCallerIdentity.html"
KEY_INFO = "STS/latest/APIReference/API_GetAccessKeyInfo.html"
ROLES = "IAM/latest/UserGuide/id_roles_manage-assume.html"
CHAINING = "IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining"
TAGS = "IAM/latest/UserGuide/id_session-tags.html"
SOURCE_IDENTITY = "IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html"
EXTERNAL_ID = "IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
POLICIES = "IAM/latest/UserGuide/access_policies.html#policies_session"
COMPARISON = "IAM/latest/UserGuide/id_credentials_sts-comparison.html"
DISABLING = "IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html"

MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ANYTHING = document(statement(Action="*", Resource="*"))


class World:
    """A user with every permission, a role that trusts its account with everything, and sessions of each kind."""

    def __init__(self, account):
        self.account, self.sts = account, account.client("sts")
        may = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
        self.role = make_role(account, "r", trust(account.id, may), ANYTHING, MaxSessionDuration=7200)["Arn"]

    def session(self, **more):
        return assume(self.account, self.role, **more)["Credentials"]

    def root(self):
        return {"AccessKeyId": self.account.id, "SecretAccessKey": "test"}

    def as_(self, credentials, service="sts"):
        return self.account.client(service, credentials=credentials)

    def trusting(self, **condition):
        return make_role(self.account, "c", trust(self.account.id, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], **condition))["Arn"]


def tags(**pairs):
    return [{"Key": k, "Value": v} for k, v in pairs.items()]



OK = None
DENIED = "AccessDenied"
RULES = [
    # ---- how long
    ("a role's session lasts 15 minutes at least", ASSUME, lambda w: assume(w.account, w.role, DurationSeconds=899), "ValidationError"),
    ("and may last that", ASSUME, lambda w: assume(w.account, w.role, DurationSeconds=900), OK),
    ("up to what the role says", ASSUME, lambda w: assume(w.account, w.role, DurationSeconds=7200), OK),
    ("and no longer", ASSUME, lambda w: assume(w.account, w.role, DurationSeconds=7201), "ValidationError"),
    ("a chained one lasts an hour at most", CHAINING, lambda w: assume(w.account, w.role, w.session(), DurationSeconds=3601), "ValidationError"),
    ("a chained one may last that hour", CHAINING, lambda w: assume(w.account, w.role, w.session(), DurationSeconds=3600), OK),
    ("GetSessionToken: 15 minutes at least", SESSION_TOKEN, lambda w: w.sts.get_session_token(DurationSeconds=899), "ValidationError"),
    ("GetSessionToken: 36 hours at most", SESSION_TOKEN, lambda w: w.sts.get_session_token(DurationSeconds=129601), "ValidationError"),
    ("GetSessionToken: 36 hours", SESSION_TOKEN, lambda w: w.sts.get_session_token(DurationSeconds=129600), OK),
    ("GetFederationToken: 36 hours at most", FEDERATION, lambda w: w.sts.get_federation_token(Name="bob", DurationSeconds=129601), "ValidationError"),
    # ---- names
    ("a session's name has 2 characters at least", ASSUME, lambda w: assume(w.account, w.role, name="s"), "ValidationError"),
    ("64 at most", ASSUME, lambda w: assume(w.account, w.role, name="s" * 65), "ValidationError"),
    ("of letters, digits and =,.@-_", ASSUME, lambda w: assume(w.account, w.role, name="a=,.@-_+b"), OK),
    ("and no others", ASSUME, lambda w: assume(w.account, w.role, name="a/b"), "ValidationError"),
    ("a federated user's name has 32 characters at most", FEDERATION, lambda w: w.sts.get_federation_token(Name="b" * 33), "ValidationError"),
    # ---- who may call what
    ("root users assume no roles", ASSUME, lambda w: w.as_(w.root()).assume_role(RoleArn=w.role, RoleSessionName="ss"), DENIED),
    ("GetSessionToken is for long-term keys", COMPARISON, lambda w: w.as_(w.session()).get_session_token(), DENIED),
    ("GetFederationToken too", COMPARISON, lambda w: w.as_(w.session()).get_federation_token(Name="bob"), DENIED),
    ("a user's session may assume roles", SESSION_TOKEN,
     lambda w: assume(w.account, w.role, w.sts.get_session_token()["Credentials"]), OK),
    ("and ask who it is", SESSION_TOKEN, lambda w: w.as_(w.sts.get_session_token()["Credentials"]).get_caller_identity(), OK),
    ("and nothing else of STS", SESSION_TOKEN,
     lambda w: w.as_(w.sts.get_session_token()["Credentials"]).get_access_key_info(AccessKeyId="AKIAAAAAAAAAAAAAAAAA"), DENIED),
    ("nor of IAM without a second factor", SESSION_TOKEN,
     lambda w: w.as_(w.sts.get_session_token()["Credentials"], "iam").list_users(), "InvalidClientTokenId"),
    ("a federated user asks who it is", FEDERATION,
     lambda w: w.as_(w.sts.get_federation_token(Name="bob", Policy=ANYTHING)["Credentials"]).get_caller_identity(), OK),
    ("and calls nothing of IAM", FEDERATION,
     lambda w: w.as_(w.sts.get_federation_token(Name="bob", Policy=ANYTHING)["Credentials"], "iam").list_users(), "InvalidClientTokenId"),
    ("it may do nothing without a session policy", FEDERATION,
     lambda w: w.as_(w.sts.get_federation_token(Name="bob")["Credentials"], "sqs").list_queues(), DENIED),
    ("and what both allow with one", FEDERATION,
     lambda w: w.as_(w.sts.get_federation_token(Name="bob", Policy=ANYTHING)["Credentials"], "sqs").list_queues(), OK),
    ("GetCallerIdentity needs no permission, not even against a deny", IDENTITY,
     lambda w: w.as_(make_user(w.account, "u", statement(Effect="Deny", Action="*", Resource="*"))).get_caller_identity(), OK),
    ("GetSessionToken neither", SESSION_TOKEN,
     lambda w: w.as_(make_user(w.account, "u", statement(Effect="Deny", Action="*", Resource="*"))).get_session_token(), OK),
    ("GetFederationToken does", FEDERATION, lambda w: w.as_(make_user(w.account, "u")).get_federation_token(Name="bob"), DENIED),
    ("GetAccessKeyInfo does", KEY_INFO,
     lambda w: w.as_(make_user(w.account, "u")).get_access_key_info(AccessKeyId=w.account.credentials["AccessKeyId"]), DENIED),
    # ---- trust policies' conditions
    ("the external id asked for must be given", EXTERNAL_ID,
     lambda w: assume(w.account, w.trusting(Condition={"StringEquals": {"sts:ExternalId": "12345"}})), DENIED),
    ("the same", EXTERNAL_ID,
     lambda w: assume(w.account, w.trusting(Condition={"StringEquals": {"sts:ExternalId": "12345"}}), ExternalId="12346"), DENIED),
    ("then it is enough", EXTERNAL_ID,
     lambda w: assume(w.account, w.trusting(Condition={"StringEquals": {"sts:ExternalId": "12345"}}), ExternalId="12345"), OK),
    ("it has 2 characters at least", EXTERNAL_ID, lambda w: assume(w.account, w.role, ExternalId="1"), "ValidationError"),
    ("and no spaces", EXTERNAL_ID, lambda w: assume(w.account, w.role, ExternalId="1 2"), "ValidationError"),
    ("a name may be asked for", ROLES,
     lambda w: assume(w.account, w.trusting(Condition={"StringEquals": {"sts:RoleSessionName": "me"}}), name="you"), DENIED),
    # ---- session policies
    ("session policies narrow", POLICIES,
     lambda w: w.as_(w.session(Policy=document(statement(Action="s3:*", Resource="*"))), "sqs").list_queues(), DENIED),
    ("managed ones too", POLICIES, lambda w: w.as_(w.session(PolicyArns=[{"arn": MANAGED}]), "sqs").create_queue(QueueName="q"), DENIED),
    ("ten of those at most", ASSUME, lambda w: w.session(PolicyArns=[{"arn": MANAGED}] * 11), "ValidationError"),
    ("that there are", ASSUME, lambda w: w.session(PolicyArns=[{"arn": MANAGED + "X"}]), "MalformedPolicyDocument"),
    ("they name no principal", ASSUME,
     lambda w: w.session(Policy=document(statement(Action="*", Resource="*", Principal="*"))), "MalformedPolicyDocument"),
    ("and have 2,048 characters at most", ASSUME,
     lambda w: w.session(Policy=document(statement(Action="*", Resource=["arn:aws:s3:::" + "x" * 2048]))), "PackedPolicyTooLarge"),
    # ---- session tags
    ("fifty tags at most", TAGS, lambda w: w.session(Tags=tags(**{f"k{n}": "v" for n in range(51)})), "ValidationError"),
    ("their keys have no case", TAGS, lambda w: w.session(Tags=tags(a="1", A="2")), "InvalidParameterValue"),
    ("aws: is AWS's own", TAGS, lambda w: w.session(Tags=[{"Key": "aws:x", "Value": "y"}]), "InvalidParameterValue"),
    ("what is transitive is among the tags", TAGS, lambda w: w.session(Tags=tags(a="1"), TransitiveTagKeys=["b"]), "InvalidParameterValue"),
    ("and can't be changed down the chain", TAGS,
     lambda w: assume(w.account, w.role, w.session(Tags=tags(a="1"), TransitiveTagKeys=["a"]), Tags=tags(a="2")), "InvalidParameterValue"),
    ("but goes along", TAGS,
     lambda w: assume(w.account, w.trusting(Condition={"StringEquals": {"aws:PrincipalTag/a": "1"}}),
                      w.session(Tags=tags(a="1"), TransitiveTagKeys=["a"])), OK),
    ("tags need sts:TagSession in the trust policy", TAGS,
     lambda w: assume(w.account, make_role(w.account, "c", trust(w.account.id))["Arn"], Tags=tags(a="1")), DENIED),
    # ---- source identity
    ("a source identity needs sts:SetSourceIdentity there", SOURCE_IDENTITY,
     lambda w: assume(w.account, make_role(w.account, "c", trust(w.account.id))["Arn"], SourceIdentity="me"), DENIED),
    ("it stays", SOURCE_IDENTITY, lambda w: assume(w.account, w.role, w.session(SourceIdentity="me"), SourceIdentity="you"), DENIED),
    ("the same may be said again", SOURCE_IDENTITY, lambda w: assume(w.account, w.role, w.session(SourceIdentity="me"), SourceIdentity="me"), OK),
    ("it has 2 characters at least", SOURCE_IDENTITY, lambda w: w.session(SourceIdentity="x"), "ValidationError"),
    # ---- second factors
    ("both the device and its code", ASSUME,
     lambda w: w.session(SerialNumber=f"arn:aws:iam::{w.account.id}:mfa/x"), DENIED),
    ("of a device that is the caller's", ASSUME,
     lambda w: w.session(SerialNumber=f"arn:aws:iam::{w.account.id}:mfa/x", TokenCode="123456"), DENIED),
    ("six digits", ASSUME, lambda w: w.session(SerialNumber=f"arn:aws:iam::{w.account.id}:mfa/x", TokenCode="12345"), "ValidationError"),
    # ---- the end
    ("sessions end by aws:TokenIssueTime", DISABLING,
     lambda w: (token := w.session(), w.account.client("iam").put_role_policy(RoleName="r", PolicyName="older", PolicyDocument=document(
         statement(Effect="Deny", Action="*", Resource="*", Condition={"DateLessThan": {"aws:TokenIssueTime": "2100-01-01T00:00:00Z"}}))),
                w.as_(token, "sqs").list_queues()), DENIED),
]


@pytest.mark.parametrize("rule, page, call, code", RULES, ids=[f"{n:02}-{r[0]}" for n, r in enumerate(RULES)])
def test_rule(account, rule, page, call, code):
    world = World(account)
    if code is OK:
        call(world)
        return
    with pytest.raises(ClientError) as refused:
        call(world)
    assert refused.value.response["Error"]["Code"] == code, f"{rule} ({page}): {refused.value}"
