"""How engineers put into words what stands open."""

from __future__ import annotations

from faultline.analyzers.design.security.wordings import (
    custody,
    doors,
    entrance,
    excess,
    openings,
    plainly,
    rights,
    secrets,
    wires,
)

WORDINGS = (
    *doors.WORDINGS,
    *wires.WORDINGS,
    *secrets.WORDINGS,
    *rights.WORDINGS,
    *entrance.WORDINGS,
    *openings.WORDINGS,
    *custody.WORDINGS,
    *plainly.WORDINGS,
    *excess.WORDINGS,
)
