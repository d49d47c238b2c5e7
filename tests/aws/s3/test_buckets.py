"""Buckets and what is set on them."""
import json
import random

import pytest
from botocore.exceptions import ClientError
from expect import fails, fails_with


def names(s3):
    return [b["Name"] for b in s3.list_buckets()["Buckets"]]


def test_life_of_a_bucket(s3, bucket):
    assert bucket in names(s3)
    assert s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    s3.delete_bucket(Bucket=bucket)
    assert bucket not in names(s3)
    answer = fails_with(404, "NoSuchBucket", s3.list_objects_v2, Bucket=bucket)
    assert answer["Error"]["Message"] == "The specified bucket does not exist"
    assert answer["Error"]["BucketName"] == bucket
    fails_with(404, "404", s3.head_bucket, Bucket=bucket)
    fails("NoSuchBucket", s3.delete_bucket, Bucket=bucket)


def test_a_bucket_in_another_region(account):
    west = account.client("s3", region="eu-west-1")
    name = f"test-{random.randrange(10**12):012}"
    fails("IllegalLocationConstraintException", west.create_bucket, Bucket=name)
    west.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert west.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"
    fails_with(409, "BucketAlreadyOwnedByYou", west.create_bucket, Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    west.delete_bucket(Bucket=name)


@pytest.mark.parametrize("name", ["ab", "Upper-case", "under_score", "-dash", "dot..dot", "192.168.5.4", "xn--bucket", "a" * 64])
def test_names_that_aws_refuses(s3, name):
    import botocore.exceptions
    with pytest.raises((ClientError, botocore.exceptions.ParamValidationError)) as caught:
        s3.create_bucket(Bucket=name)
    if isinstance(caught.value, ClientError):
        assert caught.value.response["Error"]["Code"] == "InvalidBucketName"


def test_names_are_unique_among_accounts(s3, bucket, other_account):
    s3.create_bucket(Bucket=bucket)  # us-east-1: the owner may repeat it
    fails_with(409, "BucketAlreadyExists", other_account.client("s3").create_bucket, Bucket=bucket)


def test_a_full_bucket_stays(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k")
    assert fails_with(409, "BucketNotEmpty", s3.delete_bucket, Bucket=bucket)["Error"]["Message"] == "The bucket you tried to delete is not empty"


def test_list_buckets_in_pages(s3, make_bucket):
    made = sorted(make_bucket() for _ in range(3))
    first = s3._make_api_call("ListBuckets", {}) if not s3.can_paginate("list_buckets") else s3.list_buckets(MaxBuckets=2)
    assert first["Owner"]["ID"]
    if "ContinuationToken" in first:
        rest = s3.list_buckets(ContinuationToken=first["ContinuationToken"])
        assert sorted(b["Name"] for b in first["Buckets"] + rest["Buckets"]) == made
    else:
        assert sorted(b["Name"] for b in first["Buckets"]) == made


def test_versioning(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for status in "Enabled", "Suspended":
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == status
    fails("MalformedXML", s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Maybe"})


def test_encryption_by_default(s3, bucket):
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"}, "BucketKeyEnabled": True}]})
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"} and rule["BucketKeyEnabled"]
    s3.delete_bucket_encryption(Bucket=bucket)
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_policy_comes_back_as_sent(s3, bucket, account):
    fails_with(404, "NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=bucket)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
                         "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}]}, indent=1)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is False
    s3.delete_bucket_policy(Bucket=bucket)
    fails("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=bucket)


@pytest.mark.parametrize("policy", ["no json", "{}", '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'])
def test_policies_that_aws_refuses(s3, bucket, policy):
    fails("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy=policy)


def test_a_policy_speaks_of_its_own_bucket(s3, bucket):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::another/*"}]}
    assert fails("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy=json.dumps(policy)) == "Policy has invalid resource"


def test_lifecycle(s3, bucket):
    fails_with(404, "NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=bucket)
    rules = [{"ID": "logs", "Filter": {"Prefix": "logs/"}, "Status": "Enabled", "Expiration": {"Days": 3},
              "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}],
              "NoncurrentVersionExpiration": {"NoncurrentDays": 7}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}},
             {"ID": "tagged", "Filter": {"And": {"Prefix": "x", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}},
              "Status": "Disabled", "Expiration": {"Days": 1}}]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=bucket)
    fails("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=bucket)


def test_tags(s3, bucket):
    fails_with(404, "NoSuchTagSet", s3.get_bucket_tagging, Bucket=bucket)
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    fails("InvalidTag", s3.put_bucket_tagging, Bucket=bucket, Tagging={"TagSet": tags + tags[:1]})
    s3.delete_bucket_tagging(Bucket=bucket)
    fails("NoSuchTagSet", s3.get_bucket_tagging, Bucket=bucket)


def test_public_access_block(s3, bucket):
    every = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    # AWS does block public access to every new bucket.
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == every
    public = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}]}
    assert "BlockPublicPolicy" in fails("AccessDenied", s3.put_bucket_policy, Bucket=bucket, Policy=json.dumps(public))
    s3.delete_public_access_block(Bucket=bucket)
    fails_with(404, "NoSuchPublicAccessBlockConfiguration", s3.get_public_access_block, Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(public))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=every)
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == every


def test_ownership_comes_back(s3, bucket):
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerPreferred"}]
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    fails("OwnershipControlsNotFoundError", s3.get_bucket_ownership_controls, Bucket=bucket)


def test_what_was_never_set(s3, bucket):
    assert s3.get_bucket_acl(Bucket=bucket)["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    assert "LambdaFunctionConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    fails("NoSuchWebsiteConfiguration", s3.get_bucket_website, Bucket=bucket)
    fails("ReplicationConfigurationNotFoundError", s3.get_bucket_replication, Bucket=bucket)
    fails("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration, Bucket=bucket)


def test_what_is_not_served_says_so(s3, bucket, server):
    fails_with(400, "NotImplemented", s3.list_bucket_inventory_configurations, Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k")
    fails_with(400, "NotImplemented", s3.restore_object, Bucket=bucket, Key="k", RestoreRequest={"Days": 1})
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
