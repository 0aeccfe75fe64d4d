"""An orthogonal matrix, in a process that is running already: wall time on all cores."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, peers, scripts
from tests.bench.options import Options


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield each size; the slowest runs less often, and nothing is run to warm up but in the processes themselves."""
    for size in (256, 512) if given.quick else (256, 512, 1024, 2048, 4096):
        yield Comparison(
            f"{size} by {size}",
            [
                *scripts(given, "orthogonal_winitgen.py", [size]),
                *peers(given, "orthogonal.py", [size]),
            ],
            figure="printed",
            warm=False,
        )
