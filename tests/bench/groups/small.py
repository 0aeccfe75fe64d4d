"""A small model, specs/mlp.yaml, whole processes, against scripts of other libraries and NumPy's import."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, importing, peers
from tests.bench.options import SPECS, Options


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield the small model."""
    out = given.directory / "w.safetensors"
    init = ["init", SPECS / "mlp.yaml", "-o", out, "--quiet"]
    yield Comparison(
        "specs/mlp.yaml",
        [
            *builds(given, init, out),
            *peers(given, "small.py", [out], out),
            importing(given, "numpy"),
        ],
        times=1 if given.quick else 3,
    )
