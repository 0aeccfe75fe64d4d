"""A table that is made to fit a terminal: columns left out in the order of their worth, and names shortened in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

GAP = 2
"""Characters between two columns."""

SHORTEST_NAME = 20
"""Characters that are left of a name at least."""

SCHEME = "scheme"
"""The column whose cells end in a formula."""

FORMULA = "scheme's formula"
"""What is left out of that column before it is left out itself."""

WORTH = (
    *("out histogram", "last out histogram", "histogram", "first", "mean |a-b|", "measured mean", "mean", "out mean", "pre mean"),
    *("fan_out", "fan_in", FORMULA, "condition", "gain back", "type", "at the ends", "scatter", "elements", "infinite", "zeros", "min", "max"),
    *("dtype", "bytes", "chosen by", "gain", "measured std", "beyond", "B", "A", "from", "activation", "tied", "buffers", "multiply-adds", SCHEME),
    *("pre std", "dead", "saturated", "gradient std", "out std", "margin"),
)  # fmt: skip
"""What is left out of a table that is too wide, the least worth first."""

_SCHEMES = re.compile(r"[a-z0-9_]+(?: \| [a-z0-9_]+)*")


class Fitted(NamedTuple):
    """The columns of a table that are shown, by their places, and their widths.

    ``brief`` are the places of columns without their formulas.
    """

    places: tuple[int, ...]
    widths: tuple[int, ...]
    brief: tuple[int, ...]

    def cells(self, row: Sequence[str]) -> list[str]:
        """Return the cells of a row that are shown, each at most as long as its column is wide."""
        cells = [without_formula(row[place]) if place in self.brief else row[place] for place in self.places]
        return [shortened(cell, width) for cell, width in zip(cells, self.widths, strict=True)]

    def left_out(self, head: Sequence[str]) -> list[str]:
        """Return the columns that are left out, or what is left out of them."""
        gone = [title for place, title in enumerate(head) if place not in self.places]
        return [*gone, *([FORMULA] if any(place in self.places for place in self.brief) else [])]


def fitted(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int,
    worth: Sequence[str] = WORTH,
    names: Sequence[str] = (),
) -> Fitted | None:
    """Return the columns of a table that fit in ``width`` characters, or None if not even the most worth do.

    What is left out first stands first in ``worth``. The first column, which has names, is never left out; it is shortened
    last, with those of ``names``, which have names too.
    """
    widths, briefs = _widths(head, rows)
    shown = list(range(len(head)))
    brief: list[int] = []
    for title in worth:
        if _total(widths, shown) <= width:
            break
        if title == FORMULA:
            brief = [place for place in shown if head[place] == SCHEME]
            widths = briefs
        else:
            shown = [place for place in shown if head[place] != title or place == 0]
    named = [place for place in shown if place == 0 or head[place] in names]
    for place in named:
        widths[place] = min(widths[place], width)  # a file may have a name of a megabyte
    for _ in range(_total(widths, shown) - width):
        longest = max(named, key=lambda place: widths[place])
        if widths[longest] <= SHORTEST_NAME:
            return None
        widths[longest] -= 1
    return Fitted(tuple(shown), tuple(widths[place] for place in shown), tuple(brief))


def fits_whole(head: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> bool:
    """Return whether a table is at most ``width`` characters wide as it is."""
    return _total(_widths(head, rows)[0], range(len(head))) <= width


def _widths(head: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[list[int], list[int]]:
    """Return the width of each column, and that of each without formulas."""
    widths = [len(title) for title in head]
    formulas = [place for place, title in enumerate(head) if title == SCHEME]
    briefs = dict.fromkeys(formulas, len(SCHEME))
    for row in rows:
        widths = list(map(max, widths, map(len, row)))
        for place in formulas:
            briefs[place] = max(briefs[place], len(without_formula(row[place])))
    return widths, [briefs.get(place, width) for place, width in enumerate(widths)]


def _total(widths: Sequence[int], shown: Sequence[int]) -> int:
    return sum(widths[place] for place in shown) + GAP * (len(shown) - 1)


def without_formula(scheme: str) -> str:
    """Return the name of a scheme without the formula behind it.

    >>> without_formula("he_normal std = sqrt(2/784) = 0.05051"), without_formula("constant 0.01")
    ('he_normal', 'constant 0.01')
    """
    found = _SCHEMES.match(scheme) if " = " in scheme else None
    return found[0] if found else scheme


def shortened(text: str, width: int) -> str:
    """Return a text of at most ``width`` characters, its middle replaced by three dots if it has more.

    >>> shortened("encoder.layers.3.self_attn.in_proj_weight", 24)
    'encoder.la...proj_weight'
    """
    if len(text) <= width:
        return text
    start = (width - len(DOTS)) // 2
    return f"{text[:start]}{DOTS}{text[len(text) - (width - len(DOTS) - start) :]}"


DOTS = "..."
