"""AssumeRoleWithSAML: signed responses of registered providers, and what is wrong with others."""
import base64
import datetime
import hashlib
import json
import os
import subprocess
import tempfile
import xml.etree.ElementTree

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from expect import aws_error

SAML, SAMLP, DS = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol", "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def canonical(text, prefix, space):
    """Python's own canonicalization of an element that declares its prefix further up."""
    name_end = min(text.index(" "), text.index(">"))
    return xml.etree.ElementTree.canonicalize(f'{text[:name_end]} xmlns:{prefix}="{space}"{text[name_end:]}').encode()


class Provider:
    """An identity provider with a key and a certificate."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.key, certificate = (os.path.join(self.folder.name, name) for name in ("key.pem", "certificate.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", certificate, "-subj", "/CN=idp",
                        "-days", "30"], check=True, stderr=subprocess.DEVNULL)
        with open(certificate) as pem:
            self.certificate = "".join(line for line in pem.read().splitlines(True) if "-----" not in line)
        self.metadata = (f'<?xml version="1.0"?>\n<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example">'
                         f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}"><md:KeyDescriptor use="signing"><KeyInfo xmlns="{DS}"><X509Data>'
                         f'<X509Certificate>\n{self.certificate}</X509Certificate></X509Data></KeyInfo></md:KeyDescriptor>'
                         f'</md:IDPSSODescriptor></md:EntityDescriptor>')

    def signature(self, id_, signed):
        digest = base64.b64encode(hashlib.sha256(signed).digest()).decode()
        info = (f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
                f'<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#{id_}"><ds:Transforms>'
                f'<ds:Transform Algorithm="{DS}enveloped-signature"/><ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>'
                f'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{digest}</ds:DigestValue>'
                f'</ds:Reference></ds:SignedInfo>')
        value = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=canonical(info, "ds", DS), stdout=subprocess.PIPE, check=True).stdout
        return f'<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>{base64.encodebytes(value).decode()}</ds:SignatureValue></ds:Signature>'

    def response(self, role, provider, now, valid=300, issuer="https://idp.example", name="ann@example.com", attributes=(), signed=True, audience="urn:amazon:webservices"):
        def at(seconds):
            return (now + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

        pairs = [("Role", f"{role}, {provider}"), ("RoleSessionName", name), *attributes]
        start = f"<saml:Assertion Version='2.0'   IssueInstant='{at(0)}' ID='a1'>\n  <saml:Issuer>{issuer}</saml:Issuer>"
        rest = (f'<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann &amp; co</saml:NameID>'
                f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{at(valid)}" '
                f'Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject><!-- a comment -->\n'
                f'<saml:Conditions NotBefore="{at(-60)}" NotOnOrAfter="{at(valid)}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>'
                f'</saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement>'
                + "".join(f'<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/{key}"><saml:AttributeValue>{value}</saml:AttributeValue>'
                          f'</saml:Attribute>' for key, value in pairs) + '</saml:AttributeStatement></saml:Assertion>')
        signature = self.signature("a1", canonical(start + rest, "saml", SAML)) if signed else ""
        return f'<samlp:Response xmlns:saml="{SAML}" xmlns:samlp="{SAMLP}" ID="r1" Version="2.0">{start}{signature}{rest}</samlp:Response>'


@pytest.fixture(scope="module")
def idp():
    return Provider()


@pytest.fixture
def now(server):
    return datetime.datetime.fromisoformat(server.admin("GET", "health")["time"].replace("Z", "+00:00"))


@pytest.fixture
def sts(account):
    return boto3.client("sts", region_name="us-east-1", endpoint_url=account.url, config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}))


@pytest.fixture
def provider(account, idp):
    return account.client("iam").create_saml_provider(Name="idp", SAMLMetadataDocument=idp.metadata)["SAMLProviderArn"]


@pytest.fixture
def role(account, provider):
    iam = account.client("iam")
    trust = document({"Effect": "Allow", "Principal": {"Federated": provider}, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                      "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml", "SAML:iss": "https://idp.example"}}})
    role = iam.create_role(RoleName="people", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="people", PolicyName="p", PolicyDocument=document(
        {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}))
    return role


def assume(sts, role, provider, response, **more):
    return sts.assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=base64.b64encode(response.encode()).decode(), **more)


def test_a_response_becomes_a_session(account, sts, idp, provider, role, now):
    made = assume(sts, role, provider, idp.response(role, provider, now))
    assert made["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/people/ann@example.com"
    assert (made["Subject"], made["SubjectType"], made["Issuer"]) == ("ann & co", "persistent", "https://idp.example")
    expected = base64.b64encode(hashlib.sha1(f"https://idp.example{account.id}/idp".encode()).digest()).decode()
    assert made["NameQualifier"] == expected and made["Audience"] == "https://signin.aws.amazon.com/saml"
    iam = account.client("iam", credentials=made["Credentials"])
    iam.list_roles()
    with aws_error("AccessDenied"):
        iam.list_users()
    found, = account.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "AssumeRoleWithSAML"}])["Events"]
    assert json.loads(found["CloudTrailEvent"])["userIdentity"] == {
        "type": "SAMLUser", "principalId": f"{expected}:ann & co", "userName": "ann & co", "identityProvider": expected}
    tagged = assume(sts, role, provider, idp.response(role, provider, now, attributes=[("PrincipalTag:team", "blue")]))
    account.client("iam", credentials=tagged["Credentials"]).list_users()


def test_refused_responses(account, sts, idp, provider, role, now):
    good = idp.response(role, provider, now)
    with aws_error("InvalidIdentityToken", "Response signature invalid", 400):
        assume(sts, role, provider, good.replace("ann@example.com", "bob@example.com"))
    with aws_error("InvalidIdentityToken", "Response signature invalid"):
        assume(sts, role, provider, idp.response(role, provider, now, signed=False))
    with aws_error("InvalidIdentityToken", "Response signature invalid"):
        assume(sts, role, provider, Provider().response(role, provider, now))
    # Another assertion in front of the signed one is not taken for it.
    start = good.index("<saml:Assertion")
    forged = idp.response(role, provider, now, name="eve@example.com", signed=False)
    inner = forged[forged.index("<saml:Assertion"):forged.index("</samlp:Response>")]
    with aws_error("InvalidIdentityToken", "Response signature invalid"):
        assume(sts, role, provider, good[:start] + inner + good[start:])
    with aws_error("InvalidIdentityToken", "Issuer not present in specified provider"):
        assume(sts, role, provider, idp.response(role, provider, now, issuer="https://other.example"))
    with aws_error("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance", 400):
        assume(sts, role, provider, idp.response(role, provider, now, valid=-10))
    with aws_error("InvalidIdentityToken"):
        assume(sts, role, provider, idp.response(role, provider, now, audience="https://elsewhere.example"))
    with aws_error("InvalidIdentityToken", "RoleSessionName is required in AuthnResponse"):
        assume(sts, role, provider, idp.response(role, provider, now, name="a b"))
    with aws_error("InvalidIdentityToken", "Specified provider doesn't exist"):
        assume(sts, role, provider + "x", good)
    other = account.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=document(
        {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}))["Role"]["Arn"]
    for response in (good, idp.response(other, provider, now)):
        with aws_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", 403):
            assume(sts, other, provider, response)
    with aws_error("InvalidIdentityToken"):
        assume(sts, role, provider, "<!DOCTYPE x [<!ENTITY e 'x'>]>" + good)
