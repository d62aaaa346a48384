"""How many conversations go into a batch, by how many wait.

While little waits, it is shared out over the free processes, so that nothing waits for a batch to fill; a longer queue
makes for larger batches, which cost less a conversation. A queue of over 1,000 is a sign of more than this node keeps
up with: batches are halved, so that less is lost with one, results come sooner and tenants take turns more often.
"""

from __future__ import annotations

LARGEST = 128
CROWDED = 1_000
"""Above so many the batch is halved."""
LARGEST_BYTES = 4_000_000
"""Of text in one batch; one conversation goes whatever its size."""


def batch_size(waiting: int, free: int) -> int:
    """How many conversations the next batch may have.

    Args:
        waiting: how many wait in all.
        free: over how many processes, those that do nothing yet, they are shared out.

    """
    share = -(-waiting // max(1, free))
    return max(1, min(share, LARGEST // 2 if waiting > CROWDED else LARGEST))
