"""Sources, sinks and sanitizers, as the files in `tables/` say them."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

Kind = Literal["web", "input", "archive"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Entry):
    """What is untrusted by its name, or as the answer of a method."""

    kind: Kind
    names: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Sanitizer(_Entry):
    """What makes untrusted data safe for some kinds of sink, or undoes that."""

    calls: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    cleans: frozenset[str] = frozenset()
    restores: bool = False


class Sink(_Entry):
    """What untrusted data must not reach; see sinks.toml."""

    rule: str
    kind: str
    calls: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    args: tuple[int | str, ...] = ()
    test: str = ""
    accept: Literal["web", "any", "built"] = "web"
    confidence: float = 0.8


class Tables:
    """All of them, indexed for the interpreter."""

    def __init__(self) -> None:
        sources, sanitizers = _read("sources"), _read("sanitizers")
        self.requests = frozenset(sources["requests"]["objects"])
        self.request_attributes = frozenset(sources["requests"]["attributes"])
        self.sources: dict[str, Kind] = {}
        self.source_methods: dict[str, tuple[Kind, frozenset[str]]] = {}
        for source in TypeAdapter(list[Source]).validate_python(sources["source"]):
            self.sources |= dict.fromkeys(source.names, source.kind)
            self.source_methods |= dict.fromkeys(source.methods, (source.kind, frozenset(source.needs)))
        self.decorators = frozenset(sources["entries"]["decorators"])
        self.bases = frozenset(sources["entries"]["bases"])
        self.entry_methods = frozenset(sources["entries"]["methods"])

        self.cleans: dict[str, frozenset[str]] = defaultdict(frozenset)
        self.clean_methods: dict[str, frozenset[str]] = defaultdict(frozenset)
        self.clean_attributes: dict[str, frozenset[str]] = {}
        self.clean_prefixes: dict[str, frozenset[str]] = {}
        self.restores: set[str] = set()
        for each in TypeAdapter(list[Sanitizer]).validate_python(sanitizers["sanitizer"]):
            for name in each.calls:
                self.cleans[name] |= each.cleans
                if each.restores:
                    self.restores.add(name)
            for name in each.methods:
                self.clean_methods[name] |= each.cleans
            self.clean_attributes |= dict.fromkeys(each.attributes, each.cleans)
            self.clean_prefixes |= dict.fromkeys(each.prefixes, each.cleans)
        self.clean_starts = tuple(self.clean_prefixes)
        self.guards = frozenset(sanitizers["guards"]["words"])
        self.lookup_methods = frozenset(sanitizers["lookups"]["methods"])
        self.lookup_names = frozenset(sanitizers["lookups"]["names"])

        self.sinks = TypeAdapter(tuple[Sink, ...]).validate_python(_read("sinks")["sink"])
        self.by_call: dict[str, list[Sink]] = defaultdict(list)
        self.by_method: dict[str, list[Sink]] = defaultdict(list)
        for sink in self.sinks:
            for name in sink.calls:
                self.by_call[name].append(sink)
            for name in sink.methods:
                self.by_method[name].append(sink)
        self.opened = frozenset(sink.kind for sink in self.sinks if sink.kind != "deserialize") | {"session"}
        """The kinds of sink for which it does not matter who chose the file that something was read from."""
        self.words = _words(self.sinks)
        """Finds a word without which no sink is there."""
        self.trusting = _words([sink for sink in self.sinks if sink.accept != "web"])
        """As well, of the sinks that take other things than requests."""

    def cleaned_by(self, name: str) -> frozenset[str] | None:
        """The kinds of sink that a call by some name makes safe for; None where it is no sanitizer."""
        if name in self.cleans:
            return self.cleans[name]
        if name.startswith(self.clean_starts):
            return next(clean for start, clean in self.clean_prefixes.items() if name.startswith(start))
        return None


_COMMON: Final = frozenset(
    {
        "bytes", "call", "copy", "decode", "error", "extend", "extra", "feed", "file", "finish", "get", "info", "load",
        "local", "log", "match", "open", "parse", "query", "range", "raw", "remove", "render", "replace", "run",
        "search", "sleep", "stream", "sub", "template", "text", "warn", "warning", "write",
    }
)  # fmt: skip
"""Words that are names of much else: they count where they are called."""


def _words(sinks: Any) -> re.Pattern[str]:
    names = {name.rpartition(".")[2] for sink in sinks for name in (*sink.calls, *sink.methods)}
    names -= {"set", "add", "append", "find", "x"}
    rare, common = sorted(names - _COMMON), sorted(names & _COMMON)
    return re.compile(rf"\b(?:{'|'.join(rare)})\b|\b(?:{'|'.join(common) or '(?!)'})(?: ?\(|\b(?= as ))")


def _read(name: str) -> dict[str, Any]:
    text = (files("faultline.analyzers.review.security.flows") / "tables" / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def tables() -> Tables:
    """The tables, read once."""
    return Tables()
