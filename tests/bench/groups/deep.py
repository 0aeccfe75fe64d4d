"""From a thousand layers to a hundred thousand, or to the limit of a layer-spec: planned, and written."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, peers
from tests.bench.options import Options
from tests.bench.specs import squares
from winitgen.planning.limits import MOST_PARAMETERS
from winitgen.spec.repetition import MOST_LAYERS

MOST = min(MOST_LAYERS - 1, MOST_PARAMETERS // 2, 100_000)
"""Layers with a kernel and a bias each: as many as specs/reference/limits.md allows, where what repeats them is a layer, too."""

UNITS = 4


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield plan, which prints a table, and init, for each number of layers."""
    for layers in (100, 1000) if given.quick else (1000, 10_000, MOST):
        spec, out = squares(given, layers, UNITS, bias=True), given.directory / "w.safetensors"
        yield Comparison(f"plan, {layers:,} layers", builds(given, ["plan", spec]))
        init = ["init", spec, "-o", out, "--no-fsync", "--quiet"]
        yield Comparison(
            f"init, {layers:,} layers",
            [*builds(given, init, out), *peers(given, "weights.py", [out, layers, UNITS, "bias"], out)],
        )
