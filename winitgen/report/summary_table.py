"""The output of ``winitgen summary``: a line for each layer, or for each run of equal blocks, and the totals."""

from __future__ import annotations

import math
import re
from typing import Any

from winitgen.errors import printable
from winitgen.report.folding import folded
from winitgen.report.held_values import values_line
from winitgen.report.titles import SUMMARY

_RUN = re.compile(r"\((\d+)-(\d+)\)")


def table(report: dict[str, Any], *, fold: bool) -> tuple[list[str], list[list[str]]]:
    """Return head and rows; with ``fold``, equal blocks are one row, whose numbers are those of all of them.

    Columns in which every row is empty are left out.
    """
    rows = [_cells(entry) for entry in report["layers"]]
    rows = [_multiplied(row) for row in folded(rows)] if fold else rows
    shown = [place for place in range(len(SUMMARY)) if any(row[place] for row in rows)]
    return [SUMMARY[place] for place in shown], [[row[place] for place in shown] for row in rows]


def _cells(entry: dict[str, Any]) -> list[str]:
    return [
        printable(entry["layer"]),
        entry["type"],
        shown_flow(entry["output"]),
        *(f"{entry[key]:,}" if entry[key] else "" for key in ("trainable", "buffers", "tied")),
        "?"
        if entry["multiply_adds"] is None
        else f"{entry['multiply_adds']:,}"
        if entry["multiply_adds"]
        else "",
    ]


def shown_flow(sizes: list[int | None] | None) -> str:
    """Return what flows out of a layer as text.

    >>> shown_flow([64, None, 56]), shown_flow([]), shown_flow(None)
    ('64x?x56', 'scalar', '?')
    """
    if sizes is None:
        return "?"
    return "x".join("?" if one is None else str(one) for one in sizes) or "scalar"


def _multiplied(row: list[str]) -> list[str]:
    """Return the row of equal blocks with the numbers of all of them."""
    times = math.prod(int(last) - int(first) + 1 for first, last in _RUN.findall(row[0]))
    if times == 1:
        return row
    return [*row[:3], *(f"{times} x {cell}" if cell else "" for cell in row[3:])]


def total_lines(report: dict[str, Any]) -> list[str]:
    """Return the totals: parameters, buffers, tied values, bytes, and what one sample computes."""
    totals = report["totals"]
    return [values_line(totals), f"multiply-adds a sample: {_products(report)}"]


def _products(report: dict[str, Any]) -> str:
    """Return the multiply-adds of all layers, or why they are unknown."""
    computed: int | None = report["totals"]["multiply_adds"]
    if computed is not None:
        return f"{computed:,}"
    if any(entry["multiply_adds"] is None for entry in report["layers"]):
        if not report["inputs"]:
            return (
                "unknown, as nothing says how the layers are joined; "
                "state the model's 'input' if each follows the one before it"
            )
        return "unknown, as a size is; state the model's 'input'"
    return "unknown, as the layer-spec is a list of tensors"
