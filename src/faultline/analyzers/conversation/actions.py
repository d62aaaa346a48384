"""What is still to be done: promises, and requests that nobody has met yet, with the role that has to act."""

from __future__ import annotations

import re
from dataclasses import dataclass

from faultline.analyzers.conversation.heard import Heard, Turn
from faultline.analyzers.conversation.resolution import only_praises
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core.results.conversation import ActionItem, Resolution, Tier

MAX_ACTIONS, MAX_TEXT = 8, 200

_UNIT = r"(?:business |working )?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?)"
_NUMBER = r"(?:\d+(?: ?(?:-|to|or) ?\d+)?|an?|one|two|three|four|five|a few|a couple of)"
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DUE = re.compile(
    rf"\b(?:(?:within|in|for|takes?|allow)(?: up to| about| around| the next)? {_NUMBER} {_UNIT}"
    rf"|within the (?:hour|day|week)|in the next {_NUMBER} {_UNIT}"
    rf"|(?:by|before|on|until|no later than) (?:the )?(?:end of (?:the )?(?:business )?(?:day|week|month)"
    rf"|(?:next )?{_DAY}(?: (?:morning|afternoon|evening|noon))?|tomorrow(?: \w+)?|tonight|today|noon|eod|cob"
    rf"|\d\d?(?::\d\d)? ?(?:am|pm)?(?: today| tomorrow)?|{_MONTH} \d\d?|\d\d? {_MONTH})"
    rf"|later today|(?:first thing )?tomorrow(?: (?:morning|afternoon|evening))?|tonight|today|this (?:morning"
    rf"|afternoon|evening|week)|next (?:week|month|{_DAY})|end of (?:the )?(?:day|week)|by eod|shortly"
    rf"|{_NUMBER} {_UNIT}"
    rf"|innerhalb von \d+ \w+|in \d+(?:-\d+)? (?:werktagen|tagen|stunden)|bis (?:morgen|heute \w+|\w+tag)|morgen"
    rf"|sous \d+ (?:heures|jours|h)|d'ici \w+|demain|en \d+(?:-\d+)? (?:dias|horas)|manana|entro \w+ ?\w*|domani"
    rf"|em ate \d+ \w+|amanha|binnen \d+ \w+)\b",
    re.IGNORECASE,
)  # fmt: skip
_CHEAP = re.compile(
    r"\d|day|week|hour|minute|tomorrow|today|tonight|month|eod|noon|shortly"
    r"|morn|heure|demain|dia|domani|amanh|entro|werk|dagen"
)
"""Nothing is due where none of these stands."""
_EMPTY = re.compile(
    r"^(?:(?:please|can|could) (?:you )?(?:please )?(?:help|advise|assist)(?: me| us)?\W*$|please\W*$"
    r"|let me know (?:if|how)\b|(?:just )?let me know\W*$)"
    r"|\blet (?:me|us) know if\b|\bplease (?:let me know )?if (?:you|there)\b|\bhappy to\b|\bfeel free\b"
    r"|\bbear with\b|\bplease accept\b|\b(?:be|do) sorry\b|\bany questions\b|\banything else\b|\bhow (?:can|may) i\b"
)  # fmt: skip
_MOMENT = re.compile(r"^(?:sure[,.]? |ok[,.]? |of course[,.]? )?(?:let me|one moment|just a moment|hold on|give me)\b")
_CAN_YOU = re.compile(
    r"\b(?:can|could|would|will) (?:you|someone|somebody)(?: please| kindly| just| at least)? (?!help\b"
    r"|tell me (?:how|what|why|if|when)|explain\b|believe\b|imagine\b|see\b)\w+"
    r"|\bplease (?!help\b|advise\b|note\b|tell me (?:how|what|why|if))(?:\w+)|\b(?:i|we) (?:want|would like"
    r"|'d like|demand|expect|need) (?:you to|someone to|somebody to|an? (?!way|idea|answer to)\w+|my (?:money"
    r"|refund|order|account)|the (?:refund|money|invoice)|this (?:fixed|resolved|removed|refunded|changed"
    r"|cancelled)|to (?:cancel|change|return|exchange|update|speak|talk|upgrade|downgrade|close|book|move|get my"
    r"|dispute|port))"
    r"|^(?:refund|cancel|send|fix|call|give|return|remove|delete|replace|stop|close) (?:it|me|my|this|us|the"
    r"|our)\b|\bplease please\b|\bvoglio (?:il|la|un|che)|\bich (?:will|mochte|verlange|erwarte)\b|\bje (?:veux"
    r"|demande|exige)\b|\bik wil\b|\btolong\b"
    r"|\bbitte \w+|\bkonn(?:t)?en sie\b|\bpouvez-vous\b|\bpourriez-vous\b|\bmerci de \w+|\bpuede[ns]? \w+"
    r"|\bpodria[ns]? \w+|\b(?:quiero|exijo|necesito) (?:que|mi|el|la|un)\b|\bpotete\b|\bvorrei (?:il|un|disdire"
    r"|annullare|cambiare)|\bpode(?:m|ria)? \w+|\bquero (?:o|a|meu|minha|cancelar|que)|\bkunt u\b"
    r"|\bkunnen jullie\b|верните|пришлите|请(?:尽快|帮|给)|退款"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    """Something an agent said would happen."""

    turn: int
    """Its place among the turns, from 0."""
    sentence: Sentence
    due: str | None


def due(sentence: Sentence) -> str | None:
    """When it shall be done, in the speaker's words."""
    if not _CHEAP.search(sentence.folded):
        return None
    found = _DUE.search(sentence.folded)
    return found.group(0) if found else None


def promises(heard: Heard) -> list[Promise]:
    """All that the agents have promised, kept or not."""
    found = []
    for at, turn in enumerate(heard.turns):
        if turn.customer:
            continue
        for told in turn.told:
            if "promise" in told.cues and not _EMPTY.search(told.sentence.folded) and "?" not in told.sentence.plain:
                found.append(Promise(at, told.sentence, due(told.sentence)))
    return found


def broken(heard: Heard) -> Promise | None:
    """The last promise of which the customer says later that nothing has come of it."""
    for promise in reversed(promises(heard)):
        after = heard.turns[promise.turn + 1 :]
        if _MOMENT.match(promise.sentence.folded) or any("done" in turn.cues for turn in after if not turn.customer):
            continue
        said = frozenset[str]().union(*(turn.cues for turn in after if turn.customer))
        waits = "repeat" in said or ("broken" in said and promise.due is not None)
        if waits and "fixed" not in said:
            return promise
    return None


def find(heard: Heard, resolution: str) -> tuple[ActionItem, ...]:
    """What is open at the end, in the order it was said; nothing of what is resolved but promises with a date."""
    if only_praises(heard):
        return ()
    resolved = resolution == Resolution.RESOLVED
    items: list[ActionItem] = []
    for promise in promises(heard):
        after = heard.turns[promise.turn + 1 :]
        answered = [turn for turn in after if not turn.customer]
        if _MOMENT.match(promise.sentence.folded) and (answered or resolved):
            continue
        if any(turn.cues & {"done"} for turn in answered) or any(
            "fixed" in turn.cues for turn in after if turn.customer
        ):
            continue
        if resolved and promise.due is None:
            continue
        items.append(_item(promise.sentence, "agent", 0.8 if promise.due else 0.7))
    if not resolved:
        items += _requests(heard)
    for sentence, confidence in _asked_of_customer(heard, resolved):
        items.append(_item(sentence, "customer", confidence))
    kept: dict[str, ActionItem] = {}
    for item in sorted(items, key=lambda item: (item.quote.message, item.quote.start)):
        kept.setdefault(item.text.lower(), item)
    return tuple(kept.values())[-MAX_ACTIONS:]


def _requests(heard: Heard) -> list[ActionItem]:
    """What the customer asks to be done and nobody has done since."""
    items = []
    for at, turn in enumerate(heard.turns):
        if not turn.customer or "request" not in turn.cues:
            continue
        if any("done" in later.cues for later in heard.turns[at + 1 :] if not later.customer):
            continue
        for told in turn.told:
            folded = told.sentence.folded
            if "request" in told.cues and _CAN_YOU.search(folded) and not _EMPTY.search(folded):
                items.append(_item(told.sentence, "agent", 0.7))
    return items


def _asked_of_customer(heard: Heard, resolved: bool) -> list[tuple[Sentence, float]]:
    """What the customer has promised last, or was asked for last and has not answered."""
    last = heard.turns[-1] if heard.turns else None
    if last is None or resolved:
        return []
    if last.customer:
        return [(told.sentence, 0.75) for told in last.told if "promise" in told.cues]
    return [(told.sentence, 0.75) for told in last.told if _is_asked(told.cues, told.sentence, last)]


def _is_asked(cues: frozenset[str], sentence: Sentence, turn: Turn) -> bool:
    if "asks" not in cues or _EMPTY.search(sentence.folded):
        return False
    return "closing" not in cues and not turn.automatic


def _item(sentence: Sentence, owner: str, confidence: float) -> ActionItem:
    text = sentence.plain if len(sentence.plain) <= MAX_TEXT else sentence.plain[: MAX_TEXT - 3].rstrip() + "..."
    return ActionItem(
        text=text, owner=owner, due=due(sentence), confidence=confidence, tier=Tier.RULES, quote=sentence.quote
    )
