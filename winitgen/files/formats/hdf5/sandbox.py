"""Tries in another process what a damaged file may crash, or keep busy for ever: the HDF5 library's C code."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

Tick = Callable[[], object]
"""Called by what is tried whenever it has come a step further."""

_SECONDS = 3.0
"""Longest time without a tick. A step reads a few kilobytes: a slow disk takes a hundredth of it."""

_ROOM = 1 << 29
"""Bytes of memory beyond those of this process: a chunk of a megabyte may claim to unpack to any number of them."""


def survives(work: Callable[[Tick], object]) -> bool:
    """Tell whether ``work`` ends, with an exception or without, in a forked process of little memory.

    An exception is no failure here: it comes again where the work is done for good. Only `MemoryError` is, as there
    is more memory there.
    """
    from warnings import catch_warnings, simplefilter

    reader, writer = os.pipe()
    with catch_warnings():  # Python 3.12 and JAX warn of other threads, of which the work needs none
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
            os.kill(child, 9)  # it has written its last tick, or will never write another
        os.waitpid(child, 0)
    return ended


def _work(work: Callable[[Tick], object], writer: int) -> None:
    """Do the work in this process, which ends with it."""
    import faulthandler

    faulthandler.disable()  # a crash here is told by the other process
    try:
        _limit_memory()
        try:
            work(lambda: os.write(writer, b"."))
        except MemoryError:
            return
        except Exception:  # noqa: S110  # told where it comes again
            pass
        os.write(writer, b"!")
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """Leave this process little more memory than it has, where the system tells how much that is."""
    import resource

    with suppress(OSError, ValueError), open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + _ROOM
        resource.setrlimit(
            resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
        )


def _ticks(reader: int) -> bool:
    """Wait for the last tick; return whether it came."""
    import select

    while select.select([reader], [], [], _SECONDS)[0]:
        found = os.read(reader, 1 << 16)
        if not found:
            return False  # it crashed
        if found.endswith(b"!"):
            return True
    return False
