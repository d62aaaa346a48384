"""ComposeService: one service of a compose file, made of what several places say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from faultline.analyzers.design.documents.environment import EnvironmentDocument
from faultline.analyzers.design.documents.plain import at, has
from faultline.analyzers.design.documents.products import Image, Product, filled, image_of
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.compose import ComposeDocument


class Layer(NamedTuple):
    """Where one part of a service is said."""

    document: ComposeDocument
    pointer: Pointer
    data: Mapping[str, Any]


class Variable(NamedTuple):
    """A variable of the environment; `value` is None where the shell gives it."""

    name: str
    value: str | None
    spot: Spot


class Port(NamedTuple):
    """A port that is published to the host.

    `host` is the address it listens on, empty for all; `published` a port, a range or empty for any free one.
    """

    host: str
    published: str
    container: int | None
    protocol: str
    text: str
    spot: Spot

    @property
    def local(self) -> bool:
        """Whether only the host itself reaches it."""
        return self.host.strip("[]") in ("127.0.0.1", "::1", "localhost") or self.host.startswith("127.")


class Volume(NamedTuple):
    """What is mounted: `kind` is `bind`, `volume`, `tmpfs` or another; `source` is empty for an anonymous volume."""

    kind: str
    source: str
    target: str
    read_only: bool
    spot: Spot


class Dependency(NamedTuple):
    """A service that is started before."""

    service: str
    condition: str
    required: bool
    spot: Spot


@dataclass(frozen=True, slots=True, eq=False)
class ComposeService:
    """One service of a file.

    Args:
        name: its key in `services`.
        data: all that its layers say, merged.
        pointer: where it stands in its own file.
        document: its own file.
        layers: what it is made of, the last one counts most.

    """

    name: str
    data: dict[str, Any]
    pointer: Pointer
    document: ComposeDocument
    layers: tuple[Layer, ...] = field(default=(), repr=False)

    def get(self, *path: str | int) -> Any:
        """The value at a path below the service; None where there is none."""
        return at(self.data, path)

    def table(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path; empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def text(self, *path: str | int) -> str:
        """The text at a path with the defaults of its variables; of a number its digits, else empty."""
        return _text(self.get(*path))

    def spot(self, *path: str | int) -> Spot:
        """Where the value at a path is said; where it is not, the service itself."""
        for layer in reversed(self.layers):
            if path and has(layer.data, path):
                return self._spot(layer, path)
        return Spot(self.document, self.pointer, symbol=self.symbol)

    @property
    def symbol(self) -> str:
        """What a finding about it calls it."""
        return f"service {self.name}"

    @property
    def image(self) -> Image | None:
        """Its image; None where it is built and not named."""
        text = self.data.get("image")
        return image_of(text) if isinstance(text, str) and text else None

    @property
    def built(self) -> bool:
        """Whether the image is built from sources."""
        return "build" in self.data

    @property
    def product(self) -> Product | None:
        """What well-known product it runs."""
        return self.image.product if self.image and not self.built else None

    @property
    def profiles(self) -> tuple[str, ...]:
        """Profiles that start it; empty for always."""
        return tuple(map(str, _list(self.data.get("profiles"))))

    @property
    def command(self) -> str:
        """Entry point and command in one line."""
        parts = (self.data.get("entrypoint"), self.data.get("command"))
        return " ".join(" ".join(map(str, each)) if isinstance(each, list) else str(each) for each in parts if each)

    @property
    def restart(self) -> str:
        """The restart policy, empty where none is said: that of `restart`, or of a swarm's `restart_policy`."""
        policy = self.get("deploy", "restart_policy")
        if isinstance(policy, dict):
            return str(policy.get("condition", "any"))
        said = self.data.get("restart")
        return "no" if said is False else _text(said)

    @property
    def replicas(self) -> int | None:
        """How many of it run; None where nobody says, which means one."""
        for path in (("deploy", "replicas"), ("scale",)):
            text = self.text(*path)
            if text.isdecimal():
                return int(text[:6])
        return None

    @property
    def healthcheck(self) -> dict[str, Any] | None:
        """Its health check; None where it has none or switches that of the image off."""
        check = self.data.get("healthcheck")
        if not isinstance(check, dict) or check.get("disable") in (True, "true"):
            return None
        test = check.get("test")
        return None if test in ("NONE", ["NONE"], [], "") else check

    @property
    def memory_limit(self) -> str:
        """The most memory it may take, empty where there is no limit."""
        return self.text("deploy", "resources", "limits", "memory") or self.text("mem_limit")

    @property
    def environment(self) -> list[Variable]:
        """Its variables, each as the last layer sets it, in their order; first those of `env_file`."""
        found: dict[str, Variable] = {}
        for layer in self.layers:
            for file in _env_files(layer.data.get("env_file")):
                beside = layer.document.beside(file)
                if isinstance(beside, EnvironmentDocument):
                    for each in beside.variables:
                        spot = Spot(beside, line=each.line, symbol=self.symbol)
                        found[each.name] = Variable(each.name, each.value, spot)
        for layer in self.layers:
            said = layer.data.get("environment")
            if isinstance(said, dict):
                for name, value in said.items():
                    text = None if value is None else _scalar(value)
                    found[str(name)] = Variable(str(name), text, self._spot(layer, ("environment", name)))
            for place, item in enumerate(said if isinstance(said, list) else ()):
                name, equals, value = str(item).partition("=")
                spot = self._spot(layer, ("environment", place))
                found[name] = Variable(name, value if equals else None, spot)
        return list(found.values())

    @property
    def ports(self) -> list[Port]:
        """Its published ports."""
        return [each for layer in self.layers for each in self._ports(layer)]

    @property
    def exposed(self) -> list[int]:
        """Ports that it listens on for its neighbours: of `expose` and of `ports`."""
        said = [each for layer in self.layers for each in _list(layer.data.get("expose"))]
        ports = [int(text.partition("/")[0]) for text in map(_text, said) if text.partition("/")[0].isdecimal()]
        return list(dict.fromkeys([*ports, *(each.container for each in self.ports if each.container)]))

    @property
    def volumes(self) -> list[Volume]:
        """What is mounted into it."""
        return [each for layer in self.layers for each in self._volumes(layer)]

    @property
    def depends_on(self) -> list[Dependency]:
        """What is started before it."""
        found: dict[str, Dependency] = {}
        for layer in self.layers:
            said = layer.data.get("depends_on")
            if isinstance(said, dict):
                for name, each in said.items():
                    about = each if isinstance(each, dict) else {}
                    condition = str(about.get("condition", "service_started"))
                    spot = self._spot(layer, ("depends_on", name))
                    found[str(name)] = Dependency(str(name), condition, about.get("required") is not False, spot)
            for place, each in enumerate(said if isinstance(said, list) else ()):
                spot = self._spot(layer, ("depends_on", place))
                found[str(each)] = Dependency(str(each), "service_started", True, spot)
        return list(found.values())

    @property
    def links(self) -> list[Dependency]:
        """What it is linked to, as of old."""
        return [
            Dependency(str(each).partition(":")[0], "service_started", True, self._spot(layer, ("links", place)))
            for layer in self.layers
            for place, each in enumerate(_list(layer.data.get("links")))
        ]

    @property
    def networks(self) -> list[str]:
        """The networks that it is in; `default` where none is named."""
        said = self.data.get("networks")
        return [str(each) for each in said] if isinstance(said, dict | list) and said else ["default"]

    @property
    def labels(self) -> list[Variable]:
        """Its labels, those of `deploy` as well."""
        found = []
        for layer in self.layers:
            for path in (("labels",), ("deploy", "labels")):
                said = at(layer.data, path)
                if isinstance(said, dict):
                    for name, value in said.items():
                        found.append(Variable(str(name), _scalar(value), self._spot(layer, (*path, name))))
                for place, each in enumerate(said if isinstance(said, list) else ()):
                    name, _, value = str(each).partition("=")
                    found.append(Variable(name, value, self._spot(layer, (*path, place))))
        return found

    @property
    def once(self) -> bool:
        """Whether it does its work and ends, or is only started by hand: a migration, a tool, a shell."""
        if self.profiles:
            return True
        if self.name in self.document.awaited:
            return True
        if self.restart and self.restart not in ("no", "none", "on-failure"):
            return False
        if _ONCE.search(self.name):
            return True
        return not self.exposed and bool(_ONCE_COMMAND.search(self.command))

    @property
    def partial(self) -> bool:
        """Whether it only adds to the service of that name in another file."""
        base = self.document.base
        return base is not None and any(each.name == self.name for each in base.own_services)

    @property
    def whole(self) -> ComposeService:
        """The service with all that override files of its folder add to it."""
        more = tuple(
            layer
            for document in self.document.overrides
            for each in document.own_services
            if each.name == self.name
            for layer in each.layers
        )
        return service_of(self.document, self.name, self.pointer, (*self.layers, *more)) if more else self

    def _spot(self, layer: Layer, path: Iterable[str | int]) -> Spot:
        return Spot(layer.document, (*layer.pointer, *path), symbol=self.symbol)

    def _ports(self, layer: Layer) -> Iterator[Port]:
        for place, each in enumerate(_list(layer.data.get("ports"))):
            spot = self._spot(layer, ("ports", place))
            if isinstance(each, dict):
                target, published = _text(each.get("target")), _text(each.get("published"))
                host, protocol = _text(each.get("host_ip")), str(each.get("protocol", "tcp"))
                container = int(target) if target.isdecimal() else None
                yield Port(host, published, container, protocol, f"{published}:{target}".lstrip(":"), spot)
            else:
                text = _text(each)
                rest, _, protocol = text.partition("/")
                head, _, target = rest.rpartition(":")
                host, colon, published = head.rpartition(":")
                if not colon and "." in head:
                    host, published = head, ""
                first = target.partition("-")[0]
                container = int(first) if first.isdecimal() and len(first) < 6 else None
                yield Port(host, published, container, protocol or "tcp", text, spot)

    def _volumes(self, layer: Layer) -> Iterator[Volume]:
        for place, each in enumerate(_list(layer.data.get("volumes"))):
            spot = self._spot(layer, ("volumes", place))
            if isinstance(each, dict):
                read_only = each.get("read_only") is True
                source, target = _text(each.get("source")), _text(each.get("target"))
                yield Volume(str(each.get("type", "volume")), source, target, read_only, spot)
            else:
                source, target, options = _mount(_text(each))
                kind = "bind" if source.startswith((".", "/", "~", "$")) or source[1:3] == ":\\" else "volume"
                yield Volume(kind, source, target, "ro" in options.split(","), spot)
        for place, each in enumerate(_list(layer.data.get("tmpfs"))):
            yield Volume("tmpfs", "", _text(each).partition(":")[0], False, self._spot(layer, ("tmpfs", place)))


_ONCE = regex(
    r"(?i)(?:^|[-_])(?:migrat\w*|init|setup|seed\w*|bootstrap|createbuckets?|provision\w*|tests?|cli|lint)(?:[-_]|$)"
)
_ONCE_COMMAND = regex(
    r"(?i)\b(?:migrate|upgrade head|db:(?:migrate|seed|setup|create)|createsuperuser|collectstatic|seed|pytest|"
    r"(?:flyway|liquibase)\b.{0,40}\b(?:migrate|update)|mc (?:mb|alias|config)|npm (?:run )?(?:test|build))\b"
)


def service_of(document: ComposeDocument, name: str, pointer: Pointer, layers: tuple[Layer, ...]) -> ComposeService:
    """The service that some layers make, the last of which counts most."""
    data: dict[str, Any] = {}
    for layer in layers:
        data = _merged(data, layer.data, 0)
    return ComposeService(str(name), data, pointer, document, layers)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and depth < 6:
            found[key] = _merged(old, value, depth + 1)
        elif isinstance(old, list) and isinstance(value, list) and key not in ("command", "entrypoint", "test"):
            found[key] = [*old, *value]
        else:
            found[key] = value
    return found


def _env_files(data: Any) -> Iterator[str]:
    for each in _list(data.get("path") if isinstance(data, dict) else data):
        if isinstance(path := each.get("path") if isinstance(each, dict) else each, str):
            yield path


def _list(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [] if data is None or isinstance(data, dict) else [data]


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list | bool) else filled(str(value)).strip()


def _mount(text: str) -> tuple[str, str, str]:
    """Source, target and options of the short form; a drive of Windows keeps its colon."""
    drive, rest = (text[:2], text[2:]) if re.match(r"^[A-Za-z]:[\\/]", text) else ("", text)
    parts = rest.split(":")
    if len(parts) == 1 and not drive:
        return "", parts[0], ""
    return drive + parts[0], parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else ""
