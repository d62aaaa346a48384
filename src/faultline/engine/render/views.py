"""Which view shows a report: the one made for its result's type, else the generic one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from faultline.core.report import Report, Result
from faultline.core.results.ci import CiDiagnosis
from faultline.core.results.conversation import ConversationInsights
from faultline.core.results.design import DesignResult
from faultline.core.results.review import ReviewResult
from faultline.engine.render import ci, conversation, design, generic, review
from faultline.engine.render.lines import Line


@dataclass(frozen=True, slots=True)
class View:
    """How a kind's reports look to people: styled lines for `text`, and Markdown."""

    text: Callable[[Report], Iterator[Line]]
    markdown: Callable[[Report], Iterator[str]]


GENERIC = View(generic.text, generic.markdown)
VIEWS: Mapping[type[Result], View] = {
    CiDiagnosis: View(ci.text, ci.markdown),
    ConversationInsights: View(conversation.text, conversation.markdown),
    DesignResult: View(design.text, design.markdown),
    ReviewResult: View(review.text, review.markdown),
}


def view_of(report: Report) -> View:
    """The view for a report."""
    return VIEWS.get(type(report.result), GENERIC) if report.result is not None else GENERIC
