"""How engineers put into words what will not hold."""

from __future__ import annotations

from faultline.analyzers.design.resilience.wordings import calls, copies, queues, running

WORDINGS = (*calls.WORDINGS, *queues.WORDINGS, *copies.WORDINGS, *running.WORDINGS)
