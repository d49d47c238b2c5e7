"""What happens later: lifecycle rules, and the removal of bytes that no object names."""
import os
import random
import time

DAY = 24 * 3600


def until(condition, seconds=20):
    """Asks again until it holds."""
    deadline = time.monotonic() + seconds
    while not (held := condition()):
        assert time.monotonic() < deadline, "it never came to be"
    return held


def make_bucket(s3, versioned=False):
    name = f"test-{random.randrange(10**12):012}"
    s3.create_bucket(Bucket=name)
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def keys(s3, bucket):
    return [o["Key"] for o in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_objects_expire(own_server, own_account):
    s3 = own_account.client("s3")
    bucket = make_bucket(s3)
    for key in "logs/1", "logs/2", "kept":
        s3.put_object(Bucket=bucket, Key=key)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=1, Body=b"x")
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "a", "Filter": {"Prefix": "logs/"}, "Status": "Enabled", "Expiration": {"Days": 2}},
        {"ID": "b", "Filter": {"Prefix": ""}, "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 4}},
        {"ID": "c", "Filter": {"Prefix": "kept"}, "Status": "Disabled", "Expiration": {"Days": 1}}]})
    own_server.advance(3 * DAY + 60)
    until(lambda: keys(s3, bucket) == ["kept"])
    assert "Uploads" in s3.list_multipart_uploads(Bucket=bucket)
    own_server.advance(2 * DAY)
    until(lambda: "Uploads" not in s3.list_multipart_uploads(Bucket=bucket))
    assert keys(s3, bucket) == ["kept"]


def test_noncurrent_versions_expire(own_server, own_account):
    s3 = own_account.client("s3")
    bucket = make_bucket(s3, versioned=True)
    for text in b"1", b"2", b"3":
        s3.put_object(Bucket=bucket, Key="k", Body=text)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "a", "Filter": {"Prefix": ""}, "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 3}}]})
    own_server.advance(4 * DAY + 60)
    until(lambda: len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"


def test_bytes_that_no_object_names_are_removed(own_server, own_account):
    s3 = own_account.client("s3")
    bucket = make_bucket(s3)
    s3.put_object(Bucket=bucket, Key="gone", Body=b"gone")
    s3.put_object(Bucket=bucket, Key="kept", Body=b"kept")
    s3.put_object(Bucket=bucket, Key="young", Body=b"young")
    s3.delete_object(Bucket=bucket, Key="gone")
    s3.delete_object(Bucket=bucket, Key="young")
    folder = os.path.join(own_server.admin("GET", "health")["data"], "s3")

    def blobs():
        return [name for name in os.listdir(folder) if name != "scratch"]
    assert len(blobs()) == 3
    for name in blobs():
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            if file.read() != b"young":
                os.utime(path, (time.time() - 7200,) * 2)  # two hours old by the machine's clock

    def swept():
        own_server.advance(3700)
        return len(blobs()) == 2
    until(swept)
    assert s3.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"kept"
    for _ in range(3):
        own_server.advance(3700)
    # The same bytes again make a new object of the blob that was about to go.
    s3.put_object(Bucket=bucket, Key="again", Body=b"young")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/again")
    s3.delete_object(Bucket=bucket, Key="again")
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"young"
