"""Which measured laws a sample follows, by the tests that hold it against the ideal law."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.masses import Masses
from winitgen.audit.statistics.measured.rare import Rare
from winitgen.audit.statistics.measured.table import LAWS, LibraryLaw
from winitgen.audit.statistics.sample import CLIP, POWERS, Sample
from winitgen.audit.statistics.tests import FEW, distance_to
from winitgen.numeric.arrays import Array


class Explanation(NamedTuple):
    """A law that a sample follows, in words, and its possible standardised values, clipped, with their weights.

    ``score`` is the mean logarithm of the probabilities of the values, 0 for a law of a wide format.
    """

    law: LibraryLaw
    said: str
    values: Array
    weights: Array
    score: float

    @property
    def line(self) -> str:
        """The law in words, with the library."""
        return f"as {self.law.library} {self.law.verb} {self.said}"


def explanations(sample: Sample, level: float) -> list[Explanation]:
    """Return the measured laws under which no test of a sample has a chance below ``level``, in the order of the table."""
    found = []
    for law in LAWS:
        for drawn in _drawn(law, sample.law, sample.dtype):
            chances = (
                _of_masses(sample, drawn, law.near) if isinstance(drawn, Masses) else _of_rare(sample, drawn)
            )
            if chances and min(chances) >= level:
                found.append(
                    Explanation(
                        law,
                        _said(law, sample, drawn),
                        *_nodes(sample, drawn),
                        _score(sample, drawn, law.near),
                    )
                )
                break
    return found


@lru_cache(maxsize=64)
def _drawn(law: LibraryLaw, planned: Law, dtype: np.dtype[Any]) -> tuple[Masses | Rare, ...]:
    """Return what a library draws of a planned law in a number format, as far as it was measured."""
    if planned.kind not in law.kinds or dtype.name not in law.formats:
        return ()
    return tuple(law.draw(planned, dtype))


def _of_masses(sample: Sample, drawn: Masses, near: int) -> list[float] | None:
    """Return the chances of the moments, the distribution and the extremes of a sample, or None if a value is impossible."""
    counts = _counts(sample, drawn, near)
    if counts is None:
        return None
    values, weights = _standardised(sample, drawn.numbers), drawn.shares
    chances = [
        _moment(values**power, weights, float((counts * values**power).sum()), sample.count)
        for power in _powers(sample)
    ]
    distance = np.abs(np.cumsum(counts) / sample.count - np.cumsum(weights)).max()
    seen = np.flatnonzero(counts)
    ends = weights[: seen[0] + 1].sum(), weights[seen[-1] :].sum()
    return [
        *chances,
        bounds.kolmogorov(float(distance), sample.count),
        *(min(1.0, sample.count * end) for end in ends),
    ]


def _counts(sample: Sample, drawn: Masses, near: int) -> Array | None:
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
    """Tell whether the values beyond the lattice, which it does not tell apart, are those of the law, by their sum."""
    if near:
        lattice = sample.lattice
        assert lattice is not None
        return bool(lattice.numbers[0] <= sample.low and sample.high <= lattice.numbers[-1])
    mean = float((counts * drawn.numbers).sum()) / sample.count
    return abs(sample.mean - mean) <= 1e-9 * (sample.law.std + abs(sample.law.mean))


def _of_rare(sample: Sample, drawn: Rare) -> list[float] | None:
    """Return the same chances, with that of the number of rare values, or None if a value is impossible."""
    if sample.lattice is not None:
        return None
    values, weights = _nodes(sample, drawn)
    chances = [
        _moment(values**power, weights, float(sample.sums[power - 1]), sample.count)
        for power in _powers(sample)
    ]
    chances.append(bounds.kolmogorov(distance_to(sample, drawn), sample.count))
    return None if (rare := list(_rare_chances(sample, drawn))) == [0.0] else [*chances, *rare]


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
    return bounds.chernoff(raised, weights, total / count, count)


def _powers(sample: Sample) -> tuple[int, ...]:
    return POWERS if sample.count >= FEW else POWERS[:2]


def _standardised(sample: Sample, numbers: Array) -> Array:
    return np.clip((numbers - sample.law.mean) / sample.law.std, -CLIP, CLIP)


def _nodes(sample: Sample, drawn: Masses | Rare) -> tuple[Array, Array]:
    """Return the possible clipped values, in standard deviations of the plan, and their weights."""
    if isinstance(drawn, Masses):
        return _standardised(sample, drawn.numbers)[:, np.newaxis], drawn.shares[:, np.newaxis]
    values, weights = drawn.nodes()
    return np.clip(values, -CLIP, CLIP), weights


def _score(sample: Sample, drawn: Masses | Rare, near: int) -> float:
    counts = _counts(sample, drawn, near) if isinstance(drawn, Masses) else None
    if counts is None or isinstance(drawn, Rare):
        return 0.0
    return float((counts * np.log(np.maximum(drawn.shares, 2.0**-40))).sum()) / sample.count


def _said(law: LibraryLaw, sample: Sample, drawn: Masses | Rare) -> str:
    """Return a law in words, with the number format and what was measured."""
    planned = sample.law
    if isinstance(drawn, Rare):
        facts: dict[str, Any] = {"lump": 1.0 / drawn.share, "least": drawn.lump}
    else:
        likely = drawn.shares > 0.0
        ends = drawn.numbers[likely][[0, -1]]
        low, high = ((ends - planned.centre) / planned.scale).tolist()
        facts = {
            "count": int(np.count_nonzero(likely)),
            "low": low,
            "high": high,
            "reach": max(-low, high),
            "least": float(ends[0]),
            "lump": 1.0 / float(drawn.shares[likely][0]) if math.isfinite(low) else math.nan,
        }
    return f"{sample.dtype.name}: {law.said.format(**facts)}"
