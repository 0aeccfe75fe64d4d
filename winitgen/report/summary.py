"""The report as plain values: what every form of it, terminal to HTML, is made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.dtypes import DTYPES
from winitgen.layouts.base import Tensor
from winitgen.planning.plan import STREAM, Plan

if TYPE_CHECKING:
    from winitgen.report.statistics import Measured

DIGITS = 7
"""Significant digits of measured figures: those that no order of adding up can change."""


def summarize(plan: Plan, tensors: Sequence[Tensor], measured: Sequence[Measured] | None) -> dict[str, Any]:
    """Return the report of a plan, with what was measured if values were drawn.

    The keys are stable, and nothing in it depends on the clock, the machine or the threads.
    """
    rows = [
        _row(tensor, measured[index] if measured is not None else None)
        for index, tensor in enumerate(tensors)
    ]
    return {
        "model": plan.model,
        "stream": STREAM,
        "seed": plan.seed,
        "dtype": plan.dtype,
        "layout": plan.layout,
        "tensors": rows,
        "totals": {
            "tensors": len(rows),
            "elements": sum(row["elements"] for row in rows),
            "bytes": sum(row["bytes"] for row in rows),
        },
        "notes": list(plan.notes),
    }


def _row(tensor: Tensor, measured: Measured | None) -> dict[str, Any]:
    """Return what is known about one tensor."""
    parameter = tensor.parameter
    return {
        "name": tensor.name,
        "id": parameter.id,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "elements": parameter.size,
        "bytes": parameter.size * DTYPES[tensor.dtype].itemsize,
        "scheme": parameter.scheme,
        "formula": parameter.formula,
        "why": parameter.why,
        "key": parameter.key.hex(),
        "fan_in": parameter.fan_in,
        "fan_out": parameter.fan_out,
        "target": {"mean": parameter.mean, "std": parameter.std},
        "measured": None
        if measured is None
        else {
            "mean": _short(measured.mean),
            "std": _short(measured.std),
            "min": _short(measured.low),
            "max": _short(measured.high),
        },
    }


def _short(number: float) -> float:
    """Return ``number`` with as many digits as every machine agrees on."""
    return float(f"{number:.{DIGITS}g}")
