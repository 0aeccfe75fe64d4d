"""Parts of tensors that are drawn as they are read, on one thread, beside the whole; and a model of 405 billion parameters."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, scripts
from tests.bench.groups.config import written
from tests.bench.options import Options


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield parts of one square matrix in two number formats, and the reading of the largest model."""
    for dtype in ("float32", "bfloat16"):
        yield Comparison(
            f"{{case}}, {dtype}",
            scripts(given, "slices_winitgen.py", ["parts", 2048 if given.quick else 16384, dtype]),
            figure="printed",
            unit="s",
            warm=False,
            plotted=False,
        )
    yield Comparison(
        "405 billion parameters: {case}",
        scripts(given, "slices_winitgen.py", ["large", written(given, "405b")]),
        figure="printed",
        unit="",
        warm=False,
        plotted=False,
    )
