"""Where verdicts begin, and how far a network is from there, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from winitgen.report.columns import number, percent

BOUNDS: dict[str, Callable[[dict[str, float]], str]] = {
    "signal": lambda at: f"from {number(1 / at['signal'])} to {number(at['signal'])}",
    "gradient": lambda at: f"from {number(1 / at['gradient'])} to {number(at['growth'])}",
    "distinct": lambda at: f"from {number(at['distinct'])}",
}
"""The measured numbers that a verdict compares by their logarithm, and between what thresholds they are."""

SHARES = ("saturated", "dead")
"""Those that are shares, up to a threshold."""


def thresholds_text(report: dict[str, Any]) -> str:
    """Return the bounds within which a network is healthy, an empty text for a report without them.

    >>> thresholds_text({"thresholds": {"signal": 1500.0, "gradient": 200.0, "growth": 1500.0, "distinct": 0.002, "saturated": 0.5, "dead": 0.9}})
    'signal from 0.0006667 to 1500, gradient from 0.005 to 1500, distinct from 0.002, saturated up to 50 %, dead up to 90 %'
    """
    at = report.get("thresholds")
    if not at:
        return ""
    parts = [f"{name} {bounds(at)}" for name, bounds in BOUNDS.items()]
    return ", ".join([*parts, *(f"{name} up to {percent(at[name])}" for name in SHARES)])


def measured_line(report: dict[str, Any]) -> str:
    """Return what the verdict on the only run of a report is based on, with the thresholds, and the smallest margin.

    >>> measured_line({"runs": [{"measured": {"signal": 0.25, "gradient": None, "distinct": 0.5, "saturated": 0.1, "dead": None},
    ...                          "margins": {"signal": 0.81, "distinct": 0.89, "saturated": 0.8}, "nearest": "saturated"}],
    ...                "thresholds": {"signal": 1500.0, "gradient": 200.0, "growth": 1500.0, "distinct": 0.002, "saturated": 0.5, "dead": 0.9}})
    'measured: signal 0.25 (from 0.0006667 to 1500), distinct 0.5 (from 0.002), saturated 10 % (up to 50 %); margin 80 % saturated'
    """
    (run,), at = report["runs"], report["thresholds"]
    measured = run["measured"]
    parts = [
        f"{name} {number(measured[name])} ({bounds(at)})"
        for name, bounds in BOUNDS.items()
        if measured[name] is not None
    ]
    parts += [
        f"{name} {percent(measured[name])} (up to {percent(at[name])})"
        for name in SHARES
        if measured[name] is not None
    ]
    return f"measured: {', '.join(parts)}; margin {margin(run)}" if parts else "measured: nothing finite"


def margin(run: dict[str, Any]) -> str:
    """Return the part of the way to the nearest threshold that is left, and which threshold that is.

    >>> margin({"nearest": "gradient", "margins": {"gradient": -0.375, "signal": 0.5}})
    '-38 % gradient'
    >>> margin({"nearest": "signal", "margins": {"signal": None}}), margin({"nearest": None, "margins": {}})
    ('none signal', '')
    """
    name = run.get("nearest")
    if name is None:
        return ""
    left = run["margins"][name]
    return f"none {name}" if left is None else f"{100 * left:.0f} % {name}"


def by_layer_lines(run: dict[str, Any]) -> list[str]:
    """Return what one layer does on the geometric mean, and the depth scale of the gradient, as a line; none for few layers.

    >>> by_layer_lines({"by_layer": {"layers": 20, "signal": 0.9, "gradient": 0.8, "distinct": None, "depth_scale": 2.24}})
    ['by layer: signal 0.9, gradient 0.8; depth scale of the gradient 2.2 of 20 layers']
    """
    found = run["by_layer"]
    if found is None:
        return []
    names = [name for name in ("signal", "gradient", "distinct") if found[name] is not None]
    line = f"by layer: {', '.join(f'{name} {number(found[name])}' for name in names)}"
    scale = found["depth_scale"]
    if scale is not None:
        line += f"; depth scale of the gradient {scale:.2g} of {found['layers']} layers"
    return [line] if names else []
