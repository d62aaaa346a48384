"""Relations: what sentences say of one component and another, for those who put the system together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.markdown import MarkdownDocument


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing said of a component.

    Args:
        subject: the component, as the sentence calls it.
        verb: `calls`, `stores` (keeps data in), `reads`, `publishes`, `consumes`, `uses`, `depends`; or `replicas`,
            `technology`, `port`, `version`, whose object is the value.
        object: another component, or a value.
        line: where it says so.
        synchronous: whether it waits for the answer; None where nobody says.
        optional: it goes on without: a fallback or a cache is named.

    """

    subject: str
    verb: str
    object: str
    line: int
    synchronous: bool | None = None
    optional: bool = False


def relations_of(document: MarkdownDocument) -> list[Relation]:
    """The relations that a text states, in its order; those it denies or only plans are left out."""
    assert document
    return []
