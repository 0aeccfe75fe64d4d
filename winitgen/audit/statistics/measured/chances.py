"""The chances of a sample under a measured law, by the tests that hold it against the ideal one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.measured.masses import Masses
from winitgen.audit.statistics.measured.rare import Rare
from winitgen.audit.statistics.sample import CLIP, POWERS, Sample
from winitgen.audit.statistics.tests import FEW, distance_to
from winitgen.numeric.arrays import Array


def of_masses(sample: Sample, drawn: Masses, counts: Array | None) -> Iterator[float]:
    """Yield the chances of the distribution, the extremes and the moments of a sample, or 0 if a value is impossible."""
    if counts is None:
        yield 0.0
        return
    values, weights = _standardised(sample, drawn.numbers), drawn.shares
    distance = np.abs(np.cumsum(counts) / sample.count - np.cumsum(weights)).max()
    yield bounds.kolmogorov(float(distance), sample.count)
    seen = np.flatnonzero(counts)
    yield min(1.0, sample.count * float(weights[: seen[0] + 1].sum()))
    yield min(1.0, sample.count * float(weights[seen[-1] :].sum()))
    for power in _powers(sample):
        raised = values**power
        yield _moment(raised, weights, float((counts * raised).sum()), sample.count)


def counts_of(sample: Sample, drawn: Masses, near: int) -> Array | None:
    """Return how often each number of a law occurs in a sample, or None if another one does.

    So many numbers of the format as ``near`` it may be off.
    """
    lattice = sample.lattice
    if lattice is None:
        return None
    places, seen = lattice.indices(drawn.numbers.astype(sample.dtype)), np.flatnonzero(sample.counts)
    after = np.clip(np.searchsorted(places, seen), 0, places.size - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(seen - places[before] < places[after] - seen, before, after)
    if np.abs(places[nearest] - seen).max(initial=0) > near:
        return None
    counts = np.bincount(nearest, sample.counts[seen], places.size)
    return counts if _is_whole(sample, drawn, counts, near) else None


def _is_whole(sample: Sample, drawn: Masses, counts: Array, near: int) -> bool:
    """Tell whether the values beyond the lattice, which it does not tell apart, are those of the law, by their ends and their sum."""
    if near:
        lattice = sample.lattice
        assert lattice is not None
        return bool(lattice.numbers[0] <= sample.low and sample.high <= lattice.numbers[-1])
    if sample.low < drawn.numbers[0] or sample.high > drawn.numbers[-1]:
        return False
    mean = float((counts * drawn.numbers).sum()) / sample.count
    return abs(sample.mean - mean) <= 1e-9 * (sample.law.std + abs(sample.law.mean))


def of_rare(sample: Sample, drawn: Rare) -> Iterator[float]:
    """Yield the chances of the rare values, the moments and the distribution of a sample, or 0 if a value is impossible."""
    if sample.lattice is not None:
        yield 0.0
        return
    yield from _rare_chances(sample, drawn)
    values, weights = nodes_of(sample, drawn)
    for power in _powers(sample):
        yield _moment(values**power, weights, float(sample.sums[power - 1]), sample.count)
    yield bounds.kolmogorov(distance_to(sample, drawn), sample.count)


def _rare_chances(sample: Sample, drawn: Rare) -> Iterator[float]:
    """Yield the chances of the number of rare values and of the farthest one, or 0 if one is impossible."""
    law, share = drawn.law, drawn.share
    if drawn.lump is None:
        farthest = max(sample.high - law.centre, law.centre - sample.low)
        beyond = law.beyond(farthest) / law.beyond(-law.low * law.scale)
        yield bounds.binomial_tail(share, sample.count, sample.outside)
        yield min(1.0, sample.count * share * min(1.0, beyond))
        return
    low, high, farthest = sample.far()
    if high or (low and sample.low != float(np.array(drawn.lump).astype(sample.dtype))):
        yield 0.0
        return
    yield bounds.binomial_tail(share, sample.count, low)
    yield min(1.0, sample.count * law.beyond(farthest))


def _moment(raised: Array, weights: Array, total: float, count: int) -> float:
    raised, weights = (one if one.ndim == 2 else one[:, np.newaxis] for one in (raised, weights))
    return bounds.chernoff(bounds.Draw.of(raised, weights), total / count, count)


def _powers(sample: Sample) -> tuple[int, ...]:
    return POWERS if sample.count >= FEW else POWERS[:2]


def _standardised(sample: Sample, numbers: Array) -> Array:
    return np.clip((numbers - sample.law.mean) / sample.law.std, -CLIP, CLIP)


def nodes_of(sample: Sample, drawn: Masses | Rare) -> tuple[Array, Array]:
    """Return the possible clipped values, in standard deviations of the plan, and their weights."""
    if isinstance(drawn, Masses):
        return _standardised(sample, drawn.numbers)[:, np.newaxis], drawn.shares[:, np.newaxis]
    values, weights = drawn.nodes()
    return np.clip(values, -CLIP, CLIP), weights
