"""Listings of keys: prefixes, delimiters, pages, both versions of the API."""
import pytest
from expect import fails

KEYS = ["a", "a/", "a/1", "a/2", "a/b/c", "b", "dir with space/x+y", "dir/1", "dir/2", "z", "z!", "zz/1", "é/ü"]


@pytest.fixture
def filled(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


def grouped(prefix, delimiter, start=""):
    """What a listing must show: keys, common prefixes."""
    keys, prefixes = [], []
    for key in sorted(KEYS, key=str.encode):
        if not key.startswith(prefix) or key.encode() <= start.encode():
            continue
        at = key.find(delimiter, len(prefix)) if delimiter else -1
        if at < 0:
            keys.append(key)
        elif key[:at + len(delimiter)] not in prefixes:
            prefixes.append(key[:at + len(delimiter)])
    return keys, prefixes


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("page", [1, 2, 5, 1000])
@pytest.mark.parametrize("prefix, delimiter", [("", ""), ("", "/"), ("a", ""), ("a/", "/"), ("dir", "/"), ("z", "/"), ("nothing", "/"), ("", " "), ("é", "/")])
def test_pages(s3, filled, operation, page, prefix, delimiter):
    keys, prefixes = [], []
    for answer in s3.get_paginator(operation).paginate(Bucket=filled, Prefix=prefix, Delimiter=delimiter, PaginationConfig={"PageSize": page}):
        shown = answer.get("Contents", []), answer.get("CommonPrefixes", [])
        assert len(shown[0]) + len(shown[1]) <= page
        keys += [o["Key"] for o in shown[0]]
        prefixes += [p["Prefix"] for p in shown[1]]
    assert (keys, prefixes) == grouped(prefix, delimiter)


def test_what_a_page_says(s3, filled):
    answer = s3.list_objects_v2(Bucket=filled, MaxKeys=2, FetchOwner=True)
    assert (answer["KeyCount"], answer["MaxKeys"], answer["IsTruncated"], answer["Name"], answer["Prefix"]) == (2, 2, True, filled, "")
    entry = answer["Contents"][0]
    assert (entry["Key"], entry["Size"], entry["StorageClass"]) == ("a", 1, "STANDARD") and entry["ETag"].startswith('"') and entry["Owner"]["ID"]
    assert "Owner" not in s3.list_objects_v2(Bucket=filled, MaxKeys=1)["Contents"][0]
    answer = s3.list_objects_v2(Bucket=filled, MaxKeys=0)
    assert (answer["KeyCount"], answer["IsTruncated"]) == (0, False)
    assert s3.list_objects_v2(Bucket=filled, MaxKeys=5000)["MaxKeys"] == 1000


@pytest.mark.parametrize("start", ["a", "a/1", "dir", "zzz", "\U0001f600"])
def test_start_after(s3, filled, start):
    answer = s3.list_objects_v2(Bucket=filled, StartAfter=start)
    assert [o["Key"] for o in answer.get("Contents", [])] == grouped("", "", start)[0]
    assert answer["StartAfter"] == start


def test_markers_of_version_1(s3, filled):
    answer = s3.list_objects(Bucket=filled, Marker="a/2", MaxKeys=2)
    assert [o["Key"] for o in answer["Contents"]] == ["a/b/c", "b"] and answer["IsTruncated"] and "NextMarker" not in answer
    answer = s3.list_objects(Bucket=filled, MaxKeys=2, Delimiter="/")
    assert answer["NextMarker"] == "a/" and [p["Prefix"] for p in answer["CommonPrefixes"]] == ["a/"]
    assert "Owner" in answer["Contents"][0]


def test_arguments_that_aws_refuses(s3, filled):
    fails("InvalidArgument", s3.list_objects_v2, Bucket=filled, MaxKeys=-1)
    fails("InvalidArgument", s3.list_objects_v2, Bucket=filled, ContinuationToken="!")
    fails("InvalidArgument", s3.list_objects_v2, Bucket=filled, EncodingType="base64")


def test_keys_that_xml_cannot_hold(s3, bucket):
    s3.put_object(Bucket=bucket, Key="control\x01key")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["control\x01key"]
