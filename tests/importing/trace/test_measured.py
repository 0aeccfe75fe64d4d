"""Laws of values that were drawn again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.importing.trace.measured import MeasuredLaw, measured
from winitgen.numeric.arrays import Array

FLOAT32 = float(np.finfo(np.float32).eps)
SHAPE = (60, 50)


def draws(draw: Callable[[np.random.Generator], Any]) -> Iterator[Array]:
    """Yield values of one seed after another."""
    for seed in range(1000):
        yield np.asarray(draw(np.random.default_rng(seed)))


def law(draw: Callable[[np.random.Generator], Any]) -> MeasuredLaw | None:
    """Return the law of values that a function draws."""
    return measured(draws(draw), FLOAT32)


def cut(random: np.random.Generator) -> Array:
    """Return normal values within two standard deviations of 0.1."""
    values = random.normal(size=40000)
    return 0.1 * values[np.abs(values) < 2][:3000]


def time_steps(random: np.random.Generator) -> Array:
    """Return the inverse softplus of steps between 0.001 and 0.1, even in their logarithm."""
    steps = np.exp(random.uniform(np.log(0.001), np.log(0.1), 3000))
    return np.log(np.expm1(steps))


@pytest.mark.parametrize(
    ("draw", "init"),
    [
        (lambda random: random.normal(0, 0.02, SHAPE), {"scheme": "normal", "std": 0.02}),
        (lambda random: random.normal(1.5, 0.5, SHAPE), {"scheme": "normal", "mean": 1.5, "std": 0.5}),
        (lambda random: random.uniform(-0.3, 0.7, SHAPE), {"scheme": "uniform", "low": -0.3, "high": 0.7}),
        (cut, {"scheme": "truncated_normal", "std": 0.088}),
        (time_steps, "mamba_dt_bias"),
        (lambda random: np.linalg.qr(random.normal(size=(9, 5)))[0], "orthogonal"),
        (
            lambda random: 2 * np.linalg.qr(random.normal(size=(9, 5)))[0].T,
            {"scheme": "orthogonal", "gain": 2.0},
        ),
    ],
)
def test_laws_that_are_found(draw: Callable[[np.random.Generator], Any], init: object) -> None:
    """The scheme, with numbers as short as the standard error of the values allows."""
    found = law(draw)

    assert found is not None
    assert (init, True) == (found.init, found.random)


def gates(random: np.random.Generator) -> Array:
    """Return four orthogonal matrices, one above the other."""
    return np.concatenate([np.linalg.qr(random.normal(size=(32, 32)))[0] for _ in range(4)])


@pytest.mark.parametrize(
    ("ends", "init"),
    [
        ((-0.05, 0.05), {"scheme": "uniform", "low": -0.05, "high": 0.05}),
        ((0, 0.1), {"scheme": "uniform", "low": 0.0, "high": 0.1}),
        ((-0.1, 0), {"scheme": "uniform", "low": -0.1, "high": 0.0}),
        ((0.66, 0.71), {"scheme": "uniform", "low": 0.66, "high": 0.71}),
    ],
)
def test_a_narrow_uniform_law_is_plain(ends: tuple[float, float], init: object) -> None:
    """It is no law of time steps, which is nearly uniform between ends so near to each other."""
    found = law(lambda random: random.uniform(*ends, (300, 400)))

    assert found is not None
    assert init == found.init


@pytest.mark.parametrize(("low", "high"), [(0.002, 0.5), (0.001, 0.5)])
def test_time_steps_between_other_ends(low: float, high: float) -> None:
    """They are found where their ends are round numbers."""
    found = law(lambda random: np.log(np.expm1(np.exp(random.uniform(np.log(low), np.log(high), 3000)))))

    assert found is not None
    assert {"scheme": "mamba_dt_bias", "low": low, "high": high} == found.init


def test_gates_are_blocks() -> None:
    """Matrices that are orthogonal each are no one matrix with a gain, though all of its columns are at right angles."""
    found = law(gates)

    assert found is not None
    assert {"scheme": "blocks", "sizes": [32] * 4, "init": ["orthogonal"] * 4} == found.init


def unit_rows(random: np.random.Generator) -> Array:
    """Return normals whose rows have the length 1."""
    values = random.normal(size=(200, 150))
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def symmetric(random: np.random.Generator) -> Array:
    """Return a symmetric matrix of normals."""
    values = random.normal(size=(200, 200))
    return values + values.T


@pytest.mark.parametrize(
    "draw",
    [
        unit_rows,
        symmetric,
        lambda random: np.sort(random.normal(size=5000)),
        lambda random: np.sort(random.uniform(size=500)),
        lambda random: np.sort(random.normal(size=(100, 100)), axis=1),
        lambda random: np.stack([np.linalg.qr(random.normal(size=(32, 32)))[0] for _ in range(8)]),
        lambda random: np.linalg.qr(random.normal(size=(300, 8)))[0] * np.linspace(1, 1.2, 8),
    ],
)
def test_values_that_depend_on_each_other(draw: Callable[[np.random.Generator], Any]) -> None:
    """They follow no law, though each alone is a normal or uniform value."""
    assert law(draw) is None


@pytest.mark.parametrize(
    "draw",
    [
        lambda random: random.laplace(0, 0.02, SHAPE),
        lambda random: random.exponential(1, SHAPE),
        lambda random: random.normal(0, 1, SHAPE) * random.choice([0.5, 1.5], SHAPE),
        lambda random: np.where(random.random(SHAPE) < 0.3, 0, random.normal(0, 1, SHAPE)),
        lambda random: random.beta(2, 2, SHAPE),
    ],
)
def test_laws_that_are_none(draw: Callable[[np.random.Generator], Any]) -> None:
    """Values of another distribution are not said to be normal or uniform."""
    assert law(draw) is None


def test_values_that_a_seed_does_not_change() -> None:
    """They are counted out, and are not random; a row of zeros in a table is its padding."""
    table = [[0.0, 1.0], [0.0, 0.0], [np.sin(2), np.cos(2)], [np.sin(3), np.cos(3)]]

    assert MeasuredLaw("arange", "", random=False) == law(lambda _: [0.0, 1, 2, 3])
    found = measured(iter([np.array(table)] * 2), FLOAT32, table=True)
    assert MeasuredLaw("sinusoidal", "", random=False, zero_row=1) == found


@pytest.mark.parametrize(
    ("row", "sizes"), [(0, [1, 11]), (3, [3, 1, 8]), (11, [11, 1])], ids=["first", "inner", "last"]
)
@pytest.mark.parametrize("start", [0, 2])
def test_a_row_of_zeros_in_what_is_no_table(row: int, sizes: list[int], start: int) -> None:
    """It is a block between two of sinusoids, which draw the positions as they were."""
    rates = 10000.0 ** (-np.arange(4) / 4)
    angles = np.arange(start, start + 12)[:, None] * rates
    values = np.stack([np.sin(angles), np.cos(angles)], -1).reshape(12, 8)
    values[row] = 0
    found = law(lambda _: values)

    assert found is not None
    assert isinstance(found.init, dict)
    assert (found.init["scheme"], found.init["sizes"], found.zero_row) == ("blocks", sizes, None)
    layers = [{"name": "w", "type": "param", "shape": [12, 8], "init": found.init}]
    drawn = winitgen.generate({"model": "m", "layers": layers})["w"]
    np.testing.assert_allclose(drawn, values, atol=1e-6)


def test_the_evidence_is_told() -> None:
    """How many values of how many seeds were measured stands in a comment."""
    found = law(lambda random: random.normal(0, 0.02, SHAPE))

    assert found is not None
    assert "measured on 132,000 values of 44 seeds" == found.evidence


WHOLE: dict[str, tuple[Callable[[np.random.Generator], Any], Any]] = {
    "flags": (lambda random: random.random(300) < 0.5, {"scheme": "integers", "high": 2}),
    "signs": (lambda random: random.integers(0, 2, 300) * 2 - 1, None),
    "digits": (lambda random: np.floor(random.random((40, 9)) * 10), {"scheme": "integers", "high": 10}),
    "below zero": (lambda random: random.integers(-5, 3, 500), {"scheme": "integers", "low": -5, "high": 3}),
    "uneven flags": (lambda random: random.random(300) < 0.45, None),
    "rounded normals": (lambda random: np.rint(random.normal(0, 3, 3000)), None),
    "eighths": (lambda random: random.integers(0, 16, 3000) / 8, None),
    "a permutation": (lambda random: random.permutation(300), None),
    "the same numbers twice": (lambda random: np.tile(random.integers(0, 9, 300), 2), None),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers(name: str) -> None:
    """Whole numbers that come equally often are found, in a format of them; others are not taken for them, nor as a law of fractions."""
    draw, init = WHOLE[name]
    found = measured(draws(draw), 0.0)

    assert init == (None if found is None else found.init)
