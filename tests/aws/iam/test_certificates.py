"""Server certificates of the account and signing certificates of users."""
import json
import subprocess

import pytest

from expect import fails, fails_with


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Two self-signed certificates with their keys."""
    folder = tmp_path_factory.mktemp("pairs")
    made = []
    for name in ("a", "b"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={name}.example",
                        "-keyout", folder / "key", "-out", folder / "certificate"], check=True, capture_output=True)
        made.append(((folder / "certificate").read_text(), (folder / "key").read_text()))
    return made


@pytest.fixture
def iam(account):
    return account.client("iam")


def test_server_certificates(account, iam, pairs):
    (body, key), (other, _) = pairs
    made = iam.upload_server_certificate(ServerCertificateName="web", Path="/cloudfront/", CertificateBody=body, PrivateKey=key,
                                         CertificateChain=other + body, Tags=[{"Key": "team", "Value": "a"}])
    told = made["ServerCertificateMetadata"]
    assert told["Arn"] == f"arn:aws:iam::{account.id}:server-certificate/cloudfront/web"
    assert told["ServerCertificateId"].startswith("ASCA") and told["Path"] == "/cloudfront/"
    days = (told["Expiration"] - told["UploadDate"]).total_seconds() / 86400
    assert 29 < days <= 31
    got = iam.get_server_certificate(ServerCertificateName="web")["ServerCertificate"]
    assert got["CertificateBody"] == body and got["CertificateChain"] == other + body and got["Tags"] == [{"Key": "team", "Value": "a"}]
    assert "PrivateKey" not in got
    assert [c["ServerCertificateName"] for c in iam.list_server_certificates(PathPrefix="/cloudfront/")["ServerCertificateMetadataList"]] == ["web"]
    assert iam.list_server_certificates(PathPrefix="/x/")["ServerCertificateMetadataList"] == []
    iam.update_server_certificate(ServerCertificateName="web", NewServerCertificateName="site", NewPath="/")
    assert fails("NoSuchEntity", iam.get_server_certificate, ServerCertificateName="web") == \
        "The Server Certificate with name web cannot be found."
    iam.tag_server_certificate(ServerCertificateName="site", Tags=[{"Key": "b", "Value": "c"}])
    iam.untag_server_certificate(ServerCertificateName="site", TagKeys=["team"])
    assert iam.list_server_certificate_tags(ServerCertificateName="site")["Tags"] == [{"Key": "b", "Value": "c"}]
    assert iam.get_account_summary()["SummaryMap"]["ServerCertificates"] == 1
    iam.delete_server_certificate(ServerCertificateName="site")
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []


def test_server_certificates_that_are_none(iam, pairs):
    (body, key), (_, other_key) = pairs
    good = {"ServerCertificateName": "web", "CertificateBody": body, "PrivateKey": key}
    upload = iam.upload_server_certificate
    assert fails_with(400, "MalformedCertificate", upload, **{**good, "CertificateBody": "no"})
    assert fails_with(400, "MalformedCertificate", upload, **{**good, "CertificateBody": body + body})
    assert fails_with(400, "MalformedCertificate", upload, **{**good, "CertificateChain": "no"})
    assert fails_with(400, "MalformedCertificate", upload, **{**good, "PrivateKey": "no"})
    assert fails_with(400, "KeyPairMismatch", upload, **{**good, "PrivateKey": other_key})
    upload(**good)
    assert fails_with(409, "EntityAlreadyExists", upload, **good)["Error"]["Message"] == \
        "The Server Certificate with name web already exists."
    for i in range(19):
        upload(**{**good, "ServerCertificateName": f"c{i}"})
    assert fails_with(409, "LimitExceeded", upload, **{**good, "ServerCertificateName": "more"})["Error"]["Message"] == \
        "Cannot exceed quota for ServerCertificatesPerAccount: 20"


def test_who_may_touch_a_server_certificate(account, iam, pairs):
    body, key = pairs[0]
    iam.upload_server_certificate(ServerCertificateName="web", CertificateBody=body, PrivateKey=key, Tags=[{"Key": "team", "Value": "a"}])
    arn = iam.create_user(UserName="u")["User"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "iam:*ServerCertificate", "Resource": f"arn:aws:iam::{account.id}:server-certificate/*",
               "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    theirs = account.client("iam", credentials=keys)
    theirs.get_server_certificate(ServerCertificateName="web")
    message = fails("AccessDenied", theirs.upload_server_certificate, ServerCertificateName="x", CertificateBody=body, PrivateKey=key)
    assert message.startswith(f"User: {arn} is not authorized to perform: iam:UploadServerCertificate on resource: "
                              f"arn:aws:iam::{account.id}:server-certificate/x because no identity-based policy allows")


def test_signing_certificates(account, iam, pairs):
    (body, _), (other, _) = pairs
    iam.create_user(UserName="u")
    made = iam.upload_signing_certificate(UserName="u", CertificateBody=body)["Certificate"]
    assert (made["UserName"], made["Status"], made["CertificateBody"], len(made["CertificateId"])) == ("u", "Active", body, 32)
    assert fails_with(409, "DuplicateCertificate", iam.upload_signing_certificate, UserName="u", CertificateBody=body)
    assert fails_with(400, "MalformedCertificate", iam.upload_signing_certificate, UserName="u", CertificateBody="no")
    iam.upload_signing_certificate(UserName="u", CertificateBody=other)
    iam.update_signing_certificate(UserName="u", CertificateId=made["CertificateId"], Status="Inactive")
    told = iam.list_signing_certificates(UserName="u")["Certificates"]
    assert sorted(c["Status"] for c in told) == ["Active", "Inactive"]
    iam.generate_credential_report()
    rows = iam.get_credential_report()["Content"].decode().splitlines()
    row = dict(zip(rows[0].split(","), next(r for r in rows if r.startswith("u,")).split(",")))
    assert (row["cert_1_active"], row["cert_2_active"]) == ("false", "true") and row["cert_1_last_rotated"] != "N/A"
    assert fails("DeleteConflict", iam.delete_user, UserName="u") == "Cannot delete entity, must delete signing certificates first."
    for one in told:
        iam.delete_signing_certificate(UserName="u", CertificateId=one["CertificateId"])
    assert fails("NoSuchEntity", iam.delete_signing_certificate, UserName="u", CertificateId=made["CertificateId"]) == \
        f"The Certificate with id {made['CertificateId']} cannot be found."
    iam.delete_user(UserName="u")


def test_an_expired_signing_certificate(own_account, own_server, pairs):
    iam = own_account.client("iam")
    iam.create_user(UserName="u")
    own_server.advance(40 * 86400)
    assert fails_with(400, "InvalidCertificate", iam.upload_signing_certificate, UserName="u", CertificateBody=pairs[0][0])


def test_the_version_of_tokens_of_the_global_endpoint(iam):
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 1
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2
    assert fails("ValidationError", iam.set_security_token_service_preferences, GlobalEndpointTokenVersion="v3")
