"""The models that a call may ask: from `--model`, else from the environment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faultline.cli.progress import unheard
from faultline.core.errors import UsageError
from faultline.engine import Gateway
from faultline.engine.render.untrusted import one_line

if TYPE_CHECKING:
    from faultline.ai.gateway import Waiting
    from faultline.core.model import Brief, Consultation

VARIABLE = "FAULTLINE_MODELS"


@dataclass(slots=True)
class Asking:
    """A gateway that says whom it is asking, for people who wait."""

    gateway: Gateway
    say: Callable[[str], None] = unheard
    route: str = field(init=False)

    def __post_init__(self) -> None:
        self.route = self.gateway.route

    def consult(self, kind: str, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        """See engine.Gateway."""
        self.say(f"asking {one_line(self.route, 80)}")
        return self.gateway.consult(kind, briefs)


def route(chosen: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The names of the models in the order in which they are asked; empty where nobody is."""
    names = list(chosen) or environment.get(VARIABLE, "").split(",")
    return [name.strip() for name in names if name.strip()]


@contextmanager
def opened(chosen: Sequence[str], environment: Mapping[str, str]) -> Iterator[Asking | None]:
    """The gateway to the chosen models; None where nobody is to be asked.

    What is wrong with `--model` ends the call. What is wrong with the environment is a warning, and the call goes on
    without a model: a build must not break because a fork of the repository has not got the key.

    Raises:
        UsageError: a model on the command line that nobody can ask.

    """
    names = route(chosen, environment)
    if not names:
        yield None
        return
    try:
        gateway = _open(names, environment)
    except UsageError as error:
        if chosen:
            raise
        print(f"faultline: no model is asked: {VARIABLE}: {one_line(str(error), 600)}", file=sys.stderr)
        yield None
        return
    try:
        yield Asking(gateway)
    finally:
        gateway.close()


def _open(names: Sequence[str], environment: Mapping[str, str]) -> Waiting:
    # Here: a call that asks nobody must not pay for what asking needs.
    from faultline.ai.embedded_ledger import SimpleLedger
    from faultline.ai.gateway import Waiting, open_gateway

    return Waiting(open_gateway(names, SimpleLedger(), environment=environment))
