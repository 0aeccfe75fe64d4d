"""Judges what tensors have to do with each other: equal parts, and correlations."""

from __future__ import annotations

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.relations.correlation import of_tensors
from winitgen.audit.statistics.relations.parts import Parts

MOST = 3
"""Most lines about correlations of one tensor with others."""


def relate(parts: Parts, level: float) -> int:
    """Add lines about equal parts and correlations to the rows; return the number of pairs that were tested.

    Equal parts cannot happen by chance; the chance of a false line about a correlation is at most ``level``.
    """
    parts.compare()
    found, pairs = of_tensors(parts.traces)
    chances = [one.p for one in found] + [1.0] * (pairs - len(found))
    lines: dict[int, list[str]] = {}
    for one, bad in zip(found, bounds.rejections(chances, level), strict=False):
        if bad and not parts.told(one.one, one.two):
            name = parts.traces[one.one].row.tensor.name
            text = f"values correlate with those of {name}: r is about {one.value:.1f}, planned 0"
            lines.setdefault(one.two, []).append(text)
    for number, texts in lines.items():
        parts.traces[number].row.related += texts[:MOST]
    return pairs
