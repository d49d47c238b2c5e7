"""Condition keys of requests: the age of signatures, TLS, what makes an object; in every question that a request leads to."""
import json
import ssl
import urllib.error
import urllib.request

import pytest
from expect import fails


def arn(bucket, key=None):
    return f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")


def put_policy(s3, bucket, *statements):
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Resource": [arn(bucket), arn(bucket, "*")], **statement} for statement in statements]}))


def deny(action, condition):
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Condition": condition}


def test_the_age_of_a_signature(account, s3, bucket):
    """S3 User Guide: "deny any presigned URL request whose signature is more than ten minutes old"."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    url = account.client("s3", signature_version="s3v4").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    put_policy(s3, bucket, deny("s3:GetObject", {"NumericGreaterThan": {"s3:signatureAge": "600000"}}))
    with urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.read() == b"x"
    put_policy(s3, bucket, deny("s3:GetObject", {"NumericGreaterThanEquals": {"s3:signatureAge": "0"}}))
    with pytest.raises(urllib.error.HTTPError) as denied:
        urllib.request.urlopen(url, timeout=60)
    assert denied.value.code == 403
    fails("AccessDenied", s3.get_object, Bucket=bucket, Key="k")


def test_the_version_of_tls(account, s3, bucket, server):
    put_policy(s3, bucket, deny("s3:ListBucket", {"Null": {"s3:TlsVersion": "true"}}))
    fails("AccessDenied", s3.list_objects_v2, Bucket=bucket)  # plain HTTP has none
    signer = account.client("s3", endpoint_url=account.url.replace("http:", "https:"), signature_version="s3v4")
    url = signer.generate_presigned_url("list_objects_v2", Params={"Bucket": bucket})
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for policy, status in ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, 200), ({"NumericGreaterThanEquals": {"s3:TlsVersion": "1.2"}}, 403):
        put_policy(s3, bucket, deny("s3:ListBucket", policy))
        try:
            with urllib.request.urlopen(url, timeout=60, context=context) as answer:
                found = answer.status
        except urllib.error.HTTPError as error:
            found = error.code
        assert found == status, policy


def test_writes_that_make_no_object_need_no_condition(account, other_account, s3, bucket):
    """S3 User Guide, "Enforce conditional writes": parts of an upload cannot carry the header, its end can."""
    theirs = other_account.client("s3")
    put_policy(s3, bucket, *({"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": "s3:PutObject", "Condition": condition}
                             for condition in ({"Null": {"s3:if-none-match": "false"}}, {"Bool": {"s3:ObjectCreationOperation": "false"}})))
    upload = theirs.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
    part = theirs.upload_part(Bucket=bucket, Key="m", UploadId=upload, PartNumber=1, Body=b"x")
    finish = {"Bucket": bucket, "Key": "m", "UploadId": upload, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}
    fails("AccessDenied", theirs.complete_multipart_upload, **finish)
    fails("AccessDenied", theirs.put_object, Bucket=bucket, Key="k", Body=b"x")

    def only_new(params, **_):
        params["headers"]["If-None-Match"] = "*"  # botocore of 2022 does not know it of these
    for operation in "PutObject", "CompleteMultipartUpload":
        theirs.meta.events.register(f"before-call.s3.{operation}", only_new)
    theirs.complete_multipart_upload(**finish)
    theirs.put_object(Bucket=bucket, Key="k", Body=b"x")


@pytest.mark.parametrize("condition", [{"StringNotEquals": {"s3:authType": "REST-HEADER"}}, {"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}])
def test_every_question_of_a_request_knows_them(account, bucket, condition):
    """A guardrail that denies all but one way of signing denies nothing of what is signed so."""
    iam = account.client("iam")
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition}]}))
    s3 = account.client("s3", credentials=iam.create_access_key(UserName="u")["AccessKey"], signature_version="s3v4")
    s3.list_buckets()
    s3.create_bucket(Bucket=f"keys-{account.id}", ObjectOwnership="BucketOwnerPreferred")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=b", ACL="bucket-owner-full-control")
    s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k")
    fails("NoSuchKey", s3.get_object, Bucket=bucket, Key="none")
