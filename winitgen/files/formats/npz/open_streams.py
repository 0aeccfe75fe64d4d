"""The streams of an archive's packed members that were read last, each where its reader stopped."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member_stream import MemberStream

_MOST_MEMORY = 1 << 26
"""In bytes: the dictionary of one member of LZMA, or a thousand streams of deflate."""


class OpenStreams:
    """Streams by the offset of their member; a reader takes one out, and puts it back where it stopped."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._streams: OrderedDict[int, MemberStream] = OrderedDict()
        self._memory = 0

    def take(self, begin: int) -> MemberStream | None:
        """Take out the stream of the member at an offset, None if it is not kept."""
        with self._lock:
            found = self._streams.pop(begin, None)
            self._memory -= found.memory if found is not None else 0
            return found

    def put(self, begin: int, stream: MemberStream) -> None:
        """Keep a stream; the oldest ones are let go of while all but this one hold too much."""
        with self._lock:
            self._streams[begin] = stream
            self._memory += stream.memory
            while self._memory > _MOST_MEMORY and len(self._streams) > 1:
                self._memory -= self._streams.popitem(last=False)[1].memory
