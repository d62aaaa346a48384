"""The names that programs give to the parts of a conversation, and records under any of them.

Names are compared without case, spaces, dashes and underscores: `Created At`, `created_at` and `createdAt` are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, as a list that stays readable."""
    return tuple(text.split())


MESSAGES = words(
    "messages turns utterances conversation dialogue dialog transcript comments conversationparts parts replies "
    "thread chat log entries history events posts items conversations"
)
TEXT = words(
    "text content body message utterance msg plaintext plainbody bodytext textbody messagetext messagebody "
    "messagecontent commenttext comment value description snippet feedback review question query input inquiry "
    "complaint note verbatim response answer subject "
    "nachricht inhalt beschreibung kommentar mensaje texto contenido contenu messaggio testo mensagem bericht"
)
ROLE = words(
    "role authorrole senderrole speakerrole authortype sendertype speakertype usertype participanttype persontype "
    "direction side party fromrole fromtype rolle rol ruolo type"
)
AUTHOR = words(
    "author sender from speaker name user username authorname sendername fromname displayname participant by who "
    "createdby authorid senderid userid speakerid absender verfasser autor auteur remitente expéditeur"
)
TIME = words(
    "time timestamp createdat created ts date datetime sentat sent senton postedat messagetime createdon "
    "createdtime at when receivedat timestampms epoch "
    "datum zeit zeitpunkt uhrzeit fecha hora heure data erstellt erstelltam"
)
CONVERSATION = words(
    "conversationid conversation convid convoid chatid threadid thread threadts ticketid ticket ticketnumber "
    "sessionid session dialogueid dialogid caseid case casenumber roomid callid requestid interactionid chat "
    "contactid conversationuuid conversationkey ticketnr vorgang vorgangsnummer gesprächsid fallnummer"
)
OWN_ID = ("externalid", *CONVERSATION, "id", "uuid", "key", "messageid", "responseid")
"""What a whole conversation is called; `id` comes late, for beside a conversation's id it is that of the row."""
CHANNEL = words("channel platform medium via channelname channeltype inbox sourcechannel kanal canal canale source")
INCOMING = ("inbound", "isinbound", "incoming", "iscustomer", "fromcustomer")
OUTGOING = ("outbound", "isoutbound", "isagent", "fromagent", "isstaff", "isbot")
NAMES_OF_A_PERSON = ("name", "displayname", "username", "email", "id", "fullname")
ROLES_OF_A_PERSON = ("role", "type", "usertype", "kind")

_NOISE = re.compile(r"[\s_\-.]+")
MAX_NAME = 40


def folded(name: str) -> str:
    """A field's name as it is compared."""
    return _NOISE.sub("", name.strip().strip("\ufeff\"'").casefold()) if len(name) <= MAX_NAME else ""


KNOWN = frozenset((*MESSAGES, *TEXT, *ROLE, *AUTHOR, *TIME, *OWN_ID, *CHANNEL, *INCOMING, *OUTGOING))
"""Every name that says something to us; a table's first row that holds some of them is its header."""


@dataclass(slots=True)
class Fields:
    """Which of one shape's own names is which part, found once for all records of that shape."""

    names: tuple[str, ...]
    _by_part: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in reversed(self.names):
            if key := folded(name):
                self._folded[key] = name

    def of(self, part: tuple[str, ...]) -> tuple[str, ...]:
        """The record's names for a part, the likeliest first."""
        if (found := self._by_part.get(part)) is None:
            found = tuple(self._folded[word] for word in part if word in self._folded)
            self._by_part[part] = found
        return found


_SHAPES: dict[tuple[str, ...], Fields] = {}
MAX_SHAPES = 512


def fields_of(record: Mapping[str, object]) -> Fields:
    """The fields of a record's shape; remembered, for the records of a file have few shapes."""
    names = tuple(record)
    if (known := _SHAPES.get(names)) is None:
        if len(_SHAPES) >= MAX_SHAPES:
            _SHAPES.clear()
        known = _SHAPES[names] = Fields(names)
    return known


def pick(record: Mapping[str, object], part: tuple[str, ...], read: Callable[[object], T | None]) -> T | None:
    """The first value of a part that `read` makes something of."""
    for name in fields_of(record).of(part):
        if (value := read(record[name])) is not None:
            return value
    return None
