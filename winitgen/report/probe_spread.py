"""What a probe's report says of several seeds: the spread of each figure, and how many seeds have which verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from winitgen.report.columns import number
from winitgen.report.page import text

SPREAD = ("std", "min", "max")
"""The three figures of a spread, each a row below that of the means."""

_TITLES = {"std": "  ± std", "min": "  min", "max": "  max"}

Values = dict[str, Any]


def several(report: Values) -> bool:
    """Tell whether a report is of several seeds."""
    return len(report.get("seeds", ())) > 1


def rows_of(entry: Values, cells: Callable[[Values], dict[str, str]], title: str) -> list[dict[str, str]]:
    """Return the row of the means of a layer or of a run, and the three of their spread; ``cells`` makes a row.

    Figures without a spread, such as a theory's or a histogram, are empty there.
    """
    rows = [cells(entry)]
    for key in SPREAD:
        row = cells(at(entry, key))
        rows.append({name: "" if isinstance(entry.get(name), str) else cell for name, cell in row.items()})
        rows[-1][title] = _TITLES[key]
    return rows


def at(entry: Values, key: str) -> Values:
    """Return a layer, or a run with its layers, of which each figure is the ``key`` of its spread, and no other figure is left."""
    if "layers" in entry:
        return {
            **entry,
            "findings": [],
            "verdict": "",
            **_margins(entry, key),
            "layers": [at(layer, key) for layer in entry["layers"]],
        }
    return _taken(entry, entry["spread"] or {}, key)


def _margins(run: Values, key: str) -> Values:
    """Return the margins of a run as the ``key`` of their spread; none if that of the nearest threshold has no spread."""
    margins = _taken(run.get("margins") or {}, (run["spread"] or {}).get("margins") or {}, key)
    nearest = run.get("nearest") or ""
    return {"margins": margins, "nearest": nearest if margins.get(nearest) is not None else None}


def _taken(values: Values, spread: Values, key: str) -> Values:
    found: Values = {}
    for name, value in values.items():
        of = spread.get(name)
        if name in ("histogram", "spread"):
            found[name] = None
        elif isinstance(value, dict):
            found[name] = _taken(value, of or {}, key)
        elif isinstance(value, float):
            found[name] = None if of is None or name.startswith("predicted") else of[key]
        else:
            found[name] = None if isinstance(value, list) else value
    return found


def scatter(layer: Values) -> tuple[float | None, float | None]:
    """Return the relative standard deviation over the seeds of a layer's std before its activation, and the expected one.

    Without an activation that is of its output.
    """
    for quantity in ("pre", "out"):
        mean = (layer[quantity] or {}).get("std")
        of = ((layer.get("spread") or {}).get(quantity) or {}).get("std")
        if mean is not None:
            return (of["std"] / mean if of is not None and mean else None), layer.get("scatter")
    return None, layer.get("scatter")


def verdict(run: Values) -> str:
    """Return the verdict of a run: of one seed as it is, of several with their counts.

    >>> verdict({"verdict": "healthy", "by_seed": [{"verdict": "healthy"}] * 19 + [{"verdict": "dead"}]})
    'healthy in 19 of 20; dead in 1'
    """
    of_seeds = run.get("by_seed")
    if not of_seeds:
        return str(run["verdict"])
    counts = Counter(one["verdict"] for one in of_seeds).most_common()
    if len(counts) == 1:
        return f"{counts[0][0]} in all {len(of_seeds)}"
    first, *others = [f"{name} in {count}" for name, count in counts]
    return "; ".join([f"{first} of {len(of_seeds)}", *others])


def seeds(report: Values) -> str:
    """Return the seeds of a report.

    >>> seeds({"seed": 7, "seeds": [7, 8, 9]}), seeds({"seed": 7, "seeds": [7]})
    ('3 seeds from 7 to 9', 'seed 7')
    """
    if not several(report):
        return f"seed {report['seed']}"
    return f"{len(report['seeds'])} seeds from {report['seeds'][0]} to {report['seeds'][-1]}"


def in_cell(row: Values, path: tuple[str, ...], show: Callable[[float], str] = number) -> str:
    """Return what stands below a mean in a cell of the page: the spread of the figure at ``path``; empty if it has none."""
    found: Any = row.get("spread")
    for key in path:
        found = found.get(key) if found else None
    if found is None or path[-1].startswith("predicted"):
        return ""
    return (
        f"<small>±{text(show(found['std']))}</small>"
        f"<small>{text(show(found['min']))} to {text(show(found['max']))}</small>"
    )


def range_lines(report: Values, show: Mapping[str, Callable[[float], str]]) -> list[str]:
    """Return the line on what the thresholds are compared with, from the least to the greatest of all seeds.

    ``show`` has how each of them is written. Of one seed, and of several runs, there is no such line.
    """
    if not several(report) or len(report["runs"]) != 1:
        return []
    of = report["runs"][0]["spread"]["measured"] or {}
    parts = [
        f"{name} {show[name](of[name]['min'])} to {show[name](of[name]['max'])}"
        for name in show
        if name in of
    ]
    return [f"over the seeds: {', '.join(parts)}"] if parts else []
