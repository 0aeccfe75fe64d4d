"""Parameters with dependent elements: exact constraints, and tests of the remaining randomness."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics import bounds, lines
from winitgen.audit.statistics.exact import FIXED, Comparison, room_of
from winitgen.audit.statistics.lattice import Lattice, epsilon_of, is_coarse, smallest_of
from winitgen.audit.statistics.laws import Law, law_of
from winitgen.audit.statistics.right_angles import parted
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import Test, tests_of
from winitgen.drawing.distributions.axis_blocks import AxisBlocks
from winitgen.drawing.distributions.distribution import Distribution
from winitgen.drawing.whole.chrono import Chrono
from winitgen.drawing.whole.delta_orthogonal import DeltaOrthogonal
from winitgen.drawing.whole.normed import KernelLengths, SingularVector
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.drawing.whole.repeated import Repeated
from winitgen.drawing.whole.sparse import Sparse
from winitgen.numeric.arrays import Array
from winitgen.numeric.scratch import Workspace

LARGEST = 2048
"""Largest number of columns whose products are all computed; beyond it, random sign vectors are used."""

_VECTORS = 8


class Examination(NamedTuple):
    """The result: tests with their p-values, certain errors, and the sample of independent values, or of each block."""

    tests: list[Test]
    wrong: list[str]
    sample: Sample | None = None
    blocks: tuple[Sample | None, ...] = ()


@singledispatch
def examine(distribution: object, values: Array) -> Examination:
    """Examine all values of a parameter, flat, in C order and in the format of the file."""
    raise NotImplementedError(type(distribution).__name__)


@examine.register
def _(distribution: Orthogonal, values: Array) -> Examination:
    own = distribution
    matrices = values.astype(np.float64).reshape(own.matrices, own.rows, own.columns)
    return _orthogonal(matrices, own.gain, values.dtype)


@examine.register
def _(distribution: DeltaOrthogonal, values: Array) -> Examination:
    rows, columns, *kernel_size = distribution.shape
    kernel = values.astype(np.float64).reshape(distribution.shape)
    centre: Any = (..., *((size - 1) // 2 for size in kernel_size))
    groups = distribution.groups
    found = _orthogonal(
        kernel[centre].reshape(groups, rows // groups, columns), distribution.gain, values.dtype
    )
    others = int(np.count_nonzero(kernel)) - int(np.count_nonzero(kernel[centre]))
    wrong = [f"{others:,} values off the centre of the kernel are not 0"] if others else []
    return Examination(found.tests, wrong + found.wrong)


def _orthogonal(matrices: Array, gain: float, dtype: np.dtype[Any]) -> Examination:
    """Check that the shorter of rows and columns are orthogonal, and test that their directions are random."""
    rows, columns = matrices.shape[1:]
    long = max(rows, columns)
    tests: list[Test] = []
    wrong: list[str] = []
    room = _room(gain, long, dtype)
    for matrix in matrices / gain:
        tall = matrix if rows >= columns else matrix.T
        if not wrong:
            wrong = _products(tall, room, gain, "columns" if rows >= columns else "rows") or parted(
                tall, epsilon_of(dtype), "rows" if rows >= columns else "columns"
            )
        share = float(tall.sum()) / math.sqrt(rows * columns)
        tests.append(
            Test(
                "mean",
                share * gain,
                0.0,
                share * math.sqrt(long),
                bounds.spherical_cap(max(abs(share) - room, 0.0), long),
            )
        )
        largest = float(np.abs(tall).max()) - room
        tests.append(
            Test(
                "extremes",
                largest * gain,
                math.nan,
                None,
                bounds.spherical_cap(max(largest, 0.0), long, tall.size),
            )
        )
    return Examination(tests, wrong)


def _room(gain: float, long: int, dtype: np.dtype[Any]) -> float:
    """Return the tolerance for a product of two unit vectors, after rounding and a QR in float32, which frameworks use for float64 too."""
    lost = smallest_of(dtype) / gain * math.sqrt(long)
    return 1.1 * epsilon_of(dtype) + lost + 2.0**-24 * (64.0 + 4.0 * math.sqrt(long))


def _products(tall: Array, room: float, gain: float, which: str) -> list[str]:
    """Return what is wrong with the norms of the columns, or else with their products."""
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
    return [f"the {which} are not orthogonal: their products reach {off:.2g} of the squared gain"]


def _signs(size: int) -> Array:
    """Return vectors of random signs, shape (size, `_VECTORS`)."""
    from winitgen.drawing import keystream

    words = np.empty(size * _VECTORS, "<u4")
    keystream.words(bytes(16), 0, words)
    return np.where(words >> 31, 1.0, -1.0).reshape(size, _VECTORS)


@examine.register
def _(distribution: KernelLengths, values: Array) -> Examination:
    wide = values.astype(np.float64)
    bad = int((~((wide > 0) & (wide <= distribution.extent.reach * 1.01))).sum())
    largest = f"{distribution.extent.reach:.4g}"
    return Examination([], [f"{bad:,} of {wide.size:,} lengths are not from 0 to {largest}"] if bad else [])


@examine.register
def _(distribution: SingularVector, values: Array) -> Examination:
    wide = values.astype(np.float64)
    size = math.sqrt(float((wide * wide).sum()))
    if abs(size - 1.0) <= 1e-4 + epsilon_of(values.dtype):
        return Examination([], [])
    return Examination([], [f"the length of the vector is {size:.4g}, not 1"])


@examine.register
def _(distribution: Repeated, values: Array) -> Examination:
    own = distribution
    kernels = values.reshape(own.count, own.times, own.size)
    unequal = int((kernels != kernels[:, :1]).any(axis=(1, 2)).sum())
    law = law_of(own.base)
    wrong = [f"{unequal:,} of {own.count:,} groups of {own.times} kernels are not equal"] if unequal else []
    return _sampled(law, kernels[:, 0].reshape(-1), wrong)


@examine.register
def _(distribution: Sparse, values: Array) -> Examination:
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
        bounds.binomial_tail(_vanishing(law, values.dtype), own.nonzeros * counts.size, missing),
    )
    return found._replace(tests=[*found.tests, zero])


def _vanishing(law: Law, dtype: np.dtype[Any]) -> float:
    """Return the probability that a value is rounded to 0."""
    if is_coarse(law, dtype):
        lattice = Lattice(law, dtype)
        return float(lattice.shares[np.flatnonzero(lattice.numbers == 0.0)].sum())
    return smallest_of(dtype) / law.std + 2.0**-32  # a 32-bit generator can return 0 with this probability


@examine.register
def _(distribution: Chrono, values: Array) -> Examination:
    gates = values.reshape(4, distribution.units)
    wrong = []
    if np.any(gates[0] != -gates[1]):
        wrong.append("the biases of the input gate are not the negatives of the forget gate's")
    if np.any(gates[2:]):
        wrong.append("the biases of the gates g and o are not 0")
    return _sampled(Law("log_uniform", low=0.0, high=distribution.reach), gates[1], wrong)


@examine.register
def _(distribution: AxisBlocks, values: Array) -> Examination:
    own = distribution
    edges = np.cumsum(own.sizes)[:-1]
    found = Examination([], [])
    for number, block in enumerate(np.split(values.reshape(own.shape), edges, own.axis)):
        one = _block(own.parts[number], np.ascontiguousarray(block).reshape(-1))
        name = f"block {number}"
        tests = [test._replace(name=f"{name} {test.name}") for test in one.tests]
        wrong = [f"{name}: {line}" for line in one.wrong]
        found = Examination(found.tests + tests, found.wrong + wrong, blocks=(*found.blocks, one.sample))
    return found


def _block(part: Distribution, values: Array) -> Examination:
    """Examine one block as a parameter of its own."""
    law = law_of(part)
    if law is not None:
        found = _sampled(law, values, [])
        assert found.sample is not None
        return found._replace(wrong=lines.impossible(found.sample))
    if isinstance(part, FIXED):
        comparison = Comparison(room_of(part))
        planned = part.sampler("float64", values.size)(b"", 0, values.size, Workspace())
        comparison.see(values, planned)
        return Examination([], comparison.why())
    return examine(part, values)


def _sampled(law: Law | None, values: Array, wrong: list[str]) -> Examination:
    """Return the tests of values that were drawn independently."""
    assert law is not None  # the base of a repeated kernel has independent values
    sample = Sample(law, values.dtype, values.size)
    sample.see(values)
    return Examination(tests_of(sample), wrong, sample)
