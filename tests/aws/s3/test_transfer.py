"""How bytes travel: TLS and trailing checksums, chunked signatures, virtual hosts, large bodies, the AWS CLI."""
import hashlib
import http.client
import io
import os
import random
import shutil
import socket
import ssl
import subprocess
import zlib

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

MIB = 1 << 20


@pytest.fixture
def tls(account, server):
    """The same account over TLS, where SDKs send checksums behind the body."""
    keys = account.credentials
    return boto3.client("s3", endpoint_url=f"https://localhost:{server.port}", region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"], verify=server.admin("GET", "health")["caFile"],
                        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))


def test_trailing_checksums(tls, bucket):
    put = tls.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(b"trailing"), ChecksumAlgorithm="CRC32")
    assert put["ChecksumCRC32"]
    got = tls.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == b"trailing" and got["ChecksumCRC32"] == put["ChecksumCRC32"] and "ContentEncoding" not in got
    content = random.Random(3).randbytes(17 * MIB)
    tls.upload_fileobj(io.BytesIO(content), bucket, "large", ExtraArgs={"ChecksumAlgorithm": "SHA256"})
    down = io.BytesIO()
    tls.download_fileobj(bucket, "large", down)
    assert hashlib.sha256(down.getvalue()).digest() == hashlib.sha256(content).digest()


def signed(server, account, method, path, body=None, host=None, headers=None):
    """A raw request with a signature of its own making: (status, headers, body)."""
    keys = account.credentials
    host = host or f"127.0.0.1:{server.port}"
    request = AWSRequest(method, f"http://{host}{path}", data=body, headers={"x-amz-content-sha256": hashlib.sha256(body or b"").hexdigest(), **(headers or {})})
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), "s3", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, body, {**dict(request.headers), "Host": host})
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


@pytest.mark.parametrize("host", ["{}.s3.amazonaws.com", "{}.s3.us-east-1.amazonaws.com", "{}.s3.dualstack.us-east-1.amazonaws.com", "{}.s3.localhost:1234"])
def test_the_bucket_in_the_host(server, account, s3, bucket, host):
    host = host.format(bucket)
    assert signed(server, account, "PUT", "/a/key", b"by host", host)[0] == 200
    assert s3.get_object(Bucket=bucket, Key="a/key")["Body"].read() == b"by host"
    status, headers, body = signed(server, account, "GET", "/a/key", None, host)
    assert (status, body) == (200, b"by host")
    status, _, body = signed(server, account, "GET", "/", None, host)
    assert status == 200 and b"<ListBucketResult" in body and b"<Key>a/key</Key>" in body
    assert signed(server, account, "HEAD", "/", None, host)[0] == 200


def test_the_bucket_in_the_path_of_awss_host(server, account, bucket):
    assert signed(server, account, "PUT", f"/{bucket}/k", b"x", "s3.amazonaws.com")[0] == 200
    assert signed(server, account, "GET", f"/{bucket}/k", None, "s3.us-east-1.amazonaws.com")[2] == b"x"


def test_heads_say_the_length_without_a_body(server, account, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 12345)
    status, headers, body = signed(server, account, "HEAD", f"/{bucket}/k")
    assert (status, headers["Content-Length"], body) == (200, "12345", b"")
    status, headers, body = signed(server, account, "GET", f"/{bucket}/k", None, None, {"If-None-Match": "*"})
    assert (status, body) == (304, b"") and headers["ETag"]
    assert signed(server, account, "HEAD", f"/{bucket}/none")[0] == 404


def test_both_ways_to_write_a_subresource(server, account, bucket):
    for path in f"/{bucket}?location", f"/{bucket}?location=":
        status, _, body = signed(server, account, "GET", path)
        assert status == 200 and b"LocationConstraint" in body


def test_a_wrong_signature(server, account, bucket):
    from copy import copy
    thief = copy(account)
    thief.credentials = dict(account.credentials, SecretAccessKey="wrong")
    status, _, body = signed(server, thief, "GET", f"/{bucket}")
    assert status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in body and b"<StringToSign>" in body


def test_a_body_that_is_not_what_was_signed(server, account, bucket):
    status, _, body = signed(server, account, "PUT", f"/{bucket}/k", b"actual", None, {"x-amz-content-sha256": hashlib.sha256(b"claimed").hexdigest()})
    assert status == 400 and b"<Code>XAmzContentSHA256Mismatch</Code>" in body


def memory_of(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024


def test_a_large_body_is_not_held_in_memory(server, account, s3, bucket, tmp_path):
    path = tmp_path / "large"
    with open(path, "wb") as file:
        for seed in range(100):
            file.write(random.Random(seed).randbytes(MIB))
    before = memory_of(server)
    with open(path, "rb") as file:
        s3.put_object(Bucket=bucket, Key="large", Body=file)
    got = s3.get_object(Bucket=bucket, Key="large")
    assert got["ContentLength"] == 100 * MIB
    digest = hashlib.md5()
    for piece in got["Body"].iter_chunks(MIB):
        digest.update(piece)
    assert f'"{digest.hexdigest()}"' == got["ETag"]
    assert memory_of(server) - before < 32 * MIB


# ---- the AWS CLI

@pytest.fixture
def aws_cli(account, server, tmp_path):
    if not shutil.which("aws"):
        pytest.skip("no AWS CLI here")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": account.credentials["AccessKeyId"], "AWS_MAX_ATTEMPTS": "1",
                   "AWS_SECRET_ACCESS_KEY": account.credentials["SecretAccessKey"], "AWS_DEFAULT_REGION": "us-east-1"}
    program = "/usr/bin/aws" if os.path.exists("/usr/bin/aws") else "aws"

    def run(*arguments, code=0):
        done = subprocess.run([program, "--endpoint-url", server.url, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr
    return run


def test_the_cli(aws_cli, tmp_path, account):
    name = f"cli-{random.randrange(10**12)}"
    assert aws_cli("s3", "mb", f"s3://{name}") == f"make_bucket: {name}\n"
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "a.txt").write_text("a")
    (tmp_path / "tree" / "deep" / "b c.html").write_text("<b>")
    large = random.Random(5).randbytes(20 * MIB)
    (tmp_path / "tree" / "large.bin").write_bytes(large)
    assert "upload: tree/a.txt" in aws_cli("s3", "sync", "tree", f"s3://{name}/t")
    assert aws_cli("s3", "sync", "tree", f"s3://{name}/t") == ""
    listed = aws_cli("s3", "ls", f"s3://{name}/t/")
    assert "PRE deep/" in listed and "20971520 large.bin" in listed
    aws_cli("s3", "cp", f"s3://{name}/t/large.bin", "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == large
    aws_cli("s3", "cp", f"s3://{name}/t/large.bin", f"s3://{name}/copy.bin")
    aws_cli("s3", "sync", f"s3://{name}/t", "out")
    assert (tmp_path / "out" / "deep" / "b c.html").read_text() == "<b>"
    aws_cli("s3", "mv", f"s3://{name}/t/a.txt", f"s3://{name}/moved.txt")
    assert aws_cli("s3", "cp", f"s3://{name}/moved.txt", "-") == "a"
    url = aws_cli("s3", "presign", f"s3://{name}/moved.txt").strip()
    assert subprocess.run(["curl", "-sf", url], capture_output=True, text=True, check=True).stdout == "a"
    assert '"ContentLength": 1' in aws_cli("s3api", "head-object", "--bucket", name, "--key", "moved.txt")
    assert "404" in aws_cli("s3api", "head-object", "--bucket", name, "--key", "none", code=254)
    aws_cli("s3", "rm", f"s3://{name}/t", "--recursive")
    assert "BucketNotEmpty" in aws_cli("s3", "rb", f"s3://{name}", code=1)
    aws_cli("s3", "rb", f"s3://{name}", "--force")
    assert name not in aws_cli("s3", "ls")
