"""Access logs: a line for every request, delivered as logging.s3.amazonaws.com where the target bucket's policy lets it."""
import http.client
import json
import random
import re
import time
from urllib.parse import urlsplit

import pytest
from expect import aws_error, fails

# S3 User Guide, "Amazon S3 server access log format".
FIELDS = ["owner", "bucket", "time", "ip", "requester", "id", "operation", "key", "uri", "status", "error", "sent", "size", "total", "turnaround", "referer", "agent",
          "version", "host_id", "signature", "cipher", "authentication", "host", "tls", "access_point", "acl"]


def lines(text):
    """The fields of each, by name."""
    found = [re.findall(r'\[[^]]*\]|"[^"]*"|\S+', line) for line in text.splitlines()]
    assert all(len(fields) == len(FIELDS) for fields in found), text
    return [dict(zip(FIELDS, fields)) for fields in found]


def let_deliver(s3, target, **condition):
    s3.put_bucket_policy(Bucket=target, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{target}/*",
         **({"Condition": condition} if condition else {})}]}))


def log_to(s3, source, target, prefix="logs/", **more):
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": prefix, **more}})


def delivered(server, s3, target, prefix="logs/"):
    """Moves time on until something is there: ({key: text})."""
    deadline = time.monotonic() + 120
    while True:
        server.advance(120)
        keys = [o["Key"] for o in s3.list_objects_v2(Bucket=target, Prefix=prefix).get("Contents", [])]
        if keys:
            return {key: s3.get_object(Bucket=target, Key=key)["Body"].read().decode() for key in keys}
        assert time.monotonic() < deadline, "nothing was delivered"
        time.sleep(0.1)


def visit(s3, path, headers=None):
    server = urlsplit(s3.meta.endpoint_url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
    connection.request("GET", path, headers=headers or {})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.fixture
def own_buckets(own_server, own_account):
    s3 = own_account.client("s3", s3={"addressing_style": "path"}, signature_version="s3v4")
    names = [f"{kind}-{random.randrange(10**12):012}" for kind in ("source", "target")]
    for name in names:
        s3.create_bucket(Bucket=name)
    return s3, *names


def test_lines(own_server, own_account, own_buckets):
    s3, source, target = own_buckets
    condition = {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"}, "StringEquals": {"aws:SourceAccount": own_account.id}}
    let_deliver(s3, target, **condition)
    log_to(s3, source, target)
    assert s3.get_bucket_logging(Bucket=source)["LoggingEnabled"] == {"TargetBucket": target, "TargetPrefix": "logs/"}
    s3.put_object(Bucket=source, Key="a b", Body=b"12345")
    s3.get_object(Bucket=source, Key="a b")
    s3.list_objects_v2(Bucket=source)
    fails("NoSuchKey", s3.get_object, Bucket=source, Key="none")
    fails("NoSuchTagSet", s3.get_bucket_tagging, Bucket=source)
    assert visit(s3, f"/{source}/a%20b", {"User-Agent": "agent 1", "Referer": "https://r.example/"}) == 403
    s3.put_bucket_website(Bucket=source, WebsiteConfiguration={"IndexDocument": {"Suffix": "i"}})
    assert visit(s3, "/page", {"Host": f"{source}.s3-website-us-east-1.amazonaws.com"}) == 403
    (key, text), = delivered(own_server, s3, target).items()
    assert re.fullmatch(r"logs/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}", key)
    found = lines(text)
    owner, user = s3.list_buckets()["Owner"]["ID"], own_account.client("sts").get_caller_identity()["Arn"]
    assert {(line["owner"], line["bucket"], line["ip"]) for line in found} == {(owner, source, "127.0.0.1")}
    told = [(line["requester"], line["operation"], line["key"], line["status"], line["error"], line["sent"] == "-", line["size"], line["authentication"]) for line in found]
    expected = [(user, "REST.GET.LOGGING_STATUS", "-", "200", "-", False, "-", "AuthHeader"),
                (user, "REST.PUT.OBJECT", "a%20b", "200", "-", True, "5", "AuthHeader"),
                (user, "REST.GET.OBJECT", "a%20b", "200", "-", False, "5", "AuthHeader"),
                (user, "REST.GET.BUCKET", "-", "200", "-", False, "-", "AuthHeader"),
                (user, "REST.GET.OBJECT", "none", "404", "NoSuchKey", False, "-", "AuthHeader"),
                (user, "REST.GET.TAGGING", "-", "404", "NoSuchTagSet", False, "-", "AuthHeader"),
                ("-", "REST.GET.OBJECT", "a%20b", "403", "AccessDenied", False, "-", "-"),
                (user, "REST.PUT.WEBSITE", "-", "200", "-", True, "-", "AuthHeader"),
                ("-", "WEBSITE.GET.OBJECT", "page", "403", "AccessDenied", True, "-", "-")]
    assert [line for line in told if line in expected] == expected
    unsigned, = (line for line in found if line["requester"] == "-" and line["operation"].startswith("REST"))
    assert (unsigned["uri"], unsigned["agent"], unsigned["referer"], unsigned["signature"]) == (f'"GET /{source}/a%20b HTTP/1.1"', '"agent 1"', '"https://r.example/"', "-")
    assert re.fullmatch(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\]", unsigned["time"])
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=source)


def test_the_targets_policy_decides(own_server, own_account, own_buckets):
    s3, source, target = own_buckets
    other = f"other-{source}"
    s3.create_bucket(Bucket=other)
    let_deliver(s3, target, ArnLike={"aws:SourceArn": f"arn:aws:s3:::{source}"})
    for name in source, other:
        log_to(s3, name, target, f"{name}/")
    for name in other, source:
        s3.put_object(Bucket=name, Key="k")
    delivered(own_server, s3, target, f"{source}/")
    assert "Contents" not in s3.list_objects_v2(Bucket=target, Prefix=f"{other}/")
    let_deliver(s3, target)
    s3.put_object(Bucket=other, Key="k")
    assert all(line["bucket"] == other for text in delivered(own_server, s3, target, f"{other}/").values() for line in lines(text))


def test_partitioned_keys(own_server, own_account, own_buckets):
    """By a template, since botocore of 2022 does not know the format of keys."""
    s3, _, target = own_buckets
    source, cfn = f"stack-{target}", own_account.client("cloudformation")
    let_deliver(s3, target)
    logging = {"DestinationBucketName": target, "LogFilePrefix": "p/", "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}}
    template = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": source, "LoggingConfiguration": logging}}}}
    cfn.create_stack(StackName="s", TemplateBody=json.dumps(template))
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE", cfn.describe_stack_events(StackName="s")
    s3.put_object(Bucket=source, Key="k")
    for key in delivered(own_server, s3, target, "p/"):
        assert re.fullmatch(rf"p/{own_account.id}/us-east-1/{source}/\d{{4}}/\d\d/\d\d/\d{{4}}-\d\d-\d\d-00-00-00-[0-9A-F]{{16}}", key)
    del template["Resources"]["Bucket"]["Properties"]["LoggingConfiguration"]
    cfn.update_stack(StackName="s", TemplateBody=json.dumps(template))
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=source)


def test_grants_of_a_target_with_acls(own_server, own_account, own_buckets):
    """The log-delivery group of an ACL is the same service."""
    s3, source, _ = own_buckets
    target = f"acl-{source}"
    s3.create_bucket(Bucket=target, ObjectOwnership="ObjectWriter", ACL="log-delivery-write")
    log_to(s3, source, target)
    s3.put_object(Bucket=source, Key="k")
    assert delivered(own_server, s3, target)


def test_targets_that_are_none(account, other_account, s3, bucket):
    theirs, far = f"theirs-{account.id}", f"far-{account.id}"
    other_account.client("s3").create_bucket(Bucket=theirs)
    account.client("s3", "eu-west-1").create_bucket(Bucket=far, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    with aws_error("InvalidTargetBucketForLogging", "The target bucket for logging does not exist", 400):
        log_to(s3, bucket, "no-such-bucket-of-all")
    with aws_error("InvalidTargetBucketForLogging", "The owner for the bucket to be logged and the target bucket must be the same.", 400):
        log_to(s3, bucket, theirs)
    with aws_error("CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed.", 403):
        log_to(s3, bucket, far)
    fails("NotImplemented", log_to, s3, bucket, bucket, TargetGrants=[{"Grantee": {"Type": "CanonicalUser", "ID": "0" * 64}, "Permission": "READ"}])


def test_actions(account, bucket):
    iam = account.client("iam")
    iam.create_user(UserName="u")
    theirs = account.client("s3", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    assert "s3:GetBucketLogging" in fails("AccessDenied", theirs.get_bucket_logging, Bucket=bucket)
    assert "s3:PutBucketLogging" in fails("AccessDenied", log_to, theirs, bucket, bucket)
