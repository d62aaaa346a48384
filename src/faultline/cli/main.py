"""The `faultline` command: what happens around its commands, and when one of them fails."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from faultline.cli.exits import Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and never let an exception out.

    Takes the arguments without the program's name, None for those of this process, and returns the exit code.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    own = arguments is None and words[:1] != ["serve"]
    if own:
        # Nobody else has a say in what our nouns are; to look for somebody takes 0.007 s.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        if words[:1] in (["design"], ["review"]):
            gc.disable()  # What these read stays to the end, and the process ends with them: see core/uncollected.py.
    try:
        code = _run(words)
        sys.stdout.flush()
    except OSError as error:  # inputs have errors of their own: this is about standard output
        # Python flushes standard output once more at its end; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return Exit.BROKEN_PIPE
        print(f"faultline: the answer cannot be written: {error.strerror}", file=sys.stderr)
        return Exit.BAD_INPUT
    finally:
        if own:
            gc.freeze()  # The process ends: to go once more over what is left takes 0.06 s.
    return code


def _run(words: list[str]) -> int:
    from faultline.cli.commands import application  # here, for the collector would go over all of Typer: 0.005 s

    try:
        application(words[0] if words else None)(args=words, prog_name="faultline")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    except OSError:
        raise
    except Exception as error:
        from faultline.cli.failures import report_error

        return report_error(error)
    return Exit.OK
