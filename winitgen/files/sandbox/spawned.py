"""Starts a process of its own for a library whose threads no copy of this process would have.

A program that uses TensorStore itself, as one of JAX does, has its threads; a fork has the locks that they hold, and waits for them
forever. So the process is a new Python, which imports what it needs.
"""

from __future__ import annotations

import os
import sys

assert sys.platform != "win32"  # it has no such pipes

from winitgen.files.sandbox.requests import Started  # noqa: E402
from winitgen.files.sandbox.served import widen  # noqa: E402

ASKED, HEARD = 3, 4
"""The descriptors of the new process from which it reads requests, and to which it writes answers."""

_LEAST = 5
_CODE = "import sys; sys.path[:] = sys.argv[3:]; import importlib; importlib.import_module(sys.argv[1]).main(sys.argv[2])"

_ONE_THREAD = {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Each thread reserves memory that it may never use, and the process has a limit."""


def can_start() -> bool:
    """Tell whether this program is run by a Python that runs other code, too; one that was packed into a file runs itself."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def spawned(module: str, argument: str) -> Started:
    """Start a Python that calls ``main`` of a module with an argument, and finds modules where this one does."""
    from multiprocessing.spawn import (
        get_executable,
    )  # another one may have been set, as by a program that embeds Python

    python = os.fsdecode(get_executable() or sys.executable)
    ends: list[int] = []
    try:
        for _ in range(2):
            ends += _pipe()
        asked, ask, hear, heard = ends
        devices = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
        copies = [(os.POSIX_SPAWN_DUP2, asked, ASKED), (os.POSIX_SPAWN_DUP2, heard, HEARD)]
        call = [python, "-c", _CODE, module, argument, *sys.path]
        child = os.posix_spawn(python, call, {**os.environ, **_ONE_THREAD}, file_actions=[*devices, *copies])
    except OSError:
        for end in ends:
            os.close(end)
        raise
    os.close(asked)
    os.close(heard)
    widen(hear)
    return Started(child, ask, hear)


def _pipe() -> list[int]:
    """Return the ends of a pipe, none of which is a descriptor that the new process gets: the system gives the first that are free."""
    import fcntl

    low = os.pipe()
    found: list[int] = []
    try:
        found.extend(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _LEAST) for end in low)
    except OSError:
        for end in found:
            os.close(end)
        raise
    finally:
        for end in low:
            os.close(end)
    return found
