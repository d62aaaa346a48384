"""A stand-in for GitHub with a repository, and a service that is its App."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from faultline.service.github.app import GitHubApp
from faultline.service.github.client import Installation
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from tests.servers.github_app import GitHubAppStandIn, Repository
from tests.service.conftest import MovableClock

LINES = [f"line_{number} = {number}\n" for number in range(1, 61)]
"""Of `app.py` in the base."""


def changed(*numbers: int) -> str:
    """The file with some of its lines changed."""
    return "".join(f"{line[:-1]}  # new\n" if at in numbers else line for at, line in enumerate(LINES, 1))


@pytest.fixture
def github(tmp_path: Path, clock: MovableClock) -> Iterator[GitHubAppStandIn]:
    server = GitHubAppStandIn(tmp_path / "github", clock=clock)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def repository(github: GitHubAppStandIn) -> Repository:
    """A repository with one pull request, number 1."""
    made = github.repository()
    made.git.commit("main", {"app.py": "".join(LINES), "pkg/util.py": "import os\n", "README.md": "hello\n"})
    made.git.commit("topic", {"app.py": changed(10, 40), "fresh.py": "import app\nprint(app)\n"}, onto="main")
    made.open("topic")
    return made


def settings_of(github: GitHubAppStandIn, **more: Any) -> dict[str, Any]:
    """The stand-in's settings as a service takes them."""
    secret = {"github_private_key", "github_webhook_secret", "github_client_secret"}
    return {name: SecretStr(value) if name in secret else value for name, value in (github.settings | more).items()}


@pytest.fixture
async def app_of_github(github: GitHubAppStandIn, tmp_path: Path, clock: MovableClock) -> AsyncIterator[GitHubApp]:
    """The App without a service around it; it does not wait between attempts."""
    made = GitHubApp(Settings(data_dir=tmp_path, **settings_of(github)), clock)
    made.wire.pause = no_pause
    yield made
    await made.close()


async def no_pause(_seconds: float) -> None:
    """Wait for nothing."""


@pytest.fixture
def installation(app_of_github: GitHubApp) -> Installation:
    return app_of_github.installation(99)


@pytest.fixture
async def parts(
    make_settings: Callable[..., Settings], clock: MovableClock, github: GitHubAppStandIn
) -> AsyncIterator[Parts]:
    made = Parts.of(make_settings(**settings_of(github)), clock)
    made.github.wire.pause = no_pause
    yield made
    await made.close()
