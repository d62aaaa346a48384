"""What the children do in tests of the worker: the real thing, unless the analysis' name says otherwise."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from faultline.service.analyses import examine as real
from faultline.service.analyses.examine import Examined


def examine(kind: str, name: str, source: Any, digest: Any, metadata: dict[str, str], options: Any) -> Examined:
    if name == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "stay":
        began = Path(metadata["began"])
        began.with_suffix(".new").write_text(str(os.getpid()))
        began.with_suffix(".new").rename(began)
        threading.Event().wait()
    if name == "crash":
        raise ValueError("a defect")
    return real.examine(kind, name, source, digest, metadata, options)
