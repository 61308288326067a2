"""A ProConnect of our own, on the loopback address: the outside world of the tests, with its keys and its faults."""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.urls import reverse

START, RETURN, ACCOUNT = (reverse(f"proconnect_{name}") for name in ("sign_in", "return", "account"))
CLIENT_ID, SECRET = "impec-essai", "secret partagé avec le fournisseur, assez long"
KID = "cle-1"


@cache
def rsa_key(name: str = "ours"):
    """One for each name: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def elliptic_key():
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Signature:
    """How one kind of token is made; a forger changes one of these."""

    key: object = field(default_factory=rsa_key)
    algorithm: str = "RS256"
    claims: dict = field(default_factory=dict)

    def sign(self, claims: dict) -> str:
        whole = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return jwt.encode(whole, self.key, algorithm=self.algorithm, headers={"kid": KID})


class Provider(ThreadingHTTPServer):
    """Answers as long as the test lasts; what it says is read from its attributes."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}/api/v2"
        self.subject, self.methods = "sujet-de-claire", ["pwd"]
        self.proof, self.told = Signature(), Signature()
        self.told_type = "application/jwt"
        self.published = [jwk(rsa_key())]
        self.discovery = {}
        self.broken, self.elsewhere = set(), {}
        self.asked, self.codes, self.pages = [], {}, []

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def approve(self, address: str) -> str:
        """She proves who she is at this address: the query her browser comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(asked)
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return urlencode({"code": code, "state": asked["state"]})

    def document(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
        } | self.discovery

    def tokens(self, form: dict) -> dict | None:
        """A code serves once, to the client that asked for it, with the verifier of its challenge."""
        asked = self.codes.pop(form.get("code"), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or form.get("client_secret") != SECRET or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        proved = self.common() | {"nonce": asked["nonce"], "amr": self.methods}
        return {"access_token": "laissez-passer", "token_type": "Bearer", "id_token": self.proof.sign(proved)}

    def common(self) -> dict:
        now = int(time.time())
        return {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.subject, "iat": now, "exp": now + 60}

    def userinfo(self, headers) -> str:
        assert headers["Authorization"] == "Bearer laissez-passer"
        return self.told.sign(self.common() | {"email": "denis@closerie-du-mont.example"})


def jwk(key) -> dict:
    kind = jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
    return kind.to_jwk(key.public_key(), as_dict=True) | {"kid": KID, "use": "sig"}


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        page = urlsplit(self.path).path.removeprefix("/api/v2")
        if page == "/.well-known/openid-configuration":
            self.answer(page, self.server.document())
        elif page == "/jwks":
            self.answer(page, {"keys": self.server.published})
        elif page == "/userinfo":
            self.answer(page, self.server.userinfo(self.headers), self.server.told_type)
        else:
            self.send_error(404)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        tokens = self.server.tokens({name: values[0] for name, values in parse_qs(text).items()})
        self.answer("/token", tokens or {"error": "invalid_grant"}, status=200 if tokens else 400)

    def answer(self, page, content, kind="application/json", status=200):
        self.server.pages.append(page)
        if page in self.server.broken:
            self.send_error(503)
            return
        if page in self.server.elsewhere:
            self.send_response(302)
            self.send_header("Location", self.server.elsewhere[page])
            self.end_headers()
            return
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing on the screen of the tests."""


def leave(client, start=START, **form):
    """The address of ProConnect where the page leads."""
    page = client.post(start, form)
    assert page.status_code == 200, page
    return page.context["address"]


def enter(client, provider, **form):
    return client.get(f"{RETURN}?{provider.approve(leave(client, **form))}")


def refusal_of(answer):
    return answer.context["refusal"]
