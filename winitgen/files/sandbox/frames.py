"""What the process that runs a native library says to the one that asked, as frames on a pipe."""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

_HEAD = struct.Struct("<cI")

TICK = b"."
"""Another step is done."""
PART = b"="
"""A part of the answer."""
END = b"$"
"""The answer is complete."""
REFUSAL = b"!"
"""The file is refused, in these words."""
VALUES = b"v"
"""The values of the one array that was asked for cannot be read, in these words and for this reason, with a NUL between; the others may be good."""
SYSTEM = b"e"
"""A call of the system failed, with this number."""
MEMORY = b"m"
"""The memory does not suffice."""
DAMAGE = b"x"
"""The library cannot read the file."""

_LONGEST = 1 << 27
_RUN = 1 << 20


class Frame(NamedTuple):
    """One frame: its kind, and its content."""

    kind: bytes
    content: bytes = b""


def send(descriptor: int, kind: bytes, content: bytes | memoryview = b"") -> None:
    """Write one frame."""
    _write(descriptor, memoryview(_HEAD.pack(kind, len(content))))
    _write(descriptor, memoryview(content))


def _write(descriptor: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(descriptor, rest[:_RUN]) :]


class Frames:
    """The frames that arrive, in whatever pieces."""

    def __init__(self) -> None:
        self._found = bytearray()

    def add(self, content: bytes) -> None:
        """Take what has arrived."""
        self._found += content

    def next(self) -> Frame | None:
        """Return the next frame, or None until all of it has arrived; a frame that is too long is damage."""
        if len(self._found) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack_from(self._found)
        if length > _LONGEST:
            return Frame(DAMAGE)
        end = _HEAD.size + length
        if len(self._found) < end:
            return None
        content = bytes(self._found[_HEAD.size : end])
        del self._found[:end]
        return Frame(kind, content)
