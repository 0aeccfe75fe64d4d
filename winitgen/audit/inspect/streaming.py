"""Reading arrays block by block: several threads look at blocks, and what they find comes back in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np

    from winitgen.files.input.open_file import StoredArray
    from winitgen.numeric.scratch import Workspace

BLOCK = 1 << 21
"""Bytes of a block, and of small arrays that are taken together."""

MOST_THREADS = 16

_WORTH_A_THREAD = 1 << 24

Result = TypeVar("Result")
Progress = Callable[[int, int], object]
"""Called with the bytes read so far, and those to be read in all."""

_local = threading.local()


class Sized(Protocol):
    """What can be cut into pieces: elements, bytes, and where in the file they begin."""

    size: int
    nbytes: int
    offset: int


class Run(NamedTuple):
    """A run of elements of the array with this number."""

    array: int
    start: int
    length: int
    nbytes: int


def pieces(arrays: Sequence[Sized]) -> Iterator[list[Run]]:
    """Cut the arrays, in the order in which they stand in the file, into batches of about `BLOCK` bytes."""
    batch: list[Run] = []
    held = 0
    for index in sorted(range(len(arrays)), key=lambda index: arrays[index].offset):
        size, itemsize = arrays[index].size, _itemsize(arrays[index])
        count = max(1, BLOCK // itemsize)
        for start in range(0, size, count):
            piece = Run(index, start, min(count, size - start), min(count, size - start) * itemsize)
            if batch and held + piece.nbytes > BLOCK:
                yield batch
                batch, held = [], 0
            batch.append(piece)
            held += piece.nbytes
    if batch:
        yield batch


def _itemsize(array: Sized) -> int:
    """Return the bytes of an element, of those that were stored."""
    return max(1, array.nbytes // max(1, array.size))


def fetched(array: StoredArray, piece: Run) -> Callable[[], np.ndarray[Any, Any]]:
    """Return what gives a piece's values; of an array to be read in order they are read here and now."""
    if array.forward:
        values = array.read(piece.start, piece.length)
        return lambda: values
    return lambda: array.read(piece.start, piece.length)


def in_order(jobs: Iterable[Callable[[], Result]], threads: int) -> Iterator[Result]:
    """Yield what each job returns, in their order; they run in ``threads`` threads, few of them ahead.

    Jobs are made in the calling thread. Where the system allows fewer threads, they run there, too.
    """
    if threads == 1:
        for job in jobs:
            yield job()
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    running: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    alone = False
    try:
        for job in jobs:
            if not alone:
                try:
                    running.append(pool.submit(job))
                except RuntimeError:  # can't start new thread: a limit on processes or on memory
                    alone = True
            while running and (alone or len(running) > 2 * threads):
                yield running.popleft().result()
            if alone:
                yield job()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def threads_for(nbytes: int, threads: int | None) -> int:
    """Return how many threads share the reading of so many bytes; None stands for as many as help."""
    from winitgen.numeric.threads import processors

    if nbytes < _WORTH_A_THREAD:
        return 1
    return min(threads or processors(), MOST_THREADS)


def workspace() -> Workspace:
    """Return the scratch of the calling thread."""
    if not hasattr(_local, "workspace"):
        from winitgen.numeric.scratch import Workspace

        _local.workspace = Workspace()
    found: Workspace = _local.workspace
    return found
