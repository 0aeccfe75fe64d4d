"""The output of ``winitgen diff``: one line for each tensor that differs, and a summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from winitgen.errors import printable
from winitgen.report.inspect_table import Table, shown_name, shown_shape, shown_value
from winitgen.report.titles import DIFFERENCES
from winitgen.report.unread import reasons

_STATUSES = {"only_in_a": "only in A", "only_in_b": "only in B", "unread": "not compared"}


def table(report: dict[str, Any]) -> Table:
    """Return head and rows of the tensors that are not equal or close; columns that are empty in every row are left out."""
    rows = [_cells(row) for row in report["tensors"] if row["status"] not in ("equal", "close")]
    filled = [index for index in range(len(DIFFERENCES)) if any(row[index] for row in rows)]
    return [DIFFERENCES[index] for index in filled], [[row[index] for index in filled] for row in rows]


def _cells(row: dict[str, Any]) -> list[str]:
    sides = [_side(row, side) for side in ("a", "b")]
    differing = "" if row["differing"] is None else f"{row['differing']:,}"
    if row["unmeasured"]:
        differing += f" ({row['unmeasured']:,} not finite)"
    first = row["first"]
    return [
        _name(row),
        _STATUSES.get(row["status"], row["status"]),
        *sides,
        differing,
        f"{row['beyond']:,}" if row.get("beyond") else "",
        _distance(row["max_difference"]),
        _distance(row["mean_difference"]),
        "" if first is None else f"[{', '.join(map(str, first['index']))}]: {_pair(first['a'], first['b'])}",
    ]


def _distance(value: float | str | None) -> str:
    return f"over {sys.float_info.max:.4g}" if isinstance(value, str) else shown_value(value)


def _name(row: dict[str, Any]) -> str:
    if row["name_b"] in (None, row["name"]):
        return shown_name(row["name"])
    return f"{shown_name(row['name'])} = {shown_name(row['name_b'])}"


def _side(row: dict[str, Any], side: str) -> str:
    shape, dtype = row[f"shape_{side}"], row[f"dtype_{side}"]
    return "" if dtype is None else f"{shown_shape(shape)} {printable(dtype)}"


def _pair(a: object, b: object) -> str:
    """Return two values with as few digits as distinguish them."""
    for digits in (4, 9, 17):
        shown = [
            f"{value:.{digits}g}" if isinstance(value, float) else printable(str(value)) for value in (a, b)
        ]
        if shown[0] != shown[1]:
            break
    return f"{shown[0]} and {shown[1]}"


def summary(report: dict[str, Any]) -> str:
    """Return how many tensors are equal, differ, or are in only one file.

    >>> summary({"totals": {"equal": 6, "differ": 0, "only_in_a": 0, "only_in_b": 0}})
    '6 tensors equal in all bits'
    >>> summary({"totals": {"equal": 1, "differ": 2, "only_in_a": 1, "only_in_b": 0}})
    '1 tensor equal in all bits, 2 differ, 1 only in A'
    """
    totals, tolerance = report["totals"], report.get("tolerance")
    parts = [f"{totals['equal']:,} tensor{'' if totals['equal'] == 1 else 's'} equal in all bits"]
    if tolerance:
        how = f"atol {tolerance['atol']:g}, rtol {tolerance['rtol']:g}"
        parts.append(f"{totals['close']:,} within the tolerance ({how})")
    statuses = {"differ": "differ", **_STATUSES}
    parts += [f"{totals[key]:,} {status}" for key, status in statuses.items() if totals.get(key)]
    if ignored := report.get("ignored"):
        parts.append(f"{len(ignored):,} ignored")
    return ", ".join(parts)


def unread_lines(report: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each tensor that was not compared, and why."""
    return reasons((row["name"], row["unread"]) for row in report["tensors"] if row["unread"])
