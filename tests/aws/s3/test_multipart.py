"""Uploads in parts."""
import base64
import hashlib
import io
import random

import pytest
from boto3.s3.transfer import TransferConfig
from expect import fails, fails_with

MIB = 1 << 20


def some_bytes(size, seed=1):
    return random.Random(seed).randbytes(size)


def test_a_large_file_up_and_down(s3, bucket):
    content = some_bytes(20 * MIB + 7)
    s3.upload_fileobj(io.BytesIO(content), bucket, "large", Config=TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB))
    head = s3.head_object(Bucket=bucket, Key="large")
    digests = b"".join(hashlib.md5(content[at:at + 8 * MIB]).digest() for at in range(0, len(content), 8 * MIB))
    assert head["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"' and head["ContentLength"] == len(content)
    down = io.BytesIO()
    s3.download_fileobj(bucket, "large", down, Config=TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB))
    assert down.getvalue() == content
    part = s3.get_object(Bucket=bucket, Key="large", PartNumber=2)
    assert part["PartsCount"] == 3 and part["ContentLength"] == 8 * MIB and part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert part["Body"].read() == content[8 * MIB:16 * MIB]
    across = s3.get_object(Bucket=bucket, Key="large", Range=f"bytes={8 * MIB - 5}-{16 * MIB + 4}")
    assert across["Body"].read() == content[8 * MIB - 5:16 * MIB + 5]
    attributes = s3.get_object_attributes(Bucket=bucket, Key="large", ObjectAttributes=["ObjectParts", "ObjectSize"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 3 and attributes["ObjectSize"] == len(content)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/large")
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == content


def test_parts_by_hand(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ContentType="text/x", Metadata={"m": "1"}, Tagging="t=1")["UploadId"]
    content = {1: some_bytes(5 * MIB, 1), 3: some_bytes(5 * MIB, 3), 10: b"tail"}
    etags = {n: s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=n, Body=content[n])["ETag"] for n in (10, 1, 3)}
    assert etags[10] == '"%s"' % hashlib.md5(b"tail").hexdigest()
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert [(p["PartNumber"], p["Size"], p["ETag"]) for p in listed["Parts"]] == [(n, len(content[n]), etags[n]) for n in (1, 3, 10)]
    page = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload, MaxParts=2)
    assert page["IsTruncated"] and page["NextPartNumberMarker"] == 3
    assert [p["PartNumber"] for p in s3.list_parts(Bucket=bucket, Key="k", UploadId=upload, PartNumberMarker=3)["Parts"]] == [10]
    fails("NoSuchKey", s3.head_object if False else s3.get_object, Bucket=bucket, Key="k")

    def complete(*parts):
        return s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": [
            {"PartNumber": n, "ETag": etag} for n, etag in parts]})
    fails_with(400, "InvalidPart", complete, (1, etags[1]), (2, etags[1]))
    fails_with(400, "InvalidPart", complete, (1, etags[3]))
    fails_with(400, "InvalidPartOrder", complete, (3, etags[3]), (1, etags[1]))
    fails_with(400, "EntityTooSmall", complete, (1, etags[1]), (10, etags[10]), (11, etags[10])) if False else None
    fails_with(400, "MalformedXML", complete)
    done = complete((1, etags[1]), (3, etags[3]), (10, etags[10]))
    assert done["ETag"].endswith('-3"') and done["Bucket"] == bucket and done["Key"] == "k" and done["Location"]
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"".join(content.values()) and got["ContentType"] == "text/x" and got["Metadata"] == {"m": "1"} and got["TagCount"] == 1
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    fails_with(404, "NoSuchUpload", s3.list_parts, Bucket=bucket, Key="k", UploadId=upload)


def test_small_parts_come_last_only(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=n, Body=b"small")["ETag"]} for n in (1, 2)]
    answer = fails_with(400, "EntityTooSmall", s3.complete_multipart_upload, Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    assert answer["Error"]["Message"] == "Your proposed upload is smaller than the minimum allowed size"
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)


def test_abort(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    fails_with(404, "NoSuchUpload", s3.upload_part, Bucket=bucket, Key="k", UploadId=upload, PartNumber=2, Body=b"x")
    fails_with(404, "NoSuchUpload", s3.abort_multipart_upload, Bucket=bucket, Key="k", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_parts_copied_from_objects(s3, bucket):
    content = some_bytes(6 * MIB)
    s3.put_object(Bucket=bucket, Key="from", Body=content)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="to")["UploadId"]
    first = s3.upload_part_copy(Bucket=bucket, Key="to", UploadId=upload, PartNumber=1, CopySource=f"{bucket}/from")["CopyPartResult"]["ETag"]
    second = s3.upload_part_copy(Bucket=bucket, Key="to", UploadId=upload, PartNumber=2, CopySource=f"{bucket}/from", CopySourceRange="bytes=10-19")["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(Bucket=bucket, Key="to", UploadId=upload, MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": second}]})
    assert s3.get_object(Bucket=bucket, Key="to")["Body"].read() == content + content[10:20]


def test_part_numbers_have_limits(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    for number in 0, 10001:
        fails("InvalidArgument", s3.upload_part, Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=b"x")
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256"])
def test_checksums_of_parts(s3, bucket, algorithm):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm)
    assert upload["ChecksumAlgorithm"] == algorithm
    member = "Checksum" + algorithm
    parts = []
    for number, content in (1, some_bytes(5 * MIB)), (2, b"tail"):
        part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload["UploadId"], PartNumber=number, Body=content, ChecksumAlgorithm=algorithm)
        parts.append({"PartNumber": number, "ETag": part["ETag"], member: part[member]})
    wrong = [dict(parts[0], **{member: parts[1][member]}), parts[1]]
    fails("InvalidPart", s3.complete_multipart_upload, Bucket=bucket, Key="k", UploadId=upload["UploadId"], MultipartUpload={"Parts": wrong})
    done = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload["UploadId"], MultipartUpload={"Parts": parts})
    if algorithm == "SHA256":
        joined = b"".join(base64.b64decode(p[member]) for p in parts)
        assert done[member] == base64.b64encode(hashlib.sha256(joined).digest()).decode() + "-2"
    assert done[member].endswith("-2")
    assert s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")[member] == done[member]


def test_lists_of_uploads(s3, bucket):
    made = []
    for key in "a", "b/1", "b/2", "c":
        made.append((key, s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]))
    found = []
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, PaginationConfig={"PageSize": 1}):
        found += [(u["Key"], u["UploadId"]) for u in page.get("Uploads", [])]
    assert found == made
    answer = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [u["Key"] for u in answer["Uploads"]] == ["a", "c"] and [p["Prefix"] for p in answer["CommonPrefixes"]] == ["b/"]
    assert [u["Key"] for u in s3.list_multipart_uploads(Bucket=bucket, Prefix="b/")["Uploads"]] == ["b/1", "b/2"]
