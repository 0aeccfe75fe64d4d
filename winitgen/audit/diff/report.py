"""Compares two weight files: which arrays they share, and where these differ."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments
from winitgen.audit.blocks import ArrayRun, Progress, batches, fetched
from winitgen.audit.matching import ArrayPair, recipe_names, same_arrays
from winitgen.audit.true_arrays import true_arrays
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.threads import in_order, threads_for

if TYPE_CHECKING:
    from winitgen.audit.diff.values import TensorDifference
    from winitgen.numeric.arrays import Array


def diff(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    threads: SupportsIndex | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return how two weight files differ, as plain values; ``winitgen diff --json`` prints the same.

    The files may have different formats: names, shapes, number formats and values are compared, not
    metadata. ``threads`` defaults to the number of processors. ``progress`` is called from time to time with
    the number of bytes read and the total. Raises `UnreadableError` for a file that is not a weight file or is
    damaged.

    ::

        a, b              the paths
        equal             whether both hold the same tensors, equal in all bits
        notes             what a loader could read of either file beside its tensors, or otherwise
        totals            equal, differ, only_in_a, only_in_b, unread: how many tensors
        tensors           for each: name, and name_b, in b; shape_a, shape_b, dtype_a, dtype_b, None if
                          absent, and

          status          equal, values, dtype, shape, only_in_a, only_in_b, or unread if the values of one cannot
                          be read
          unread          why they cannot, which file first; None if they can
          differing       pairs that differ in any bit; if the number formats differ, as numbers
          unmeasured      differing pairs with a NaN or an infinity, or of values that are not numbers
          max_difference  the largest |a - b| of the other pairs, in float64; None if there are none, and text that
                          begins with "over" if it is beyond float64
          mean_difference the mean of |a - b| over all other pairs, including equal ones; likewise
          first           index, a, b: the first pair that differs; None if none does

    The last five are None if the shapes differ, or if one file lacks the tensor or its values cannot be read.
    """
    a, b = arguments.path("a", a), arguments.path("b", b)
    threads = arguments.count("threads", threads)
    with arguments.Relay("progress", progress) as tell, open_weights(a) as one, open_weights(b) as other:
        pairs = _pairs(one, other)
        found = _compared(pairs, threads, tell)
        rows = [_row(pair, difference) for pair, difference in zip(pairs, found, strict=True)]
        statuses = [row["status"] for row in rows]
        totals = {status: statuses.count(status) for status in ("equal", "only_in_a", "only_in_b", "unread")}
        totals["differ"] = len(rows) - sum(totals.values())
        return {
            "a": one.path,
            "b": other.path,
            "equal": totals["equal"] == len(rows),
            "notes": [f"{file.path}: {text}" for file in (one, other) for text in _notes(file)],
            "totals": totals,
            "tensors": rows,
        }


def equal(a: str | os.PathLike[str], b: str | os.PathLike[str], *, threads: int | None = None) -> bool:
    """Tell whether two weight files hold the same tensors, equal in all bits; stop at the first difference."""
    with open_weights(a) as one, open_weights(b) as other:
        pairs = _pairs(one, other)
        if any(_header_difference(pair) for pair in pairs):
            return False
        found = (difference for batch in _differences(pairs, threads) for _, difference in batch)
        return not any(difference.differing for difference in found)


def _notes(weights: OpenFile) -> list[str]:
    return [found.text for found in (*weights.others, *weights.late(False))]


def _pairs(a: OpenFile, b: OpenFile) -> list[ArrayPair]:
    return same_arrays(true_arrays(a), true_arrays(b), lambda: (recipe_names(a), recipe_names(b)))


def _header_difference(pair: ArrayPair) -> str:
    """Return how the headers of two arrays differ; empty if they do not."""
    if pair.a is None or pair.b is None:
        return "only_in_b" if pair.a is None else "only_in_a"
    if (pair.a.shape, pair.a.shapeless) != (pair.b.shape, pair.b.shapeless):
        return "shape"
    if pair.a.dtype != pair.b.dtype:
        return "dtype"
    return "unread" if _unread(pair) else ""


def _unread(pair: ArrayPair) -> str | None:
    """Return why the values of two arrays of one shape and format cannot be compared; None if they can, or have none."""
    for side, array in (("A", pair.a), ("B", pair.b)):
        if array is not None and array.unread and (array.size or array.nbytes or not array.shapeless):
            return f"in {side}, {array.unread}"
    return None


class _Both:
    """Two arrays of equal shape, read run by run together."""

    def __init__(self, a: StoredArray | None, b: StoredArray | None) -> None:
        assert a is not None
        assert b is not None
        self.arrays = a, b
        self.size = a.size
        self.offset = a.offset
        self.nbytes = max(a.nbytes, b.nbytes)


def _comparable(pair: ArrayPair) -> bool:
    """Tell whether the values of a pair can be compared, bit by bit or as numbers."""
    if pair.a is None or pair.b is None or pair.a.shape != pair.b.shape:
        return False
    if not (pair.a.readable and pair.b.readable):
        return False
    return pair.a.dtype == pair.b.dtype or (_is_numeric(pair.a) and _is_numeric(pair.b))


def _is_numeric(array: StoredArray) -> bool:
    from winitgen.audit.inspect.measuring import number_format

    return number_format(array) is not None


def _compared(
    pairs: Sequence[ArrayPair], threads: int | None, progress: Progress | None
) -> list[TensorDifference | None]:
    """Return the difference of each pair, or None if its values cannot be compared."""
    from winitgen.audit.diff.values import TensorDifference

    found = [TensorDifference() if _comparable(pair) else None for pair in pairs]
    done, total = 0, _bytes(pairs)
    for batch in _differences(pairs, threads):
        for run, difference in batch:
            known = found[run.array]
            assert known is not None  # only comparable pairs are read
            found[run.array] = known.plus(difference)
            done += run.nbytes
        if progress:
            progress(done, total)
    return found


def _bytes(pairs: Sequence[ArrayPair]) -> int:
    return sum(max(pair.a.nbytes, pair.b.nbytes) for pair in pairs if pair.a and pair.b and _comparable(pair))


def _differences(
    pairs: Sequence[ArrayPair], threads: int | None
) -> Iterator[list[tuple[ArrayRun, TensorDifference]]]:
    """Yield the differences of all comparable values, block by block; ``array`` of a run is the pair's index."""
    chosen = [index for index, pair in enumerate(pairs) if _comparable(pair)]
    both = [_Both(*pairs[index]) for index in chosen]
    for batch in in_order(_jobs(both), threads_for(_bytes(pairs), threads)):
        yield [(run._replace(array=chosen[run.array]), difference) for run, difference in batch]


def _jobs(both: Sequence[_Both]) -> Iterator[Callable[[], list[tuple[ArrayRun, TensorDifference]]]]:
    for batch in batches(both):
        reads = []
        for run in batch:
            a, b = both[run.array].arrays
            reads.append((run, fetched(a, run), fetched(b, run)))
        yield partial(_measure, reads)


def _measure(
    reads: Sequence[tuple[ArrayRun, Callable[[], Array], Callable[[], Array]]],
) -> list[tuple[ArrayRun, TensorDifference]]:
    import numpy as np

    from winitgen.audit.diff.values import difference

    with np.errstate(all="ignore"):  # NaN, infinities and overflow are counted, not errors
        return [(run, difference(a(), b(), run.start)) for run, a, b in reads]


def _row(pair: ArrayPair, found: TensorDifference | None) -> dict[str, Any]:
    """Return the report's row about one pair."""
    named = pair.a or pair.b
    assert named is not None  # a pair has at least one array
    status = _header_difference(pair) or ("values" if found is not None and found.differing else "equal")
    row: dict[str, Any] = {"name": named.name, "name_b": pair.b.name if pair.b else None, "status": status}
    for side, array in (("a", pair.a), ("b", pair.b)):
        row[f"shape_{side}"] = list(array.shape) if array and not array.shapeless else None
        row[f"dtype_{side}"] = array.dtype if array else None
    row["unread"] = _unread(pair) if status == "unread" else None
    keys = ("differing", "unmeasured", "max_difference", "mean_difference", "first")
    if found is None:
        return {**row, **dict.fromkeys(keys)}
    known = found.compared > found.unmeasured
    first = found.first and {
        "index": _index(found.first.element, named.shape),
        "a": found.first.a,
        "b": found.first.b,
    }
    distances = (_finite(found.largest), _finite(_short(found.mean))) if known else (None, None)
    return {**row, **dict(zip(keys, (found.differing, found.unmeasured, *distances, first), strict=True))}


def _finite(distance: float) -> float | str:
    """Return a distance as a number, or as text if it is beyond float64."""
    return distance if distance <= sys.float_info.max else f"over {sys.float_info.max}"


def _short(number: float) -> float:
    from winitgen.report.summary import short

    return short(number)


def _index(element: int, shape: Sequence[int]) -> list[int]:
    """Return the indices of an element, given its number in C order."""
    index = []
    for length in reversed(shape):
        element, position = divmod(element, length)
        index.append(position)
    return index[::-1]
