"""The probe's table: one line for each layer, or for each scheme and each value of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from winitgen.errors import printable
from winitgen.report import probe_spread
from winitgen.report.columns import number, percent
from winitgen.report.probe_thresholds import BOUNDS, SHARES, by_layer_lines, margin, measured_line

BINS = 16
"""Characters of a histogram in the table."""

GATED = ("rnn", "lstm", "gru")
"""Types of layers whose activations are inside and bounded on both sides."""

Table = tuple[list[str], list[list[str]]]


def table(report: dict[str, Any], *, bars: str) -> Table:
    """Return head and rows; ``bars`` are the characters of histograms, from low to high.

    Each measured value is followed by the prediction of theory in parentheses. Columns that are empty in
    every row are left out. Of several seeds the means are followed by a row each of their standard deviation,
    least and greatest.
    """
    runs = report["runs"]
    entries = runs[0]["layers"] if len(runs) == 1 else runs
    cells, title = (_layer, "layer") if len(runs) == 1 else (_run, "run")
    if probe_spread.several(report):
        of_each = [probe_spread.rows_of(entry, partial(cells, bars=bars), title) for entry in entries]
        return _filled(list(chain.from_iterable(of_each)))
    return _filled([cells(entry, bars) for entry in entries])


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
        "saturated": percent(saturated(layer)),
        "at the ends": percent(layer["at_the_ends"]),
        "dead": percent(layer["dead"]),
        "gradient std": _both(gradient, "std"),
        "gain": _with_theory(gain["forward"], gain["predicted_forward"]),
        "gain back": _with_theory(gain["backward"], gain["predicted_backward"]),
        "scatter": _scatter(layer),
        "condition": _number(layer["condition"]),
        "out histogram": sparkline(out and out["histogram"], bars),
    }


def _run(run: dict[str, Any], bars: str) -> dict[str, str]:
    """Return the cells of one run: the first and the last layer's spread, and the largest share with its layer."""
    layers = run["layers"]
    first = run["findings"][0]["layer"] if run["findings"] else ""
    return {
        "run": run["label"],
        "verdict": probe_spread.verdict(run),
        "from": first,
        "margin": margin(run),
        "pre std": _range([layer["pre"] for layer in layers]),
        "out std": _range([layer["out"] for layer in layers]),
        "saturated": _worst(layers, saturated),
        "at the ends": _worst(layers, itemgetter("at_the_ends")),
        "dead": _worst(layers, itemgetter("dead")),
        "gradient std": _range([layer["gradient"] for layer in layers]),
        "last out histogram": sparkline(layers[-1]["out"] and layers[-1]["out"]["histogram"], bars),
    }


def _filled(rows: list[dict[str, str]]) -> Table:
    """Return head and rows without the columns that are empty in every row."""
    head = [title for title in rows[0] if any(row[title] for row in rows)] if rows else []
    return head, [[row[title] for title in head] for row in rows]


def _scatter(layer: dict[str, Any]) -> str:
    """Return how much the spread of a layer differs among seeds, and what its size makes one expect; of one seed nothing."""
    measured, expected = probe_spread.scatter(layer)
    if measured is None:
        return ""
    return percent(measured) if expected is None else f"{percent(measured)} ({percent(expected)})"


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


def saturated(layer: dict[str, Any]) -> float | None:
    """Return the share of saturated values of a layer, None if its activation is flat on one side alone, as half of a ReLU is."""
    share: float | None = layer["saturated"]
    return share if layer["at_the_ends"] is not None or layer["type"] in GATED else None


def _worst(layers: Sequence[dict[str, Any]], share_of: Callable[[dict[str, Any]], float | None]) -> str:
    """Return the largest share of all layers and, if it is not 0 and there are several, the layer that has it."""
    shares = [(share, layer["layer"]) for layer in layers if (share := share_of(layer)) is not None]
    if not shares:
        return ""
    share, name = max(shares, key=itemgetter(0))
    return f"{percent(share)} {name}" if share and len(layers) > 1 else percent(share)


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
    parts = [report["model"], samples, report["input"], probe_spread.seeds(report)]
    if report["edge"] is not None:
        edge = report["edge"]
        parts.append(f"edge of chaos of {edge['activation']} at gain {number(edge['gain'])}")
    return printable(", ".join(part for part in parts if part))


def verdict_lines(report: dict[str, Any]) -> list[str]:
    """Return the verdict of every run, with the layers where its findings start; of a single run also what it is based on."""
    lines = []
    for run in report["runs"]:
        label = f"{run['label']}: " if run["label"] else "verdict: "
        if not run["findings"] or probe_spread.several(report):
            lines.append(f"{label}{probe_spread.verdict(run)}")
        lines += [
            f"{label}{found['verdict']} from {found['layer']}: {found['text']}" for found in run["findings"]
        ]
    shown = {**dict.fromkeys(BOUNDS, number), **dict.fromkeys(SHARES, percent)}
    if len(report["runs"]) == 1:
        lines += [measured_line(report), *by_layer_lines(report["runs"][0])]
    return [*lines, *probe_spread.range_lines(report, shown)]
