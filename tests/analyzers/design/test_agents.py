"""The agents: every check module is named, and loaded only for documents that it looks at."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from faultline.analyzers.design.agents import AGENTS, checks
from tests.analyzers.design.parts import design

FOLDER = Path(import_module("faultline.analyzers.design").__file__ or "").parent


def test_every_module_with_checks_is_reached() -> None:
    for agent, modules in AGENTS.items():
        package = f"faultline.analyzers.design.{agent}"
        assert all(import_module(f"{package}.{name}").CHECKS for name in modules)
        files = {path.stem for path in (FOLDER / agent).glob("*.py") if "\nCHECKS" in path.read_text()}
        assert not {name for name in files if f"{package}.{name}" not in sys.modules}


def test_an_agent_looks_with_what_the_documents_ask_for() -> None:
    api = {"a.yaml": "openapi: 3.0.0\ninfo: {title: a, version: '1'}\npaths: {}\n"}
    assert checks("contract", design(api))
    assert checks("evolution", design(api)) == []
    assert checks("evolution", design(api | {"against/a.yaml": api["a.yaml"]}))
    assert checks("consistency", design({"a.md": "# A\n"}))
    assert len(checks("resilience", design({"a.md": "# A\n"}))) < len(
        checks("resilience", design(api | {"a.md": "# A\n"}))
    )


def test_a_specification_alone_loads_nothing_that_reads_other_documents() -> None:
    program = (
        "import sys; from faultline.core.artifact import Artifact; from faultline.engine import analyze\n"
        "text = b'openapi: 3.0.0\\ninfo: {title: a, version: \"1\"}\\npaths: {}'\n"
        "analyze(Artifact.from_bytes('design', 'a.yaml', text))\n"
        "others = 'prose topology claims markdown diagram kubernetes compose terraform futures'.split()\n"
        "unwanted = lambda name: '.evolution.' in name or 'wording' in name or name.rpartition('.')[2] in others\n"
        "print([each for each in sys.modules if unwanted(each)])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
