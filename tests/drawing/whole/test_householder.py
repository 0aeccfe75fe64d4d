"""Random orthogonal matrices, against products of explicit reflection matrices."""

import math

import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.drawing import keystream
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.whole import householder
from winitgen.drawing.whole.whole_array import drawn

SHAPES = [(1, 1), (2, 1), (2, 2), (5, 3), (7, 7), (40, 17)]


def normals(rows: int, columns: int, name: str = "w/kernel") -> np.ndarray:
    """Return a matrix of normals from its own key stream."""
    key = keystream.key(3, name)
    return drawn(Normal(1.0), key, "float64", rows * columns).reshape(rows, columns)


def orthonormal(found: np.ndarray) -> np.ndarray:
    """Return the orthonormal columns of normals."""
    columns = found.copy()
    householder.orthonormalize(columns)
    return columns


def product_of_reflections(found: np.ndarray) -> np.ndarray:
    """Return the textbook product H_1 ... H_k of reflection matrices, with the signs of R's diagonal."""
    rows, columns = found.shape
    product, signs = np.eye(rows), []
    for step in range(columns):
        x = found[step:, step]
        v = x + math.copysign(float(np.linalg.norm(x)), x[0]) * np.eye(len(x))[0]
        reflection = np.eye(rows)
        reflection[step:, step:] -= 2 * np.outer(v, v) / np.dot(v, v)
        product = np.matmul(product, reflection)
        signs.append(-math.copysign(1.0, x[0]))
    return product[:, :columns] * signs


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_product_of_reflections(shape: tuple[int, int]) -> None:
    """The columns are those of the product of the reflections defined by the normals."""
    found = normals(*shape)

    np.testing.assert_allclose(product_of_reflections(found), orthonormal(found), atol=1e-14)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_orthonormal(shape: tuple[int, int]) -> None:
    """The columns are orthonormal."""
    found = orthonormal(normals(*shape))

    np.testing.assert_allclose(np.eye(shape[1]), np.matmul(found.T, found), atol=1e-14)


@pytest.mark.parametrize("path", ["c", "numpy"])
@pytest.mark.parametrize("width", [1, 3, 16, 1000])
def test_block_width_changes_nothing(width: int, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of columns computed together does not change a bit."""
    found = normals(40, 33)
    with drawn_by(path):
        expected = orthonormal(found)
        monkeypatch.setattr(householder, "WIDTH", width)
        monkeypatch.setattr(householder, "_RUN", width)
        monkeypatch.setattr(householder, "_AT_ONCE", width * 40)

        np.testing.assert_array_equal(expected, orthonormal(found))


def test_uniform_distribution() -> None:
    """Over 4000 rotations and reflections of the plane, angle and sign are uniform (Mezzadri 2007).

    Without the signs of R's diagonal the first column would never point right.
    """
    matrices = np.array([orthonormal(normals(2, 2, f"w{number}/kernel")) for number in range(4000)])
    angles = np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0])
    counts = np.histogram(angles, 16, (-np.pi, np.pi))[0]
    proper = np.count_nonzero(np.linalg.det(matrices) > 0)

    assert ((counts - 250) ** 2 / 250).sum() < 37.7  # chi-squared, 15 degrees of freedom, p = 0.001
    assert abs(proper - 2000) < 4 * math.sqrt(1000)


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 8, 100, 1023])
def test_total(rows: int) -> None:
    """The sum of the rows is exact for whole numbers."""
    numbers = np.arange(rows * 3.0).reshape(rows, 3)
    expected = [float(sum(range(first, rows * 3, 3))) for first in range(3)]

    assert expected == householder.total(numbers).tolist()
