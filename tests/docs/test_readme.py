"""What the README shows is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from faultline.core.folders import cache_folder
from tests.unmeasured import environment

PROJECT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```console\n\$ (faultline .*)\n((?:.*\n)*?)```", (PROJECT / "README.md").read_text("utf-8"))


def test_the_readme_has_an_example_of_each_thing_it_promises() -> None:
    assert [command.split()[1] for command, _ in BLOCKS] == ["ci", "review", "design", "conversations", "kinds"]


@pytest.mark.usefixtures("static_table")
@pytest.mark.parametrize(("command", "output"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_a_command_of_the_readme_prints_what_stands_there(command: str, output: str, tmp_path: Path) -> None:
    for table in (cache_folder(os.environ) or tmp_path).glob("static-*.bin"):  # it takes 10 s to make another
        shutil.copy(table, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "faultline", *command.split()[1:]],
        cwd=PROJECT,
        env={**environment(), "COLUMNS": "100", "NO_COLOR": "1", "FAULTLINE_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr + done.stdout == output
