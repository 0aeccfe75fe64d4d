"""Which layers of a report are drawn: those that patterns name, the ends of blocks, or all.

A network of many layers is a chain of blocks, and what flows between them is the story of its depth: inside a block the signal
jumps between norms, kernels and sums. So of a block only its end is drawn, which in a residual network is the sum. A block is told
by its name: the finest level of dotted names at which a layer shares its block with three others on average.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from winitgen.errors import UsageError
from winitgen.report.plots.block_names import parts
from winitgen.report.plots.labels import plain
from winitgen.report.plots.reading import Values, deepest

FEW = 14
"""Up to this many layers are all drawn."""

_SHARING = 4.0
"""Least number of layers in the block of a layer, on average."""

_BLOCKS = 3
"""Least number of blocks: two are the halves of a network, such as features and classifier."""

_ASIDE = frozenset(
    {"embedding", "positional_embedding", "sinusoidal_embedding", "position_bias", "token", "queries"}
)
"""Types of layers that are tables of values: they are drawn only if they are named."""


def is_table(layer: Values) -> bool:
    """Whether a layer is a table of values, such as an embedding, whose values no signal passes."""
    return layer["type"] in _ASIDE


def chosen(report: Values, patterns: Sequence[str] = ()) -> Values:
    """Return the report with only the layers to draw, and under ``drawn`` what they are, and of how many they were chosen.

    ``patterns`` are names of layers with ``*``, ``?`` and ``[...]``. Raises `UsageError` for one that fits no layer.
    """
    if patterns:
        return _named(report, patterns)
    if report["variable"]:
        return report
    names = [layer["layer"] for layer in deepest(report) if not is_table(layer)]
    depth = _level(names)
    if depth is None:
        return _with(report, "layer", [_flowing(run["layers"]) for run in report["runs"]])
    return _with(report, "block", [_ends(_flowing(run["layers"]), depth) for run in report["runs"]])


def _named(report: Values, patterns: Sequence[str]) -> Values:
    known = [layer["layer"] for layer in deepest(report)]
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            raise UsageError(f"--layers: no layer fits '{plain(pattern)}'; the layers are {_list(known)}")
    runs = [
        [layer for layer in run["layers"] if any(fnmatchcase(layer["layer"], one) for one in patterns)]
        for run in report["runs"]
    ]
    named = _with(report, "layer", runs)
    return {**named, "drawn": {**named["drawn"], "whole": named, "picked": True}}


def _list(names: Sequence[str]) -> str:
    """Return some names of layers for a message: five at most, with the last."""
    shown = [plain(name) for name in (names if len(names) <= 5 else names[:4])]
    if len(names) > 5:
        shown += [f"and so on, to {plain(names[-1])}"]
    return ", ".join(shown) or "none, as nothing was measured"


def _with(report: Values, what: str, layers: Sequence[list[Values]]) -> Values:
    runs = [{**run, "layers": own} for run, own in zip(report["runs"], layers, strict=True)]
    drawn = {"what": what, "of": len(deepest(report)), "whole": report, "picked": False}
    return {**report, "runs": runs, "drawn": drawn}


def _flowing(layers: Iterable[Values]) -> list[Values]:
    """Return the layers without tables, or all if there is nothing else."""
    all_ = list(layers)
    return [layer for layer in all_ if not is_table(layer)] or all_


def _level(names: Sequence[str]) -> int | None:
    """Return how many parts of their dotted names make layers one block, or None if all layers are drawn."""
    if len(names) <= FEW:
        return None
    for depth in range(max(len(parts(name)) for name in names), 0, -1):
        sizes = Counter(_block(name, depth) for name in names)
        several = [size for size in sizes.values() if size > 1]
        if len(several) >= _BLOCKS and sum(size * size for size in sizes.values()) >= _SHARING * len(names):
            return depth
    return None


def _ends(layers: Sequence[Values], depth: int) -> list[Values]:
    """Return the last layer of each block; layers between blocks, one after another, count as one."""
    sizes = Counter(_block(layer["layer"], depth) for layer in layers)
    ends: dict[tuple[str, ...], Values] = {}
    last: tuple[str, ...] = ()
    for layer in layers:
        key = _block(layer["layer"], depth)
        if sizes[key] == 1 and sizes.get(last) == 1:
            ends.pop(last)
        ends.pop(key, None)  # a block stands where it ends
        ends[key] = layer
        last = key
    return list(ends.values())


def _block(name: str, depth: int) -> tuple[str, ...]:
    return parts(name)[:depth]
