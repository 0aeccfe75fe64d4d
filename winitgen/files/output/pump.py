"""Draws every region of an image block by block, in several threads, and hands the bytes to a sink.

The work is cut into blocks in file order, and each thread takes the next one as it comes free.
Nothing that is written depends on the number of threads or on the size of a block.
"""

from __future__ import annotations

import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.formats.format import Drawable, FilePlan, TensorSpan, byte_count, element_count
from winitgen.files.output.crc32 import combine_all
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.threads import threads_for

if TYPE_CHECKING:
    import numpy as np

    from winitgen.files.output.sinks import Sink
    from winitgen.numeric.scratch import Workspace

    See = Callable[[Drawable, int, np.ndarray[Any, Any]], object]

BLOCK = 1 << 17
"""Elements in a block: large enough to hide Python's share, small enough for a core's cache."""

_SECONDS_BETWEEN_REPORTS = 0.1


class Unit(NamedTuple):
    """One block of one region."""

    region: int
    block: int
    start: int
    stop: int


def pour(
    image: FilePlan,
    sink: Sink,
    *,
    threads: int = 1,
    block: int = BLOCK,
    see: See | None = None,
    progress: Callable[[int], object] | None = None,
) -> bool:
    """Hand all of ``image`` to ``sink``; return False as soon as the sink wants no more.

    ``see`` is called from the drawing threads with the tensor, the block's number in it, and the
    block; ``progress`` from the calling thread, about ten times a second, with the bytes drawn.
    """
    if not all(sink(piece.offset, piece.content) for piece in image.pieces):
        return False
    run = _Run(image.regions, sink, block, see, checksums=image.finish is not None)
    total = region_bytes(image)
    threads = min(threads_for(total, threads), _unit_count(image, block))
    if threads > 1:
        run.in_threads(threads, progress)
    else:
        run.inline(progress)
    if run.stopped:
        return False
    if progress:
        progress(total)
    late = image.finish(run.checksums()) if image.finish else ()
    return all(sink(piece.offset, piece.content) for piece in late)


def region_bytes(image: FilePlan) -> int:
    """Return how many bytes of an image are drawn."""
    return sum(byte_count(region.tensor) for region in image.regions)


def _unit_count(image: FilePlan, block: int) -> int:
    return sum(-(-element_count(region.tensor) // block) for region in image.regions)


class _Run:
    """One pass over the regions: the blocks still to be drawn, and what came of the others."""

    def __init__(
        self, regions: Sequence[TensorSpan], sink: Sink, block: int, see: See | None, *, checksums: bool
    ) -> None:
        self.stopped = False
        self._regions = regions
        self._sink = sink
        self._block = block
        self._see = see
        self._checksums: list[list[tuple[int, int]]] | None = [[] for _ in regions] if checksums else None
        self._units = self._cut()
        self._lock = threading.Lock()
        self._failure: BaseException | None = None

    def inline(self, progress: Callable[[int], object] | None) -> None:
        """Draw everything in the calling thread."""
        workspace, done, reported = _workspace(), 0, monotonic()
        for unit in self._units:
            done += self._deliver(unit, workspace)
            if self.stopped:
                return
            if progress and monotonic() - reported >= _SECONDS_BETWEEN_REPORTS:
                progress(done)
                reported = monotonic()

    def in_threads(self, threads: int, progress: Callable[[int], object] | None) -> None:
        """Draw in ``threads`` threads, while the calling one reports and stays open to signals.

        Where the system allows fewer threads, those it allows draw everything, at worst this one.
        """
        done = [0] * threads
        workers = [threading.Thread(target=self._work, args=(done, slot)) for slot in range(threads)]
        try:
            workers = workers[: start(workers)]
            if not workers:
                self.inline(progress)
            for worker in workers:
                while worker.is_alive():
                    worker.join(_SECONDS_BETWEEN_REPORTS)
                    if progress:
                        progress(sum(done))
        except BaseException:
            self.stopped = True
            raise
        finally:
            self._wait_for(workers)
        if self._failure:
            raise self._failure

    def checksums(self) -> list[int]:
        """Return the CRC-32 of each region, once all is drawn."""
        assert self._checksums is not None  # only images with a finish come here
        return [combine_all(parts) for parts in self._checksums]

    def _cut(self) -> Iterator[Unit]:
        in_order = sorted(range(len(self._regions)), key=lambda index: self._regions[index].offset)
        for index in in_order:
            count = element_count(self._regions[index].tensor)
            for block, start in enumerate(range(0, count, self._block)):
                if self._checksums is not None:
                    self._checksums[index].append((0, 0))
                yield Unit(index, block, start, min(start + self._block, count))

    def _work(self, done: list[int], slot: int) -> None:
        workspace = _workspace()
        try:
            while not self.stopped:
                with self._lock:
                    unit = next(self._units, None)
                if unit is None:
                    return
                done[slot] += self._deliver(unit, workspace)
        except BaseException as failure:  # raised again in the calling thread
            with self._lock:
                self._failure = self._failure or failure
            self.stopped = True

    def _deliver(self, unit: Unit, workspace: Workspace) -> int:
        offset, tensor = self._regions[unit.region]
        values = tensor.draw(unit.start, unit.stop - unit.start, workspace)
        if self._see:
            self._see(tensor, unit.block, values)
        content = little_endian(values)
        itemsize = DTYPES[tensor.dtype].itemsize
        if len(content) != (unit.stop - unit.start) * itemsize:
            raise ValueError(
                f"{tensor.name}: drew {len(content)} bytes for elements {unit.start} to {unit.stop}"
            )
        if self._checksums is not None:
            self._checksums[unit.region][unit.block] = zlib.crc32(content), len(content)
        if not self._sink(offset + unit.start * itemsize, content):
            self.stopped = True
        return len(content)

    def _wait_for(self, workers: list[threading.Thread]) -> None:
        # The file must not be closed under a thread that still writes, so a second Ctrl-C waits too.
        interrupted: BaseException | None = None
        while any(worker.is_alive() for worker in workers):
            try:
                for worker in workers:
                    if worker.is_alive():
                        worker.join()
            except BaseException as signal:  # raised below
                self.stopped = True
                interrupted = signal
        if interrupted:
            raise interrupted


def start(workers: Sequence[threading.Thread]) -> int:
    """Start as many threads as the system allows; return how many those are."""
    for count, worker in enumerate(workers):
        try:
            worker.start()
        except RuntimeError:  # can't start new thread: a limit on processes or on memory
            return count
    return len(workers)


def _workspace() -> Workspace:
    from winitgen.numeric.scratch import Workspace  # and with it NumPy, which finding a format does without

    return Workspace()


def little_endian(values: np.ndarray[Any, Any]) -> memoryview:
    """Return an array's bytes as files hold them.

    Through a view of bytes, as arrays of ml_dtypes offer no buffer of their own.
    """
    if sys.byteorder == "big" and values.itemsize > 1:
        values = values.view(f"u{values.itemsize}").byteswap()
    content: Any = values.view("u1")
    return memoryview(content)
