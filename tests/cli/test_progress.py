from __future__ import annotations

import io
import sys
import threading

import pytest

from faultline.cli.progress import waiting


class Terminal(io.StringIO):
    """A terminal that says when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()
        self.asking = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        done = super().write(text)
        if "reading" in text:
            self.written.set()
        if "asking" in text:
            self.asking.set()
        return done


def test_who_waits_at_a_terminal_sees_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with waiting("reading a.log", delay=0):
        assert terminal.written.wait(10)
    assert terminal.getvalue().endswith("\x1b[2K")  # the spinner's line is wiped


@pytest.mark.parametrize("when", ["before the spinner is there", "while it turns"])
def test_the_words_change_with_what_is_done(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with waiting("reading a.log", delay=0 if when == "while it turns" else 0.2) as say:
        assert when != "while it turns" or terminal.written.wait(10)
        say("asking a model")
        assert terminal.asking.wait(10)


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with waiting("reading a.log", delay=1000):
        pass
    assert terminal.getvalue() == ""


def test_a_log_file_never_gets_a_spinner(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with waiting("reading a.log", delay=0) as say:
        say("asking a model")
    assert stream.getvalue() == ""
