"""CORS: the rules of a bucket, what answers tell browsers by them, preflights."""
import http.client
from urllib.parse import urlsplit

from expect import fails

PAGE = "https://www.example.com"
RULES = [{"ID": "page", "AllowedMethods": ["GET", "PUT"], "AllowedOrigins": [PAGE], "AllowedHeaders": ["x-amz-*", "Content-Type"],
          "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 30},
         {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]


def ask(s3, method, path, headers=None, host=None):
    """(status, headers in lower case, body); unsigned unless `path` is presigned."""
    server = urlsplit(s3.meta.endpoint_url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
    connection.request(method, path, headers={**(headers or {}), **({"Host": host} if host else {})})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    connection.close()
    return found


def preflight(s3, path, origin=PAGE, method="PUT", headers=None, host=None):
    sent = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return ask(s3, "OPTIONS", path, {name: value for name, value in sent.items() if value}, host)


def test_rules_come_back_and_are_checked(s3, bucket):
    def refused(code, **rule):
        rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], **rule}]
        return fails(code, s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": rules})

    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    assert "Found unsupported HTTP method in CORS config. Unsupported method is PATCH" in refused("InvalidRequest", AllowedMethods=["PATCH"])
    assert 'AllowedOrigin "*.x.*" can not have more than one wildcard.' in refused("InvalidRequest", AllowedOrigins=["*.x.*"])
    assert 'AllowedHeader "*-*" can not have more than one wildcard.' in refused("InvalidRequest", AllowedHeaders=["*-*"])
    fails("MalformedXML", s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": RULES[1:] * 101})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == RULES
    s3.delete_bucket_cors(Bucket=bucket)
    fails("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=bucket)


def test_answers_tell_what_the_page_may(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    url = urlsplit(s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}))
    path, host = f"{url.path}?{url.query}", url.netloc
    assert "access-control-allow-origin" not in ask(s3, "GET", path, {"Origin": PAGE}, host)[1]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    status, headers, body = ask(s3, "GET", path, {"Origin": PAGE}, host)
    assert (status, body) == (200, "x")
    assert {name: value for name, value in headers.items() if name.startswith("access-control") or name == "vary"} == {
        "access-control-allow-origin": PAGE, "access-control-allow-methods": "GET, PUT", "access-control-expose-headers": "ETag",
        "access-control-max-age": "30", "access-control-allow-credentials": "true",
        "vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"}
    headers = ask(s3, "GET", path, {"Origin": "https://other.example"}, host)[1]
    assert headers["access-control-allow-origin"] == "*" and "access-control-allow-credentials" not in headers
    assert "access-control-allow-origin" not in ask(s3, "GET", path, host=host)[1]
    status, headers, _ = ask(s3, "GET", f"/{bucket}/k", {"Origin": PAGE})  # unsigned: refused, and the page may read why
    assert (status, headers["access-control-allow-origin"]) == (403, PAGE)


def test_a_page_may_read_every_refusal(account, s3, bucket):
    """Also those that come before anything is done: a wrong signature, input that cannot be read, what is not served."""
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    signer = account.client("s3", signature_version="s3v4", s3={"addressing_style": "path"})
    signed = {name: urlsplit(signer.generate_presigned_url(name, Params={"Bucket": bucket, **more}))
              for name, more in [("get_object", {"Key": "none"}), ("list_objects_v2", {"MaxKeys": 1}), ("list_bucket_inventory_configurations", {})]}
    missing, listing, unserved = (f"{url.path}?{url.query}" for url in signed.values())
    for path, code in [(missing, "NoSuchKey"), (missing + "0", "SignatureDoesNotMatch"), (listing.replace("max-keys=1", "max-keys=x"), "SignatureDoesNotMatch"),
                       (unserved, "NotImplemented")]:
        _, headers, body = ask(s3, "GET", path, {"Origin": PAGE})
        assert f"<Code>{code}</Code>" in body and headers["access-control-allow-origin"] == PAGE, body
    assert "access-control-allow-origin" not in ask(s3, "GET", "/no-such-bucket-here/k", {"Origin": PAGE})[1]


def test_preflights(s3, bucket):
    status, _, body = preflight(s3, f"/{bucket}/k")
    assert status == 403 and "<Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled for this bucket.</Message>" in body
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    for path, host in [(f"/{bucket}/k", None), ("/k", f"{bucket}.s3.amazonaws.com"), (f"/{bucket}", None)]:
        status, headers, body = preflight(s3, path, headers="X-Amz-Date, content-type", host=host)
        assert (status, body, headers["access-control-allow-origin"]) == (200, "", PAGE)
        assert headers["access-control-allow-headers"] == "x-amz-date, content-type"
        assert headers["access-control-allow-methods"] == "GET, PUT"
    for asked in [{"method": "DELETE"}, {"origin": "https://other.example"}, {"headers": "x-other"}]:
        status, headers, body = preflight(s3, f"/{bucket}/k", **asked)
        assert status == 403 and "access-control-allow-origin" not in headers
        assert ("CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
                "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource") in body
        assert "<ResourceType>OBJECT</ResourceType>" in body
    status, _, body = preflight(s3, f"/{bucket}/k", origin=None)
    assert status == 400 and "<Code>BadRequest</Code><Message>Insufficient information. Origin request header needed.</Message>" in body
