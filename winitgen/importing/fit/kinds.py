"""Which kind of distribution values have: normal, uniform, or a normal that is cut."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics.lattice import Lattice, epsilon_of, is_coarse, smallest_of
from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import Test, tests_of
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

UNLIKELY = 1e-6
"""A test that gives a law less chance than this refuses it."""

CUTS = (2.0, 3.0, 1.0, 1.5, 2.5, 4.0)
"""Where normals are cut, in standard deviations before the cut, the usual place first."""

RARITY = {0.0: 0.0, 2.0: 0.5, 3.0: 3.0}
"""The logarithm of how many models of the usual kind there are for one that cuts there; others are rarer."""

RAREST = 5.0

ERRORS = 3.0
"""Standard errors within which a number is taken for another."""


class ValueMoments(NamedTuple):
    """What the values of equal tensors are like as a whole: how many, mean, standard deviation and ends."""

    values: int
    mean: float
    std: float
    low: float
    high: float


class LawKind(NamedTuple):
    """A kind of distribution, with its numbers as they are seen.

    ``number`` is the standard deviation of a normal, that before the cut of a cut one, and half the width of a
    uniform; the true one is within ``room`` of it, as a share, below and above. ``cut`` is in standard deviations.
    ``doubt`` is the logarithm of how much less likely it is than the likeliest kind.
    """

    kind: str
    centre: float
    number: float
    room: tuple[float, float]
    cut: float = 0.0
    doubt: float = 0.0

    @property
    def law(self) -> Law:
        """The law with these numbers."""
        if self.kind == "uniform":
            return Law("uniform", self.centre, self.number, -1.0, 1.0)
        if self.kind == "normal":
            return Law("normal", self.centre, self.number)
        return Law("truncated_normal", self.centre, self.number, -self.cut, self.cut)

    @property
    def std(self) -> float:
        """The standard deviation of the values."""
        return self.law.std


class Fit(NamedTuple):
    """A kind and its tests; ``chance`` is the least that a test gives it."""

    kind: LawKind
    tests: list[Test]
    chance: float


def fits(values: Array, moments: ValueMoments) -> list[Fit]:
    """Return every kind with its tests against a sample of the values, the likeliest first."""
    found = [_fit(kind, values, moments) for kind in _kinds(moments, values)]
    return sorted(found, key=lambda fit: -fit.chance)


def passing(found: Sequence[Fit]) -> list[LawKind]:
    """Return the kinds that no test refuses: of cut normals the likeliest."""
    best = max(fit.chance for fit in found)
    kinds = [
        fit.kind._replace(doubt=math.log(best / fit.chance) + RARITY.get(fit.kind.cut, RAREST))
        for fit in found
        if fit.chance > UNLIKELY
    ]
    plain = [kind for kind in kinds if kind.kind != "truncated_normal"]
    cut = [kind for kind in kinds if kind.kind == "truncated_normal"]
    return plain + sorted(cut, key=lambda kind: kind.doubt)[:1]


def _kinds(moments: ValueMoments, values: Array) -> Iterator[LawKind]:
    dtype = values.dtype
    step = epsilon_of(dtype)
    error = ERRORS / math.sqrt(2 * moments.values) + step**2
    mean = moments.mean if _off_zero(moments) else 0.0
    below = error if error < 1 else error / (1 + error)  # no number is infinitely far from another one
    normal = LawKind("normal", mean, moments.std, (below, error))
    yield _unrounded(normal, values)
    yield from _uniform(moments, values)
    yield from _cut_kinds(moments, values.dtype, error)


def _uniform(moments: ValueMoments, values: Array) -> Iterator[LawKind]:
    """Yield the uniform that ends at the largest value; a coarse format moves that, so the spread has a say too."""
    step = epsilon_of(values.dtype)
    centre = (moments.high + moments.low) / 2 if _off_zero(moments) else 0.0
    reach = max(moments.high - centre, centre - moments.low)
    beyond = 12.0 / moments.values + step
    if not (reach > 0 and 0.6 < moments.std * math.sqrt(3) / reach < 1.35):
        return
    kind = LawKind("uniform", centre, reach, (step, beyond))
    if values.dtype.itemsize > 2:
        yield kind
        return
    spread = _unrounded(kind._replace(number=moments.std * math.sqrt(3)), values).number
    error = ERRORS * 0.45 / math.sqrt(moments.values) + step**2
    low = max(reach - _half_step(moments, values.dtype), spread * (1 - error))
    high = min(reach * (1 + beyond), spread * (1 + error))
    if low <= high:
        number = min(max(spread, low), high)
        yield kind._replace(number=number, room=(1 - low / number + 1e-12, high / number - 1 + 1e-12))


def _off_zero(moments: ValueMoments) -> bool:
    """Return whether the mean is not 0."""
    return abs(moments.mean) > 4.5 * moments.std / math.sqrt(moments.values)


def _half_step(moments: ValueMoments, dtype: np.dtype[Any]) -> float:
    """Return by how much rounding may have moved the largest value away from the centre."""
    edge = max(abs(moments.low), abs(moments.high))
    return max(math.ldexp(epsilon_of(dtype), math.frexp(edge)[1] - 1), smallest_of(dtype)) / 2


def _cut_kinds(moments: ValueMoments, dtype: np.dtype[Any], error: float) -> Iterator[LawKind]:
    """Yield the normals cut at the largest value, if so few values beyond it would be a wonder in a plain normal."""
    centre = moments.mean if _off_zero(moments) else 0.0
    reach = max(moments.high - centre, centre - moments.low)
    step, half = epsilon_of(dtype), _half_step(moments, dtype)
    for cut in CUTS:
        unit = Law("truncated_normal", 0.0, 1.0, -cut, cut)
        parent = moments.std / unit.std
        density = 2 * math.exp(-cut * cut / 2) / math.sqrt(2 * math.pi) / math.erf(cut / math.sqrt(2))
        gap = 12.0 / (density * moments.values * cut) + step
        low = max(parent * (1 - error), (reach - half) / cut)
        high = min(parent * (1 + error), reach / cut * (1 + gap))
        if low <= high and _is_cut(moments, reach, cut):
            number = min(max(parent, low), high)
            yield LawKind(
                "truncated_normal", centre, number, (1 - low / number + 1e-12, high / number - 1 + 1e-12), cut
            )


def _is_cut(moments: ValueMoments, reach: float, cut: float) -> bool:
    """Return whether a plain normal would have values beyond the largest, in all but a few in a thousand files."""
    expected = moments.values * math.erfc(reach / moments.std / math.sqrt(2))
    return expected > (10.0 if cut > 2.0 else 7.0) or cut < 2.0


def _unrounded(kind: LawKind, values: Array) -> LawKind:
    """Return a kind with its number before rounding to a coarse format."""
    if values.dtype.itemsize > 1 or not is_coarse(kind.law, values.dtype):
        return kind
    lattice = Lattice(kind.law, values.dtype)
    mean = float((lattice.shares * lattice.numbers).sum())
    rounded = math.sqrt(float((lattice.shares * (lattice.numbers - mean) ** 2).sum()))
    return kind._replace(number=kind.number * kind.std / rounded) if rounded else kind


def _fit(kind: LawKind, values: Array, moments: ValueMoments) -> Fit:
    """Return a kind with the tests of a sample against it, and of the extremes of all values."""
    law = kind.law
    if kind.kind != "normal":  # an end that is only known to lie a little beyond the largest value
        law = Law(law.kind, law.centre, law.scale * (1 + min(kind.room[1], 1e-3) / 4), law.low, law.high)
    sample = Sample(law, values.dtype, values.size)
    sample.see(values)
    tests = tests_of(sample)
    chance = min(test.p for test in tests)
    if sample.outside:
        chance = 0.0
    if kind.kind == "normal":
        reach = max(moments.high - kind.centre, kind.centre - moments.low) / kind.number
        chance = min(chance, math.exp(-min(moments.values * math.erfc(reach / math.sqrt(2)), 700.0)))
    return Fit(kind, tests, chance)


def pooled(parts: Sequence[ValueMoments]) -> ValueMoments:
    """Return the moments of several tensors together."""
    if len(parts) == 1:
        return parts[0]
    count = sum(part.values for part in parts)
    scale = near(max(part.std for part in parts))
    mean = math.fsum(part.mean / scale * part.values for part in parts) / count
    square = (
        math.fsum(((part.std / scale) ** 2 + (part.mean / scale - mean) ** 2) * part.values for part in parts)
        / count
    )
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    return ValueMoments(count, mean * scale, math.sqrt(square) * scale, low, high)


def alike(parts: Sequence[ValueMoments]) -> bool:
    """Return whether several tensors can have one law: the same mean and standard deviation, within their errors."""
    whole = pooled(parts)
    for part in parts:
        error = 5.0 * math.sqrt(1.0 / (2 * part.values))
        if abs(part.std / whole.std - 1.0) > error + 1e-3:
            return False
        if abs(part.mean - whole.mean) > 5.5 * whole.std / math.sqrt(part.values):
            return False
    return True


def joined(samples: Sequence[Array]) -> Array:
    """Return samples as one, flat."""
    return np.concatenate([sample.reshape(-1) for sample in samples])
