"""The C kernel multiplies reflections as NumPy's calls do, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.compiled.kernels import kernels
from winitgen.drawing.whole.householder import orthonormalize
from winitgen.numeric.arrays import Array


def both(normals: Array) -> tuple[Array, Array]:
    """Return the columns by NumPy and by C."""
    found = []
    for path in ("numpy", "c"):
        with drawn_by(path):
            columns = normals.copy()
            orthonormalize(columns)
            found.append(columns)
    return found[0], found[1]


@pytest.mark.parametrize(
    "shape", [(1, 1), (2, 1), (2, 2), (3, 3), (7, 5), (8, 8), (9, 8), (17, 9), (64, 64), (301, 277), (400, 3)]
)
def test_same_bits(shape: tuple[int, int]) -> None:
    """Sums of any number of rows, and panels that are not full, give the same bits; signs of zeros included."""
    normals = np.random.default_rng(sum(shape)).normal(size=shape)

    by_numpy, by_c = both(normals)

    assert by_numpy.tobytes() == by_c.tobytes()
    assert np.allclose(by_c.T @ by_c, np.eye(shape[1]), atol=1e-12)


def test_a_rotation_by_hand() -> None:
    """Normals (3, 4) give the column (3, 4) / 5: Q R of the column is the column over its length."""
    _, found = both(np.array([[3.0], [4.0]]))

    assert np.allclose([[0.6], [0.8]], found, rtol=1e-15, atol=0)


@pytest.mark.parametrize("width", [8, 32])
@pytest.mark.parametrize(
    ("first", "last", "steps"),
    [(-1, 2, 4), (3, 2, 4), (0, 5, 4), (0, 2, 9)],
    ids=["below", "turned", "beyond", "tall"],
)
def test_reflections_that_are_not_there(first: int, last: int, steps: int, width: int) -> None:
    """Numbers of reflections beyond those given are refused: nothing outside the buffers is read."""
    with drawn_by("c"):
        compiled = kernels()
    assert compiled is not None
    panel, reflectors, scratch = np.zeros((8, width)), np.zeros((steps, 8)), np.zeros((1, width))

    with pytest.raises(ValueError, match=r"^there are no such reflections$"):
        getattr(compiled, f"reflect{width}")(panel, reflectors, scratch, first, last)


@pytest.mark.parametrize("rows", [*range(1, 40), 63, 64, 65, 127, 255, 256, 257])
def test_every_number_of_rows(rows: int) -> None:
    """The last rows of a sum that is halved three times at once lack other terms for each number of rows."""
    normals = np.random.default_rng(rows).normal(size=(rows, min(rows, 9)))

    by_numpy, by_c = both(normals)

    assert by_numpy.tobytes() == by_c.tobytes()
