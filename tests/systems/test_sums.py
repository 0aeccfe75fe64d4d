"""Python's own arithmetic changes between its versions; recorded values do not follow it."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterable
from functools import reduce
from operator import add

import numpy as np
import pytest

from winitgen.drawing.whole.singular import leading

plain_sum = sum


def compensated(values: Iterable[float], start: float = 0) -> float:
    """As ``sum`` adds floats from Python 3.12 on."""
    given = list(values)
    return math.fsum(given) if any(isinstance(value, float) for value in given) else plain_sum(given, start)


def in_order(values: Iterable[float], start: float = 0) -> float:
    """As ``sum`` adds floats before Python 3.12."""
    return reduce(add, values, start)


def test_vectors_do_not_depend_on_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    """The leading singular vectors of 40 matrices are the same bits, however Python adds floats."""
    rng = np.random.default_rng(5)
    matrices = [rng.normal(size=(rng.integers(3, 60), rng.integers(3, 60))) for _ in range(40)]
    starts = [rng.normal(size=min(matrix.shape)) for matrix in matrices]
    found = []
    for way in (compensated, in_order):
        monkeypatch.setattr(builtins, "sum", way)
        pairs = [leading(matrix, start) for matrix, start in zip(matrices, starts, strict=True)]
        found.append([vector.tobytes() for pair in pairs for vector in pair])

    assert found[0] == found[1]
