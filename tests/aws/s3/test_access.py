"""Who may do what: bucket policies, accounts, conditions, presigned URLs, unsigned requests, KMS."""
import datetime
import json
import urllib.error
import urllib.request

import pytest
from expect import fails, fails_with


def arn(bucket, key=None):
    return f"arn:aws:s3:::{bucket}" + (f"/{key}" if key is not None else "")


def statement(effect, principal, actions, resources, condition=None):
    made = {"Effect": effect, "Principal": principal, "Action": actions, "Resource": resources}
    return dict(made, Condition=condition) if condition else made


def put_policy(s3, bucket, *statements):
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def root(account):
    return {"AWS": f"arn:aws:iam::{account.id}:root"}


def get(url, method="GET", body=None, headers=None):
    """(status, headers, body) of a plain request."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_another_account_needs_the_policy(s3, bucket, other_account):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    theirs = other_account.client("s3")
    message = fails_with(403, "AccessDenied", theirs.get_object, Bucket=bucket, Key="k")["Error"]["Message"]
    assert "s3:GetObject" in message and arn(bucket, "k") in message and "no resource-based policy allows" in message
    fails_with(403, "403", theirs.head_bucket, Bucket=bucket)
    fails_with(403, "AccessDenied", theirs.list_objects_v2, Bucket=bucket)
    put_policy(s3, bucket, statement("Allow", root(other_account), "s3:GetObject", arn(bucket, "*")))
    assert theirs.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="k", Body=b"y")


def test_a_missing_key_is_told_to_those_who_may_list(s3, bucket, other_account):
    theirs = other_account.client("s3")
    put_policy(s3, bucket, statement("Allow", root(other_account), "s3:GetObject", arn(bucket, "*")))
    fails_with(403, "AccessDenied", theirs.get_object, Bucket=bucket, Key="none")
    fails_with(403, "403", theirs.head_object, Bucket=bucket, Key="none")
    put_policy(s3, bucket, statement("Allow", root(other_account), ["s3:GetObject", "s3:ListBucket"], [arn(bucket), arn(bucket, "*")]))
    fails_with(404, "NoSuchKey", theirs.get_object, Bucket=bucket, Key="none")
    fails_with(404, "404", theirs.head_object, Bucket=bucket, Key="none")


def test_an_explicit_deny_wins_over_the_owner(s3, bucket):
    s3.put_object(Bucket=bucket, Key="secret", Body=b"x")
    put_policy(s3, bucket, statement("Deny", "*", "s3:GetObject", arn(bucket, "secret")))
    message = fails("AccessDenied", s3.get_object, Bucket=bucket, Key="secret")
    assert "with an explicit deny in a resource-based policy" in message


def test_conditions(s3, bucket, other_account):
    theirs = other_account.client("s3")
    put_policy(s3, bucket,
               statement("Allow", root(other_account), "s3:ListBucket", arn(bucket), {"StringLike": {"s3:prefix": "public/*"}}),
               statement("Allow", root(other_account), "s3:PutObject", arn(bucket, "*"), {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}),
               statement("Deny", "*", "s3:*", [arn(bucket), arn(bucket, "*")], {"Bool": {"aws:SecureTransport": "false"}}))
    assert theirs.list_objects_v2(Bucket=bucket, Prefix="public/x")["KeyCount"] == 0
    fails("AccessDenied", theirs.list_objects_v2, Bucket=bucket, Prefix="private/")
    fails("AccessDenied", theirs.list_objects_v2, Bucket=bucket)
    theirs.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="AES256")
    fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="k", Body=b"x")


def test_tags_and_acls_need_their_own_permission(s3, bucket, other_account):
    theirs = other_account.client("s3")
    put_policy(s3, bucket, statement("Allow", root(other_account), "s3:PutObject", arn(bucket, "*")))
    theirs.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "s3:PutObjectTagging" in fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="k", Body=b"x", Tagging="a=b")
    assert "s3:PutObjectAcl" in fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="k", Body=b"x", ACL="bucket-owner-full-control")
    put_policy(s3, bucket, statement("Allow", root(other_account), ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging"], arn(bucket, "*")))
    theirs.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="bucket-owner-full-control", Tagging="a=b")


def test_delete_many_asks_for_each(s3, bucket, other_account):
    for key in "open", "shut":
        s3.put_object(Bucket=bucket, Key=key)
    put_policy(s3, bucket, statement("Allow", root(other_account), "s3:DeleteObject", arn(bucket, "open")))
    answer = other_account.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "open"}, {"Key": "shut"}]})
    assert [d["Key"] for d in answer["Deleted"]] == ["open"]
    assert [(e["Key"], e["Code"]) for e in answer["Errors"]] == [("shut", "AccessDenied")]


@pytest.mark.parametrize("actions, resource, text", [
    (["s3:GetObject"], "", "Action does not apply to any resource(s) in statement"),
    (["s3:ListBucket"], "/*", "Action does not apply to any resource(s) in statement"),
    (["ec2:RunInstances"], "/*", "Policy has invalid action")])
def test_statements_that_could_never_match(s3, bucket, account, actions, resource, text):
    policy = {"Version": "2012-10-17", "Statement": [statement("Allow", root(account), actions, arn(bucket) + resource)]}
    assert fails("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy=json.dumps(policy)) == text


@pytest.mark.parametrize("document, text", [  # texts: aws-cli issue 2779; versitygw issues 647 to 650, pull request 1156
    ("[]", "Policies must be valid JSON and the first byte must be '{'"),
    ("{", "This policy contains invalid Json"),
    ({"Action": "s3:NoSuchThing"}, "Policy has invalid action"),
    ({"Action": "s3:NoSuch*"}, "Policy has invalid action"),
    ({"Resource": None}, "Missing required field Resource"),
    ({"Condition": {"StringEquals": {"s3:nosuchkey": "x"}}}, "Policy has an invalid condition key"),
    ({"Condition": {"StringEquals": {"s3:Prefix": "x"}}}, "Conditions do not apply to combination of actions and resources in statement")])
def test_bucket_policies_that_are_refused(s3, bucket, account, document, text):
    if isinstance(document, dict):
        members = {**statement("Allow", root(account), "s3:GetObject", arn(bucket, "*")), **document}
        document = json.dumps({"Version": "2012-10-17", "Statement": {k: v for k, v in members.items() if v is not None}})
    assert fails("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy=document) == text


def test_bucket_policies_with_keys_of_all_kinds(s3, bucket, account):
    put_policy(s3, bucket, {**statement("Allow", root(account), ["s3:Get*", "s3:*"], [arn(bucket), arn(bucket, "*")]), "Condition": {"StringEquals": {
        "s3:x-amz-acl": "private", "s3:ExistingObjectTag/a": "b", "aws:PrincipalTag/x": "y", "saml:aud": "z", "S3:Prefix": ""}}})


def test_public_objects_are_read_unsigned(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"public")
    url = f"{s3.meta.endpoint_url}/{bucket}/k"
    assert get(url)[0] == 403
    s3.delete_public_access_block(Bucket=bucket)
    put_policy(s3, bucket, statement("Allow", "*", "s3:GetObject", arn(bucket, "*")))
    status, headers, body = get(url)
    assert (status, body) == (200, b"public")
    assert get(url, "HEAD")[0] == 200
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert get(url)[0] == 403


# ---- presigned URLs

@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned(account, bucket, version):
    s3 = account.client("s3", signature_version=version)
    key = "a folder/ü+x"
    put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key, "ContentType": "text/x"})
    assert get(put, "PUT", b"by url", {"Content-Type": "text/x"})[0] == 200
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key, "ResponseContentType": "text/y"})
    status, headers, body = get(url)
    assert (status, headers["Content-Type"], body) == (200, "text/y", b"by url")
    tampered = url.replace("a%20folder", "b%20folder")
    assert tampered != url
    status, _, body = get(tampered)
    assert status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in body


def test_presigned_ends(account, bucket, monkeypatch):
    import botocore.auth
    real = botocore.auth.datetime.datetime

    class Earlier(real):
        @classmethod
        def utcnow(cls):
            return real.utcnow() - datetime.timedelta(hours=1)

        @classmethod
        def now(cls, tz=None):
            return real.now(tz) - datetime.timedelta(hours=1)
    s3 = account.client("s3", signature_version="s3v4")
    monkeypatch.setattr(botocore.auth.datetime, "datetime", Earlier)
    long, short = (s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "none"}, ExpiresIn=seconds) for seconds in (7200, 60))
    monkeypatch.undo()
    assert get(long)[0] == 404
    status, _, body = get(short)
    assert status == 403 and b"Request has expired" in body


def test_a_session_does_what_its_role_may(account, bucket, s3):
    iam = account.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": root(account), "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": arn(bucket, "open/*")}]}))
    session = account.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    s3.put_object(Bucket=bucket, Key="open/k", Body=b"x")
    theirs = account.client("s3", credentials=session, signature_version="s3v4")
    assert theirs.get_object(Bucket=bucket, Key="open/k")["Body"].read() == b"x"
    assert get(theirs.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "open/k"}))[2] == b"x"
    message = fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="open/k", Body=b"y")
    assert message.startswith(f"User: arn:aws:sts::{account.id}:assumed-role/reader/session is not authorized to perform: s3:PutObject on resource: \"{arn(bucket, 'open/k')}\" "
                              "because no identity-based policy allows the s3:PutObject action")


# ---- KMS

def make_key(account, *more):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": root(account), "Action": "kms:*", "Resource": "*"}, *more]}
    return account.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


def test_encryption_with_the_default_key(s3, bucket, account):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
    assert put["ServerSideEncryption"] == "aws:kms" and put["SSEKMSKeyId"].startswith(f"arn:aws:kms:us-east-1:{account.id}:key/")
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"x" and got["SSEKMSKeyId"] == put["SSEKMSKeyId"]


def test_encryption_with_the_buckets_key(s3, bucket, account, other_account):
    key = make_key(account)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]})
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x")["SSEKMSKeyId"] == key
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")
    assert upload["SSEKMSKeyId"] == key
    part = s3.upload_part(Bucket=bucket, Key="m", UploadId=upload["UploadId"], PartNumber=1, Body=b"part")
    s3.complete_multipart_upload(Bucket=bucket, Key="m", UploadId=upload["UploadId"], MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.get_object(Bucket=bucket, Key="m")["SSEKMSKeyId"] == key
    # The other account may read the object, but not yet with the key.
    put_policy(s3, bucket, statement("Allow", root(other_account), ["s3:GetObject", "s3:PutObject"], arn(bucket, "*")))
    theirs = other_account.client("s3")
    message = fails_with(403, "AccessDenied", theirs.get_object, Bucket=bucket, Key="k")["Error"]["Message"]
    assert f"is not authorized to perform: kms:Decrypt on resource: {key} because no " in message
    assert "kms:GenerateDataKey" in fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="k2", Body=b"y")
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": root(account), "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": root(other_account), "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
         "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": other_account.id}}}]}))
    assert theirs.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    theirs.put_object(Bucket=bucket, Key="k2", Body=b"y")
    fails("AccessDeniedException", other_account.client("kms").generate_data_key, KeyId=key, KeySpec="AES_256")


def test_a_key_that_is_not_there(s3, bucket):
    fails_with(400, "KMS.NotFoundException", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms",
               SSEKMSKeyId="11111111-2222-3333-4444-555555555555")


def test_the_policy_itself_is_for_the_owners_account(s3, bucket, account, other_account):
    """S3 API Reference, PutBucketPolicy: 405 for who may, but belongs to another account."""
    def policy(*principals):
        return json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "s3:*BucketPolicy", "Resource": f"arn:aws:s3:::{bucket}"}]})

    theirs = other_account.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(account.id))
    for call, more in ((theirs.get_bucket_policy, {}), (theirs.put_bucket_policy, {"Policy": policy(other_account.id)}), (theirs.delete_bucket_policy, {})):
        fails_with(403, "AccessDenied", call, Bucket=bucket, **more)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(account.id, other_account.id))
    for call, more in ((theirs.get_bucket_policy, {}), (theirs.put_bucket_policy, {"Policy": policy(other_account.id)}), (theirs.delete_bucket_policy, {})):
        assert fails_with(405, "MethodNotAllowed", call, Bucket=bucket, **more)["Error"]["Message"] == \
            "The specified method is not allowed against this resource."
    assert other_account.id in s3.get_bucket_policy(Bucket=bucket)["Policy"]
