"""`faultline login`, `submit` and `watch` against a server that does not always behave."""

from __future__ import annotations

import io
import json
import os
import random
import socket
import ssl
import stat
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from faultline.cli import account, client, remote
from faultline.core.errors import UsageError
from tests.cli import server as servers
from tests.cli.conftest import Run
from tests.cli.server import ID, KEY, Server

LOG = "one error\nan error again\n"


class Naps:
    """Time in which sleeping is free, and remembered."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    monotonic = staticmethod(time.monotonic)


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> Naps:
    naps = Naps()
    monkeypatch.setattr(remote, "time", naps)
    return naps


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAULTLINE_CONFIG_DIR", str(tmp_path / "config"))
    for name in ("FAULTLINE_URL", "FAULTLINE_API_KEY", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "config"


@pytest.fixture
def server() -> Iterator[Server]:
    with servers.running() as server:
        yield server


@pytest.fixture
def signed_in(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("FAULTLINE_URL", server.url)
    monkeypatch.setenv("FAULTLINE_API_KEY", KEY)
    return server


@pytest.fixture
def log(tmp_path: Path) -> str:
    (tmp_path / "a.log").write_text(LOG)
    return "a.log"


class TestLogin:
    def test_the_key_is_checked_and_stored_for_its_owner_only(
        self, run: Run, server: Server, config: Path, monkeypatch: pytest.MonkeyPatch, log: str
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(KEY + "\n"))
        call = run("login", server.url + "/", "--key-stdin")
        assert (call.code, call.err) == (0, "")
        assert call.out == f"logged in to {server.url} as Acme; the key is in {config / 'credentials.json'}\n"
        assert stat.S_IMODE((config / "credentials.json").stat().st_mode) == 0o600
        assert run("submit", "ci", log).code == 1
        assert run("logout").out == "the key is forgotten\n"
        assert run("logout").out == "nothing was remembered\n"
        assert run("submit", "ci", log).err == (
            "faultline: no server is known; run `faultline login URL`, or set FAULTLINE_URL and FAULTLINE_API_KEY\n"
        )

    def test_a_terminal_is_asked_without_echo(self, run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = io.StringIO()
        terminal.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr("getpass.getpass", lambda prompt: KEY)
        monkeypatch.setenv("FAULTLINE_URL", server.url)
        monkeypatch.setenv("FAULTLINE_API_KEY", "other")
        call = run("login")
        assert call.code == 0
        assert call.err == "faultline: FAULTLINE_API_KEY is set and goes before it\n"

    def test_without_a_terminal_the_way_to_go_is_said(
        self, run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        call = run("login", server.url)
        assert (call.code, call.err) == (
            2, "faultline: there is no terminal to ask for the key; pipe it in with --key-stdin\n",
        )  # fmt: skip

    @pytest.mark.parametrize("key", ["", "a b", "schön", "flk_wrong_key"])
    def test_a_wrong_key_is_not_stored(
        self, run: Run, server: Server, config: Path, monkeypatch: pytest.MonkeyPatch, key: str
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(key))
        assert run("login", server.url, "--key-stdin").code == 2
        assert not config.exists()

    def test_traffic_in_the_clear_is_warned_of(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        assert "is not encrypted" in run("login", "http://faultline.invalid", "--key-stdin").err

    def test_a_folder_that_cannot_be_written_is_one_sentence(
        self, run: Run, server: Server, config: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config.write_text("a file")
        monkeypatch.setattr(sys, "stdin", io.StringIO(KEY))
        call = run("login", server.url, "--key-stdin")
        assert (call.code, call.err) == (2, f"faultline: the key cannot be stored in {config}: File exists\n")


class TestAccount:
    def test_a_stored_key_goes_to_its_own_server_only(self, config: Path) -> None:
        environment = {"FAULTLINE_CONFIG_DIR": str(config)}
        account.store(account.Account("https://a.example", KEY), environment)
        assert account.current(environment).key == KEY
        with pytest.raises(UsageError, match=r"no key for https://b\.example is known"):
            account.current({**environment, "FAULTLINE_URL": "https://b.example"})
        assert KEY not in repr(account.current(environment))

    def test_the_environment_wins(self, config: Path) -> None:
        environment = {"FAULTLINE_CONFIG_DIR": str(config)}
        account.store(account.Account("https://a.example", KEY), environment)
        mine = account.current({**environment, "FAULTLINE_URL": "b.example/x/", "FAULTLINE_API_KEY": "k"})
        assert (mine.url, mine.key) == ("https://b.example/x", "k")

    @pytest.mark.parametrize("text", ["{", "[]", '{"url": 1}', '{"url": "ftp://x", "key": "k"}', '{"url": "x"}'])
    def test_a_file_that_is_none_of_ours_is_nothing(self, config: Path, text: str) -> None:
        config.mkdir()
        (config / "credentials.json").write_text(text)
        assert account.load({"FAULTLINE_CONFIG_DIR": str(config)}) is None

    @pytest.mark.parametrize(
        "url", ["ftp://x", "https://u:p@x", "https://x?a=b", "https://", "https://x:99999", "https://x\0", "http://[x"]
    )
    def test_what_is_no_address_is_refused(self, url: str) -> None:
        with pytest.raises(UsageError):
            account.checked_url(url)

    def test_each_platform_has_its_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        home = Path.home()
        assert account.config_folder({}, "linux") == home / ".config" / "faultline"
        assert account.config_folder({"XDG_CONFIG_HOME": "/x"}, "linux") == Path("/x/faultline")
        assert account.config_folder({}, "darwin") == home / "Library/Application Support/faultline"
        assert account.config_folder({}, "win32") == home / "AppData/Roaming/faultline"

        def homeless() -> Path:
            raise RuntimeError

        monkeypatch.setattr(Path, "home", homeless)
        with pytest.raises(UsageError, match="set FAULTLINE_CONFIG_DIR"):
            account.config_folder({}, "linux")


class TestSubmit:
    def test_the_report_is_shown_as_if_it_were_made_here(self, run: Run, signed_in: Server, log: str) -> None:
        for output in ("text", "json", "jsonl", "markdown", "sarif", "github"):
            here, there = run("ci", log, "--format", output), run("submit", "ci", log, "--format", output)
            assert (there.code, there.out, there.err) == (1, here.out, "")

    def test_a_report_in_the_answer_is_shown_at_once(self, run: Run, signed_in: Server, log: str) -> None:
        signed_in.inline = True
        assert run("submit", "ci", log, "--fail-on", "critical").code == 0
        assert [seen.method for seen in signed_in.seen] == ["POST"]

    def test_what_was_said_of_the_file_is_handed_over(self, run: Run, signed_in: Server, log: str) -> None:
        run("submit", "ci", log, "--project", "p1", "--name", "nä&me", "--metadata", "a=b=c", "--metadata", "d=")
        assert signed_in.seen[0].query == {"name": ["nä&me"], "project": ["p1"], "metadata.a": ["b=c"]}
        assert signed_in.seen[0].path == "/v1/analyses/ci"

    def test_metadata_without_a_name_is_refused(self, run: Run, signed_in: Server, log: str) -> None:
        assert run("submit", "ci", log, "--metadata", "a").err == "faultline: --metadata wants K=V, not 'a'\n"

    def test_who_does_not_wait_gets_the_id(self, run: Run, signed_in: Server, log: str) -> None:
        signed_in.inline = True
        call = run("submit", "ci", log, "--no-wait")
        assert (call.code, call.out) == (0, ID + "\n")
        assert call.err == f"faultline: see it with `faultline watch {ID}`\n"

    def test_standard_input_is_sent(self, run: Run, signed_in: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode())))
        assert run("submit", "ci", "-").code == 1
        assert (signed_in.seen[0].query["name"], signed_in.seen[0].body) == (["standard input"], LOG.encode())

    @pytest.mark.slow
    def test_large_text_is_packed_on_the_way_and_random_bytes_are_not(
        self, run: Run, signed_in: Server, tmp_path: Path
    ) -> None:
        (tmp_path / "text").write_text(LOG * 100_000)
        run("submit", "ci", "text", "--no-wait")
        assert signed_in.seen[-1].headers["Content-Encoding"] == "gzip"
        assert signed_in.seen[-1].body == LOG.encode() * 100_000
        (tmp_path / "random").write_bytes(b"x" + os.urandom(300_000).replace(b"\0", b"\1"))
        run("submit", "ci", "random", "--no-wait")
        assert signed_in.seen[-1].headers["Content-Length"] == "300001"

    def test_a_missing_file_reaches_no_server(self, run: Run, signed_in: Server) -> None:
        call = run("submit", "ci", "missing")
        assert (call.code, call.err, signed_in.seen) == (2, "faultline: missing: no such file\n", [])


class TestTrouble:
    """The server is busy, away, or gone in the middle: the file is analyzed once, or the user is told why not."""

    def test_a_busy_server_is_asked_again_when_it_says(self, run: Run, signed_in: Server, log: str, naps: Naps) -> None:
        signed_in.tricks = [servers.status(429, Retry_After="7"), servers.status(503), servers.html(502)]
        call = run("submit", "ci", log)
        assert (call.code, len(signed_in.accepted)) == (1, 1)
        assert call.err == "faultline: the server is busy or away; trying again in 7 s\n"
        assert naps.slept[0] == 7
        assert 0.5 <= naps.slept[1] <= 1.0 <= naps.slept[2] <= 2.0
        assert len({seen.headers["Idempotency-Key"] for seen in signed_in.seen if seen.method == "POST"}) == 1

    def test_two_calls_have_two_keys(self, run: Run, signed_in: Server, log: str) -> None:
        run("submit", "ci", log)
        run("submit", "ci", log)
        assert len(signed_in.accepted) == 2

    @pytest.mark.parametrize(
        "trick", [servers.drop_in_the_middle, pytest.param(servers.accept_and_drop, marks=pytest.mark.slow)]
    )
    def test_a_lost_connection_submits_once(
        self, run: Run, signed_in: Server, tmp_path: Path, trick: servers.Trick
    ) -> None:
        (tmp_path / "a.log").write_text(LOG + random.Random(7).randbytes(4 << 20).hex())  # no buffer takes it whole
        signed_in.tricks = [trick, trick]
        assert run("submit", "ci", "a.log").code == 1
        assert len(signed_in.accepted) == 1
        assert signed_in.seen[-1].path.endswith("/report")

    def test_a_refusal_in_the_middle_of_the_file_is_heard(self, run: Run, signed_in: Server, tmp_path: Path) -> None:
        (tmp_path / "a.log").write_bytes(os.urandom(8 << 20))
        signed_in.tricks = [servers.refuse_in_the_middle]
        call = run("submit", "ci", "a.log")
        assert (call.code, call.err) == (2, "faultline: this is over the 1 MB of your tier\n")

    def test_a_server_that_stays_busy_is_given_up(self, run: Run, signed_in: Server, log: str, naps: Naps) -> None:
        signed_in.tricks = [servers.status(503, "the queue is full")] * client.MAX_ATTEMPTS
        call = run("submit", "ci", log)
        assert (call.code, len(naps.slept)) == (70, client.MAX_ATTEMPTS - 1)
        assert call.err.splitlines()[-1] == "faultline: the server could not do it: the queue is full"

    def test_a_wait_beyond_the_timeout_is_not_begun(self, run: Run, signed_in: Server, log: str, naps: Naps) -> None:
        signed_in.tricks = [servers.status(429, "60 a minute are yours", Retry_After="Fri, 31 Dec 2100 00:00:00 GMT")]
        call = run("submit", "ci", log)
        assert (call.code, call.err, naps.slept) == (2, "faultline: 60 a minute are yours\n", [])

    def test_nobody_at_the_address(self, run: Run, log: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
            monkeypatch.setenv("FAULTLINE_URL", url)
            monkeypatch.setenv("FAULTLINE_API_KEY", KEY)
            call = run("submit", "ci", log)
        assert call.code == 2
        assert call.err.splitlines()[-1] == f"faultline: {url} cannot be reached: Connection refused"

    def test_no_tls_where_it_is_expected(
        self, run: Run, signed_in: Server, log: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = signed_in.url.replace("http:", "https:")
        monkeypatch.setenv("FAULTLINE_URL", url)
        call = run("submit", "ci", log)
        assert call.code == 2
        assert call.err.startswith(f"faultline: no secure connection to {url}: ")
        assert len(call.err.splitlines()) == 1

    def test_a_wrong_key(self, run: Run, signed_in: Server, log: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FAULTLINE_API_KEY", "flk_ab12_wrong")
        call = run("submit", "ci", log)
        assert call.code == 2
        assert call.err == (
            f"faultline: {signed_in.url} does not know this key; "
            "run `faultline login URL`, or set FAULTLINE_URL and FAULTLINE_API_KEY\n"
        )

    @pytest.mark.parametrize("code", [200, 404, 500])
    def test_a_server_that_is_none_of_ours(self, run: Run, signed_in: Server, log: str, code: int) -> None:
        signed_in.tricks = [servers.html(code)]
        call = run("submit", "ci", log)
        assert call.code == 2
        assert call.err == (
            f"faultline: {signed_in.url} does not answer as a Faultline server does (status {code}); "
            "is the address right?\n"
        )

    def test_a_server_that_moved(self, run: Run, signed_in: Server, log: str) -> None:
        signed_in.tricks = [servers.html(308, Location="https://new.example/")]
        assert "sends us on to https://new.example/" in run("submit", "ci", log).err

    def test_json_of_something_else(self, run: Run, signed_in: Server, log: str) -> None:
        signed_in.tricks = [servers.status(200)]
        assert "names no analysis" in run("submit", "ci", log).err

    def test_a_file_that_shrinks_is_told(
        self, run: Run, signed_in: Server, log: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        once = client.Client._once

        def shrinking(*arguments: object) -> object:
            (tmp_path / "a.log").write_text("")
            return once(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(client.Client, "_once", shrinking)
        assert run("submit", "ci", log).err == "faultline: a.log: became shorter while it was sent\n"


class TestWatch:
    def test_it_waits_until_the_end(self, run: Run, signed_in: Server, log: str, naps: Naps) -> None:
        run("submit", "ci", log, "--no-wait")
        signed_in.states = ["queued", "running", "running", "completed"]
        call = run("watch", ID.upper(), "--format", "json")
        assert (call.code, json.loads(call.out)["kind"]) == (1, "ci")
        assert naps.slept == [0.25, 0.5, 1.0]
        assert signed_in.seen[1].headers["Prefer"] == "wait=30"

    def test_a_failed_analysis_is_told_with_its_error(self, run: Run, signed_in: Server) -> None:
        signed_in.states, signed_in.error = ["failed"], {"code": "analyzer-failed", "detail": "it crashed"}
        call = run("watch", ID)
        assert (call.code, call.err) == (70, "faultline: the analysis failed on the server: it crashed\n")
        signed_in.error = {"code": "artifact-rejected", "detail": "a.log: is binary, not text"}
        call = run("watch", ID)
        assert (call.code, call.err) == (2, "faultline: a.log: is binary, not text\n")

    def test_a_cancelled_analysis_is_told(self, run: Run, signed_in: Server) -> None:
        signed_in.states = ["cancelled"]
        call = run("watch", ID)
        assert (call.code, call.err) == (
            2, f"faultline: {ID} was cancelled; hand the file in again to have it analyzed\n",
        )  # fmt: skip

    def test_a_foreign_id_is_told_as_the_server_says(self, run: Run, signed_in: Server) -> None:
        call = run("watch", ID.replace("0", "1"))
        assert (call.code, call.err) == (2, "faultline: there is no such analysis\n")
        assert run("watch", "../me").err == "faultline: ../me is no id of an analysis\n"

    def test_the_time_is_over(self, run: Run, signed_in: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        signed_in.states = ["running"]
        monkeypatch.setattr(client.Deadline, "left", 0.1)
        call = run("watch", ID)
        assert call.code == 2
        assert call.err.startswith(f"faultline: {ID} is still running; wait longer with")

    def test_an_interrupt_leaves_the_analysis_alone(
        self, run: Run, signed_in: Server, monkeypatch: pytest.MonkeyPatch, naps: Naps
    ) -> None:
        def interrupt(_: float) -> None:
            raise KeyboardInterrupt

        signed_in.states = ["running"]
        monkeypatch.setattr(naps, "sleep", interrupt)
        call = run("watch", ID)
        assert (call.code, call.err) == (
            130, f"\nfaultline: the analysis goes on; see it with `faultline watch {ID}`\n",
        )  # fmt: skip

    def test_a_newer_server_is_understood_and_a_strange_one_told(self, run: Run, signed_in: Server, log: str) -> None:
        signed_in.report = {"newer": 1}
        call = run("submit", "ci", log, "--format", "json")
        assert (call.code, "newer" in json.loads(call.out)) == (1, False)
        signed_in.report = {"status": "perhaps"}
        call = run("submit", "ci", log)
        assert (call.code, call.err) == (
            2, "faultline: the server's report has a form that this faultline does not know; "
            "install the server's version\n",
        )  # fmt: skip

    def test_a_kind_that_only_the_server_knows_is_shown(self, run: Run, signed_in: Server, log: str) -> None:
        signed_in.report = {"kind": "alien", "result": {"deep": {"a": [1]}}}
        call = run("submit", "ci", log, "--format", "json")
        assert json.loads(call.out)["result"] == {"deep": {"a": [1]}}
        assert "alien: 2 findings" in run("submit", "ci", log).out

    def test_an_agent_that_failed_there_is_no_green_light_here(
        self, run: Run, signed_in: Server, tmp_path: Path
    ) -> None:
        (tmp_path / "c.log").write_text("crash\nfine\n")
        call = run("submit", "ci", "c.log")
        assert call.code == 70
        assert "agent crashes failed" in call.err


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "faultline test")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(pem))
    return path


def test_only_a_certificate_that_is_trusted_gets_the_key(
    run: Run, log: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, naps: Naps
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with servers.running(tls) as server:
        monkeypatch.setenv("FAULTLINE_URL", server.url)
        monkeypatch.setenv("FAULTLINE_API_KEY", KEY)
        call = run("submit", "ci", log)
        assert (call.code, server.seen, naps.slept) == (2, [], [])
        assert call.err == (
            f"faultline: the certificate of {server.url} is not trusted: self-signed certificate; "
            "SSL_CERT_FILE names the authorities to trust\n"
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert run("submit", "ci", log).code == 1


def test_a_proxy_of_the_environment_is_used(
    run: Run, signed_in: Server, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our server plays the proxy: it gets the whole address and the proxy's own sign-in."""
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", signed_in.url.replace("//", "//user:p%40ss@"))
    monkeypatch.setenv("FAULTLINE_URL", "http://faultline.invalid")
    signed_in.inline = True
    assert run("submit", "ci", log).code == 1
    assert signed_in.seen[0].headers["Host"] == "faultline.invalid"
    assert signed_in.seen[0].headers["Proxy-Authorization"] == "Basic dXNlcjpwQHNz"


def test_a_tunnel_that_the_proxy_refuses_is_told(
    run: Run, signed_in: Server, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("https_proxy", signed_in.url)
    monkeypatch.setenv("FAULTLINE_URL", "https://faultline.invalid")
    call = run("submit", "ci", log)
    assert call.code == 2
    assert "cannot be reached: Tunnel connection failed: 501" in call.err
