"""How engineers put into words what stands open."""

from __future__ import annotations

from faultline.analyzers.design.security.wordings import doors, rights, secrets, wires

WORDINGS = (*doors.WORDINGS, *wires.WORDINGS, *secrets.WORDINGS, *rights.WORDINGS)
