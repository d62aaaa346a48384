"""What the children do in tests of the worker: the real thing, unless the analysis' name says otherwise."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from faultline.service.analyses import examine as real
from faultline.service.analyses.examine import Asked, Examined, Subject


def examine(subject: Subject) -> Examined:
    _do_as_the_name_says(subject)
    return real.examine(subject)


def look(subject: Subject) -> Examined | Asked:
    _do_as_the_name_says(subject)
    return real.look(subject)


def _do_as_the_name_says(subject: Subject) -> None:
    if subject.name == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if subject.name == "stay":
        began = Path(subject.metadata["began"])
        began.with_suffix(".new").write_text(str(os.getpid()))
        began.with_suffix(".new").rename(began)
        threading.Event().wait()
    if subject.name == "crash":
        raise ValueError("a defect")
