"""Real git repositories for tests: made with git, in which a test writes what it wants."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from faultline.cli.git import environment


@dataclass(frozen=True)
class Made:
    """A repository in a folder."""

    path: Path

    @classmethod
    def at(cls, path: Path, *options: str) -> Made:
        """An empty repository on the branch main."""
        path.mkdir(parents=True, exist_ok=True)
        made = cls(path)
        made.git("init", "-q", "-b", "main", *options)
        return made

    def git(self, *arguments: str) -> str:
        """What git says."""
        who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *who, "-c", "commit.gpgSign=false", *arguments],
            cwd=self.path,
            env=environment(os.environ) | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, **files: str | bytes) -> Made:
        """Write Python files by their names without the suffix."""
        return self.put({f"{name}.py": text for name, text in files.items()})

    def put(self, files: dict[str, str | bytes]) -> Made:
        """Write files by their paths."""
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return self

    def commit(self, *arguments: str) -> str:
        """Commit everything; returns the commit."""
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "x", *arguments)
        return self.git("rev-parse", "HEAD")
