"""Compares two weight files: which arrays they share, and where these differ."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments
from winitgen.audit.blocks import Progress
from winitgen.audit.diff.comparing import comparable, compared, differences
from winitgen.audit.diff.pairing import SORTS, header_difference, pairing, unread
from winitgen.audit.diff.tolerance import tolerance_of
from winitgen.audit.matching import ArrayPair
from winitgen.audit.name_rules import NameRules, name_rules
from winitgen.errors import UsageError
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile

if TYPE_CHECKING:
    from winitgen.audit.diff.tolerance import Tolerance
    from winitgen.audit.diff.values import TensorDifference


def diff(  # noqa: PLR0913  # the options of the command line, each by name
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    ignore: Sequence[str] = (),
    rename: Sequence[str] = (),
    strip_prefix: str | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    sort: str = "file",
    threads: SupportsIndex | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return how two weight files differ, as plain values; ``winitgen diff --json`` prints the same.

    The files may have different formats: names, shapes, number formats and values are compared, not
    metadata. ``strip_prefix`` is taken off all names that begin with it, and each ``rename``, a text FROM=TO, then
    replaces the first match of a regular expression in the names of ``a``. Tensors with a name, old or new, that
    fits a pattern in ``ignore`` are left out. With ``atol`` or ``rtol``, numbers count as equal if
    |a - b| <= atol + rtol |b|, in any number format; one that is not given is 0. ``sort`` is file, or name, in which
    numbers count as numbers. ``threads`` defaults to the number of processors. ``progress`` is called from time to
    time with the number of bytes read and the total. Raises `UnreadableError` for a file that is not a weight file or
    is damaged.

    ::

        a, b              the paths
        equal             whether both hold the same tensors, equal in all bits or within the tolerance
        tolerance         None, or atol and rtol
        ignored           the names of the tensors that are left out
        hints             a line about a prefix without which more names match
        notes             what a loader could read of either file beside its tensors, or otherwise
        totals            equal, differ, only_in_a, only_in_b, unread: how many tensors; with a tolerance also close
        tensors           for each: name, and name_b, in b; shape_a, shape_b, dtype_a, dtype_b, None if
                          absent, and

          status          equal, close, values, dtype, shape, only_in_a, only_in_b, or unread if the values of one
                          cannot be read
          unread          why they cannot, which file first; None if they can
          differing       pairs that differ in any bit; if the number formats differ, as numbers
          unmeasured      differing pairs with a NaN or an infinity, or of values that are not numbers
          max_difference  the largest |a - b| of the other pairs, in float64; None if there are none, and text that
                          begins with "over" if it is beyond float64
          mean_difference the mean of |a - b| over all other pairs, including equal ones; likewise
          first           index, a, b: the first pair that differs, by more than the tolerance; None if none does
          beyond          with a tolerance, the differing pairs that are beyond it

    The last ones are None if the shapes differ, or if one file lacks the tensor or its values cannot be read.
    """
    a, b = arguments.path("a", a), arguments.path("b", b)
    rules, tolerance = name_rules(ignore, rename, strip_prefix), tolerance_of(atol, rtol)
    sort, threads = _sort(sort), arguments.count("threads", threads)
    with arguments.Relay("progress", progress) as tell, open_weights(a) as one, open_weights(b) as other:
        pairs, ignored, hint = pairing(one, other, rules, sort)
        found = compared(pairs, threads, tell, tolerance)
        rows = [_row(pair, difference, tolerance) for pair, difference in zip(pairs, found, strict=True)]
        totals = _totals([row["status"] for row in rows], tolerance)
        return {
            "a": one.path,
            "b": other.path,
            "equal": totals["equal"] + totals.get("close", 0) == len(rows),
            "tolerance": tolerance and {"atol": tolerance.absolute, "rtol": tolerance.relative},
            "ignored": ignored,
            "hints": [hint] if hint else [],
            "notes": [f"{file.path}: {text}" for file in (one, other) for text in _notes(file)],
            "totals": totals,
            "tensors": rows,
        }


def equal(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    rules: NameRules | None = None,
    tolerance: Tolerance | None = None,
    *,
    threads: int | None = None,
) -> bool:
    """Tell whether two weight files hold the same tensors, equal in all bits or close; stop at the first difference."""
    with open_weights(a) as one, open_weights(b) as other:
        pairs = pairing(one, other, rules or NameRules()).pairs
        if any(_status(pair, None, tolerance) not in ("equal", "close") for pair in pairs):
            return False
        found = (difference for batch in differences(pairs, threads, tolerance) for _, difference in batch)
        return not any(difference.beyond for difference in found)


def _sort(value: object) -> str:
    found = arguments.text("sort", value)
    if found not in SORTS:
        raise UsageError(f"sort is file or name, not {arguments.shown(value)}")
    return found


def _totals(statuses: Sequence[str], tolerance: Tolerance | None) -> dict[str, int]:
    """Return how many tensors are equal, or not for which reason."""
    counted = ("equal", *(("close",) if tolerance else ()), "only_in_a", "only_in_b", "unread")
    totals = {status: statuses.count(status) for status in counted}
    return {**totals, "differ": len(statuses) - sum(totals.values())}


def _status(pair: ArrayPair, found: TensorDifference | None, tolerance: Tolerance | None) -> str:
    """Return what differs about a pair; numbers that are close may have different formats."""
    why = header_difference(pair)
    if why == "dtype" and tolerance is not None and comparable(pair):
        return "values" if found is not None and found.beyond else "close"
    if why or found is None or not found.differing:
        return why or "equal"
    return "values" if found.beyond else "close"


def _notes(weights: OpenFile) -> list[str]:
    return [found.text for found in (*weights.others, *weights.late(False))]


def _row(pair: ArrayPair, found: TensorDifference | None, tolerance: Tolerance | None) -> dict[str, Any]:
    """Return the report's row about one pair."""
    named = pair.a or pair.b
    assert named is not None  # a pair has at least one array
    row: dict[str, Any] = {
        "name": named.name,
        "name_b": pair.b.name if pair.b else None,
        "status": _status(pair, found, tolerance),
    }
    for side, array in (("a", pair.a), ("b", pair.b)):
        row[f"shape_{side}"] = list(array.shape) if array and not array.shapeless else None
        row[f"dtype_{side}"] = array.dtype if array else None
    row["unread"] = unread(pair) if row["status"] == "unread" else None
    keys = ("differing", "unmeasured", "max_difference", "mean_difference", "first")
    if tolerance is not None:
        row["beyond"] = None if found is None else found.beyond
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
