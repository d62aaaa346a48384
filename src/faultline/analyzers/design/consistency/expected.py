"""Whether what a diagram shows should be among what is deployed: evidence for and against, added up.

A diagram shows people, partners, clients and what others run for the team beside the team's own services, and rarely
says which is which. One sign is not enough: a name like those of services, a caller that is deployed, a frame that it
shares with deployed ones, and that no text explains it speak for; nobody calling it, and words for what is run
elsewhere, speak against.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Box, DiagramDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.system.model import Component
from faultline.analyzers.design.system.naming import bare, words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

ENOUGH: Final = 3
"""So much evidence makes it the team's own."""
_DATA: Final = frozenset({ComponentRole.STORE, ComponentRole.CACHE, ComponentRole.QUEUE})
_RUNS: Final = frozenset({ComponentRole.SERVICE, ComponentRole.JOB})
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
_ELSEWHERE: Final = regex(
    r"\b(?:(?:run|operated|hosted|managed|provided|looked after|owned|offered) (?:for us )?by|as a service|neighbou?rs?"
    r"|repositor(?:y|ies)|teams that|external|third[- ]part\w+|providers?|not ours|run (?:for us )?(?:by"
    r"|as a service)|operated by|provided by"
    r"|hosted|dbaas|saas|owned by|outside|cdn|not part of|out of scope|vendor|bought|managed|rented|another team"
    r"|other teams?|infrastructure team|platform team|dba team|run elsewhere|partners?|(?:is|are) (?:run|kept) by"
    r"|cloud sql|rds|aurora|elasticache|memorystore)\b",
    re.IGNORECASE,
)
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
        shapes = {each.shape for each in self._boxes(component)}
        callers = {call.source for call in self._system.calls if call.target == component.id}
        called = bool(callers & self._deployed)
        calls = {call.target for call in self._system.calls if call.source == component.id}
        alike = bool(_ID.fullmatch(component.name)) and self._plain_names
        found = 0
        found += 2 * bool(name and name[-1] in _SERVES)
        found += alike + (alike and bool(re.search(r"[-_]", component.name)))
        found += called
        found += self._unexplained(component)
        found += 2 * self._inside(component)
        found += 2 * self._alone(component)
        found -= 2 * (not called and bool(calls) and component.role not in _DATA)
        found -= 2 * (self._begins(component) and component.role not in _DATA)
        found -= 2 * (not calls and bool(name) and (name[-1] in _OTHERS or set(name) <= _SENDS | _SERVES))
        found -= 2 * bool(shapes & _ACTORS)
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

    def _alone(self, component: Component) -> bool:
        """Whether all else that is drawn, and is neither outside nor a way in, is deployed."""
        data = component.role in _DATA
        return not any(
            each.said_by("diagram")
            and each.id not in self._deployed
            and each is not component
            and (each.role in _DATA if data else each.role in _RUNS)
            for each in self._system.components
        )

    def _whole(self, component: Component, calls: Collection[str]) -> bool:
        """Whether it has a store of its own, not deployed either, and is explained: it is deployed from elsewhere."""
        own = [
            id
            for id in calls
            if (store := self._system.by_id[id]).role == ComponentRole.STORE
            and id not in self._deployed
            and not any(call.target == store.id and call.source != component.id for call in self._system.calls)
        ]
        return bool(own) and any(each.source in ("text", "adr", "openapi") for each in component.mentions)

    def _begins(self, component: Component) -> bool:
        """Whether a sequence diagram begins with it: it is whom all of it is for."""
        ids = {each.id for each in self._boxes(component)}
        return any(
            diagram.dialect == "sequence" and diagram.arrows and diagram.arrows[0].source in ids
            for document in self._design.documents
            if isinstance(document, MarkdownDocument | DiagramDocument)
            for diagram in document.diagrams
        )

    @cached_property
    def _plain_names(self) -> bool:
        """Whether most of what is drawn and deployed is drawn with names like those of services: `orders-api`."""
        drawn = [bare(each.name or each.id) for each in self._all_boxes() if self._known(each) in self._deployed]
        return len(drawn) > 1 and sum(bool(_ID.fullmatch(each)) for each in drawn) * 3 >= len(drawn) * 2

    def _known(self, box: Box) -> str | None:
        return self._vocabulary.find(bare(box.name or box.id))

    def _all_boxes(self) -> Iterator[Box]:
        for document in self._design.documents:
            if isinstance(document, MarkdownDocument | DiagramDocument):
                for diagram in document.diagrams:
                    yield from diagram.boxes

    def _boxes(self, component: Component) -> list[Box]:
        lines = {(each.spot.document.path, each.spot.line) for each in component.mentions if each.source == "diagram"}
        found = []
        for document in self._design.documents:
            if isinstance(document, MarkdownDocument | DiagramDocument):
                for diagram in document.diagrams:
                    found += [
                        each
                        for each in diagram.boxes
                        if (document.path, each.line) in lines and bare(each.name or each.id) == component.name
                    ]
        return found

    def _inside(self, component: Component) -> bool:
        """Whether it is in a frame in which all others, or all but one, are deployed."""
        for own in self._boxes(component):
            if not own.group or any(_OUTSIDE.search(each) for each in own.group):
                continue
            beside = [self._known(each) for each in self._all_boxes() if each.group == own.group and each != own]
            beside = [each for each in beside if each and self._system.by_id[each].role in _RUNS]
            there = [each for each in beside if each in self._deployed]
            if len(there) >= 2 and len(there) >= len(beside) - 1:
                return True
        return False

    def _unexplained(self, component: Component) -> bool:
        """Whether no text names it, and the texts name nearly all else that is drawn."""
        named = [
            any(mention.source in ("text", "adr") for mention in each.mentions)
            for each in self._system.components
            if each.said_by("diagram") and each is not component
        ]
        silent = not any(mention.source in ("text", "adr") for mention in component.mentions)
        return silent and sum(named) * 3 >= len(named) * 2

    def _elsewhere(self, component: Component) -> bool:
        head = _BEHIND.split(component.name, maxsplit=1)[0].lower()
        for document in self._design.of(MarkdownDocument):
            for sentence in document.sentences:
                text = " ".join((*sentence.row, sentence.text))
                if _ELSEWHERE.search(text) and (
                    (len(head) > 3 and head in text.lower())
                    or any(each.component == component.id for each in self._vocabulary.spoken(text))
                    or (component.role in _DATA and component.technology and component.technology in text.lower())
                ):
                    return True
        return False

    def _opened_elsewhere(self, component: Component, callers: Collection[str]) -> bool:
        """Whether a store may be one of those at hosts of others that its callers' settings open."""
        return component.role in _DATA and (
            any(each.source in callers and not each.store.startswith("secret ") for each in self._system.opened)
            or any(source in callers for source, _ in self._system.far)
        )
