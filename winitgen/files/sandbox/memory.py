"""How much memory a native library gets for one file."""

from __future__ import annotations

import sys
from contextlib import suppress

ROOM = 1 << 29
"""Bytes of memory beyond those of the process that asks: a chunk of a megabyte may declare any unpacked size."""


def is_short(nbytes: int) -> bool:
    """Tell whether this process gets no more memory: the library calls a filter without any a filter that failed."""
    try:
        bytearray(nbytes)
    except MemoryError:
        return True
    return False


def limit_memory(room: int) -> None:
    """Limit this process to ``room`` bytes more than it uses, if the system reports how much that is."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError), open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + room
        resource.setrlimit(
            resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
        )
