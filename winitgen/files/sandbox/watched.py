"""Whether a process that says nothing is at work, waits for the machine, hangs, or has ended."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

assert sys.platform != "win32"  # it has no such processes

SECONDS = 3.0
"""The most processor time without progress for a small file. A step takes a hundredth of this."""

_BYTES_A_SECOND, _MOST_BYTES = 1 << 24, 1 << 30
"""The library lists a group in one step, a hundred megabytes of it in a second; a file that is long but empty gets no more."""


def seconds_for(size: int) -> float:
    """Return the most processor time without progress for a file of ``size`` bytes.

    >>> seconds_for(0), seconds_for(1 << 27), seconds_for(1 << 50)
    (3.0, 11.0, 67.0)
    """
    return SECONDS + min(size, _MOST_BYTES) / _BYTES_A_SECOND


LOOKS = 120
"""How often, at two looks a second, a process may be found that neither works nor waits for a processor or a disk."""


class _State(NamedTuple):
    """The state of a process, as proc(5) has it, and the processor time that it has taken, in seconds."""

    letter: str
    seconds: float


class Watch:
    """One process of which an answer is expected.

    Time on the clock says nothing: on a busy machine, or while it is stopped, a process makes no progress without any fault
    of its own. Only the processor time counts that it takes, at most ``seconds`` without progress, and idleness.
    """

    def __init__(self, process: int, seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._since: float | None = None
        self._idle = 0
        self._last = -1.0

    def progress(self) -> None:
        """Note that something has arrived."""
        self._since = None
        self._idle = 0

    def has_ended(self) -> bool:
        """Tell whether the process is gone, as far as the system says."""
        return _state(self._process).letter in "ZX"

    def is_hung(self) -> bool:
        """Tell, at a look, whether nothing more is to be expected."""
        state = _state(self._process)
        if self._since is None:
            self._since = state.seconds
        self._idle = self._idle + 1 if state.letter == "S" and state.seconds == self._last else 0
        self._last = state.seconds
        return state.seconds - self._since > self._seconds or self._idle > LOOKS


def _state(process: int) -> _State:
    """Return the state of a process of this one; as of one that sleeps if the system does not say."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        if int(fields[1]) == os.getpid():
            return _State(fields[0].decode(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    except ProcessLookupError:
        pass
    except FileNotFoundError:
        if not os.path.isdir("/proc/self"):
            return _State("S", 0.0)
    except OSError:  # such as too many open files
        return _State("S", 0.0)
    return _State("X", 0.0)
