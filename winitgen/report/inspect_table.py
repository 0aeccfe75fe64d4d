"""The output of ``winitgen inspect``: one line for each tensor, or all details of one tensor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import compress
from typing import Any

from winitgen.errors import printable
from winitgen.report.columns import number, size
from winitgen.report.packed_rows import PackedRows
from winitgen.report.titles import FILE, HEADER
from winitgen.report.unread import reasons

BARS = 16
"""Characters of a histogram in the table."""

ROWS = 32
"""Most lines in the histogram of a single tensor."""

WIDTH = 40
"""Characters in the longest bar of these lines."""

COMPLEX = "complex numbers z: std is that of |z - mean|; min, max and histogram are those of |z|"
"""What the columns of a complex tensor mean."""

Table = tuple[list[str], list[list[str]]]


def table(report: dict[str, Any], *, bars: str) -> tuple[list[str], PackedRows]:
    """Return head and rows; ``bars`` are the characters of histograms, from low to high.

    Columns of statistics that are empty in every row are left out.
    """
    rows = PackedRows((_cells(row, bars) for row in report["tensors"]), FILE, HEADER)
    return rows.head, rows


def _cells(row: dict[str, Any], bars: str) -> list[str]:
    """Return the cells of a row, in the order of `FILE`."""
    cells = [
        shown_name(row["name"]),
        shown_shape(row["shape"]),
        printable(row["dtype"]),
        _size(row["bytes"]),
    ]
    found = row["statistics"]
    if found is None:
        return [*cells, *([""] * (len(FILE) - len(HEADER)))]
    values = [shown_value(found[key]) for key in ("mean", "std", "min", "max")]
    counts = [_count(found[key]) for key in ("zeros", "nan", "infinite")]
    return [*cells, *values, *counts, line(found["histogram"], bars)]


_size = lru_cache(1000)(size)  # of very many tensors most are of a few sizes


def shown_name(name: str) -> str:
    """Return a tensor's name in printable characters."""
    return printable(name) or "(no name)"


def shown_shape(shape: list[int] | None) -> str:
    """Return a shape as text.

    >>> shown_shape([500, 784]), shown_shape([]), shown_shape(None)
    ('500x784', 'scalar', 'none')
    """
    if shape is None:
        return "none"
    return "x".join(map(str, shape)) or "scalar"


def shown_value(value: float | str | list[float] | None) -> str:
    """Return one value as text: a whole number in full, any other with four significant digits; a list is a complex number.

    >>> shown_value(123456), shown_value(0.123456), shown_value("nan"), shown_value(None), shown_value([1.0, -0.5])
    ('123456', '0.1235', 'nan', '', '1-0.5i')
    """
    if type(value) is float:
        return f"{value:.4g}"
    if value is None:
        return ""
    if isinstance(value, list):
        real, imaginary = map(number, value)
        return f"{real}{'' if imaginary.startswith('-') else '+'}{imaginary}i"
    return number(value) if isinstance(value, float) else str(value)


def _count(count: int | None) -> str:
    return f"{count:,}" if count else ""


def line(histogram: dict[str, Any] | None, bars: str) -> str:
    """Return a histogram of any number of bins as a line of `BARS` bars.

    The count of a bin that spans several bars is divided among them.

    >>> line({"low": 0.0, "high": 1.0, "counts": [1] * 8 + [2] * 24}, " .:")
    '....::::::::::::'
    >>> line({"low": 0.5, "high": 0.5, "counts": [9]}, " .:")
    '        :       '
    """
    if histogram is None:
        return ""
    if histogram["low"] == histogram["high"]:
        return _lone_bar(bars)
    counts = histogram["counts"]
    shares = [0] * BARS
    for count, parts in compress(zip(counts, _parts(len(counts)), strict=True), counts):
        for bar, covered in parts:
            shares[bar] += count * covered
    steps, top = len(bars) - 1, max(shares)
    return "".join([bars[-(-share * steps // top)] if share else bars[0] for share in shares])


@cache
def _lone_bar(bars: str) -> str:
    """Return the line of values that are all equal, as those of most biases are."""
    return f"{bars[0] * (BARS // 2)}{bars[-1]}{bars[0] * (BARS - BARS // 2 - 1)}"


@cache
def _parts(bins: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return for each of so many bins the bars that it covers, and how much of each, in parts of a bar."""
    return tuple(
        tuple(
            (bar, min((index + 1) * BARS, (bar + 1) * bins) - max(index * BARS, bar * bins))
            for bar in range(index * BARS // bins, -(-(index + 1) * BARS // bins))
        )
        for index in range(bins)
    )


def detail(row: dict[str, Any], *, bars: str) -> Iterator[str]:
    """Yield all details of one tensor."""
    yield f"{shown_name(row['name'])}: {shown_shape(row['shape'])}, {printable(row['dtype'])}, {size(row['bytes'])}"
    statistics = row["statistics"]
    if row["unread"]:
        yield from reasons([(row["name"], row["unread"])])
    if statistics is None:
        return
    yield f"{plural(row['elements'], 'value')}: {', '.join(_kinds(statistics))}"
    if is_complex(row):
        yield COMPLEX
    if statistics["finite"]:
        yield ", ".join(f"{key} {shown_value(statistics[key])}" for key in ("mean", "std", "min", "max"))
    if row["elements"]:
        yield from _norms_and_quantiles(row)
        yield f"first values: {', '.join(map(shown_value, row['first']))}"
    if statistics["histogram"] is not None:
        yield ""
        yield from _histogram_lines(statistics["histogram"], bars)


def is_complex(row: dict[str, Any]) -> bool:
    """Return whether the figures of a tensor are those of the modulus of complex numbers."""
    return row["statistics"] is not None and row["statistics"]["of"] == "modulus"


def _norms_and_quantiles(row: dict[str, Any]) -> Iterator[str]:
    """Yield a line about the norms of a tensor, and one about its quantiles."""
    if row["quantiles"] is None:
        return
    yield f"L1 norm {shown_value(row['l1'])}, L2 norm {shown_value(row['l2'])}"
    shares = (f"{float(share):.0%} {number(value)}" for share, value in row["quantiles"].items())
    yield f"quantiles: {', '.join(shares)}"


def _kinds(statistics: dict[str, Any]) -> Iterator[str]:
    """Yield the number of values of each kind."""
    yield f"{statistics['finite']:,} finite"
    yield f"{statistics['zeros']:,} zero"
    yield f"{statistics['nan']:,} NaN"
    yield f"{statistics['infinite']:,} infinite"


def _histogram_lines(histogram: dict[str, Any], bars: str) -> Iterator[str]:
    """Yield one line for each bin: its lower edge, its count, and a bar."""
    counts, joined = histogram["counts"], 1
    while -(-len(counts) // joined) > ROWS:
        joined *= 2
    sums = [sum(counts[start : start + joined]) for start in range(0, len(counts), joined)]
    edges = [number(_edge(histogram, index * joined)) for index in range(len(sums))]
    texts = [f"{count:,}" for count in sums]
    most = max(sums)
    for edge, text, count in zip(edges, texts, sums, strict=True):
        bar = bars[-1] * -(-count * WIDTH // most)
        yield f"{edge:>{max(map(len, edges))}}  {text:>{max(map(len, texts))}}  {bar}".rstrip()


def _edge(histogram: dict[str, Any], index: int) -> float:
    """Return the lower edge of a bin, counted from the nearer end: the whole range may exceed that of float64."""
    low, high, bins = histogram["low"], histogram["high"], len(histogram["counts"])
    width = high / bins - low / bins
    return float(low + index * width if 2 * index < bins else high - (bins - index) * width)


def plural(count: int, what: str) -> str:
    """Return a count and what is counted, such as ``2 tensors``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
