"""Runs git against the server, signed as CodeCommit's credential program signs."""
import datetime
import hashlib
import hmac
import os
import subprocess
import urllib.parse

ENVIRONMENT = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
               "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com", "GIT_COMMITTER_NAME": "Ann",
               "GIT_COMMITTER_EMAIL": "ann@example.com"}


def credentials_for(key, secret, token, host, path, region="us-east-1"):
    stamp = datetime.datetime.utcnow().strftime("%Y%m%dT%H%M%S")
    scope = f"{stamp[:8]}/{region}/codecommit/aws4_request"
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = ("AWS4" + secret).encode()
    for part in (stamp[:8], region, "codecommit", "aws4_request", text):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    return (f"{key}%{token}" if token else key), f"{stamp}Z{signing.hex()}"


def url_of(account, repository, credentials=None):
    """The clone URL with credentials of the account's administrator, or of given ones."""
    keys = credentials or account.credentials
    path = f"/v1/repos/{repository}"
    user, password = credentials_for(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"), "127.0.0.1", path)
    return account.url.replace("http://", f"http://{urllib.parse.quote(user, safe='')}:{password}@") + path


def git(folder, *words, check=True, **environment):
    done = subprocess.run(["git", *words], cwd=folder, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, timeout=120)
    if check:
        assert done.returncode == 0, done.stderr
    return done
