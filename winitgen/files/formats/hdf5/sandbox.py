"""Runs the HDF5 library's C code on a file in another process first: a damaged file may crash or hang it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

Tick = Callable[[], object]
"""The work calls this after every step, to show that it still makes progress."""

_SECONDS = 3.0
"""Longest time without a tick. A step reads a few kilobytes, which takes a slow disk a hundredth of this."""

_ROOM = 1 << 29
"""Bytes of memory beyond those of this process: a chunk of a megabyte may declare any unpacked size."""


def survives(work: Callable[[Tick], object]) -> bool:
    """Tell whether ``work`` ends, with or without an exception, in a forked process with little memory.

    An exception counts as survival, because the caller meets it again when it repeats the work. Only `MemoryError`
    counts as failure, because the caller has more memory and would not meet it. Windows cannot fork: there the caller
    works without a trial.
    """
    if sys.platform == "win32":
        return True
    from warnings import catch_warnings, simplefilter

    reader, writer = os.pipe()
    with catch_warnings():  # Python 3.12 and JAX warn about other threads, but the work needs none of them
        simplefilter("ignore")
        child = os.fork()
    if not child:
        _work(work, writer)
    os.close(writer)
    try:
        ended = _ticks(reader)
    finally:
        os.close(reader)
        with suppress(ProcessLookupError):
            os.kill(child, 9)  # it has written its last tick, or never will
        os.waitpid(child, 0)
    return ended


def _work(work: Callable[[Tick], object], writer: int) -> None:
    """Do the work and end this process."""
    import faulthandler

    faulthandler.disable()  # the parent process reports a crash here
    try:
        _limit_memory()
        try:
            work(lambda: os.write(writer, b"."))
        except MemoryError:
            return
        except Exception:  # noqa: S110  # reported when the caller meets it again
            pass
        os.write(writer, b"!")
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """Limit this process to little more memory than it uses, if the system reports how much that is."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError), open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + _ROOM
        resource.setrlimit(
            resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
        )


def _ticks(reader: int) -> bool:
    """Wait for the last tick; return whether it arrived."""
    import select

    while select.select([reader], [], [], _SECONDS)[0]:
        found = os.read(reader, 1 << 16)
        if not found:
            return False  # it crashed
        if found.endswith(b"!"):
            return True
    return False
