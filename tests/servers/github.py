"""A small GitHub: the OAuth pages and the two API calls that sign-in uses, over real HTTP; it insists on PKCE."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "stand-in", "the secret of the stand-in"


@dataclass
class Grant:
    """What the person agreed to."""

    redirect_uri: str
    challenge: str


@dataclass
class GitHubStandIn:
    """What it says; change it as a test needs."""

    user: Any = field(default_factory=lambda: {"id": 583231, "login": "octocat", "name": "Mona"})
    emails: Any = field(default_factory=lambda: [{"email": "Mona@Example.com", "primary": True, "verified": True}])
    status: int = 200
    """Of everything but the page where the person agrees."""
    url: str = ""
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"github": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    github: ClassVar[GitHubStandIn]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/login/oauth/authorize":
            self._authorize(query)
        elif self.github.status != 200:
            self._answer(self.github.status, {})
        elif self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.github.tokens:
            self._answer(401, {"message": "Bad credentials"})
        else:
            self._answer(200, {"/api/user": self.github.user, "/api/user/emails": self.github.emails}[url.path])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.github.status != 200:
            return self._answer(self.github.status, {})
        grant = self.github.grants.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        accepted = (
            grant is not None
            and form.get("client_id") == CLIENT_ID
            and form.get("client_secret") == CLIENT_SECRET
            and form.get("redirect_uri") == grant.redirect_uri
            and base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == grant.challenge
        )
        if not accepted:  # GitHub says this with status 200
            return self._answer(200, {"error": "bad_verification_code"})
        token = f"gho_{secrets.token_hex(18)}"
        self.github.tokens.add(token)
        return self._answer(200, {"access_token": token, "token_type": "bearer"})

    def _authorize(self, query: dict[str, str]) -> None:
        if query.get("client_id") != CLIENT_ID or query.get("code_challenge_method") != "S256":
            return self._answer(400, {})
        code = secrets.token_hex(10)
        self.github.grants[code] = Grant(query["redirect_uri"], query["code_challenge"])
        location = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _answer(self, status: int, content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        pass
