"""Versions and delete markers."""
import pytest
from expect import fails, fails_with


def body(s3, bucket, key, version=None):
    return s3.get_object(Bucket=bucket, Key=key, **({"VersionId": version} if version else {}))["Body"].read()


def versions_of(s3, bucket, key):
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key)
    found = [(v["LastModified"], v["VersionId"], v["IsLatest"], "version") for v in answer.get("Versions", []) if v["Key"] == key]
    found += [(m["LastModified"], m["VersionId"], m["IsLatest"], "marker") for m in answer.get("DeleteMarkers", []) if m["Key"] == key]
    return found


def test_every_put_is_a_version(s3, versioned):
    ids = [s3.put_object(Bucket=versioned, Key="k", Body=text)["VersionId"] for text in (b"1", b"2", b"3")]
    assert len(set(ids)) == 3
    assert [body(s3, versioned, "k", id_) for id_ in ids] == [b"1", b"2", b"3"]
    assert body(s3, versioned, "k") == b"3"
    listed = s3.list_object_versions(Bucket=versioned)["Versions"]
    assert [(v["VersionId"], v["IsLatest"]) for v in listed] == [(ids[2], True), (ids[1], False), (ids[0], False)]
    fails_with(404, "NoSuchVersion", s3.get_object, Bucket=versioned, Key="k", VersionId=ids[0][::-1])


def test_a_delete_hides(s3, versioned):
    id_ = s3.put_object(Bucket=versioned, Key="k", Body=b"1")["VersionId"]
    deleted = s3.delete_object(Bucket=versioned, Key="k")
    assert deleted["DeleteMarker"] is True and deleted["VersionId"] != id_
    answer = fails_with(404, "NoSuchKey", s3.get_object, Bucket=versioned, Key="k")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-version-id"] == deleted["VersionId"]
    assert s3.list_objects_v2(Bucket=versioned)["KeyCount"] == 0
    assert body(s3, versioned, "k", id_) == b"1"
    fails_with(405, "MethodNotAllowed", s3.get_object, Bucket=versioned, Key="k", VersionId=deleted["VersionId"])
    undone = s3.delete_object(Bucket=versioned, Key="k", VersionId=deleted["VersionId"])
    assert undone["DeleteMarker"] is True
    assert body(s3, versioned, "k") == b"1"


def test_removing_the_current_version_shows_the_one_behind(s3, versioned):
    ids = [s3.put_object(Bucket=versioned, Key="k", Body=text)["VersionId"] for text in (b"1", b"2", b"3")]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[2])
    assert body(s3, versioned, "k") == b"2"
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[0])
    assert body(s3, versioned, "k") == b"2"
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[1])
    assert versions_of(s3, versioned, "k") == []
    fails("NoSuchKey", s3.get_object, Bucket=versioned, Key="k")


def test_a_suspended_bucket_has_one_null_version(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert body(s3, bucket, "k", "null") == b"before"
    kept = s3.put_object(Bucket=bucket, Key="k", Body=b"versioned")["VersionId"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="k", Body=b"first")
    s3.put_object(Bucket=bucket, Key="k", Body=b"second")
    assert sorted(v[1] for v in versions_of(s3, bucket, "k")) == sorted([kept, "null"])
    assert body(s3, bucket, "k") == body(s3, bucket, "k", "null") == b"second"
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["VersionId"] == "null" and marker["DeleteMarker"]
    assert sorted((v[1], v[3]) for v in versions_of(s3, bucket, "k")) == sorted([(kept, "version"), ("null", "marker")])
    s3.delete_object(Bucket=bucket, Key="k", VersionId="null")
    assert body(s3, bucket, "k") == b"versioned"


def test_a_versioned_bucket_must_be_emptied(s3, versioned):
    id_ = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    assert fails("BucketNotEmpty", s3.delete_bucket, Bucket=versioned) == \
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    answer = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "k", "VersionId": id_}, {"Key": "k", "VersionId": marker}]})
    assert [(d["VersionId"], d.get("DeleteMarker")) for d in answer["Deleted"]] == [(id_, None), (marker, True)]
    s3.delete_bucket(Bucket=versioned)


def test_delete_many_makes_markers(s3, versioned):
    s3.put_object(Bucket=versioned, Key="k")
    entry = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "k"}]})["Deleted"][0]
    assert entry["DeleteMarker"] is True and entry["DeleteMarkerVersionId"] and "VersionId" not in entry


def test_tags_and_copies_of_a_version(s3, versioned):
    old = s3.put_object(Bucket=versioned, Key="k", Body=b"old", Tagging="v=1")["VersionId"]
    s3.put_object(Bucket=versioned, Key="k", Body=b"new")
    assert s3.get_object_tagging(Bucket=versioned, Key="k", VersionId=old)["TagSet"] == [{"Key": "v", "Value": "1"}]
    s3.put_object_tagging(Bucket=versioned, Key="k", VersionId=old, Tagging={"TagSet": []})
    assert s3.get_object_tagging(Bucket=versioned, Key="k", VersionId=old)["TagSet"] == []
    copied = s3.copy_object(Bucket=versioned, Key="k", CopySource={"Bucket": versioned, "Key": "k", "VersionId": old})
    assert copied["CopySourceVersionId"] == old and copied["VersionId"]
    assert body(s3, versioned, "k") == b"old"


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_pages_of_versions(s3, versioned, page):
    expected = []
    for key in "a", "b/1", "b/2", "c":
        for text in b"1", b"2", b"3":
            expected.append((key, s3.put_object(Bucket=versioned, Key=key, Body=text)["VersionId"]))
    marker = s3.delete_object(Bucket=versioned, Key="a")["VersionId"]
    expected.append(("a", marker))
    found = []
    for answer in s3.get_paginator("list_object_versions").paginate(Bucket=versioned, PaginationConfig={"PageSize": page}):
        entries = answer.get("Versions", []) + answer.get("DeleteMarkers", [])
        assert len(entries) <= page
        found += [(e["Key"], e["VersionId"]) for e in entries]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_pages_of_versions_with_a_delimiter(s3, versioned, page):
    for key in "a", "b/1", "b/2", "c", "d/x":
        s3.put_object(Bucket=versioned, Key=key)
        s3.put_object(Bucket=versioned, Key=key)
    keys, prefixes = [], []
    for answer in s3.get_paginator("list_object_versions").paginate(Bucket=versioned, Delimiter="/", PaginationConfig={"PageSize": page}):
        keys += [v["Key"] for v in answer.get("Versions", [])]
        prefixes += [p["Prefix"] for p in answer.get("CommonPrefixes", [])]
    assert (keys, prefixes) == (["a", "a", "c", "c"], ["b/", "d/"])
