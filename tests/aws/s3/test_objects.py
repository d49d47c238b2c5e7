"""Objects: bytes, headers, ranges, conditions, copies, tags."""
import base64
import hashlib
import zlib

import pytest
from expect import fails, fails_with


def status(answer):
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def headers(answer):
    return answer["ResponseMetadata"]["HTTPHeaders"]


@pytest.mark.parametrize("key", ["plain", "a/b/c", "a//b/", "with space+plus", "100% ~!*'()", "ünïcode/日本", "colon:2024-01-01T00:00:00.000Z", "dots/../up/./x", "?query&and=", "#hash", "tab\tkey", "a" * 1024])
def test_keys_of_every_kind(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(key.encode())
    s3.delete_object(Bucket=bucket, Key=key)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_headers_come_back(s3, bucket):
    sent = {"CacheControl": "max-age=1", "ContentDisposition": 'attachment; filename="x"', "ContentEncoding": "gzip", "ContentLanguage": "en",
            "ContentType": "text/plain", "Metadata": {"filesha256": "abc=", "other": "with space"}}
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", Expires="Wed, 21 Oct 2026 07:28:00 GMT", **sent)
    assert put["ETag"] == '"%s"' % hashlib.md5(b"hello").hexdigest() and put["ServerSideEncryption"] == "AES256"
    for got in s3.get_object(Bucket=bucket, Key="k"), s3.head_object(Bucket=bucket, Key="k"):
        assert {name: got[name] for name in sent} == sent
        assert got["ETag"] == put["ETag"] and got["ContentLength"] == 5 and got["AcceptRanges"] == "bytes"
        assert headers(got)["expires"] == "Wed, 21 Oct 2026 07:28:00 GMT" and got["ServerSideEncryption"] == "AES256"
        assert "VersionId" not in got and "StorageClass" not in got
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"hello"


def test_an_empty_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="empty")
    got = s3.get_object(Bucket=bucket, Key="empty")
    assert got["Body"].read() == b"" and got["ContentLength"] == 0 and got["ContentType"] == "binary/octet-stream"
    assert s3.head_object(Bucket=bucket, Key="empty")["ContentLength"] == 0
    fails_with(416, "InvalidRange", s3.get_object, Bucket=bucket, Key="empty", Range="bytes=0-0")


def test_a_missing_object(s3, bucket):
    answer = fails_with(404, "NoSuchKey", s3.get_object, Bucket=bucket, Key="no")
    assert answer["Error"]["Message"] == "The specified key does not exist." and answer["Error"]["Key"] == "no"
    fails_with(404, "404", s3.head_object, Bucket=bucket, Key="no")
    assert status(s3.delete_object(Bucket=bucket, Key="no")) == 204
    fails("NoSuchBucket", s3.get_object, Bucket="no-such-bucket-anywhere-1", Key="no")


@pytest.mark.parametrize("asked, content_range, bytes_", [
    ("bytes=0-0", "bytes 0-0/10", b"0"), ("bytes=2-4", "bytes 2-4/10", b"234"), ("bytes=7-", "bytes 7-9/10", b"789"),
    ("bytes=-3", "bytes 7-9/10", b"789"), ("bytes=5-100", "bytes 5-9/10", b"56789"), ("bytes=-100", "bytes 0-9/10", b"0123456789")])
def test_ranges(s3, bucket, asked, content_range, bytes_):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range=asked)
    assert (status(got), got["ContentRange"], got["Body"].read(), got["ContentLength"]) == (206, content_range, bytes_, len(bytes_))
    head = s3.head_object(Bucket=bucket, Key="k", Range=asked)
    assert status(head) == 206 and head["ContentLength"] == len(bytes_)


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4"])
def test_ranges_that_are_ignored(s3, bucket, asked):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range=asked)
    assert status(got) == 200 and got["Body"].read() == b"0123456789"


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_ranges_outside(s3, bucket, asked):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    answer = fails_with(416, "InvalidRange", s3.get_object, Bucket=bucket, Key="k", Range=asked)
    assert answer["Error"]["ActualObjectSize"] == "10"


def test_conditions_of_reads(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    for call in s3.get_object, s3.head_object:
        not_modified = "304"
        assert status(call(Bucket=bucket, Key="k", IfMatch=etag)) == 200
        assert status(call(Bucket=bucket, Key="k", IfNoneMatch='"other"')) == 200
        answer = fails_with(304, not_modified, call, Bucket=bucket, Key="k", IfNoneMatch=etag)
        assert headers(answer)["etag"] == etag
        fails_with(304, not_modified, call, Bucket=bucket, Key="k", IfModifiedSince=modified)
        fails_with(412, "PreconditionFailed" if call == s3.get_object else "412", call, Bucket=bucket, Key="k", IfMatch='"other"')
        fails_with(412, "PreconditionFailed" if call == s3.get_object else "412", call, Bucket=bucket, Key="k", IfUnmodifiedSince="Tue, 01 Jan 2019 00:00:00 GMT")
        assert status(call(Bucket=bucket, Key="k", IfUnmodifiedSince=modified)) == 200
        assert status(call(Bucket=bucket, Key="k", IfMatch=etag, IfUnmodifiedSince="Tue, 01 Jan 2019 00:00:00 GMT")) == 200


def put_with(s3, headers):
    """A put with headers that an older boto3 does not know."""
    def add(request, **_):
        for name, value in headers.items():
            request.headers[name] = value
    s3.meta.events.register("before-sign.s3.PutObject", add)
    return lambda **arguments: s3.put_object(**arguments)


def test_conditions_of_writes(account, s3, bucket):
    create_only = put_with(account.client("s3"), {"If-None-Match": "*"})
    create_only(Bucket=bucket, Key="k", Body=b"1")
    answer = fails_with(412, "PreconditionFailed", create_only, Bucket=bucket, Key="k", Body=b"2")
    assert answer["Error"]["Condition"] == "If-None-Match"
    etag = s3.head_object(Bucket=bucket, Key="k")["ETag"]
    put_with(account.client("s3"), {"If-Match": etag})(Bucket=bucket, Key="k", Body=b"3")
    fails_with(412, "PreconditionFailed", put_with(account.client("s3"), {"If-Match": etag}), Bucket=bucket, Key="k", Body=b"4")
    fails_with(404, "NoSuchKey", put_with(account.client("s3"), {"If-Match": etag}), Bucket=bucket, Key="none", Body=b"4")


def test_headers_asked_for_with_the_read(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    got = s3.get_object(Bucket=bucket, Key="k", ResponseContentType="text/csv", ResponseContentDisposition="inline", ResponseCacheControl="no-store")
    assert (got["ContentType"], got["ContentDisposition"], got["CacheControl"]) == ("text/csv", "inline", "no-store")


def b64(bytes_):
    return base64.b64encode(bytes_).decode()


def test_digests_are_checked(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5=b64(hashlib.md5(b"x").digest()))
    fails_with(400, "BadDigest", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ContentMD5=b64(hashlib.md5(b"y").digest()))
    fails_with(400, "InvalidDigest", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ContentMD5="nonsense")
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ChecksumSHA256=b64(hashlib.sha256(b"x").digest()))
    assert put["ChecksumSHA256"] == b64(hashlib.sha256(b"x").digest())
    assert fails("BadDigest", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ChecksumSHA256=b64(hashlib.sha256(b"y").digest())) == \
        "The SHA256 you specified did not match the calculated checksum."
    fails("InvalidRequest", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ChecksumCRC32="zz")
    assert s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["ChecksumSHA256"] == put["ChecksumSHA256"]
    assert "ChecksumSHA256" not in s3.head_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize("algorithm, digest", [("CRC32", zlib.crc32(b"some bytes").to_bytes(4, "big")), ("SHA1", hashlib.sha1(b"some bytes").digest())])
def test_checksums_that_the_sdk_computes(s3, bucket, algorithm, digest):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"some bytes", ChecksumAlgorithm=algorithm)
    assert put["Checksum" + algorithm] == b64(digest)
    assert s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["Checksum" + algorithm] == b64(digest)
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ETag", "Checksum", "ObjectSize", "StorageClass"])
    assert attributes["Checksum"]["Checksum" + algorithm] == b64(digest) and attributes["ObjectSize"] == 10
    assert attributes["ETag"] == hashlib.md5(b"some bytes").hexdigest() and attributes["StorageClass"] == "STANDARD"


def test_copy(s3, bucket, make_bucket):
    to = make_bucket()
    s3.put_object(Bucket=bucket, Key="from ü", Body=b"content", ContentType="text/x", Metadata={"a": "1"}, Tagging="t=1")
    etag = s3.head_object(Bucket=bucket, Key="from ü")["ETag"]
    copied = s3.copy_object(Bucket=to, Key="k", CopySource={"Bucket": bucket, "Key": "from ü"})
    assert copied["CopyObjectResult"]["ETag"] == etag and copied["CopyObjectResult"]["LastModified"]
    got = s3.get_object(Bucket=to, Key="k")
    assert (got["Body"].read(), got["ContentType"], got["Metadata"], got["TagCount"]) == (b"content", "text/x", {"a": "1"}, 1)
    s3.copy_object(Bucket=to, Key="k", CopySource=f"{to}/k", MetadataDirective="REPLACE", Metadata={"b": "2"}, ContentType="text/y", TaggingDirective="REPLACE")
    got = s3.head_object(Bucket=to, Key="k")
    assert (got["Metadata"], got["ContentType"]) == ({"b": "2"}, "text/y")
    assert s3.get_object_tagging(Bucket=to, Key="k")["TagSet"] == []
    assert fails("InvalidRequest", s3.copy_object, Bucket=to, Key="k", CopySource=f"{to}/k").startswith("This copy request is illegal")
    fails_with(404, "NoSuchKey", s3.copy_object, Bucket=to, Key="k", CopySource=f"{bucket}/none")
    fails_with(412, "PreconditionFailed", s3.copy_object, Bucket=to, Key="k", CopySource=f"{to}/k", CopySourceIfMatch='"no"', MetadataDirective="REPLACE")


def test_delete_many(s3, bucket):
    for key in "a", "b", "c & d":
        s3.put_object(Bucket=bucket, Key=key)
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "c & d"}, {"Key": "none"}]})
    assert [d["Key"] for d in answer["Deleted"]] == ["a", "c & d", "none"] and "Errors" not in answer
    assert "Deleted" not in s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}], "Quiet": True})
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    fails("MalformedXML", s3.delete_objects, Bucket=bucket, Delete={"Objects": []})


def test_object_tags(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Tagging="a=1&b=two%20words")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "two words"}]
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "c", "Value": "3"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "c", "Value": "3"}]
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    fails("BadRequest", s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": str(n), "Value": ""} for n in range(11)]})
    fails("InvalidTag", s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "x" * 129, "Value": ""}]})
    fails("NoSuchKey", s3.get_object_tagging, Bucket=bucket, Key="none")


def test_limits(s3, bucket):
    fails("KeyTooLongError", s3.put_object, Bucket=bucket, Key="a" * 1025)
    fails("MetadataTooLarge", s3.put_object, Bucket=bucket, Key="k", Metadata={"m": "x" * 2100})
    fails("InvalidStorageClass", s3.put_object, Bucket=bucket, Key="k", StorageClass="CARDBOARD")
    fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", ServerSideEncryption="rot13")


def test_storage_class(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", StorageClass="STANDARD_IA")
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == "STANDARD_IA"
    assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["StorageClass"] == "STANDARD_IA"


def test_an_acl_is_the_owners(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", ACL="bucket-owner-full-control")
    assert [g["Permission"] for g in s3.get_object_acl(Bucket=bucket, Key="k")["Grants"]] == ["FULL_CONTROL"]
    fails("AccessControlListNotSupported", s3.put_object, Bucket=bucket, Key="k", ACL="public-read")
