"""Access control lists, owners of objects, and the public access block."""
import json
import urllib.error
import urllib.request

import pytest
from expect import aws_error, fails

ALL = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOGS = "http://acs.amazonaws.com/groups/s3/LogDelivery"
NOT_SUPPORTED = "The bucket does not allow ACLs"


def arn(bucket, key=None):
    return f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")


def grants(answer):
    return {(g["Grantee"].get("ID", g["Grantee"].get("URI")), g["Permission"]) for g in answer["Grants"]}


def canonical(account):
    return account.client("s3").list_buckets()["Owner"]["ID"]


def put_policy(s3, bucket, *statements):
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def allow(principal, action, resource, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def unsigned(s3, path):
    try:
        with urllib.request.urlopen(f"{s3.meta.endpoint_url}/{path}", timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def writers(s3, make_bucket):
    """A bucket whose objects belong to who writes them, and where nothing public is blocked."""
    name = make_bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=name)
    return name


def test_the_default_takes_no_acls(account, s3, bucket):
    owner = canonical(account)
    assert len(owner) == 64 and grants(s3.get_bucket_acl(Bucket=bucket)) == {(owner, "FULL_CONTROL")}
    s3.put_object(Bucket=bucket, Key="k")
    calls = [lambda **acl: s3.put_bucket_acl(Bucket=bucket, **acl), lambda **acl: s3.put_object_acl(Bucket=bucket, Key="k", **acl),
             lambda **acl: s3.put_object(Bucket=bucket, Key="k", **acl), lambda **acl: s3.create_multipart_upload(Bucket=bucket, Key="k", **acl),
             lambda **acl: s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k", **acl)]
    for call in calls:
        for acl in {"ACL": "public-read"}, {"ACL": "private"}, {"GrantRead": f'uri="{ALL}"'}, {"GrantRead": f'id="{owner}"'}:
            with aws_error("AccessControlListNotSupported", NOT_SUPPORTED, 400):
                call(**acl)
        call(ACL="bucket-owner-full-control")
    s3.put_object_acl(Bucket=bucket, Key="k", AccessControlPolicy={"Owner": {"ID": owner}, "Grants": [
        {"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "FULL_CONTROL"}]})
    assert grants(s3.get_object_acl(Bucket=bucket, Key="k")) == {(owner, "FULL_CONTROL")}


@pytest.mark.parametrize("canned, more", [
    ("private", set()), ("public-read", {(ALL, "READ")}), ("public-read-write", {(ALL, "READ"), (ALL, "WRITE")}),
    ("authenticated-read", {(SIGNED, "READ")}), ("log-delivery-write", {(LOGS, "WRITE"), (LOGS, "READ_ACP")}),
    ("aws-exec-read", {("6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c", "READ")})])
def test_canned(account, s3, writers, canned, more):
    s3.put_bucket_acl(Bucket=writers, ACL=canned)
    assert grants(s3.get_bucket_acl(Bucket=writers)) == {(canonical(account), "FULL_CONTROL")} | more


def test_grants_in_headers_and_documents(account, other_account, s3, writers):
    owner, other = canonical(account), canonical(other_account)
    s3.put_object(Bucket=writers, Key="k", GrantRead=f'id="{other}", uri="{SIGNED}"', GrantFullControl=f"id={owner}")
    assert grants(s3.get_object_acl(Bucket=writers, Key="k")) == {(owner, "FULL_CONTROL"), (other, "READ"), (SIGNED, "READ")}
    s3.put_object_acl(Bucket=writers, Key="k", AccessControlPolicy={"Owner": {"ID": owner}, "Grants": [
        {"Grantee": {"Type": "CanonicalUser", "ID": other}, "Permission": "READ_ACP"}, {"Grantee": {"Type": "Group", "URI": ALL}, "Permission": "READ"}]})
    assert grants(s3.get_object_acl(Bucket=writers, Key="k")) == {(other, "READ_ACP"), (ALL, "READ")}
    def put(**acl):
        s3.put_object_acl(Bucket=writers, Key="k", **acl)
    assert fails("InvalidRequest", put, ACL="private", GrantRead=f"id={other}") == "Specifying both Canned ACLs and Header Grants is not allowed"
    assert fails("InvalidArgument", put, GrantRead="id=" + "0" * 64) == "Invalid id"
    assert fails("InvalidArgument", put, GrantRead="uri=http://acs.amazonaws.com/groups/none") == "Invalid group uri"
    assert fails("InvalidArgument", put, GrantRead=other) == "Argument format not recognized"
    with aws_error("MethodNotAllowed", status=405):
        put(GrantRead='emailAddress="a@b.com"')
    fails("InvalidArgument", put, ACL="no-such")
    with aws_error("MissingSecurityHeader", "Your request was missing a required header", 400):
        put()
    with aws_error("AccessDenied", status=403):  # an ACL does not change the owner
        put(AccessControlPolicy={"Owner": {"ID": other}, "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": other}, "Permission": "READ"}]})


def test_what_the_grants_of_a_bucket_allow(account, other_account, s3, writers):
    theirs, other = other_account.client("s3"), canonical(other_account)
    s3.put_object(Bucket=writers, Key="k", Body=b"x")
    uses = {"READ": lambda: theirs.list_objects_v2(Bucket=writers), "WRITE": lambda: theirs.put_object(Bucket=writers, Key="new", Body=b"y"),
            "READ_ACP": lambda: theirs.get_bucket_acl(Bucket=writers), "WRITE_ACP": lambda: theirs.put_bucket_acl(Bucket=writers, ACL="private")}
    for granted in uses:
        for permission, use in uses.items():
            s3.put_bucket_acl(Bucket=writers, AccessControlPolicy={"Owner": {"ID": canonical(account)}, "Grants": [
                {"Grantee": {"Type": "CanonicalUser", "ID": other}, "Permission": granted}]})
            if permission == granted:
                use()
            else:
                fails("AccessDenied", use)
    assert grants(s3.get_bucket_acl(Bucket=writers)) == {(canonical(account), "FULL_CONTROL")}  # what the other account put
    fails("AccessDenied", theirs.get_object, Bucket=writers, Key="k")  # a bucket's ACL says nothing of its objects
    assert unsigned(s3, writers) == 403
    s3.put_bucket_acl(Bucket=writers, ACL="public-read")
    assert unsigned(s3, writers) == 200 and unsigned(s3, f"{writers}?list-type=2") == 200 and unsigned(s3, f"{writers}/none") == 403


def test_a_policy_names_accounts_by_canonical_id(account, other_account, s3, bucket):
    """S3 User Guide, "Principals for bucket policies": the account's ID stands in its place afterwards."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    put_policy(s3, bucket, allow({"CanonicalUser": canonical(other_account)}, "s3:GetObject", arn(bucket, "k")))
    assert other_account.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    shown = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]["Principal"]
    assert shown == {"AWS": [f"arn:aws:iam::{other_account.id}:root"]}
    assert fails("MalformedPolicy", put_policy, s3, bucket, allow({"CanonicalUser": "0" * 64}, "s3:GetObject", arn(bucket, "k"))) == "Invalid principal in policy"


def test_what_the_grants_of_an_object_allow(account, other_account, s3, writers):
    theirs = other_account.client("s3")
    s3.put_object(Bucket=writers, Key="k", Body=b"x", GrantRead=f"id={canonical(other_account)}")
    assert theirs.get_object(Bucket=writers, Key="k")["Body"].read() == b"x"
    fails("AccessDenied", theirs.get_object_acl, Bucket=writers, Key="k")
    assert unsigned(s3, f"{writers}/k") == 403
    s3.put_object_acl(Bucket=writers, Key="k", ACL="authenticated-read")
    theirs.get_object(Bucket=writers, Key="k")
    assert unsigned(s3, f"{writers}/k") == 403
    s3.put_object_acl(Bucket=writers, Key="k", ACL="public-read")
    assert unsigned(s3, f"{writers}/k") == 200
    iam = other_account.client("iam")  # the account is let in; who of it, its own policies say
    iam.create_user(UserName="u")
    keys = iam.create_access_key(UserName="u")["AccessKey"]
    s3.put_object_acl(Bucket=writers, Key="k", ACL="private")
    s3.put_object(Bucket=writers, Key="k", Body=b"x", GrantRead=f"id={canonical(other_account)}")
    fails("AccessDenied", other_account.client("s3", credentials=keys).get_object, Bucket=writers, Key="k")


def test_versions_have_acls_of_their_own(s3, writers):
    s3.put_bucket_versioning(Bucket=writers, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=writers, Key="k", Body=b"1", ACL="public-read")["VersionId"]
    second = s3.put_object(Bucket=writers, Key="k", Body=b"2")["VersionId"]
    assert [unsigned(s3, f"{writers}/k{version}") for version in ("", f"?versionId={first}", f"?versionId={second}")] == [403, 200, 403]
    s3.put_object_acl(Bucket=writers, Key="k", VersionId=first, ACL="private")
    assert unsigned(s3, f"{writers}/k?versionId={first}") == 403 and len(s3.get_object_acl(Bucket=writers, Key="k", VersionId=first)["Grants"]) == 1


def test_objects_belong_to_their_writers(account, other_account, s3, writers):
    theirs, me, them = other_account.client("s3"), canonical(account), canonical(other_account)
    put_policy(s3, writers, allow({"AWS": other_account.id}, ["s3:PutObject", "s3:PutObjectAcl"], arn(writers, "*")),
               allow({"AWS": account.id}, "s3:*", arn(writers, "*")))
    theirs.put_object(Bucket=writers, Key="k", Body=b"theirs")
    assert [o["Owner"]["ID"] for o in s3.list_objects(Bucket=writers)["Contents"]] == [them]
    assert s3.list_objects_v2(Bucket=writers, FetchOwner=True)["Contents"][0]["Owner"]["ID"] == them
    assert theirs.get_object(Bucket=writers, Key="k")["Body"].read() == b"theirs"  # the owner needs nobody's leave
    fails("AccessDenied", s3.get_object, Bucket=writers, Key="k")  # the bucket's owner needs the object's
    fails("AccessDenied", s3.put_object_acl, Bucket=writers, Key="k", ACL="private")
    theirs.put_object_acl(Bucket=writers, Key="k", ACL="bucket-owner-full-control")
    assert grants(theirs.get_object_acl(Bucket=writers, Key="k")) == {(them, "FULL_CONTROL"), (me, "FULL_CONTROL")}
    assert s3.get_object(Bucket=writers, Key="k")["Body"].read() == b"theirs"
    put_policy(s3, writers, {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": arn(writers, "*")})
    fails("AccessDenied", theirs.get_object, Bucket=writers, Key="k")  # it may deny what it cannot allow
    s3.delete_bucket_policy(Bucket=writers)
    s3.put_bucket_ownership_controls(Bucket=writers, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    assert grants(s3.get_object_acl(Bucket=writers, Key="k")) == {(me, "FULL_CONTROL")} and s3.get_object(Bucket=writers, Key="k")
    fails("AccessDenied", theirs.get_object, Bucket=writers, Key="k")
    s3.put_bucket_ownership_controls(Bucket=writers, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.delete_object(Bucket=writers, Key="k")  # always the bucket's owner's


def test_the_preferred_owner_is_asked_for(account, other_account, s3, make_bucket):
    name = make_bucket(ObjectOwnership="BucketOwnerPreferred")
    theirs = other_account.client("s3")
    put_policy(s3, name, allow({"AWS": other_account.id}, ["s3:PutObject", "s3:PutObjectAcl"], arn(name, "*"),
                               Condition={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}))
    fails("AccessDenied", theirs.put_object, Bucket=name, Key="k", Body=b"x")
    theirs.put_object(Bucket=name, Key="k", Body=b"x", ACL="bucket-owner-full-control")
    assert s3.list_objects(Bucket=name)["Contents"][0]["Owner"]["ID"] == canonical(account)
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
    put_policy(s3, name, allow({"AWS": other_account.id}, "s3:PutObject*", arn(name, "*"), Condition={"StringLike": {"s3:x-amz-grant-full-control": "*id=*"}}))
    theirs.put_object(Bucket=name, Key="g", Body=b"x", GrantFullControl=f"id={canonical(account)}")
    assert {o["Key"]: o["Owner"]["ID"] for o in s3.list_objects(Bucket=name)["Contents"]} == {"k": canonical(account), "g": canonical(other_account)}
    upload = theirs.create_multipart_upload  # condition keys of uploads too
    fails("AccessDenied", upload, Bucket=name, Key="m")


def test_ownership_controls(s3, writers, make_bucket):
    s3.put_bucket_acl(Bucket=writers, ACL="public-read")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    with aws_error("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", 400):
        s3.put_bucket_ownership_controls(Bucket=writers, OwnershipControls=enforced)
    s3.put_bucket_acl(Bucket=writers, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=writers, OwnershipControls=enforced)
    fails("MalformedXML", s3.put_bucket_ownership_controls, Bucket=writers, OwnershipControls={"Rules": [{"ObjectOwnership": "Somebody"}]})
    with aws_error("InvalidBucketAclWithObjectOwnership", status=400):
        make_bucket(ACL="public-read")
    with aws_error("InvalidBucketAclWithBlockPublicAccessError", "Bucket cannot have public ACLs set with BlockPublicAccess enabled", 400):
        make_bucket(ACL="public-read", ObjectOwnership="ObjectWriter")
    assert len(s3.get_bucket_acl(Bucket=make_bucket(ACL="log-delivery-write", ObjectOwnership="ObjectWriter"))["Grants"]) == 3


def test_headers_of_a_new_bucket_need_their_permissions(account):
    iam = account.client("iam")
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*"}]}))
    s3 = account.client("s3", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    assert "s3:PutBucketOwnershipControls" in fails("AccessDenied", s3.create_bucket, Bucket=f"acl-{account.id}", ObjectOwnership="ObjectWriter")
    assert "s3:PutBucketAcl" in fails("AccessDenied", s3.create_bucket, Bucket=f"acl-{account.id}", ACL="private")
    s3.create_bucket(Bucket=f"acl-{account.id}")


# ---- the public access block

def block(s3, bucket, **settings):
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=settings)


def test_public_acls_are_blocked(s3, account, writers):
    block(s3, writers, BlockPublicAcls=True)
    s3.put_object(Bucket=writers, Key="k", ACL="private")
    caller = account.client("sts").get_caller_identity()["Arn"]
    text = "because public access control lists (ACLs) are blocked by the BlockPublicAcls block public access setting."
    for call, action, resource in [
            (lambda **acl: s3.put_bucket_acl(Bucket=writers, **acl), "s3:PutBucketAcl", arn(writers)),
            (lambda **acl: s3.put_object_acl(Bucket=writers, Key="k", **acl), "s3:PutObjectAcl", arn(writers, "k")),
            (lambda **acl: s3.put_object(Bucket=writers, Key="k", **acl), "s3:PutObject", arn(writers, "k"))]:
        for acl in {"ACL": "public-read"}, {"ACL": "authenticated-read"}, {"GrantReadACP": f"uri={SIGNED}"}:
            with aws_error("AccessDenied", f'User: {caller} is not authorized to perform: {action} on resource: "{resource}" {text}', 403):
                call(**acl)
        call(ACL="private")


def test_public_acls_are_ignored(s3, other_account, writers):
    s3.put_object(Bucket=writers, Key="k", ACL="public-read")
    s3.put_object(Bucket=writers, Key="named", GrantRead=f"id={canonical(other_account)}")
    block(s3, writers, IgnorePublicAcls=True)
    assert unsigned(s3, f"{writers}/k") == 403
    fails("AccessDenied", other_account.client("s3").get_object, Bucket=writers, Key="k")
    other_account.client("s3").get_object(Bucket=writers, Key="named")
    assert (ALL, "READ") in grants(s3.get_object_acl(Bucket=writers, Key="k"))  # kept, and in force again without the block
    block(s3, writers, IgnorePublicAcls=False)
    assert unsigned(s3, f"{writers}/k") == 200


# S3 User Guide, "Blocking public access to your Amazon S3 storage", the meaning of "public".
PUBLIC = [
    (True, None), (True, {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}), (True, {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "64.0.0.0/2"]}}),
    (True, {"IpAddress": {"aws:SourceIp": "2001::/16"}}), (True, {"StringLike": {"aws:SourceVpc": "vpc-*"}}),
    (True, {"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}), (True, {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}),
    (True, {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}), (True, {"Bool": {"aws:SecureTransport": "true"}}),
    (True, {"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-1"}}), (True, {"StringLike": {"aws:userid": "AROAX:*"}}),
    (False, {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32"]}}), (False, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}),
    (False, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), (False, {"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:t"}}),
    (False, {"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:111122223333:accesspoint/*"}}),
    (True, {"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-east-1:*:accesspoint/a"}}),
]


@pytest.mark.parametrize("public, condition", PUBLIC)
def test_what_public_means(s3, account, bucket, public, condition):
    statement = allow("*", "s3:GetObject", arn(bucket, "*"), **({"Condition": condition} if condition else {}))
    caller = account.client("sts").get_caller_identity()["Arn"]
    if public:
        with aws_error("AccessDenied", f'User: {caller} is not authorized to perform: s3:PutBucketPolicy on resource: "{arn(bucket)}" '
                       "because public policies are blocked by the BlockPublicPolicy block public access setting.", 403):
            put_policy(s3, bucket, statement)
    block(s3, bucket)
    put_policy(s3, bucket, statement)
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is public


def test_a_public_bucket_is_restricted_to_its_account(s3, account, other_account, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.put_object(Bucket=bucket, Key="named", Body=b"x")
    iam = account.client("iam")
    iam.create_user(UserName="u")
    user = account.client("s3", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    theirs = other_account.client("s3")
    block(s3, bucket)
    named = allow({"AWS": other_account.id}, "s3:GetObject", arn(bucket, "named"), Sid="named")
    put_policy(s3, bucket, allow("*", "s3:GetObject", arn(bucket, "k")), named)
    for client in user, theirs:
        client.get_object(Bucket=bucket, Key="k")
    assert unsigned(s3, f"{bucket}/k") == 200
    block(s3, bucket, RestrictPublicBuckets=True)
    user.get_object(Bucket=bucket, Key="k")
    fails("AccessDenied", theirs.get_object, Bucket=bucket, Key="k")
    fails("AccessDenied", theirs.get_object, Bucket=bucket, Key="named")  # no account but the owner's, as long as it is public
    assert unsigned(s3, f"{bucket}/k") == 403
    put_policy(s3, bucket, named)
    theirs.get_object(Bucket=bucket, Key="named")
