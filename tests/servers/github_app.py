"""A small GitHub for Apps, over real HTTP and real git repositories, with GitHub's own rules.

It checks the App's token (RS256, issuer, times), gives installation tokens, shows pull requests, and takes reviews as
GitHub does: all comments or none, each in one hunk of the diff, which it reads by itself (`FileDiff.hunk_of`). Change
its fields as a test needs: `outage`, `lose`, `limited`, `clock`.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.git_repository import SUBMODULE, FileDiff, GitRepository

APP_ID, SLUG, SECRET = "4711", "faultline-here", "what signs the stand-in's webhooks"
BOT = f"{SLUG}[bot]"
CLIENT_ID, CLIENT_SECRET = "Iv1.standin", "the secret of the stand-in's OAuth"
MAX_BODY = 65_536
ANNOTATIONS = 50


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_key() -> str:
    """The App's private key, made once a process."""
    return (
        _key()
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        .decode()
    )


class Refusal(Exception):
    """An answer that is none."""

    def __init__(self, status: int, message: str, *errors: Any, **headers: str) -> None:
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        self.body = {"message": message} | ({"errors": list(errors)} if errors else {})


@dataclass
class PullRequest:
    number: int
    base_ref: str
    head_ref: str
    title: str = "A change"
    state: str = "open"
    draft: bool = False
    author: str = "mona"
    reviews: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    """At lines."""
    talk: list[dict[str, Any]] = field(default_factory=list)
    """On the pull request as a whole."""


@dataclass
class Visitor:
    """Somebody at GitHub: which installations they are shown, and whether they administer the repositories there."""

    login: str
    installations: tuple[int, ...]
    admin: bool


@dataclass
class Repository:
    full_name: str
    id: int
    git: GitRepository
    installation: int
    private: bool = True
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=lambda: {"mona": "write"})
    jobs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    logs: dict[int, bytes] = field(default_factory=dict)

    def open(self, head_ref: str, base_ref: str = "main", **more: Any) -> PullRequest:
        """Open a pull request."""
        made = PullRequest(len(self.pulls) + 1, base_ref, head_ref, **more)
        self.pulls[made.number] = made
        return made

    def ref(self) -> dict[str, Any]:
        """The repository as payloads have it."""
        owner, _, name = self.full_name.partition("/")
        return {
            "id": self.id,
            "name": name,
            "full_name": self.full_name,
            "owner": {"login": owner},
            "private": self.private,
            "default_branch": "main",
        }


@dataclass
class GitHubAppStandIn:
    """What it knows, and how it fails."""

    folder: Path
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    repositories: dict[str, Repository] = field(default_factory=dict)
    installations: dict[int, str] = field(default_factory=lambda: {99: "acme"})
    """By id, the account."""
    tokens: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    users: dict[str, Visitor] = field(default_factory=dict)
    """By their code of OAuth."""
    outage: int = 0
    """So many calls are answered with 502."""
    lose: tuple[str, str] | None = None
    """A call of this method to a path that ends so takes effect, and its answer is lost; once."""
    limited: Mapping[str, str] | None = None
    """While set, every call is refused with these headers: Retry-After, X-RateLimit-Remaining and -Reset, or none."""
    diff_too_large: bool = False
    may_resolve: bool = True
    may_check: bool = True
    moved: dict[str, str] = field(default_factory=dict)
    """Names that repositories had, and what they are called now."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    strangers: list[tuple[str, str | None]] = field(default_factory=list)
    """Calls to the other host, which logs and archives come from: path and Authorization."""
    resolved: set[int] = field(default_factory=set)
    url: str = ""

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"github": self})
        self._lock = threading.RLock()
        self._ids = iter(range(1_000, 10_000_000))
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
        # The second one is another host: what is there is reached by redirects, and without authorization.
        self.url, self.elsewhere = (f"http://127.0.0.1:{each.server_address[1]}" for each in self._servers)
        self._threads = [
            threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.01}) for each in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a service that uses it."""
        return {
            "github_url": self.url,
            "github_api_url": self.url,
            "github_app_id": APP_ID,
            "github_app_slug": SLUG,
            "github_private_key": private_key(),
            "github_webhook_secret": SECRET,
            "github_client_id": CLIENT_ID,
            "github_client_secret": CLIENT_SECRET,
        }

    def repository(self, full_name: str = "acme/shop", *, installation: int = 99) -> Repository:
        """A new repository, which an installation may see."""
        number = 500 + len(self.repositories)
        git = GitRepository(self.folder / str(number))
        made = Repository(full_name, number, git, installation)
        self.repositories[full_name] = made
        return made

    def grant(self, *installations: int, login: str = "mona", admin: bool = True) -> str:
        """A code of OAuth, of somebody who is shown these installations."""
        code = secrets.token_hex(8)
        self.users[code] = Visitor(login, installations, admin)
        return code

    def made(self, method: str, ending: str) -> int:
        """How many calls of a method came to paths that end so."""
        return sum(each == method and path.split("?")[0].endswith(ending) for each, path in self.calls)

    # Payloads, as GitHub would send them.

    def pull_request_event(self, repository: Repository, number: int, action: str = "opened") -> dict[str, Any]:
        return {
            "action": action,
            "number": number,
            "pull_request": self._pull(repository, repository.pulls[number]),
            "repository": repository.ref(),
            "installation": {"id": repository.installation},
            "sender": {"login": "mona"},
        }

    def comment_event(self, repository: Repository, number: int, body: str, author: str = "mona") -> dict[str, Any]:
        return {
            "action": "created",
            "issue": {"number": number, "pull_request": {"url": "there"}},
            "comment": {"id": next(self._ids), "body": body, "user": {"login": author, "type": "User"}},
            "repository": repository.ref(),
            "installation": {"id": repository.installation},
        }

    # Answers.

    def answer(self, method: str, path: str, query: dict[str, str], headers: Any, body: Any) -> tuple[int, Any, Any]:
        """Status, content and headers."""
        old = next((each for each in self.moved if path.startswith(f"/repos/{each}/")), None)
        if old:
            location = f"{self.url}{path.replace(old, self.moved[old], 1)}?{urlencode(query)}"
            return 301 if method == "GET" else 307, {"message": "Moved Permanently"}, {"Location": location}
        with self._lock:
            for verb, pattern, call, open_to_all in _ROUTES:
                if verb == method and (match := re.fullmatch(pattern, path)):
                    words = [unquote(each) for each in match.groups()]
                    asker = None if open_to_all else self._asker(headers)
                    context = _Call(query, headers, body, asker)
                    found: tuple[int, Any, Any] = call(self, context, *words)
                    return found
        raise Refusal(404, "Not Found")

    def _asker(self, headers: Any) -> int:
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        installation, expires_at = self.tokens.get(token, (0, self.clock()))
        if not installation or expires_at <= self.clock():
            raise Refusal(401, "Bad credentials")
        return installation

    def _app(self, call: _Call) -> None:
        token = call.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            options = {"verify_exp": False, "verify_iat": False}
            claims = jwt.decode(token, _key().public_key(), ["RS256"], issuer=APP_ID, options=options)
        except jwt.PyJWTError as error:
            raise Refusal(401, f"A JSON web token could not be decoded: {error}") from None
        now = self.clock().timestamp()
        if not (claims["iat"] <= now < claims["exp"] <= now + 600):
            raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future, or 'iat' is")

    def _seen(self, call: _Call, owner: str, name: str) -> Repository:
        found = self.repositories.get(f"{owner}/{name}")
        if found is None or found.installation != call.asker:
            raise Refusal(404, "Not Found")
        return found

    def _pulled(self, call: _Call, owner: str, name: str, number: str) -> tuple[Repository, PullRequest]:
        repository = self._seen(call, owner, name)
        pull = repository.pulls.get(int(number))
        if pull is None:
            raise Refusal(404, "Not Found")
        return repository, pull

    def _pull(self, repository: Repository, pull: PullRequest) -> dict[str, Any]:
        return {
            "number": pull.number,
            "title": pull.title,
            "state": pull.state,
            "draft": pull.draft,
            "merged": False,
            "html_url": f"{self.url}/{repository.full_name}/pull/{pull.number}",
            "user": {"login": pull.author},
            "base": {"ref": pull.base_ref, "sha": repository.git.resolve(pull.base_ref), "repo": repository.ref()},
            "head": {"ref": pull.head_ref, "sha": repository.git.resolve(pull.head_ref), "repo": repository.ref()},
        }

    def token(self, call: _Call, installation: str) -> Any:
        self._app(call)
        if int(installation) not in self.installations:
            raise Refusal(404, "Not Found")
        token, expires_at = f"ghs_{secrets.token_hex(18)}", self.clock() + timedelta(hours=1)
        self.tokens[token] = int(installation), expires_at
        return 201, {"token": token, "expires_at": expires_at.isoformat().replace("+00:00", "Z")}, {}

    def installation(self, call: _Call, installation: str) -> Any:
        self._app(call)
        if int(installation) not in self.installations:
            raise Refusal(404, "Not Found")
        return 200, {"id": int(installation), "account": {"login": self.installations[int(installation)]}}, {}

    def app(self, call: _Call) -> Any:
        self._app(call)
        return 200, {"slug": SLUG}, {}

    def oauth(self, call: _Call) -> Any:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        code = form.get("code", "")
        if form.get("client_secret") != CLIENT_SECRET or code not in self.users:
            return 200, {"error": "bad_verification_code"}, {}
        token = f"ghu_{code}"
        return 200, {"access_token": token, "token_type": "bearer"}, {}

    def _visitor(self, call: _Call) -> Visitor:
        code = call.headers.get("Authorization", "").removeprefix("Bearer ghu_")
        if code not in self.users:
            raise Refusal(401, "Bad credentials")
        return self.users[code]

    def user(self, call: _Call) -> Any:
        return 200, {"login": self._visitor(call).login}, {}

    def user_installations(self, call: _Call) -> Any:
        shown = self._visitor(call).installations
        found = [{"id": each, "account": {"login": self.installations.get(each, "")}} for each in shown]
        return self._page(call, found, "installations")

    def user_repositories(self, call: _Call, installation: str) -> Any:
        admin = self._visitor(call).admin
        found = [
            each.ref() | {"permissions": {"admin": admin, "pull": True}}
            for each in self.repositories.values()
            if each.installation == int(installation)
        ]
        return self._page(call, found, "repositories")

    def shown_repositories(self, call: _Call) -> Any:
        found = [each.ref() for each in self.repositories.values() if each.installation == call.asker]
        return self._page(call, found, "repositories")

    def pull(self, call: _Call, owner: str, name: str, number: str) -> Any:
        repository, pull = self._pulled(call, owner, name, number)
        if "diff" not in call.headers.get("Accept", ""):
            return 200, self._pull(repository, pull), {}
        if self.diff_too_large:
            raise Refusal(406, "Sorry, the diff exceeded the maximum number of lines (20000)")
        return 200, repository.git.diff(pull.base_ref, pull.head_ref), {"Content-Type": "application/vnd.github.diff"}

    def files(self, call: _Call, owner: str, name: str, number: str) -> Any:
        repository, pull = self._pulled(call, owner, name, number)
        entries = []
        for each in repository.git.files(pull.base_ref, pull.head_ref):
            entry: dict[str, Any] = {
                "filename": each.path,
                "status": each.status,
                "additions": each.additions,
                "deletions": each.deletions,
            }
            if each.old_path != each.path:
                entry["previous_filename"] = each.old_path
            if each.patch is not None:
                entry["patch"] = each.patch.decode("utf-8", "replace")
            entries.append(entry)
        return self._page(call, entries)

    def contents(self, call: _Call, owner: str, name: str, path: str) -> Any:
        git = self._seen(call, owner, name).git
        try:
            found = git.entry(call.query.get("ref", "main"), path)
        except KeyError:
            raise Refusal(404, "No commit found for the ref") from None
        if found is None:
            raise Refusal(404, "Not Found")
        mode, sha = found
        if mode in (SUBMODULE, "040000"):
            return 200, {"type": "submodule"} if mode == SUBMODULE else [{"type": "file"}], {}
        if "raw" not in call.headers.get("Accept", ""):
            raise Refusal(415, "the stand-in gives raw content only")
        return 200, git.blob(sha), {"Content-Type": "application/vnd.github.raw+json; charset=utf-8"}

    def tarball(self, call: _Call, owner: str, name: str, ref: str) -> Any:
        self._seen(call, owner, name)
        return 302, b"", {"Location": f"{self.elsewhere}/archive/{owner}/{name}/{quote(ref, safe='')}"}

    def archive(self, call: _Call, owner: str, name: str, ref: str) -> Any:
        git = self.repositories[f"{owner}/{name}"].git
        return 200, git.archive(ref, f"{owner}-{name}-{ref[:7]}"), {"Content-Type": "application/x-gzip"}

    def compare(self, call: _Call, owner: str, name: str, basehead: str) -> Any:
        git = self._seen(call, owner, name).git
        base, _, head = basehead.partition("...")
        try:
            merge_base = git.merge_base(base, head)
        except KeyError:
            raise Refusal(404, "Not Found") from None
        ahead, behind = git.count(f"{merge_base}..{head}"), git.count(f"{merge_base}..{base}")
        status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
        return (
            200,
            {
                "merge_base_commit": {"sha": merge_base},
                "ahead_by": ahead,
                "behind_by": behind,
                "status": status.get((ahead > 0, behind > 0), "identical"),
            },
            {},
        )

    def jobs(self, call: _Call, owner: str, name: str, run: str) -> Any:
        return self._page(call, self._seen(call, owner, name).jobs.get(int(run), []), "jobs")

    def job_log(self, call: _Call, owner: str, name: str, job: str) -> Any:
        if int(job) not in self._seen(call, owner, name).logs:
            raise Refusal(404, "Not Found")
        return 302, b"", {"Location": f"{self.elsewhere}/logs/{owner}/{name}/{job}?sig=x"}

    def log(self, call: _Call, owner: str, name: str, job: str) -> Any:
        return 200, self.repositories[f"{owner}/{name}"].logs[int(job)], {"Content-Type": "text/plain"}

    def permission(self, call: _Call, owner: str, name: str, user: str) -> Any:
        found = self._seen(call, owner, name).permissions.get(user)
        if found is None:
            raise Refusal(404, f"{user} is not a user")
        return 200, {"permission": found}, {}

    def review(self, call: _Call, owner: str, name: str, number: str) -> Any:
        repository, pull = self._pulled(call, owner, name, number)
        said = call.body
        if said.get("event") not in ("COMMENT", "APPROVE", "REQUEST_CHANGES"):
            raise Refusal(422, "Unprocessable Entity", "Variable $event is not included in the list")
        try:
            head = repository.git.resolve(said.get("commit_id") or pull.head_ref)
        except KeyError:
            raise Refusal(422, "Unprocessable Entity", "commit_id is not part of the pull request") from None
        files = {each.path: each for each in repository.git.files(pull.base_ref, head)}
        for each in said.get("comments", []):
            _anchored(each, files)
        if not said.get("body") and not said.get("comments"):
            raise Refusal(422, "Unprocessable Entity", "body is missing")
        review = {"id": next(self._ids), "body": said.get("body", ""), "commit_id": head, "user": {"login": BOT}}
        pull.reviews.append(review)
        for each in said.get("comments", []):
            pull.comments.append(self._comment({**each, "pull_request_review_id": review["id"]}))
        return 200, review, {}

    def review_comments(self, call: _Call, owner: str, name: str, number: str, review: str) -> Any:
        _, pull = self._pulled(call, owner, name, number)
        return self._page(call, [each for each in pull.comments if each["pull_request_review_id"] == int(review)])

    def comments(self, call: _Call, owner: str, name: str, number: str) -> Any:
        return self._page(call, self._pulled(call, owner, name, number)[1].comments)

    def reply(self, call: _Call, owner: str, name: str, number: str, comment: str) -> Any:
        _, pull = self._pulled(call, owner, name, number)
        first = next((each for each in pull.comments if each["id"] == int(comment)), None)
        if first is None:
            raise Refusal(404, "Not Found")
        made = self._comment({"path": first["path"], "line": first["line"], "body": call.body["body"]})
        pull.comments.append(made | {"in_reply_to_id": first["id"]})
        return 201, made, {}

    def edit_comment(self, call: _Call, owner: str, name: str, comment: str) -> Any:
        return self._edit(call, owner, name, comment, "comments")

    def edit_talk(self, call: _Call, owner: str, name: str, comment: str) -> Any:
        return self._edit(call, owner, name, comment, "talk")

    def _edit(self, call: _Call, owner: str, name: str, comment: str, where: str) -> Any:
        for pull in self._seen(call, owner, name).pulls.values():
            for each in getattr(pull, where):
                if each["id"] == int(comment):
                    each["body"] = _body(call.body)
                    return 200, each, {}
        raise Refusal(404, "Not Found")

    def _comment(self, said: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        return {
            **said,
            "id": number,
            "node_id": f"PRRC_{number}",
            "user": {"login": BOT},
            "html_url": f"{self.url}/c{number}",
        }

    def talk(self, call: _Call, owner: str, name: str, number: str) -> Any:
        _, pull = self._pulled(call, owner, name, number)
        if call.method == "GET":
            return self._page(call, pull.talk)
        made = self._comment({"body": _body(call.body)})
        pull.talk.append(made)
        return 201, made, {}

    def check(self, call: _Call, owner: str, name: str, run: str = "") -> Any:
        repository = self._seen(call, owner, name)
        if not self.may_check:
            raise Refusal(403, "Resource not accessible by integration")
        said = call.body
        annotations = said.get("output", {}).get("annotations", [])
        if len(annotations) > ANNOTATIONS:
            raise Refusal(422, "Invalid request.", f"No more than {ANNOTATIONS} items are allowed")
        for each in annotations:
            if (
                each["annotation_level"] not in ("notice", "warning", "failure")
                or each["end_line"] < each["start_line"]
            ):
                raise Refusal(422, "Invalid request.", "an annotation is none")
            if not each["message"] or not each["path"]:
                raise Refusal(422, "Invalid request.", "an annotation says nothing")
        if said.get("output") and not (said["output"].get("title") and said["output"].get("summary")):
            raise Refusal(422, "Invalid request.", "title and summary must be there")
        if run:
            made = next((each for each in repository.checks if each["id"] == int(run)), None)
            if made is None:
                raise Refusal(404, "Not Found")
        else:
            try:
                repository.git.resolve(said["head_sha"])
            except KeyError:
                raise Refusal(422, "No commit found for SHA") from None
            made = {"id": next(self._ids), "annotations": [], "status": "queued", "conclusion": None}
            repository.checks.append(made)
        made["annotations"] += annotations
        made |= {name: value for name, value in said.items() if name != "output"}
        made["output"] = {
            **{name: said.get("output", {}).get(name) for name in ("title", "summary")},
            "annotations_count": len(made["annotations"]),
        }
        return 200 if run else 201, made, {}

    def checks(self, call: _Call, owner: str, name: str, ref: str) -> Any:
        repository = self._seen(call, owner, name)
        sha, wanted = repository.git.resolve(ref), call.query.get("check_name")
        found = [each for each in repository.checks if each["head_sha"] == sha and wanted in (None, each["name"])]
        return self._page(call, found, "check_runs")

    def graphql(self, call: _Call) -> Any:
        variables = call.body["variables"]
        if "mutation" in call.body["query"]:
            if not self.may_resolve:
                return 200, {"errors": [{"message": "Resource not accessible by integration"}]}, {}
            self.resolved.add(int(variables["thread"].removeprefix("T_")))
            return 200, {"data": {}}, {}
        _, pull = self._pulled(call, variables["owner"], variables["name"], str(variables["number"]))
        nodes = [
            {
                "id": f"T_{each['id']}",
                "isResolved": each["id"] in self.resolved,
                "comments": {"nodes": [{"databaseId": each["id"]}]},
            }
            for each in pull.comments
            if "in_reply_to_id" not in each
        ]
        page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes}
        return 200, {"data": {"repository": {"pullRequest": {"reviewThreads": page}}}}, {}

    def _page(self, call: _Call, entries: list[Any], key: str | None = None) -> Any:
        size, number = min(int(call.query.get("per_page", 30)), 100), int(call.query.get("page", 1))
        part = entries[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(entries):
            following = urlencode({**call.query, "page": number + 1})
            headers["Link"] = f'<{self.url}{call.path}?{following}>; rel="next"'
        return 200, {key: part, "total_count": len(entries)} if key else part, headers


@dataclass
class _Call:
    query: dict[str, str]
    headers: Any
    body: Any
    asker: int | None
    method: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        self.method, self.path = self.headers["X-Method"], self.headers["X-Path"]


def _body(said: Any) -> str:
    body = said.get("body")
    if not isinstance(body, str) or not body.strip() or len(body) > MAX_BODY:
        raise Refusal(422, "Validation Failed", {"field": "body", "code": "invalid"})
    return body


def _anchored(said: dict[str, Any], files: dict[str, FileDiff]) -> None:
    """GitHub's rules for where a comment may stand; it does not say which comment broke them."""
    _body(said)
    file, side, line = files.get(said.get("path", "")), said.get("side", "RIGHT"), said.get("line")
    if file is None:
        raise Refusal(422, "Unprocessable Entity", "Path could not be resolved")
    hunk = file.hunk_of(line, side) if isinstance(line, int) else None
    if hunk is None:
        raise Refusal(422, "Unprocessable Entity", "Line could not be resolved")
    if "start_line" in said and said["start_line"] is not None:
        start_side = said.get("start_side", side)
        if said["start_line"] >= line:
            raise Refusal(422, "Unprocessable Entity", "Start line must precede the end line")
        if file.hunk_of(said["start_line"], start_side) != hunk:
            raise Refusal(422, "Unprocessable Entity", "Start line must be part of the same hunk as the line")


_REPO = r"/repos/([^/]+)/([^/]+)"
_APP = GitHubAppStandIn
_ROUTES: list[tuple[str, str, Any, bool]] = [
    ("POST", r"/app/installations/(\d+)/access_tokens", _APP.token, True),
    ("GET", r"/app/installations/(\d+)", _APP.installation, True),
    ("GET", r"/app", _APP.app, True),
    ("POST", r"/login/oauth/access_token", _APP.oauth, True),
    ("GET", r"/user", _APP.user, True),
    ("GET", r"/user/installations", _APP.user_installations, True),
    ("GET", r"/user/installations/(\d+)/repositories", _APP.user_repositories, True),
    ("GET", r"/installation/repositories", _APP.shown_repositories, False),
    ("GET", rf"{_REPO}/pulls/(\d+)", _APP.pull, False),
    ("GET", rf"{_REPO}/pulls/(\d+)/files", _APP.files, False),
    ("GET", rf"{_REPO}/contents/(.+)", _APP.contents, False),
    ("GET", rf"{_REPO}/tarball/([^/]+)", _APP.tarball, False),
    ("GET", r"/archive/([^/]+)/([^/]+)/([^/]+)", _APP.archive, True),
    ("GET", rf"{_REPO}/compare/([^/]+)", _APP.compare, False),
    ("GET", rf"{_REPO}/actions/runs/(\d+)/jobs", _APP.jobs, False),
    ("GET", rf"{_REPO}/actions/jobs/(\d+)/logs", _APP.job_log, False),
    ("GET", r"/logs/([^/]+)/([^/]+)/(\d+)", _APP.log, True),
    ("GET", rf"{_REPO}/collaborators/([^/]+)/permission", _APP.permission, False),
    ("POST", rf"{_REPO}/pulls/(\d+)/reviews", _APP.review, False),
    ("GET", rf"{_REPO}/pulls/(\d+)/reviews/(\d+)/comments", _APP.review_comments, False),
    ("GET", rf"{_REPO}/pulls/(\d+)/comments", _APP.comments, False),
    ("POST", rf"{_REPO}/pulls/(\d+)/comments/(\d+)/replies", _APP.reply, False),
    ("PATCH", rf"{_REPO}/pulls/comments/(\d+)", _APP.edit_comment, False),
    ("GET", rf"{_REPO}/issues/(\d+)/comments", _APP.talk, False),
    ("POST", rf"{_REPO}/issues/(\d+)/comments", _APP.talk, False),
    ("PATCH", rf"{_REPO}/issues/comments/(\d+)", _APP.edit_talk, False),
    ("POST", rf"{_REPO}/check-runs", _APP.check, False),
    ("PATCH", rf"{_REPO}/check-runs/(\d+)", _APP.check, False),
    ("GET", rf"{_REPO}/commits/([^/]+)/check-runs", _APP.checks, False),
    ("POST", r"/graphql", _APP.graphql, False),
]


class _Handler(BaseHTTPRequestHandler):
    github: ClassVar[GitHubAppStandIn]

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PATCH(self) -> None:
        self._serve("PATCH")

    def _serve(self, method: str) -> None:
        github, url = self.github, urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.server_address[1] == urlsplit(github.elsewhere).port:
            github.strangers.append((url.path, self.headers.get("Authorization")))
        else:
            github.calls.append((method, self.path))
        self.headers["X-Method"], self.headers["X-Path"] = method, url.path
        try:
            status, content, headers = self._answered(method, url.path, url.query, raw)
        except Refusal as refusal:
            status, content, headers = refusal.status, refusal.body, refusal.headers
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json; charset=utf-8"} | dict(headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answered(self, method: str, path: str, query: str, raw: bytes) -> tuple[int, Any, Any]:
        github = self.github
        if github.outage > 0:
            github.outage -= 1
            raise Refusal(502, "Bad Gateway")
        if github.limited is not None:
            raise Refusal(403, "You have exceeded a secondary rate limit.", **github.limited)
        is_json = raw and "json" in self.headers.get("Content-Type", "")
        words = {name: values[0] for name, values in parse_qs(query).items()}
        found = github.answer(method, path, words, self.headers, json.loads(raw) if is_json else raw)
        if github.lose and method == github.lose[0] and path.endswith(github.lose[1]):
            github.lose = None
            raise Refusal(502, "Bad Gateway")
        return found

    def log_message(self, *_words: Any) -> None:
        pass


def signature(body: bytes, secret: str = SECRET) -> str:
    """What GitHub puts into X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
