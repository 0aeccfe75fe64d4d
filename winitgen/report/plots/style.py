"""Colours, markers and line styles, distinguishable by colour-blind readers and in black and white."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase
    from matplotlib.legend import Legend

from winitgen.report.plots.canvas import background, ink, page_width, text_width
from winitgen.report.plots.labels import wrapped

_BLACK = "#000000"

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", _BLACK, "#F0E442")
"""The palette of Okabe & Ito 2008, the lightest last."""

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1, 1)),
    (0, (5, 1.5, 1, 1.5)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (2, 2)),
    (0, (8, 2, 2, 2)),
)


class Look(NamedTuple):
    """The colour, marker and line style of one run in every panel."""

    colour: str
    marker: str
    dashes: Any


def look(index: int) -> Look:
    """Return the look of the run with this index; the first 64 all differ."""
    cycle, colour = divmod(index, 8)
    own = ink() if _COLOURS[colour] == _BLACK else _COLOURS[colour]
    return Look(
        _mixed(own, ink(), 0.7) if is_dark() else own,
        _MARKERS[(colour + cycle) % 8],
        _DASHES[(colour + cycle) % 8],
    )


def tint(colour: Any, share: float = 0.35) -> str:
    """Return a colour mixed with that of the page, paler but opaque."""
    return _mixed(colour, background(), share)


def _mixed(colour: Any, other: str, share: float) -> str:
    """Return a colour of which this share is the first, the rest another one."""
    from matplotlib.colors import to_hex, to_rgb

    pairs = zip(to_rgb(colour), to_rgb(other), strict=True)
    red, green, blue = (ground + (channel - ground) * share for channel, ground in pairs)
    return str(to_hex((red, green, blue)))


def is_dark() -> bool:
    """Whether the page that is being drawn is dark."""
    from matplotlib.colors import to_rgb

    return bool(to_rgb(background())[0] < 0.5)


def faint() -> str:
    """Return the colour of notes beside values."""
    return tint(ink(), 0.6)


def shade() -> str:
    """Return the colour of a band behind values."""
    return tint(ink(), 0.1)


def by_depth(count: int) -> list[Any]:
    """Return one colour per layer, perceptually uniform, and visible on the page."""
    from matplotlib import colormaps

    dark = is_dark()
    shares = (index / max(count - 1, 1) for index in range(count))
    return [colormaps["viridis"](1.0 - 0.75 * share if dark else 0.9 * share) for share in shares]


def beside(panels: int, least: float) -> int:
    """Return how many of these panels stand side by side: all, if each has this width in inches, or half of four, or one."""
    room = int(page_width() / least)
    return panels if room >= panels else 2 if panels == 4 and room >= 2 else 1


_HEAD = 0.17
"""Height of a further line of a title, in inches."""


def headed(figure: FigureBase, title: str, size: float = 10.0, weight: str = "bold") -> None:
    """Put a title above a figure, in as many lines as it needs."""
    text = wrapped(title, page_width() - 0.25, size, weight)
    figure.suptitle(text, x=0.1 / page_width(), ha="left", fontsize=size, fontweight=weight)


def head_height(title: str, size: float = 10.0, weight: str = "bold") -> float:
    """Return the height in inches of all lines of a title but the first."""
    return _HEAD * wrapped(title, page_width() - 0.25, size, weight).count("\n")


def _columns(labels: list[str]) -> int:
    """Return how many entries of a legend fit side by side."""
    widest = max(text_width(line, 8.0) for label in labels for line in label.split("\n"))
    return max(1, min(len(labels), int((page_width() - 0.2) / (widest + 0.6))))


def legend_height(labels: list[str]) -> float:
    """Return the height of `legend_below` in inches."""
    lines = [label.count("\n") + 1 for label in _wrapped(labels)]
    columns = _columns(_wrapped(labels))
    rows = math.ceil(len(labels) / columns)
    return 0.15 + 0.165 * max(sum(lines[start : start + rows]) for start in range(0, len(lines), rows))


def _wrapped(labels: list[str]) -> list[str]:
    """Return labels in lines that fit beside their signs."""
    return [wrapped(label, page_width() - 0.9) for label in labels]


def legend_below(figure: FigureBase, handles: list[Any], labels: list[str]) -> Legend:
    """Add a legend below a figure, with as many entries in a line as fit."""
    # matplotlib omits labels that begin with an underscore.
    shown = [f" {label}" if label.startswith("_") else label for label in _wrapped(labels)]
    return figure.legend(handles, shown, loc="outside lower center", ncols=_columns(shown))
