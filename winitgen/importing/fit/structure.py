"""Whether values are independent: tests of rows, columns and neighbours, which noise passes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from winitgen.importing.fit.reading import Rows
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

FAR = 8.0
"""Standard errors at which a test rejects: noise is never there, and training moves large matrices far beyond."""

FEW = 8
"""Rows or columns below which nothing is said about them."""

ITERATIONS = 12

MONOTONE = 8
"""Values of a vector of which one in 20,000 rises, or falls, from end to end."""


LITTLE = 20.0
"""Bits of chance that are taken for none."""


def structure_of(rows: Rows, bits: float | None = None, far: float = FAR) -> str:
    """Return what makes the values of a matrix dependent, or an empty text.

    ``bits`` is how many a value has that is one of few, all equally likely; None for a value that hardly comes again.
    A test rejects beyond ``far`` standard errors.
    """
    values = rows.values.astype(np.float64)
    values /= near(float(np.abs(values).max(initial=0.0)))
    spread = float(values.std())
    if spread == 0.0:
        return ""
    if rows.whole and (found := _repetition(rows.values, bits) or _order(values)):
        return found
    standard = (values - values.mean()) / spread
    tests = [
        *_energies(standard, two=bits == 1.0),
        *_spectrum(standard),
        *(_neighbours(standard) if rows.adjacent else []),
    ]
    worst = max(tests, key=lambda test: abs(test[1]), default=("", 0.0))
    return f"{worst[0]} ({abs(worst[1]):.0f} standard errors)" if abs(worst[1]) > far else ""


def _repetition(values: Array, bits: float | None) -> str:
    """Return that rows are equal, if they are too long for chance."""
    count, width = values.shape
    if count < 2 or (width * values.itemsize < 16 if bits is None else width * bits < _bits_of_pairs(count)):
        return ""
    flat = np.ascontiguousarray(values).view(f"V{width * values.itemsize}")
    distinct = np.unique(flat.reshape(-1)).size
    return f"only {distinct:,} of {count:,} rows are different" if distinct < count else ""


def _bits_of_pairs(count: int) -> float:
    """Return how many bits a row must have, so that no two of ``count`` are equal by chance."""
    return 2 * math.log2(count) - 1 + LITTLE


def _order(values: Array) -> str:
    """Return that a vector rises or falls from end to end."""
    flat = values.reshape(-1)
    if max(values.shape) != flat.size or flat.size < MONOTONE:
        return ""
    steps = np.diff(flat)
    if (steps > 0).all() or (steps < 0).all():
        return f"its {flat.size:,} values {'rise' if steps[0] > 0 else 'fall'} from the first to the last"
    return ""


def _energies(standard: Array, *, two: bool) -> Iterator[tuple[str, float]]:
    """Yield a test of the means and one of the mean squares, of rows and of columns, each in standard errors.

    The squares of ``two`` equally likely values are equal, and say nothing.
    """
    squared = standard * standard
    kurtosis = float(np.vdot(squared, squared)) / squared.size
    for axis, what in ((1, "rows"), (0, "columns")):
        count, width = standard.shape[1 - axis], standard.shape[axis]
        if count < FEW or width < 2:
            continue
        means = standard.mean(axis=axis) * math.sqrt(width)
        squares = squared.mean(axis=axis) - 1.0
        room = max(kurtosis - 1.0, 0.05)
        norms = [] if two else [(f"its {what} differ in their norms", squares**2 * width / room)]
        for text, terms in ((f"its {what} differ in their means", means**2), *norms):
            lost = 1.0 - 1.0 / count if what == "rows" else 1.0 - 1.0 / max(count, 2)
            error = math.sqrt((2.0 + 48.0 / width) / count)
            offset = float(terms.mean()) - lost
            yield text if offset > 0 else text.replace("differ", "are too equal"), offset / error


def _neighbours(standard: Array) -> Iterator[tuple[str, float]]:
    """Yield a test of the products of neighbours along each axis, in standard errors."""
    for axis, what in ((1, "rows"), (0, "columns")):
        if standard.shape[axis] < 2 or standard.size < 64:
            continue
        before, after = (standard[:, :-1], standard[:, 1:]) if axis else (standard[:-1], standard[1:])
        products = before * after
        yield f"neighbours in its {what} are correlated", float(products.sum()) / math.sqrt(products.size)


def _spectrum(standard: Array) -> Iterator[tuple[str, float]]:
    """Yield a test of the largest singular value, which what is learned in few directions raises above that of noise.

    Of a matrix (m, n) of independent values of variance 1, its square is (sqrt m + sqrt n)^2, give or take a few
    times (sqrt m + sqrt n) (1 / sqrt m + 1 / sqrt n)^(1/3) (Johnstone 2001, theorem 1.1). Here it is found from
    below, by power iteration.
    """
    count, width = standard.shape
    if min(count, width) < FEW:
        return
    both = math.sqrt(count) + math.sqrt(width)
    error = both * (1 / math.sqrt(count) + 1 / math.sqrt(width)) ** (1 / 3)
    direction = standard[int(np.argmax((standard**2).sum(axis=1)))]
    square = 0.0
    for _ in range(ITERATIONS):
        direction = direction / np.sqrt(direction @ direction)
        image = standard @ direction
        square = float(image @ image)
        direction = image @ standard
    share = math.sqrt(square) / both
    if share > 1:
        yield f"its largest singular value is {share:.3g} times that of noise", (square - both**2) / error
