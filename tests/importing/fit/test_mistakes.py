"""Values that follow no law, such as trained ones: named, with what is wrong with them, and never given one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.importing.fit.fitting import fit, normal, why
from winitgen.importing.fit.fitting import Lawless
from winitgen.numeric.arrays import Array


def low_rank() -> Array:
    """Noise, and four directions that were learned, with a seventh of its variance."""
    return normal(0, 200, 130) + 0.004 * normal(1, 200, 4, std=1) @ normal(2, 4, 130, std=1)


def rescaled_rows() -> Array:
    """Noise in rows of unequal norms."""
    return normal(0, 200, 130) * np.exp(normal(2, 200, 1, std=0.1))


def rescaled_columns() -> Array:
    """Noise in columns of unequal norms."""
    return normal(0, 200, 130) * np.exp(normal(2, 1, 130, std=0.1))


def heavy_tails() -> Array:
    """Student's t of four degrees of freedom."""
    return (np.random.default_rng(3).standard_t(4, (200, 130)) * 0.02).astype(np.float32)


def empty_rows() -> Array:
    """Two rows of zeros in a table."""
    values = normal(4, 100, 60)
    values[[3, 7]] = 0
    return values


def not_finite() -> Array:
    """One NaN and one infinity."""
    values = normal(4, 100, 60)
    values[3, 4], values[5, 6] = np.nan, -np.inf
    return values


def sparse() -> Array:
    """Half of the values are 0."""
    values = normal(4, 100, 60)
    values[np.random.default_rng(0).random(values.shape) < 0.5] = 0
    return values


def equal_rows() -> Array:
    """One row stands twice."""
    values = normal(4, 100, 60)
    values[7] = values[3]
    return values


def rounded_normals() -> Array:
    """Whole numbers that no rule gives, and that are not equally likely."""
    return np.rint(np.random.default_rng(0).normal(0, 30, (40, 50))).astype(np.int8)


def shuffled() -> Array:
    """The numbers from 0 on, each once, in an order of chance."""
    return np.random.default_rng(0).permutation(2000)


def empty_kernel() -> Array:
    """A channel of zeros in a convolution."""
    values = normal(4, 10, 6, 8)
    values[3] = 0
    return values


DEPENDENT = "these values are no independent draws: "
NO_SCHEME = "no scheme gives these values: "
WORDS: list[tuple[Callable[[], Array], str]] = [
    (low_rank, f"{DEPENDENT}its largest singular value is 1.32 times that of noise (35 standard errors); the nearest law is a normal of std 0.02139"),
    (rescaled_rows, f"{DEPENDENT}its rows differ in their norms (23 standard errors); the nearest law is a normal of std 0.02012"),
    (rescaled_columns, f"{DEPENDENT}its columns differ in their norms (25 standard errors); the nearest law is a normal of std 0.0201"),
    (heavy_tails, f"{NO_SCHEME}the nearest law is a normal of std 0.02797, but their kurtosis is 6.67, not 3"),
    (empty_rows, f"{NO_SCHEME}2 of its 100 rows are 0, the others not"),
    (not_finite, f"{NO_SCHEME}2 of its 6,000 values are not finite"),
    (sparse, f"{DEPENDENT}3,006 of its 6,000 values are 0; the nearest law is a normal of std 0.01405"),
    (equal_rows, f"{DEPENDENT}only 99 of 100 rows are different; the nearest law is a normal of std 0.01987"),
    (rounded_normals, f"{NO_SCHEME}no rule is found in its 2,000 int8 numbers, too many to write out; they are no random numbers from -117 to 92: std is 32.19, planned 60.62: 47 % off (z = -35.9)"),
    (shuffled, f"{NO_SCHEME}no rule is found in its 2,000 int64 numbers, too many to write out; they are no random numbers from 0 to 1999: fewer of them are equal than by chance: 0 pairs, planned 1,000"),
    (lambda: shuffled().astype(np.float32), f"{NO_SCHEME}its 2,000 values are whole numbers, but no random ones from 0 to 1999: fewer of them are equal than by chance: 0 pairs, planned 1,000"),
    (empty_kernel, f"{NO_SCHEME}its row 3 is 0, which only a table of two axes may have, called weight"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "words"), WORDS)
def test_why_there_is_no_law(values: Callable[[], Array], words: str) -> None:
    """Each mistake has its own words."""
    assert words == why(values())


def test_little_is_enough() -> None:
    """A thirtieth of the variance in two directions, or rows whose norms differ by a twentieth."""
    learned = 0.0025 * normal(1, 300, 2, std=1) @ normal(2, 2, 250, std=1)
    found = fit(
        {
            "low rank": normal(0, 300, 250) + learned,
            "rows": normal(0, 300, 250) * np.exp(normal(3, 300, 1, std=0.05)),
            "noise": normal(0, 300, 250),
        }
    )

    assert [True, True, False] == [isinstance(tensor, Lawless) for tensor in found.values()]


def test_a_tensor_without_a_law_is_given_with_its_reason() -> None:
    """The others have theirs; the caller decides what becomes of it."""
    found = fit({"a": normal(0, 40, 50), "b": heavy_tails(), "c": np.ones(3)})
    lawless = found["b"]

    assert isinstance(lawless, Lawless)
    assert ("b", (200, 130)) == (lawless.name, lawless.array.shape)
    assert not isinstance(found["a"], Lawless)
    assert not isinstance(found["c"], Lawless)
