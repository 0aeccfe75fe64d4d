"""Small tensors without a rule that a scheme has: their numbers are written out, if they are no draw."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.reading import bits_of
from winitgen.importing.fit.round_numbers import shortest
from winitgen.numeric.arrays import Array

MOST = 256
"""Numbers that are written out at most."""

HEAD = 1 << 12
"""Values that are enough to rule out that so few numbers make up a tensor."""

UNLIKELY = math.log(1e6)

_COMPUTED = re.compile(r"inv_freq|freqs|timescale|slopes|decay|period", re.IGNORECASE)
"""Names of tensors that are computed, not drawn."""


class WrittenNumbers(NamedTuple):
    """Numbers that fill a tensor: each so often in a row, and again from the first where they end."""

    values: Array
    each: int


def written_out(array: StoredArray, summary: Summary) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the scheme that writes the numbers of a tensor out, with the evidence that they are no draw."""
    head = bits_of(array.read(0, min(array.size, HEAD)))
    distinct = len(np.unique(head))
    if distinct > MOST or array.size < 2:
        return
    if distinct == 2 and len(array.shape) >= 2:
        ends = array.read(0, 1), array.read(array.shape[-1] - 1, 1)
        yield (
            _mask(*(shortest(float(end[0]), end.dtype) for end in ends)),
            "one number up to the diagonal, one beyond",
        )
    if array.size > HEAD and not _may_repeat(head):
        return
    pattern = _pattern(array.read(0, array.size))
    if pattern.values.size > MOST:
        return
    evidence = _evidence(array, pattern, summary)
    if evidence:
        values = [shortest(float(value), pattern.values.dtype) for value in pattern.values]
        each = {"each": pattern.each} if pattern.each > 1 else {}
        yield {"scheme": "listed", "values": values, **each}, evidence


def _mask(below: float, above: float) -> dict[str, Any]:
    return {
        "scheme": "causal_mask",
        **({} if below == 1 else {"below": below}),
        **({} if str(above) == "0" else {"above": above}),
    }


def _may_repeat(head: Array) -> bool:
    """Return whether the first values of many, as bits, repeat one by one, or so few of them over and over."""
    places = np.flatnonzero(head[1:] != head[:-1]) + 1
    if not places.size or np.gcd.reduce(places) > 1:
        return True
    return any((head[count:] == head[:-count]).all() for count in range(1, MOST + 1))


def _pattern(flat: Array) -> WrittenNumbers:
    """Return the fewest numbers that fill an array."""
    bits = bits_of(flat)
    places = np.flatnonzero(bits[1:] != bits[:-1]) + 1
    each = int(np.gcd.reduce(places)) if places.size else flat.size
    each = math.gcd(each, flat.size)
    values, bits = flat[::each], bits[::each]
    for count in range(1, min(MOST, values.size // 2) + 1):
        if values.size % count == 0 and (bits[: values.size - count] == bits[count:]).all():
            return WrittenNumbers(values[:count], each)
    return WrittenNumbers(values, each)


def _evidence(array: StoredArray, pattern: WrittenNumbers, summary: Summary) -> str:
    """Return why numbers are no draw, or an empty text if they may be one."""
    values = pattern.values
    if values.dtype.kind in "biu":
        return f"{values.size:,} whole numbers"
    wide = values.astype(np.float64)
    repeated = array.size - values.size
    kinds = len(np.unique(bits_of(values)))
    if kinds > 1 and repeated * math.log(kinds) > UNLIKELY:
        return f"the same {values.size:,} values over and over"
    if kinds <= 4 and array.size >= 32 * kinds and values.dtype.itemsize > 1:
        return f"only {kinds} different values"
    step = epsilon_of(values.dtype)
    exact = step < 2.0**-6 and max(abs(summary.low), abs(summary.high)) < 0.25 / step
    if exact and array.size >= 4 and (wide == np.rint(wide)).all():
        return f"{values.size:,} whole numbers"
    return _course(array.name, wide, step)


def _course(name: str, values: Array, step: float) -> str:
    """Return that values follow one another in a way that draws do not."""
    rises = values[1:] > values[:-1]
    if values.size < 3 or not (rises.all() or (values[1:] < values[:-1]).all()):
        return ""
    way = "rise" if rises[0] else "fall"
    if values.size >= 8:
        return f"{values.size:,} values that {way} from the first to the last"
    if values.min() > 0:
        with np.errstate(all="ignore"):  # from the smallest number to the largest one
            ratios = values[1:] / values[:-1]
        if values.size >= 4 and np.abs(ratios / ratios[0] - 1).max() < 8 * step and step < 1e-3:
            return f"each value is {ratios[0]:.4g} times the one before it"
    return f"by its name, and its values {way}" if _COMPUTED.search(name) else ""
