"""Bodies of requests: decompressed while they arrive, in bounded memory."""

from __future__ import annotations

from faultline.platform.bodies.decoding import (
    MAX_RATIO,
    SUPPORTED,
    BadEncoding,
    DecompressionBomb,
    UnsupportedEncoding,
    decoded,
)

__all__ = ["MAX_RATIO", "SUPPORTED", "BadEncoding", "DecompressionBomb", "UnsupportedEncoding", "decoded"]
