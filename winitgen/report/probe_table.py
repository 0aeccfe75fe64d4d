"""The probe's table: one line for each layer, or for each scheme and each value of a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from winitgen.errors import printable
from winitgen.report.columns import number

BINS = 16
"""Characters of a histogram in the table."""

Table = tuple[list[str], list[list[str]]]


def table(report: dict[str, Any], *, bars: str) -> Table:
    """Return head and rows; ``bars`` are the characters of histograms, from low to high.

    Each measured value is followed by the prediction of theory in parentheses. Columns that are empty in
    every row are left out.
    """
    runs = report["runs"]
    if len(runs) == 1:
        return _filled([_layer(layer, bars) for layer in runs[0]["layers"]])
    return _filled([_run(run, bars) for run in runs])


def _layer(layer: dict[str, Any], bars: str) -> dict[str, str]:
    """Return the cells of one layer."""
    pre, out, gradient = layer["pre"], layer["out"], layer["gradient"]
    gain = layer["gain"]
    return {
        "layer": layer["layer"],
        "type": layer["type"],
        "activation": layer["activation"],
        "pre mean": _both(pre, "mean"),
        "pre std": _both(pre, "std"),
        "out mean": _both(out, "mean"),
        "out std": _both(out, "std"),
        "saturated": percent(layer["saturated"]),
        "at the ends": percent(layer["extreme"]),
        "dead": percent(layer["dead"]),
        "gradient std": _both(gradient, "std"),
        "gain": _with_theory(gain["forward"], gain["predicted_forward"]),
        "gain back": _with_theory(gain["backward"], gain["predicted_backward"]),
        "condition": _number(layer["condition"]),
        "out histogram": sparkline(out and out["histogram"], bars),
    }


def _run(run: dict[str, Any], bars: str) -> dict[str, str]:
    """Return the cells of one run: the range from first to last layer, or the worst layer."""
    layers = run["layers"]
    first = run["findings"][0]["layer"] if run["findings"] else ""
    return {
        "run": run["label"],
        "verdict": run["verdict"],
        "from": first,
        "pre std": _range([layer["pre"] for layer in layers]),
        "out std": _range([layer["out"] for layer in layers]),
        "saturated": percent(_most(layer["saturated"] for layer in layers)),
        "at the ends": percent(_most(layer["extreme"] for layer in layers)),
        "dead": percent(_most(layer["dead"] for layer in layers)),
        "gradient std": _range([layer["gradient"] for layer in reversed(layers)]),
        "last out histogram": sparkline(layers[-1]["out"] and layers[-1]["out"]["histogram"], bars),
    }


def _filled(rows: list[dict[str, str]]) -> Table:
    """Return head and rows without the columns that are empty in every row."""
    head = [title for title in rows[0] if any(row[title] for row in rows)] if rows else []
    return head, [[row[title] for title in head] for row in rows]


def _both(moments: dict[str, Any] | None, moment: str) -> str:
    return "" if moments is None else _with_theory(moments[moment], moments[f"predicted_{moment}"])


def _with_theory(measured: float | None, predicted: float | None) -> str:
    """Return a measured value, followed by its prediction in parentheses."""
    if measured is None:
        return "" if predicted is None else f"? ({number(predicted)})"
    return number(measured) if predicted is None else f"{number(measured)} ({number(predicted)})"


def _range(moments: list[dict[str, Any] | None]) -> str:
    """Return the first and the last standard deviation."""
    found = [m["std"] for m in moments if m is not None]
    if not found:
        return ""
    ends = found[:1] if len(found) == 1 else [found[0], found[-1]]
    return " .. ".join(_number(std) or "?" for std in ends)


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _most(shares: Iterable[float | None]) -> float | None:
    return max((share for share in shares if share is not None), default=None)


def percent(share: float | None) -> str:
    """Return a share as a percentage.

    >>> percent(0.8371), percent(0.00002), percent(0.0)
    ('83.7 %', '0.002 %', '0 %')
    """
    if share is None:
        return ""
    shown = f"{100 * share:.1f}" if share >= 0.001 else f"{100 * share:.1g}"
    return f"{shown.removesuffix('.0')} %"


def sparkline(histogram: dict[str, Any] | None, bars: str) -> str:
    """Return a histogram as a line of bars; only an empty bin has no bar.

    >>> sparkline({"counts": [0, 0, 0, 0, 1, 1, 1, 1, 9, 9, 9, 9, 4, 4, 4, 4] * 4}, " .:#")
    ' .#: .#: .#: .#:'
    """
    if histogram is None:
        return ""
    counts = histogram["counts"]
    size = len(counts) // BINS
    sums = [sum(counts[start : start + size]) for start in range(0, len(counts), size)]
    top = max(sums)
    return "".join(bars[-(-count * (len(bars) - 1) // top)] if top else bars[0] for count in sums)


def head_line(report: dict[str, Any]) -> str:
    """Return the model, the batch, the seed and the edge of chaos as one line."""
    samples = f"{report['samples']:,} sample{'' if report['samples'] == 1 else 's'}"
    parts = [report["model"], samples, report["input"], f"seed {report['seed']}"]
    if report["edge"] is not None:
        edge = report["edge"]
        parts.append(f"edge of chaos of {edge['activation']} at gain {number(edge['gain'])}")
    return printable(", ".join(part for part in parts if part))


def verdict_lines(report: dict[str, Any]) -> list[str]:
    """Return the verdict of every run, with the layers where its findings start."""
    lines = []
    for run in report["runs"]:
        label = f"{run['label']}: " if run["label"] else "verdict: "
        if not run["findings"]:
            lines.append(f"{label}{run['verdict']}")
        lines += [
            f"{label}{found['verdict']} from {found['layer']}: {found['text']}" for found in run["findings"]
        ]
    return lines
