"""Calls: what the arrows of diagrams show, and where the settings of deployments lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from faultline.analyzers.design.consistency.drawn import SHARE
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DATA, DEPLOYMENTS, Call, Saying, System
from faultline.core.results.design import ComponentRole


def calls(design: Design) -> Iterator[Observation]:
    """Calls that only the diagrams show, or only the settings of the deployment."""
    system = design.system
    both = {
        each.id
        for each in system.components
        if each.said_by("diagram") and each.said_by(*DEPLOYMENTS) and not each.plumbing
    }
    both -= {each for each in both if system.by_id[each].role in (ComponentRole.GATEWAY, ComponentRole.CLIENT)}
    pairs = {(call.source, call.target): call for call in system.calls if call.source in both and call.target in both}
    shown, set_up = {}, {}
    for pair, call in pairs.items():
        if arrows := [each for each in call.said_by("diagram") if each.how in ("arrow", "message")]:
            shown[pair] = arrows
        if settings := [each for each in call.said_by(*DEPLOYMENTS) if each.how in ("url", "reference")]:
            set_up[pair] = settings
    agreed = [pair for pair in set_up if pair in shown or pair[::-1] in shown]
    drawn = [call for call in system.calls if any(each.how == "arrow" for each in call.said_by("diagram"))]
    alone = (
        len(set_up) - len(agreed) == 1 and len(drawn) >= 4
    )  # few calls are between what both show, and one is missing
    if drawn and (alone or (len(agreed) >= 2 and len(agreed) >= SHARE * len(set_up))):
        pictures = drawn[0].said_by("diagram")[0].spot
        for pair in set_up:
            if (
                pair not in shown
                and pair[::-1] not in shown
                and not _around(pair, shown)
                and not _same_app(system, pair, shown)
            ):
                yield _undrawn(system, pairs[pair], set_up[pair], pictures)
    lost = {source for source, _, _ in system.unknown}  # its setting has a name wrong, and that is said already
    talking = {source for source, _ in set_up} - lost
    arrows_of = {pair: each for pair, each in shown.items() if any(arrow.how == "arrow" for arrow in each)}
    supported = [pair for pair in arrows_of if _supported(pair, pairs)]
    if len(supported) >= 2 and len(supported) >= SHARE * len([pair for pair in arrows_of if pair[0] in talking]):
        for pair, arrows in arrows_of.items():
            loose = arrows[0].synchronous is False and not {system.by_id[each].role for each in pair} & DATA
            if pair[0] in talking and not _supported(pair, pairs) and not loose and not _around(pair, set_up):
                if _is_host(design, system.by_id[pair[1]].name):
                    continue
                yield _unsupported(system, pair, arrows)


def _supported(pair: tuple[str, str], pairs: dict[tuple[str, str], Call]) -> bool:
    return any(each in pairs and pairs[each].said_by(*DEPLOYMENTS) for each in (pair, pair[::-1]))


def _is_host(design: Design, name: str) -> bool:
    """Whether a deployment leads to a host of that name somewhere else: `stock-db.internal`."""
    host = re.compile(rf"(?<![\w.-]){re.escape(name)}\.[a-z]", re.IGNORECASE)
    return any(host.search(each.text) for each in design.documents if each.kind in ("compose", "kubernetes"))


def _around(pair: tuple[str, str], known: dict[tuple[str, str], list[Saying]]) -> bool:
    """Whether there is a way between the two by one other component."""
    source, target = pair
    return any(other == source and (middle, target) in known for other, middle in known)


def _same_app(system: System, pair: tuple[str, str], shown: dict[tuple[str, str], list[Saying]]) -> bool:
    """Whether another process of the same program is drawn with the call: all of them have its settings."""
    app = system.by_id[pair[0]].app
    return bool(app) and any(system.by_id[source].app == app and target == pair[1] for source, target in shown)


def _undrawn(system: System, call: Call, said: Sequence[Saying], pictures: Spot) -> Observation:
    source, target = system.by_id[call.source], system.by_id[call.target]
    at = said[0].spot
    return Observation(
        "consistency/undrawn-call",
        at,
        f"A setting of `{source.name}` leads to `{target.name}`; "
        f"the diagram in {pictures.document.path} has both and no arrow between them.",
        cause=f"{source.id} {target.id}",
        also=(source.declared("diagram"), target.declared("diagram")),
    )


def _unsupported(system: System, pair: tuple[str, str], arrows: Sequence[Saying]) -> Observation:
    source, target = (system.by_id[each] for each in pair)
    place = source.declared(*DEPLOYMENTS)
    return Observation(
        "consistency/unsupported-call",
        arrows[0].spot,
        f"The diagram has an arrow from `{source.name}` to `{target.name}`; "
        f"no setting of `{source.name}` in {place.document.path} leads there.",
        cause=f"{source.id} {target.id}",
        also=(place,),
    )
