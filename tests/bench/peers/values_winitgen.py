"""Nanoseconds a value, drawn in blocks and summed for the report: ``values_winitgen.py COUNT THREADS [CASE...]``."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from cases import chosen, nanoseconds, stay_on

count, threads = map(int, sys.argv[1:3])
stay_on(threads)

from winitgen.drawing import truncation  # noqa: E402
from winitgen.drawing.distributions.normal import Normal  # noqa: E402
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal  # noqa: E402
from winitgen.drawing.distributions.uniform import Uniform  # noqa: E402
from winitgen.drawing.draw import BLOCK, draw  # noqa: E402
from winitgen.numeric.scratch import Workspace  # noqa: E402
from winitgen.numeric.statistics import Statistics  # noqa: E402

LAWS = {
    "normal": Normal(0.02),
    "uniform": Uniform(-0.1, 0.1),
    "truncated normal": TruncatedNormal(0.02, 2.0, *truncation.tails(2.0)),
}


class OneParameter(NamedTuple):
    """What `draw` asks of a parameter."""

    distribution: Any
    dtype: str
    key: bytes = bytes(16)
    shape: tuple[int, ...] = (count,)
    size: int = count
    zeroed: None = None


pool = ThreadPoolExecutor(threads)
workspaces = [Workspace() for _ in range(threads)]


def run(parameter: OneParameter) -> None:
    """Draw all values, each thread every so many blocks."""
    observer = Statistics(0, 0.02)

    def share(first: int) -> None:
        for start in range(first * BLOCK, count, threads * BLOCK):
            values = draw(parameter, start, BLOCK, workspaces[first])
            observer.see(start, values, workspaces[first])

    list(pool.map(share, range(threads)))


found = {}
for name, distribution, dtype in chosen(sys.argv[3:]):
    parameter = OneParameter(LAWS[distribution], dtype)
    found[name] = nanoseconds(lambda parameter=parameter: run(parameter), count, threads)
print(json.dumps(found))
