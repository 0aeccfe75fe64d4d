"""The condition number of matrices by hand and of drawn ones."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from winitgen.numeric.workers import Workers
from winitgen.planning.plan import Plan
from winitgen.probing.condition import condition
from winitgen.probing.weights import drawn

HILBERT = [[1 / (row + column + 1) for column in range(4)] for row in range(4)]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[2.0, 0.0], [0.0, -0.5]], 4.0),
        ([[3.0, 0.0, 0.0], [0.0, 0.0, 0.1]], 30.0),
        ([[0.0], [5.0], [0.0]], 1.0),
        ([[1.0, 1.0], [0.0, 1.0]], (3 + math.sqrt(5)) / 2),
        (HILBERT, 15513.738738929),
    ],
    ids=["diagonal", "wide", "column", "shear", "Hilbert"],
)
def test_by_hand(matrix: list[list[float]], expected: float) -> None:
    """Known condition numbers: of the shear the golden ratio squared, of the 4x4 Hilbert matrix from tables."""
    assert expected == pytest.approx(condition(np.array(matrix)), rel=1e-9)
    assert expected == pytest.approx(condition(np.array(matrix).T * 1e-30), rel=1e-9)


def test_float32() -> None:
    """A float32 matrix is decomposed in float64, which separates nearly singular from singular."""
    matrix = np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-20]], "float32")

    assert 2.0**22 == pytest.approx(condition(matrix), rel=1e-5)


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((3, 2)),
        np.ones((3, 4)),
        np.outer([0.1, 0.7, 0.3], [0.3, 0.9]),
        np.array([[1.0, math.nan], [0.0, 1.0]]),
        np.array([[1.0, math.inf], [0.0, 1.0]]),
        np.zeros((0, 4)),
        np.eye(513),
    ],
    ids=["zeros", "ones", "rank 1", "nan", "infinite", "empty", "large"],
)
def test_none(matrix: np.ndarray[Any, Any]) -> None:
    """A matrix that is singular, not finite, empty or too large has none."""
    assert condition(matrix) is None


def weights_of(plan: Plan) -> np.ndarray[Any, Any]:
    """Return the kernel of a plan of one layer."""
    (kernel,) = (parameter for parameter in plan.parameters if parameter.role == "kernel")
    return drawn(kernel, "float64", Workers())


def spec_of(scheme: str) -> str:
    """Return a spec of one dense layer from 48 to 96 units."""
    return f"""
model: one
input: 48
layers:
  - {{name: fc, type: dense, units: 96, init: {scheme}}}
"""


def test_orthogonal(planned: Callable[..., Plan]) -> None:
    """An orthogonal kernel stretches every direction equally."""
    kernel = weights_of(planned(spec_of("orthogonal"), seed=3, dtype="float64"))

    assert 1.0 == pytest.approx(condition(kernel), rel=1e-7)


def test_gaussian(planned: Callable[..., Plan]) -> None:
    """For a normal kernel of 48 x 96 it is near (1 + sqrt(1/2)) / (1 - sqrt(1/2)), by Marchenko and Pastur."""
    kernel = weights_of(planned(spec_of("he_normal"), seed=3, dtype="float64"))

    assert (1 + math.sqrt(0.5)) / (1 - math.sqrt(0.5)) == pytest.approx(condition(kernel), rel=0.15)
