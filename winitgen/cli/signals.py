"""Signals that ask the program to end: each becomes an exception, so that an unfinished file is removed first."""

from __future__ import annotations

import _thread
import signal
import sys
import time
from functools import partial
from types import FrameType
from typing import Any


class Terminated(BaseException):
    """A signal asks the program to end; an unfinished file is removed first."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


received: list[int] = []
"""The signals that asked this run to end."""


def catch() -> None:
    """Let each signal that ends a program raise `Terminated`, wherever the program stands."""
    sys.unraisablehook = partial(_lost, _thread.get_ident())
    _handle(_terminate)


def release() -> None:
    """Let these signals end the program at once: nothing is left to clean up."""
    _handle(signal.SIG_DFL)


def _handle(handler: Any) -> None:
    """Handle these signals, except those that the caller has set to be ignored, as nohup does."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _terminate(number: int, frame: FrameType | None) -> None:
    received.append(number)
    raise Terminated(number)


def _lost(main: int, unraisable: sys.UnraisableHookArgs) -> None:
    """Send a signal again that arrived where Python lets no exception out: in a finalizer or a weak reference's callback.

    Another thread sends it, a moment later: from here it would be lost in the same way.
    """
    if isinstance(unraisable.exc_value, Terminated):
        _thread.start_new_thread(_send, (main, unraisable.exc_value.args[0]))
    else:
        sys.__unraisablehook__(unraisable)


def _send(main: int, number: int) -> None:
    """Send a signal to the main thread, so that it also leaves a call that waits."""
    time.sleep(0.01)
    if sys.platform == "win32":
        signal.raise_signal(number)  # Python runs the handler in the main thread
    else:
        signal.pthread_kill(main, number)
