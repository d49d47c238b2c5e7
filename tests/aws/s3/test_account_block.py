"""The public access block of a whole account (S3 Control): who may set it, and what it does to buckets in every region."""
import json
import re
import urllib.error
import urllib.request

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from expect import aws_error, fails, fails_with

SETTINGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
NONE_SET = "The public access block configuration was not found"


def control(account, region="us-east-1", **more):
    """Its clients put the account before the host, which an address of numbers does not allow: taken off again before they sign."""
    client = account.client("s3control", region, **more)

    def without_account(request, **_):
        request.url = re.sub(r"//\d{12}\.", "//", request.url)
    client.meta.events.register("before-sign.s3-control", without_account)
    return client


def block(account, *on, region="us-east-1"):
    control(account, region).put_public_access_block(AccountId=account.id, PublicAccessBlockConfiguration={s: s in on for s in SETTINGS})


def public(bucket, action="s3:GetObject"):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{bucket}/*"}]})


def unsigned(s3, path):
    try:
        with urllib.request.urlopen(f"{s3.meta.endpoint_url}/{path}", timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def open_bucket(s3, make_bucket):
    """One with ACLs, and no block of its own."""
    name = make_bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=name)
    return name


def test_set_and_taken_away(account):
    s3control = control(account)
    answer = fails_with(404, "NoSuchPublicAccessBlockConfiguration", s3control.get_public_access_block, AccountId=account.id)
    assert answer["Error"]["Message"] == NONE_SET
    made = s3control.put_public_access_block(AccountId=account.id, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    other_region = control(account, "eu-west-1")
    assert other_region.get_public_access_block(AccountId=account.id)["PublicAccessBlockConfiguration"] == {s: s == "BlockPublicAcls" for s in SETTINGS}
    other_region.delete_public_access_block(AccountId=account.id)
    fails("NoSuchPublicAccessBlockConfiguration", s3control.get_public_access_block, AccountId=account.id)


def test_of_ones_own_account_alone(account, other_account):
    theirs = control(other_account)
    for call in theirs.get_public_access_block, theirs.delete_public_access_block:
        with aws_error("AccessDenied", "Access Denied", 403):
            call(AccountId=account.id)
    with aws_error("AccessDenied", "Access Denied", 403):
        theirs.put_public_access_block(AccountId=account.id, PublicAccessBlockConfiguration={})


def test_actions(account):
    iam = account.client("iam")
    user = iam.create_user(UserName="u")["User"]["Arn"]
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    theirs = control(account, credentials=keys)
    configuration = {"BlockPublicAcls": True}
    for action, call, more in [("s3:GetAccountPublicAccessBlock", theirs.get_public_access_block, {}),
                               ("s3:PutAccountPublicAccessBlock", theirs.put_public_access_block, {"PublicAccessBlockConfiguration": configuration}),
                               ("s3:PutAccountPublicAccessBlock", theirs.delete_public_access_block, {})]:
        message = fails("AccessDenied", call, AccountId=account.id, **more)
        assert message.startswith(f"User: {user} is not authorized to perform: {action} ")
    # those of buckets are others
    for granted, allowed in (["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"], False), (["s3:*AccountPublicAccessBlock"], True):
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": granted, "Resource": "*"}]}))
        if allowed:
            theirs.put_public_access_block(AccountId=account.id, PublicAccessBlockConfiguration=configuration)
            theirs.get_public_access_block(AccountId=account.id)
        else:
            fails("AccessDenied", theirs.get_public_access_block, AccountId=account.id)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_the_stricter_of_both(account, other_account, region):
    """In every region; another account's is nobody's business."""
    s3, name = account.client("s3", region), f"strict-{account.id}-{region}"
    s3.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter",
                     **({} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
    s3.delete_public_access_block(Bucket=name)
    block(other_account, *SETTINGS)
    s3.put_object(Bucket=name, Key="by-acl", Body=b"x", ACL="public-read")
    s3.put_object(Bucket=name, Key="by-policy", Body=b"x")
    s3.put_bucket_policy(Bucket=name, Policy=public(name).replace("/*", "/by-policy"))
    assert [unsigned(s3, f"{name}/{key}") for key in ("by-acl", "by-policy")] == [200, 200]
    block(account, "IgnorePublicAcls")
    assert [unsigned(s3, f"{name}/{key}") for key in ("by-acl", "by-policy")] == [403, 200]
    block(account, "RestrictPublicBuckets")
    assert [unsigned(s3, f"{name}/{key}") for key in ("by-acl", "by-policy")] == [200, 403]
    block(account)
    assert [unsigned(s3, f"{name}/{key}") for key in ("by-acl", "by-policy")] == [200, 200]
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={s: True for s in SETTINGS})
    assert [unsigned(s3, f"{name}/{key}") for key in ("by-acl", "by-policy")] == [403, 403]


def test_what_is_refused_at_once(account, s3, open_bucket):
    block(account, "BlockPublicAcls", "BlockPublicPolicy")
    message = fails("AccessDenied", s3.put_bucket_policy, Bucket=open_bucket, Policy=public(open_bucket))
    assert message.endswith("because public policies are blocked by the BlockPublicPolicy block public access setting.")
    s3.put_bucket_policy(Bucket=open_bucket, Policy=public(open_bucket).replace('"*"', f'{{"AWS": "{account.id}"}}'))
    s3.put_object(Bucket=open_bucket, Key="k")
    for call in (lambda: s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read"), lambda: s3.put_object_acl(Bucket=open_bucket, Key="k", ACL="public-read"),
                 lambda: s3.put_object(Bucket=open_bucket, Key="k", ACL="public-read")):
        assert fails("AccessDenied", call).endswith("blocked by the BlockPublicAcls block public access setting.")
    s3.put_bucket_acl(Bucket=open_bucket, ACL="log-delivery-write")
    block(account)
    s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read")


@pytest.mark.parametrize("host", ["{id}.s3-control.us-east-1.amazonaws.com", "s3-control.eu-west-1.amazonaws.com", "s3-control.us-east-1.amazonaws.com"])
def test_by_its_host_names(account, host):
    block(account, "BlockPublicAcls")
    request = AWSRequest("GET", f"{account.url}/v20180820/configuration/publicAccessBlock",
                         headers={"Host": host.format(id=account.id), "x-amz-account-id": account.id})
    S3SigV4Auth(Credentials(account.credentials["AccessKeyId"], account.credentials["SecretAccessKey"]), "s3", "us-east-1").add_auth(request)
    with urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers)), timeout=60) as answer:
        body = answer.read().decode()
    assert "<PublicAccessBlockConfiguration xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><BlockPublicAcls>true<" in body


def test_in_the_event_history(account, server):
    block(account, "BlockPublicAcls")
    events = account.client("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutAccountPublicAccessBlock"}])["Events"]
    assert [e["EventSource"] for e in events] == ["s3.amazonaws.com"]


def test_events_of_buckets_have_names_of_their_own(account, s3, bucket):
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Enabled"})
    names = {e["EventName"] for e in account.client("cloudtrail").lookup_events()["Events"]}
    assert {"CreateBucket", "PutBucketPublicAccessBlock", "PutAccelerateConfiguration"} <= names


def test_what_is_not_served_says_so(account):
    fails("NotImplemented", control(account).list_access_points, AccountId=account.id)
