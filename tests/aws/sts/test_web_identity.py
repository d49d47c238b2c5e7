"""AssumeRoleWithWebIdentity: tokens of registered issuers, and what is wrong with others."""
import datetime
import json
import os
import sys

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from expect import aws_error

sys.path.insert(0, os.path.dirname(__file__))
from oidc import Issuer, encode  # noqa: E402


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def issuer():
    made = Issuer("/realm")
    yield made
    made.stop()


@pytest.fixture
def now(server):
    return int(datetime.datetime.fromisoformat(server.admin("GET", "health")["time"].replace("Z", "+00:00")).timestamp())


@pytest.fixture
def sts(account):
    """Unsigned: the token is all there is."""
    return boto3.client("sts", region_name="us-east-1", endpoint_url=account.url, config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}))


@pytest.fixture
def role(account, issuer):
    iam = account.client("iam")
    provider = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["app"])["OpenIDConnectProviderArn"]
    assert provider == f"arn:aws:iam::{account.id}:oidc-provider/{issuer.name}"
    trust = document({"Effect": "Allow", "Principal": {"Federated": provider}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
                      "Condition": {"StringEquals": {f"{issuer.name}:aud": "app"}, "StringLike": {f"{issuer.name}:sub": "repo:*"}}})
    iam.put_role_policy(RoleName=iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)["Role"]["RoleName"], PolicyName="p",
                        PolicyDocument=document({"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}))
    return f"arn:aws:iam::{account.id}:role/web"


def assume(sts, role, token, **more):
    return sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="web-session", WebIdentityToken=token, **more)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_becomes_a_session(account, sts, role, issuer, now, algorithm):
    token = issuer.sign({"sub": "repo:x", "aud": "app", "iat": now, "exp": now + 600}, algorithm)
    made = assume(sts, role, token, DurationSeconds=900)
    assert made["SubjectFromWebIdentityToken"] == "repo:x" and made["Audience"] == "app"
    assert made["Provider"] == f"arn:aws:iam::{account.id}:oidc-provider/{issuer.name}"
    assert made["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/web/web-session"
    iam = account.client("iam", credentials=made["Credentials"])
    iam.list_roles()
    with aws_error("AccessDenied"):
        iam.list_users()
    # The event history knows who came with the token, and where the session is from.
    event, = history(account, "AssumeRoleWithWebIdentity")
    assert event["userIdentity"] == {"type": "WebIdentityUser", "principalId": f"{made['Provider']}:app:repo:x", "userName": "repo:x",
                                     "identityProvider": made["Provider"]}
    assert token not in json.dumps(event) and event["requestParameters"]["roleArn"] == role
    listed, = history(account, "ListRoles")
    assert listed["userIdentity"]["sessionContext"]["webIdFederationData"]["federatedProvider"] == made["Provider"]


def history(account, name):
    found = account.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]
    return [json.loads(event["CloudTrailEvent"]) for event in found]


def test_session_tags_of_a_token(account, sts, role, issuer, now):
    account.client("iam").put_role_policy(RoleName="web", PolicyName="p", PolicyDocument=document(
        {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}))
    claims = {"sub": "repo:x", "aud": "app", "exp": now + 600}
    plain = assume(sts, role, issuer.sign(claims))["Credentials"]
    with aws_error("AccessDenied"):
        account.client("iam", credentials=plain).list_roles()
    blue = assume(sts, role, issuer.sign({**claims, "https://aws.amazon.com/tags": {"principal_tags": {"team": ["blue"]}}}))["Credentials"]
    account.client("iam", credentials=blue).list_roles()


def test_refused_tokens(account, sts, role, issuer, now):
    claims = {"sub": "repo:x", "aud": "app", "exp": now + 600}
    with aws_error("ExpiredTokenException", status=400):
        assume(sts, role, issuer.sign({**claims, "exp": now - 10}))
    with aws_error("InvalidIdentityToken", "Incorrect token audience", 400):
        assume(sts, role, issuer.sign({**claims, "aud": "other"}))
    with aws_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403):
        assume(sts, role, issuer.sign({**claims, "sub": "user:x"}))
    with aws_error("InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://elsewhere.example"):
        assume(sts, role, issuer.sign({**claims, "iss": "https://elsewhere.example"}))
    with aws_error("InvalidIdentityToken"):
        assume(sts, role, "not.a-token")
    head, body, signature = issuer.sign(claims).split(".")
    forged = encode(json.dumps({"iss": issuer.url, **claims, "sub": "repo:other"}).encode())
    with aws_error("InvalidIdentityToken"):
        assume(sts, role, f"{head}.{forged}.{signature}")
    unsigned = encode(json.dumps({"alg": "none"}).encode())
    with aws_error("InvalidIdentityToken"):
        assume(sts, role, f"{unsigned}.{body}.{signature}")
    with aws_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        assume(sts, f"arn:aws:iam::{account.id}:role/absent", issuer.sign(claims))
    with aws_error("ValidationError"):
        assume(sts, role, issuer.sign(claims), DurationSeconds=7200)


def test_an_issuer_that_is_away(account, sts, now):
    away = Issuer()
    away.stop()
    iam = account.client("iam")
    provider = iam.create_open_id_connect_provider(Url=away.url, ClientIDList=["app"])["OpenIDConnectProviderArn"]
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=document(
        {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}))["Role"]["Arn"]
    other = Issuer()
    try:
        token = other.sign({"iss": away.url, "sub": "s", "aud": "app", "exp": now + 600})
    finally:
        other.stop()
    with aws_error("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider,  please reference "
                   "AssumeRoleWithWebIdentity documentation for requirements"):
        assume(sts, role, token)
