"""Messages within Slack's limits, whose words stay words."""

from __future__ import annotations

from faultline.core.finding import Severity
from faultline.service.slack.message import Line, Told, escaped, message_of


def test_a_message_of_very_much_keeps_slacks_limits() -> None:
    lines = [Line(Severity.CRITICAL, "x" * 900, "y" * 900, None)] * 60
    message = message_of(
        Told("a/" + "b" * 200, 1, "t" * 900, "u" * 900, "https://x/y", {Severity.CRITICAL: 60}, 0, lines)
    )
    assert all(len(block.get("text", {}).get("text", "")) <= 3_000 for block in message["blocks"])
    assert message["blocks"][-1]["elements"][0]["text"] == "and 55 more at the pull request"


def test_formatting_in_words_of_strangers_shows_as_it_is() -> None:
    assert escaped("a *b* <@U1>") == "a \u200b*b\u200b* &lt;@U1&gt;"
