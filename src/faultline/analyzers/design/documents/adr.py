"""Decision records."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument


def adr_of(document: MarkdownDocument) -> Adr | None:
    """The decision record that a text is."""
    return None
