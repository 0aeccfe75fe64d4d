"""Compares the tensors that a spec ties to others with these, bit for bit, however a layout turns them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from winitgen.audit.blocks import runs
from winitgen.audit.matching import PlannedArray
from winitgen.audit.statistics.exact import FIXED
from winitgen.audit.statistics.row import TensorRow
from winitgen.audit.true_arrays import true_array
from winitgen.audit.verify.kept import is_kept
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.stored_array import StoredArray
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.arrays import Array

_HELD = 1 << 24
"""Elements held at once of a matrix that is compared with a turned one."""


def compare_ties(pairs: Sequence[PlannedArray], container: str, rows: list[TensorRow]) -> None:
    """Add a line to the row of each tensor whose values are not those to which they are tied.

    A tensor has no row if it is a part of a parameter; it gets one.
    """
    homes: dict[Hashable, list[tuple[str, PlannedArray]]] = defaultdict(list)
    first_rows = {row.tensor.name: row for row in reversed(rows)}
    for planned in pairs:
        pair = PlannedArray(planned.tensor, true_array(planned, container))
        tied: dict[str, PlannedArray] = {}
        for parameter in pair.tensor.parameters if _is_drawn(pair) else ():
            # What is computed from a kernel, as its norm, has the key of that, and a distribution of its own.
            known = homes[parameter.key, parameter.distribution]
            known.append((parameter.id, pair))
            if known[0][0] != parameter.id and not isinstance(parameter.distribution, FIXED):
                number = (
                    sum(own == parameter.id for own, _ in known) - 1
                )  # of the tensors that a parameter is split into
                for home in [one for own, one in known if own == known[0][0]][number : number + 1]:
                    tied.setdefault(home.tensor.name, home)
        for name, home in tied.items():
            wrong, size = _differing(home, pair)
            if wrong:
                if pair.tensor.name not in first_rows:
                    rows.append(TensorRow(*pair, pair.tensor.parameters[0]))
                row = first_rows.setdefault(pair.tensor.name, rows[-1])
                text = f"values are not those of {name}, to which the spec ties them"
                row.related.append(f"{wrong:,} of {size:,} {text}")


def _is_drawn(pair: PlannedArray) -> bool:
    """Tell whether an array has the form of its tensor, and values that can be compared."""
    tensor, stored = pair
    readable = stored.readable and numpy_dtype(stored.dtype) is not None
    return readable and (stored.shape, stored.dtype) == (tensor.shape, tensor.dtype) and not is_kept(tensor)


def _differing(home: PlannedArray, pair: PlannedArray) -> tuple[int, int]:
    """Return how many values of tied parameters differ in their bits, and how many are tied."""
    one, two = home.tensor, pair.tensor
    turns = one.axes(), two.axes()
    if _keys(one) == _keys(two):
        if (one.as_drawn and two.as_drawn) or (turns[0] == turns[1] and one.shape == two.shape):
            wrong = _in_order(home.stored, pair.stored)
            if not wrong or turns[0] is not None or one.as_drawn:
                return wrong, two.size
        elif set(turns) == {(0, 1), (1, 0)}:
            return sum(_turned(home.stored, pair.stored)), two.size
    found = [_in_parameters(home, pair, key) for key in sorted(set(_keys(one)) & set(_keys(two)))]
    return sum(wrong for wrong, _ in found), sum(size for _, size in found)


def _keys(tensor: Tensor) -> tuple[bytes, ...]:
    return tuple(parameter.key for parameter in tensor.parameters)


def _in_order(one: StoredArray, two: StoredArray) -> int:
    """Return how many elements of two arrays differ."""
    return sum(_unequal(values, two.read(start, values.size)) for start, values in runs(one))


def _turned(one: StoredArray, two: StoredArray) -> Iterator[int]:
    """Yield how many elements of some rows of one matrix differ from those of the other's columns."""
    width, height = one.shape
    step = max(1, _HELD // width)
    for first in range(0, height, step):
        count = min(step, height - first)
        rows = two.read(first * width, count * width).reshape(count, width)
        columns = np.empty_like(rows)
        together = max(1, _HELD // height)
        for start in range(0, width, together):
            lines = min(together, width - start)
            block = one.read(start * height, lines * height).reshape(lines, height)
            columns[:, start : start + lines] = block[:, first : first + count].T
        yield _unequal(rows, columns)


def _in_parameters(home: PlannedArray, pair: PlannedArray, key: bytes) -> tuple[int, int]:
    """Return how many elements of one parameter differ between two tensors, and how many both hold."""
    (own, values), (others, wanted) = _elements(home, key), _elements(pair, key)
    _, one, two = np.intersect1d(own, others, assume_unique=True, return_indices=True)
    return _unequal(values[one], wanted[two]), one.size


def _elements(pair: PlannedArray, key: bytes) -> tuple[Array, Array]:
    """Return the numbers of the elements of a parameter that a tensor holds, and their values, from the whole tensor."""
    tensor = pair.tensor
    numbers = tensor.arranged(
        *(
            (np.arange(one.size) if one.key == key else np.full(one.size, -1)).reshape(one.shape)
            for one in tensor.parameters
        )
    )
    return numbers[numbers >= 0], pair.stored.read(0, tensor.size)[numbers >= 0]


def _unequal(one: Array, two: Array) -> int:
    """Return how many elements have different bits."""
    bits = f"u{one.dtype.itemsize}"
    a, b = np.ascontiguousarray(one).view(bits), np.ascontiguousarray(two).view(bits)
    return int(np.count_nonzero(a != b))
