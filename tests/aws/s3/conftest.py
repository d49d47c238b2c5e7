"""A bucket of its own for each test; emptied and removed afterwards."""
import random

import pytest
from botocore.exceptions import ClientError


def remove(s3, name):
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for entry in page.get("Versions", []) + page.get("DeleteMarkers", []):
            s3.delete_object(Bucket=name, Key=entry["Key"], VersionId=entry["VersionId"])
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def s3(account):
    return account.client("s3")


@pytest.fixture
def make_bucket(s3):
    made = []

    def make(**options):
        name = f"test-{random.randrange(10**12):012}"
        s3.create_bucket(Bucket=name, **options)
        made.append(name)
        return name
    yield make
    for name in made:
        try:
            remove(s3, name)
        except ClientError:
            pass  # a test may have removed it, or locked itself out


@pytest.fixture
def bucket(make_bucket):
    return make_bucket()


@pytest.fixture
def versioned(s3, make_bucket):
    name = make_bucket()
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name
