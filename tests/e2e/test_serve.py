"""The service as a new user meets it: started by its command, used by the line that it prints."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from faultline.cli.main import main
from tests.until import PATIENCE

ROOT = Path(__file__).parents[2]
LOG = ROOT / "examples" / "logs" / "github-actions-pytest.log"
CAUSE = "AssertionError: assert Decimal('10.02') == Decimal('10.01')"


class Served:
    """A service in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], said: dict[str, str]) -> None:
        self.process = process
        self.said = said

    @property
    def key(self) -> str:
        """The first API key, out of the line that is printed."""
        found = re.search(r"flk_[a-z0-9]{8}_[\w-]{43}", self.said["try_it"])
        assert found
        return found.group()

    def get(self, path: str, **headers: str) -> Any:
        request = urllib.request.Request(self.said["address"] + path, headers={"X-API-Key": self.key, **headers})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    environment = {**os.environ, "FAULTLINE_DATA_DIR": str(folder / "data"), "FAULTLINE_WORKERS": "1"}
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "faultline", "serve", "--port", "0"],
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert line, (folder / "log").read_text()
        yield Served(process, json.loads(line))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        process.stdout.close()
        assert code == 0, (folder / "log").read_text()


def answer_to(line: str, folder: Path) -> str:
    """What the printed line answers, pasted into a shell; where there is no curl, what its request answers."""
    if shutil.which("curl"):
        done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout
    words = shlex.split(line)
    headers = dict(words[place + 1].split(": ") for place, word in enumerate(words) if word == "-H")
    body = (folder / words[words.index("--data-binary") + 1].removeprefix("@")).read_bytes()
    request = urllib.request.Request(words[-1], data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
        return text


def test_the_line_that_is_printed_explains_a_real_log(tmp_path: Path) -> None:
    shutil.copy(LOG, tmp_path / "build.log")
    with served(tmp_path) as service:
        shown = answer_to(service.said["try_it"], tmp_path)
        assert CAUSE in shown
        assert "95% sure" in shown
        found = service.get("/v1/analyses?kind=ci")["items"]
        assert [(each["name"], each["status"]) for each in found] == [("build.log", "completed")]
        assert service.get("/health")["status"] == "ok"
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    for line in (tmp_path / "log").read_text().splitlines():
        assert {"timestamp", "level", "event"} <= json.loads(line).keys()
        assert service.key not in line


def test_the_link_signs_the_owner_in_once_and_the_key_is_shown_once(tmp_path: Path) -> None:
    with served(tmp_path) as first:
        key = first.key
    with served(tmp_path) as again:
        assert "try_it" not in again.said
        cookies = CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), NoRedirect())
        assert status_of(browser, again.said["sign_in"]) == 303
        with browser.open(again.said["address"] + "/v1/me", timeout=PATIENCE) as answer:
            assert json.load(answer)["role"] == "owner"
        stranger = urllib.request.build_opener(NoRedirect())
        assert status_of(stranger, again.said["sign_in"]) in (401, 404, 410)
        request = urllib.request.Request(again.said["address"] + "/v1/me", headers={"X-API-Key": key})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert json.load(answer)["organization"]["tier"] == "enterprise"


def status_of(browser: urllib.request.OpenerDirector, url: str) -> int:
    try:
        with browser.open(url, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_: Any) -> None:
        return None


@pytest.mark.slow
def test_the_command_line_submits_to_it_and_answers_as_the_local_one_does(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        environment = {
            **os.environ,
            "FAULTLINE_CONFIG_DIR": str(tmp_path / "config"),
            "FAULTLINE_CACHE_DIR": str(tmp_path / "cache"),
            "NO_COLOR": "1",
        }

        def faultline(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "faultline", *words],
                env=environment,
                cwd=ROOT,
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
            )

        assert faultline("login", service.said["address"], "--key-stdin", stdin=service.key + "\n").returncode == 0
        name = str(LOG.relative_to(ROOT))
        there, here = faultline("submit", "ci", name), faultline("ci", name)
        assert there.stderr == ""
        assert (there.stdout, there.returncode) == (here.stdout, here.returncode)
        assert CAUSE in there.stdout
        assert here.returncode == 1


@pytest.mark.slow
def test_a_port_that_is_taken_is_one_clear_sentence(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        port = service.said["address"].rpartition(":")[2]
        (tmp_path / "other").mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "faultline", "serve", "--port", port],
            env={**os.environ, "FAULTLINE_DATA_DIR": str(tmp_path / "other")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"faultline: cannot listen on 127.0.0.1:{port}")


def test_a_setting_that_makes_no_sense_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAULTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FAULTLINE_WORKERS", "none")
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert "FAULTLINE_WORKERS" in said
    assert "Traceback" not in said
