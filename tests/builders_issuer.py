"""A small issuer of OpenID Connect in the process of a test: a description, keys, tokens for codes."""

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "tidewaiter", "of the client & more"


class Issuer:
    """What it says may be bent: ``claims`` over its own, ``told`` over its description, ``algorithm`` and ``key``."""

    def __init__(self, name):
        self.name, self.codes, self.asked = name, {}, []
        self.key = ECKey.generate_key("P-256", parameters={"kid": "one", "use": "sig"})
        self.claims, self.told, self.sign, self.published = {}, {}, self._sign, None

    def description(self):
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.name, **{name: f"{self.name}/{path}" for name, path in paths.items()}, **self.told}

    def keys(self):
        return {"keys": self.published or [self.key.as_dict(private=False)]}

    def allows(self, address, subject):
        """What a browser brings back after somebody signed in here: the parameters of the answer."""
        asked = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
        code = token_urlsafe(16)
        self.codes[code] = (asked, subject)
        return {"code": code, "state": asked["state"], "iss": self.name}

    def token(self, form, head):
        """A token for a code, once, for who knows its verifier and the secret."""
        asked, subject = self.codes.pop(form.get("code", ""), ({}, ""))
        self.asked.append(form)
        proof = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        is_ours = asked.get("code_challenge_method") == "S256" and proof == asked.get("code_challenge")
        if not is_ours or form.get("redirect_uri") != asked.get("redirect_uri") or head != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.name,
            "aud": CLIENT,
            "sub": subject,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims = {name: one for name, one in {**claims, **self.claims}.items() if one is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)}

    def _sign(self, claims):
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.key)

    def sign_by_another(self, claims):
        """By a key that is not published, under the name of the one that is."""
        other = ECKey.generate_key("P-256", parameters={"kid": "one"})
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims, other)

    def sign_by_nobody(self, claims):
        """With algorithm none."""
        parts = [{"alg": "none"}, claims]
        return ".".join(urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + "."

    def sign_by_public_key(self, claims):
        """By the public key as if it were a shared secret."""
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(self.key.as_pem(private=False)))


@contextmanager
def issuer():
    """An issuer of this machine until the end."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            way = urlsplit(self.path)
            if way.path == "/authorize":
                found = self.server.issuer.allows(self.path, self.server.issuer.signed_in)
                (back,) = parse_qs(way.query)["redirect_uri"]
                self.send_response(302)
                self.send_header("Location", f"{back}?{urlencode(found)}")
                self.end_headers()
                return
            pages = {"/.well-known/openid-configuration": "description", "/keys": "keys"}
            self._tell(200, getattr(self.server.issuer, pages[way.path])())

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            _, _, told = self.headers.get("Authorization", "").partition(" ")
            head = tuple(unquote(part) for part in b64decode(told).decode().split(":", 1)) if told else ()
            self._tell(*self.server.issuer.token({name: one for name, (one,) in form.items()}, head))

        def _tell(self, status, told):
            data = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
    server.issuer.signed_in = "subject-1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        server.server_close()
