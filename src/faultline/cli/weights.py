"""Makes the table of word vectors ready, which takes some 10 s the first time, and says so to people who wait."""

from __future__ import annotations

from faultline.cli.progress import waiting


def prepare() -> None:
    """Make the table unless it is there; nothing to do where the extra `conversation` is not installed."""
    from faultline import embedding

    if not embedding.available() or embedding.is_prepared():
        return
    words = "preparing the word vectors, once for this machine"
    with waiting(words) as say:
        embedding.static(lambda share: say(f"{words}: {share:.0%}"))
