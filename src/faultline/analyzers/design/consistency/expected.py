"""Whether what a diagram shows should be among what is deployed: evidence for and against, added up.

A diagram shows people, partners, clients and what others run for the team beside the team's own services, and rarely
says which is which. One sign is not enough: a name like those of services, a caller that is deployed, a frame that it
shares with deployed ones, and that no text explains it speak for; nobody calling it, and words for what is run
elsewhere, speak against.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Box, Diagram, DiagramDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.system.model import DATA, RUNS, Component
from faultline.analyzers.design.system.naming import bare, words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

ENOUGH: Final = 3
"""So much evidence makes it the team's own."""
_SERVES: Final = frozenset({"service", "api", "worker", "processor", "consumer", "scheduler", "engine", "backend"})
_OTHERS: Final = frozenset(
    {
        *("gateway", "provider", "bank", "authority", "office", "agency", "register", "registry", "network", "scheme"),
        *("carrier", "partner", "vendor", "exchange", "platform", "system", "portal", "terminal", "device", "meter"),
        *("smtp", "idp", "ldap", "keycloak", "sdk", "cdn", "dns", "desktop", "kiosk", "scanner", "client", "screen"),
        *("vault", "acquirer", "broker", "supplier", "manufacturer", "erp", "crm", "sap", "maps", "geocoder", "ca"),
        *("site", "page", "app", "browser", "mobile", "edge"),
    }
)
_SENDS: Final = frozenset({"mail", "email", "sms", "push", "identity", "sso", "messaging", "weather", "map"})
ELSEWHERE: Final = regex(
    r"\b(?:(?:run|operated|hosted|managed|provided|looked after|owned|offered) (?:for us )?by|as a service|neighbou?rs?"
    r"|repositor(?:y|ies)|teams that|external|third[- ]part\w+|providers?|not ours|run (?:for us )?(?:by"
    r"|as a service)|operated by|provided by"
    r"|hosted|dbaas|saas|owned by|outside|cdn|not part of|out of scope|vendor|bought|managed|rented|another team"
    r"|other teams?|infrastructure team|platform team|dba team|run elsewhere|partners?|(?:is|are) (?:run|kept) by"
    r"|cloud sql|rds|aurora|elasticache|memorystore)\b",
    re.IGNORECASE,
)
"""What says that others run a thing."""
_OUTSIDE: Final = regex(r"\b(?:external|others?|third|partner|outside|internet|public|clients?|users?|legacy)\b", re.I)
_BEHIND: Final = regex(r"(?<=\w) (?:in|of|for|from|at|on|by|with) ")
_OF_OTHERS: Final = regex(
    r" (?:of|at|from|in) (?:the|our|another|other|a) |\b(?:group|corporate|company)\b", re.IGNORECASE
)
_ID: Final = regex(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+){0,6}")
_ACTORS: Final = frozenset({"person", "actor", "external", "circle", "cloud"})


class Evidence:
    """What speaks for and against one of the drawn components."""

    def __init__(self, design: Design, deployed: Collection[Component]) -> None:
        self._design = design
        self._system = design.system
        self._deployed = {each.id for each in deployed}
        self._vocabulary = Vocabulary(self._system.components)

    def of(self, component: Component) -> int:
        """How much speaks for its being the team's own and deployed with the rest."""
        name = words(_BEHIND.split(component.name, maxsplit=1)[0])
        boxes = self._boxes(component)
        callers, calls = self._callers.get(component.id, set()), self._calls.get(component.id, set())
        called = bool(callers & self._deployed)
        alike = bool(_ID.fullmatch(component.name)) and self._plain_names
        data = component.role in DATA
        found = 0
        found += 2 * bool(name and name[-1] in _SERVES)
        found += alike + (alike and bool(re.search(r"[-_]", component.name)))
        found += called
        found += self._unexplained(component)
        found += 2 * self._inside(boxes)
        found += 2 * self._alone(component)
        found -= 2 * (not called and bool(calls) and not data)
        found -= 2 * (not data and any(each.id in self._first for each in boxes))
        found -= 2 * (not calls and bool(name) and (name[-1] in _OTHERS or set(name) <= _SENDS | _SERVES))
        found -= 2 * any(each.shape in _ACTORS for each in boxes)
        found -= 3 * self._whole(component, calls)
        found -= 3 * bool(_OF_OTHERS.search(component.name))
        found -= 3 * self._elsewhere(component)
        found -= 3 * self._opened_elsewhere(component, callers)
        return found

    def written(self, component: Component) -> bool:
        """Whether a text has its name: of several words, or as code, in bold or as a cell of a table."""
        spelled = r"[-_ ]?".join(map(re.escape, re.findall(r"[A-Za-z]+|\d+", component.name)))
        pattern = rf"(?<![\w-]){spelled}(?![\w-])" if len(words(component.name)) > 1 else rf"[`*|] ?{spelled} *[`*|]"
        return any(re.search(pattern, document.text, re.IGNORECASE) for document in self._design.of(MarkdownDocument))

    @cached_property
    def _callers(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for call in self._system.calls:
            found.setdefault(call.target, set()).add(call.source)
        return found

    @cached_property
    def _calls(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for call in self._system.calls:
            found.setdefault(call.source, set()).add(call.target)
        return found

    @cached_property
    def _diagrams(self) -> list[tuple[str, Diagram]]:
        return [
            (document.path, diagram)
            for document in self._design.documents
            if isinstance(document, MarkdownDocument | DiagramDocument)
            for diagram in document.diagrams
        ]

    @cached_property
    def _at(self) -> Mapping[tuple[str, int, str], list[Box]]:
        """The boxes by file, line and name."""
        found: dict[tuple[str, int, str], list[Box]] = {}
        for path, diagram in self._diagrams:
            for each in diagram.boxes:
                found.setdefault((path, each.line, bare(each.name or each.id)), []).append(each)
        return found

    @cached_property
    def _groups(self) -> Mapping[tuple[str, ...], list[tuple[Box, str | None]]]:
        """The boxes of each frame, with the components that they are."""
        found: dict[tuple[str, ...], list[tuple[Box, str | None]]] = {}
        for _, diagram in self._diagrams:
            for each in diagram.boxes:
                found.setdefault(each.group, []).append((each, self._vocabulary.find(bare(each.name or each.id))))
        return found

    @cached_property
    def _first(self) -> frozenset[str]:
        """With whom sequence diagrams begin: it is whom all of it is for."""
        return frozenset(
            diagram.arrows[0].source
            for _, diagram in self._diagrams
            if diagram.dialect == "sequence" and diagram.arrows
        )

    @cached_property
    def _plain_names(self) -> bool:
        """Whether most of what is drawn and deployed is drawn with names like those of services: `orders-api`."""
        drawn = [
            bare(box.name or box.id)
            for boxes in self._groups.values()
            for box, known in boxes
            if known in self._deployed
        ]
        return len(drawn) > 1 and sum(bool(_ID.fullmatch(each)) for each in drawn) * 3 >= len(drawn) * 2

    @cached_property
    def _foreign(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Whom sentences name that say who else runs something, and what they say in lower case."""
        ids: set[str] = set()
        texts = []
        for document in self._design.of(MarkdownDocument):
            for sentence in document.sentences:
                text = " ".join((*sentence.row, sentence.text))
                if ELSEWHERE.search(text):
                    ids.update(each.component for each in self._vocabulary.spoken(text))
                    texts.append(text.lower())
        return frozenset(ids), tuple(texts)

    @cached_property
    def _loose(self) -> list[Component]:
        """What is drawn and deployed nowhere."""
        return [each for each in self._system.components if each.said_by("diagram") and each.id not in self._deployed]

    @cached_property
    def _named(self) -> tuple[int, int]:
        """How many of the drawn components a text names, and how many there are."""
        drawn = [each for each in self._system.components if each.said_by("diagram")]
        return sum(map(_is_named, drawn)), len(drawn)

    def _alone(self, component: Component) -> bool:
        """Whether all else that is drawn, and is neither outside nor a way in, is deployed."""
        kinds = DATA if component.role in DATA else RUNS
        return not any(each is not component and each.role in kinds for each in self._loose)

    def _whole(self, component: Component, calls: Collection[str]) -> bool:
        """Whether it has a store of its own, not deployed either, and is explained: it is deployed from elsewhere."""
        own = [
            id
            for id in calls
            if self._system.by_id[id].role == ComponentRole.STORE
            and id not in self._deployed
            and self._callers[id] == {component.id}
        ]
        return bool(own) and any(each.source in ("text", "adr", "openapi") for each in component.mentions)

    def _boxes(self, component: Component) -> list[Box]:
        spots = [each.spot for each in component.mentions if each.source == "diagram"]
        return [box for spot in spots for box in self._at.get((spot.document.path, spot.line, component.name), ())]

    def _inside(self, boxes: Collection[Box]) -> bool:
        """Whether it is in a frame in which all other services, or all but one, are deployed."""
        for own in boxes:
            if not own.group or any(_OUTSIDE.search(each) for each in own.group):
                continue
            beside = [id for box, id in self._groups[own.group] if box != own and id]
            beside = [each for each in beside if self._system.by_id[each].role in RUNS]
            there = [each for each in beside if each in self._deployed]
            if len(there) >= 2 and len(there) >= len(beside) - 1:
                return True
        return False

    def _unexplained(self, component: Component) -> bool:
        """Whether no text names it, and the texts name nearly all else that is drawn."""
        named, drawn = self._named
        return not _is_named(component) and named * 3 >= (drawn - 1) * 2

    def _elsewhere(self, component: Component) -> bool:
        """Whether a sentence that names it, or a store's product, says that somebody else runs it."""
        ids, texts = self._foreign
        head = _BEHIND.split(component.name, maxsplit=1)[0].lower()
        product = component.technology if component.role in DATA else ""
        return component.id in ids or any(
            (len(head) > 3 and head in text) or (product and product in text) for text in texts
        )

    def _opened_elsewhere(self, component: Component, callers: Collection[str]) -> bool:
        """Whether a store may be one of those at hosts of others that its callers' settings open."""
        return component.role in DATA and (
            any(each.source in callers and not each.store.startswith("secret ") for each in self._system.opened)
            or any(source in callers for source, _ in self._system.far)
        )


def _is_named(component: Component) -> bool:
    return any(each.source in ("text", "adr") for each in component.mentions)
