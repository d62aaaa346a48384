"""How engineers put into words what will not hold."""

from __future__ import annotations

from faultline.analyzers.design.resilience.wordings import (
    amounts,
    answers,
    attempts,
    calls,
    copies,
    losses,
    queues,
    running,
)

WORDINGS = (
    *calls.WORDINGS,
    *queues.WORDINGS,
    *copies.WORDINGS,
    *running.WORDINGS,
    *attempts.WORDINGS,
    *answers.WORDINGS,
    *amounts.WORDINGS,
    *losses.WORDINGS,
)
