"""Which rows of a large array are read, and in how many reads."""

from __future__ import annotations

import numpy as np
import pytest

from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.reading import MOST, rows_of

SHAPES = [
    (1 << 26,),
    (1 << 24, 2),
    (1 << 20, 3, 5),
    (3_000_017, 1),
    (200_000, 100),
    (9_000, 129),
    (4_000, 300),
    (5, 1 << 20),
    (MOST + 1,),
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_rows_from_everywhere(shape: tuple[int, ...]) -> None:
    """A few thousand reads give different rows, each whole or cut, from the first to the last, nearly as many values as asked for."""
    reads = []

    def read(start: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
        reads.append(count)
        return np.arange(start, start + count)

    size = int(np.prod(shape))
    rows = rows_of(StoredArray("w", "int64", shape, 8 * size, read)).values
    width = size // shape[0]
    numbers = rows[:, 0] // width

    assert MOST // 4 < rows.size <= MOST or shape[0] == 5
    assert len(reads) <= MOST >> 7
    assert (rows == rows[:, :1] + np.arange(rows.shape[1])).all()
    assert (rows[:, 0] % width == 0).all()
    assert (np.diff(numbers) > 0).all()
    assert np.diff(numbers).max(initial=0) <= 4 * max(1, 256 // width) * shape[0] * width // MOST + 1
    assert (0, shape[0] - 1) == (numbers[0], numbers[-1]) or shape[0] == 5
