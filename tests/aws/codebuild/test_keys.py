"""The key of a build's artifacts, S3 log and cache: which it is, and who is asked for it."""
import json

from builds import finished, make_project, make_role, phases
from customer_keys import NO_IDENTITY, allow, denied, key_policy, make_key, root

SPEC = """
version: 0.2
phases:
  build:
    commands: [mkdir -p kept out, echo x > out/a.txt, echo y > kept/b.txt]
artifacts:
  files: [out/a.txt]
cache:
  paths: [kept/**/*]
"""


def bucket_of(account, key=None):
    """A bucket, whose default key is `key`."""
    s3, name = account.client("s3"), f"keys-{account.id}"
    s3.create_bucket(Bucket=name)
    if key:
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]})
    return name


def to(bucket, **more):
    """A project's artifact, log and cache in the bucket."""
    return {"artifacts": {"type": "S3", "location": bucket, "packaging": "ZIP", "name": "artifact.zip", **more},
            "cache": {"type": "S3", "location": f"{bucket}/cache"},
            "logsConfig": {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "ENABLED", "location": f"{bucket}/log", **more}}}


def run(account):
    return finished(account, account.client("codebuild").start_build(projectName="proj")["build"]["id"])


def keys_of_objects(account, bucket):
    """{first part of the object's key: the KMS key it is under}"""
    s3 = account.client("s3")
    objects = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    return {name.split("/")[0]: s3.head_object(Bucket=bucket, Key=name).get("SSEKMSKeyId") for name in objects}


def test_all_that_a_build_stores_is_under_the_projects_key(account):
    key, default = make_key(account), make_key(account)
    account.client("kms").create_alias(AliasName="alias/artifacts", TargetKeyId=key)
    bucket, codebuild = bucket_of(account, default), account.client("codebuild")
    make_project(account, SPEC, **to(bucket))
    def everything_under(expected):
        build = run(account)
        assert build["buildStatus"] == "SUCCEEDED", build["phases"]
        assert keys_of_objects(account, bucket) == {"artifact.zip": expected, "cache": expected, "log": expected}
        return build
    # Without a key of its own the account's for S3, which CodeBuild names: the bucket's default does not count.
    managed = account.client("kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    assert everything_under(managed)["encryptionKey"] == f"arn:aws:kms:us-east-1:{account.id}:alias/aws/s3"
    for name in (key, f"arn:aws:kms:us-east-1:{account.id}:alias/artifacts", "alias/artifacts", key.split("/")[1]):
        codebuild.update_project(name="proj", encryptionKey=name)
        for stored in account.client("s3").list_objects_v2(Bucket=bucket)["Contents"]:
            account.client("s3").delete_object(Bucket=bucket, Key=stored["Key"])
        assert everything_under(key)["encryptionKey"] == name
    codebuild.update_project(name="proj", **to(bucket, encryptionDisabled=True))
    assert run(account)["buildStatus"] == "SUCCEEDED"
    assert keys_of_objects(account, bucket)["artifact.zip"] == default


def test_the_builds_role_is_asked_for_the_key(account):
    key, bucket = make_key(account), bucket_of(account)
    role = make_role(account, [allow("logs:*", "s3:*")])
    make_project(account, SPEC, role=role, encryptionKey=key, **{"artifacts": to(bucket)["artifacts"]})
    def failure():
        build = run(account)
        assert build["buildStatus"] == "FAILED" and phases(build)["UPLOAD_ARTIFACTS"] == "FAILED"
        return next(p["contexts"][0] for p in build["phases"] if p["phaseType"] == "UPLOAD_ARTIFACTS"), build
    context, build = failure()
    session = f"arn:aws:sts::{account.id}:assumed-role/build/AWSCodeBuild-{build['id'].split(':')[1]}"
    assert context["statusCode"] == "CLIENT_ERROR" and context["message"].split(". Go to https://")[0] == \
        f"Error in UPLOAD_ARTIFACTS phase: AccessDenied: {denied(session, 'kms:GenerateDataKey', key, NO_IDENTITY)}"
    account.client("kms").disable_key(KeyId=key)
    account.client("iam").put_role_policy(RoleName="build", PolicyName="kms", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [allow("kms:GenerateDataKey")]}))
    assert failure()[0]["message"] == f"Error in UPLOAD_ARTIFACTS phase: KMS.DisabledException: {key} is disabled."
    account.client("kms").enable_key(KeyId=key)
    assert run(account)["buildStatus"] == "SUCCEEDED"


def test_another_accounts_key(account, other_account):
    bucket = bucket_of(account)
    key = make_key(other_account, {**allow("kms:GenerateDataKey", "kms:Decrypt", **{
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account.id},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/*"}}), "Principal": root(account)})
    make_project(account, SPEC, encryptionKey=key, **to(bucket))
    assert run(account)["buildStatus"] == "SUCCEEDED"
    assert keys_of_objects(account, bucket)["artifact.zip"] == key
    other_account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(other_account))
    build = run(account)
    message = next(p["contexts"][0]["message"] for p in build["phases"] if p["phaseType"] == "UPLOAD_ARTIFACTS")
    assert build["buildStatus"] == "FAILED" and f"kms:GenerateDataKey on resource: {key} because no resource-based policy allows" in message
