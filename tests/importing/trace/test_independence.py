"""Values that are no independent draws, though each follows a law."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from winitgen.importing.trace.independence import correlate, meeting, repeats
from winitgen.importing.trace.measured import measured
from winitgen.numeric.arrays import Array

Draw = Callable[[np.random.Generator], Array]


def drawn(draw: Draw, seeds: int = 16) -> list[Array]:
    """Return what a function draws with several seeds."""
    return [draw(np.random.default_rng(seed)) for seed in range(seeds)]


def bfloat16(values: Array) -> Array:
    """Return values with 8 significant bits."""
    fraction, exponent = np.frexp(values)
    return np.asarray(np.ldexp(np.round(fraction * 256) / 256, exponent))


def symmetric(values: Array) -> Array:
    """Return a matrix plus its transpose."""
    return np.asarray(values + values.T)


INDEPENDENT: dict[str, Draw] = {
    "normal": lambda rng: rng.normal(size=(300, 200)),
    "one axis": lambda rng: rng.normal(3.0, 0.1, 2000),
    "few": lambda rng: rng.uniform(-1, 1, (3, 5)),
    "coarse": lambda rng: bfloat16(rng.uniform(0.9, 1.1, (200, 100))),
    "short axes": lambda rng: rng.normal(size=(50, 1, 2, 3)),
}
REPEATING: dict[str, Draw] = {
    "equal rows": lambda rng: np.tile(rng.normal(size=(1, 90)), (7, 1)),
    "opposite": lambda rng: np.outer([1, -1], rng.normal(size=90)),
    "coarse": lambda rng: np.repeat(bfloat16(rng.uniform(0.9, 1.1, 900)), 2),
    "two of many": lambda rng: rng.normal(size=9000)[np.arange(9001) % 9000],
}
CORRELATING: dict[str, Draw] = {
    "moved rows": lambda rng: rng.normal(size=(60, 50)) + rng.normal(size=(60, 1)),
    "moved columns": lambda rng: rng.normal(size=(60, 50)) + 0.5 * rng.normal(size=50),
    "moved as a whole": lambda rng: rng.normal(size=400) + rng.normal(),
    "centred": lambda rng: rng.normal(size=(60, 50)) @ (np.eye(50) - 1 / 50),
}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_independent_values(name: str) -> None:
    """Neither is seen, in any number format and shape, of two draws or of many."""
    for seeds in (2, 16):
        assert not correlate(drawn(INDEPENDENT[name], seeds))
    assert not repeats(drawn(INDEPENDENT[name]))


@pytest.mark.parametrize("name", REPEATING)
def test_repeated_values(name: str) -> None:
    """Places that are equal, or opposite, with every seed."""
    assert repeats(drawn(REPEATING[name]))


@pytest.mark.parametrize("name", CORRELATING)
def test_correlated_values(name: str) -> None:
    """Means that spread too much, or too little."""
    assert correlate(drawn(CORRELATING[name]))


def test_neither_is_a_law() -> None:
    """Normal values that are not independent have no scheme; the same ones without the relation have."""
    related: list[Draw] = [
        lambda rng: symmetric(rng.normal(size=(64, 64))),
        CORRELATING["moved as a whole"],
    ]

    assert [None, None] == [measured(iter(drawn(draw, 64)), 2.0**-23) for draw in related]
    assert measured(iter(drawn(INDEPENDENT["normal"])), 2.0**-23) is not None


def test_arrays_that_meet() -> None:
    """Each array with its first forerunner that has a value, or its opposite, with every seed."""

    def arrays(rng: np.random.Generator) -> list[Array]:
        one, two, three = rng.normal(size=(20, 30)), rng.normal(size=50), rng.normal(size=(7, 11))
        return [one, two, one.T, three, np.append(rng.normal(size=9), -two[3]), three.ravel()[::-1]]

    assert {2: 0, 4: 1, 5: 3} == meeting(arrays(np.random.default_rng(seed)) for seed in range(16))
    assert {} == meeting([bfloat16(rng.uniform(size=900)), bfloat16(rng.uniform(size=800))] for rng in RNGS)


RNGS = [np.random.default_rng(seed) for seed in range(40, 56)]
