"""Collects the bytes of an upload into parts, and sends one while the next is filled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from winitgen.files.stores.store import Uploading, part_size

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


class PartSender:
    """Sends parts of ``size`` bytes in the order in which they are written; two are held in memory."""

    def __init__(self, upload: Uploading, size: int, thread: ThreadPoolExecutor) -> None:
        self._upload, self._size, self._thread = upload, size, thread
        self._part, self._other = memoryview(bytearray(size)), memoryview(bytearray(size))
        self._filled = 0
        self._sent: Future[object] | None = None

    def write(self, content: bytes | memoryview) -> None:
        """Take bytes; wait if the part before is still being sent. Raises what sending it has raised."""
        rest = memoryview(content)
        while rest:
            count = min(len(rest), self._size - self._filled)
            self._part[self._filled : self._filled + count] = rest[:count]
            self._filled += count
            rest = rest[count:]
            if self._filled == self._size:
                self._send()

    def finish(self) -> None:
        """Send the rest, and wait until it has arrived."""
        if self._filled:
            self._send()
        self._wait()

    def _send(self) -> None:
        self._wait()
        self._sent = self._thread.submit(self._upload.write, self._part[: self._filled])
        self._part, self._other, self._filled = self._other, self._part, 0

    def _wait(self) -> None:
        if self._sent is not None:
            self._sent.result()


@contextmanager
def sending(upload: Uploading, size: int) -> Iterator[PartSender]:
    """Give the sender of an object of ``size`` bytes; on exit nothing is on its way."""
    from concurrent.futures import ThreadPoolExecutor  # an output on a disk needs none

    with ThreadPoolExecutor(1, thread_name_prefix="winitgen-upload") as thread:
        yield PartSender(upload, max(1, min(size, part_size(size))), thread)
