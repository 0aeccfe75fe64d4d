"""Reads the values of pairs of arrays side by side, and says how they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from winitgen.audit.blocks import ArrayRun, Progress, batches, fetched
from winitgen.audit.matching import ArrayPair
from winitgen.files.input.stored_array import StoredArray, StoredBlocks
from winitgen.numeric.threads import in_order, threads_for

if TYPE_CHECKING:
    from winitgen.audit.diff.tolerance import Tolerance
    from winitgen.audit.diff.values import TensorDifference
    from winitgen.numeric.arrays import Array


class _Both:
    """Two arrays of equal shape, read run by run together."""

    def __init__(self, a: StoredArray | None, b: StoredArray | None) -> None:
        assert a is not None
        assert b is not None
        self.arrays = a, b
        self.size = a.size
        self.offset = a.offset
        self.nbytes = max(a.nbytes, b.nbytes)


def comparable(pair: ArrayPair) -> bool:
    """Tell whether the values of a pair can be compared, bit by bit or as numbers."""
    if pair.a is None or pair.b is None or pair.a.shape != pair.b.shape:
        return False
    if not (pair.a.readable and pair.b.readable):
        return False
    return pair.a.dtype == pair.b.dtype or (_is_numeric(pair.a) and _is_numeric(pair.b))


def _is_numeric(array: StoredArray) -> bool:
    from winitgen.audit.inspect.measuring import number_format

    return number_format(array) is not None


def compared(
    pairs: Sequence[ArrayPair],
    threads: int | None,
    progress: Progress | None,
    tolerance: Tolerance | None,
) -> list[TensorDifference | None]:
    """Return the difference of each pair, or None if its values cannot be compared."""
    from winitgen.audit.diff.values import TensorDifference

    found = [TensorDifference() if comparable(pair) else None for pair in pairs]
    done, total = 0, _bytes(pairs)
    for batch in differences(pairs, threads, tolerance):
        for run, difference in batch:
            known = found[run.array]
            assert known is not None  # only comparable pairs are read
            found[run.array] = known.plus(difference)
            done += run.nbytes
        if progress:
            progress(done, total)
    return found


def _bytes(pairs: Sequence[ArrayPair]) -> int:
    return sum(max(pair.a.nbytes, pair.b.nbytes) for pair in pairs if pair.a and pair.b and comparable(pair))


def differences(
    pairs: Sequence[ArrayPair], threads: int | None, tolerance: Tolerance | None
) -> Iterator[list[tuple[ArrayRun, TensorDifference]]]:
    """Yield the differences of all comparable values, block by block; ``array`` of a run is the pair's index."""
    chosen = [index for index, pair in enumerate(pairs) if comparable(pair)]
    both = [_Both(*pairs[index]) for index in chosen]
    for batch in in_order(_jobs(both, tolerance), threads_for(_bytes(pairs), threads)):
        yield [(run._replace(array=chosen[run.array]), difference) for run, difference in batch]


def _jobs(
    both: Sequence[_Both], tolerance: Tolerance | None
) -> Iterator[Callable[[], list[tuple[ArrayRun, TensorDifference]]]]:
    for batch in batches(both):
        reads = []
        for run in batch:
            a, b = both[run.array].arrays
            reads.append((run, fetched(a, run), fetched(b, run), _blocks_of(a, b, run)))
        yield partial(_measure, reads, tolerance)


def _measure(
    reads: Sequence[tuple[ArrayRun, Callable[[], Array], Callable[[], Array], Callable[[], Array] | None]],
    tolerance: Tolerance | None,
) -> list[tuple[ArrayRun, TensorDifference]]:
    import numpy as np

    from winitgen.audit.diff.values import difference
    from winitgen.files.input.raw_values import neighbours
    from winitgen.files.input.reused import reused

    # The runs of both, and the blocks in which they are stored. NaN, infinities and overflow are counted, not errors.
    with neighbours(), reused(4), np.errstate(all="ignore"):
        return [
            (run, difference(a(), b(), run.start, tolerance, otherwise and otherwise()))
            for run, a, b, otherwise in reads
        ]


def _blocks_of(a: StoredArray, b: StoredArray, run: ArrayRun) -> Callable[[], Array] | None:
    """Return a function that tells of which values of a run the stored blocks differ; None if the bits of the values are those that are stored."""
    one, other = a.blocks, b.blocks
    if one is None or other is None or a.dtype != b.dtype:
        return None
    return partial(_unequal_blocks, one, other, run)


def _unequal_blocks(a: StoredBlocks, b: StoredBlocks, run: ArrayRun) -> Array:
    """Return a mask of the values of a run whose blocks differ in any bit."""
    import numpy as np

    first, skipped = divmod(run.start, a.values)
    count = -(-(skipped + run.length) // a.values)
    stored = (one.read(first * one.nbytes, count * one.nbytes).reshape(count, -1) for one in (a, b))
    unequal: Array = np.not_equal(*stored).any(axis=1).repeat(a.values)
    return unequal[skipped:][: run.length]
