"""The cursor of a terminal, which a bar hides, is shown again however the bar ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any, NoReturn

import pytest

from winitgen.cli import progress
from winitgen.cli.progress import Bar

HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"


class Tty(io.StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        """Say that this is a terminal."""
        return True


def interrupted(*args: Any, **options: Any) -> NoReturn:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


def without_threads(*args: Any, **options: Any) -> NoReturn:
    """Do what Python does where the system starts no more threads."""
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize(
    ("place", "ends"),
    [
        ("rich.progress.Progress.add_task", interrupted),
        ("rich.live._RefreshThread.start", interrupted),
        ("rich.live._RefreshThread.start", without_threads),
        ("rich.progress.Progress.update", interrupted),
    ],
)
def test_the_cursor_is_shown_again(
    monkeypatch: pytest.MonkeyPatch, place: str, ends: Callable[..., NoReturn]
) -> None:
    """Interrupted before its task is there, before its thread runs, without a thread, and later."""
    terminal = Tty()
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(place, ends)
    monkeypatch.setattr(progress, "Waiting", lambda *_: nullcontext())  # the line before the first byte

    with suppress(KeyboardInterrupt), Bar(2) as bar:
        bar(1)

    shown = terminal.getvalue()
    assert 1 == shown.count(HIDDEN)
    assert HIDDEN not in shown.rpartition(SHOWN)[2]
    assert SHOWN in shown
