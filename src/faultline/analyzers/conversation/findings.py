"""Where somebody should act: danger, fraud, a customer who leaves or threatens, a promise that was not kept.

A finding shows the customer's sentences with personal data taken out, for findings go to tickets and chat rooms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from faultline.analyzers.conversation import actions
from faultline.analyzers.conversation.heard import Heard
from faultline.analyzers.conversation.insight import Understood
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core import privacy
from faultline.core.finding import Finding, Location, Severity, fingerprint
from faultline.core.results.conversation import Insight, Mood, Quote, Resolution, Urgency

AGENT = "listener"
MAX_TITLE, MAX_EVIDENCE = 100, 400
DROP = -0.7
"""Sentiment drift from which on a mood has dropped."""
NEVER_IN_A_CHAT = {
    "card": "a card number",
    "iban": "a bank account number",
    "national-id": "a national identity number",
    "secret": "a password or key",
}
_NUMBERS = re.compile(r"\d+")


def find(understood: Understood, name: str) -> Iterator[Finding]:
    """All findings of one conversation; `name` is the artifact's."""
    heard, insight = understood.heard, understood.insight
    make = _Maker(heard, insight, name)
    is_open = insight.resolution.value != Resolution.RESOLVED
    danger = _first(heard, "safety")
    if danger:
        yield make(
            "safety",
            Severity.CRITICAL,
            0.75,
            danger,
            "Somebody may be in danger",
            "The customer tells of danger to people.",
            "Answer at once by phone; tell the customer to stop using the product, and the safety team.",
        )
    if (fraud := _first(heard, "security")) and is_open:
        yield make(
            "security",
            Severity.HIGH,
            0.75,
            fraud,
            "An account or its data may be compromised",
            "The customer tells of fraud, theft or somebody else's access, and it is not settled.",
            "Lock the account or card, end its sessions, and hand the case to the fraud or security team.",
        )
    if insight.urgency.value in (Urgency.CRITICAL, Urgency.HIGH) and is_open and not danger and insight.urgency.quote:
        critical = insight.urgency.value == Urgency.CRITICAL
        yield make(
            "urgent",
            Severity.HIGH if critical else Severity.MEDIUM,
            insight.urgency.confidence,
            insight.urgency.quote,
            f"{'Critical' if critical else 'Urgent'} and open",
            f"The urgency is {insight.urgency.value}, and the conversation is {insight.resolution.value}.",
            "Give it to somebody who can act now, and tell the customer by when they will hear.",
        )
    if legal := _first(heard, "legal"):
        yield make(
            "legal-threat",
            Severity.HIGH,
            0.8,
            legal,
            "The customer speaks of legal steps",
            "The customer names a lawyer, a court, an authority or a chargeback.",
            "Hand it to somebody who may decide, keep the whole thread, and answer in writing.",
        )
    if (leaving := _first(heard, "churn")) and (is_open or insight.sentiment.value != Mood.POSITIVE):
        yield make(
            "churn-risk",
            Severity.HIGH if is_open else Severity.MEDIUM,
            0.75,
            leaving,
            "The customer may leave",
            f"The customer speaks of leaving; the conversation is {insight.resolution.value}.",
            "Let somebody call who can solve the cause or make an offer, before the contract ends.",
        )
    if promise := actions.broken(heard):
        yield make(
            "broken-promise",
            Severity.MEDIUM,
            0.7,
            promise.sentence,
            "A promise was not kept",
            f"The customer says that nothing came of what was promised{f' ({promise.due})' if promise.due else ''}.",
            "Do what was promised or say when it will be done, and take one person to own it.",
        )
    yield from _moods(heard, insight, make, is_open=is_open)
    yield from _personal(insight, make)


def _moods(heard: Heard, insight: Insight, make: _Maker, *, is_open: bool) -> Iterator[Finding]:
    quote = insight.sentiment.quote
    if quote is None:
        return
    if insight.sentiment.value == Mood.NEGATIVE and insight.resolution.value == Resolution.UNRESOLVED:
        yield make(
            "unresolved-complaint",
            Severity.MEDIUM,
            round(min(insight.sentiment.confidence, insight.resolution.confidence), 2),
            quote,
            "A complaint stands unresolved",
            f"The customer is unhappy (score {insight.sentiment.score:+.2f}), and it ends without a solution.",
            "Open it again: say what went wrong, what is done now and by when.",
        )
    elif insight.sentiment.drift <= DROP and insight.sentiment.turns[-1] < 0 and is_open:
        last = heard.customer[-1]
        yield make(
            "mood-drop",
            Severity.MEDIUM,
            round(min(0.9, 0.4 + 0.3 * -insight.sentiment.drift), 2),
            last.first("anger", "broken", "repeat", "problem") or last.told[0].sentence,
            "The conversation has made it worse",
            f"The customer's mood fell by {-insight.sentiment.drift:.2f} from the first to the last messages.",
            "Read how it was answered, and let somebody else take over.",
        )


def _personal(insight: Insight, make: _Maker) -> Iterator[Finding]:
    for entity in insight.entities:
        if entity.type in NEVER_IN_A_CHAT:
            what = NEVER_IN_A_CHAT[entity.type]
            yield make(
                "personal-data",
                Severity.HIGH if entity.type != "iban" else Severity.MEDIUM,
                entity.confidence,
                entity.quote,
                f"There is {what} in the conversation",
                f"A message holds {what}, readable for everybody with access.",
                "Remove it from the thread and its notifications; where it is a secret, have it changed.",
                symbol=entity.value,
            )


def _first(heard: Heard, kind: str) -> Sentence | None:
    return next((sentence for turn in heard.customer if (sentence := turn.first(kind))), None)


class _Maker:
    """Makes the findings of one conversation."""

    def __init__(self, heard: Heard, insight: Insight, name: str) -> None:
        self._messages = heard.conversation.messages
        self._insight = insight
        self._name = name

    def __call__(
        self,
        rule: str,
        severity: Severity,
        confidence: float,
        said: Sentence | Quote,
        title: str,
        description: str,
        fix: str,
        *,
        symbol: str = "",
    ) -> Finding:
        """One finding about this sentence."""
        shown = privacy.redact(" ".join(said.text.split()))
        line = self._messages[said.message - 1].line
        rule_id = f"conversation/{rule}"
        return Finding(
            rule_id=rule_id,
            agent=AGENT,
            severity=severity,
            title=f"{title}: {_short(shown)}",
            description=f"Conversation {privacy.redact(self._insight.id)[:80]}: {description}",
            suggested_fix=fix,
            confidence=confidence,
            location=Location(path=self._name, start_line=line, end_line=line),
            evidence=(shown[:MAX_EVIDENCE],),
            # Another message in the thread, or in the file before it, changes nothing of this.
            fingerprint=fingerprint(rule_id, self._insight.id, _NUMBERS.sub("0", shown.casefold()), symbol),
        )


def _short(text: str) -> str:
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 3].rstrip() + "..."
