"""Which measured laws a sample follows, and what is said of them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured.by_jax import BITS
from winitgen.audit.statistics.measured.chances import counts_of, nodes_of, of_masses, of_rare
from winitgen.audit.statistics.measured.masses import Masses
from winitgen.audit.statistics.measured.rare import Rare
from winitgen.audit.statistics.measured.table import LAWS, LibraryLaw
from winitgen.audit.statistics.sample import Sample
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
            counts = counts_of(sample, drawn, law.near) if isinstance(drawn, Masses) else None
            chances = of_rare(sample, drawn) if isinstance(drawn, Rare) else of_masses(sample, drawn, counts)
            if all(chance >= level for chance in chances):
                said, score = _said(law, sample, drawn), _score(sample, drawn, counts)
                found.append(Explanation(law, said, *nodes_of(sample, drawn), score))
                break
    return found


@lru_cache(maxsize=64)
def _drawn(law: LibraryLaw, planned: Law, dtype: np.dtype[Any]) -> tuple[Masses | Rare, ...]:
    """Return what a library draws of a planned law in a number format, if that was measured, and is within the format."""
    if planned.kind not in law.kinds or dtype.name not in law.formats:
        return ()
    return tuple(one for one in law.draw(planned, dtype) if isinstance(one, Rare) or one.is_sound)


def _score(sample: Sample, drawn: Masses | Rare, counts: Array | None) -> float:
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
            "count": 1 << BITS[sample.dtype.name],
            "low": low,
            "high": high,
            "reach": max(-low, high),
            "least": float(ends[0]),
            "lump": 1.0 / float(drawn.shares[likely][0]) if math.isfinite(low) else math.nan,
        }
    return f"{sample.dtype.name}: {law.said.format(**facts)}"
