"""Whose rows a unit of work may see. There is no unit of work without a scope."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Tenant:
    """The rows of one tenant."""

    id: UUID


@dataclass(frozen=True, slots=True)
class System:
    """The rows of all tenants: for the relay, the reapers and the look-up of a key whose tenant is not known yet."""


SYSTEM = System()
Scope = Tenant | System
