"""The summary table: its columns, and the cells of each tensor as text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from winitgen.errors import printable
from winitgen.report.rows_on_demand import RowsOnDemand
from winitgen.report.titles import DRAWN, PLANNED, WHY

NUMERIC = {
    *("fan_in", "fan_out", "mean", "std", "measured mean", "measured std", "min", "max", "values"),
    *("bytes", "zeros", "NaN", "infinite", "differing", "beyond", "max |a-b|", "mean |a-b|"),
    *(
        "trainable",
        "buffers",
        "tied",
        "multiply-adds",
        "saturated",
        "at the ends",
        "dead",
        "condition",
        "scatter",
    ),
}
"""Columns that are right-aligned."""


def table(report: dict[str, Any], *, why: bool = False) -> tuple[list[str], Iterator[list[str]]]:
    """Return the head of a report's table, and its rows one after another.

    If nothing was drawn, the column "chosen by" replaces the measured columns; with ``why`` it stands behind them.
    """
    drawn = _is_drawn(report)
    if drawn and why:
        return [*DRAWN, WHY], ([*_cells(row, drawn=True), row["why"]] for row in report["tensors"])
    head = [*DRAWN] if drawn else [*PLANNED]
    return head, (_cells(row, drawn=drawn) for row in report["tensors"])


def _is_drawn(report: dict[str, Any]) -> bool:
    """Return whether a report has statistics of drawn values."""
    rows = report["tensors"]
    return rows.drawn if isinstance(rows, RowsOnDemand) else any(row["measured"] for row in rows)


def _cells(row: dict[str, Any], *, drawn: bool) -> list[str]:
    cells = [
        row["name"],
        "x".join(str(size) for size in row["shape"]) or "scalar",
        row["dtype"],
        f"{row['scheme']} {row['formula']}".strip(),
        _fan(row["fan_in"]),
        _fan(row["fan_out"]),
        number(row["planned"]["mean"]),
        number(row["planned"]["std"]),
    ]
    if not drawn:
        return [*cells, row["why"]]
    measured = row["measured"] or dict.fromkeys(("mean", "std", "min", "max"))
    return [*cells, *(number(measured[key]) for key in ("mean", "std", "min", "max"))]


def sort_keys(report: dict[str, Any]) -> list[list[float | None]]:
    """Return the sort key of each cell of a report's table: its number at full precision, None if text or empty.

    A shape is sorted by its number of elements.
    """
    drawn = _is_drawn(report)
    return [_keys(row, drawn=drawn) for row in report["tensors"]]


def _keys(row: dict[str, Any], *, drawn: bool) -> list[float | None]:
    target = row["planned"]
    measured = row["measured"] or dict.fromkeys(("mean", "std", "min", "max"))
    keys = [None, row["elements"], None, None, row["fan_in"], row["fan_out"], target["mean"], target["std"]]
    return [*keys, *(measured[key] for key in ("mean", "std", "min", "max"))] if drawn else [*keys, None]


@lru_cache(1000)  # a model has few different ones
def _fan(fan: float | None) -> str:
    if fan is None:
        return ""
    from winitgen.catalog.schemes.scheme import written

    return written(fan)


def number(value: float | None) -> str:
    """Return a number with four significant digits, an empty text for None."""
    return "" if value is None else f"{value:.4g}"


def size(count: int) -> str:
    """Return a number of bytes with its unit, in powers of 1000.

    >>> size(999), size(999_500), size(1_592_000)
    ('999 B', '1 MB', '1.59 MB')
    """
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        shown = f"{value:.3g}"
        if float(shown) < 1000:
            return f"{shown} {unit}"
        value /= 1000
    return f"{value:.3g} EB"


def total_line(report: dict[str, Any]) -> str:
    """Return the totals as one line."""
    totals = report["totals"]
    tensors = f"{totals['tensors']:,} tensor{'' if totals['tensors'] == 1 else 's'}"
    values = f"{totals['elements']:,} value{'' if totals['elements'] == 1 else 's'}"
    return f"{tensors}, {values}, {size(totals['bytes'])}, seed {report['seed']}, {report['layout']} layout"


def digest_lines(report: dict[str, Any]) -> list[str]:
    """Return one line for each digest in the report."""
    return [f"{name} digest: {value}" for name, value in report.get("digests", {}).items()]


def shard_lines(report: dict[str, Any]) -> list[str]:
    """Return one line for each shard in the report."""
    return [
        f"{shard['file']}: {size(shard['bytes'])}, {shard['tensors']:,} tensor{'' if shard['tensors'] == 1 else 's'}"
        for shard in report.get("shards", ())
    ]


def shard_count(report: dict[str, Any]) -> str:
    """Return the number of shards that an index lists, as text; empty if the report's file is the whole model."""
    shards = report.get("shards", ())
    if not shards or report["file"].endswith(shards[0]["file"]):
        return ""
    return f"{len(shards):,} shard{'' if len(shards) == 1 else 's'}"


def speed(count: int, seconds: float) -> str:
    """Return the number of bytes, the time taken, and the rate.

    >>> speed(2_000_000_000, 2.0)
    '2 GB in 2.00 s (1.00 GB/s)'
    """
    return f"{size(count)} in {seconds:.2f} s ({count / max(seconds, 1e-9) / 1e9:.2f} GB/s)"


def result_line(status: str, report: dict[str, Any], seconds: float) -> str:
    """Return the last line: what was written, or would be."""
    shards = shard_count(report)
    file = printable(report["file"])
    files = (
        f"{shards} in {file}" if shards and file.endswith("/") else f"{file} and {shards}" if shards else file
    )
    if status == "written":
        return f"wrote {files}: {speed(report['file_bytes'], seconds)}"
    if status == "unchanged":
        exact = "are up to date: they hold" if shards else "is up to date: it holds"
        return f"{files} {exact} exactly these bytes"
    return f"dry run: {files} would have {report['file_bytes']:,} bytes; nothing was written"


def percent(share: float | None) -> str:
    """Return a share as a percentage.

    >>> percent(0.8371), percent(0.00002), percent(0.0)
    ('83.7 %', '0.002 %', '0 %')
    """
    if share is None:
        return ""
    shown = f"{100 * share:.1f}" if share >= 0.001 else f"{100 * share:.1g}"
    return f"{shown.removesuffix('.0')} %"
