"""The values of one file, split into blocks that any thread draws in any order."""

from __future__ import annotations

import itertools
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.formats.format import FilePlan, FixedBytes, element_count
from winitgen.numeric.dtypes import bytes_of
from winitgen.numeric.plain_values import PlainValues

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

BLOCK = 1 << 17
"""Elements in a block: enough to hide Python's overhead, few enough for a core's cache."""

_SECONDS_BETWEEN_LOOKS = 0.05
"""How soon a thread that waits for its turn sees that the work is stopped."""


class FileBlock(NamedTuple):
    """Elements ``start`` to ``stop`` of the tensor of one span, ``size`` bytes at ``offset`` of the file.

    ``turn`` is its place among all blocks, from 0.
    """

    turn: int
    span: int
    number: int
    start: int
    stop: int
    offset: int
    size: int


class Blocks:
    """Hands out the blocks of a file in the order of their offsets, until ``stopped`` is set.

    With ``interrupted``, the blocks that are handed out need not be finished, either.
    """

    def __init__(self, plan: FilePlan, elements: int) -> None:
        self.stopped = self.interrupted = False
        self._plan = plan
        self._elements = elements
        self._checksums: list[list[tuple[int, int]]] = [[] for _ in plan.spans]
        self._rest = self._cut()
        self._lock = threading.Lock()
        self._passed = 0
        self._passing = threading.Condition()

    def __iter__(self) -> Iterator[FileBlock]:
        return self

    def __next__(self) -> FileBlock:
        """Return the next block; any thread may call this."""
        with self._lock:
            if self.stopped:
                raise StopIteration
            return next(self._rest)

    def interrupt(self) -> None:
        """Stop the work, even in the middle of a block."""
        self.interrupted = self.stopped = True

    def content_of(self, block: FileBlock, workspace: Workspace) -> memoryview:
        """Draw a block and return its bytes, which stay valid until the next call with this workspace."""
        tensor = self._plan.spans[block.span].tensor
        content = little_endian(tensor.draw(block.start, block.stop - block.start, workspace))
        if len(content) != block.size:
            raise ValueError(
                f"{tensor.name}: drew {len(content)} bytes for elements {block.start} to {block.stop}"
            )
        if self._plan.finish:
            self._checksums[block.span][block.number] = zlib.crc32(content), len(content)
        return content

    def in_turn(self, block: FileBlock, sink: Callable[[int, memoryview], bool], content: memoryview) -> bool:
        """Pass a block to a sink after all blocks before it; return False to stop, or if the work was stopped first."""
        with self._passing:
            while self._passed != block.turn and not self.stopped:
                self._passing.wait(_SECONDS_BETWEEN_LOOKS)
        goes_on = not self.stopped and sink(block.offset, content)
        with self._passing:
            self._passed += goes_on  # after a failure nobody has a turn
            self._passing.notify_all()
        return goes_on

    def finish(self) -> Sequence[FixedBytes]:
        """Return the fixed bytes that depend on the values, after all blocks are drawn."""
        if not self._plan.finish:
            return ()
        from winitgen.files.output.crc32 import combine_all

        return self._plan.finish([combine_all(checksums) for checksums in self._checksums])

    def _cut(self) -> Iterator[FileBlock]:
        spans, turns = self._plan.spans, itertools.count()
        for index in sorted(range(len(spans)), key=lambda index: spans[index].offset):
            offset, tensor = spans[index]
            count = element_count(tensor)
            for number, start in enumerate(range(0, count, self._elements)):
                stop = min(start + self._elements, count)
                if self._plan.finish:
                    self._checksums[index].append((0, 0))
                begin, size = bytes_of(tensor.dtype, start), bytes_of(tensor.dtype, stop - start)
                yield FileBlock(next(turns), index, number, start, stop, offset + begin, size)


def block_count(plan: FilePlan, elements: int) -> int:
    """Return the number of blocks of ``elements`` elements in a file."""
    return sum(-(-element_count(span.tensor) // elements) for span in plan.spans)


def little_endian(values: Array | PlainValues) -> memoryview:
    """Return the bytes of a block of values in little-endian order, as in files.

    An array is viewed as bytes first, because arrays of ml_dtypes do not support the buffer protocol.
    """
    if isinstance(values, PlainValues):  # which only little-endian processors draw
        return values.memory.cast("B")
    if sys.byteorder == "big" and values.itemsize > 1:
        values = values.view(f"u{values.itemsize}").byteswap()
    content: Any = values.view("u1")
    return memoryview(content)
