"""From documents to the one system: what each says of components and calls, joined by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faultline.analyzers.design.system.model import System

if TYPE_CHECKING:
    from faultline.analyzers.design.design import Design


def build(design: Design) -> System:
    """The system that a design describes."""
    assert design
    return System()
