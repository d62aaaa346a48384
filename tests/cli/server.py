"""A small real server that speaks the service's protocol, and misbehaves when it is told to."""

from __future__ import annotations

import gzip
import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from faultline.core.artifact import Artifact
from faultline.engine import analyze
from faultline.engine.render.data import document
from tests import toys

KEY = "flk_ab12_secret"
ID = "01926b3c-7a51-7def-8a7b-6f1c9e0d2a34"
Trick = Callable[["Speaker"], None]


@dataclass
class Seen:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """`tricks` are played on the next requests, one each; `states` are the analysis' next states, the last stays."""

    url: str = ""
    tricks: list[Trick] = field(default_factory=list)
    states: list[str] = field(default_factory=lambda: ["completed"])
    inline: bool = False
    error: dict[str, str] | None = None
    report: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)

    def analysis(self) -> dict[str, Any]:
        status = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"id": ID, "kind": "ci", "status": status, "error": self.error, "cached": False}


class Speaker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Server

    def log_message(self, *_: object) -> None:
        pass

    def say(self, status: int, body: dict[str, Any] | bytes, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return gzip.decompress(data) if self.headers.get("Content-Encoding") == "gzip" else data

    def answer(self) -> None:
        parts, server = urlsplit(self.path), self.state
        if server.tricks and getattr(server.tricks[0], "before_body", False):
            server.tricks.pop(0)(self)
            return
        seen = Seen(self.command, parts.path, parse_qs(parts.query), dict(self.headers), self.body())
        server.seen.append(seen)
        if server.tricks:
            server.tricks.pop(0)(self)
        elif self.headers.get("X-API-Key") != KEY:
            self.say(401, {"title": "Not signed in", "detail": "no such key", "code": "not-signed-in"})
        elif parts.path == "/v1/me":
            self.say(200, {"organization": {"id": "1", "name": "Acme"}, "scopes": []})
        elif self.command == "POST" and parts.path.startswith("/v1/analyses/"):
            self.submitted(seen)
        elif parts.path == f"/v1/analyses/{ID}":
            self.say(200, server.analysis())
        elif parts.path == f"/v1/analyses/{ID}/report":
            self.say(200, server.report)
        else:
            self.say(404, {"detail": "there is no such analysis", "code": "not-found"})

    do_GET = do_POST = answer  # noqa: N815 - http.server looks for these names

    def submitted(self, seen: Seen) -> None:
        server = self.state
        server.accepted[seen.headers["Idempotency-Key"]] = hashlib.sha256(seen.body).hexdigest()
        kind, name = seen.path.rpartition("/")[2], seen.query["name"][0]
        outcome = analyze(Artifact.from_bytes(kind, name, seen.body), registry=toys.registry("CiToy", "WordAnalyzer"))
        server.report = document(outcome) | server.report
        server.report.pop("envelope", None)
        if server.inline and "Prefer" not in seen.headers:
            self.say(200, {**server.analysis(), "status": "completed", "report": server.report})
        else:
            self.say(202, {**server.analysis(), "status": "queued"}, Location=f"/v1/analyses/{ID}")


def status(code: int, detail: str = "try later", **headers: str) -> Trick:
    return lambda speaker: speaker.say(code, {"detail": detail, "code": "x"}, **headers)


def html(code: int, **headers: str) -> Trick:
    return lambda speaker: speaker.say(code, b"<html>hello</html>", **headers)


def accept_and_drop(speaker: Speaker) -> None:
    """The submission counts, but the answer is lost."""
    speaker.close_connection = True
    speaker.state.accepted[speaker.headers["Idempotency-Key"]] = "lost"


def drop_in_the_middle(speaker: Speaker) -> None:
    """Read a little of the body and hang up."""
    speaker.rfile.read(10)
    speaker.close_connection = True


def refuse_in_the_middle(speaker: Speaker) -> None:
    """Answer before the body is there, as a server does that finds it too large."""
    speaker.say(413, {"detail": "this is over the 1 MB of your tier", "code": "too-large"}, Connection="close")
    speaker.close_connection = True
    speaker.connection.shutdown(1)
    while speaker.connection.recv(1 << 16):  # without this the kernel resets the connection, the answer with it
        pass


drop_in_the_middle.before_body = True  # type: ignore[attr-defined]
refuse_in_the_middle.before_body = True  # type: ignore[attr-defined]


class Listener(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server()
    http = Listener(("127.0.0.1", 0), type("Bound", (Speaker,), {"state": server}))
    http.daemon_threads = True
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
