"""Buckets as websites: documents for browsers, whom the bucket's policy knows as anybody."""
import http.client
import json
from urllib.parse import urlsplit

import pytest
from expect import aws_error, fails, fails_with

REGION = "us-east-1"


def visit(s3, bucket, path, method="GET", host=None, headers=None):
    """(status, headers in lower case, body) at the website endpoint."""
    server = urlsplit(s3.meta.endpoint_url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
    connection.request(method, path, headers={"Host": host or f"{bucket}.s3-website-{REGION}.amazonaws.com", **(headers or {})})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    connection.close()
    return found


def let_anybody(s3, bucket, *actions, **condition):
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"], **condition}]}))


def configure(s3, bucket, **website):
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, **website})


@pytest.fixture
def site(s3, bucket):
    for key in "index.html", "docs/index.html", "page.html":
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), ContentType="text/html")
    configure(s3, bucket)
    return bucket


@pytest.mark.parametrize("host", ["{}.s3-website-us-east-1.amazonaws.com", "{}.s3-website.us-east-1.amazonaws.com", "{}.s3-website.localhost:4566", "{}.s3-website-us-east-1.localhost"])
def test_documents(s3, site, host):
    let_anybody(s3, site, "s3:GetObject", "s3:ListBucket")
    for path, body in ("/", "index.html"), ("/docs/", "docs/index.html"), ("/page.html?x=1", "page.html"):
        status, headers, found = visit(s3, site, path, host=host.format(site))
        assert (status, headers["content-type"], found) == (200, "text/html", body)
    status, headers, body = visit(s3, site, "/docs", host=host.format(site))
    assert (status, headers["location"], body) == (302, "/docs/", "")
    status, headers, body = visit(s3, site, "/none<", host=host.format(site))
    assert (status, headers["content-type"], headers["x-amz-error-code"]) == (404, "text/html; charset=utf-8", "NoSuchKey")
    assert "<h1>404 Not Found</h1>" in body and "<li>Message: The specified key does not exist.</li>\n<li>Key: none&lt;</li>" in body


def test_methods_and_conditions(s3, site):
    let_anybody(s3, site, "s3:GetObject", "s3:ListBucket")
    status, headers, body = visit(s3, site, "/page.html", "HEAD")
    assert (status, headers["content-length"], body) == (200, "9", "")
    assert visit(s3, site, "/none", "HEAD")[::2] == (404, "")
    assert visit(s3, site, "/page.html", headers={"If-None-Match": headers["etag"]})[::2] == (304, "")
    assert visit(s3, site, "/page.html", headers={"Range": "bytes=0-3"})[::2] == (206, "page")
    for method in "PUT", "POST", "DELETE":
        status, headers, _ = visit(s3, site, "/page.html", method)
        assert (status, headers["x-amz-error-code"]) == (405, "MethodNotAllowed")


def test_policy_decides_for_anybody(s3, site):
    """Not the block's and not the owner's business alone: what the policy lets anonymous callers do, and under which conditions."""
    status, headers, body = visit(s3, site, "/")
    assert (status, headers["x-amz-error-code"]) == (403, "AccessDenied") and "<li>Message: Access Denied</li>" in body
    let_anybody(s3, site, "s3:GetObject")
    assert visit(s3, site, "/")[0] == 200 and visit(s3, site, "/none")[0] == 403  # who may not list is not told
    assert visit(s3, site, "/docs")[0] == 302
    let_anybody(s3, site, "s3:GetObject", Condition={"StringLike": {"aws:Referer": "https://www.example.com/*"}})
    assert visit(s3, site, "/")[0] == 403
    assert visit(s3, site, "/", headers={"Referer": "https://www.example.com/x"})[0] == 200
    s3.put_public_access_block(Bucket=site, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert visit(s3, site, "/", headers={"Referer": "https://www.example.com/x"})[0] == 403
    let_anybody(s3, site, "s3:GetObject")
    s3.put_bucket_request_payment(Bucket=site, RequestPaymentConfiguration={"Payer": "Requester"})
    assert visit(s3, site, "/")[0] == 403  # nobody pays


def test_error_documents(s3, site):
    let_anybody(s3, site, "s3:GetObject", "s3:ListBucket")
    configure(s3, site, ErrorDocument={"Key": "error.html"})
    status, _, body = visit(s3, site, "/none")
    assert status == 404 and "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>" in body and body.count("Code: NoSuchKey") == 2
    s3.put_object(Bucket=site, Key="error.html", Body=b"sorry", ContentType="text/html")
    status, headers, body = visit(s3, site, "/none")
    assert (status, headers["content-type"], headers["x-amz-error-code"], body) == (404, "text/html", "NoSuchKey", "sorry")


def test_redirects(s3, site):
    let_anybody(s3, site, "s3:GetObject", "s3:ListBucket")
    host = f"{site}.s3-website-{REGION}.amazonaws.com"
    configure(s3, site, RoutingRules=[
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}},
        {"Condition": {"KeyPrefixEquals": "gone/", "HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"ReplaceKeyWith": "page.html", "HttpRedirectCode": "307"}},
        {"Condition": {"HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"HostName": "other.example", "Protocol": "https", "ReplaceKeyPrefixWith": "404/"}}])
    assert s3.get_bucket_website(Bucket=site)["RoutingRules"][0] == {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}
    for path, status, location in [("/old/a%20b", 301, f"http://{host}/new/a%20b"), ("/gone/x", 307, f"http://{host}/page.html"),
                                   ("/none", 301, "https://other.example/404/none")]:
        found, headers, _ = visit(s3, site, path)
        assert (found, headers["location"]) == (status, location)
    assert visit(s3, site, "/page.html")[0] == 200
    s3.put_object(Bucket=site, Key="moved", WebsiteRedirectLocation="/page.html")
    status, headers, _ = visit(s3, site, "/moved")
    assert (status, headers["location"]) == (301, "/page.html")
    upload = s3.create_multipart_upload(Bucket=site, Key="big", WebsiteRedirectLocation="https://big.example/")["UploadId"]
    part = s3.upload_part(Bucket=site, Key="big", UploadId=upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(Bucket=site, Key="big", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert visit(s3, site, "/big")[1]["location"] == "https://big.example/"
    with aws_error("InvalidRedirectLocation", "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.", 400):
        s3.put_object(Bucket=site, Key="moved", WebsiteRedirectLocation="page.html")
    s3.put_bucket_website(Bucket=site, WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "www.example.com", "Protocol": "https"}})
    status, headers, _ = visit(s3, site, "/any/thing")
    assert (status, headers["location"]) == (301, "https://www.example.com/any/thing")


def test_no_website(s3, bucket):
    fails_with(404, "NoSuchWebsiteConfiguration", s3.get_bucket_website, Bucket=bucket)
    status, headers, body = visit(s3, bucket, "/")
    assert (status, headers["x-amz-error-code"]) == (404, "NoSuchWebsiteConfiguration") and f"<li>BucketName: {bucket}</li>" in body
    assert visit(s3, "no-such-bucket-of-all", "/")[1]["x-amz-error-code"] == "NoSuchBucket"
    configure(s3, bucket)
    s3.delete_bucket_website(Bucket=bucket)
    fails("NoSuchWebsiteConfiguration", s3.get_bucket_website, Bucket=bucket)


INDEX = {"IndexDocument": {"Suffix": "i"}}


@pytest.mark.parametrize("website, code, text", [
    ({}, "InvalidArgument", "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"),
    ({"IndexDocument": {"Suffix": "a/b"}}, "InvalidArgument", "The IndexDocument Suffix is not well formed"),
    ({"RedirectAllRequestsTo": {"HostName": "h"}, **INDEX}, "InvalidArgument", "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."),
    ({"RedirectAllRequestsTo": {"HostName": "h", "Protocol": "ftp"}}, "InvalidRequest",
     "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically."),
    ({"RoutingRules": [{"Redirect": {"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}}], **INDEX}, "InvalidRequest", "You can only define ReplaceKeyPrefix or ReplaceKey but not both."),
    ({"RoutingRules": [{"Redirect": {"HttpRedirectCode": "300"}}], **INDEX}, "InvalidRequest", "The provided HTTP redirect code (300) is not valid. Valid codes are 3XX except 300."),
    ({"RoutingRules": [{"Condition": {"HttpErrorCodeReturnedEquals": "200"}, "Redirect": {"HostName": "h"}}], **INDEX}, "InvalidRequest",
     "The provided HTTP error code (200) is not valid. Valid codes are 4XX or 5XX."),
    ({"RoutingRules": [{"Redirect": {"HostName": "h"}}] * 51, **INDEX}, "InvalidRequest",
     "51 routing rules provided, the number of routing rules in a website configuration is limited to 50."),
    ({"RoutingRules": [{"Redirect": {"HostName": "h\r\nX-Y: z"}}], **INDEX}, "InvalidRequest", "The host name is not well formed.")])
def test_configurations_that_are_wrong(s3, bucket, website, code, text):
    with aws_error(code, text, 400):
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)


def test_actions(account, s3, site):
    iam = account.client("iam")
    iam.create_user(UserName="u")
    theirs = account.client("s3", credentials=iam.create_access_key(UserName="u")["AccessKey"])
    for action, call, more in [("s3:GetBucketWebsite", theirs.get_bucket_website, {}), ("s3:PutBucketWebsite", theirs.put_bucket_website, {"WebsiteConfiguration": INDEX}),
                               ("s3:DeleteBucketWebsite", theirs.delete_bucket_website, {})]:
        assert f"is not authorized to perform: {action} on resource" in fails("AccessDenied", call, Bucket=site, **more)
