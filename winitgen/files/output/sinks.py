"""Where the bytes of a file go: to a new file, to a comparison with an existing one, down a pipe, or to a store.

A sink is called with an offset and the bytes that belong there, and returns whether to continue.
Those of local files take blocks in any order from any thread; the others take them in order, one at a time.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from winitgen.files.descriptors import WINDOWS, read_at, write_at
from winitgen.files.formats.format import FilePlan

if TYPE_CHECKING:
    from winitgen.files.stores.remote_file import RemoteFile

Buffer = bytes | memoryview
Sink = Callable[[int, Buffer], bool]

WRITTEN_BACK = 1 << 23  # bytes between two hints: fewer hints help less, more hints cost more
_SYNC_FILE_RANGE_WRITE = 2

_ZEROS = bytes(1 << 16)


def into_file(fd: int, *, early: bool = False) -> Sink:
    """Return a sink that writes bytes at their offset in an open file.

    With ``early`` the system is asked from time to time to start writing back to the disk.
    Without it the disk is idle until the last block is drawn, and fsync waits for the whole file.
    """
    hint = _sync_file_range() if early else None

    def put(offset: int, content: Buffer) -> bool:
        rest, first = memoryview(content), offset // WRITTEN_BACK * WRITTEN_BACK
        while rest:
            try:
                if sys.platform == "win32":
                    written = write_at(fd, rest, offset)
                else:
                    written = os.pwrite(fd, rest, offset)
            except InterruptedError:
                continue
            if not written:  # a full device may return 0; retrying forever would not help
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            rest = rest[written:]
            offset += written
        if hint and offset >= first + WRITTEN_BACK:
            hint(fd, first, WRITTEN_BACK, _SYNC_FILE_RANGE_WRITE)
        return True

    return put


def write_back() -> Callable[[int], object] | None:
    """Return a call that starts writing an open file back to the disk, or None if the system has none."""
    hint = _sync_file_range()
    return (lambda fd: hint(fd, 0, 0, _SYNC_FILE_RANGE_WRITE)) if hint else None


def _sync_file_range() -> Callable[[int, int, int, int], int] | None:
    """Return Linux's call of that name, which Python's standard library lacks."""
    import ctypes

    if WINDOWS:
        return None
    call = getattr(ctypes.CDLL(None), "sync_file_range", None)
    if call:
        call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return call


def against_file(fd: int) -> Sink:
    """Return a sink that compares bytes with an open file, and stops at the first difference."""

    def equal(offset: int, content: Buffer) -> bool:
        # Two bytes objects are compared by memcmp, two memoryviews element by element.
        return _read(fd, len(content), offset) == bytes(content)

    return equal


def against_remote(file: RemoteFile) -> Sink:
    """Return a sink that compares bytes with an object of a store; given in order, they are read ahead."""

    def equal(offset: int, content: Buffer) -> bool:
        return file.read_at(offset, len(content)) == bytes(content)

    return equal


def _read(fd: int, count: int, offset: int) -> bytes:
    """Read ``count`` bytes, or fewer at the end of the file."""
    found = read_at(fd, count, offset)
    while len(found) < count and (more := read_at(fd, count - len(found), offset + len(found))):
        found += more
    return found


class Forward:
    """A sink that writes sequentially, and inserts fixed bytes and zero bytes where they belong.

    Call it only with the values of the spans, in the order of their offsets, then `close` it. ``write`` takes all of
    the bytes that it is given.
    """

    def __init__(self, write: Callable[[Buffer], object], plan: FilePlan) -> None:
        self._put = write
        self._size = plan.size
        self._fixed = sorted(plan.fixed, reverse=True)
        self._position = 0

    def __call__(self, offset: int, content: Buffer) -> bool:
        """Write all fixed and zero bytes before ``offset``, then ``content``."""
        self._fill_to(offset)
        self._write(content)
        return True

    def close(self) -> None:
        """Write all bytes after the last span."""
        self._fill_to(self._size)

    def _fill_to(self, offset: int) -> None:
        while self._fixed and self._fixed[-1].offset < offset:
            begin, content = self._fixed.pop()
            self._zeros_to(begin)
            self._write(content)
        self._zeros_to(offset)

    def _zeros_to(self, offset: int) -> None:
        while (missing := offset - self._position) > 0:
            self._write(_ZEROS[:missing])

    def _write(self, content: Buffer) -> None:
        self._position += len(content)
        self._put(content)


def into_pipe(fd: int) -> Callable[[Buffer], object]:
    """Return a function that writes bytes to a pipe or a device."""

    def write(content: Buffer) -> None:
        rest = memoryview(content)
        while rest:
            try:
                rest = rest[os.write(fd, rest) :]
            except InterruptedError:
                continue
            except BlockingIOError:  # a pipe that another program made non-blocking
                import select

                select.select([], [fd], [])

    return write
