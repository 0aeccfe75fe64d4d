"""Where verdicts begin, in words, for the pages."""

from __future__ import annotations

from typing import Any

from winitgen.report.probe_table import BOUNDS, SHARES, percent


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
