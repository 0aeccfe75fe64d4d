"""Several seeds: the figures of each become one report, with their mean and their spread."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from winitgen import arguments
from winitgen.errors import UsageError
from winitgen.probing.margins import nearest
from winitgen.probing.prepare import ROOM
from winitgen.probing.rows import short
from winitgen.probing.verdict import HEALTHY, VERDICTS

FEWEST, MOST = 2, 1000
"""Seeds that a probe can have besides one."""

LARGEST_SEED = 2**64 - 1

_OF_THE_FIRST = frozenset({"histogram", "density", "formula", "id", "shape", "scatter", "learning_rate"})
"""Keys of what has no mean: that of the first seed stands for all."""

_WHOLE = ("sample", "measured", "margins", "by_layer", "streams", "attention", "rank", "step")
"""Keys of the figures of a run that are not by layer."""


def checked_seeds(given: object) -> int:
    """Return the number of seeds, 1 if none is given; raise `UsageError` for one that cannot be."""
    if given is None:
        return 1
    count = arguments.whole(given)
    if count is None or not FEWEST <= count <= MOST:
        raise UsageError(f"seeds is a whole number from {FEWEST} to {MOST}, not {arguments.shown(given)}")
    return count


def seeds_from(first: int, count: int) -> list[int]:
    """Return ``count`` seeds from the first on; raise `UsageError` if they would go beyond the largest."""
    if first + count - 1 > LARGEST_SEED:
        raise UsageError(f"{count} seeds from {first} on would go beyond 2^64 - 1; start at a smaller seed")
    return list(range(first, first + count))


def at_once(seeds: int, threads: int, needed: int) -> int:
    """Return how many seeds are probed at once, each of which takes ``needed`` bytes.

    As many as there are threads, but together they stay within what one probe may take; else the threads share each.
    """
    return max(1, min(seeds, threads, ROOM // max(needed, 1)))


def notes(seeds: Sequence[int]) -> list[str]:
    """Return the note on what is no mean of several seeds."""
    return [f"histograms are those of seed {seeds[0]}; all other figures are means"] if len(seeds) > 1 else []


class Spread(NamedTuple):
    """How one figure differs among the seeds: its standard deviation, with n - 1, its smallest and its largest value."""

    std: float | None
    min: float | None
    max: float | None


def combined(runs: Sequence[dict[str, Any]], seeds: Sequence[int]) -> dict[str, Any]:
    """Return one run of those of several seeds: the mean of every figure, and beside it its spread.

    ``layers[i]["spread"]`` and ``spread`` have the keys of the figures, with a `Spread` in place of each; a figure that one
    seed does not have, or only beyond float64, has neither. Histograms are those of the first seed. ``by_seed`` has the
    verdict of each, ``verdict`` is the most frequent, and the findings are those of any seed.
    """
    first = runs[0]
    layers = [dict(_mean(rows)) for rows in zip(*(run["layers"] for run in runs), strict=True)]
    for layer, rows in zip(layers, zip(*(run["layers"] for run in runs), strict=True), strict=True):
        layer["spread"] = _spread(rows)
    whole = {key: _spread([run[key] for run in runs]) for key in _WHOLE}
    means = {key: _mean([run[key] for run in runs]) for key in _WHOLE}
    return {
        **first,
        **means,
        "nearest": nearest(means["margins"]),
        "verdict": _most_frequent([run["verdict"] for run in runs]),
        "findings": _findings(runs, seeds),
        "layers": layers,
        "spread": whole,
        "by_seed": [
            {"seed": seed, **{key: run[key] for key in ("verdict", "findings", "measured")}}
            for seed, run in zip(seeds, runs, strict=True)
        ],
    }


def _mean(values: Sequence[Any], key: str = "") -> Any:
    """Return what stands for the values of all seeds: the mean of numbers, and of whatever holds numbers."""
    first = values[0]
    if key in _OF_THE_FIRST or isinstance(first, str | int):
        return first
    if any(value is None for value in values):
        return None
    if isinstance(first, list):
        return [_mean(rows) for rows in zip(*values, strict=True)]
    if isinstance(first, dict):
        return {name: _mean([value[name] for value in values], name) for name in first}
    return short(statistics.fmean(values))


def _spread(values: Sequence[Any]) -> Any:
    """Return the spread of the numbers in the values of all seeds, in a mapping as theirs; None where there are none."""
    if any(value is None for value in values):
        return None
    if isinstance(values[0], list):
        return [_spread(rows) for rows in zip(*values, strict=True)]
    if isinstance(values[0], dict):
        found = {
            name: _spread([value[name] for value in values])
            for name in values[0]
            if name not in _OF_THE_FIRST
        }
        return {name: spread for name, spread in found.items() if spread is not None} or None
    if not isinstance(values[0], float):
        return None
    spread = Spread(short(statistics.stdev(values)), min(values), max(values))
    return spread._asdict()


def _most_frequent(verdicts: Sequence[str]) -> str:
    """Return the verdict of the most seeds; of two, the worse."""
    counts = Counter(verdicts)
    order = (*VERDICTS, HEALTHY)
    return max(counts, key=lambda verdict: (counts[verdict], -order.index(verdict)))


def _findings(runs: Sequence[dict[str, Any]], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Return each problem that any seed has, where it starts most often, in the words of the first such seed."""
    found = []
    for verdict in VERDICTS:
        having = [
            (seed, finding)
            for seed, run in zip(seeds, runs, strict=True)
            for finding in run["findings"]
            if finding["verdict"] == verdict
        ]
        if not having:
            continue
        layer = Counter(finding["layer"] for _, finding in having).most_common(1)[0][0]
        seed, example = next((seed, finding) for seed, finding in having if finding["layer"] == layer)
        text = f"in {len(having)} of {len(runs)} seeds; with seed {seed}, {example['text']}"
        found.append({**example, "text": text})
    return found
