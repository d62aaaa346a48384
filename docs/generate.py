"""Writes the reference pages under docs/reference/, and the README's picture, from the code they describe.

python docs/generate.py            write them
python docs/generate.py --check    exit 1 when one is out of date
"""

from __future__ import annotations

import importlib
import io
import json
import os
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from rich.console import Console
from rich.text import Text
from typer.testing import CliRunner

import faultline
from faultline.analyzers.ci.signature import catalogue
from faultline.analyzers.design.rules import catalogue as design_rules
from faultline.analyzers.review.rules import catalogue as review_rules
from faultline.cli.commands import application
from faultline.cli.failures import exit_code
from faultline.core.artifact import Artifact
from faultline.core.errors import FaultlineError
from faultline.core.report import Report, Result
from faultline.core.results.ci import CiDiagnosis
from faultline.core.results.conversation import ConversationInsights
from faultline.core.results.design import DesignResult
from faultline.core.results.review import ReviewResult
from faultline.engine.pipeline import Envelope, analyze
from faultline.engine.render import markup
from faultline.engine.render.views import view_of
from faultline.platform.http.problems import code_catalogue
from faultline.service.app import create_app
from faultline.service.parts import Parts
from faultline.service.settings import Settings

DOCS = Path(__file__).parent
PROJECT = DOCS.parent
EXAMPLE = "examples/logs/github-actions-pytest.log"
RESULTS: dict[str, type[Result]] = {
    "ci": CiDiagnosis,
    "conversation": ConversationInsights,
    "design": DesignResult,
    "review": ReviewResult,
}
DEFAULTS = {
    "data_dir": "`$XDG_DATA_HOME/faultline`, else `~/.local/share/faultline`",
    "workers": "the number of processors",
}
"""Of the settings whose default depends on the machine, in words."""
NOTE = "<!-- Written by docs/generate.py; change the code instead. -->"


def report_schema() -> str:
    """JSON Schema of one report, with the typed result of every built-in kind."""
    from pydantic import TypeAdapter

    from faultline.core.model import ModelUse  # noqa: F401  # a field of Envelope names it, whose module has no need of it

    schema = Report.model_json_schema(mode="serialization")
    definitions: dict[str, Any] = schema["$defs"]
    del definitions["Result"]
    schema["properties"]["result"] = {"anyOf": [{"type": "object"}, {"type": "null"}], "default": None}
    envelope = TypeAdapter(Envelope).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions |= envelope.pop("$defs", {})
    schema["properties"]["envelope"] = envelope | {
        "description": "What varies from run to run; there with --timings only. Durations are in seconds."
    }
    schema["allOf"] = []
    for kind, result in RESULTS.items():
        part = result.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions |= part.pop("$defs", {}) | {result.__name__: part}
        schema["allOf"].append(
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {
                    "properties": {"result": {"anyOf": [{"$ref": f"#/$defs/{result.__name__}"}, {"type": "null"}]}}
                },
            }
        )
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Faultline report"}
    return json.dumps(head | {key: value for key, value in schema.items() if key != "title"}, indent=2) + "\n"


def cli() -> str:
    """The help of every command, as it is printed."""
    app = application()
    parts = [NOTE, "", "# The command line", ""]
    commands = [info.name or "" for info in app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance
        if group.typer_instance.registered_callback:  # a group that is a command by itself
            commands.append(group.name or "")
        commands += [f"{group.name} {info.name}" for info in group.typer_instance.registered_commands]
    for command in ("", *sorted(commands)):
        words = ["faultline", *command.split()]
        shown = CliRunner().invoke(
            app, [*words[1:], "--help"], prog_name="faultline", env={**os.environ, "TERMINAL_WIDTH": "100"}
        )
        text = "\n".join(line.rstrip() for line in shown.output.strip().split("\n"))
        parts += [f"## {' '.join(words)}", "", "```text", text, "```", ""]
    return "\n".join(parts)


def errors() -> str:
    """The error tree, with the code of each error and what the command line and the service make of it."""
    for module in pkgutil.walk_packages(faultline.__path__, "faultline."):
        if not module.name.endswith(("__main__", ".env")) and ".versions." not in module.name:
            importlib.import_module(module.name)  # so that every error is known
    rows = [NOTE, "", "# Errors", ""]
    rows += ["## What the service answers", "", "Problem details (RFC 9457); programs should look at `code`.", ""]
    rows += ["| code | HTTP status | meaning |", "|---|---|---|"]
    known = sorted(set(_subclasses(FaultlineError)), key=lambda error: (error.code, error.__name__))
    ours = {error.code for error in known if error.__module__.startswith("faultline.cli.")}
    ours -= {error.code for error in known if not error.__module__.startswith("faultline.cli.")}
    rows += [
        f"| `{each.code}` | {each.status} | {each.summary} |" for each in code_catalogue() if each.code not in ours
    ]
    rows += ["", "## What the command line ends with", ""]
    rows += ["| error | code | exit code | HTTP status | meaning |", "|---|---|---|---|---|"]
    for error in known:
        meaning = (error.__doc__ or "").strip().split("\n")[0]
        exits = exit_code(error.__new__(error)).value
        rows.append(f"| `{error.__name__}` | `{error.code}` | {exits} | {error.status} | {meaning} |")
    return "\n".join(rows) + "\n"


def settings() -> str:
    """Every setting of the service: its environment variable, its default and what it is for."""
    rows = [NOTE, "", "# Settings", "", "Each is an environment variable; all have a default that works.", ""]
    rows += ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = DEFAULTS.get(name) or _shown(field.default)
        rows.append(f"| `FAULTLINE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def openapi() -> str:
    """The description of the HTTP API."""
    return json.dumps(_service().openapi(), indent=2, ensure_ascii=False) + "\n"


@cache
def _service() -> FastAPI:
    with tempfile.TemporaryDirectory() as folder:
        return create_app(Parts.of(Settings(data_dir=Path(folder), secret_key=SecretStr("x" * 32))))


def _shown(default: object) -> str:
    if isinstance(default, SecretStr) or default in ("", None, ()):
        return "unset"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def signatures() -> str:
    """Every CI failure signature: which tool's failure it knows, and what Faultline then says."""
    known = sorted(catalogue().signatures, key=lambda signature: (signature.tool, signature.id))
    rows = [NOTE, "", "# CI failure signatures", "", f"{len(known)} of them; [how to add one](../signatures.md).", ""]
    rows += ["| signature | tool | category | title |", "|---|---|---|---|"]
    for each in known:
        title = markup.code(each.title) if each.title else "the matched line"
        rows.append(f"| `{each.id}` | {markup.prose(each.tool)} | {each.category} | {title} |")
    return "\n".join(rows) + "\n"


def rules() -> str:
    """Every rule of a review, by agent: what is wrong, what comes of it and what to do."""
    known = review_rules().values()
    agents = ("security", "logic", "performance", "architecture", "style")
    rows = [
        NOTE,
        "",
        "# Rules of a review",
        "",
        f"{len(known)} of them, of five agents. `.faultline.toml` turns one off by its id.",
        "",
    ]
    for agent in agents:
        rows += [f"## {agent}", "", "| rule | severity | CWE | what | why | what to do |", "|---|---|---|---|---|---|"]
        for rule in (each for each in known if each.agent == agent):
            words = " | ".join(markup.prose(each) for each in (rule.title, rule.why, rule.fix))
            rows.append(f"| `{rule.id}` | {rule.severity} | {_weaknesses(rule.cwe)} | {words} |")
        rows.append("")
    return "\n".join(rows)


def _weaknesses(cwe: Iterable[str]) -> str:
    numbers = [each.removeprefix("CWE-") for each in cwe]
    return ", ".join(f"[{each}](https://cwe.mitre.org/data/definitions/{each}.html)" for each in numbers)


def rules_of_designs() -> str:
    """Every rule of a design, by agent: what is wrong, what comes of it, what to do, and whose rules mean the same."""
    known = design_rules().values()
    rows = [
        NOTE,
        "",
        "# Rules of a design",
        "",
        f"{len(known)} of them, of five agents. [Examples](design-examples.md) show each where it is found, and where",
        "it is not. Rules of severity info are told with `--level info` only; `.faultline.toml` turns one off.",
        "",
    ]
    for agent in ("contract", "resilience", "security", "consistency", "evolution"):
        rows += [f"## {agent}", "", "| rule | severity | CWE | what | why | what to do | same as |", "|---" * 7 + "|"]
        for rule in (each for each in known if each.agent == agent):
            words = " | ".join(markup.prose(each) for each in (rule.title, rule.why, rule.fix))
            same = ", ".join(f"`{each}`" for each in rule.same_as)
            link = f"[`{rule.id}`](design-examples.md#{_anchor(rule.id)})"
            rows.append(f"| {link} | {rule.severity} | {_weaknesses(rule.cwe)} | {words} | {same} |")
        rows.append("")
    return "\n".join(rows)


def examples_of_designs() -> str:
    """Every rule of a design with the files that it is found in, and those that it is not found in."""
    rows = [NOTE, "", "# Examples for the rules of a design", ""]
    rows += ["What stands below `against/` is the older version that is compared with.", ""]
    for rule in design_rules().values():
        rows += [f"## {rule.id}", "", markup.prose(rule.title) + ". " + markup.prose(rule.why), ""]
        for head, files in (("Found in", rule.bad), ("Not found in", rule.good)):
            for path, text in files.items():
                ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
                rows += [f"{head} `{path}`:", "", ticks + _LANGUAGES.get(Path(path).suffix, "text")]
                rows += [*(line.rstrip() for line in text.rstrip("\n").split("\n")), ticks, ""]
    return "\n".join(rows)


_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".md": "markdown", ".mmd": "mermaid", ".tf": "hcl"}


def _anchor(title: str) -> str:
    """What GitHub calls a heading."""
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")


def picture() -> str:
    """What the example log looks like in a terminal, as SVG that fetches no font."""
    report = analyze(Artifact.from_path("ci", PROJECT / EXAMPLE, name=EXAMPLE)).report
    console = Console(file=io.StringIO(), record=True, force_terminal=True, color_system="standard", width=118)
    for line in view_of(report).text(report):
        console.print(Text.assemble(*line), soft_wrap=True)
    drawn = console.export_svg(title="faultline ci build.log", unique_id="faultline")
    return re.sub(r"\s*@font-face \{[^}]*\}", "", drawn)


def _subclasses(base: type[FaultlineError]) -> Iterator[type[FaultlineError]]:
    for child in base.__subclasses__():
        if child.__module__.startswith("faultline."):
            yield child
            yield from _subclasses(child)


PAGES = {
    "reference/report.schema.json": report_schema,
    "reference/cli.md": cli,
    "reference/errors.md": errors,
    "reference/settings.md": settings,
    "reference/openapi.json": openapi,
    "reference/signatures.md": signatures,
    "reference/rules.md": rules,
    "reference/design-rules.md": rules_of_designs,
    "reference/design-examples.md": examples_of_designs,
    "images/ci.svg": picture,
}


def main(arguments: list[str]) -> int:
    """Write or check every page."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        path.parent.mkdir(exist_ok=True)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"out of date: {', '.join(stale)}; run python docs/generate.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
