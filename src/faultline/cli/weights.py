"""Makes the table of word vectors ready, which takes some 10 s the first time, and says so to people who wait."""

from __future__ import annotations

import os
import sys

from faultline.cli.progress import waiting
from faultline.core.folders import cache_folder

TABLES = "static-*.bin"
"""What the tables are called in the cache folder. One of another version hides the words, and nothing else."""


def prepare() -> None:
    """Make the table for a person who waits; without one, or with a table already there, nothing is loaded here."""
    folder = cache_folder(os.environ)
    if not sys.stderr.isatty() or (folder is not None and any(folder.glob(TABLES))):
        return
    from faultline import embedding

    if not embedding.available():
        return
    words = "preparing the word vectors, once for this machine"
    with waiting(words) as say:
        embedding.static(lambda share: say(f"{words}: {share:.0%}"))
