"""An OpenID Connect issuer for tests: serves its configuration and keys on this machine, and signs tokens."""
import base64
import http.server
import json
import os
import subprocess
import tempfile
import threading


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*args, given=b""):
    return subprocess.run(["openssl", *args], input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def der_numbers(der):
    """The two integers of an ECDSA signature."""
    assert der[0] == 0x30 and der[2] == 2
    r, rest = der[4:4 + der[3]], der[4 + der[3]:]
    return [int.from_bytes(n, "big") for n in (r, rest[2:2 + rest[1]])]


class Issuer:
    def __init__(self, path=""):
        self.folder = tempfile.TemporaryDirectory()
        self.files = {"RS256": os.path.join(self.folder.name, "rsa.pem"), "ES256": os.path.join(self.folder.name, "ec.pem")}
        openssl("genrsa", "-out", self.files["RS256"], "2048")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.files["ES256"])
        self.key_set = self.keys()
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = {f"{path}/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": issuer.url + "/keys"},
                        f"{path}/keys": issuer.key_set}.get(self.path)
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(json.dumps(body or {}).encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{path}"
        self.name = self.url[len("http://"):]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keys(self):
        modulus = openssl("rsa", "-in", self.files["RS256"], "-noout", "-modulus").decode().strip().split("=")[1]
        point = openssl("ec", "-in", self.files["ES256"], "-pubout", "-outform", "DER")[-64:]
        return {"keys": [{"kty": "RSA", "kid": "RS256", "use": "sig", "n": encode(bytes.fromhex(modulus)), "e": "AQAB"},
                         {"kty": "EC", "kid": "ES256", "crv": "P-256", "x": encode(point[:32]), "y": encode(point[32:])}]}

    def sign(self, claims, algorithm="RS256"):
        header = {"alg": algorithm, "typ": "JWT", "kid": algorithm}
        part = f"{encode(json.dumps(header).encode())}.{encode(json.dumps({'iss': self.url, **claims}).encode())}"
        signature = openssl("dgst", "-sha256", "-sign", self.files[algorithm], given=part.encode())
        if algorithm == "ES256":
            signature = b"".join(n.to_bytes(32, "big") for n in der_numbers(signature))
        return f"{part}.{encode(signature)}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()
