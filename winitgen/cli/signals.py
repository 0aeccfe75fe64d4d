"""Signals that ask the program to end: each becomes an exception, so that an unfinished file is removed first."""

from __future__ import annotations

import _thread
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any


class Terminated(BaseException):
    """A signal asks the program to end; an unfinished file is removed first.

    If it is dropped on its way, by Python's compiler while a module is loaded or by a library in C, the signal is sent again.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_code = 128 + number

    def __del__(self) -> None:
        """Send the signal again, unless the run ends by it: nothing holds the exception any more.

        Another thread sends it, a moment later: from a finalizer it would be lost in the same way.
        """
        if not answered and _main:
            with suppress(RuntimeError):  # can't start new thread
                _thread.start_new_thread(_send, (_main[0], self.number))


received: list[int] = []
"""The signals that asked this run to end."""

answered: list[bool] = []
"""Not empty once the run ends by a signal."""

_main: list[int] = []
"""The main thread, once signals are caught."""


def catch() -> None:
    """Let each signal that ends a program raise `Terminated`, wherever the program stands."""
    _main[:] = [_thread.get_ident()]
    answered.clear()
    sys.unraisablehook = _lost
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


def _lost(unraisable: sys.UnraisableHookArgs) -> None:
    """Say nothing of a signal that arrived where Python lets no exception out: in a finalizer or a weak reference's callback.

    It is sent again once its exception is gone.
    """
    if not isinstance(unraisable.exc_value, Terminated):
        sys.__unraisablehook__(unraisable)


def _send(main: int, number: int) -> None:
    """Send a signal to the main thread, so that it also leaves a call that waits."""
    time.sleep(0.01)
    if sys.platform == "win32":
        signal.raise_signal(number)  # Python runs the handler in the main thread
    else:
        signal.pthread_kill(main, number)
