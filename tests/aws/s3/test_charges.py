"""Who pays for requests, and the accelerated endpoint."""
import json
import re
import urllib.error
import urllib.request

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from expect import aws_error, fails, fails_with


def get(url, headers=None):
    """(status, headers, code and message)"""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=60) as answer:
            return answer.status, answer.headers, None
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), re.search("<Code>(.*)</Code><Message>(.*)</Message>", error.read().decode()).groups()


@pytest.fixture
def open_bucket(s3, bucket):
    """Everybody may read it; no more than that."""
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}]}))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    return bucket


def test_the_requester_pays(s3, other_account, open_bucket):
    theirs, name = other_account.client("s3"), open_bucket
    theirs.get_object(Bucket=name, Key="k")
    s3.put_bucket_request_payment(Bucket=name, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=name)["Payer"] == "Requester"
    with aws_error("AccessDenied", "Access Denied", 403):
        theirs.get_object(Bucket=name, Key="k")
    fails_with(403, "403", theirs.head_object, Bucket=name, Key="k")
    fails("AccessDenied", theirs.list_objects_v2, Bucket=name)
    fails("AccessDenied", theirs.copy_object, Bucket=name, Key="c", CopySource=f"{name}/k")
    answer = theirs.get_object(Bucket=name, Key="k", RequestPayer="requester")
    assert answer["Body"].read() == b"x" and answer["RequestCharged"] == "requester"
    assert theirs.list_objects_v2(Bucket=name, RequestPayer="requester")["KeyCount"] == 1
    message = fails("AccessDenied", theirs.put_object, Bucket=name, Key="k", Body=b"y", RequestPayer="requester")  # paying is not enough
    assert "s3:PutObject" in message
    assert "RequestCharged" not in s3.get_object(Bucket=name, Key="k")  # the owner pays for itself
    s3.put_bucket_request_payment(Bucket=name, RequestPaymentConfiguration={"Payer": "BucketOwner"})
    theirs.get_object(Bucket=name, Key="k")
    fails("MalformedXML", s3.put_bucket_request_payment, Bucket=name, RequestPaymentConfiguration={"Payer": "Nobody"})


def test_presigned_and_unsigned_requests_that_somebody_pays_for(s3, other_account, open_bucket):
    s3.put_bucket_request_payment(Bucket=open_bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    theirs = other_account.client("s3", signature_version="s3v4")
    assert get(theirs.generate_presigned_url("get_object", Params={"Bucket": open_bucket, "Key": "k"}))[0] == 403
    paid = {"x-amz-request-payer": "requester"}
    status, headers, _ = get(theirs.generate_presigned_url("get_object", Params={"Bucket": open_bucket, "Key": "k", "RequestPayer": "requester"}), paid)
    assert (status, headers["x-amz-request-charged"]) == (200, "requester")
    request = AWSRequest("GET", f"{s3.meta.endpoint_url}/{open_bucket}/k", params=paid)  # said in the query
    keys = other_account.credentials
    S3SigV4QueryAuth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), "s3", "us-east-1").add_auth(request)
    assert get(request.url)[0] == 200
    url = f"{s3.meta.endpoint_url}/{open_bucket}/k"
    for headers in {}, paid:  # nobody can be charged
        assert get(url, headers)[2] == ("AccessDenied", "Access Denied")


def test_the_accelerated_endpoint(account, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    def accelerated():
        request = AWSRequest("GET", f"{account.url}/k", headers={"Host": f"{bucket}.s3-accelerate.amazonaws.com"})
        S3SigV4Auth(Credentials(account.credentials["AccessKeyId"], account.credentials["SecretAccessKey"]), "s3", "us-east-1").add_auth(request)
        return get(request.url, dict(request.headers))
    assert accelerated()[::2] == (400, ("InvalidRequest", "S3 Transfer Acceleration is not configured on this bucket"))
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_accelerate_configuration(Bucket=bucket)["Status"] == "Enabled" and accelerated()[0] == 200
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Suspended"})
    assert accelerated()[::2] == (400, ("InvalidRequest", "S3 Transfer Acceleration is disabled on this bucket"))
    fails("MalformedXML", s3.put_bucket_accelerate_configuration, Bucket=bucket, AccelerateConfiguration={"Status": "Fast"})
    dotted = f"dotted.{bucket}"
    s3.create_bucket(Bucket=dotted)
    message = fails("InvalidRequest", s3.put_bucket_accelerate_configuration, Bucket=dotted, AccelerateConfiguration={"Status": "Enabled"})
    assert message == "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"
