"""Nanoseconds a value, by the C kernels and by NumPy's calls, statistics included, against other generators.

On one thread processor time, on two threads wall time. The peers fill an array that is there, and make no statistics;
memcpy copies one.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import NEEDS, Comparison, Contender, peers, scripts
from tests.bench.machine import cores
from tests.bench.options import HERE, Options
from tests.bench.results import LIMIT, PATH

PLOTTED = (
    *(f"normal {dtype}" for dtype in ("float32", "float64", "bfloat16", "float16", "float8_e4m3fn")),
    "uniform float32",
    "truncated normal float32",
)
"""The cases that are in the picture, on one thread, and the only ones if --quick."""


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield every distribution in every number format on one thread, and on two where there are two cores."""
    count = 1 << (19 if given.quick else 22)
    for threads in (1, 2)[: cores()]:
        words = [count, threads, *(PLOTTED if given.quick else ())]
        by_numpy = scripts(given, "values_winitgen.py", words, WINITGEN_KERNELS="numpy")[0]
        memcpy = [given.peers, HERE / "peers" / "values.py", "memcpy", *words]
        yield Comparison(
            f"{{case}}, {threads} thread{'s' * (threads > 1)}",
            [
                *scripts(given, "values_winitgen.py", words),
                by_numpy._replace(name="NumPy's path", kind=PATH),
                *peers(given, "values.py", words),
                Contender("memcpy", LIMIT, memcpy, needs=NEEDS["memcpy"]),
            ],
            figure="printed",
            unit="ns a value",
            warm=False,
            plotted=PLOTTED if threads == 1 else False,
        )
