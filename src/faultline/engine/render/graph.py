"""The system of a design as a picture: mermaid for people, plain data for the page.

Names come from documents and may hold anything. In mermaid every character of a label that is no letter, digit or
harmless sign is written as its entity (https://mermaid.js.org/syntax/flowchart.html, special characters), so that no
label ends its quotes, opens markup or starts a statement; ids are ours.
"""

from __future__ import annotations

from typing import Any, Final

from faultline.core.results.design import ComponentRole, DesignCall, DesignComponent, DesignResult, Failure
from faultline.engine.render.untrusted import one_line

WIDE: Final = 0.5
"""The share of what users reach from which on a failure is one of nearly everything."""
MAX_LABEL: Final = 60
_SHAPES: Final = {
    ComponentRole.SERVICE: ("[", "]"),
    ComponentRole.STORE: ("[(", ")]"),
    ComponentRole.CACHE: ("[(", ")]"),
    ComponentRole.QUEUE: ("[[", "]]"),
    ComponentRole.GATEWAY: ("{{", "}}"),
    ComponentRole.CLIENT: ("([", "])"),
    ComponentRole.EXTERNAL: ("[/", "/]"),
    ComponentRole.JOB: ("(", ")"),
}
_PLAIN: Final = frozenset(" .,/_-+%")


def mermaid(result: DesignResult) -> str:
    """A flowchart: calls that wait are solid, others dotted; how much dies with a component is said and coloured."""
    names = {each.id: f"c{place}" for place, each in enumerate(result.components)}
    failures = {each.component: each for each in result.failures}
    lines = ["flowchart LR"]
    for each in result.components:
        opening, closing = _SHAPES[each.role]
        lines.append(f'  {names[each.id]}{opening}"{_label(each, failures.get(each.id))}"{closing}')
    for call in result.calls:
        if call.source in names and call.target in names:
            arrow = "-.->" if call.synchronous is False else "-->"
            said = _escaped(_words(call))
            label = f'|"{said}"|' if said else ""
            lines.append(f"  {names[call.source]} {arrow}{label} {names[call.target]}")
    lines += [
        "  classDef single stroke:#b3261e,stroke-width:3px",
        "  classDef wide fill:#f9dedc,color:#410e0b",
        "  classDef some fill:#fff3d6,color:#3d2e00",
    ]
    for name, chosen in (
        ("single", [each for each in result.failures if each.single and _harm(each)]),
        ("wide", [each for each in result.failures if each.radius >= WIDE]),
        ("some", [each for each in result.failures if 0 < each.radius < WIDE]),
    ):
        ids = [names[each.component] for each in chosen if each.component in names]
        if ids:
            lines.append(f"  class {','.join(sorted(ids, key=lambda id: int(id[1:])))} {name}")
    return "\n".join(lines) + "\n"


def graph(result: DesignResult) -> dict[str, Any]:
    """Nodes with their layer (0 where users come in, one more for each call), edges, and the failures as reported."""
    failures = {each.component: each for each in result.failures}
    layers = _layers(result)
    return {
        "nodes": [
            {
                **each.model_dump(mode="json"),
                "layer": layers[each.id],
                "single": each.id in failures and failures[each.id].single,
                "radius": failures[each.id].radius if each.id in failures else 0.0,
            }
            for each in result.components
        ],
        "edges": [each.model_dump(mode="json") for each in result.calls],
        "failures": [each.model_dump(mode="json") for each in result.failures],
    }


def _label(component: DesignComponent, failure: Failure | None) -> str:
    said = [component.name]
    if component.technology and component.technology not in component.name.lower():
        said.append(component.technology)
    if component.replicas is not None:
        said.append(f"{component.replicas} instance{'' if component.replicas == 1 else 's'}")
    if failure and failure.radius:
        said.append(f"{failure.radius:.0%} dies with it")
    return "<br/>".join(_escaped(each) for each in said)


def _words(call: DesignCall) -> str:
    return ", ".join(filter(None, (call.label, "optional" if call.optional else "")))


def _harm(failure: Failure) -> bool:
    return bool(failure.components or failure.radius)


def _escaped(text: str) -> str:
    return "".join(
        each if each.isascii() and (each.isalnum() or each in _PLAIN) else f"#{ord(each)};"
        for each in one_line(text, MAX_LABEL)
    )


def _layers(result: DesignResult) -> dict[str, int]:
    """How many calls each component is behind the first ones: clients, else gateways, else who is called by none."""
    following: dict[str, list[str]] = {each.id: [] for each in result.components}
    called = set()
    for call in result.calls:
        if call.source in following and call.target in following:
            following[call.source].append(call.target)
            called.add(call.target)
    layers: dict[str, int] = {}
    first = [each.id for each in result.components if each.id not in called or each.role == ComponentRole.CLIENT]
    rest = [each.id for each in result.components]
    for starts in (first, *([each] for each in rest)):
        now = [each for each in starts if each not in layers]
        layers |= dict.fromkeys(now, 0)
        while now:
            after = []
            for id in now:
                for other in following[id]:
                    if other not in layers:
                        layers[other] = layers[id] + 1
                        after.append(other)
            now = after
    return layers
