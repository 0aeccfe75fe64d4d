"""Parameters whose elements depend on one another: what must hold exactly, and what is left to chance."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.lattice import Lattice, epsilon_of, is_coarse, smallest_of
from winitgen.audit.statistics.laws import Law, law_of
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import Test, tests_of
from winitgen.drawing.whole.chrono import Chrono
from winitgen.drawing.whole.delta_orthogonal import DeltaOrthogonal
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.drawing.whole.repeated import Repeated
from winitgen.drawing.whole.sparse import Sparse
from winitgen.numeric.arrays import Array

LARGEST = 2048
"""Rows or columns up to which all products are taken; beyond, those with a few vectors of signs."""

_VECTORS = 8


class Examined(NamedTuple):
    """What was found: tests with their chances, what is wrong for certain, and samples that were drawn."""

    tests: list[Test]
    wrong: list[str]
    sample: Sample | None = None


@singledispatch
def examine(distribution: object, values: Array) -> Examined:
    """Return what is found about all values of a parameter, flat and in C order, in the format of the file."""
    raise NotImplementedError(type(distribution).__name__)


@examine.register
def _(distribution: Orthogonal, values: Array) -> Examined:
    own = distribution
    matrices = values.astype(np.float64).reshape(own.matrices, own.rows, own.columns)
    return _orthogonal(matrices, own.gain, values.dtype)


@examine.register
def _(distribution: DeltaOrthogonal, values: Array) -> Examined:
    rows, columns, *kernel_size = distribution.shape
    kernel = values.astype(np.float64).reshape(distribution.shape)
    centre: Any = (..., *((size - 1) // 2 for size in kernel_size))
    groups = distribution.groups
    found = _orthogonal(
        kernel[centre].reshape(groups, rows // groups, columns), distribution.gain, values.dtype
    )
    others = int(np.count_nonzero(kernel)) - int(np.count_nonzero(kernel[centre]))
    wrong = [f"{others:,} values beside the centre of the kernel are not 0"] if others else []
    return Examined(found.tests, wrong + found.wrong)


def _orthogonal(matrices: Array, gain: float, dtype: np.dtype[Any]) -> Examined:
    """Check that the fewer of rows and columns are orthogonal, and that they point anywhere."""
    rows, columns = matrices.shape[1:]
    long = max(rows, columns)
    tests: list[Test] = []
    wrong: list[str] = []
    room = _room(gain, long, dtype)
    for matrix in matrices / gain:
        tall = matrix if rows >= columns else matrix.T
        if not wrong:
            wrong = _products(tall, room, gain, "columns" if rows >= columns else "rows")
        share = float(tall.sum()) / math.sqrt(rows * columns)
        tests.append(
            Test(
                "mean",
                share * gain,
                0.0,
                share * math.sqrt(long),
                bounds.cap(max(abs(share) - room, 0.0), long),
            )
        )
        largest = float(np.abs(tall).max()) - room
        tests.append(
            Test("extremes", largest * gain, math.nan, None, bounds.cap(max(largest, 0.0), long, tall.size))
        )
    return Examined(tests, wrong)


def _room(gain: float, long: int, dtype: np.dtype[Any]) -> float:
    """Return how far a product of two unit vectors may be off: by rounding, and by a QR in float32, before float64 too."""
    lost = smallest_of(dtype) / gain * math.sqrt(long)
    return 1.1 * epsilon_of(dtype) + lost + 2.0**-24 * (64.0 + 4.0 * math.sqrt(long))


def _products(tall: Array, room: float, gain: float, which: str) -> list[str]:
    """Return what is wrong with the lengths of the columns, or else with their products."""
    lengths = np.sqrt((tall * tall).sum(axis=0))
    off = float(np.abs(lengths - 1.0).max())
    if not off <= room:
        low, high = float(lengths.min()) * gain, float(lengths.max()) * gain
        return [f"the {which} have norms from {low:.4g} to {high:.4g}, planned {gain:.4g}"]
    if tall.shape[1] <= LARGEST:
        products = tall.T @ tall
        np.fill_diagonal(products, 0.0)
        off = float(np.abs(products).max())
        room = 2 * room
    else:
        signs = _signs(tall.shape[1])
        off = float(np.abs(tall.T @ (tall @ signs) - signs).max())
        room = 2 * room * math.sqrt(tall.shape[1]) * 6
    if off <= room:
        return []
    return [f"the {which} are not orthogonal: products of them reach {off:.2g} of the squared gain"]


def _signs(size: int) -> Array:
    """Return vectors of signs, shape (size, few)."""
    from winitgen.drawing import keystream

    words = np.empty(size * _VECTORS, "<u4")
    keystream.words(bytes(16), 0, words)
    return np.where(words >> 31, 1.0, -1.0).reshape(size, _VECTORS)


@examine.register
def _(distribution: Repeated, values: Array) -> Examined:
    own = distribution
    kernels = values.reshape(own.count, own.times, own.size)
    unequal = int((kernels != kernels[:, :1]).any(axis=(1, 2)).sum())
    law = law_of(own.base)
    wrong = [f"{unequal:,} of {own.count:,} groups of {own.times} kernels are not equal"] if unequal else []
    return _sampled(law, kernels[:, 0].reshape(-1), wrong)


@examine.register
def _(distribution: Sparse, values: Array) -> Examined:
    own = distribution
    matrices = values.reshape(own.matrices, own.rows, own.columns)
    counts = np.count_nonzero(matrices, axis=2 if own.incoming else 1)
    many, units = int((counts > own.nonzeros).sum()), "rows" if own.incoming else "columns"
    wrong = []
    if many:
        wrong.append(
            f"{many:,} of {counts.size:,} {units} have more than {own.nonzeros} non-zeros, up to {counts.max()}"
        )
    law = Law("normal", 0.0, own.std)
    missing = int(np.maximum(own.nonzeros - counts, 0).sum())
    drawn = matrices[matrices != 0].reshape(-1)
    found = _sampled(law, np.append(drawn, np.zeros(missing, drawn.dtype)), wrong)
    zero = Test(
        "zeros",
        missing,
        0.0,
        None,
        bounds.several(_vanishing(law, values.dtype), own.nonzeros * counts.size, missing),
    )
    return found._replace(tests=[*found.tests, zero])


def _vanishing(law: Law, dtype: np.dtype[Any]) -> float:
    """Return the probability that a value is rounded to 0."""
    if is_coarse(law, dtype):
        lattice = Lattice(law, dtype)
        return float(lattice.shares[np.flatnonzero(lattice.numbers == 0.0)].sum())
    return smallest_of(dtype) / law.std + 2.0**-32  # a generator of 32 bits can give 0 as often


@examine.register
def _(distribution: Chrono, values: Array) -> Examined:
    gates = values.reshape(4, distribution.units)
    wrong = []
    if np.any(gates[0] != -gates[1]):
        wrong.append("the biases of the input gate are not the opposite of the forget gate's")
    if np.any(gates[2:]):
        wrong.append("the biases of the gates g and o are not 0")
    return _sampled(Law("log_uniform", low=0.0, high=distribution.reach), gates[1], wrong)


def _sampled(law: Law | None, values: Array, wrong: list[str]) -> Examined:
    """Return the tests of values that were drawn one by one."""
    assert law is not None  # the base of a repeated kernel is drawn value by value
    sample = Sample(law, values.dtype, values.size)
    sample.see(values)
    return Examined(tests_of(sample), wrong, sample)
