"""Histograms as inline SVG: bars, the target density, labelled ends."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from winitgen.drawing.density import Density, bounds, pdf
from winitgen.report.columns import number
from winitgen.report.page import text

WIDTH, HEIGHT = 280.0, 110.0
_LEFT, _RIGHT, _TOP, _BASE = 4.0, 276.0, 4.0, 92.0
"""The area of the bars: its sides, its top, and its base line."""

_ENOUGH = 12
"""Least average number of values in a bar; with fewer, neighbouring bins are merged."""

_LEAST_BARS = 8
_ROOM = 84.0
"""Least distance from either end to the label of zero, so that labels do not overlap."""

_STEPS = 96
"""Line segments of a curve."""

Points = list[tuple[float, float]]

_DRAWING = """<svg viewBox="0 0 {width:g} {height:g}" role="img">
<title>{title}</title>
<path class="bars" fill="#8fb4e3" d="{bars}"/>
{curve}<path class="axis" fill="none" stroke="#566070" d="M{left:g} {base:g}H{right:g}"/>
{ends}
</svg>"""


def histogram(histogram: dict[str, Any], density: Density | None, title: str) -> str:
    """Return a report's histogram as SVG, below the curve of its target density.

    ``title`` is the alternative text. The SVG contains no styles: its classes are ``bars``, ``curve``,
    ``axis`` and ``end``.
    """
    low, high = histogram["low"], histogram["high"]
    spread = high > low
    counts = merged(histogram["counts"]) if spread else list(histogram["counts"])
    curve = _expected_counts(low, high, sum(counts) / len(counts), density) if spread and density else []
    most = max(*counts, *(y for _, y in curve)) or 1
    return _DRAWING.format(
        width=WIDTH,
        height=HEIGHT,
        title=text(title),
        bars=_bars(counts, most),
        curve=_curve([(_horizontal(x, low, high), _vertical(y, most)) for x, y in curve]),
        left=_LEFT,
        right=_RIGHT,
        base=_BASE,
        ends="\n".join(_ends(low, high)),
    )


def merged(counts: Sequence[int]) -> list[int]:
    """Return the counts with pairs of bins merged, repeatedly, until a bar has enough values on average.

    >>> merged([3] * 64)
    [12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12]
    """
    wide = list(counts)
    while len(wide) > _LEAST_BARS and len(wide) % 2 == 0 and sum(wide) < _ENOUGH * len(wide):
        wide = [first + second for first, second in zip(wide[::2], wide[1::2], strict=True)]
    return wide


def _expected_counts(low: float, high: float, average: float, density: Density) -> Points:
    """Return the curve of the expected count of a bar at each x; ``average`` is the mean count of all bars.

    If the density has bounds, the curve starts and ends at zero.
    """
    begin, end = (min(max(edge, low), high) for edge in bounds(density))
    points = [begin + (end - begin) * step / _STEPS for step in range(_STEPS)] + [end]
    curve = [(x, average * (high - low) * pdf(density, x)) for x in points]
    if math.isfinite(bounds(density)[0]):
        curve = [(begin, 0.0), *curve, (end, 0.0)]
    return curve


def _horizontal(x: float, low: float, high: float) -> float:
    """Return the horizontal coordinate of a value."""
    return _LEFT + (_RIGHT - _LEFT) * ((x - low) / (high - low))


def _vertical(count: float, most: float) -> float:
    """Return the vertical coordinate of a bar's top; a bar that is not empty is at least 1 high."""
    return _BASE - max((_BASE - _TOP) * count / most, 1.0 if count else 0.0)


def _bars(counts: Sequence[int], most: float) -> str:
    """Return the outline of all bars as the data of one path."""
    width = (_RIGHT - _LEFT) / len(counts)
    steps = (
        f"V{_vertical(count, most):.1f}H{_LEFT + width * bar:.2f}" for bar, count in enumerate(counts, 1)
    )
    return f"M{_LEFT:g} {_BASE:g}{''.join(steps)}V{_BASE:g}Z"


def _curve(points: Points) -> str:
    """Return the curve as one path, or nothing if there are no points."""
    if not points:
        return ""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="curve" fill="none" stroke="#b3420a" stroke-width="1.5" d="M{path}"/>\n'


def _ends(low: float, high: float) -> Iterator[str]:
    """Yield the labels below the axis: of both ends, and of zero if there is room between them."""
    if not high > low:
        yield _end((_LEFT + _RIGHT) / 2, "middle", low)
        return
    yield _end(_LEFT, "start", low)
    zero = _horizontal(0.0, low, high)
    if _LEFT + _ROOM < zero < _RIGHT - _ROOM:
        yield f'<path class="axis" fill="none" stroke="#566070" d="M{zero:.1f} {_BASE:g}v4"/>'
        yield _end(zero, "middle", 0.0)
    yield _end(_RIGHT, "end", high)


def _end(x: float, anchor: str, value: float) -> str:
    """Return one label."""
    return (
        f'<text class="end" x="{x:.1f}" y="{_BASE + 14:g}" text-anchor="{anchor}" font-size="11" '
        f'fill="#566070">{number(value)}</text>'
    )
