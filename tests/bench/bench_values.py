"""Processor time a value on one thread, drawn in blocks and summed, by the C kernels and by NumPy in turn."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any, NamedTuple

COUNT = 1 << 23


class Case(NamedTuple):
    """A distribution in a number format."""

    name: str
    distribution: Any
    dtype: str = "float32"


class OneParameter(NamedTuple):
    """What `draw` asks of a parameter."""

    distribution: Any
    dtype: str
    key: bytes = bytes(16)
    shape: tuple[int, ...] = (COUNT,)
    size: int = COUNT
    zeroed: None = None


def cases() -> list[Case]:
    """Return what is drawn: normals in each format, and the other distributions in float32."""
    from winitgen.drawing import truncation
    from winitgen.drawing.distributions.normal import Normal
    from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
    from winitgen.drawing.distributions.uniform import Uniform

    formats = ("float32", "float64", "bfloat16", "float16", "float8_e4m3fn")
    cut = TruncatedNormal(0.02, 2.0, *truncation.tails(2.0))
    return [
        *(Case(f"normal {dtype}", Normal(0.02), dtype) for dtype in formats),
        Case("uniform float32", Uniform(-0.1, 0.1)),
        Case("truncated normal float32", cut),
    ]


def nanoseconds(case: Case) -> float:
    """Return the processor time a value, statistics included."""
    from winitgen.drawing.draw import BLOCK, draw
    from winitgen.numeric.scratch import Workspace
    from winitgen.numeric.statistics import Statistics

    parameter, workspace, observer = (
        OneParameter(case.distribution, case.dtype),
        Workspace(),
        Statistics(0, 0.02),
    )
    begin = time.process_time()
    for start in range(0, COUNT, BLOCK):
        observer.see(start, draw(parameter, start, BLOCK, workspace), workspace)
    return (time.process_time() - begin) / COUNT * 1e9


def measured(path: str) -> dict[str, float]:
    """Return the figures of one process that draws by a path."""
    surroundings = os.environ | {"WINITGEN_KERNELS": path, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--child"]
    found: dict[str, float] = json.loads(subprocess.check_output(command, env=surroundings, text=True))
    return found


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="processes of each path (%(default)s)")
    parser.add_argument("--child", action="store_true", help="measure once, and print JSON")
    given = parser.parse_args()
    if given.child:
        warm = [nanoseconds(case) for case in cases()]  # the tables are made, and the scratch is there
        print(json.dumps({case.name: nanoseconds(case) for case, _ in zip(cases(), warm, strict=True)}))
        return
    runs = [(measured("c"), measured("numpy")) for _ in range(given.runs)]
    print(f"{'ns a value':26}{'C':>7}{'NumPy':>8}{'ratio':>8}")
    for name in runs[0][0]:
        ours, theirs = (statistics.median(run[side][name] for run in runs) for side in (0, 1))
        print(f"{name:26}{ours:7.2f}{theirs:8.2f}{ours / theirs:8.2f}")


if __name__ == "__main__":
    main()
