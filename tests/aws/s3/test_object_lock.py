"""Object Lock: what may not be removed until when, who may lift it, and how policies speak of it."""
import datetime
import json
import random
import re
import time
import urllib.error
import urllib.request

import pytest
from expect import aws_error, fails, fails_with

PROTECTED = "Access Denied because object protected by object lock."
NO_LOCK = "The specified object does not have a ObjectLock configuration"
DAY = 24 * 3600


def arn(bucket, key=None):
    return f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")


def later(days=0.0, **more):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days, **more)).replace(microsecond=0)


def put(s3, bucket, key="k", **lock):
    return s3.put_object(Bucket=bucket, Key=key, Body=b"x", **lock)["VersionId"]


def put_at(url, headers):
    """Without a digest, which botocore adds."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=b"x", method="PUT", headers={"Content-Type": "", **headers}), timeout=60) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, re.search("<Code>(.*)</Code><Message>(.*)</Message>", error.read().decode()).groups()


def locked_bucket(s3, **more):
    name = f"lock-{random.randrange(10**12):012}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True, **more)
    return name


def user(account, *actions):
    """A client of a user who may do these things."""
    iam, name = account.client("iam"), f"u{random.randrange(10**12)}"
    iam.create_user(UserName=name)
    if actions:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}))
    return account.client("s3", credentials=iam.create_access_key(UserName=name)["AccessKey"])


@pytest.fixture
def locked(s3):
    return locked_bucket(s3)


def test_configuration_of_a_bucket(s3, bucket, locked):
    fails_with(404, "ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration, Bucket=bucket)
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}
    assert s3.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    with aws_error("InvalidBucketState", "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.", 409):
        s3.put_bucket_versioning(Bucket=locked, VersioningConfiguration={"Status": "Suspended"})
    default = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}}}
    with aws_error("InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration", 409):
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=default)
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=default)
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"] == default
    # a bucket that exists may begin to lock once it is versioned
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    assert put(s3, bucket, ObjectLockLegalHoldStatus="OFF")


@pytest.mark.parametrize("retention, code", [
    ({"Mode": "GOVERNANCE", "Days": 1, "Years": 1}, "MalformedXML"), ({"Mode": "GOVERNANCE"}, "MalformedXML"),
    ({"Mode": "WORM", "Days": 1}, "MalformedXML"), ({"Days": 1}, "MalformedXML"),
    ({"Mode": "GOVERNANCE", "Days": 0}, "InvalidArgument"), ({"Mode": "GOVERNANCE", "Years": 101}, "InvalidArgument")])
def test_periods_that_are_none(s3, locked, retention, code):
    fails_with(400, code, s3.put_object_lock_configuration, Bucket=locked,
               ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}})


def test_headers_of_a_write(s3, locked):
    until = later(3)
    version = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until, ObjectLockLegalHoldStatus="ON")
    for told in s3.head_object(Bucket=locked, Key="k"), s3.get_object(Bucket=locked, Key="k", VersionId=version):
        assert (told["ObjectLockMode"], told["ObjectLockRetainUntilDate"], told["ObjectLockLegalHoldStatus"]) == ("GOVERNANCE", until, "ON")
    s3.copy_object(Bucket=locked, Key="c", CopySource=f"{locked}/k")
    assert "ObjectLockMode" not in s3.head_object(Bucket=locked, Key="c")  # a lock is not copied
    s3.copy_object(Bucket=locked, Key="c", CopySource=f"{locked}/k", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=later(1))
    assert s3.head_object(Bucket=locked, Key="c")["ObjectLockMode"] == "COMPLIANCE"
    upload = s3.create_multipart_upload(Bucket=locked, Key="m", ObjectLockLegalHoldStatus="ON")["UploadId"]
    part = s3.upload_part(Bucket=locked, Key="m", UploadId=upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(Bucket=locked, Key="m", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.head_object(Bucket=locked, Key="m")["ObjectLockLegalHoldStatus"] == "ON"


def test_headers_that_are_wrong(s3, bucket, locked):
    both = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
    for lock, code, text in [
            ({"ObjectLockMode": "GOVERNANCE"}, "InvalidArgument", both), ({"ObjectLockRetainUntilDate": later(1)}, "InvalidArgument", both),
            ({"ObjectLockMode": "WORM", "ObjectLockRetainUntilDate": later(1)}, "InvalidArgument", "Unknown wormMode directive."),
            ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": later(-1)}, "InvalidArgument", "The retain until date must be in the future!"),
            ({"ObjectLockLegalHoldStatus": "MAYBE"}, "InvalidArgument", "Legal Hold must be either of 'ON' or 'OFF'")]:
        assert fails(code, put, s3, locked, **lock) == text
    assert fails("InvalidRequest", put, s3, bucket, ObjectLockLegalHoldStatus="ON") == "Bucket is missing ObjectLockConfiguration"


def test_what_will_be_locked_comes_with_a_digest(account, s3, locked):
    missing = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put {} requests with Object Lock parameters"
    signer = account.client("s3", signature_version="s3v4")
    url = signer.generate_presigned_url("put_object", Params={"Bucket": locked, "Key": "k", "ObjectLockLegalHoldStatus": "ON"})
    assert put_at(url, {"x-amz-object-lock-legal-hold": "ON"}) == (400, ("InvalidRequest", missing.format("Object")))
    plain = signer.generate_presigned_url("put_object", Params={"Bucket": locked, "Key": "k"})
    assert put_at(plain, {}) == (200, "")
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})
    assert put_at(plain, {}) == (400, ("InvalidRequest", missing.format("Object")))
    upload = s3.create_multipart_upload(Bucket=locked, Key="m")["UploadId"]
    url = signer.generate_presigned_url("upload_part", Params={"Bucket": locked, "Key": "m", "UploadId": upload, "PartNumber": 1})
    assert put_at(url, {}) == (400, ("InvalidRequest", missing.format("Part")))


def test_the_default_of_a_bucket(s3, locked):
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 1}}})
    version = put(s3, locked)
    retention, made = s3.get_object_retention(Bucket=locked, Key="k")["Retention"], s3.head_object(Bucket=locked, Key="k")["LastModified"]
    assert retention["Mode"] == "COMPLIANCE"
    assert datetime.timedelta(0) <= retention["RetainUntilDate"] - made - datetime.timedelta(days=365) < datetime.timedelta(seconds=1)
    with aws_error("AccessDenied", PROTECTED, 403):
        s3.delete_object(Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)
    put(s3, locked, "own", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=later(1))
    assert s3.get_object_retention(Bucket=locked, Key="own")["Retention"]["Mode"] == "GOVERNANCE"
    marker = s3.delete_object(Bucket=locked, Key="k")["VersionId"]  # markers are never locked
    s3.delete_object(Bucket=locked, Key="k", VersionId=marker)
    assert s3.get_object(Bucket=locked, Key="k")["VersionId"] == version


def test_what_may_be_removed(s3, locked):
    governed = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=later(1))
    complied = put(s3, locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=later(1))
    held = put(s3, locked, ObjectLockLegalHoldStatus="ON")
    free = put(s3, locked)
    for version in governed, complied, held:
        with aws_error("AccessDenied", PROTECTED, 403):
            s3.delete_object(Bucket=locked, Key="k", VersionId=version)
    for version in complied, held:
        with aws_error("AccessDenied", PROTECTED, 403):
            s3.delete_object(Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)
    answer = s3.delete_objects(Bucket=locked, Delete={"Objects": [{"Key": "k", "VersionId": v} for v in (governed, complied, free)]})
    assert [d["VersionId"] for d in answer["Deleted"]] == [free]
    assert {(e["VersionId"], e["Code"], e["Message"]) for e in answer["Errors"]} == {(v, "AccessDenied", PROTECTED) for v in (governed, complied)}
    answer = s3.delete_objects(Bucket=locked, BypassGovernanceRetention=True,
                               Delete={"Objects": [{"Key": "k", "VersionId": v} for v in (governed, complied)]})
    assert [d["VersionId"] for d in answer["Deleted"]] == [governed] and [e["VersionId"] for e in answer["Errors"]] == [complied]
    s3.put_object_legal_hold(Bucket=locked, Key="k", VersionId=held, LegalHold={"Status": "OFF"})
    s3.delete_object(Bucket=locked, Key="k", VersionId=held)
    s3.delete_object(Bucket=locked, Key="k")  # makes a marker
    fails("BucketNotEmpty", s3.delete_bucket, Bucket=locked)


def test_retention_of_a_version(s3, bucket, locked):
    put(s3, locked)
    with aws_error("NoSuchObjectLockConfiguration", NO_LOCK, 404):
        s3.get_object_retention(Bucket=locked, Key="k")

    def retain(mode, until, **more):
        s3.put_object_retention(Bucket=locked, Key="k", Retention={"Mode": mode, "RetainUntilDate": until}, **more)
    first, longer, longest = later(2), later(3), later(4)
    retain("GOVERNANCE", longer)
    assert s3.get_object_retention(Bucket=locked, Key="k")["Retention"] == {"Mode": "GOVERNANCE", "RetainUntilDate": longer}
    for mode, until in ("GOVERNANCE", first), ("COMPLIANCE", longest):
        with aws_error("AccessDenied", PROTECTED, 403):
            retain(mode, until)
    retain("GOVERNANCE", longest)
    retain("GOVERNANCE", first, BypassGovernanceRetention=True)
    s3.put_object_retention(Bucket=locked, Key="k", Retention={}, BypassGovernanceRetention=True)
    with aws_error("NoSuchObjectLockConfiguration", NO_LOCK, 404):
        s3.get_object_retention(Bucket=locked, Key="k")
    retain("COMPLIANCE", first)
    retain("COMPLIANCE", longer)
    for mode, until in ("COMPLIANCE", first), ("GOVERNANCE", longest):
        with aws_error("AccessDenied", PROTECTED, 403):
            retain(mode, until, BypassGovernanceRetention=True)
    with aws_error("InvalidArgument", "The retain until date must be in the future!", 400):
        retain("COMPLIANCE", later(-1))
    fails("MalformedXML", retain, "WORM", longest)
    fails("MalformedXML", s3.put_object_retention, Bucket=locked, Key="k", Retention={"Mode": "COMPLIANCE"})
    s3.put_object(Bucket=bucket, Key="k")
    for call in s3.get_object_retention, s3.get_object_legal_hold:
        with aws_error("InvalidRequest", "Bucket is missing Object Lock Configuration", 400):
            call(Bucket=bucket, Key="k")


def test_legal_hold(s3, locked):
    version = put(s3, locked)
    with aws_error("NoSuchObjectLockConfiguration", NO_LOCK, 404):
        s3.get_object_legal_hold(Bucket=locked, Key="k")
    s3.put_object_legal_hold(Bucket=locked, Key="k", VersionId=version, LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(Bucket=locked, Key="k")["LegalHold"] == {"Status": "ON"}
    fails("MalformedXML", s3.put_object_legal_hold, Bucket=locked, Key="k", LegalHold={"Status": "MAYBE"})
    marker = s3.delete_object(Bucket=locked, Key="k")["VersionId"]
    fails("MethodNotAllowed", s3.put_object_legal_hold, Bucket=locked, Key="k", VersionId=marker, LegalHold={"Status": "ON"})


def test_actions(account, s3, locked):
    """Each thing has its own, beside that of the write."""
    until = later(3)
    writer = user(account, "s3:PutObject", "s3:GetObject", "s3:DeleteObjectVersion")
    assert "s3:PutObjectRetention" in fails("AccessDenied", put, writer, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    assert "s3:PutObjectLegalHold" in fails("AccessDenied", put, writer, locked, ObjectLockLegalHoldStatus="ON")
    version = put(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until, ObjectLockLegalHoldStatus="OFF")
    told = writer.head_object(Bucket=locked, Key="k")  # who may not see the lock sees the rest
    assert "ObjectLockMode" not in told and "ObjectLockLegalHoldStatus" not in told
    assert "ObjectLockMode" in user(account, "s3:GetObject", "s3:GetObjectRetention").head_object(Bucket=locked, Key="k")
    for name, action in ("get_object_retention", "s3:GetObjectRetention"), ("get_object_legal_hold", "s3:GetObjectLegalHold"):
        assert action in fails("AccessDenied", getattr(writer, name), Bucket=locked, Key="k")
    message = fails("AccessDenied", writer.delete_object, Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)
    assert f"is not authorized to perform: s3:BypassGovernanceRetention on resource: \"{arn(locked, 'k')}\"" in message
    assert fails("AccessDenied", writer.delete_object, Bucket=locked, Key="k", VersionId=version) == PROTECTED
    retainer = user(account, "s3:PutObjectRetention")
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": later(2)}
    assert "s3:BypassGovernanceRetention" in fails("AccessDenied", retainer.put_object_retention, Bucket=locked, Key="k", Retention=shorter, BypassGovernanceRetention=True)
    retainer.put_object_retention(Bucket=locked, Key="k", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": later(4)})
    user(account, "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention").delete_object(Bucket=locked, Key="k", VersionId=version, BypassGovernanceRetention=True)
    for actions, missing in (["s3:CreateBucket"], "s3:PutBucketObjectLockConfiguration"), (["s3:CreateBucket", "s3:PutBucketObjectLockConfiguration"], "s3:PutBucketVersioning"):
        assert missing in fails("AccessDenied", user(account, *actions).create_bucket, Bucket=f"lock-{account.id}", ObjectLockEnabledForBucket=True)


@pytest.mark.parametrize("condition, good, bad", [
    ({"StringEquals": {"s3:object-lock-mode": "GOVERNANCE"}}, ("GOVERNANCE", 1, None), ("COMPLIANCE", 1, None)),
    ({"NumericLessThanEquals": {"s3:object-lock-remaining-retention-days": "10"}}, ("GOVERNANCE", 9.5, None), ("GOVERNANCE", 10.9, None)),
    ({"DateLessThan": {"s3:object-lock-retain-until-date": "2999-01-01T00:00:00Z"}}, ("GOVERNANCE", 1, None), ("GOVERNANCE", 365 * 1500, None)),
    ({"StringEquals": {"s3:object-lock-legal-hold": "ON"}}, ("GOVERNANCE", 1, "ON"), ("GOVERNANCE", 1, "OFF"))])
def test_condition_keys(account, other_account, s3, locked, condition, good, bad):
    theirs = other_account.client("s3")
    s3.put_bucket_policy(Bucket=locked, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": other_account.id}, "Action": ["s3:PutObject", "s3:PutObjectRetention", "s3:PutObjectLegalHold"],
         "Resource": arn(locked, "*"), "Condition": condition}]}))

    def lock(mode, days, hold):
        made = {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": later(days)}
        return made if hold is None else dict(made, ObjectLockLegalHoldStatus=hold)
    put(theirs, locked, **lock(*good))
    fails("AccessDenied", put, theirs, locked, **lock(*bad))
    fails("AccessDenied", put, theirs, locked)  # the key is absent
    if "s3:object-lock-legal-hold" in str(condition):
        theirs.put_object_legal_hold(Bucket=locked, Key="k", LegalHold={"Status": "ON"})
        fails("AccessDenied", theirs.put_object_legal_hold, Bucket=locked, Key="k", LegalHold={"Status": "OFF"})
    else:
        put(s3, locked)
        for (mode, days, _), call in (good, lambda r: theirs.put_object_retention(Bucket=locked, Key="k", Retention=r)), (
                bad, lambda r: fails("AccessDenied", theirs.put_object_retention, Bucket=locked, Key="k", Retention=r)):
            call({"Mode": mode, "RetainUntilDate": later(days)})


def test_locks_end_and_lifecycle_waits_for_them(own_server, own_account):
    s3 = own_account.client("s3")
    bucket = locked_bucket(s3)
    complied = put(s3, bucket, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=later(5))
    held = put(s3, bucket, ObjectLockLegalHoldStatus="ON")
    plain, current = put(s3, bucket), put(s3, bucket)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "a", "Filter": {"Prefix": ""}, "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]})

    def versions():
        return {v["VersionId"] for v in s3.list_object_versions(Bucket=bucket)["Versions"]}

    def becomes(wanted):
        deadline = time.monotonic() + 120
        while versions() != wanted:
            assert time.monotonic() < deadline, versions()
            time.sleep(0.05)
    own_server.advance(3 * DAY)
    becomes({complied, held, current})
    fails("AccessDenied", s3.delete_object, Bucket=bucket, Key="k", VersionId=complied)
    own_server.advance(3 * DAY)
    becomes({held, current})
    assert plain not in versions()
